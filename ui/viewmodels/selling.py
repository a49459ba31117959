"""The sale under way: who, what, how many points, and the panel that is open.

Nothing here is booked; every step can be taken back, and points that a smaller basket no longer
allows are taken down with a word.
"""

from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QObject, Signal

from terminal.errors import TerminalError
from terminal.i18n import Words
from terminal.ids import CardNumber
from terminal.programs import Program
from terminal.programs.priced import Refused
from terminal.quoting import Quote
from terminal.sales import Basket, Product, TenderKind
from terminal.services.models import ClaimOffer, MemberView, SaleDone, SignedIn
from ui.messages import refusal
from ui.offer_words import why_not
from ui.tasks import Runs
from ui.viewmodels.asking import AskViewModel
from ui.viewmodels.basket import MoneyCard, SaleState
from ui.viewmodels.booking import BookingViewModel
from ui.viewmodels.can_have import CanHave, can_have
from ui.viewmodels.idle import IdleViewModel
from ui.viewmodels.member_texts import Face, Fact, face, facts
from ui.viewmodels.notices import Notice, Tone
from ui.viewmodels.offer_texts import Extra, extras, line_gain
from ui.viewmodels.payment import CashViewModel
from ui.viewmodels.pricing import Pricing
from ui.viewmodels.redeem import RedeemViewModel
from ui.viewmodels.services import CounterServices
from ui.viewmodels.slip import SlipsViewModel
from ui.viewmodels.tendering import Payment
from ui.viewmodels.web_coupon import WebCouponModel

Stage = Literal["idle", "sale", "done"]
Panel = Literal[
    "", "redeem", "cash", "open_price", "new_card", "ask", "why", "money_card", "claim",
    "web_coupon",
]  # fmt: skip
_REMEMBERED = 30
MOST_OF_ONE = 999
"""More of one product is a slip of the finger."""


