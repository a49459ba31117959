"""The counter: recognise what was scanned, sell, and take a sale back.

A sale, its ledger entries, its slip and its messages to the online store are one transaction: they
are all there afterwards, or none is. The sale's id is made when the cashier decides to book; asking
again with the same id answers with the sale that is there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from terminal.errors import (
    DecisionChanged,
)
from terminal.events import EventBus, MemberChanged, SaleBooked
from terminal.granting import GrantsPoints
from terminal.ids import Clock, MemberId, NewId, SlipId, StaffId
from terminal.ledger import earned
from terminal.outbox import MessageKind
from terminal.ports import Database, UnitOfWork
from terminal.programs import Program
from terminal.programs.choices import RewardChoice
from terminal.programs.facts import Chosen, Presented, Uses
from terminal.quoting import Quote, choices, quote
from terminal.sales import Basket, Product, Sale
from terminal.scans import Reading, signed_code
from terminal.services.claims import ClaimService
from terminal.services.enquiries import EnquiryService
from terminal.services.granting import granted, keep_within, untold
from terminal.services.messages import tell_coupons, tell_standing, tell_store, touched
from terminal.services.models import (
    Identified,
    MemberFound,
    MemberView,
    ReturnDone,
    ReturnOffer,
    SaleDone,
    Till,
)
from terminal.services.recognising import Recognising
from terminal.services.returning import Returning, offer_return
from terminal.services.selling import Booking, SaleRequest, guest_budgets, occasion_of
from terminal.services.slip_jobs import paper_words, queue, queue_sale
from terminal.services.standing import program_at, view_member
from terminal.services.vouchers import card_of, present
from terminal.services.whose import survivor_of
from terminal.shares import ReturnLine
from terminal.slip_writer import return_slip
from terminal.vouchers import Voucher

__all__ = ["CounterService", "Known", "SaleRequest"]


@dataclass(frozen=True, slots=True)
class Known:
    """What a guest's quote goes by, as of the last look into the books."""

    program: Program | None = None
    budgets: Mapping[str, Uses] = field(default_factory=dict)


