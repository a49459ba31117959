"""What each effect takes off, line by line. Amounts in cents."""

import pytest

from terminal.programs.bill import Bill
from terminal.programs.catalogue import catalogue
from terminal.programs.conditions import Selector
from terminal.programs.discounts import cut, tier_off
from terminal.programs.effects import (
    BuyGet,
    Cheapest,
    Donate,
    FixedPrice,
    FreeItem,
    Gift,
    GiveCoupon,
    MoneyOff,
    PercentOff,
    Step,
    Steps,
)
from terminal.programs.taxes import by_rate, tax_within
from tests.unit.basket_making import line, programme, promotion

A, B, C = line(1_000, 2, "A"), line(600, 3, "B"), line(250, 4, "C")
"""20.00, 18.00 and 10.00."""


def bill(*lines, only=()):
    """A bill and the places of the goods meant: all, or some skus."""
    made = Bill(catalogue(programme(promotion(Gift("x"), only=Selector(skus=only)))), lines)
    return made, made.goods[1 if only else 0]


def taken(gives, *lines, only=()):
    """What an effect takes off each line as it was scanned, and the pieces that go free."""
    made, meant = bill(*lines, only=only)
    found = cut(made, meant, gives)
    made.take(found.places, found.shares)
    if found.given:
        made.give(found.places, found.given)
    return made.scanned(made.taken()), made.unpaid()


@pytest.mark.parametrize(
    ("gives", "shares"),
    [
        (MoneyOff(100), (42, 37, 21)),  # 41.67, 37.5, 20.83: exactly 100
        (MoneyOff(9_999), (2_000, 1_800, 1_000)),
        (PercentOff(1_000), (200, 180, 100)),
        (PercentOff(1), (0, 0, 0)),  # 0.48 of a cent
        (PercentOff(2), (1, 0, 0)),
        (PercentOff(1_000, cap=48), (20, 18, 10)),
        (FixedPrice(500), (1_000, 300, 0)),
        (FixedPrice(0), (2_000, 1_800, 1_000)),
        (Steps((Step(1_000, share=100), Step(4_800, share=1_000))), (200, 180, 100)),
        (Steps((Step(4_801, share=1_000), Step(4_000, amount=48))), (20, 18, 10)),
        (Steps((Step(1_000, share=1_000, amount=48),)), (20, 18, 10)),  # a share with a cap
        (Steps((Step(9_000, share=1_000),)), (0, 0, 0)),
        (Steps((Step(0),)), (0, 0, 0)),
    ],
)
def test_money_off_the_goods(gives, shares):
    assert taken(gives, A, B, C) == (shares, (0, 0, 0))


@pytest.mark.parametrize(
    ("gives", "shares", "free"),
    [
        (Cheapest(), (0, 0, 250), (0, 0, 1)),
        (Cheapest(5_001), (0, 0, 125), (0, 0, 0)),
        (Cheapest(cap=249), (0, 0, 249), (0, 0, 0)),
        (Cheapest(cap=250), (0, 0, 250), (0, 0, 1)),
        (FreeItem(), (1_000, 0, 0), (1, 0, 0)),
        (FreeItem(4), (2_000, 1_200, 0), (2, 2, 0)),
        (FreeItem(99), (2_000, 1_800, 1_000), (2, 3, 4)),
        (BuyGet(buy=2), (0, 0, 750), (0, 0, 3)),
        (BuyGet(buy=2, most=2), (0, 0, 500), (0, 0, 2)),
        (BuyGet(buy=1), (0, 0, 1_000), (0, 0, 4)),
        (BuyGet(buy=1, share=5_000), (0, 0, 500), (0, 0, 0)),
        (BuyGet(buy=1, get=2), (0, 1_200, 1_000), (0, 2, 4)),
        (BuyGet(buy=9), (0, 0, 0), (0, 0, 0)),
        (BuyGet(buy=8, among="added", share=5_000), (0, 0, 125), (0, 0, 0)),
    ],
)
def test_pieces_for_less_or_nothing(gives, shares, free):
    assert taken(gives, A, B, C) == (shares, free)


