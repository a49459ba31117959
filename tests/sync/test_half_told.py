"""Whoever is forgotten, or merged, while nobody knows whether an online store has an account of
theirs: the store made it, and its answer was lost."""

from datetime import timedelta

import pytest

from sync.errors import Misconfigured, Refused, Retryable
from terminal.outbox import MessageKind
from terminal.ports import RemoteLink
from terminal.services.half_told import AGAIN
from terminal.services.taking_in import TakingIn
from terminal.services.whose import is_erased, is_forgotten, made_of
from tests.sync.people import ANNA, BELA, Sides


@pytest.fixture
def sides(shop, store):
    """Whoever buys online becomes a member."""
    return Sides(shop, store, TakingIn(stores=("online",), members="all"))


def unheard(sides, email=ANNA):
    """A member with points, told to the store, which did not get to answer."""
    member = sides.shop.enrol(email)
    sides.shop.give(member, 100)
    sides.store.script.append("lost")
    sides.engine.push()
    assert sides.store.of(email).standing.points == 100
    return member


def searched(sides):
    return [email for what, email in sides.store.asked if what == "find_customer"]


def rows(sides):
    """Whose address is kept until the store has answered."""
    with sides.shop.database.read() as uow:
        return uow.journal.changes("half told\x1fonline")


