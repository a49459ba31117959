"""Taking goods back: what a return would do, and booking it in one transaction.

Whole or in part, once or in several goes. What is shown before is the plan that is booked after.
All here works in the caller's unit of work.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

from terminal.entries import LedgerEntry
from terminal.errors import AlreadyReturned, UnknownSale
from terminal.ids import MemberId, NewId, ReturnId, SaleId, StaffId, TillCode
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.programs.calendar import local_day
from terminal.programs.wanted import wanted
from terminal.restoring import Move, ReturnPolicy
from terminal.returns import (
    Return,
    ReturnPlan,
    booked,
    late_entries,
    plan_return,
    still_there,
)
from terminal.sales import Sale, TenderKind, sale_ref
from terminal.services.campaigning import Scene, challenge_of, stamps_of, unreached
from terminal.services.carrying import carry_over
from terminal.services.facts import zone_of
from terminal.services.models import ReturnOffer, Till
from terminal.services.selling import chance_of, uses_of
from terminal.services.standing import expire_lapsed, view_member
from terminal.services.vouchers import give_back, take_back_cards, worth_of_cards
from terminal.shares import ReturnLine
from terminal.vouchers import Voucher, VoucherCode, VoucherKind


def policy_of(program: Program | None) -> ReturnPolicy:
    """What the programme says about points of returned goods."""
    if program is None:
        return ReturnPolicy()
    said = program.returning
    return ReturnPolicy(
        clawback=said.clawback, expired=said.expired, grace_days=said.grace_days,
        zone=program.zone,
    )  # fmt: skip


def offer_return(
    uow: UnitOfWork, ref: str, lines: Sequence[ReturnLine], now: datetime
) -> ReturnOffer:
    """A sale by what stands on its slip, and what taking back ``lines`` (none: all that is left)
    would do. Raises UnknownSale, AlreadyReturned, BadLine."""
    sale = uow.sales.by_ref(ref.strip().upper())
    if sale is None:
        raise UnknownSale(ref=ref)
    earlier = uow.sales.returns_of(sale.id)
    policy = policy_of(uow.programs.at(now))
    history = _history(uow, owner_of(uow, sale))
    try:
        plan = plan_return(sale, lines, earlier, history, now, policy)
        if plan.whole:  # what became of its points on stamp cards goes back first
            stamps = stamps_back(uow, sale, history, now)
            history = [*history, *_pretended(plan, stamps, sale, now)]
            plan = plan_return(sale, lines, earlier, history, now, policy)
    except AlreadyReturned as error:
        last = max(back.returned_at for back in earlier)
        raise AlreadyReturned(ref=sale.ref, returned_at=last) from error
    view = view_member(uow, sale.member_id, now) if sale.member_id else None
    money = plan.money - _spent_on_cards(uow, sale, plan, now)
    return ReturnOffer(sale, plan.points, view, plan, tuple(earlier), max(money, 0))


def owner_of(uow: UnitOfWork, sale: Sale) -> MemberId | None:
    """Whose account a sale moved: the member's, or that of the one who was merged into them."""
    if sale.member_id is None:
        return None
    moved = uow.ledger.of_source(sale.id)
    return moved[0].member_id if moved else sale.member_id


def _carried(uow: UnitOfWork, sale: Sale, till: TillCode, now: datetime) -> list[LedgerEntry]:
    """What a return leaves with a member who was merged into another one goes there at once."""
    owner = owner_of(uow, sale)
    if owner is None or sale.member_id is None or owner == sale.member_id:
        return []
    return carry_over(uow, owner, sale.member_id, now, till)


def _history(uow: UnitOfWork, member_id: MemberId | None) -> list[LedgerEntry]:
    return uow.ledger.entries(member_id) if member_id is not None else []


def _pretended(
    plan: ReturnPlan, moves: Sequence[Move], sale: Sale, now: datetime
) -> list[LedgerEntry]:
    """As they will be booked, so that what is shown is what happens."""
    number = count(10**12)
    back = Return(
        id=ReturnId(""), ref="", sale_id=sale.id, till=sale.till, seq=0, cashier_id=sale.cashier_id,
        reason="", money_back=0, currency=sale.currency, returned_at=now,
    )  # fmt: skip
    return booked(
        replace(plan, moves=tuple(moves)), back, new_id=lambda: f"pretended {next(number)}",
        next_seq=lambda: next(number),
    )  # fmt: skip


