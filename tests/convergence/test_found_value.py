"""What the simulation found of value kept for later: gift cards and levels given by hand."""

from __future__ import annotations

from tests.convergence.deeds import BOSS
from tests.convergence.test_found import enrol, rounds
from tests.convergence.test_found_apart import EMAIL, hands_over
from tests.convergence.world import World


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
