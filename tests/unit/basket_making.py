"""Baskets, members and programmes in a line, for what is priced. Amounts in cents."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from terminal.programs.conditions import ALL_GOODS, Needs, Selector
from terminal.programs.facts import NOTHING_CHOSEN, Chosen, Facts, Occasion, Presented
from terminal.programs.model import CouponKind, Program, Promotion, Reward
from terminal.programs.pricing import price
from terminal.sales import BasketLine, Goods

ATHENS = ZoneInfo("Europe/Athens")
NOON = Occasion(datetime(2026, 6, 3, 9, 0, tzinfo=UTC), ATHENS)
"""A Wednesday, twelve o'clock in Athens."""
MEMBER = Facts(tier="member", available=1_000)


def line(price_=1_000, quantity=1, sku="A", **goods):
    """A line; everything else goes into its goods."""
    return BasketLine(sku, sku, price_, quantity, goods=Goods(**goods))


def promotion(gives, code="p", **more):
    """An automatic promotion for everybody."""
    return Promotion(code=code, gives=gives, **{"guests": True, **more})


def by_coupon(gives, code="p", kind="k", **more):
    """A promotion that waits for a coupon of a kind."""
    needs = more.pop("needs", Needs(coupon=kind))
    return Promotion(code=code, gives=gives, needs=needs, guests=True, **more)


def reward(gives, code="r", cost=100, **more):
    """A reward of the catalogue."""
    return Reward(code=code, gives=gives, cost=cost, **more)


def programme(*parts, **more):
    """A programme of promotions and rewards, with a kind of coupon for whoever asks for one."""
    promotions = tuple(part for part in parts if isinstance(part, Promotion))
    rewards = tuple(part for part in parts if isinstance(part, Reward))
    kinds = {part.needs.coupon for part in (*parts, *more.get("rules", ()))} - {None}
    return Program(
        **{
            "code": "Elia",
            "version": 1,
            "effective_from": datetime(2026, 1, 1, tzinfo=UTC),
            "currency": "EUR",
            "promotions": promotions,
            "rewards": rewards,
            "coupons": tuple(CouponKind(code=kind) for kind in sorted(kinds)),
            **more,
        }
    )


def shown(*kinds):
    """Coupons presented, each with a code of its own."""
    return Chosen(coupons=tuple(Presented(f"{kind}-{n}", kind) for n, kind in enumerate(kinds, 1)))


def wanted(*rewards, points=0):
    """Rewards chosen, and points to pay with."""
    return Chosen(points=points, rewards=rewards)


def priced(program, *lines, facts=MEMBER, chosen=NOTHING_CHOSEN, at=NOON, **more):
    """The price of some lines."""
    return price(program, lines, facts, chosen, at, **more)


def whys(outcome):
    """What was refused and why."""
    return [(refused.code, refused.why) for refused in outcome.refused]


def only(*skus, **more):
    """A selector of skus."""
    return Selector(skus=skus, **more)


__all__ = [
    "ALL_GOODS", "ATHENS", "MEMBER", "NOON", "by_coupon", "line", "only", "priced", "programme",
    "promotion", "reward", "shown", "wanted", "whys",
]  # fmt: skip
