"""How much a rule gives: by line, order, member and period, and for everybody together."""

import pytest

from terminal.programs.conditions import Cap, Limits
from terminal.programs.effects import PerOrder, PerUnit
from terminal.programs.facts import Facts, Uses
from terminal.programs.model import Rule
from terminal.programs.policies import Earning
from tests.unit.accruing import bought, earned, only, points, program, rule, times


def limited(full=True, /, **limits):
    """A point a euro, within limits."""
    return program(rule(full=full, limits=Limits(**limits)))


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"order_max": 30}, 30),
        ({"order_max": 300}, 50),
        ({"order_min": 60}, 60),
        ({"order_min": 60, "order_max": 55}, 55),
        ({"line_max": 12}, 12 + 10),
        ({"line_min": 25}, 40 + 25),
        ({"line_min": 25, "line_max": 30}, 30 + 25),
    ],
)
def test_the_least_and_the_most_of_lines_and_orders(limits, expected):
    """40.00 and 10.00; a ceiling holds against a floor."""
    assert earned(limited(**limits), bought(4_000), bought(1_000, sku="B")).points == expected


def test_the_least_is_for_lines_that_earn():
    told = earned(limited(line_min=7), bought(100), bought(0, sku="B"))
    assert (told.points, told.parts[0].weights) == (7, (1, 0))
    assert earned(limited(order_min=7), bought(0)).points == 0
    assert earned(limited(order_min=7), bought(50)).points == 7, "something was bought"


def test_points_of_lines_say_where_they_stand():
    told = earned(limited(line_max=12), bought(4_000), bought(600, sku="B"))
    assert (told.points, told.parts[0].weights) == (18, (2, 1))


def test_limits_of_lines_in_proportion():
    told = earned(limited(False, line_max=2), bought(250), bought(150, sku="B"))
    assert told.points == 3, "2 and 1.5, rounded down together"
    whole = program(rule(full=False, limits=Limits(line_max=2)), earning=Earning(round_at="order"))
    assert earned(whole, bought(250), bought(150, sku="B")).points == 3


def test_stamps_are_limited_by_line_too():
    stamps = program(Rule(code="s", gives=PerUnit(2, 2), limits=Limits(line_max=2)))
    told = earned(stamps, bought(100, 5), bought(100, 3, "B"), bought(100, 1, "C"))
    assert (told.points, told.parts[0].weights) == (4, (1, 1, 0))


MONTH = {("accrual", "month"): Uses(times=2, points=35, money=3_500)}


@pytest.mark.parametrize(
    ("cap", "expected"),
    [
        (Cap(per="month", points=40), 5),
        (Cap(per="month", points=30), 0),
        (Cap(per="month", times=2), 0),
        (Cap(per="month", times=3), 50),
        (Cap(per="month", money=4_000), 5),
        (Cap(per="month", money=3_000), 0),
        (Cap(per="day", points=40), 40),
        (Cap(per="sale", points=40), 40),
        (Cap(per="sale", times=1), 50),
    ],
)
def test_what_is_left_for_a_member_in_a_period(cap, expected):
    told = earned(limited(caps=(cap,)), bought(5_000), facts=Facts(uses=MONTH))
    assert told.points == expected


def test_a_cap_in_money_is_a_cap_of_the_basis():
    facts = Facts(uses=MONTH)
    told = earned(limited(caps=(Cap(per="month", money=4_000),)), bought(5_000), facts=facts)
    assert (told.points, told.parts[0].basis) == (5, 500)
    by_line = limited(caps=(Cap(per="month", money=4_000),), line_max=3)
    lines = (bought(3_000), bought(2_000, sku="B"))
    assert earned(by_line, *lines, facts=facts).points == 3 + 2
    for gives in (PerUnit(1), PerOrder(1)):
        spent = program(
            Rule(code="accrual", gives=gives, limits=Limits(caps=(Cap(per="month", money=3_500),)))
        )
        assert earned(spent, bought(5_000), facts=facts).points == 0
        assert earned(spent, bought(5_000)).points == 1


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"budget_points": 1_020}, 20),
        ({"budget_points": 900}, 0),
        ({"budget_times": 10}, 0),
        ({"budget_times": 11}, 50),
        ({"budget_money": 101_000}, 10),
    ],
)
def test_a_budget_is_for_everybody_while_it_lasts(limits, expected):
    facts = Facts(budgets={"accrual": Uses(10, 1_000, 100_000)})
    assert earned(limited(**limits), bought(5_000), facts=facts).points == expected


def test_a_multiplier_has_limits_of_its_own():
    lines = (bought(1_000), bought(500, sku="B"))
    assert points(earned(program(rule(), times(300, limits=Limits(order_max=12))), *lines)) == {
        "accrual": 15,
        "times": 12,
    }
    by_line = program(rule(), times(300, limits=Limits(line_min=12, line_max=15)))
    assert points(earned(by_line, *lines)) == {"accrual": 15, "times": 15 + 12}
    least = program(rule(), times(300, only=only("A"), limits=Limits(line_min=40)))
    assert points(earned(least, *lines)) == {"accrual": 15, "times": 40}
    over = program(rule(), times(300, limits=Limits(budget_times=1)))
    facts = Facts(budgets={"times": Uses(times=1)})
    assert points(earned(over, *lines, facts=facts)) == {"accrual": 15}
