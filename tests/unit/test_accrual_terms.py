"""When points can be spent and when they lapse, and which entries an accrual makes."""

from datetime import UTC, datetime

import pytest

from terminal.programs.accrual import accrue, award, credits
from terminal.programs.effects import Multiply, PerOrder
from terminal.programs.lapsing import is_held, kept_until, lapse_of, usable_from
from terminal.programs.model import Rule
from terminal.programs.policies import Earning, Expiry, Pending, Tier
from tests.unit.accruing import GOLD, NOON, bought, earned, only, program, rule


def athens(year, month, day):
    """The start of a day in Athens."""
    return datetime(year, month, day, tzinfo=NOON.zone).astimezone(UTC)


AT = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
"""The first of February, half past midnight in Athens."""


@pytest.mark.parametrize(
    ("expiry", "lapses"),
    [
        (Expiry(), athens(2027, 2, 2)),
        (Expiry(months=1), athens(2026, 3, 2)),
        (Expiry(kind="idle", months=6), athens(2026, 8, 2)),
        (Expiry(kind="dates", months=0, dates=("12-31", "06-30")), athens(2026, 7, 1)),
        (Expiry(kind="dates", months=6, dates=("12-31", "06-30")), athens(2027, 1, 1)),
        (Expiry(kind="month_end", months=0), athens(2026, 3, 1)),
        (Expiry(kind="month_end", months=12), athens(2027, 3, 1)),
        (Expiry(kind="year_end", months=0), athens(2027, 1, 1)),
        (Expiry(kind="year_end", months=11), athens(2028, 1, 1)),
        (Expiry(kind="never"), None),
    ],
)
def test_points_live_to_the_end_of_a_local_day(expiry, lapses):
    assert lapse_of(program(expiry=expiry), AT) == lapses
    assert lapse_of(program(), AT, expiry) == lapses
    assert kept_until(program(), AT, expiry) == (lapses if expiry.kind == "idle" else None)


def test_points_wait_all_of_their_days():
    assert usable_from(program(), AT) is None
    assert usable_from(program(pending=Pending(days=14)), AT) == athens(2026, 2, 16)
    assert usable_from(program(), AT, Pending(days=1)) == athens(2026, 2, 3)
    until = Pending(days=5, until="release")
    assert (usable_from(program(), AT, until), is_held(program(), until)) == (None, True)
    assert not is_held(program())


def test_days_are_those_of_the_shop_wherever_the_clocks_were_moved():
    """In the night to 29 March the clocks go forward in Athens, in Budapest an hour later."""
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert usable_from(program(pending=Pending(days=1)), before) == athens(2026, 3, 30)
    there = program(pending=Pending(days=1), zone="Europe/Budapest")
    assert usable_from(there, before) == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_an_accrual_is_one_entry_where_all_parts_live_alike():
    of = program(rule(), expiry=Expiry(kind="idle"), pending=Pending(days=2))
    told = earned(of, bought(1_000), facts=GOLD)
    (credit,) = credits(told, of, NOON)
    assert (credit.points, credit.parts, credit.qualifying) == (15, told.parts, 15)
    assert credit.lapses_at == credit.keeps_until == athens(2027, 6, 4)
    assert (credit.usable_at, credit.held) == (athens(2026, 6, 6), False)


def test_rules_with_terms_of_their_own_are_entries_of_their_own():
    short = rule(2, code="short", expiry=Expiry(months=1))
    held = rule(3, code="held", pending=Pending(until="release"), qualifies=False)
    aside = rule(4, code="aside", qualifies=False)
    of = program(rule(), short, held, aside)
    told = earned(of, bought(1_000))
    made = credits(told, of, NOON)
    assert [(c.points, c.held, c.lapses_at, c.qualifying) for c in made] == [
        (10 + 40, False, athens(2027, 6, 4), 10),
        (20, False, athens(2026, 7, 4), 20),
        (30, True, athens(2027, 6, 4), 0),
    ]
    assert (told.points, told.qualifying) == (100, 30)


def test_a_multiplier_follows_what_it_multiplies_unless_it_has_terms():
    short = rule(2, code="short", expiry=Expiry(months=1), qualifies=False)
    more = Rule(code="more", gives=Multiply(200), expiry=Expiry(kind="never"))
    of = program(rule(), short, more)
    told = earned(of, bought(1_000), facts=GOLD)
    made = credits(told, of, NOON)
    assert [(c.points, c.lapses_at, c.qualifying) for c in made] == [
        (10 + 5, athens(2027, 6, 4), 15),
        (20 + 10, athens(2026, 7, 4), 0),
        (10 + 20, None, 10),
    ]
    never = Rule(code="more", gives=Multiply(200), qualifies=False)
    told = earned(program(rule(), never), bought(1_000))
    assert (told.points, told.qualifying) == (20, 10)


def test_a_multiplier_of_some_goods_divides_by_what_stands_on_them():
    own = Rule(code="own", gives=rule(3).gives, expiry=Expiry(months=1))
    twice = Rule(code="twice", gives=Multiply(200), only=only("B"))
    of = program(rule(only=only("A")), own, twice)
    told = earned(of, bought(1_000), bought(100, sku="B"))
    assert [(part.rule, part.points) for part in told.parts] == [
        ("accrual", 10),
        ("own", 33),
        ("twice", 3),
    ]
    assert [credit.points for credit in credits(told, of, NOON)] == [10, 36]


def test_a_level_that_takes_more_than_one_kind_gave():
    """What is cut to the most of an order can leave one kind below zero: it goes with the other."""
    short = rule(code="short", expiry=Expiry(months=1))
    of = program(rule(), short, tiers=(Tier("bronze", percent=50),), earning=Earning(order_max=10))
    told = earned(of, bought(10_000))
    assert told.points == 10
    made = credits(told, of, NOON)
    assert sum(credit.points for credit in made) == 10
    assert all(credit.points > 0 for credit in made)
    assert sum(len(credit.parts) for credit in made) == len(told.parts)


def test_nothing_earned_is_no_entry():
    of = program(rule())
    assert credits(accrue(of, (), (), GOLD, NOON), of, NOON) == []
    nothing = program(rule(), tiers=(Tier("bronze", percent=0),))
    assert credits(earned(nothing, bought(1_000)), nothing, NOON) == []


def test_events_have_terms_too():
    held = Rule(code="r", on="review", gives=PerOrder(5), pending=Pending(until="release"))
    of = program(held)
    (credit,) = credits(award(of, "review", GOLD, NOON), of, NOON)
    assert (credit.points, credit.held, credit.usable_at) == (7, True, None)