def stamps_back(
    uow: UnitOfWork, sale: Sale, history: Sequence[LedgerEntry], now: datetime
) -> list[Move]:
    """Stamp cards that a sale filled, and whose coupons nobody used, are points again."""
    source = stamps_of(sale.id)
    stamps = [entry.id for entry in history if entry.source_id == source]
    whole = {stamp for stamp in stamps if unused(uow, stamp, sale.sold_at)}
    moves = all_back(uow, sale, source, history, now) if whole else ()
    return [move for move in moves if move.of.id in whole]


def all_back(
    uow: UnitOfWork, sale: Sale, source: str, history: Sequence[LedgerEntry], now: datetime
) -> tuple[Move, ...]:
    """What undoes everything that was booked under a source that is not the sale itself."""
    as_sale = replace(sale, id=SaleId(source))
    return plan_return(as_sale, (), (), history, now, policy_of(uow.programs.at(now))).moves


def unused(uow: UnitOfWork, source: str, issued_at: datetime) -> list[Voucher]:
    """Coupons from a source that nobody has used: as good as on the day they were issued."""
    program = uow.programs.at(issued_at)
    uses = {kind.code: kind.uses for kind in program.coupons} if program else {}
    return [
        voucher
        for voucher in uow.vouchers.of_source(source)
        if not voucher.blocked
        and voucher.uses_left is not None
        and voucher.uses_left == uses.get(voucher.coupon)
    ]


def _card_pieces(sale: Sale, plan: ReturnPlan) -> list[tuple[int, int]]:
    """(pieces, price) of the gift cards among what comes back."""
    lines = ((line, sale.lines[line.place]) for line in plan.lines)
    return [(n.quantity, sold.unit_price) for n, sold in lines if sold.goods.kind == "gift_card"]


def _spent_on_cards(uow: UnitOfWork, sale: Sale, plan: ReturnPlan, now: datetime) -> int:
    """What was spent already of gift cards that come back: nobody gets it a second time."""
    pieces = _card_pieces(sale, plan)
    if not pieces:
        return 0
    there = worth_of_cards(uow, sale, sum(count for count, _price in pieces), now)
    return sum(count * price for count, price in pieces) - there


class Returning:
    """One return on its way into the books; made for one unit of work and used once."""

    def __init__(
        self, uow: UnitOfWork, till: Till, cashier_id: StaffId, now: datetime, new_id: NewId
    ) -> None:
        self._uow = uow
        self._till = till
        self._cashier_id = cashier_id
        self._now = now
        self._new_id = new_id
        self.blocked: list[VoucherCode] = []
        """Coupons that are no longer good because what they were for came back."""

    def book(self, offered: ReturnOffer, reason: str) -> tuple[Return, tuple[LedgerEntry, ...]]:
        """Write it all: goods, money, cards, points."""
        uow, sale, till, now = self._uow, offered.sale, self._till.code, self._now
        if sale.member_id is not None:
            expire_lapsed(uow, sale.member_id, till, now)
        back = self._return(offered, reason)
        entries = self._stamps(offered, back)
        plan = self._again(offered)
        entries += self._put(plan, plan.moves, back)
        uow.sales.put_return(back)
        self._cards(sale, plan, back)
        if plan.whole:
            undo_offers(uow, sale)
        if sale.member_id is not None:
            entries += self._challenges(sale, sale.member_id, plan, back)
            entries += _carried(uow, sale, till, now)
            # What went back to a lot whose time is over lapses with it.
            expire_lapsed(uow, sale.member_id, till, now)
        return back, tuple(entries)

    def _put(self, plan: ReturnPlan, moves: Sequence[Move], back: Return) -> list[LedgerEntry]:
        entries = booked(
            replace(plan, moves=tuple(moves)), back, new_id=self._new_id,
            next_seq=lambda: self._uow.next_seq(self._till.code),
        )  # fmt: skip
        self._uow.ledger.append(entries)
        return entries

    def _stamps(self, offered: ReturnOffer, back: Return) -> list[LedgerEntry]:
        """Coupons of stamp cards become points again before the points of the sale go back."""
        sale, uow = offered.sale, self._uow
        if not offered.plan.whole:
            return []
        moves = stamps_back(uow, sale, _history(uow, owner_of(uow, sale)), self._now)
        for move in moves:
            self._block(move.of.id, sale.sold_at)
        return self._put(offered.plan, moves, back)

    def _challenges(
        self, sale: Sale, member_id: MemberId, plan: ReturnPlan, back: Return
    ) -> list[LedgerEntry]:
        """What a member no longer reaches is taken back: coming for nothing earns nothing."""
        uow, program = self._uow, self._uow.programs.at(sale.sold_at)
        if program is None or not program.challenges:
            return []
        scene = Scene(
            uow=uow, program=program, till=self._till.code, now=self._now,
            chance=chance_of(self._new_id), cashier_id=self._cashier_id,
        )  # fmt: skip
        entries: list[LedgerEntry] = []
        for key in unreached(scene, member_id, sale.sold_at):
            history = _history(uow, member_id)
            moves = all_back(uow, sale, challenge_of(key), history, self._now)
            entries += self._put(plan, moves, back)
            self._block(key, sale.sold_at)
        return entries

    def _block(self, source: str, issued_at: datetime) -> None:
        for voucher in unused(self._uow, source, issued_at):
            self._uow.vouchers.put(replace(voucher, blocked=True))
            self.blocked.append(voucher.code)

    def _again(self, offered: ReturnOffer) -> ReturnPlan:
        """The plan once more: what lapsed meanwhile has been booked out."""
        history = _history(self._uow, owner_of(self._uow, offered.sale))
        policy = policy_of(self._uow.programs.at(self._now))
        return plan_return(
            offered.sale, offered.plan.lines, offered.earlier, history, self._now, policy
        )

    def _return(self, offered: ReturnOffer, reason: str) -> Return:
        plan, sale, till = offered.plan, offered.sale, self._till.code
        seq = self._uow.next_seq(till)
        every = tuple(line.quantity for line in sale.lines)
        whole = tuple(line.quantity for line in plan.lines) == every and not offered.earlier
        return Return(
            id=ReturnId(self._new_id()), ref=sale_ref(till, seq), sale_id=sale.id, till=till,
            seq=seq, cashier_id=self._cashier_id, reason=reason, money_back=offered.money,
            currency=sale.currency, returned_at=self._now, lines=() if whole else plan.lines,
        )  # fmt: skip

    def _cards(self, sale: Sale, plan: ReturnPlan, back: Return) -> None:
        """What cards paid goes back to them; gift cards that come back are emptied."""
        who = {"till": back.till, "cashier_id": back.cashier_id, "now": back.returned_at}
        give_back(self._uow, sale, back.id, plan.cards, **who)  # type: ignore[arg-type]
        pieces = sum(count for count, _price in _card_pieces(sale, plan))
        if pieces:
            take_back_cards(self._uow, sale, back.id, pieces, **who)  # type: ignore[arg-type]


