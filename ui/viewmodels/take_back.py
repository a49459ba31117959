"""Taking a sale back: find it by its slip, see what would happen, book it, see what came of it.

Nothing is booked before ``book``; everything shown before is the same arithmetic that books.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from terminal.errors import TerminalError
from terminal.events import SlipMoved
from terminal.explain import tier_name
from terminal.i18n import Words
from terminal.ledger import EntryKind
from terminal.returns import still_there
from terminal.sales import Sale, SaleLine, Tender, TenderKind
from terminal.services.counter import CounterService
from terminal.services.models import MemberView, ReturnDone, ReturnOffer, SignedIn, Till
from terminal.shares import ReturnLine
from terminal.slips import Slip, SlipState
from ui.messages import printer_cause, refusal
from ui.tasks import Runs
from ui.viewmodels.member_words import RETURN_REASONS, return_reason
from ui.viewmodels.return_money import by_points, ways_back
from ui.viewmodels.short_slip import short_slip


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sale: how many pieces are chosen of those that are ``left``."""

    name: str
    detail: str
    amount: str
    chosen: int
    left: int


@dataclass(frozen=True, slots=True)
class Change:
    """A figure before and after, and the difference. ``gain`` None: nothing moves."""

    label: str
    before: str
    after: str
    difference: str
    gain: bool | None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Whose sale it was."""

    name: str
    points: str
    tier: str
    tier_name: str


class TakeBackModel(QObject):
    """One return. ``changed``: anything; ``finished`` is left to the view."""

    changed = Signal()

    def __init__(
        self,
        counter: CounterService,
        runs: Runs,
        words: Words,
        who: Callable[[], SignedIn | None],
    ) -> None:
        super().__init__()
        self.words = words
        self._counter = counter
        self._runs = runs
        self._who = who
        self.ref = ""
        self.error = ""
        self.busy = False
        self.offer: ReturnOffer | None = None
        self.done: ReturnDone | None = None
        self.reason = 0
        self.chosen: list[int] = []
        self.left: list[int] = []
        self.settling = False
        self._all: ReturnOffer | None = None
        self.slip_state: SlipState = SlipState.QUEUED
        self.slip_cause = ""

    @property
    def till(self) -> Till:
        """Where we are."""
        return self._counter.till

    # -- finding -----------------------------------------------------------------------------

    def reset(self) -> None:
        """Start with another slip."""
        self.ref, self.error, self.busy, self.reason = "", "", False, 0
        self.offer, self.done, self.settling = None, None, False
        self.changed.emit()

    def find(self, ref: str) -> None:
        """Look the slip up."""
        ref = ref.strip()
        if not ref or self.busy:
            return
        self.ref, self.error, self.busy = ref, "", True
        self.offer, self.done = None, None
        self.changed.emit()
        self._runs.run(lambda: self._counter.find_sale(ref), self._found, self._refuse, key="find")

    def find_last(self) -> None:
        """Take this till's last sale."""
        self._runs.run(self._counter.last_sale, self._last, self._refuse, key="find")

    def _last(self, sale: Sale | None) -> None:
        if sale is None:
            self.error = self.words.t("Nothing was sold at this till yet.")
            self.changed.emit()
        else:
            self.find(sale.ref)

    def _found(self, offer: ReturnOffer) -> None:
        self.busy, self.offer, self.ref = False, offer, offer.sale.ref
        self._all, self.settling = offer, False
        self.left = still_there(offer.sale, offer.earlier)
        self.chosen = list(self.left)
        self.changed.emit()

    # -- choosing ----------------------------------------------------------------------------

    @property
    def pieces(self) -> int:
        """How many pieces come back."""
        return sum(self.chosen)

    def set_quantity(self, place: int, quantity: int) -> None:
        """So many pieces of a line come back; what that does is worked out anew."""
        if self.offer is None or self.done is not None or self.busy:
            return
        wanted = max(0, min(quantity, self.left[place]))
        if wanted != self.chosen[place]:
            self.chosen[place] = wanted
            self._replan()

    def toggle(self, place: int) -> None:
        """All pieces of a line, or none."""
        self.set_quantity(place, 0 if self.chosen[place] else self.left[place])

    def choose_all(self) -> None:
        """Everything that is left."""
        if self.offer is not None and self.done is None and self.chosen != self.left:
            self.chosen = list(self.left)
            self._replan()

    def _lines(self) -> tuple[ReturnLine, ...]:
        """What is asked for; nothing where it is all that is left."""
        if self.chosen == self.left:
            return ()
        return tuple(ReturnLine(place, n) for place, n in enumerate(self.chosen) if n)

    def _replan(self) -> None:
        """Ask what this would do; the newest question is the one that is answered."""
        ref, lines = self.ref, self._lines()
        self.settling = bool(self.pieces)
        self.changed.emit()
        if self.pieces:
            find = self._counter.find_sale
            self._runs.run(lambda: find(ref, lines), self._planned, self._refuse, key="find")

    def _planned(self, offer: ReturnOffer) -> None:
        if self.offer is not None and offer.sale.id == self.offer.sale.id and self.done is None:
            self.offer, self.settling = offer, False
            self.changed.emit()

    @property
    def can_book(self) -> bool:
        """Whether what stands here is what would be booked."""
        return self.offer is not None and self.pieces > 0 and not (self.settling or self.busy)

    def _refuse(self, error: TerminalError) -> None:
        self.busy = self.settling = False
        self.error = refusal(error, self.words)
        self.changed.emit()

    # -- what is shown -----------------------------------------------------------------------

    def person(self) -> Person | None:
        """Whose sale it was; None for a guest's."""
        view = self.done.view if self.done else self.offer.view if self.offer else None
        return self._person(view) if view else None

    def _person(self, view: MemberView) -> Person:
        w, balance = self.words, view.account.balance
        points = w.n("{n} point", "{n} points", balance)
        return Person(view.member.name, points, view.tier.code, tier_name(view.tier.code, w))

    def lines(self) -> list[Line]:
        """The goods, and how many of each come back."""
        if self.offer is None:
            return []
        pairs = zip(self.offer.sale.lines, self.chosen, self.left, strict=True)
        return [self._line(*pair) for pair in pairs]

    def _line(self, line: SaleLine, chosen: int, left: int) -> Line:
        w = self.words
        bought = w.n("bought {n}", "bought {n}", line.quantity)
        came = line.quantity - left
        before = w.n("{n} came back before", "{n} came back before", came) if came else ""
        detail = " · ".join(part for part in (w.isolate(line.detail), bought, before) if part)
        amount = w.money(line.unit_price * (chosen or left), self._currency)
        return Line(line.name, detail, amount, chosen, left)

    @property
    def _currency(self) -> str:
        return self.offer.sale.currency if self.offer else self.till.currency

    def points_changes(self) -> list[Change]:
        """What happens to the points; empty for a guest's sale."""
        if self.offer is None or self.offer.view is None:
            return []
        w, back, whole = self.words, self.offer.points, (self._all or self.offer).points
        balance = self.offer.view.account.balance
        after = balance - back.taken + back.given
        rows = []
        if back.taken:
            kept = max(whole.taken, back.taken)
            rows.append(self._change(w.t("Given then"), kept, kept - back.taken, -back.taken))
        if back.given:
            kept = max(whole.given, back.given)
            rows.append(self._change(w.t("Used then"), kept, kept - back.given, back.given))
        rows.append(self._change(w.t("Balance"), balance, after, after - balance, strong=True))
        return rows

    def _change(
        self, label: str, before: int, after: int, difference: int, *, strong: bool = False
    ) -> Change:
        w = self.words
        sign = w.signed(difference) if difference else ""
        gain = difference > 0 if difference else None
        return Change(label, w.number(before), w.number(after), sign, gain, strong)

    def points_note(self) -> str:
        """What else is to be said about the points."""
        if self.offer is None:
            return ""
        if self.offer.view is None:
            return self.words.t("A guest's sale: no points move.")
        short = self.offer.points.shortfall
        if short:
            return self.words.n(
                "{n} point of it was spent already and is let go.",
                "{n} points of it were spent already and are let go.",
                short,
            )
        last = self.points_changes()[-1]
        if last.after.strip("\u2066\u2069").startswith("−"):
            return self.words.t("Points from this sale were spent: the next ones pay that off.")
        if not self.offer.plan.whole:
            return self.words.t("Points go back by their share of what comes back.")
        return self.words.t("The points go back exactly as they came.")

    def money_lines(self) -> list[tuple[str, str]]:
        """From the goods to what goes back: what points paid, what was taken off, rounding."""
        offer, w = self.offer, self.words
        if offer is None:
            return []
        sold = [(offer.sale.lines[line.place], line.quantity) for line in offer.plan.lines]
        goods = sum(line.unit_price * n for line, n in sold)
        rounding = offer.sale.rounding if offer.plan.whole and not offer.earlier else 0
        back = offer.money + sum(card.amount for card in offer.plan.cards)
        taken_off = goods - back + rounding
        paid = by_points(sold, taken_off)
        off = taken_off - paid
        rows = [
            (w.t("Paid with points"), -paid),
            (w.t("Taken off then"), -off),
            (w.t("Rounding"), rounding),
        ]
        shown = [(label, w.money(amount, self._currency)) for label, amount in rows if amount]
        return [(w.t("Goods"), w.money(goods, self._currency)), *shown] if shown else []

    def money_back(self) -> list[tuple[str, str]]:
        """What goes back and how; the last pair is the largest."""
        offer, w = self.offer, self.words
        if offer is None:
            return []
        names = {TenderKind.CARD: w.t("Back to card"), TenderKind.CASH: w.t("Back in cash")}
        ways = [(names[kind], amount) for kind, amount in ways_back(offer).items()]
        ways += [(self._to_card(card), card.amount) for card in offer.plan.cards if card.amount]
        ordered = sorted(ways, key=lambda way: way[1]) or [(w.t("Back"), 0)]
        return [(label, w.money(amount, self._currency)) for label, amount in ordered]

    def _to_card(self, card: Tender) -> str:
        number = self.words.isolate(f"···{card.code[-4:]}")
        if card.kind is TenderKind.STORE_CREDIT:
            return self.words.t("To store credit {number}", number=number)
        return self.words.t("To gift card {number}", number=number)

    def earlier_line(self) -> str:
        """What came back of this sale before; else how money goes back."""
        if self.offer is None or not self.offer.earlier:
            return self.words.t("Money goes back the way it came.")
        last = self.offer.earlier[-1]
        count = len(self.offer.earlier)
        return self.words.n(
            "{n} return before this one, on {date} ({ref}).",
            "{n} returns before this one, the last on {date} ({ref}).",
            count, date=self.words.day(last.returned_at), ref=last.ref,
        )  # fmt: skip

    def reasons(self) -> list[str]:
        """Why goods come back, to choose from."""
        return [return_reason(reason, self.words) for reason in RETURN_REASONS]

    def choose_reason(self, index: int) -> None:
        """Say why."""
        self.reason = index

    def slip(self) -> Slip | None:
        """The sale's slip in short, as it lies on the counter."""
        if self.offer is None:
            return None
        given = (self._all or self.offer).points.taken
        return short_slip(self.offer.sale, given, self.till, self.words)

    @Slot()
    def work_failed(self) -> None:
        """Something nobody foresaw: the page can be used again."""
        self.busy = self.settling = False
        self.changed.emit()

    # -- booking -----------------------------------------------------------------------------

    def book(self) -> None:
        """Take back what is chosen: what stands here, or nothing."""
        who = self._who()
        if self.done is not None or not self.can_book or who is None:
            return
        ref, reason, lines = self.ref, RETURN_REASONS[self.reason], self._lines()
        self.busy = True
        self.changed.emit()
        self._runs.run(
            lambda: self._counter.take_back(ref, reason, who.id, lines), self._booked, self._refuse
        )

    def _booked(self, done: ReturnDone) -> None:
        self.busy, self.done = False, done
        self.slip_state, self.slip_cause = done.slip.state, done.slip.cause
        self.changed.emit()

    @Slot(object)
    def heard(self, event: object) -> None:
        """Follow the slip to the paper."""
        if isinstance(event, SlipMoved) and self.done and event.slip_id == self.done.slip.id:
            self.slip_state, self.slip_cause = event.state, event.cause
            self.changed.emit()

    def slip_line(self) -> tuple[str, str]:
        """How the slip stands: a sentence and its tone."""
        w = self.words
        if self.slip_state in (SlipState.QUEUED, SlipState.SENDING):
            if self.slip_cause:
                return printer_cause(self.slip_cause, w), "warning"
            return w.t("The slip is printing."), "accent"
        if self.slip_state is SlipState.UNKNOWN:
            return w.t("The slip may not have come out. Look at the printer."), "warning"
        if self.slip_state is SlipState.CANCELLED:
            return w.t("The slip was not printed."), "warning"
        return w.t("The slip is printed."), "positive"

    def done_points(self) -> list[tuple[str, str]]:
        """What was booked: points by cause, then the new balance."""
        if self.done is None or self.done.view is None:
            return []
        w, rows = self.words, []
        causes = (
            (EntryKind.CLAWBACK, w.t("Points taken back")),
            (EntryKind.ROLLBACK, w.t("Points given back")),
        )
        for kind, label in causes:
            points = sum(e.points for e in self.done.entries if e.kind is kind)
            if points:
                rows.append((label, w.signed(points)))
        return [*rows, (w.t("Balance now"), w.number(self.done.view.account.balance))]
