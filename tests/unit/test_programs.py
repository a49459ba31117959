"""The programme's arithmetic: numbers that a customer can check by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from terminal.errors import (
    BelowMinimum,
    GuestCannotRedeem,
    NotEnoughPoints,
    NotWholeBlocks,
    OverRedeemCap,
)
from terminal.ledger import replay
from terminal.programs import (
    Redemption,
    next_tier,
    offer,
    redeem_value,
    require_redeemable,
    tier_for,
)
from terminal.programs.calendar import zone
from terminal.programs.facts import Chosen, Facts, Occasion
from terminal.quoting import quote
from terminal.sales import Basket
from tests.unit.making import START, entry, product, program

GOLD = Facts(tier="gold")
LATER = Occasion(START + timedelta(days=1), zone("Europe/Athens"))


def test_a_tier_is_reached_by_what_was_spent_and_the_next_one_is_named():
    silver = tier_for(program(), 30_000)
    assert silver.code == "silver"
    assert tier_for(program(), -500).code == "bronze"
    ahead = next_tier(program(), 47_500)
    assert ahead is not None
    assert (ahead.tier.code, ahead.missing, ahead.percent) == ("gold", 52_500, 25)
    assert next_tier(program(), 100_000) is None


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
    facts = replace(GOLD, available=account.available(LATER.at))
    said = quote(basket(), program(), account, facts, Chosen(500), LATER)
    assert (said.goods, said.redeemed_value, said.net, said.due_cash) == (4340, 500, 3840, 3840)
    assert said.accrual is not None
    assert (said.accrual.points, said.balance_after) == (57, 1284 - 500 + 57)
    assert said.offer is not None
    assert said.offer.most == 1200


def test_a_guest_is_quoted_the_price_alone():
    said = quote(basket(), None, None, None, Chosen(), LATER)
    assert (said.net, said.accrual, said.offer, said.balance_after) == (4340, None, None, None)
    with pytest.raises(GuestCannotRedeem):
        quote(basket(), None, None, None, Chosen(500), LATER)


def test_a_quote_refuses_what_a_booking_would_refuse():
    account = replay([entry(1, 300)]).account
    with pytest.raises(NotEnoughPoints):
        quote(basket(), program(), account, Facts(available=300), Chosen(500), LATER)
