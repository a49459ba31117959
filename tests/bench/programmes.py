"""A programme with everything running at once, a full basket, a long history: to measure with."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from terminal import demo
from terminal.db.bulk import member_id
from terminal.db.unit_of_work import SqlDatabase
from terminal.ids import EntryId, MemberId, SaleId, StaffId, TillCode
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
from terminal.sales import (
    Basket,
    BasketLine,
    Goods,
    Product,
    Sale,
    SaleLine,
    Tender,
    TenderKind,
)

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


def make_sales(database: SqlDatabase, count: int, since: datetime, until: datetime) -> int:
    """So many sales of the demo's goods to a few hundred members; answers their lines."""
    chance = random.Random(count)
    goods = demo.demo_products("en", "EUR")
    step = (until - since) / (count + 1)
    lines = 0
    with database.write() as uow:
        for n in range(count):
            sold = [_sold(chance.choice(goods), chance) for _ in range(chance.randint(1, 8))]
            member = MemberId(member_id(chance.randint(1, 400)))
            uow.sales.put(_sale(n, since + n * step, member, tuple(sold)))
            lines += len(sold)
        uow.commit()
    return lines


def _sold(product: Product, chance: random.Random) -> SaleLine:
    pieces = chance.randint(1, 3)
    return SaleLine(product.sku, product.name, product.price, pieces, goods=product.goods)


def _sale(n: int, at: datetime, member: MemberId, lines: tuple[SaleLine, ...]) -> Sale:
    due = sum(line.paid for line in lines)
    return Sale(
        id=SaleId(f"bench-{n:08}"), ref=f"B9-{n:06}", till=TillCode("B9"), seq=n,
        cashier_id=StaffId("cashier"), member_id=member, currency="EUR", lines=lines,
        points_redeemed=0, redeemed_value=0, rounding=0, tenders=(Tender(TenderKind.CARD, due),),
        change=0, sold_at=at,
    )  # fmt: skip
