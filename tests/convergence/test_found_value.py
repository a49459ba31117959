"""What the simulation found of value kept for later: gift cards and levels given by hand."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from terminal.errors import TerminalError
from terminal.granting import Granted
from terminal.ids import MemberId, SaleId
from terminal.sales import Basket
from tests.convergence import invariants
from tests.convergence.deeds import BOSS, GIFT, People
from tests.convergence.programme import programme
from tests.convergence.test_found import enrol, rounds
from tests.convergence.test_found_apart import EMAIL, balance, hands_over
from tests.convergence.world import Asks, TillSim, World


def level_shown(world: World, email: str = EMAIL) -> str:
    standing = world.shop.of(email).standing
    return standing.tier if standing else ""


def test_who_is_elected_next_and_knows_less_does_not_take_a_level_away(two: World) -> None:
    here, there = two.tills
    member_id = enrol(here, 1, EMAIL)
    rounds(two)
    there.services.office.grant_tier(member_id, "gold", None, "because", BOSS)
    here.services.office.grant_tier(member_id, "house", None, "because", BOSS)
    hands_over(two)
    here.store_round()  # the hub hears of neither
    assert level_shown(two) == "house"
    hands_over(two)
    there.store_round()
    assert level_shown(two) == "gold"
    rounds(two)
    assert level_shown(two) == "house"
    log = len(two.hub.log)
    rounds(two)
    assert len(two.hub.log) == log


def test_a_badge_that_two_tills_gave_apart_is_of_the_first(two: World) -> None:
    here, there = two.tills
    member_id = enrol(here, 1)
    rounds(two)
    for till in (there, here):
        two.moment += timedelta(minutes=5)
        view = till.services.counter.member(member_id)
        People(two)._buy(till, People(two)._basket(["OIL-500"] * 4), view)
    rounds(two)
    held = "SELECT badge, at, source FROM member_badges ORDER BY badge"
    [(milestone, first, sale), *_rest] = here.rows(held)
    assert (milestone, sale) == ("milestone:old", sold_by(here, there.code))
    assert there.rows(held) == here.rows(held)
    assert first == here.rows("SELECT sold_at FROM sales WHERE till = ?", there.code)[0][0]
    invariants.tills_agree(two)


def sold_by(till: TillSim, code: str) -> str:
    return str(till.rows("SELECT id FROM sales WHERE till = ?", code)[0][0])


def test_a_gift_card_used_up_at_two_counters_apart_is_a_question(two: World) -> None:
    """It can't be kept from happening; no till takes more than the card holds, and all say so."""
    here, there = two.tills
    people, chance = People(two, members=[enrol(here, 1)]), random.Random(1)
    here.services.counter.products()
    people._buy(here, Basket("EUR").add(GIFT), None)
    rounds(two)
    for till in two.tills:
        till.cut = True
        while value(till) > 0:
            people.pay_gift(till, chance)
        with pytest.raises(TerminalError):
            people.pay_gift(till, chance)
        till.cut = False
    rounds(two)
    assert value(here) == value(there) == -GIFT.price
    for till in two.tills:
        assert till.rows("SELECT json_extract(details, '$.why') FROM tasks") == [("overdrawn",)]
    invariants.gift_cards_are_bounded(two)
    invariants.tills_agree(two)


def value(till: TillSim) -> int:
    return int(till.rows("SELECT COALESCE(SUM(amount), 0) FROM voucher_entries")[0][0])


def test_an_order_that_two_versions_of_the_programme_gave_points_for_is_worth_them_at_the_hub(
    two: World,
) -> None:
    """One till takes it in before it hears of the new version, the other one by that: all keep the
    greater, and the hub grants what they show."""
    here, there = two.tills
    member_id = enrol(here, 1, EMAIL)
    rounds(two)
    two.moment += timedelta(minutes=5)
    with there.database.write() as uow:
        uow.programs.put(programme(2, points=3, effective_from=two.moment), now=two.moment)
        uow.commit()
    two.moment += timedelta(minutes=5)
    two.shop.orders_online(two.shop.of(EMAIL).id, 2400)
    two.moment += timedelta(minutes=5)
    for till in (here, there):
        hands_over(two)
        till.store_round()
    rounds(two, 4)
    invariants.tills_agree(two)
    invariants.hub_agrees(two)
    assert [balance(till, member_id) for till in two.tills] == [100 + 3 * 24] * 2
    assert Asks(there).ask(SaleId("all of it"), MemberId(member_id), 172) == Granted()
