"""What rules may know of a member: looked up, never guessed, and of the past as of the past."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from terminal.online import OnlineOrder, OrderLine
from terminal.programs.calendar import start_of_day
from terminal.programs.conditions import Cap, Limits, Who
from terminal.programs.effects import PerOrder
from terminal.programs.facts import NOT_USED, Uses
from terminal.programs.model import Rule, per_money
from terminal.programs.policies import Earning, Tier
from terminal.services.facts import badges_of
from terminal.services.standing import facts_at
from tests.shop import Shop


def bare(shop: Shop, *rules: Rule, **more: object) -> None:
    empty = dict.fromkeys(("promotions", "rewards", "coupons", "challenges", "thresholds"), ())
    plain = {**empty, "rules": rules or (per_money(1, 100),), "tiers": (Tier("bronze"),)}
    shop.run(**{**plain, **more})


def order(n: int, placed_at: datetime, email: str, goods: int = 1_000) -> OnlineOrder:
    return OnlineOrder(
        store="vendure", remote_id=str(n), code=f"C{n}", customer_id="", email=email,
        card_number="", placed_at=placed_at, currency="EUR", goods=goods, total=goods,
        lines=(OrderLine("Honey", 1, goods, "HON-450"),),
    )  # fmt: skip


def test_midnight_is_the_shops():
    athens = ZoneInfo("Europe/Athens")
    assert start_of_day(date(2026, 11, 22), athens) == datetime(2026, 11, 21, 22, tzinfo=UTC)
    assert start_of_day(date(2026, 7, 1), athens) == datetime(2026, 6, 30, 21, tzinfo=UTC)


def test_a_plain_programme_looks_nothing_up(shop):
    bare(shop)
    eleni = shop.enrol(birthday="02-29", language="el")
    shop.sell(eleni, shop.open_price(1_000))
    facts = shop.services.counter.member(eleni.member.id).facts
    assert (facts.birthday, facts.language, facts.available) == ("02-29", "el", 10)
    assert (facts.orders, facts.last_order, facts.earned_today) == (0, None, 0)
    assert (facts.uses, facts.budgets, facts.bought_days, facts.badges) == ({}, {}, {}, frozenset())


def test_uses_are_those_of_the_period_that_holds_the_moment(shop):
    caps = (Cap(per="week", times=9), Cap(per="month", times=9))
    bare(shop, Rule(code="plus", gives=PerOrder(5), limits=Limits(caps=caps, budget_times=99)))
    eleni = shop.enrol()
    assert shop.services.counter.member(eleni.member.id).facts.uses["plus", "week"] == NOT_USED
    shop.sell(eleni, shop.open_price(100))
    shop.later(days=2)  # Monday
    shop.sell(eleni, shop.open_price(100))
    facts = shop.services.counter.member(eleni.member.id).facts
    assert facts.uses == {
        ("plus", "week"): Uses(1, 5, 100), ("plus", "month"): Uses(2, 10, 200),
    }  # fmt: skip
    assert facts.budgets == {"plus": Uses(2, 10, 200)}


def test_segments_and_badges_and_orders(shop):
    bare(shop, Rule(code="r", gives=PerOrder(1), who=Who(badges=("x",), order_numbers=(1,))))
    eleni = shop.enrol()
    with shop.database.write() as uow:
        uow.members.put(replace(eleni.member, segments=("vip",), town="Chania"))
        uow.commit()
    shop.sell(eleni, shop.open_price(100))
    bought = shop.moment
    shop.later(seconds=1)
    facts = shop.services.counter.member(eleni.member.id).facts
    assert (facts.segments, facts.town) == ({"vip"}, "Chania")
    assert (facts.orders, facts.last_order) == (1, bought)
    with shop.database.read() as uow:
        assert badges_of(uow, eleni.member.id) == frozenset()


def test_an_order_heard_of_late_finds_the_day_as_it_was(shop):
    """Twelve points at most in a day; what was earned on later days is not held against it."""
    bare(shop, earning=Earning(day_max=12))
    eleni = shop.enrol(email="eleni@sample.example")
    placed = shop.moment + timedelta(hours=2)
    shop.sell(eleni, shop.open_price(500))
    shop.later(days=3)
    shop.sell(eleni, shop.open_price(1_000))
    shop.services.orders.take([order(1, placed, "eleni@sample.example")])
    assert shop.balance(eleni) == 5 + 10 + 7
    with shop.database.read() as uow:
        program = uow.programs.at(placed)
        assert facts_at(uow, eleni.member, program, placed).earned_today == 5


def test_an_order_earns_once_whatever_is_known_better_later(shop):
    """The same order again after an earlier one was heard of: no second entry by other rules."""
    first = Rule(code="first", gives=PerOrder(50), who=Who(order_numbers=(1,)), qualifies=False)
    bare(shop, per_money(1, 100), first)
    eleni = shop.enrol(email="eleni@sample.example")
    shop.later(hours=5)
    one = order(1, shop.moment - timedelta(hours=1), "eleni@sample.example")
    shop.services.orders.take([one])
    assert shop.balance(eleni) == 60
    shop.services.orders.take([order(2, shop.moment - timedelta(hours=2), "eleni@sample.example")])
    assert shop.balance(eleni) == 60 + 60
    shop.services.orders.take([replace(one, code="changed")])
    assert shop.balance(eleni) == 120
