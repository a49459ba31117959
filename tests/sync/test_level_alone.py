"""A level that was given by hand before anything was booked: told, and the store's points stay."""

from dataclasses import replace

import pytest

from terminal.online import Standing
from terminal.outbox import MessageKind
from terminal.records import TierGrant
from tests.sync.comparing import found
from tests.sync.fake_store import ALL
from tests.sync.people import ANNA


@pytest.fixture
def shown_248(sides):
    """A member whose account shows points that some program before this one wrote there."""
    anna, customer = sides.linked(ANNA)
    shown = Standing(248, "bronze", sides.shop.clock())
    sides.store.edits(customer, standing=shown)
    sides.round()
    return anna


def grants(sides, member, tier="gold", kind=MessageKind.STANDING):
    now = sides.shop.clock()
    with sides.shop.writing() as uow:
        uow.tiers.put(TierGrant(id=tier, member_id=member.id, tier=tier, starts=now, at=now))
        sides.shop.queue(uow, kind, member.id, member.id)


def shown(sides):
    there = sides.store.of(ANNA).standing
    return there.points, there.tier


@pytest.mark.parametrize("batch", [1, 10])
@pytest.mark.parametrize("kind", [MessageKind.STANDING, MessageKind.MEMBER])
def test_points_from_elsewhere_stay_beside_the_level(sides, shown_248, batch, kind):
    sides.store.capabilities = replace(ALL, standing_batch=batch)
    grants(sides, shown_248, kind=kind)
    sides.round()
    assert shown(sides) == (248, "gold")
    sides.round()
    assert sides.shop.open_messages() == []
    sides.shop.give(shown_248, 5)
    with sides.shop.writing() as uow:
        sides.shop.queue(uow, MessageKind.STANDING, shown_248.id, shown_248.id)
    sides.round()
    assert shown(sides) == (5, "gold"), "from the first entry on the till's own points are told"


def test_the_night_mends_the_level_and_leaves_the_points(sides, shown_248):
    grants(sides, shown_248)
    sides.round()
    customer = sides.store.of(ANNA)
    sides.store.customers[customer.id] = replace(
        customer, standing=replace(customer.standing, tier="bronze")
    )
    assert found(sides) == ["tier edited told"]
    sides.round()
    assert shown(sides) == (248, "gold")
    assert found(sides) == []


def test_who_has_no_account_yet_begins_with_no_points(sides):
    member = sides.shop.enrol(ANNA)
    grants(sides, member, kind=MessageKind.MEMBER)
    sides.round()
    assert shown(sides) == (0, "gold")
