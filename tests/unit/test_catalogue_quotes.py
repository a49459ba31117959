"""The catalogue as a quote tells it, and money cards at their end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from terminal.errors import GuestCannotRedeem
from terminal.programs.calendar import zone
from terminal.programs.effects import MoneyOff
from terminal.programs.facts import Chosen, Facts, Occasion
from terminal.programs.model import Reward
from terminal.programs.policies import Earning
from terminal.quoting import choices, quote
from terminal.sales import Basket
from terminal.vouchers import ValueEntry, ValueKind, value_lots
from tests.unit.making import START, product, program

NOW = Occasion(START + timedelta(days=1), zone("Europe/Athens"))
FIVE = Reward(code="five", cost=50, gives=MoneyOff(500))


def basket() -> Basket:
    return Basket("EUR").add(product(price=6_000))


def test_a_reward_out_of_reach_says_how_much_is_missing():
    (five,) = choices(basket(), program(rewards=(FIVE,)), Facts(available=20), Chosen(), NOW)
    assert (five.reachable, five.missing_points) == (False, 30)


def test_points_of_this_sale_bring_a_reward_within_reach_where_they_may():
    running = program(rewards=(FIVE,), earning=Earning(running=True))
    (five,) = choices(basket(), running, Facts(), Chosen(), NOW)
    assert five.reachable


def test_another_currency_has_no_catalogue():
    other = replace(basket(), currency="HUF")
    assert choices(other, program(rewards=(FIVE,)), Facts(available=99), Chosen(), NOW) == ()


def test_a_guest_chooses_no_rewards():
    with pytest.raises(GuestCannotRedeem):
        quote(basket(), program(rewards=(FIVE,)), None, None, Chosen(rewards=("five",)), NOW)


def test_a_programme_without_a_moment_or_a_level_is_not_made():
    with pytest.raises(ValueError, match="time zone"):
        program(effective_from=START.replace(tzinfo=None))
    with pytest.raises(ValueError, match="at least one tier"):
        program(tiers=())


def test_money_that_lapsed_is_not_spent_though_nobody_booked_it_out():
    def moved(n: int, amount: int, kind: ValueKind, **more: object) -> ValueEntry:
        return ValueEntry(
            id=f"v{n}", code="G", kind=kind, amount=amount, currency="EUR",
            decided_at=START + timedelta(hours=n), till="T1", seq=n, **more,
        )  # fmt: skip

    entries = [
        moved(1, 500, ValueKind.ISSUE, lapses_at=START + timedelta(hours=2)),
        moved(2, 300, ValueKind.ISSUE),
        moved(3, -200, ValueKind.PAY),
    ]
    assert [(lot.entry_id, lot.remaining) for lot in value_lots(entries)] == [
        ("v1", 500), ("v2", 100)
    ]  # fmt: skip
