"""Which coupons an online store can be given, and what they say there.

An online store knows money off, a share off, and from how much on; a coupon that does anything
finer (some goods, some days, some levels, a cap) would be worth something else there than at the
counter, and stays at the counter.

A reward that is no more than that can be had as a coupon for the web: points are paid when it is
made, and what it does is what the reward did then, whatever the programme says later.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from terminal.programs.conditions import (
    ALL_GOODS,
    ALWAYS,
    EVERYONE,
    UNLIMITED,
    Limits,
    Needs,
    Text,
)
from terminal.programs.effects import MoneyOff, PercentOff
from terminal.programs.model import Program, Promotion, Reward
from terminal.vouchers import Voucher, VoucherCode, VoucherKind

FROM_REWARD: Final = "web:"
"""Begins the kind of a coupon that a reward became; no kind of a programme is called so."""
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


class WebCouponState(StrEnum):
    """Where a coupon is."""

    GOOD = "good"
    OVER = "over"
    """Its time is over; its points go back once the stores have told of all their orders."""
    USED = "used"
    BACK = "back"
    """Its points went back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebCoupon:
    """A member's coupon. ``ref``: the sale or order it was used in; ``program`` is the version of
    the programme that sold it, for the name of its ``reward``."""

    code: VoucherCode
    reward: str
    points: int
    state: WebCouponState
    issued_at: datetime
    ends: datetime | None
    ref: str = ""
    program: Program | None = None


def kind_of(reward: str) -> str:
    """The kind of coupon that a reward becomes."""
    return FROM_REWARD + reward


def reward_of(kind: str) -> str:
    """The reward that a coupon of this kind was; "" for any other coupon."""
    return kind.removeprefix(FROM_REWARD) if kind.startswith(FROM_REWARD) else ""


def reward_offer(reward: Reward) -> WebOffer | None:
    """What a reward does, in words of an online store; None: it can't be a coupon there.

    When, for whom and how often points buy it is looked at when they do; what is off some goods
    only, or held back by money, would be worth something else there.
    """
    limits, costs = reward.limits, reward.cost > 0
    counted = Limits(
        caps=limits.caps, budget_points=limits.budget_points, budget_times=limits.budget_times
    )
    plain = limits == counted and all(cap.money is None for cap in limits.caps)
    if not (costs and plain and reward.only == ALL_GOODS):
        return None
    return _offered(reward.gives, reward.needs, None, reward.name or reward.code)


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
    if not _for_all(promotion):
        return None
    return _offered(promotion.gives, promotion.needs, promotion.needs.coupon, title)


def _offered(gives: object, needs: Needs, coupon: str | None, title: Text) -> WebOffer | None:
    """``coupon``: the kind that may be asked for, and nothing else but a minimum."""
    plain = Needs(coupon=coupon, minimum=needs.minimum, channels=needs.channels)
    if needs != plain or (needs.channels and "online" not in needs.channels):
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