@pytest.mark.parametrize(
    ("gives", "only", "shares"),
    [
        (BuyGet(buy=1, get_skus=("C",)), ("A",), (0, 0, 500)),  # two A: two C
        (BuyGet(buy=2, get_skus=("C",)), ("A",), (0, 0, 250)),
        (BuyGet(buy=1, get=9, get_skus=("C",)), ("A",), (0, 0, 1_000)),
        (BuyGet(buy=3, get_skus=("B", "A")), ("B",), (1_000, 0, 0)),  # A costs no bought B
        (BuyGet(buy=1, get_skus=("B",)), ("A", "B"), (0, 1_200, 0)),  # A, A, B pay for two B
        (BuyGet(buy=2, get_skus=("B",)), ("B",), (0, 600, 0)),
        (BuyGet(buy=1, get_skus=("X",)), ("A",), (0, 0, 0)),
    ],
)
def test_bought_of_some_goods_given_of_others(gives, only, shares):
    assert taken(gives, A, B, C, only=only)[0] == shares


@pytest.mark.parametrize(
    ("gives", "only", "sku", "pieces"),
    [
        (BuyGet(buy=3, among="added"), (), "C", 3),
        (BuyGet(buy=3, get=2, among="added", most=5), (), "C", 5),
        (BuyGet(buy=3, among="added"), ("B",), "B", 1),
        (BuyGet(buy=2, among="added", get_skus=("X", "B")), ("A",), "B", 1),
        (BuyGet(buy=2, among="added", get_skus=("X", "Y")), ("A",), "X", 1),
        (BuyGet(buy=3, among="added"), ("A",), "", 0),
        (FreeItem(2, sku="MUG"), (), "MUG", 2),
        (FreeItem(2, sku="MUG"), ("X",), "", 0),
    ],
)
def test_pieces_on_top(gives, only, sku, pieces):
    made, meant = bill(A, B, C, only=only)
    found = cut(made, meant, gives)
    assert (found.sku, found.pieces, bool(found)) == (sku, pieces, bool(pieces))


@pytest.mark.parametrize(
    ("gives", "what"),
    [(Gift("Mug"), "Mug"), (GiveCoupon("k"), "k"), (Donate("trees", 500), "trees")],
)
def test_what_is_handed_over(gives, what):
    made, meant = bill(A)
    assert cut(made, meant, gives).gives == what


def test_nothing_is_handed_over_without_goods():
    made, meant = bill(A, only=("X",))
    assert not cut(made, meant, Gift("Mug"))
    assert not cut(made, meant, GiveCoupon("k"))
    assert not cut(made, meant, Cheapest())
    assert not cut(made, meant, MoneyOff(5))


def test_a_piece_that_is_free_is_neither_given_nor_counted_again():
    made, meant = bill(line(300, 3))
    for still in (2, 1, 0):
        found = cut(made, meant, FreeItem())
        made.take(found.places, found.shares)
        made.give(found.places, found.given)
        assert (made.left, made.open) == ([300 * still], [still])
    assert not cut(made, meant, FreeItem())
    assert not cut(made, meant, BuyGet(buy=1))


def test_pieces_are_valued_as_they_stand_after_what_came_before():
    made, meant = bill(line(100, 3))
    made.take(meant, [50])  # 2.50 left of three pieces
    assert cut(made, meant, FreeItem(2)).shares == [167]  # 1.6667
    assert made.worth(0, 3) == 250


def test_two_prices_are_compared_exactly():
    """A third of 1.00 is less than 0.34 and more than 0.33."""
    made, meant = bill(line(100, 3, "A"), line(34, 1, "B"), line(33, 1, "C"))
    made.take([0], [200])
    assert sorted(meant, key=made.each) == [2, 0, 1]


def test_a_fixed_price_holds_for_the_whole_piece_with_its_deposit():
    """2.50 with a deposit of 0.25 for 2.00: 0.50 off; for 0.10 the deposit stays."""
    bottle = line(250, 2, fixed=25)
    assert taken(FixedPrice(200), bottle)[0] == (100,)
    assert taken(FixedPrice(10), bottle)[0] == (450,)


def test_a_level_takes_its_share_off_goods_alone():
    made, _meant = bill(A, line(5_000, sku="card", kind="gift_card"))
    found = tier_off(made, 1_000)
    assert made.by_line(found.places, found.shares) == (200, 0)


def test_tax_is_split_once_for_each_rate():
    """Three times 0.10 at 24 % hold 0.0194 each; together 0.058, which is 0.06."""
    said = by_rate([(2_400, 10), (600, 100), (2_400, 10), (2_400, 10)])
    assert [(t.rate, t.gross, t.untaxed, t.tax) for t in said] == [
        (600, 100, 94, 6),
        (2_400, 30, 24, 6),
    ]
    assert tax_within(0, 2_400) == 0
    assert tax_within(100, 0) == 0
