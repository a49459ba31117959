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
from terminal.ids import SlipId
from terminal.ledger import EntryKind
from terminal.sales import Sale, TenderKind
from terminal.services.counter import CounterService
from terminal.services.models import MemberView, ReturnDone, ReturnOffer, SignedIn, Till
from terminal.slips import Block, Slip, SlipState
from ui.messages import printer_cause, refusal
from ui.tasks import Runs
from ui.viewmodels.member_words import RETURN_REASONS, return_reason, times


@dataclass(frozen=True, slots=True)
class Line:
    """A line that comes back."""

    quantity: str
    name: str
    detail: str
    amount: str


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
        self.offer, self.done = None, None
        self.changed.emit()

    def find(self, ref: str) -> None:
        """Look the slip up."""
        ref = ref.strip().upper()
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
        self.changed.emit()

    def _refuse(self, error: TerminalError) -> None:
        self.busy = False
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
        """The goods."""
        if self.offer is None:
            return []
        w, currency = self.words, self.offer.sale.currency
        return [
            Line(
                times(line.quantity, w),
                line.name,
                " · ".join(part for part in (line.detail, self._each(line.unit_price)) if part),
                w.money(line.unit_price * line.quantity, currency),
            )
            for line in self.offer.sale.lines
        ]

    def _each(self, price: int) -> str:
        currency = self.offer.sale.currency if self.offer else self.till.currency
        return self.words.t("{amount} each", amount=self.words.money(price, currency))

    def points_changes(self) -> list[Change]:
        """What happens to the points; empty for a guest's sale."""
        if self.offer is None or self.offer.view is None:
            return []
        w, back = self.words, self.offer.points
        balance = self.offer.view.account.balance
        after = balance - back.taken + back.given
        rows = []
        if back.taken:
            rows.append(self._change(w.t("Given then"), back.taken, 0, -back.taken))
        if back.given:
            rows.append(self._change(w.t("Used then"), back.given, 0, back.given))
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
        last = self.points_changes()[-1]
        if last.after.strip("\u2066\u2069").startswith("−"):
            return self.words.t("Points from this sale were spent: the next ones pay that off.")
        return self.words.t("The points go back exactly as they came.")

    def money_lines(self) -> list[tuple[str, str]]:
        """Goods, and what points had paid."""
        if self.offer is None:
            return []
        w, sale = self.words, self.offer.sale
        rows = []
        if sale.redeemed_value or sale.rounding:
            rows.append((w.t("Goods"), w.money(sale.goods, sale.currency)))
        if sale.redeemed_value:
            rows.append((w.t("Paid with points"), w.money(-sale.redeemed_value, sale.currency)))
        if sale.rounding:
            rounding = w.money(sale.rounding, sale.currency, signed=True)
            rows.append((w.t("Rounding"), rounding))
        return rows

    def money_back(self) -> list[tuple[str, str]]:
        """What goes back and how; the last pair is the largest."""
        if self.offer is None:
            return []
        sale, w = self.offer.sale, self.words
        names = {TenderKind.CARD: w.t("Back to card"), TenderKind.CASH: w.t("Back in cash")}
        amounts = tender_amounts(sale)
        pairs = sorted(amounts.items(), key=lambda pair: pair[1])
        return [(names[kind], w.money(amount, sale.currency)) for kind, amount in pairs]

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
        return Slip(
            SlipId(""), self.words.language, self.words.rtl,
            tuple(self._blocks(self.offer.sale, self.offer)),
        )  # fmt: skip

    def _blocks(self, sale: Sale, offer: ReturnOffer) -> list[Block]:
        w = self.words
        when = f"{w.day(sale.sold_at)} {w.time(sale.sold_at)}"
        where = (
            self.till.name if sale.till == self.till.code else w.t("Till {code}", code=sale.till)
        )
        blocks = [
            Block("text", self.till.shop, align="center", bold=True),
            Block("text", f"{when} · {where}", align="center"),
            Block("rule"),
        ]
        for line in sale.lines:
            name = line.name if line.quantity == 1 else f"{times(line.quantity, w)} {line.name}"
            blocks.append(
                Block("pair", name, w.money(line.unit_price * line.quantity, sale.currency))
            )
        blocks.append(Block("rule"))
        blocks += self._sums(sale, offer)
        blocks.append(Block("text", w.t("Slip {ref}", ref=sale.ref), align="center"))
        return blocks

    def _sums(self, sale: Sale, offer: ReturnOffer) -> list[Block]:
        w = self.words
        blocks = []
        if sale.points_redeemed:
            label = w.n("{n} point", "{n} points", sale.points_redeemed)
            blocks.append(Block("pair", label, w.money(-sale.redeemed_value, sale.currency)))
        paid = w.money(sale.paid, sale.currency)
        blocks.append(Block("pair", w.t("Paid"), paid, bold=True))
        if offer.points.taken:
            blocks.append(Block("pair", w.t("Points given"), w.signed(offer.points.taken)))
        return blocks

    @Slot()
    def work_failed(self) -> None:
        """Something nobody foresaw: the page can be used again."""
        self.busy = False
        self.changed.emit()

    # -- booking -----------------------------------------------------------------------------

    def book(self) -> None:
        """Take it all back."""
        who = self._who()
        if self.offer is None or self.done is not None or self.busy or who is None:
            return
        ref, reason = self.offer.sale.ref, RETURN_REASONS[self.reason]
        self.busy = True
        self.changed.emit()
        self._runs.run(
            lambda: self._counter.take_back(ref, reason, who.id), self._booked, self._refuse
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


def tender_amounts(sale: Sale) -> dict[TenderKind, int]:
    """What each way of paying really brought in: change comes off the cash. Sums to ``paid``."""
    amounts: dict[TenderKind, int] = {}
    for tender in sale.tenders:
        amounts[tender.kind] = amounts.get(tender.kind, 0) + tender.amount
    if sale.change:
        amounts[TenderKind.CASH] = amounts.get(TenderKind.CASH, 0) - sale.change
    return {kind: amount for kind, amount in amounts.items() if amount}
