"""Multipliers and rounding: how they are put together, and where fractions go."""

import pytest

from terminal.programs.effects import PerOrder
from terminal.programs.model import Rule, welcome
from terminal.programs.policies import Earning, Expiry, Tier
from tests.unit.accruing import GOLD, bought, earned, only, points, program, rule, times

LINES = (bought(3_840), bought(1_111, sku="B"))
"""38.40 and 11.11: 49 points, or 49.51."""
DOUBLE = times(200, only=only("A"))


@pytest.mark.parametrize(
    ("how", "at", "expected"),
    [
        ("add", "rule", (49, 38, 24)),
        ("add", "order", (49, 38, 25)),
        ("add", "line", (49, 38, 19 + 5)),
        ("multiply", "rule", (49, 38, 43)),
        ("multiply", "order", (49, 38, 44)),
        ("multiply", "line", (49, 38, 38 + 5)),
        ("best", "rule", (49, 38, 5)),
        ("best", "order", (49, 38, 6)),
        ("best", "line", (49, 38, 5)),
    ],
)
def test_a_campaign_and_a_level(how, at, expected):
    """A doubled for everybody, gold half as much again on all."""
    of = program(rule(full=False), DOUBLE, earning=Earning(multipliers=how, round_at=at))
    told = earned(of, *LINES, facts=GOLD)
    assert tuple(part.points for part in told.parts) == expected
    assert told.points == sum(expected)


def test_multipliers_of_one_another_come_to_the_rounded_product():
    """19 x 1.5 x 1.5 is 42.75."""
    for how, total in (("floor", 42), ("half_up", 43), ("ceil", 43)):
        of = program(rule(), times(150), earning=Earning(multipliers="multiply", rounding=how))
        assert earned(of, bought(1_999), facts=GOLD).points == total


@pytest.mark.parametrize(("how", "expected"), [("floor", 12), ("half_up", 13), ("ceil", 13)])
def test_halves(how, expected):
    of = program(rule(full=False), earning=Earning(rounding=how))
    assert earned(of, bought(1_250)).points == expected
    assert earned(of, bought(1_249)).points == (13 if how == "ceil" else 12)


@pytest.mark.parametrize(("at", "expected"), [("line", 0), ("rule", 2), ("order", 2)])
def test_where_fractions_are_dropped(at, expected):
    of = program(rule(full=False), earning=Earning(round_at=at))
    assert earned(of, *[bought(99, sku=f"P{n}") for n in range(3)]).points == expected
    steps = program(rule(), earning=Earning(round_at=at))
    assert earned(steps, *[bought(99, sku=f"P{n}") for n in range(3)]).points == expected


def test_one_rounding_for_the_order_goes_to_the_largest_remainder():
    of = program(
        rule(full=False, code="a"), rule(full=False, code="b", per=150),
        earning=Earning(round_at="order"),
    )  # fmt: skip
    told = earned(of, bought(380))
    assert points(told) == {"a": 4, "b": 2}, "3.80 and 2.53 are 6.33 together"


def test_a_fraction_that_comes_to_nothing_is_no_part():
    of = program(rule(full=False), rule(full=False, code="b"), earning=Earning(round_at="order"))
    assert points(earned(of, bought(40))) == {}
    assert points(earned(of, bought(60))) == {"accrual": 1}


def test_the_best_multiplier_is_chosen_for_each_of_the_goods():
    of = program(rule(), DOUBLE, times(300, "triple", only=only("A", "B")),
                 earning=Earning(multipliers="best"))  # fmt: skip
    assert points(earned(of, *LINES)) == {"accrual": 49, "triple": 98}
    both = program(rule(), DOUBLE, times(300, "triple", only=only("B")),
                   earning=Earning(multipliers="best"))  # fmt: skip
    assert points(earned(both, bought(1_000), bought(1_000, sku="B"))) == {
        "accrual": 20,
        "times": 10,
        "triple": 20,
    }


def test_what_is_not_to_be_multiplied_stays():
    of = program(rule(), Rule(code="v", gives=PerOrder(7), multiplied=False))
    assert points(earned(of, bought(1_000), facts=GOLD)) == {
        "accrual": 10,
        "v": 7,
        "tier:gold": 5,
    }
    alone = program(Rule(code="v", gives=PerOrder(7), multiplied=False), welcome(3))
    assert points(earned(alone, bought(1_000), facts=GOLD)) == {"v": 7}


def test_a_multiplier_of_other_goods_adds_nothing():
    assert points(earned(program(rule(only=only("B")), DOUBLE), *LINES)) == {"accrual": 11}


def test_a_level_can_give_less_or_nothing():
    for percent, total in ((50, 24), (0, 0)):
        of = program(rule(), tiers=(Tier("bronze", percent=percent),))
        told = earned(of, *LINES)
        assert (told.points, sum(part.points for part in told.parts)) == (total, total)


def test_weights_say_where_a_multiplier_gave():
    of = program(rule(), rule(2, code="b", only=only("B")), DOUBLE)
    told = earned(of, bought(300), bought(100, sku="B"), facts=GOLD)
    by_rule = {part.rule: part.weights for part in told.parts}
    assert by_rule["accrual"] == (300, 100)
    assert by_rule["times"] == (1, 0)
    assert by_rule["tier:gold"] == (1, 1), "three points of A, one and two of B"
    stacked = program(rule(), DOUBLE, earning=Earning(multipliers="multiply"))
    told = earned(stacked, bought(300), bought(600, sku="B"), facts=GOLD)
    assert told.parts[-1].weights == (1, 1), "A counts twice"


def test_a_line_too_light_for_handy_numbers_still_weighs():
    told = earned(
        program(rule(1, 1), times(200, only=only("B"))), bought(10**15), bought(9, sku="B")
    )
    assert (told.parts[-1].points, told.parts[-1].weights) == (9, (0, 1))


def test_weights_of_many_rules_stay_small():
    rules = [rule(1, code=f"r{n}", only=only(*(f"P{k}" for k in range(n, 9)))) for n in range(9)]
    lines = [bought(10_007 + 1_009 * n, sku=f"P{n}") for n in range(9)]
    told = earned(program(*rules), *lines, facts=GOLD)
    assert max(told.parts[-1].weights) <= 10**9
    assert min(told.parts[-1].weights) > 0


def test_several_terms_share_a_multiplier_by_what_it_multiplies():
    short = rule(3, code="short", expiry=Expiry(months=1))
    told = earned(program(rule(), short), bought(1_100), facts=GOLD)
    assert [(part.rule, part.points) for part in told.parts] == [
        ("accrual", 11),
        ("short", 33),
        ("tier:gold", 6),
        ("tier:gold", 16),
    ]
