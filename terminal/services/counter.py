"""The counter: recognise what was scanned, sell, and take a sale back.

A sale, its ledger entries, its slip and its messages to the online store are one transaction: they
are all there afterwards, or none is. The sale's id is made when the cashier decides to book; asking
again with the same id answers with the sale that is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from terminal.cards import CardState, card_number, is_own_card
from terminal.errors import (
    AlreadyReturned,
    CardBlocked,
    DecisionChanged,
    InvalidCard,
    OtherCurrency,
    UnknownCode,
    UnknownSale,
)
from terminal.events import EventBus, MemberChanged, SaleBooked
from terminal.i18n import Words
from terminal.ids import (
    Clock,
    EntryId,
    MemberId,
    NewId,
    ReturnId,
    SaleId,
    SlipId,
    StaffId,
)
from terminal.ledger import EntryKind, LedgerEntry, earned
from terminal.outbox import MessageKind
from terminal.ports import Database, UnitOfWork
from terminal.programs.accrual import lapse_of, usable_from
from terminal.quoting import Quote, quote
from terminal.returns import PointsBack, Return, points_back, reversing_entries
from terminal.sales import Basket, Product, Sale, Tender, sale_lines, sale_ref, settle
from terminal.services.messages import tell_standing, tell_store
from terminal.services.models import (
    CardUnused,
    Identified,
    MemberFound,
    MemberView,
    ProductFound,
    ReturnDone,
    ReturnOffer,
    SaleDone,
    SaleFound,
    Till,
)
from terminal.services.standing import after_booking, expire_lapsed, view_member
from terminal.slip_writer import return_slip, sale_slip
from terminal.slips import Slip, SlipJob


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRequest:
    """What the cashier decided. ``id`` is made at that moment and makes the booking repeatable."""

    id: SaleId
    basket: Basket
    member_id: MemberId | None
    points: int
    tenders: tuple[Tender, ...]
    cashier_id: StaffId


class CounterService:
    """What a cashier does with a customer in front of her."""

    def __init__(
        self, database: Database, till: Till, bus: EventBus, *, clock: Clock, new_id: NewId
    ) -> None:
        self._database = database
        self._till = till
        self._bus = bus
        self._clock = clock
        self.new_id = new_id

    @property
    def till(self) -> Till:
        """Where we are."""
        return self._till

    # -- recognising -------------------------------------------------------------------------

    def identify(self, text: str) -> Identified:
        """What was scanned or typed: a member's card, a product, one of our slips, a new card.

        Raises UnknownCode, InvalidCard, CardBlocked, OtherCurrency.
        """
        with self._database.read() as uow:
            found = (
                self._member_by_card(uow, text)
                or _product(uow, text, self._till.currency)
                or _sale(uow, text)
            )
        if found is not None:
            return found
        number = card_number(text) if text.strip().isdigit() else None
        if number is None:
            raise UnknownCode(text=text)
        if not is_own_card(number, self._till.card_prefix):
            raise UnknownCode(text=text)
        return CardUnused(number)

    def _member_by_card(self, uow: UnitOfWork, text: str) -> MemberFound | None:
        try:
            number = card_number(text)
        except InvalidCard:
            return None
        found = uow.members.by_card(number)
        if found is None:
            return None
        member, card = found
        if card.state is not CardState.ACTIVE:
            raise CardBlocked(number=number)
        return MemberFound(view_member(uow, member.id, self._clock()))

    def member(self, member_id: MemberId) -> MemberView:
        """The member as of now. Raises UnknownMember."""
        with self._database.read() as uow:
            return view_member(uow, member_id, self._clock())

    def products(self, query: str = "", limit: int = 20) -> list[Product]:
        """Products by name or code; an empty query lists the first ones."""
        with self._database.read() as uow:
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

    def quote(self, basket: Basket, view: MemberView | None, points: int) -> Quote:
        """What would be booked now; pure, nothing is read. Raises what cannot be redeemed."""
        if view is None:
            return quote(basket, None, None, None, points, self._clock())
        return quote(basket, view.program, view.account, view.tier, points, self._clock())

    # -- selling -----------------------------------------------------------------------------

    def sell(self, request: SaleRequest) -> SaleDone:
        """Book a paid sale. Raises what can be refused, before anything is booked.

        A decision that was booked already is answered, not booked again; DecisionChanged where
        something else was booked under its id.
        """
        with self._database.write() as uow:
            known = uow.sales.get(request.id)
            if known is not None:
                if not _is_booked_as(known, request):
                    raise DecisionChanged(ref=known.ref)
                return self._done(uow, known)
            done = self._book(uow, request, self._clock())
            uow.commit()
        self._bus.tell(SaleBooked(done.sale.id, done.sale.member_id))
        return done

    def _book(self, uow: UnitOfWork, request: SaleRequest, now: datetime) -> SaleDone:
        view = self._fresh(uow, request.member_id, now)
        offered = self.quote(request.basket, view, request.points)
        sale = self._sale(uow, request, offered, now)
        entries = self._entries(uow, sale, offered, view) if view else []
        uow.sales.put(sale)
        uow.ledger.append(entries)
        after = after_booking(uow, view, now) if view else None
        slip_id = SlipId(self.new_id())
        words = self._words(after)
        job = self._queue(
            uow, sale_slip(slip_id, self._till, sale, entries, after, words), sale, now
        )
        self._tell_store(uow, MessageKind.SALE, sale.id, sale.member_id, now)
        return SaleDone(sale, tuple(entries), after, job)

    def _fresh(
        self, uow: UnitOfWork, member_id: MemberId | None, now: datetime
    ) -> MemberView | None:
        if member_id is None:
            return None
        expire_lapsed(uow, member_id, self._till.code, now)
        return view_member(uow, member_id, now)

    def _sale(self, uow: UnitOfWork, request: SaleRequest, offered: Quote, now: datetime) -> Sale:
        lines = sale_lines(request.basket, offered.redeemed_value)
        rounding, change = settle(offered.net, offered.currency, request.tenders)
        seq = uow.next_seq(self._till.code)
        return Sale(
            id=request.id,
            ref=sale_ref(self._till.code, seq),
            till=self._till.code,
            seq=seq,
            cashier_id=request.cashier_id,
            member_id=request.member_id,
            currency=offered.currency,
            lines=lines,
            points_redeemed=offered.points,
            redeemed_value=offered.redeemed_value,
            rounding=rounding,
            tenders=request.tenders,
            change=change,
            sold_at=now,
        )

    def _entries(
        self, uow: UnitOfWork, sale: Sale, offered: Quote, view: MemberView
    ) -> list[LedgerEntry]:
        """Redeemed first, earned after: what is earned on a sale never pays for it."""
        program, now = view.program, sale.sold_at
        entries = []

        def entry(kind: EntryKind, points: int, **more: object) -> LedgerEntry:
            return LedgerEntry(
                id=EntryId(self.new_id()),
                member_id=view.member.id,
                kind=kind,
                points=points,
                decided_at=now,
                till=sale.till,
                seq=uow.next_seq(sale.till),
                cashier_id=sale.cashier_id,
                program=program.code,
                program_version=program.version,
                currency=sale.currency,
                source_id=sale.id,
                **more,  # type: ignore[arg-type]
            )

        if offered.points:
            rule = program.redemption
            rate = f"{rule.block}/{rule.value}"
            entries.append(
                entry(EntryKind.REDEEM, -offered.points, basis=offered.redeemed_value, rate=rate)
            )
        accrual = offered.accrual
        if accrual is not None and accrual.points > 0:
            entries.append(
                entry(
                    EntryKind.EARN,
                    accrual.points,
                    parts=accrual.parts,
                    basis=accrual.basis,
                    rate=accrual.rate,
                    usable_at=usable_from(program, now),
                    lapses_at=lapse_of(program, now),
                )
            )
        return entries

    def _done(self, uow: UnitOfWork, sale: Sale) -> SaleDone:
        """The answer for a sale that was booked before."""
        view = view_member(uow, sale.member_id, self._clock()) if sale.member_id else None
        mine = _of_source(uow, sale.member_id, sale.id)
        return SaleDone(sale, tuple(mine), view, uow.slips.of_sale(sale.id)[0])

    # -- taking back -------------------------------------------------------------------------

    def find_sale(self, ref: str) -> ReturnOffer:
        """A sale by what stands on its slip. Raises UnknownSale, AlreadyReturned."""
        with self._database.read() as uow:
            return self._offer(uow, ref)

    def _offer(self, uow: UnitOfWork, ref: str) -> ReturnOffer:
        sale = uow.sales.by_ref(ref.strip().upper())
        if sale is None:
            raise UnknownSale(ref=ref)
        before = uow.sales.return_of(sale.id)
        if before is not None:
            raise AlreadyReturned(ref=sale.ref, returned_at=before.returned_at)
        if sale.member_id is None:
            return ReturnOffer(sale, PointsBack(0, 0), None)
        view = view_member(uow, sale.member_id, self._clock())
        return ReturnOffer(sale, points_back(sale, uow.ledger.entries(sale.member_id)), view)

    def take_back(self, ref: str, reason: str, cashier_id: StaffId) -> ReturnDone:
        """Book the return of a whole sale. Raises UnknownSale, AlreadyReturned."""
        with self._database.write() as uow:
            done = self._book_return(uow, self._offer(uow, ref).sale, reason, cashier_id)
            uow.commit()
        self._bus.tell(SaleBooked(done.back.sale_id, done.view.member.id if done.view else None))
        return done

    def _book_return(
        self, uow: UnitOfWork, sale: Sale, reason: str, cashier_id: StaffId
    ) -> ReturnDone:
        now, till = self._clock(), self._till.code
        seq = uow.next_seq(till)
        back = Return(
            id=ReturnId(self.new_id()), ref=sale_ref(till, seq), sale_id=sale.id, till=till,
            seq=seq, cashier_id=cashier_id, reason=reason, money_back=sale.paid,
            currency=sale.currency, returned_at=now,
        )  # fmt: skip
        entries: list[LedgerEntry] = []
        if sale.member_id is not None:
            expire_lapsed(uow, sale.member_id, till, now)
            history = uow.ledger.entries(sale.member_id)
            entries = reversing_entries(
                sale, back, history, new_id=self.new_id, next_seq=lambda: uow.next_seq(till)
            )
        uow.sales.put_return(back)
        uow.ledger.append(entries)
        if sale.member_id is not None:  # what went back to a lot whose time is over lapses with it
            expire_lapsed(uow, sale.member_id, till, now)
        view = view_member(uow, sale.member_id, now) if sale.member_id else None
        slip_id, words = SlipId(self.new_id()), self._words(view)
        slip = return_slip(slip_id, self._till, sale, back, entries, view, words)
        job = self._queue(uow, slip, None, now)
        self._tell_store(uow, MessageKind.RETURN, back.id, sale.member_id, now)
        return ReturnDone(back, tuple(entries), view, job)

    # -- shared ------------------------------------------------------------------------------

    def _words(self, view: MemberView | None) -> Words:
        language = view.member.language if view else self._till.language
        return Words(language, paper=True)

    def _queue(self, uow: UnitOfWork, slip: Slip, sale: Sale | None, now: datetime) -> SlipJob:
        job = SlipJob(
            id=slip.id, slip=slip, sale_id=sale.id if sale else None, created_at=now, due_at=now
        )
        uow.slips.put(job)
        return job

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
    goods = [(line.sku, line.unit_price, line.quantity) for line in sale.lines]
    wanted = [(line.sku, line.unit_price, line.quantity) for line in request.basket.lines]
    return (sale.member_id, sale.points_redeemed, sale.tenders, goods) == (
        request.member_id, request.points, request.tenders, wanted
    )  # fmt: skip


def _product(uow: UnitOfWork, text: str, currency: str) -> ProductFound | None:
    """A price of before the shop changed its currency is not one: it is refused, not converted."""
    product = uow.products.by_code(text.strip())
    if product is not None and product.currency != currency:
        raise OtherCurrency(currency=product.currency, expected=currency)
    return ProductFound(product) if product else None


def _sale(uow: UnitOfWork, text: str) -> SaleFound | None:
    sale = uow.sales.by_ref(text.strip().upper())
    return SaleFound(sale) if sale else None


def _of_source(
    uow: UnitOfWork, member_id: MemberId | None, source_id: str
) -> Sequence[LedgerEntry]:
    if member_id is None:
        return []
    return [entry for entry in uow.ledger.entries(member_id) if entry.source_id == source_id]