def undo_offers(uow: UnitOfWork, sale: Sale) -> None:
    """Coupons used are good again, coupons given are not, limits and budgets as before."""
    for offer in sale.offers:
        if offer.coupon:
            uow.vouchers.given_back(VoucherCode(offer.coupon), sale.id)
    for voucher in uow.vouchers.of_source(sale.id):
        if voucher.kind is VoucherKind.COUPON and not voucher.blocked:
            uow.vouchers.put(replace(voucher, blocked=True))
    program = uow.programs.at(sale.sold_at)
    recorded = wanted(program).recorded if program else frozenset()
    if program is None or not recorded:
        return
    mine = [e for e in _history(uow, owner_of(uow, sale)) if e.source_id == sale.id]
    day = local_day(sale.sold_at, zone_of(program)).isoformat()
    for rule, points, money in uses_of(sale, mine):
        if rule in recorded:
            uow.uses.add(rule, sale.member_id, day, -1, -points, -money)


def settle_waiting(uow: UnitOfWork, sale: Sale) -> list[LedgerEntry]:
    """Returns that were taken before this sale was known here get their points now.

    Every till that hears of both derives the same entries.
    """
    entries: list[LedgerEntry] = []
    for pending in uow.pending_returns.of_sale(sale.ref):
        earlier = uow.sales.returns_of(sale.id)
        back = pending.of(sale)
        if not pending.lines and any(left := still_there(sale, earlier)):  # whole: all of the rest
            back = replace(back, lines=tuple(ReturnLine(n, q) for n, q in enumerate(left) if q))
        policy = policy_of(uow.programs.at(back.returned_at))
        uow.sales.put_return(back)
        late = late_entries(
            sale, back, _history(uow, owner_of(uow, sale)), earlier=earlier, policy=policy
        )
        uow.ledger.append(late)
        entries += _carried(uow, sale, back.till, back.returned_at)
        uow.pending_returns.drop(pending.id)
        entries += late
        if any(still_there(sale, earlier)) and not any(still_there(sale, [*earlier, back])):
            undo_offers(uow, sale)
    return entries


def cash_share(sale: Sale, money: int) -> dict[TenderKind, int]:
    """How ``money`` goes back: to the bank card what it paid, the rest in cash."""
    card = sum(tender.amount for tender in sale.tenders if tender.kind is TenderKind.CARD)
    to_card = min(card, money)
    shares = {TenderKind.CARD: to_card, TenderKind.CASH: money - to_card}
    return {kind: amount for kind, amount in shares.items() if amount}
