"""Two members who were both customers and are one by now: no points show in two accounts."""

from dataclasses import replace

import pytest

from sync.errors import Retryable
from terminal.events import EventBus
from terminal.ids import StaffId
from terminal.online import Standing
from terminal.outbox import MessageKind, MessageState, Untold
from terminal.services.erasing import ErasingService
from terminal.services.merging_members import MemberMerging
from terminal.services.shown import look_at_shown
from tests.sync.fake_store import ALL
from tests.sync.people import Sides
from tests.sync.test_one_person import TILL

ANNA, TWIN = "a@sample.example", "b@sample.example"


@pytest.fixture(params=[1, 5], ids=["one by one", "together"])
def sides(shop, store, request):
    store.capabilities = replace(ALL, standing_batch=request.param)
    return Sides(shop, store)


@pytest.fixture
def both(sides):
    """Two members with points, each with an account in the web shop that shows them."""
    anna, mine = sides.linked(ANNA)
    twin, theirs = sides.linked(TWIN)
    sides.store.orders_online(mine, 3000)
    sides.store.orders_online(theirs, 1200)
    sides.round()
    assert [shown(sides, one) for one in (mine, theirs)] == [30, 12]
    return anna, twin, mine, theirs


def merge(sides, survivor, absorbed):
    merging = MemberMerging(
        sides.shop.database, TILL, EventBus(), clock=sides.shop.clock, new_id=sides.shop.new_id
    )
    merging.merge(survivor.id, absorbed.id, StaffId("boss"))


def shown(sides, customer):
    return sides.store.customers[customer].standing.points


def told(sides, member):
    with sides.shop.database.read() as uow:
        return uow.outbox.of_subject(MessageKind.STANDING, member.id)[-1]


def test_the_twin_s_account_shows_no_points_any_more_and_the_survivor_s_shows_all(sides, both):
    anna, twin, mine, theirs = both
    merge(sides, anna, twin)
    sides.round()
    assert (shown(sides, mine), shown(sides, theirs)) == (42, 0)
    assert sides.is_quiet()


def test_points_of_an_order_through_the_twin_s_account_show_with_the_survivor_alone(sides, both):
    anna, twin, mine, theirs = both
    merge(sides, anna, twin)
    sides.round()
    sides.store.orders_online(theirs, 800)
    sides.round()
    assert (shown(sides, mine), shown(sides, theirs)) == (50, 0)


def test_a_lost_answer_leaves_both_accounts_right_all_the_same(sides, both):
    anna, twin, mine, theirs = both
    merge(sides, anna, twin)
    sides.store.script += ["lost", Retryable("timeout")]
    for _ in range(3):
        sides.round()
    assert (shown(sides, mine), shown(sides, theirs)) == (42, 0)


def test_an_account_of_the_twin_s_that_is_gone_is_made_by_nobody(sides, both):
    anna, twin, mine, theirs = both
    merge(sides, anna, twin)
    sides.store.deletes(theirs)
    sides.engine.push()
    assert list(sides.store.customers) == [mine]
    message = told(sides, twin)
    assert (message.state, message.reason) == (MessageState.SENT, Untold.MEMBER_GONE)
    with sides.shop.database.read() as uow:
        assert uow.sync.link("online", "member", twin.id) is None


def test_a_refusal_through_the_twin_s_account_is_the_person_s_and_is_written_once(sides, both):
    anna, twin, _, theirs = both
    merge(sides, anna, twin)
    sides.round()
    before = len(sides.consents(anna))
    sides.store.edits(theirs, marketing=False)
    sides.round()
    assert [one.granted for one in sides.consents(anna)[before:]] == [False]
    sides.store.edits(theirs, phone="+306900001234")
    sides.round()
    assert len(sides.consents(anna)) == before + 1


def test_an_account_of_somebody_forgotten_is_told_no_points_though_it_is_still_there(sides, both):
    anna, _, mine, _ = both
    bus, shop = EventBus(), sides.shop
    ErasingService(shop.database, TILL, bus, clock=shop.clock, new_id=shop.new_id).erase(
        anna.id, StaffId("boss")
    )
    with shop.database.write() as uow:
        seen = replace(sides.store.customers[mine], standing=Standing(7, "base", shop.clock()))
        assert not look_at_shown(uow, "online", seen, shop.clock(), shop.new_id)


def test_a_refusal_that_the_person_said_here_already_is_not_written_again(sides, both):
    anna, twin, _, theirs = both
    merge(sides, anna, twin)
    sides.answers(anna, granted=False)
    sides.round()
    before = len(sides.consents(anna))
    sides.store.edits(theirs, marketing=False)
    sides.round()
    assert len(sides.consents(anna)) == before
