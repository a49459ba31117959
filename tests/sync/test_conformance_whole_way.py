"""Rows of the table that a store's order can carry, the whole way.

A basket at a till without a network earns; the sale goes to the online store; the lines that the
store then holds, bought there by somebody else, earn the very same. The till's own sale on its way
back earns nothing more.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from sync.engine import SyncEngine
from sync.stores.vendure_lines import pieces_of
from terminal.db.verify import verify
from terminal.entries import Channel, EntryKind
from terminal.online import OnlineOrder, OrderLine
from terminal.programs.conditions import Limits, Selector, When, Who
from terminal.programs.effects import Multiply, PercentOff, PerMoney, PerOrder, PerUnit
from terminal.programs.model import Promotion, Rule, per_money
from terminal.programs.policies import Earning, Tier
from terminal.sales import Basket, Goods, Product, Sale
from tests.conformance.table import rows
from tests.shop import Shop, open_shop
from tests.sync.fake_store import FakeStore

FOOD = Selector(categories=("Food",))
DOUBLE = Rule(code="double", gives=Multiply(200))
A_TENTH = Promotion(code="tenth", gives=PercentOff(1_000), guests=True)


def rule(
    points: int, per: int = 100, code: str = "r", *, full: bool = True, **more: object
) -> Rule:
    return Rule(code=code, gives=PerMoney(points, per, full), **more)


def goods(price: int, sku: str = "A", category: str = "") -> Product:
    return Product(sku, sku, price, "EUR", goods=Goods(category=category))


@dataclass(frozen=True)
class Case:
    """A row: a programme, what is bought each time, and the points each purchase gives."""

    row: str
    rules: tuple[Rule, ...]
    bought: tuple[tuple[Product, int], ...]
    points: tuple[int, ...]
    more: dict[str, object] = field(default_factory=dict)
    name: str = ""

    def __str__(self) -> str:
        return f"{self.row}{self.name}"


ONE = (goods(2_500), 1)
ROUNDED = rule(33, 10_000, full=False)
CASES = (
    Case("A03", (per_money(1, 100),), ((goods(5_000), 1), (goods(5_000, "B"), 1)), (100,)),
    Case(
        "A04", (per_money(1, 100),), ((goods(10_000), 1),), (90,), {"promotions": (A_TENTH,)},
    ),
    Case(
        "A06", (rule(1, only=FOOD),), ((goods(10_000, "F", "Food"), 1), (goods(5_000), 1)), (100,),
        name=" by category, without its discount",
    ),
    Case("A11", (rule(1, 100_000),), ((goods(1_000_000), 1),), (10,)),
    Case("A14", (rule(3),), ((goods(4_000), 1),), (120,)),
    Case("A15", (rule(1), rule(1, 200, "half")), ((goods(1_999), 1),), (28,)),
    Case("A16", (rule(1), DOUBLE), ((goods(1_999), 1),), (38,)),
    Case("A21", (per_money(1, 100),), ((goods(5_000), 1),), (50,)),
    Case(
        "A23", (ROUNDED,), (ONE,), (8,), {"earning": Earning(rounding="floor")}, " rounded down",
    ),
    Case("A23", (ROUNDED,), (ONE,), (9,), {"earning": Earning(rounding="ceil")}, " rounded up"),
    Case("A24", (rule(2, limits=Limits(order_max=30)),), ((goods(2_500), 2),), (30,)),
    Case("A28", (rule(5, when=When(ends="2026-11-20")),), (ONE,), (0,), name=" over"),
    Case("A28", (rule(5, when=When(ends="2026-11-21")),), (ONE,), (125,), name=" its last day"),
    Case("A30", (rule(1, stop=True), rule(10, code="ten")), (ONE,), (25,)),
    Case("A31", (rule(1), rule(2, code="two")), (ONE,), (75,)),
    Case("A32", (rule(1, who=Who(order_numbers=(1,))),), (ONE,), (25, 0)),
    Case("A34", (rule(10, 200),), ((goods(700), 1),), (30,)),
    Case(
        "A36", (Rule(code="pens", gives=PerUnit(1), only=Selector(skus=("PEN",))),),
        ((goods(320, "PEN"), 4),), (4,), name=" the pens alone",
    ),
    Case(
        "A03", (per_money(1, 100),), ((goods(333), 7), (goods(101, "B"), 3)), (23,),
        {"promotions": (A_TENTH,)}, " of prices that do not divide",
    ),
    Case(
        "A31", (per_money(1, 100), Rule(code="plus", gives=PerOrder(5))), (ONE,) * 2, (55, 55),
        name=" and per order",
    ),
    Case(
        "A16", (per_money(1, 100),), ((goods(20_000), 1),), (200, 300), {
            "tiers": (Tier("bronze"), Tier("gold", 20_000, 150)),
        }, " by level",
    ),
)  # fmt: skip


def as_the_store_holds(sale: Sale, n: int, email: str) -> OnlineOrder:
    """The order of a sale, line by line as the store was told, paid at the same moment."""
    lines = tuple(
        OrderLine(piece.sku, piece.quantity, piece.total, piece.sku)
        for piece in pieces_of(sale, "TILL-OPEN")
    )
    return OnlineOrder(
        store="online", remote_id=str(n), code=f"CODE{n}", customer_id="", email=email,
        card_number="", placed_at=sale.sold_at, currency=sale.currency, goods=sale.net,
        total=sale.net + 350, lines=lines,
    )  # fmt: skip


def run(shop: Shop, case: Case) -> None:
    empty = dict.fromkeys(("promotions", "rewards", "coupons", "challenges", "thresholds"), ())
    plain = {**empty, "rules": case.rules, "tiers": (Tier("bronze"),)}
    shop.run(**{**plain, **case.more})
    with shop.database.write() as uow:
        uow.products.put_all([product for product, _quantity in case.bought])
        uow.commit()


def basket(case: Case) -> Basket:
    found = Basket("EUR")
    for product, quantity in case.bought:
        found = found.add(product, quantity)
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_basket_earns_the_same_at_the_till_and_as_an_order(tmp_path: Path, case: Case):
    shop = open_shop(tmp_path / "till.db", online_stores=("online",))
    run(shop, case)
    here = shop.enrol(email="here@sample.example")
    there = shop.enrol("Nikos", email="there@sample.example")
    store = FakeStore()
    engine = SyncEngine(
        shop.database, store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.5
    )
    at_the_till = []
    for number, expected in enumerate(case.points, 1):
        done = shop.sell(here, basket(case))
        at_the_till.append(sum(e.points for e in done.entries))
        assert at_the_till[-1] == expected, case.row
        store.script = ["down"]  # sold without a network; it comes back later
        engine.push()
        assert done.sale.id not in store.orders
        engine.push()
        told = store.orders[done.sale.id].news
        assert told.earned == expected
        order = as_the_store_holds(told.sale, 10 * number, "there@sample.example")
        own = replace(
            order, remote_id=f"{number}", email="here@sample.example", sale_id=told.sale.id
        )
        store.feed += [own, order, order]
        shop.later(days=1)
        engine.pull()
    with shop.database.read() as uow:
        derived = uow.ledger.entries(there.member.id)
        own_entries = uow.ledger.entries(here.member.id)
    assert {e.channel for e in own_entries} <= {Channel.SHOP}, "our own sale earned once more"
    assert [e.points for e in derived] == [points for points in at_the_till if points]
    at_till = [e.parts for e in own_entries if e.kind is EntryKind.EARN]
    reasons = [[(p.rule, p.points, p.basis, p.rate) for p in parts] for parts in at_till]
    assert reasons == [[(p.rule, p.points, p.basis, p.rate) for p in e.parts] for e in derived]
    assert shop.balance(here) == shop.balance(there) == sum(case.points)
    report = verify(shop.database)
    shop.database.close()
    assert report.ok, str(report)


def test_every_case_is_a_row_of_the_table():
    known = {row.id for row in rows()}
    assert {case.row for case in CASES} <= known


def test_an_order_heard_of_a_month_late_earns_as_on_its_day(tmp_path: Path):
    """By the programme, the level and the limits of that day."""
    shop = open_shop(tmp_path / "till.db", online_stores=("online",))
    run(shop, CASES[-1])
    there = shop.enrol(email="there@sample.example")
    sale = shop.sell(None, basket(CASES[-1])).sale
    shop.later(hours=1)
    shop.sell(there, basket(CASES[-1]))
    shop.later(days=30)
    shop.run(rules=(per_money(7, 100),))
    early = as_the_store_holds(sale, 1, "there@sample.example")
    late = replace(early, remote_id="2", placed_at=early.placed_at + timedelta(hours=2))
    shop.services.orders.take([late])
    shop.services.orders.take([early])
    with shop.database.read() as uow:
        points = {e.source_id: e.points for e in uow.ledger.entries(there.member.id)}
    assert (points["online:1"], points["online:2"]) == (200, 300)
    shop.database.close()
