"""A sale reads of a member what its programme asks for, and no more."""

from datetime import UTC, date, datetime

import pytest

from terminal.programs.conditions import Cap, Limits, When, Who
from terminal.programs.effects import MoneyOff, PerOrder
from terminal.programs.model import Challenge, Program, Promotion, Reward, Rule, per_money
from terminal.programs.policies import Earning
from terminal.programs.wanted import Wanted, period_start, wanted

SUNDAY = date(2026, 11, 22)


def asked(*rules: Rule, **more: object) -> Wanted:
    return wanted(
        Program(
            code="Elia", version=1, effective_from=datetime(2026, 1, 1, tzinfo=UTC), currency="EUR",
            rules=rules, **more,
        )
    )  # fmt: skip


def rule(code: str = "r", **more: object) -> Rule:
    return Rule(code=code, gives=PerOrder(1), **more)


def test_one_plain_rule_asks_for_nothing():
    plain = asked(per_money(1, 100))
    assert plain == Wanted((), frozenset(), (), frozenset(), False, False, 0, False)
    assert plain.since(SUNDAY) == SUNDAY


def test_each_condition_asks_for_what_it_needs():
    assert asked(rule(who=Who(order_numbers=(1,)))).orders
    assert asked(rule(who=Who(away_days=3))).orders
    assert asked(rule(who=Who(badges=("star",)))).badges
    assert asked(earning=Earning(day_max=5)).day_max
    fans = [Who(fan_of=("tea",), fan_days=7), Who(fan_of=("oil",), fan_days=60), Who(fan_days=90)]
    assert asked(*(rule(f"r{n}", who=who) for n, who in enumerate(fans))).fan_days == 60


def test_limits_are_looked_up_by_period_but_not_within_a_sale():
    caps = tuple(Cap(per=per, times=1) for per in ("sale", "day", "week", "month", "year", "ever"))
    found = asked(rule(limits=Limits(caps=caps)))
    assert [period for _rule, period in found.caps] == ["day", "week", "month", "year", "ever"]
    month = asked(rule(limits=Limits(caps=(Cap(per="month", times=1),))))
    assert month.since(SUNDAY) == date(2026, 10, 22)
    assert found.since(SUNDAY) < date(1920, 1, 1)
    assert found.since(date(1, 6, 1)) == date.min


@pytest.mark.parametrize(
    "limits", [Limits(budget_points=1), Limits(budget_money=1), Limits(budget_times=1)]
)
def test_budgets_of_every_kind_of_offer(limits):
    found = asked(
        rule("rule", limits=limits), rule("off", limits=limits, active=False), rule("none"),
        promotions=(Promotion(code="promotion", gives=MoneyOff(1), limits=limits),),
        rewards=(Reward(code="reward", cost=1, gives=MoneyOff(1), limits=limits),),
        challenges=(Challenge(code="challenge", count="visits", target=1, limits=limits),),
    )  # fmt: skip
    assert found.budgets == ("rule", "promotion", "reward", "challenge")
    assert found.recorded == {"rule", "promotion", "reward", "challenge"}


def test_what_is_more_than_a_plain_rule_is_written_down():
    found = asked(
        rule("plain"),
        rule("when", when=When(weekdays=("tue",))),
        rule("who", who=Who(ages=(18, 99))),
    )
    assert found.recorded == {"when", "who"}


def test_a_year_of_birthdays_is_not_the_calendars():
    """On 1 January, kept in December or in January, but once."""
    year = Limits(caps=(Cap(per="year", times=1), Cap(per="month", times=1)))
    found = asked(
        rule("birthday", who=Who(birthday=(3, 3)), limits=year),
        rule("joined", who=Who(anniversary=(3, 3)), limits=year), rule("plain", limits=year),
    )  # fmt: skip
    today = date(2027, 1, 2)
    assert found.yearly == {"birthday", "joined"}
    assert found.start("birthday", "year", today) == date(2026, 3, 8)
    assert found.start("birthday", "month", today) == date(2027, 1, 1)
    assert found.start("plain", "year", today) == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("period", "first"),
    [
        ("sale", SUNDAY), ("day", SUNDAY), ("week", date(2026, 11, 16)),
        ("month", date(2026, 11, 1)), ("year", date(2026, 1, 1)), ("ever", date.min),
    ],
)  # fmt: skip
def test_periods_begin_on_local_days(period, first):
    assert period_start(period, SUNDAY) == first