class CounterService:
    """What a cashier does with a customer in front of her."""

    def __init__(
        self,
        database: Database,
        till: Till,
        bus: EventBus,
        *,
        clock: Clock,
        new_id: NewId,
        grants: GrantsPoints | None = None,
        look_at: Callable[[MemberId], None] = lambda member_id: None,
    ) -> None:
        self._database = database
        self._till = till
        self._bus = bus
        self._clock = clock
        self.new_id = new_id
        self._grants = grants
        self._look_at = look_at
        self._known = Known()
        self.claims = ClaimService(database, till, bus, clock=clock, new_id=new_id)
        self.enquiries = EnquiryService(database, till, bus, clock=clock, new_id=new_id)

    @property
    def till(self) -> Till:
        """Where we are."""
        return self._till

    @property
    def program(self) -> Program | None:
        """The programme for guests, as of the last look into the books."""
        return self._known.program

    # -- recognising -------------------------------------------------------------------------

    def identify(self, reading: Reading | str) -> Identified:
        """What was scanned or typed: a member's card, a product, a coupon, a gift card, one of our
        slips, a badge, a new card.

        Raises UnknownCode, UnknownCard, InvalidCard, CardBlocked, OtherCurrency, ForgedCode.
        """
        read = Reading(reading) if isinstance(reading, str) else reading
        with self._database.read() as uow:
            self._remember(uow)
            known = Recognising(uow, self._till, self._known.program, self._clock())
            found = known.found(read)
        if isinstance(found, MemberFound):
            self._look_at(found.view.member.id)
        return found

    def _remember(self, uow: UnitOfWork) -> None:
        """What guests get goes by the programme as it is now."""
        program = uow.programs.at(self._clock())
        self._known = Known(program, guest_budgets(uow, program))

    def member(self, member_id: MemberId) -> MemberView:
        """The member as of now. Raises UnknownMember."""
        with self._database.read() as uow:
            return view_member(uow, member_id, self._clock())

    def products(self, query: str = "", limit: int = 20) -> list[Product]:
        """Products by name or code; an empty query lists the first ones."""
        with self._database.read() as uow:
            self._remember(uow)
            found = uow.products.search(query, limit)
        return [product for product in found if product.currency == self._till.currency]

    def last_sale(self) -> Sale | None:
        """This till's last sale."""
        with self._database.read() as uow:
            return uow.sales.last(self._till.code)

    def points_earned(self, sale: Sale) -> int:
        """What the member earned by ``sale``, whatever came back since; 0 for a guest."""
        if sale.member_id is None:
            return 0
        with self._database.read() as uow:
            return earned(uow.ledger.entries(sale.member_id), sale.id)

    def quote(
        self,
        basket: Basket,
        view: MemberView | None,
        points: int = 0,
        rewards: tuple[str, ...] = (),
        coupons: tuple[Presented, ...] = (),
        ways: frozenset[str] = frozenset(),
    ) -> Quote:
        """What would be booked now; pure, nothing is read. Raises what cannot be redeemed.

        ``ways``: the kinds of tenders it will be paid with, where that is known.
        """
        known = self._known
        program = view.program if view else known.program
        occasion = occasion_of(program, self._clock(), ways)
        chosen = Chosen(points, rewards, coupons)
        account, facts = (view.account, view.facts) if view else (None, None)
        return quote(basket, program, account, facts, chosen, occasion, budgets=known.budgets)

    def catalogue(
        self,
        basket: Basket,
        view: MemberView,
        rewards: tuple[str, ...] = (),
        coupons: tuple[Presented, ...] = (),
    ) -> tuple[RewardChoice, ...]:
        """Every reward as it stands for this basket, with what is chosen so far in it; pure."""
        occasion = occasion_of(view.program, self._clock())
        return choices(basket, view.program, view.facts, Chosen(0, rewards, coupons), occasion)

    def present(self, text: str, view: MemberView | None) -> Presented:
        """A coupon that somebody shows, if it is good now. Raises why it is not."""
        with self._database.read() as uow:
            program = program_at(uow, self._clock())
            return present(uow, program, text, view.member.id if view else None, self._clock())

    def card_value(self, text: str) -> tuple[Voucher, int]:
        """A gift card or store credit and what it can pay now. Raises why it can't."""
        with self._database.read() as uow:
            return card_of(uow, text, self._till.currency, self._clock())

    # -- selling -----------------------------------------------------------------------------

    def sell(self, request: SaleRequest) -> SaleDone:
        """Book a paid sale. Raises what can be refused, before anything is booked.

        A decision that was booked already is answered, not booked again; DecisionChanged where
        something else was booked under its id. Where tills share a hub, it is asked for points
        first: PointsJustSpent, and OfflineCapReached where it does not answer.
        """
        request = self._of_survivor(request)
        asked = self._asked_for(request)
        if not asked or request.member_id is None or self._grants is None:
            return self._sell(request)
        member_id = request.member_id
        with granted(
            self._grants, request.id, member_id, asked, lambda: self._untold(member_id)
        ) as answered:
            return self._sell(request, 0 if answered else asked)

    def _of_survivor(self, request: SaleRequest) -> SaleRequest:
        """The member may have been merged into another one while the basket was filled."""
        if request.member_id is None:
            return request
        with self._database.read() as uow:
            return replace(request, member_id=survivor_of(uow, request.member_id))

    def _untold(self, member_id: MemberId) -> int:
        with self._database.read() as uow:
            return untold(uow, member_id, self._till.code)

    def _asked_for(self, request: SaleRequest) -> int:
        """Points that somebody must grant before they are redeemed: none where the till stands
        alone, or the sale is booked already."""
        if self._grants is None or request.member_id is None:
            return 0
        if not (request.points or request.rewards):
            return 0
        with self._database.read() as uow:
            if uow.sales.get(request.id) is not None:
                return 0
            view = view_member(uow, request.member_id, self._clock())
        return self.quote(
            request.basket, view, request.points, request.rewards, request.coupons, request.ways
        ).points

    def _sell(self, request: SaleRequest, unasked: int = 0) -> SaleDone:
        with self._database.write() as uow:
            known = uow.sales.get(request.id)
            if known is not None:
                if not _is_booked_as(known, request):
                    raise DecisionChanged(ref=known.ref)
                return self._done(uow, known)
            now = self._clock()
            if unasked and request.member_id is not None:
                program, till = program_at(uow, now), self._till.code
                keep_within(uow, program, request.member_id, unasked, till, now)
            done = self._book(uow, request, now)
            uow.commit()
        self._bus.tell(SaleBooked(done.sale.id, done.sale.member_id))
        return done

    def _book(self, uow: UnitOfWork, request: SaleRequest, now: datetime) -> SaleDone:
        made = Booking(uow, self._till, request, now, self.new_id).book()
        sale, vouchers = made.sale, (*made.followed.coupons, *made.cards)
        job = queue_sale(uow, self._till, made, now, self.new_id)
        self._tell_store(uow, MessageKind.SALE, sale.id, sale.member_id, now)
        codes = touched(sale, made.followed.coupons)
        tell_coupons(uow, self._till, codes, now, self.new_id)
        return SaleDone(sale, tuple(made.entries), made.view, job, vouchers)

    def _done(self, uow: UnitOfWork, sale: Sale) -> SaleDone:
        """The answer for a sale that was booked before."""
        view = view_member(uow, sale.member_id, self._clock()) if sale.member_id else None
        mine = [e for e in uow.ledger.of_source(sale.id) if e.member_id == sale.member_id]
        vouchers = tuple(uow.vouchers.of_source(sale.id))
        return SaleDone(sale, tuple(mine), view, uow.slips.of_sale(sale.id)[0], vouchers)

    # -- taking back -------------------------------------------------------------------------

    def find_sale(self, ref: str, lines: Sequence[ReturnLine] = ()) -> ReturnOffer:
        """A sale by what stands on its slip, and what returning ``lines`` (none: all that is left)
        would do. Raises UnknownSale, AlreadyReturned, BadLine."""
        with self._database.read() as uow:
            return offer_return(uow, self._ref(ref), lines, self._clock())

    def take_back(
        self, ref: str, reason: str, cashier_id: StaffId, lines: Sequence[ReturnLine] = ()
    ) -> ReturnDone:
        """Book a return. Raises UnknownSale, AlreadyReturned, BadLine."""
        now = self._clock()
        with self._database.write() as uow:
            offered = offer_return(uow, self._ref(ref), lines, now)
            done = self._book_return(uow, offered, reason, cashier_id, now)
            uow.commit()
        member_id = done.view.member.id if done.view else None
        self._bus.tell(SaleBooked(done.back.sale_id, member_id, done.back.id))
        return done

    def _ref(self, text: str) -> str:
        """A sale's reference as typed, or behind what was scanned of its slip."""
        return self._till.links.ref_of(signed_code(text.strip()) or text)

    def _book_return(
        self,
        uow: UnitOfWork,
        offered: ReturnOffer,
        reason: str,
        cashier_id: StaffId,
        now: datetime,
    ) -> ReturnDone:
        sale = offered.sale
        desk = Returning(uow, self._till, cashier_id, now, self.new_id)
        back, entries = desk.book(offered, reason)
        view = view_member(uow, sale.member_id, now) if sale.member_id else None
        slip_id, words = SlipId(self.new_id()), paper_words(self._till, view)
        slip = return_slip(
            slip_id, self._till, sale, back, entries, view, words,
            cards=offered.plan.cards, shortfall=offered.plan.points.shortfall,
        )  # fmt: skip
        job = queue(uow, slip, now)
        self._tell_store(uow, MessageKind.RETURN, back.id, sale.member_id, now)
        codes = [*touched(sale, uow.vouchers.of_source(sale.id)), *desk.blocked]
        tell_coupons(uow, self._till, codes, now, self.new_id)
        return ReturnDone(back, entries, view, job)

    # -- shared ------------------------------------------------------------------------------

    def _tell_store(
        self,
        uow: UnitOfWork,
        kind: MessageKind,
        subject: str,
        member_id: MemberId | None,
        now: datetime,
    ) -> None:
        tell_store(uow, self._till, kind, subject, member_id, now, self.new_id)
        if member_id is not None:
            tell_standing(uow, self._till, member_id, now, self.new_id)

    def member_changed(self, member_id: MemberId) -> None:
        """Tell everyone that looks at this member to look again."""
        self._bus.tell(MemberChanged(member_id))


def _is_booked_as(sale: Sale, request: SaleRequest) -> bool:
    goods = [(line.sku, line.unit_price, line.quantity) for line in sale.lines if not line.free]
    wanted = [(line.sku, line.unit_price, line.quantity) for line in request.basket.lines]
    as_money = sum(offer.points for offer in sale.offers if offer.kind == "points")
    rewards = tuple(offer.code for offer in sale.offers if offer.kind == "reward")
    return (sale.member_id, as_money, rewards, sale.tenders, goods) == (
        request.member_id, request.points, request.rewards, request.tenders, wanted
    )  # fmt: skip
