"""The amount that points are earned on: tax, discounts, rewards, points, delivery, gift cards."""

import pytest

from terminal.programs.conditions import Selector
from terminal.programs.effects import BuyGet, Cheapest, MoneyOff, PercentOff, PerUnit, Step, Steps
from terminal.programs.model import Promotion, Reward, Rule
from terminal.programs.policies import Basis
from terminal.sales import Applied
from tests.unit.accruing import bought, earned, only, program, rule

WIDE = Promotion(code="wide", gives=MoneyOff(100))
OWN = Promotion(code="own", gives=PercentOff(1_000), only=only("A"))
PIECE = Promotion(code="piece", gives=Cheapest())
REWARD = Reward(code="reward", cost=1, gives=Steps((Step(0, amount=1),)))
OWN_REWARD = Reward(code="own_reward", cost=1, gives=MoneyOff(1), only=only("A"))
OFFERS = {"promotions": (WIDE, OWN, PIECE), "rewards": (REWARD, OWN_REWARD)}

APPLIED = (
    Applied("gold", "tier", 1_000, (1_000, 0)),
    Applied("own", "promotion", 200, (200, 0)),
    Applied("wide", "promotion", 4_000, (4_000, 0)),
    Applied("piece", "promotion", 50, (50, 0)),
    Applied("reward", "reward", 300, (300, 0), 5),
    Applied("own_reward", "reward", 20, (20, 0), 5),
    Applied("points", "points", 500, (500, 0), 50),
)
LINES = (bought(3_930, discount=6_070, points_paid=500), bought(1_000, sku="B"))
"""100.00 less all of these, 5 unexplained among them; and 10.00 of something else."""


@pytest.mark.parametrize(
    ("basis", "amount"),
    [
        (Basis(), 3_930),
        (Basis(points_paid=True), 4_430),
        (Basis(discounts="ignored"), 3_930 + 1_000 + 200 + 4_000 + 50),
        (Basis(rewards="ignored"), 3_930 + 300 + 20),
        (Basis(discounts="ignored", rewards="ignored", points_paid=True), 10_000),
        (Basis(limited="meant"), 3_930 + 1_000 + 4_000 + 300),
    ],
)
def test_what_lowers_the_basis(basis, amount):
    """Of a rule for some goods; one for all is lowered by discounts for the whole order."""
    of = program(rule(1, 1, only=only("A")), basis=basis, **OFFERS)
    assert earned(of, *LINES, applied=APPLIED).points == amount
    everything = program(rule(1, 1), basis=basis, **OFFERS)
    told = earned(everything, *LINES, applied=APPLIED)
    wide = 5_300 if basis.limited == "meant" else 0
    assert told.points == amount - wide + 1_000
    assert told.basis == told.points


def test_a_rule_may_have_a_basis_of_its_own():
    of = program(rule(1, 1), rule(1, 1, "all", basis=Basis(points_paid=True)))
    told = earned(of, bought(900, discount=100, points_paid=100))
    assert [part.points for part in told.parts] == [900, 1_000]
    assert told.basis == 900


def test_a_discount_that_nothing_explains_lowers_the_basis():
    meant = program(rule(1, 1, only=only("A")), basis=Basis(limited="meant"))
    assert earned(meant, bought(900, discount=100)).points == 900
    ignored = program(rule(1, 1), basis=Basis(discounts="ignored"))
    assert earned(ignored, bought(900, discount=100)).points == 1_000


@pytest.mark.parametrize(
    ("basis", "amount"),
    [
        (Basis(), 1_000),
        (Basis(shipping=True), 1_500),
        (Basis(gift_cards=True), 6_000),
        (Basis(gift_cards=True, shipping=True), 6_500),
    ],
)
def test_delivery_and_gift_cards(basis, amount):
    lines = (
        bought(1_000),
        bought(500, sku="S", kind="shipping"),
        bought(5_000, sku="G", kind="gift_card"),
    )
    told = earned(program(rule(1, 1), basis=basis), *lines)
    assert (told.points, told.basis) == (amount, amount)
    stamps = program(Rule(code="s", gives=PerUnit(1)), basis=basis)
    assert earned(stamps, *lines).points == 1 + basis.shipping + basis.gift_cards


def test_net_of_tax_is_exact():
    """10.00 + 24 %, 10.00 + 13 %, and 3.33 with 6 %: 20.00 and 3.1415..., rounded once."""
    lines = (
        bought(1_240, tax=2_400),
        bought(1_130, sku="B", tax=1_300),
        bought(333, sku="C", tax=600),
    )
    of = program(rule(100, 1, full=False), basis=Basis(tax="excluded"))
    told = earned(of, *lines)
    assert told.points == 2_000 * 100 + 333 * 100 * 100 // 106
    assert told.basis == 2_314
    assert sum(told.parts[0].weights) > 0
    assert told.parts[0].weights[0] == told.parts[0].weights[1]
    by_line = program(rule(1, 100), basis=Basis(tax="excluded"))
    assert earned(by_line, *lines).points == 23


def test_levies_are_tax():
    """100.00 + 15 % and 10.00 of a levy."""
    of = program(rule(1, 1), basis=Basis(tax="excluded"))
    assert earned(of, bought(12_500, tax=1_500, fixed=1_000)).points == 10_000
    assert earned(of, bought(500, tax=1_500, fixed=1_000)).points == 0


def test_a_line_below_zero_lowers_the_others_and_never_the_member():
    told = earned(program(rule(1, 1)), bought(1_000), bought(-400, sku="B"), bought(200, sku="C"))
    assert (told.points, told.parts[0].weights) == (800, (667, 0, 133))
    assert earned(program(rule(1, 1)), bought(100), bought(-400, sku="B")).points == 0


def test_free_pieces_of_every_kind_earn_no_stamps():
    promotions = (
        Promotion(code="buy", gives=BuyGet(2)),
        Promotion(code="half", gives=BuyGet(2, share=5_000)),
        Promotion(code="cheap", gives=Cheapest()),
        Promotion(code="capped", gives=Cheapest(cap=10)),
    )
    of = program(Rule(code="s", gives=PerUnit(1)), promotions=promotions)
    for code, left in (("buy", 2), ("half", 3), ("cheap", 2), ("capped", 3), ("gone", 3)):
        off = Applied(code, "promotion", 100, (100,))
        assert earned(of, bought(200, 3, discount=100), applied=(off,)).points == left
    all_gone = (Applied("buy", "promotion", 300, (300,)), Applied("cheap", "promotion", 0, (0,)))
    assert earned(of, bought(0, 3, discount=300), applied=all_gone).points == 0


def test_a_hundred_thousand_pieces_and_selectors_of_every_sort():
    of = program(rule(1, 1, only=Selector(tags=("x",), not_skus=("C",))))
    lines = (bought(10**9, 100_000, tags=("x",)), bought(1, 1, "C", tags=("x",)), bought(5, 1, "D"))
    assert earned(of, *lines).points == 10**9


def test_the_same_article_number_may_be_other_goods():
    of = program(rule(1, 1, only=Selector(categories=("food",))))
    assert earned(of, bought(10, category="food")).points == 10
    assert earned(of, bought(10, category="wine")).points == 0
    assert earned(of, bought(10, category="food")).points == 10
