"""A programme with everything running at once, a full basket, a long history: to measure with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from terminal.ids import EntryId, MemberId, TillCode
from terminal.ledger import EntryKind, LedgerEntry, Part
from terminal.programs.calendar import zone
from terminal.programs.conditions import Cap, Limits, Needs, Selector, When, Who
from terminal.programs.effects import (
    BuyGet,
    Cheapest,
    FixedPrice,
    MoneyOff,
    Multiply,
    PercentOff,
    PerMoney,
    PerOrder,
    PerUnit,
)
from terminal.programs.facts import Facts, Occasion
from terminal.programs.model import Program, Promotion, Rule, per_money
from terminal.programs.policies import Redemption, Tier
from terminal.sales import Basket, BasketLine, Goods

AT = datetime(2026, 6, 3, 9, tzinfo=UTC)
NOON = Occasion(AT, zone("Europe/Athens"))
CATEGORIES = tuple(f"category-{n}" for n in range(12))
RULES = 50
FACTS = Facts(
    tier="gold", available=5_000, birthday="06-03", joined_at=AT - timedelta(days=700), orders=40,
    last_order=AT - timedelta(days=9), segments=frozenset({"regulars"}), earned_today=12,
)  # fmt: skip
_ALL_YEAR = When(starts="2026-01-01", ends="2026-12-31")
_REGULARS = Who(segments=("regulars",))


def full_programme() -> Program:
    """Fifty rules, campaigns and promotions, all of which hold at noon for this member."""
    return Program(
        code="Full",
        version=1,
        effective_from=AT - timedelta(days=30),
        currency="EUR",
        rules=_rules(),
        promotions=_promotions(),
        redemption=Redemption(block=100, value=100, minimum=100),
        tiers=(Tier("bronze"), Tier("gold", 100_000, 150)),
    )


def _only(*numbers: int) -> Selector:
    return Selector(categories=tuple(CATEGORIES[n % len(CATEGORIES)] for n in numbers))


def _rules() -> tuple[Rule, ...]:
    by_category = [
        Rule(code=f"money-{n}", gives=PerMoney(2, 100, n % 2 == 0), only=_only(n), when=_ALL_YEAR)
        for n in range(10)
    ]
    stamps = [
        Rule(code=f"stamp-{n}", gives=PerUnit(1), only=Selector(skus=(f"S{n}", f"S{n + 20}")),
             limits=Limits(order_max=50))
        for n in range(6)
    ]  # fmt: skip
    orders = [
        Rule(code=f"order-{n}", gives=PerOrder(5), needs=Needs(minimum=1_000 * n + 1),
             when=When(hours=("08:00", "22:00")))
        for n in range(4)
    ]  # fmt: skip
    campaigns = [
        Rule(code=f"times-{n}", gives=Multiply(150), only=_only(n, n + 1), when=_ALL_YEAR)
        for n in range(8)
    ]
    monthly = Limits(caps=(Cap(per="month", points=100_000),))
    people = [
        Rule(code=f"people-{n}", gives=PerMoney(1, 200), who=_REGULARS, limits=monthly)
        for n in range(5)
    ]
    birthday = Rule(code="birthday", gives=PerOrder(100), who=Who(birthday=(3, 3)))
    return (per_money(1, 100), *by_category, *stamps, *orders, *campaigns, *people, birthday)


def _promotions() -> tuple[Promotion, ...]:
    shares = [
        Promotion(code=f"share-{n}", gives=PercentOff(500), only=_only(n), when=_ALL_YEAR)
        for n in range(10)
    ]
    others = [
        Promotion(code="member", gives=FixedPrice(250), only=_only(10)),
        Promotion(code="three", gives=BuyGet(buy=2), only=_only(11)),
        Promotion(code="cheapest", gives=Cheapest(5_000, cap=300), who=_REGULARS),
        Promotion(code="order", gives=MoneyOff(500), needs=Needs(minimum=10_000)),
        Promotion(code="last", gives=PercentOff(100)),
    ]
    return (*shares, *others)


def full_basket(lines: int, turn: int) -> Basket:
    """Another basket each time; the products are always the same."""
    return Basket(
        "EUR",
        tuple(
            BasketLine(
                f"S{n}", f"Product {n}", 100 + 37 * n, 1 + (n + turn) % 3,
                goods=Goods(category=CATEGORIES[n % 12], brand="Elia", tax=2_400 - 1_100 * (n % 2)),
            )
            for n in range(lines)
        ),
    )  # fmt: skip


def long_history(entries: int) -> list[LedgerEntry]:
    """Nine purchases, then points are spent; with parts, as real entries have."""
    return [_entry(n, -350 if n % 10 == 9 else 40 + n % 17) for n in range(entries)]


def _entry(n: int, points: int) -> LedgerEntry:
    at = AT + timedelta(hours=n)
    return LedgerEntry(
        id=EntryId(f"e{n:08}"), member_id=MemberId("m"),
        kind=EntryKind.EARN if points > 0 else EntryKind.REDEEM, points=points, decided_at=at,
        till=TillCode("T1"), seq=n, lapses_at=at + timedelta(days=365) if points > 0 else None,
        parts=(Part("accrual", points, points * 100, "1/100", (points * 100,)),), rate="1/100 100%",
        source_id=f"s{n}",
    )  # fmt: skip
