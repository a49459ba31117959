"""Queueing what the online stores must be told; nothing where there is none. And what a message
says at the moment when it is sent."""

from collections.abc import Iterable
from datetime import datetime

from terminal.cards import CardState
from terminal.ids import MemberId, NewId
from terminal.ledger import EntryKind
from terminal.members import Member
from terminal.online import Standing
from terminal.outbox import MessageKind, OutboxMessage
from terminal.ports import UnitOfWork
from terminal.returns import Return, still_there
from terminal.sales import Sale
from terminal.services.models import Till
from terminal.services.standing import level_at
from terminal.services.web_terms import is_for_the_web
from terminal.vouchers import Voucher, VoucherCode


def tell_store(
    uow: UnitOfWork,
    till: Till,
    kind: MessageKind,
    subject_id: str,
    member_id: MemberId | None,
    now: datetime,
    new_id: NewId,
) -> None:
    """Queue one message for each online store. A sale or return is its own key; the others get a
    fresh one."""
    for place, store in enumerate(till.online_stores):
        once = kind in (MessageKind.SALE, MessageKind.RETURN)
        key = subject_id if once else new_id()
        uow.outbox.put(
            OutboxMessage(
                key=f"{key}@{store}" if once and place else key,
                kind=kind,
                subject_id=subject_id,
                member_id=member_id,
                created_at=now,
                due_at=now,
                store=store,
            )
        )


def tell_standing(
    uow: UnitOfWork, till: Till, member_id: MemberId, now: datetime, new_id: NewId
) -> None:
    """Queue the member's balance and tier, as they will be when the message is sent."""
    tell_store(uow, till, MessageKind.STANDING, member_id, member_id, now, new_id)


def tell_coupons(
    uow: UnitOfWork, till: Till, codes: Iterable[VoucherCode], now: datetime, new_id: NewId
) -> None:
    """Queue coupons that were given, used up or taken back, as far as a web shop can have them."""
    wanted = list(codes) if till.online_stores else []
    program = uow.programs.at(now) if wanted else None
    for code in wanted if program else ():
        voucher = uow.vouchers.get(code)
        if program and voucher and is_for_the_web(uow, program, voucher):
            tell_store(uow, till, MessageKind.COUPON, code, voucher.owner, now, new_id)


def touched(sale: Sale, given: Iterable[Voucher] = ()) -> list[VoucherCode]:
    """Coupons that a sale used, or its return gave back, and those that were given for it."""
    used = [VoucherCode(offer.coupon) for offer in sale.offers if offer.coupon]
    return list(dict.fromkeys([*used, *(voucher.code for voucher in given)]))


def standing_told(uow: UnitOfWork, member: Member, now: datetime) -> Standing | None:
    """Where a member stands, as online stores show it: balance, tier, and what lapses next. None
    while nothing was ever booked or granted here: what a store shows then came from elsewhere (a
    till before this one, another program), and a nought of ours would wipe it. Of a level that was
    granted before anything was booked only the level is told."""
    account = uow.ledger.account(member.id)
    if not account.entries and not uow.tiers.of_member(member.id):
        return None
    program = uow.programs.at(now)
    tier = level_at(uow, member, program, now).tier.code if program else ""
    ahead = [(moment, points) for moment, points in account.lapsing() if moment > now]
    lapses_at, lapsing = ahead[0] if ahead else (None, 0)
    return Standing(account.balance, tier, now, lapsing, lapses_at, booked=bool(account.entries))


def card_told(uow: UnitOfWork, member_id: MemberId) -> str:
    """The card that online stores show: the newest active one; "" for none."""
    cards = [card for card in uow.members.cards(member_id) if card.state is CardState.ACTIVE]
    return max(cards, key=lambda card: card.issued_at).number if cards else ""


def earned_told(uow: UnitOfWork, sale: Sale) -> int:
    """What a purchase earned, as its order shows it."""
    if sale.member_id is None:
        return 0
    # Whoever had them then: the sale of a member who was merged went over, its entries stayed.
    return sum(e.points for e in uow.ledger.of_source(sale.id) if e.kind is EntryKind.EARN)


def kept_told(uow: UnitOfWork, sale: Sale, back: Return) -> dict[str, int]:
    """Pieces of each SKU of the sale that the customer had after this return and those before."""
    until = (back.returned_at, back.id)
    known = [one for one in uow.sales.returns_of(sale.id) if (one.returned_at, one.id) <= until]
    kept: dict[str, int] = {}
    for line, pieces in zip(sale.lines, still_there(sale, known), strict=True):
        kept[line.sku] = kept.get(line.sku, 0) + pieces
    return kept
