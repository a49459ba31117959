"""What the counter does, moment by moment, on the customer's display of two lines.

A line that was added stands for a moment and gives way to the total; between customers the welcome
takes turns with offers. The member's language is spoken while a member is there.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Slot

from terminal.customer_display import Frame, PoleTexts, ShowsLines
from terminal.sales import BasketLine
from terminal.services.models import SaleDone, Till
from ui.viewmodels.basket import SaleState
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.customer_following import Following

LINE_MS = 2_500
PAID_MS = 4_000
DONE_MS = 20_000
TURN_MS = 6_000
LANGUAGES = ("en", "el", "bg", "hu", "pl", "he")


class CustomerPole(Following):
    """Keeps a display of two lines up to date. ``offers`` are sentences for quiet times."""

    def __init__(
        self,
        display: ShowsLines,
        till: Till,
        *,
        offers: Sequence[str] = (),
        line_ms: int = LINE_MS,
        paid_ms: int = PAID_MS,
        done_ms: int = DONE_MS,
        turn_ms: int = TURN_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._display, self._till, self._offers = display, till, tuple(offers)
        self._line_ms, self._paid_ms, self._done_ms = line_ms, paid_ms, done_ms
        self._texts: dict[str, PoleTexts] = {}
        self._state: SaleState | None = None
        self._panel = ""
        self._done_id = ""
        self._frame: Frame | None = None
        self._idle: tuple[Frame, ...] = ()
        self._next: Callable[[], None] = self._settle
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._turn_over)
        self._turns = QTimer(self)
        self._turns.setInterval(turn_ms)
        self._turns.timeout.connect(self._turn)
        self._moved()

    # -- following ---------------------------------------------------------------------------

    def _moved(self) -> None:
        counter = self._counter
        if counter is None:
            self._state, self._done_id = None, ""
            self._show(self._in("").closed(self._till.shop))
        elif counter.done is not None:
            self._goodbye(counter.done)
        else:
            self._sale(counter)

    def _sale(self, counter: CounterViewModel) -> None:
        before, self._state = self._state, counter.state
        panel, self._panel = self._panel, counter.panel
        if counter.state.is_empty:
            if not (self._done_id and self._later.isActive()):  # goodbye is said to the end
                self._rest()
            return
        self._done_id = ""
        line = _touched(before, counter.state)
        texts = self._in_language_of(counter)
        if counter.panel == "cash":
            cash = counter.cash
            self._show(texts.to_pay(cash.due, cash.change if cash.text else None))
        elif line is not None:
            frame = texts.line(line.name, line.quantity, line.unit_price)
            self._show(frame, then=self._settle, after=self._line_ms)
        elif not self._later.isActive() or panel != counter.panel or _another(before, self._state):
            self._settle()

    @Slot()
    def _turn_over(self) -> None:
        self._next()

    def _settle(self) -> None:
        """What stands there while nothing happens: the total, or the member's points."""
        counter = self._counter
        if counter is None or counter.done is not None or counter.state.is_empty:
            return
        texts, view, quote = self._in_language_of(counter), counter.state.view, counter.quote
        if not counter.state.basket.lines and view is not None:
            self._show(texts.hello(view.member.called, view.account.balance))
        else:
            given = quote.accrual.points if quote.accrual else 0
            self._show(texts.total(counter.payment.rest, max(given, 0)))

    def _goodbye(self, done: SaleDone) -> None:
        """Once: what was paid, then thanks, then the welcome."""
        if done.sale.id == self._done_id:
            return
        self._state, self._done_id = None, done.sale.id
        texts = self._in(done.view.member.language if done.view else "")
        view = done.view

        def thank() -> None:
            name, points = (view.member.called, view.account.balance) if view else ("", None)
            self._show(texts.thanks(name, points), then=self._rest, after=self._done_ms)

        self._show(texts.paid(done.sale.paid, done.sale.change), then=thank, after=self._paid_ms)

    # -- between customers -------------------------------------------------------------------

    def _rest(self) -> None:
        if self._turns.isActive():
            return
        self._idle = self._in("").idle(self._till.shop, self._offers)
        self._show(self._idle[0])
        if len(self._idle) > 1:
            self._turns.start()

    @Slot()
    def _turn(self) -> None:
        self._idle = (*self._idle[1:], self._idle[0])
        self._put(self._idle[0])

    # -- the display -------------------------------------------------------------------------

    def _show(
        self, frame: Frame, *, then: Callable[[], None] | None = None, after: int = 0
    ) -> None:
        """Show this, and afterwards something else."""
        self._turns.stop()
        self._later.stop()
        if then is not None:
            self._next = then
            self._later.start(after)
        self._put(frame)

    def _put(self, frame: Frame) -> None:
        if frame != self._frame:
            self._frame = frame
            self._display.show(frame.upper, frame.lower)

    def _in_language_of(self, counter: CounterViewModel) -> PoleTexts:
        view = counter.state.view
        return self._in(view.member.language if view else "")

    def _in(self, language: str) -> PoleTexts:
        known = language if language in LANGUAGES else self._till.language
        if known not in self._texts:
            made = PoleTexts(known, self._display.can_show, self._till.currency)
            self._texts[known] = made
        return self._texts[known]


def _touched(before: SaleState | None, now: SaleState) -> BasketLine | None:
    """The line that is new, or that there is more or less of; None where one only went."""
    old = before.basket.lines if before else ()
    fresh = [line for line in now.basket.lines if line not in old]
    return fresh[-1] if fresh and len(now.basket.lines) >= len(old) else None


def _another(before: SaleState | None, now: SaleState | None) -> bool:
    """Whether the sale is another, but for the line that is selected."""
    if before is None or now is None:
        return True
    return (before.basket, before.view, before.points, before.rewards) != (
        now.basket, now.view, now.points, now.rewards,
    )  # fmt: skip
