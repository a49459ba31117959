"""Coupons, gift cards and store credit in the till's transactions.

Every function works in the caller's unit of work: a card pays in the same transaction as the sale
it pays for, a coupon is used up in the sale that it was good for, and what a sale issues is there
when the sale is, or not at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from terminal.errors import (
    NotEnoughOnCard,
    NotYourVoucher,
    OtherCurrency,
    UnknownVoucher,
    VoucherBlocked,
    VoucherNotYet,
    VoucherOver,
    VoucherUsed,
)
from terminal.ids import MemberId, StaffId, TillCode, derived_id
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.programs.calendar import end_of_day, start_of_day
from terminal.programs.facts import Presented
from terminal.programs.model import CouponKind
from terminal.sales import Sale, Tender, TenderKind
from terminal.services.facts import zone_of
from terminal.services.web_terms import shown_with_terms
from terminal.vouchers import (
    ValueEntry,
    ValueKind,
    Voucher,
    VoucherCode,
    VoucherKind,
    clean_code,
    is_over,
    spendable,
    value_lots,
    voucher_code,
)

Chance = Callable[[], int]
"""At least 55 fresh random bits."""

MONEY_TENDERS = (TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT)


def credit_code(member_id: MemberId) -> VoucherCode:
    """The code of a member's store credit: one each, the same on every till."""
    return VoucherCode("S" + derived_id("store credit", member_id).replace("-", "").upper()[:24])


# -- coupons ---------------------------------------------------------------------------------------


def present(
    uow: UnitOfWork, program: Program, text: str, member_id: MemberId | None, now: datetime
) -> Presented:
    """A coupon that somebody shows, if it is good now.

    Raises UnknownVoucher, NotYourVoucher, VoucherUsed, VoucherOver, VoucherNotYet, VoucherBlocked.
    """
    code = clean_code(text)
    kind = public_kind(program, code)
    if kind is not None:
        _require_public(uow, program, kind, member_id, now)
        return Presented(public_code(kind), kind.code)
    voucher = uow.vouchers.get(VoucherCode(code))
    if voucher is None or voucher.kind is not VoucherKind.COUPON:
        raise UnknownVoucher(code=code)
    if voucher.owner is not None and voucher.owner != member_id:
        raise NotYourVoucher(code=code)
    if voucher.uses_left == 0:
        raise VoucherUsed(code=code)
    require_good(voucher, now)
    return shown_with_terms(uow, voucher)


def public_kind(program: Program, code: str) -> CouponKind | None:
    """The kind of coupon whose one code for everybody this is."""
    kinds = (kind for kind in program.coupons if kind.public and kind.active)
    return next((kind for kind in kinds if clean_code(kind.public) == code), None)


def public_code(kind: CouponKind) -> str:
    """Its code as it is kept."""
    return clean_code(kind.public)


def _require_public(
    uow: UnitOfWork, program: Program, kind: CouponKind, member_id: MemberId | None, now: datetime
) -> None:
    code, zone = public_code(kind), zone_of(program)
    today = now.astimezone(zone).date().isoformat()
    if kind.starts is not None and today < kind.starts:
        raise VoucherNotYet(code=code, starts=None)
    if kind.ends is not None and today > kind.ends:
        raise VoucherOver(code=code, ended=None)
    if member_id is None and (kind.owned or kind.per_member is not None):
        raise NotYourVoucher(code=code)
    known = uow.vouchers.get(VoucherCode(code))
    if known is not None and known.uses_left == 0:
        raise VoucherUsed(code=code)
    if member_id is not None and kind.per_member is not None:
        uses = uow.vouchers.uses_by(VoucherCode(code), member_id)
        if uses >= kind.per_member:
            raise VoucherUsed(code=code)


def require_good(voucher: Voucher, now: datetime) -> None:
    """Raises VoucherBlocked, VoucherNotYet, VoucherOver."""
    if voucher.blocked:
        raise VoucherBlocked(code=voucher.code)
    if voucher.starts is not None and now < voucher.starts:
        raise VoucherNotYet(code=voucher.code, starts=voucher.starts)
    if voucher.ends is not None and now >= voucher.ends:
        raise VoucherOver(code=voucher.code, ended=voucher.ends)


