"""What a reading is: the candidates of its route, asked for in the books one after the other.

Never a wrong member: a card is its whole number or a code that this shop signed, and what is in no
book is said to be so.
"""

from collections.abc import Callable
from datetime import datetime

from terminal.cards import CardState, card_number, is_own_card
from terminal.errors import (
    CardBlocked,
    CouponNotHere,
    ForgedCode,
    InvalidCard,
    OtherCurrency,
    TornCard,
    UnknownArticle,
    UnknownCard,
    UnknownCode,
)
from terminal.ids import CardNumber
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.scans import Kind, Otherwise, Reading, Route, ScanRules, route
from terminal.services.models import (
    CardUnused,
    CouponFound,
    Identified,
    MemberFound,
    MoneyCardFound,
    ProductFound,
    SaleFound,
    SignedIn,
    StaffFound,
    Till,
)
from terminal.services.standing import view_member
from terminal.services.vouchers import public_code
from terminal.vouchers import VoucherCode, VoucherKind, clean_code, is_voucher_code


def rules_of(till: Till, program: Program | None) -> ScanRules:
    """What codes look like in this shop, by its settings and the programme in force."""
    kinds = program.coupons if program is not None else ()
    return ScanRules(
        card_prefix=till.card_prefix,
        card_lengths=till.card_lengths,
        weighed_prefixes=till.weighed_prefixes,
        campaigns=frozenset(public_code(kind) for kind in kinds if kind.public and kind.active),
        till=till.code,
    )


class Recognising:
    """Answers what readings are, as of one look into the books."""

    def __init__(self, uow: UnitOfWork, till: Till, program: Program | None, now: datetime) -> None:
        self._uow = uow
        self._till = till
        self._now = now
        self._rules = rules_of(till, program)
        self._asks: dict[Kind, Callable[[str], Identified | None]] = {
            Kind.SIGNED: self._signed,
            Kind.CARD: self._card,
            Kind.PRODUCT: self._product,
            Kind.CAMPAIGN: CouponFound,
            Kind.VOUCHER: self._voucher,
            Kind.SLIP: self._slip,
            Kind.STAFF: self._badge,
        }

    def found(self, reading: Reading) -> Identified:
        """What it is. Raises UnknownCode, UnknownCard, InvalidCard, CardBlocked, OtherCurrency,
        ForgedCode.
        """
        way = route(reading, self._rules)
        for candidate in way.candidates:
            if (found := self._asks[candidate.kind](candidate.code)) is not None:
                return found
        return self._not_found(reading, way)

    def _not_found(self, reading: Reading, way: Route) -> CardUnused:
        """What the web shop made itself is not in our books: that is said, where there is one."""
        if self._till.online_stores and _may_be_coupon(reading.text, way):
            if is_voucher_code(clean_code(reading.text)):
                raise CouponNotHere(code=reading.text)
            raise UnknownCode(text=reading.text, web=True)
        return _not_found(reading, way)

    def _card(self, number: str) -> MemberFound | None:
        found = self._uow.members.by_card(CardNumber(number))
        if found is None:
            return None
        member, card = found
        if card.state is not CardState.ACTIVE:
            raise CardBlocked(number=number)
        return MemberFound(view_member(self._uow, member.id, self._now))

    def _product(self, code: str) -> ProductFound | None:
        """A price of before the shop changed its currency is not one: it is refused."""
        product = self._uow.products.by_code(code)
        if product is not None and product.currency != self._till.currency:
            raise OtherCurrency(currency=product.currency, expected=self._till.currency)
        return ProductFound(product) if product else None

    def _voucher(self, code: str) -> CouponFound | MoneyCardFound | None:
        """A coupon or gift card; whether it is good is said when it is used."""
        voucher = self._uow.vouchers.get(VoucherCode(code))
        if voucher is None:
            return None
        if voucher.kind is VoucherKind.COUPON:
            return CouponFound(code)
        return MoneyCardFound(voucher.code)

    def _slip(self, ref: str) -> SaleFound | None:
        sale = self._uow.sales.by_ref(ref)
        return SaleFound(sale) if sale else None

    def _badge(self, badge: str) -> StaffFound | None:
        staff = self._uow.staff.by_badge(badge)
        return StaffFound(SignedIn(staff.id, staff.name, staff.role)) if staff else None

    def _signed(self, code: str) -> Identified | None:
        """A card for the phone, or a slip. Raises ForgedCode, and UnknownCard for a card that was
        signed and is nobody's any more."""
        body = self._opened("card", code)
        if body is None:
            ref = self._till.links.ref_of(code)
            return self._slip(ref.upper())
        number = card_number(body)
        if found := self._card(number):
            return found
        if is_own_card(number, self._till.card_prefix):
            return CardUnused(number)
        raise UnknownCard(number=number)

    def _opened(self, purpose: str, code: str) -> str | None:
        signer = self._till.links.signer
        try:
            return signer.opened(purpose, code) if signer else None
        except ForgedCode:
            return None


def _may_be_coupon(text: str, way: Route) -> bool:
    """Letters, and looked for among coupons; a number is no coupon of a web shop."""
    asked = any(candidate.kind is Kind.VOUCHER for candidate in way.candidates)
    return asked and way.otherwise is Otherwise.UNKNOWN and any(sign.isalpha() for sign in text)


def _not_found(reading: Reading, way: Route) -> CardUnused:
    """A card that nobody has, or the refusal."""
    if way.otherwise is Otherwise.NEW_CARD:
        return CardUnused(card_number(reading.text))
    if way.otherwise is Otherwise.TORN_CARD:
        raise TornCard(number=reading.text)
    if way.otherwise is Otherwise.WRONG_DIGIT:
        raise InvalidCard(number=reading.text)
    if way.otherwise is Otherwise.ARTICLE:
        raise UnknownArticle(text=reading.text)
    raise UnknownCode(text=reading.text)
