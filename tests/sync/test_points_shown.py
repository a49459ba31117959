"""Points that a store shows already, and a till whose books know nothing of them yet."""

from dataclasses import replace

import pytest

from sync.first_import import FirstImport
from terminal.online import Standing
from terminal.outbox import MessageKind, MessageState, Untold
from terminal.records import TierGrant
from terminal.services.shown import tell_outdated
from terminal.services.taking_in import TakingIn
from terminal.services.whose import note_merged
from tests.sync.fake_store import ALL
from tests.sync.people import ANNA, Sides

TAKING = TakingIn(stores=("online",), members="all")


@pytest.fixture
def sides(shop, store):
    return Sides(shop, store, TAKING)


def shows(sides, points, email=ANNA):
    """A customer who got points from somewhere else: a till before this one, another program."""
    standing = Standing(points, "gold", sides.shop.clock())
    return sides.store.registers(email, given_name="Example", standing=standing).id


def importing(sides, members="all"):
    taking = replace(TAKING, members=members)
    shop = sides.shop
    return FirstImport(
        shop.database, sides.store, clock=shop.clock, new_id=shop.new_id, taking=taking
    )


def nobody(part):
    """Nobody watches."""


@pytest.mark.parametrize("batch", [1, 10])
def test_a_new_till_with_empty_books_leaves_the_points_that_a_store_shows(sides, batch):
    sides.store.capabilities = replace(ALL, standing_batch=batch)
    customer = shows(sides, 248)
    assert importing(sides).run(nobody, lambda: True)
    sides.round()
    sides.store.edits(customer, family_name="Sample")
    sides.round()
    member = sides.member(ANNA)
    sides.shop.enrol("b@sample.example")
    with sides.shop.writing() as uow:
        uow.members.put(replace(uow.members.get(member.id), family_name="Paradeigma"))
        sides.shop.queue(uow, MessageKind.MEMBER, member.id, member.id)
        sides.shop.queue(uow, MessageKind.STANDING, member.id, member.id)
    sides.round()
    assert sides.store.customers[customer].family_name == "Paradeigma"
    assert sides.shown(customer) == 248
    assert sides.shop.open_messages() == []
    sides.shop.give(member, 5)
    with sides.shop.writing() as uow:
        sides.shop.queue(uow, MessageKind.STANDING, member.id, member.id)
    sides.round()
    assert sides.shown(customer) == 5


def test_comparing_everything_leaves_them_too(sides):
    customer = shows(sides, 248)
    importing(sides).run(nobody, lambda: True)
    sides.round()
    ended = sides.engine.reconciler().reconcile()
    sides.round()
    assert ended.figures.alike == 1
    assert sides.shown(customer) == 248


def test_a_card_that_the_store_lacks_is_told_without_points(sides):
    customer = shows(sides, 248)
    anna = sides.shop.enrol(ANNA, "5012345678900")
    sides.round()
    assert sides.store.customers[customer].card == "5012345678900"
    assert sides.shown(customer) == 248
    with sides.shop.database.read() as uow:
        [told] = uow.outbox.of_subject(MessageKind.STANDING, anna.id)
    assert (told.state, told.reason) == (MessageState.SENT, Untold.NO_POINTS)


@pytest.mark.parametrize("batch", [1, 10])
def test_somebody_merged_away_without_any_points_is_told_nothing_of(sides, batch):
    sides.store.capabilities = replace(ALL, standing_batch=batch)
    gone, stays = sides.shop.enrol("b@sample.example"), sides.shop.enrol(ANNA)
    other = sides.shop.enrol("c@sample.example")
    sides.round()
    customer = sides.store.of("b@sample.example").id
    sides.store.edits(customer, standing=Standing(248, "gold", sides.shop.clock()))
    with sides.shop.writing() as uow:
        note_merged(uow, gone.id, stays.id)
        for each in (gone, other):
            sides.shop.queue(uow, MessageKind.STANDING, each.id, each.id)
    sides.round()
    assert sides.shown(customer) == 248
    assert sides.shop.open_messages() == []


def test_a_level_that_was_granted_is_told_though_nothing_was_booked(sides):
    anna = sides.shop.enrol(ANNA)
    now = sides.shop.clock()
    with sides.shop.writing() as uow:
        uow.tiers.put(TierGrant(id="g", member_id=anna.id, tier="gold", starts=now, at=now))
    sides.round()
    assert sides.store.of(ANNA).standing.points == 0


@pytest.mark.parametrize(("members", "change"), [("all", 2), ("known", 1)])
def test_a_rehearsal_counts_whose_shown_points_would_change(sides, members, change):
    anna = sides.shop.enrol(ANNA)
    first = shows(sides, 248)
    sides.store.orders_online(first, 1000)  # brings 10: shown is 10 then, and not 248
    second = shows(sides, 248, "b@sample.example")
    sides.store.orders_online(second, 1000)
    third = shows(sides, 10, "c@sample.example")
    sides.store.orders_online(third, 1000)  # brings what is shown
    shows(sides, 248, "d@sample.example")  # of whom nothing is known: left as it is
    found = importing(sides, members).rehearse(nobody, lambda: True)
    assert found.would_change == change
    sides.shop.give(anna, 238)  # with those of the order that is what is shown
    assert importing(sides, members).rehearse(nobody, lambda: True).would_change == change - 1


def test_an_order_that_is_booked_already_does_not_count_again(sides):
    first = shows(sides, 10)
    sides.store.orders_online(first, 1000)
    importing(sides).run(nobody, lambda: True)
    assert importing(sides).rehearse(nobody, lambda: True).would_change == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("batch", [1, 10])
def test_points_heard_of_while_a_balance_was_on_its_way_are_told_after_it(sides, batch):
    """What waits is not queued a second time; this one had left already with the older balance."""
    sides.store.capabilities = replace(ALL, standing_batch=batch)
    anna, bela = sides.shop.enrol(ANNA), sides.shop.enrol("b@sample.example")
    sides.round()
    with sides.shop.writing() as uow:
        uow.journal.put_state("instance", "one")
    for member in (anna, bela):
        sides.shop.give(member, 5)
        with sides.shop.writing() as uow:
            sides.shop.queue(uow, MessageKind.STANDING, member.id, member.id)
    heard = []

    def hears_meanwhile(what, _subject):
        if what in ("standing", "standings") and not heard:
            heard.append(what)
            sides.shop.give(anna, 20)
            with sides.shop.writing() as uow:
                tell_outdated(uow, [anna.id], sides.shop.clock())

    sides.store.rule = hears_meanwhile
    sides.engine.push()
    assert sides.store.of(ANNA).standing.points == 25
    assert sides.store.of("b@sample.example").standing.points == 5
    assert sides.shop.open_messages() == []
