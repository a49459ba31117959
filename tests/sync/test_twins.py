"""Two members who were both customers and are one by now: no points show in two accounts."""

from dataclasses import replace

import pytest

from sync.errors import Retryable
from terminal.online import Standing
from terminal.outbox import MessageKind, MessageState, Untold
from terminal.ports import RemoteLink
from terminal.services.shown import look_at_shown
from tests.sync.fake_store import ALL
from tests.sync.people import ANNA, BELA, Sides


@pytest.fixture(params=[1, 5], ids=["one by one", "together"])
def sides(shop, store, request):
    store.capabilities = replace(ALL, standing_batch=request.param)
    return Sides(shop, store)


@pytest.fixture
def both(sides):
    """Two members with points, each with an account in the web shop that shows them."""
    anna, mine = sides.linked(ANNA)
    twin, theirs = sides.linked(BELA)
    sides.store.orders_online(mine, 3000)
    sides.store.orders_online(theirs, 1200)
    sides.round()
    assert [sides.shown(one) for one in (mine, theirs)] == [30, 12]
    return anna, twin, mine, theirs


def forgotten_elsewhere(sides, *members):
    """By a till that knew of no account of theirs; of those it hears afterwards."""
    with sides.shop.writing() as uow:
        links = [uow.sync.link("online", "member", one.id) for one in members]
        for one in members:
            uow.sync.drop_link("online", "member", one.id)
    sides.erase(members[0])
    with sides.shop.writing() as uow:
        for link in links:
            uow.sync.put_link(link)


def told_anew(sides, customer):
    """Whether an account that shows other points than the books do is told what they are."""
    seen = replace(
        sides.store.customers[customer], standing=Standing(7, "base", sides.shop.clock())
    )
    with sides.shop.database.write() as uow:
        return look_at_shown(uow, "online", seen, sides.shop.clock(), sides.shop.new_id)


def told(sides, member):
    with sides.shop.database.read() as uow:
        return uow.outbox.of_subject(MessageKind.STANDING, member.id)[-1]


def test_the_twin_s_account_shows_no_points_any_more_and_the_survivor_s_shows_all(sides, both):
    anna, twin, mine, theirs = both
    sides.merge(anna, twin)
    sides.round()
    assert (sides.shown(mine), sides.shown(theirs)) == (42, 0)
    assert sides.is_quiet()


def test_points_of_an_order_through_the_twin_s_account_show_with_the_survivor_alone(sides, both):
    anna, twin, mine, theirs = both
    sides.merge(anna, twin)
    sides.round()
    sides.store.orders_online(theirs, 800)
    sides.round()
    assert (sides.shown(mine), sides.shown(theirs)) == (50, 0)


def test_a_lost_answer_leaves_both_accounts_right_all_the_same(sides, both):
    anna, twin, mine, theirs = both
    sides.merge(anna, twin)
    sides.store.script += ["lost", Retryable("timeout")]
    for _ in range(3):
        sides.round()
    assert (sides.shown(mine), sides.shown(theirs)) == (42, 0)


def test_an_account_of_the_twin_s_that_is_gone_is_made_by_nobody(sides, both):
    anna, twin, mine, theirs = both
    sides.merge(anna, twin)
    sides.store.deletes(theirs)
    sides.engine.push()
    assert list(sides.store.customers) == [mine]
    message = told(sides, twin)
    assert (message.state, message.reason) == (MessageState.SENT, Untold.MEMBER_GONE)
    with sides.shop.database.read() as uow:
        assert uow.sync.link("online", "member", twin.id) is None


def test_a_refusal_through_the_twin_s_account_is_the_person_s_and_is_written_once(sides, both):
    anna, twin, _, theirs = both
    sides.merge(anna, twin)
    sides.round()
    before = len(sides.consents(anna))
    sides.store.edits(theirs, marketing=False)
    sides.round()
    assert [one.granted for one in sides.consents(anna)[before:]] == [False]
    sides.store.edits(theirs, phone="+306900001234")
    sides.round()
    assert len(sides.consents(anna)) == before + 1


@pytest.mark.parametrize("whose", ["theirs", "their twin's"])
def test_an_account_of_somebody_forgotten_is_told_no_points_though_it_is_still_there(
    sides, both, whose
):
    """A till that had not heard of their accounts forgot them: nobody has asked the store to."""
    anna, twin, mine, theirs = both
    sides.merge(anna, twin)
    sides.round()
    forgotten_elsewhere(sides, anna, twin)
    assert not told_anew(sides, mine if whose == "theirs" else theirs)


def test_an_account_that_is_to_be_forgotten_is_told_no_points_of_who_had_it_as_well(sides, both):
    """Two records under one address had one account there, and one of them asks to be forgotten."""
    anna, twin, mine, _ = both
    with sides.shop.writing() as uow:
        uow.sync.put_link(RemoteLink("online", "member", twin.id, mine))
    sides.erase(anna)
    assert not told_anew(sides, mine)


def test_a_refusal_that_the_person_said_here_already_is_not_written_again(sides, both):
    anna, twin, _, theirs = both
    sides.merge(anna, twin)
    sides.answers(anna, granted=False)
    sides.round()
    before = len(sides.consents(anna))
    sides.store.edits(theirs, marketing=False)
    sides.round()
    assert len(sides.consents(anna)) == before
