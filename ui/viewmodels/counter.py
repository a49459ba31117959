"""The counter: from a scan to a booked sale, with no widget in it.

What was scanned or found is attached or added, panels open, the payment is taken once, and what
happens elsewhere (an online order of the member on the screen, a slip that moved) is followed.
"""

from dataclasses import replace

from PySide6.QtCore import Signal

from terminal.errors import TerminalError
from terminal.events import DrawerKicked, MemberChanged, SaleBooked, SlipMoved
from terminal.i18n import Words
from terminal.ids import MemberId
from terminal.sales import Basket, Product, Tender, TenderKind
from terminal.scans import Reading
from terminal.services.models import (
    CardUnused,
    CouponFound,
    Identified,
    MemberFound,
    MemberView,
    MoneyCardFound,
    ProductFound,
    SaleDone,
    SaleFound,
    SignedIn,
    StaffFound,
)
from ui.tasks import Runs
from ui.viewmodels.basket import SaleState
from ui.viewmodels.drawer import DrawerViewModel
from ui.viewmodels.notices import Judged, Opening
from ui.viewmodels.search import Hit
from ui.viewmodels.services import CounterServices
from ui.viewmodels.web_coupons_here import WebCouponsHere


class CounterViewModel(WebCouponsHere):
    """Everything a cashier does with a customer in front of her. ``judged``: a Judged, once it is
    known what a scan was."""

    judged = Signal(object)

    def __init__(
        self, services: CounterServices, runs: Runs, words: Words, cashier: SignedIn
    ) -> None:
        super().__init__(services, runs, words, cashier)
        has_drawer = services.has_drawer
        self.drawer = DrawerViewModel(services.drawer, words, self, has_drawer=has_drawer)
        self.drawer.told.connect(self.told)
        self.booking.booked.connect(self._booked)
        self.booking.refused.connect(self._booking_refused)
        self.asking.answered.connect(self._answered)
        self.web_coupon.made.connect(self._web_coupon_made)
        self.slips.load()
        self.idle.load()

    # -- scans -------------------------------------------------------------------------------

    def scanned(self, scan: Reading | str) -> None:
        """Something was scanned, or typed like a scan."""
        reading = Reading(scan) if isinstance(scan, str) else scan
        if self.busy:
            self.judged.emit(Judged(reading, good=False))
            self._tell(self.words.t("The sale is being booked. Scan again."), "warning")
            return
        self._looking += 1
        identify = self._services.counter.identify

        def found(what: Identified) -> None:
            self.judged.emit(Judged(reading, good=True))
            self._looked(what)

        def refused(error: TerminalError) -> None:
            self.judged.emit(Judged(reading, good=False))
            self._not_found(error)

        self._runs.run(lambda: identify(reading), found, refused)

    def _looked(self, found: Identified) -> None:
        self._looking = max(self._looking - 1, 0)
        self.take(found)

    def take(self, found: Identified) -> None:
        """Use what was recognised; the next customer's begins the next sale by itself."""
        if isinstance(found, MemberFound):
            self.attach(found.view)
        elif isinstance(found, ProductFound):
            self.add(found.product)
        elif isinstance(found, SaleFound):
            self.show_slip(found.sale)
        elif isinstance(found, CardUnused):
            self._begin_if_done()
            self.new_card = found.number
            self._show("new_card")
        elif isinstance(found, CouponFound):
            self.show_coupon(found.code)
        elif isinstance(found, MoneyCardFound):
            self.show_card(found.code)
        elif isinstance(found, StaffFound):
            self._meet(found.staff)

    def _meet(self, staff: SignedIn) -> None:
        """A badge: its owner's PIN is asked for; the badge alone signs nobody in."""
        if staff.id == self.cashier.id:
            self._tell(self.words.t("{name} is signed in already.", name=staff.name), "neutral")
        else:
            self.opening.emit(Opening("sign_in", staff.id))

    def choose(self, hit: Hit) -> None:
        """A line of the search list."""
        if hit.product is not None:
            self.add(hit.product)
        elif hit.member is not None:
            self.attach_member(hit.member)

    # -- who ---------------------------------------------------------------------------------

    def attach_member(self, member_id: MemberId) -> None:
        """Attach somebody found by name."""
        member = self._services.counter.member
        self._looking += 1
        self._runs.run(lambda: MemberFound(member(member_id)), self._looked, self._not_found)

    def link_new_card(self) -> None:
        """Give the new card to the attached member."""
        view, number = self.state.view, self.new_card
        if view is None or number is None:
            return
        link = self._services.enrolment.link_card
        self._runs.run(lambda: link(number, view.member.id), self._linked, self.refuse)

    def _linked(self, view: MemberView) -> None:
        self.new_card = None
        self._refreshed(view)
        self._show("")
        name = view.member.called
        self._tell(self.words.t("The card belongs to {name} now", name=name), "positive")

    def enrol(self) -> None:
        """Somebody new; the card just scanned goes with them."""
        number = self.new_card if self.panel == "new_card" and self.new_card else ""
        self.opening.emit(Opening("enrol", number))

    def enrolled(self, view: MemberView) -> None:
        """Back from enrolling or from the office with somebody."""
        self.new_card = None
        if self.panel == "new_card":
            self.panel = ""
        self.attach(view)

    def open_member_page(self) -> None:
        """Everything about the attached member."""
        view = self.done.view if self.done else self.state.view
        if view is not None:
            self.opening.emit(Opening("office", view.member.id))

    def show_phone_card(self) -> None:
        """The attached member's card for the phone."""
        view = self.done.view if self.done else self.state.view
        if view is not None:
            self.opening.emit(Opening("phone_card", view.member.id))

    # -- panels ------------------------------------------------------------------------------

    def open_price(self) -> None:
        """Something without a code."""
        if not self.busy:
            self._begin_if_done()
            self._show("open_price")

    def add_open_price(self, product: Product) -> None:
        """The amount was typed."""
        self.panel = ""
        self.add(product)

    def open_redeem(self) -> None:
        """Choose points; without a member or goods it says what is missing."""
        if not self.can_redeem:
            text = self.words.t("Scan the member's card first.")
            if self.state.view is not None:
                text = self.words.t("The basket is empty. Scan a product.")
            self._tell(text, "warning")
        elif not self.busy and not self._is_doubtful():
            self.redeem.start(self.state, self.tender)
            self._show("redeem")

    def confirm_redeem(self) -> None:
        """Take the chosen points and rewards; they are booked with the sale, not before."""
        self.panel = ""
        chosen = self.redeem
        self._change(replace(self.state, points=chosen.points, rewards=chosen.rewards))

    def drop_points_and_close(self) -> None:
        """Redeem nothing after all."""
        self.panel = ""
        self._change(replace(self.state, points=0, rewards=()))

    def open_why(self) -> None:
        """The arithmetic behind the figure."""
        if self.quote.accrual is not None and not self.panel and not self.busy:
            self._show("why")

    def ask(self) -> None:
        """Ask the member what is open."""
        view = self.state.view
        question = next((fact.ask for fact in self.facts() if fact.ask), None)
        if view is not None and question is not None:
            self.asking.start(view, question, self.cashier.id)
            self._show("ask")

    def _answered(self, view: MemberView) -> None:
        self._refreshed(view)
        self._show("")

    # -- paying ------------------------------------------------------------------------------

    def set_tender(self, kind: TenderKind) -> None:
        """By card or in cash."""
        if kind is not self.tender and not self.busy:
            self.tender = kind
            if kind is TenderKind.CARD and self.panel == "cash":
                self.panel = ""
            self._requote()

    def take_payment(self) -> None:
        """F12: by card books at once; in cash asks for what was handed over."""
        if self.booking.in_doubt:
            self.booking.repeat()
        elif self._may_pay():
            if self.tender is TenderKind.CARD:
                self._decide(self.payment.by_card())
            elif not self.payment.due:
                self._decide(self.payment.in_cash(0))
            elif self.panel == "cash":
                self.pay_cash()
            else:
                self.cash.start(self.payment)
                self._show("cash")

    def take_cash(self) -> None:
        """Shift F12: in cash, without choosing it first."""
        if self._may_pay():
            self.set_tender(TenderKind.CASH)
            self.take_payment()

    def _decide(self, tenders: tuple[Tender, ...]) -> None:
        self.booking.decide(self.priced.to_book, tenders, self.cashier.id)

    def pay_cash(self) -> None:
        """Enter in the cash panel."""
        if self.booking.in_doubt:
            self.booking.repeat()
        elif self.cash.missing:
            self._tell(self.cash.missing, "warning")
        elif self._may_pay():
            self._decide(self.cash.tenders())

    def _may_pay(self) -> bool:
        if self.busy or self.done is not None:
            return False
        if self._looking:
            text = self.words.t("A scan is still being looked up. Take the payment again.")
            self._tell(text, "warning")
            return False
        if not self.state.basket.lines:
            self._tell(self.words.t("The basket is empty. Scan a product."), "warning")
            return False
        return True

    def _booked(self, done: SaleDone) -> None:
        self._past.clear()
        self.state, self.panel = SaleState(Basket(self._currency)), ""
        self.tender = TenderKind.CARD
        self.priced = self.pricing.price(self.state, self.tender)
        self.done = done
        self.slips.show(done.slip)
        self.idle.sold(done)
        self.changed.emit()

    def _booking_refused(self, error: TerminalError) -> None:
        """Nothing was booked; look at the member anew, for that is what may have changed."""
        self.refuse(error)
        self._look_again()
        self.changed.emit()

    def work_failed(self) -> None:
        """Work failed in a way nobody foresaw: a booking under way is only ever repeated."""
        self._looking = 0
        self.web_coupon.failed()
        if self.booking.failed():
            self._is_doubtful()
        self.changed.emit()

    # -- done --------------------------------------------------------------------------------

    def next_customer(self) -> None:
        """Put the last sale away."""
        if self.done is not None:
            self._begin_if_done()
            self.changed.emit()

    def open_return(self) -> None:
        """Take something back; the slip is scanned or typed there."""
        self.opening.emit(Opening("return", ""))

    def return_done(self) -> None:
        """Take the sale on the screen back: opens the return with it."""
        if self.done is not None:
            self.opening.emit(Opening("return", self.done.sale.ref))

    def copy_slip(self) -> None:
        """Print the slip of the sale on the screen, or of the last one, once more."""
        job = self.done.slip if self.done else self.idle.last.slip if self.idle.last else None
        if job is None:
            self._tell(self.words.t("There is no slip to print."), "warning")
        else:
            self.slips.copy(job.id)

    def show_digital(self) -> None:
        """The slip of the sale on the screen, or of the last one, without paper."""
        last = self.idle.last
        sale = self.done.sale if self.done else last.sale if last else None
        if sale is not None:
            self.opening.emit(Opening("digital_slip", sale.ref))

    # -- what happened elsewhere -------------------------------------------------------------

    def open_drawer(self) -> None:
        """Somebody wants to get at the money without a sale."""
        self.drawer.open(self.cashier.id)

    def heard(self, event: MemberChanged | SaleBooked | SlipMoved | DrawerKicked) -> None:
        """Something was booked somewhere: look again where it concerns this sale."""
        if isinstance(event, DrawerKicked):
            self.drawer.heard(event)
            return
        if isinstance(event, SlipMoved):
            self.slips.heard(event)
            return
        if isinstance(event, SaleBooked) and self.busy:
            return  # our own: the answer to it is on its way
        if isinstance(event, SaleBooked) and self.done and event.sale_id == self.done.sale.id:
            self.next_customer()  # it came back: nothing on this screen is true any more
        view = self.done.view if self.done else self.state.view
        if view is not None and view.member.id == event.member_id:
            self._look_again()
        if isinstance(event, SaleBooked) and self.done is None:
            self.idle.load()

    def _look_again(self) -> None:
        view = self.done.view if self.done else self.state.view
        if view is None:
            return
        member, member_id = self._services.counter.member, view.member.id
        self._runs.run(lambda: member(member_id), self._refreshed, self.refuse, key="member")

    def _refreshed(self, view: MemberView) -> None:
        shown = self.done.view if self.done else self.state.view
        if shown is None or shown.member.id != view.member.id:
            return
        moved = view.account.balance - shown.account.balance
        if self.done is not None:
            self.done = replace(self.done, view=view)
            self.changed.emit()
            return
        self.state = self.state.with_member(view)
        self._past = [_with_fresh(past, view) for past in self._past]
        self._requote()
        if moved:
            points = self.words.number(view.account.balance)
            text = self.words.t("The balance changed: {points} points now", points=points)
            self._tell(text, "accent")

    def set_as_of(self, as_of: str) -> None:
        """How old the balance can be while offline; "" while all is well."""
        if as_of != self.as_of:
            self.as_of = as_of
            self.changed.emit()


def _with_fresh(past: SaleState, view: MemberView) -> SaleState:
    """An undone step must not bring an old balance back."""
    same = past.view is not None and past.view.member.id == view.member.id
    return replace(past, view=view) if same else past