def issue_coupon(
    uow: UnitOfWork,
    program: Program,
    kind_code: str,
    owner: MemberId | None,
    source_id: str,
    now: datetime,
    chance: Chance,
) -> Voucher:
    """A coupon of a kind that the programme describes, for whoever earned it."""
    kind = next(kind for kind in program.coupons if kind.code == kind_code)
    voucher = Voucher(
        code=voucher_code("C", chance()),
        kind=VoucherKind.COUPON,
        issued_at=now,
        coupon=kind.code,
        owner=owner if kind.owned else None,
        starts=_first_moment(program, kind, now),
        ends=_last_moment(program, kind, now),
        uses_left=kind.uses,
        source_id=source_id,
    )
    uow.vouchers.put(voucher)
    return voucher


def _first_moment(program: Program, kind: CouponKind, now: datetime) -> datetime | None:
    """Not in the sale that issued it: the moment after."""
    starts = [now + timedelta(microseconds=1)] if kind.from_next else []
    if kind.starts is not None:
        first = datetime.fromisoformat(kind.starts).date()
        starts.append(start_of_day(first, zone_of(program)))
    return max(starts, default=None)


def _last_moment(program: Program, kind: CouponKind, now: datetime) -> datetime | None:
    """The end of the last local day on which it is good."""
    zone, ends = zone_of(program), []
    if kind.ends is not None:
        last = datetime.fromisoformat(kind.ends).date()
        ends.append(start_of_day(last + timedelta(days=1), zone))
    if kind.valid_days is not None:
        ends.append(end_of_day(now + timedelta(days=kind.valid_days), zone))
    return min(ends, default=None)


def use_coupons(uow: UnitOfWork, program: Program, sale: Sale) -> None:
    """Use up what was good for something in this sale. Raises VoucherUsed: somebody was quicker."""
    for code in dict.fromkeys(offer.coupon for offer in sale.offers if offer.coupon):
        kind = public_kind(program, code)
        if kind is not None and uow.vouchers.get(VoucherCode(code)) is None:
            uow.vouchers.put(
                Voucher(
                    code=VoucherCode(code), kind=VoucherKind.COUPON, issued_at=sale.sold_at,
                    coupon=kind.code, uses_left=kind.uses,
                )
            )  # fmt: skip
        if not uow.vouchers.used(VoucherCode(code), sale.member_id, sale.id):
            raise VoucherUsed(code=code)


# -- gift cards and store credit -------------------------------------------------------------------


def card_of(uow: UnitOfWork, text: str, currency: str, now: datetime) -> tuple[Voucher, int]:
    """A gift card or credit and what it can pay now.

    Raises UnknownVoucher, OtherCurrency, VoucherBlocked, VoucherOver, VoucherNotYet.
    """
    code = VoucherCode(clean_code(text))
    voucher = uow.vouchers.get(code)
    if voucher is None or voucher.kind is VoucherKind.COUPON:
        raise UnknownVoucher(code=code)
    if voucher.currency != currency:
        raise OtherCurrency(currency=voucher.currency, expected=currency)
    require_good(voucher, now)
    return voucher, spendable(uow.vouchers.entries(code), now)


def pay_with_cards(uow: UnitOfWork, sale: Sale) -> None:
    """Take from each card what it pays in this sale. Raises NotEnoughOnCard and as ``card_of``.

    Cards that the sale itself sells are loaded afterwards: nobody pays with money not yet paid in.
    """
    for place, tender in enumerate(sale.tenders):
        if tender.kind not in MONEY_TENDERS or tender.amount == 0:
            continue
        voucher, available = card_of(uow, tender.code, sale.currency, sale.sold_at)
        if tender.amount > available:
            raise NotEnoughOnCard(
                code=voucher.code, asked=tender.amount, available=available, currency=sale.currency
            )
        book = _booker(uow, sale.till, sale.cashier_id, sale.currency, sale.sold_at, sale.id)
        book(voucher.code, ValueKind.PAY, -tender.amount, derived_id("pay", sale.id, str(place)))


def load_cards(uow: UnitOfWork, sale: Sale, chance: Chance) -> list[Voucher]:
    """The gift cards that this sale sells, one for each piece, each worth what was asked for it."""
    cards = []
    for line in sale.lines:
        if line.goods.kind != "gift_card" or not line.unit_price:
            continue
        for _ in range(line.quantity):
            card = Voucher(
                code=voucher_code("G", chance()), kind=VoucherKind.GIFT_CARD,
                issued_at=sale.sold_at, currency=sale.currency, uses_left=None, source_id=sale.id,
            )  # fmt: skip
            uow.vouchers.put(card)
            book = _booker(uow, sale.till, sale.cashier_id, sale.currency, sale.sold_at, sale.id)
            book(card.code, ValueKind.ISSUE, line.unit_price, derived_id("issue", card.code))
            cards.append(card)
    return cards


