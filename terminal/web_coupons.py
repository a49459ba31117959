"""Which coupons an online store can be given, and what they say there.

An online store knows money off, a share off, and from how much on; a coupon that does anything
finer (some goods, some days, some levels, a cap) would be worth something else there than at the
counter, and stays at the counter.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from terminal.programs.conditions import ALL_GOODS, ALWAYS, EVERYONE, UNLIMITED, Needs, Text
from terminal.programs.effects import MoneyOff, PercentOff
from terminal.programs.model import Program, Promotion
from terminal.vouchers import Voucher, VoucherKind

UNCOUNTED: Final = 1_000_000
"""Uses of a coupon that may be used as often as one likes."""


@dataclass(frozen=True, slots=True)
class WebOffer:
    """``amount`` minor units or ``percent`` hundredths of a percent off, one of them 0, from
    ``minimum`` minor units on."""

    title: Text
    amount: int
    percent: int
    minimum: int


def web_offer(program: Program, coupon: str) -> WebOffer | None:
    """What a kind of coupon does, in words of an online store; None: they have none for it."""
    promotions = [one for one in program.promotions if one.active and one.needs.coupon == coupon]
    ruled = any(rule.active and rule.needs.coupon == coupon for rule in program.rules)
    if len(promotions) != 1 or ruled:
        return None
    owned = any(kind.code == coupon and kind.owned for kind in program.coupons)
    if not (owned or promotions[0].guests):
        return None  # for members, whoever they are: there it would be for anybody
    return _told(promotions[0], _name(program, coupon))


def uses_of(voucher: Voucher, now: datetime) -> int:
    """How often a coupon can still be used; 0: it is no longer good."""
    if voucher.blocked or (voucher.ends is not None and voucher.ends <= now):
        return 0
    return UNCOUNTED if voucher.uses_left is None else voucher.uses_left


def for_the_web(program: Program, voucher: Voucher) -> bool:
    """Whether an online store is to know of it at all. A code for everybody is the shop's to set
    up there: uses of it at the counter change nothing for others."""
    shared = any(kind.code == voucher.coupon and kind.public for kind in program.coupons)
    if voucher.kind is not VoucherKind.COUPON or shared:
        return False
    return web_offer(program, voucher.coupon) is not None


def _told(promotion: Promotion, title: Text) -> WebOffer | None:
    needs, gives = promotion.needs, promotion.gives
    plain = Needs(coupon=needs.coupon, minimum=needs.minimum, channels=needs.channels)
    everywhere = not needs.channels or "online" in needs.channels
    if needs != plain or not everywhere or not _for_all(promotion):
        return None
    match gives:
        case MoneyOff(amount=amount):
            return WebOffer(title, amount, 0, needs.minimum)
        case PercentOff(share=share, cap=None):
            return WebOffer(title, 0, share, needs.minimum)
    return None


def _for_all(promotion: Promotion) -> bool:
    """For everybody, always, on all goods and without limits: the coupon alone decides."""
    return (promotion.only, promotion.when, promotion.who, promotion.limits) == (
        ALL_GOODS, ALWAYS, EVERYONE, UNLIMITED,
    )  # fmt: skip


def _name(program: Program, coupon: str) -> Text:
    return next((kind.name or kind.code for kind in program.coupons if kind.code == coupon), coupon)