def later(sides, by=AGAIN):
    sides.shop.clock.advance(minutes=by // timedelta(minutes=1))
    sides.round()


def living(sides):
    """Everybody who was not forgotten."""
    with sides.shop.database.read() as uow:
        return [m for m in sides.members() if not is_erased(uow, m.id)]


def test_who_was_forgotten_before_the_answer_came_does_not_come_back(sides):
    anna = unheard(sides)
    sides.erase(anna)
    sides.round()
    sides.round()
    assert sides.store.customers == {}
    assert living(sides) == []
    later(sides)
    assert rows(sides) == {}
    assert sides.is_quiet()


def test_their_address_is_kept_no_longer_than_the_store_was_asked_for_it_twice(sides):
    anna = sides.shop.enrol(ANNA)
    sides.store.script.append(Retryable("timeout"))  # nothing got there
    sides.engine.push()
    sides.erase(anna)
    sides.store.asked.clear()
    for _ in range(3):
        sides.round()
    assert searched(sides) == [ANNA]
    assert list(rows(sides)) == [anna.id]
    later(sides)
    assert searched(sides) == [ANNA, ANNA]
    assert rows(sides) == {}


def test_an_account_that_was_made_after_the_first_look_is_found_by_the_second(sides):
    anna = sides.shop.enrol(ANNA)
    sides.store.script.append(Retryable("timeout"))
    sides.engine.push()
    sides.erase(anna)
    sides.round()
    late = sides.store.registers(ANNA)
    sides.shop.clock.advance(minutes=AGAIN // timedelta(minutes=1))
    sides.round()
    sides.round()
    assert late.id not in sides.store.customers
    assert living(sides) == []


def test_a_store_that_is_away_is_asked_when_it_is_back(sides):
    sides.erase(unheard(sides))
    sides.store.rule = lambda what, _: Retryable("unreachable") if what == "find_customer" else None
    assert sides.engine.push().failure is not None
    sides.store.rule = lambda what, subject: None
    sides.round()
    sides.round()
    assert sides.store.customers == {}


def test_a_store_that_can_not_be_asked_by_address_stops_nothing(sides):
    sides.erase(unheard(sides))
    bela = sides.shop.enrol(BELA)
    sides.store.rule = lambda what, subject: (
        Refused("no_search") if (what, subject) == ("find_customer", ANNA) else None
    )
    sides.engine.push()
    assert sides.store.of(bela.email)
    later(sides)
    assert rows(sides) == {}


def test_somebody_who_came_back_meanwhile_keeps_their_account(sides):
    sides.erase(unheard(sides))
    again = sides.shop.enrol(ANNA, name="Again")
    sides.round()
    sides.round()
    assert living(sides) == [sides.member(again)]
    account = sides.store.of(ANNA).id
    with sides.shop.database.read() as uow:
        assert uow.sync.link("online", "member", again.id).remote_id == account
        assert not is_forgotten(uow, "online", account)


def test_an_account_that_is_somebody_else_s_by_now_is_left_alone(sides):
    sides.erase(unheard(sides))
    customer, bela = sides.store.of(ANNA).id, sides.shop.enrol(BELA)
    with sides.shop.writing() as uow:
        uow.sync.put_link(RemoteLink("online", "member", bela.id, customer))
    sides.round()
    assert customer in sides.store.customers


def test_who_was_made_of_the_account_is_forgotten_with_it(sides):
    """By another till, which did not know whose it is."""
    anna = unheard(sides)
    sides.erase(anna)
    sides.engine.pull()
    made = made_of("online", sides.store.of(ANNA).id)
    assert [member.id for member in living(sides)] == [made]
    sides.round()
    sides.round()
    assert living(sides) == []
    assert sides.store.customers == {}
    with sides.shop.database.read() as uow:
        assert is_erased(uow, made)


def test_an_account_of_who_was_merged_meanwhile_shows_no_points_and_is_no_stranger_s(sides):
    bela, mine = sides.linked(BELA)
    anna = unheard(sides)
    sides.merge(bela, anna)
    sides.round()
    sides.round()
    theirs = sides.store.of(ANNA)
    assert theirs.standing.points == 0
    assert sides.store.customers[mine].standing.points == 100
    with sides.shop.database.read() as uow:
        assert uow.members.get(made_of("online", theirs.id)) is None


def test_nothing_is_kept_of_those_who_were_told_well(sides):
    sides.linked(ANNA)
    assert rows(sides) == {}
    with sides.shop.database.read() as uow:
        assert uow.outbox.of_subject(MessageKind.ERASE, "c1") == []


def test_a_mistyped_address_corrected_before_the_answer_came_makes_no_second_account(sides):
    anna = unheard(sides, "a@sampel.example")
    anna = sides.shop.change(anna, email=ANNA)
    sides.round()
    sides.round()
    assert [customer.email for customer in sides.store.customers.values()] == [ANNA]
    assert living(sides) == [sides.member(anna)]
    assert rows(sides) == {}


def test_what_stands_under_the_mistyped_address_may_be_somebody_else_s(sides):
    bela, theirs = sides.linked(BELA)
    anna = sides.shop.enrol(BELA.upper().lower())
    sides.store.script.append(Retryable("timeout"))
    sides.engine.push()
    anna = sides.shop.change(anna, email=ANNA)
    sides.round()
    sides.round()
    with sides.shop.database.read() as uow:
        assert uow.sync.link("online", "member", bela.id).remote_id == theirs
        assert uow.sync.link("online", "member", anna.id).remote_id == sides.store.of(ANNA).id


def test_nothing_got_there_under_the_mistyped_address(sides):
    anna = sides.shop.enrol("a@sampel.example")
    sides.store.script.append(Retryable("timeout"))
    sides.engine.push()
    sides.shop.change(anna, email=ANNA)
    sides.round()
    sides.round()
    assert [customer.email for customer in sides.store.customers.values()] == [ANNA]


@pytest.mark.parametrize("failure", [Retryable("server_error"), ValueError("a bug")])
def test_one_who_can_not_be_asked_for_holds_up_nobody_else(sides, failure, caplog):
    sides.erase(unheard(sides))
    bela = sides.shop.enrol(BELA)
    sides.store.rule = lambda what, subject: (
        failure if (what, subject) == ("find_customer", ANNA) else None
    )
    for _ in range(3):
        assert sides.round().failure is None
    assert sides.store.of(bela.email)
    assert len([line for line in caplog.records if line.levelname == "ERROR"]) == isinstance(
        failure, ValueError
    )
    sides.store.rule = lambda what, subject: None
    later(sides)
    sides.round()
    assert living(sides) == [sides.member(bela)]
    assert rows(sides) == {}


def test_a_store_that_lets_nobody_in_ends_the_round(sides):
    sides.erase(unheard(sides))
    sides.store.rule = lambda what, _: Misconfigured("bad_key") if what == "find_customer" else None
    assert sides.engine.push().failure.problem == "bad_key"


@pytest.mark.usefixtures("caplog")
def test_an_account_that_waits_to_be_forgotten_is_not_ordered_twice(sides):
    anna = unheard(sides)
    sides.erase(anna)
    sides.store.rule = lambda what, _: Refused("in_use") if what == "erase" else None
    sides.round()
    later(sides)
    customer = sides.store.of(ANNA).id
    with sides.shop.database.read() as uow:
        assert is_forgotten(uow, "online", customer)
        assert len(uow.outbox.of_subject(MessageKind.ERASE, customer)) == 1
    assert rows(sides) == {}