def give_credit(
    uow: UnitOfWork,
    member_id: MemberId,
    amount: int,
    currency: str,
    *,
    till: TillCode,
    cashier_id: StaffId | None,
    now: datetime,
    source_id: str,
    reason: str = "",
    lapses_at: datetime | None = None,
) -> Voucher:
    """Money on a member's store credit, in a lot of its own; once for each source."""
    code = credit_code(member_id)
    voucher = uow.vouchers.get(code) or Voucher(
        code=code, kind=VoucherKind.STORE_CREDIT, issued_at=now, currency=currency,
        owner=member_id, uses_left=None,
    )  # fmt: skip
    if voucher.currency != currency:
        raise OtherCurrency(currency=currency, expected=voucher.currency)
    uow.vouchers.put(voucher)
    book = _booker(uow, till, cashier_id, currency, now, source_id)
    key = derived_id("credit", code, source_id)
    book(code, ValueKind.ISSUE, amount, key, lapses_at=lapses_at, reason=reason)
    return voucher


def give_back(
    uow: UnitOfWork,
    sale: Sale,
    back_id: str,
    cards: Sequence[Tender],
    *,
    till: TillCode,
    cashier_id: StaffId,
    now: datetime,
) -> int:
    """Put back on each card what it gets of what it paid; answers the minor units in all.

    It comes as a lot of its own that never lapses, which is never worse for the customer.
    """
    book = _booker(uow, till, cashier_id, sale.currency, now, back_id)
    for place, tender in enumerate(cards):
        code = VoucherCode(clean_code(tender.code))
        book(code, ValueKind.UNDO, tender.amount, derived_id("unpay", back_id, str(place)))
    return sum(tender.amount for tender in cards)


def worth_of_cards(uow: UnitOfWork, sale: Sale, pieces: int, now: datetime) -> int:
    """What is on the ``pieces`` fullest gift cards that a sale sold and that are still good."""
    return sum(worth for _card, worth in _fullest(uow, sale, now)[:pieces])


def _fullest(uow: UnitOfWork, sale: Sale, now: datetime) -> list[tuple[Voucher, int]]:
    sold = uow.vouchers.of_source(sale.id)
    good = [card for card in sold if card.kind is VoucherKind.GIFT_CARD and not card.blocked]
    worth = [(card, spendable(uow.vouchers.entries(card.code), now)) for card in good]
    return sorted(worth, key=lambda pair: -pair[1])


def take_back_cards(
    uow: UnitOfWork,
    sale: Sale,
    back_id: str,
    pieces: int,
    *,
    till: TillCode,
    cashier_id: StaffId,
    now: datetime,
) -> int:
    """Empty and block as many of the gift cards that a sale sold as come back.

    Untouched ones first; answers the money that was on them, which is all that can be paid back.
    """
    book = _booker(uow, till, cashier_id, sale.currency, now, back_id)
    total = 0
    for card, left in _fullest(uow, sale, now)[:pieces]:
        if left:
            book(card.code, ValueKind.UNDO, -left, derived_id("unissue", back_id, card.code))
        uow.vouchers.put(replace(card, blocked=True))
        total += left
    return total


def expire_cards(uow: UnitOfWork, till: TillCode, now: datetime, limit: int = 100) -> int:
    """Book out what lapsed on cards and credits; answers the minor units. Once for each lot."""
    gone = 0
    for code in list(uow.vouchers.lapsing(now, limit)):
        voucher = uow.vouchers.get(code)
        for lot in value_lots(uow.vouchers.entries(code)):
            if voucher is not None and is_over(lot, now):
                book = _booker(uow, till, None, voucher.currency, now, "")
                key = derived_id("lapse", lot.entry_id)
                book(code, ValueKind.EXPIRE, -lot.remaining, key, reverses=lot.entry_id)
                gone += lot.remaining
    return gone


def _booker(
    uow: UnitOfWork,
    till: TillCode,
    cashier_id: StaffId | None,
    currency: str,
    now: datetime,
    source_id: str,
) -> Callable[..., None]:
    def book(code: VoucherCode, kind: ValueKind, amount: int, key: str, **more: object) -> None:
        uow.vouchers.append(
            [
                ValueEntry(
                    id=key, code=code, kind=kind, amount=amount, currency=currency,
                    decided_at=now, till=till, seq=uow.next_seq(till), cashier_id=cashier_id,
                    source_id=source_id, **more,  # type: ignore[arg-type]
                )
            ]
        )  # fmt: skip

    return book
