"""The programme's arithmetic: numbers that a customer can check by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.errors import (
    BelowMinimum,
    GuestCannotRedeem,
    NotEnoughPoints,
    NotWholeBlocks,
    OverRedeemCap,
)
from terminal.ledger import replay
from terminal.programs import (
    Expiry,
    Pending,
    Redemption,
    Tier,
    accrue,
    next_tier,
    offer,
    per_money,
    redeem_value,
    require_redeemable,
    tier_for,
    window_start,
)
from terminal.programs.accrual import lapse_of, usable_from
from terminal.programs.calendar import add_months
from terminal.quoting import quote
from terminal.sales import Basket
from tests.unit.making import START, entry, product, program

GOLD = Tier("gold", 100_000, 150)
BRONZE = Tier("bronze", 0)


def test_gold_earns_half_as_much_again_and_both_lines_can_be_checked():
    accrual = accrue(program(), 3840, GOLD)
    assert [(part.rule, part.points) for part in accrual.parts] == [
        ("accrual", 38),
        ("tier:gold", 19),
    ]
    assert (accrual.points, accrual.basis, accrual.rate) == (57, 3840, "1/100 150%")


@pytest.mark.parametrize(
    ("points", "per", "paid", "expected"),
    [
        (1, 100, 10_000, 100),
        (1, 100_000, 1_000_000, 10),
        (3, 100, 4_000, 120),
        (1, 100, 99, 0),
        (1, 100, 297, 2),
        (1, 100, 0, 0),
        (1, 100, -500, 0),
    ],
)
def test_points_per_money_are_floored_once_per_order(points, per, paid, expected):
    accrual = accrue(program(rules=(per_money(points, per),)), paid, BRONZE)
    assert accrual.points == expected
    assert sum(part.points for part in accrual.parts) == expected


@given(st.integers(0, 10**9), st.integers(1, 20), st.integers(1, 10**6), st.integers(100, 300))
def test_parts_always_add_up(paid, points, per, percent):
    accrual = accrue(program(rules=(per_money(points, per),)), paid, Tier("x", 0, percent))
    assert sum(part.points for part in accrual.parts) == accrual.points
    assert accrual.points >= paid // per * points


def test_a_tier_is_reached_by_what_was_spent_and_the_next_one_is_named():
    silver = tier_for(program(), 30_000)
    assert silver.code == "silver"
    assert tier_for(program(), -500).code == "bronze"
    ahead = next_tier(program(), 47_500)
    assert ahead is not None
    assert (ahead.tier.code, ahead.missing, ahead.percent) == ("gold", 52_500, 25)
    assert next_tier(program(), 100_000) is None


def test_the_window_rolls_and_clamps_to_short_months():
    moment = datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert window_start(program(), moment) == datetime(2027, 2, 28, 12, tzinfo=UTC)
    assert add_months(datetime(2026, 1, 31, tzinfo=UTC), 1) == datetime(2026, 2, 28, tzinfo=UTC)
    assert add_months(datetime(2026, 11, 30, tzinfo=UTC), 3) == datetime(2027, 2, 28, tzinfo=UTC)


def test_points_lapse_and_become_usable_by_the_programme():
    assert lapse_of(program(), START) == add_months(START, 12)
    assert lapse_of(program(expiry=Expiry(kind="never")), START) is None
    assert usable_from(program(), START) is None
    assert usable_from(program(pending=Pending(days=14)), START) == START + timedelta(days=14)


def test_what_can_be_redeemed_is_bounded_by_balance_cap_and_minimum():
    rule = program()
    assert offer(rule, 1284, 4340).most == 1200
    assert offer(rule, 1284, 1000).most == 500  # half of the goods
    assert offer(rule, 199, 4340).most == 0
    assert offer(rule, 1284, 399).most == 0  # the cap lies below the minimum
    capped = program(redemption=Redemption(100, 100, 200, cap_points=350))
    assert offer(capped, 1284, 99_999).most == 300
    assert redeem_value(rule, 500) == 500


@pytest.mark.parametrize(
    ("points", "refusal"),
    [(250, NotWholeBlocks), (100, BelowMinimum), (1300, NotEnoughPoints), (1200, OverRedeemCap)],
)
def test_what_the_programme_does_not_allow_is_refused_before(points, refusal):
    with pytest.raises(refusal):
        require_redeemable(program(), points, 1284, 2000)
    require_redeemable(program(), 1000, 1284, 2000)


def basket() -> Basket:
    return Basket("EUR").add(product(price=4340))


def test_the_quote_says_the_sum_before_anything_is_booked():
    account = replay([entry(1, 1284)]).account
    said = quote(basket(), program(), account, GOLD, 500, START + timedelta(days=1))
    assert (said.goods, said.redeemed_value, said.net, said.due_cash) == (4340, 500, 3840, 3840)
    assert said.accrual is not None
    assert (said.accrual.points, said.balance_after) == (57, 1284 - 500 + 57)
    assert said.offer is not None
    assert said.offer.most == 1200


def test_a_guest_is_quoted_the_price_alone():
    said = quote(basket(), None, None, None, 0, START)
    assert (said.net, said.accrual, said.offer, said.balance_after) == (4340, None, None, None)
    with pytest.raises(GuestCannotRedeem):
        quote(basket(), None, None, None, 500, START)


def test_a_quote_refuses_what_a_booking_would_refuse():
    account = replay([entry(1, 300)]).account
    with pytest.raises(NotEnoughPoints):
        quote(basket(), program(), account, BRONZE, 500, START + timedelta(days=1))