class SellingViewModel(QObject):
    """``changed`` after anything on the counter changed; ``told`` and ``opening`` for the shell."""

    changed = Signal()
    told = Signal(object)
    opening = Signal(object)

    def __init__(
        self,
        services: CounterServices,
        runs: Runs,
        words: Words,
        cashier: SignedIn,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._runs = runs
        self.words = words
        self.cashier = cashier
        self._currency = services.counter.till.currency
        self.state = SaleState(Basket(self._currency))
        self.tender = TenderKind.CARD
        self.pricing = Pricing(services.counter, words)
        self.priced = self.pricing.price(self.state, self.tender)
        self.money_card: MoneyCard | None = None
        self.claim_offer: ClaimOffer | None = None
        self.names: dict[str, str] = {}
        self._said: tuple[str, ...] = ()
        self.panel: Panel = ""
        self.new_card: CardNumber | None = None
        self.done: SaleDone | None = None
        self.as_of = ""
        self._past: list[SaleState] = []
        self._looking = 0
        self._make_parts(words)

    def _make_parts(self, words: Words) -> None:
        services, runs = self._services, self._runs
        self.redeem = RedeemViewModel(services.counter, self.pricing, words, self)
        self.web_coupon = WebCouponModel(services.web_coupons, runs, words, self)
        self.cash = CashViewModel(words, self._currency, self)
        self.slips = SlipsViewModel(services.slips, runs, words, self)
        self.idle = IdleViewModel(services, runs, words, self)
        self.asking = AskViewModel(services.enrolment, runs, words, self)
        self.booking = BookingViewModel(services.counter, runs, self)
        self.slips.told.connect(self.told)
        self.slips.changed.connect(self.changed)
        self.idle.changed.connect(self.changed)
        self.asking.told.connect(self.told)
        self.web_coupon.changed.connect(self.changed)
        self.booking.changed.connect(self.changed)

    @property
    def quote(self) -> Quote:
        """What the sale costs and gives now."""
        return self.priced.quote

    @property
    def payment(self) -> Payment:
        """What pays it."""
        return self.priced.payment

    # -- what is to be seen ------------------------------------------------------------------

    @property
    def stage(self) -> Stage:
        """Which of the three screens."""
        if self.done is not None:
            return "done"
        return "idle" if self.state.is_empty and not self.panel else "sale"

    @property
    def currency(self) -> str:
        """The till's."""
        return self._currency

    @property
    def busy(self) -> bool:
        """A payment is being booked."""
        return self.booking.busy

    @property
    def looking(self) -> bool:
        """A scan is being looked up."""
        return self._looking > 0

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past) and self.done is None and not self.busy

    @property
    def can_redeem(self) -> bool:
        """Whether the panel makes sense: a member, and goods."""
        return self.state.view is not None and bool(self.state.basket.lines)

    def face(self) -> Face | None:
        """The member's card; None for a guest."""
        view = self.state.view
        return face(view, self.words, self.as_of) if view else None

    @property
    def program(self) -> Program | None:
        """The programme that names what stands here."""
        return self.pricing.program(self.state)

    def extras(self) -> list[Extra]:
        """What is in the sale besides lines of goods."""
        return extras(self.priced, self.program, self.words, self.names)

    def can_have(self) -> CanHave:
        """What the member's points buy now, and the next thing they will."""
        view = self.state.view
        if view is None:
            return CanHave()
        state = self.state
        found = self._services.counter.catalogue(state.basket, view, state.rewards, state.coupons)
        return can_have(found, self.state.rewards, view.program, self.words)

    def line_gain(self, number: int) -> str:
        """What is taken off a line and why."""
        return line_gain(self.quote, number, self.program, self.words)

    def facts(self) -> list[Fact]:
        """What is worth knowing about the member."""
        view = self.state.view
        return facts(view, self.words, self.asking.asked(view.member.id)) if view else []

    # -- who ---------------------------------------------------------------------------------

    def attach(self, view: MemberView) -> None:
        """This member is here. A second card replaces the first, with a way back."""
        self._begin_if_done()
        before = self.state.view
        again = before is not None and before.member.id == view.member.id
        if again and not self.busy:
            self.state = self.state.with_member(view)
            self._requote()
        if again or not self._change(self.state.with_member(view)):
            return
        if before is not None:
            name = view.member.called
            self._tell_undo(self.words.t("Now on this sale: {name}", name=name))

    def detach(self) -> None:
        """Sell to a guest after all."""
        if self.state.view is not None and self._change(self.state.with_member(None)):
            self._tell_undo(self.words.t("The member was taken off this sale"))

    # -- what --------------------------------------------------------------------------------

    def add(self, product: Product) -> None:
        """One more of a product."""
        self._begin_if_done()
        self._change(self.state.with_product(product))

    def select(self, index: int) -> None:
        """Another line."""
        if 0 <= index < len(self.state.basket.lines) and index != self.state.selected:
            self.state = replace(self.state, selected=index)
            self.changed.emit()

    def move(self, by: int) -> None:
        """Select the line before or after."""
        self.select(self.state.selected + by)

    def set_quantity(self, index: int, quantity: int) -> None:
        """Another quantity; zero takes the line out."""
        lines = self.state.basket.lines
        if not 0 <= index < len(lines) or quantity > MOST_OF_ONE:
            return
        name = lines[index].name
        if self._change(self.state.with_quantity(index, quantity)) and quantity <= 0:
            self._tell_undo(self.words.t("Removed: {name}", name=name))

    def step(self, by: int) -> None:
        """More or fewer of the selected line, never below one."""
        index = self.state.selected
        if 0 <= index < len(self.state.basket.lines):
            self.set_quantity(index, max(1, self.state.basket.lines[index].quantity + by))

    def remove(self) -> None:
        """Take the selected line out."""
        self.set_quantity(self.state.selected, 0)

    def clear(self) -> None:
        """Give this sale up; nothing was booked."""
        if not self.state.is_empty and self._change(SaleState(Basket(self._currency))):
            self.panel = ""
            self.changed.emit()
            self._tell_undo(self.words.t("The sale was cleared, nothing was booked"))

    def undo(self) -> None:
        """Take the last step back."""
        if self.can_undo and not self._is_doubtful():
            self.state = self._past.pop()
            self._requote()

    def _change(self, state: SaleState) -> bool:
        if self.busy or self._is_doubtful():
            return False
        before, past = self.state, self._past
        if state != before:
            self._past = [*past, before][-_REMEMBERED:]
            self.state = state
        try:
            self._requote()
        except TerminalError as error:
            self.state, self._past = before, past
            self.refuse(error)
            return False
        return True

    def _requote(self) -> None:
        """What it costs and gives now; what is no longer allowed is taken down with a word."""
        waited = {refused.code for refused in self.priced.waiting}
        shown = {coupon.code for coupon in self.priced.state.coupons}
        self.priced = self.pricing.price(self.state, self.tender)
        self.state = self.priced.state
        stopped = [r for r in self.priced.waiting if r.code in shown - waited]
        self._said = (*map(self._waits, stopped), *self.priced.said)
        if self._said:
            self._tell(" ".join(self._said), "warning")
        self._reopen()
        self._learn_names()
        self.changed.emit()

    def _learn_names(self) -> None:
        """What is handed over and was not scanned gets the name it is sold by."""
        lines = self.quote.priced.lines if self.quote.priced else ()
        for sku in {line.sku for line in lines if not line.quantity} - self.names.keys():
            self.names[sku] = sku

            def look(sku: str = sku) -> str:
                found = self._services.counter.products(sku, 1)
                return found[0].name if found else sku

            def named(name: str, sku: str = sku) -> None:
                self.names[sku] = name
                self.changed.emit()

            self._runs.run(look, named, lambda error: None)

    def _waits(self, refused: Refused) -> str:
        reason = why_not(refused.why, refused.details, self.words, self._currency)
        return self.words.t("The coupon does nothing yet: {reason}.", reason=reason)

    def _reopen(self) -> None:
        """A panel that stands on the old sum starts anew, or goes."""
        if self.panel in ("redeem", "ask", "web_coupon") and self.state.view is None:
            self.panel = ""
        if self.panel in ("redeem", "cash", "why") and not self.state.basket.lines:
            self.panel = ""
        if self.panel == "redeem":
            self.redeem.start(self.state, self.tender)
        elif self.panel == "cash" and not self.payment.rest:
            self.panel = ""
        elif self.panel == "cash" and self.payment.due != self.cash.due:
            self.cash.start(self.payment)

    # -- shared ------------------------------------------------------------------------------

    def _show(self, panel: Panel) -> None:
        self.panel = panel
        self.changed.emit()

    def back(self) -> None:
        """Out of a panel, nothing changed."""
        if self.panel and not self.busy:
            self.new_card = self.money_card = self.claim_offer = None
            self._show("")

    def _is_doubtful(self) -> bool:
        """Refuse every change while it is unknown whether the sale was booked."""
        if not self.booking.in_doubt:
            return False
        text = self.words.t("Press F12 again: the sale will be booked once, whatever happened.")
        self._tell(text, "danger")
        return True

    def _begin_if_done(self) -> None:
        if self.done is not None:
            self.done = None
            self.slips.show(None)

    def refuse(self, error: TerminalError) -> None:
        """Say why not."""
        self._tell(refusal(error, self.words), "warning")

    def _tell(self, text: str, tone: Tone) -> None:
        self.told.emit(Notice(text, tone))

    def _tell_undo(self, text: str) -> None:
        """One toast at a time: what the change took down is said with it."""
        said = " ".join((f"{text}.", *self._said)) if self._said else text
        tone: Tone = "warning" if self._said else "accent"
        self.told.emit(Notice(said, tone, self.words.t("Undo"), "Ctrl Z", self.undo))
