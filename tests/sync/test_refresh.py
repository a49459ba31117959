"""A look at one member, the moment their card is read."""

from dataclasses import dataclass, replace

import pytest

from sync.deadline import Deadline
from sync.errors import Retryable
from sync.refresh import BUDGET, Refreshed, Refresher
from terminal.desk_tasks import TaskKind
from terminal.events import MemberChanged
from terminal.ids import MemberId
from terminal.services.refreshing import Refreshing
from terminal.services.whose import note_erased, note_merged
from tests.sync.people import ANNA


@dataclass
class Stopwatch:
    """Each look at it takes so long."""

    step: float = 0.1
    now: float = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@pytest.fixture
def watch():
    return Stopwatch()


@pytest.fixture
def refresher(sides, watch):
    refreshing = Refreshing(
        sides.shop.database, "online", sides.puller.members, sides.puller.orders
    )
    return Refresher(
        sides.store, refreshing, clock=sides.shop.clock, within=Deadline(watch),
        listener=sides.told.append,
    )  # fmt: skip


def test_what_is_new_of_the_member_is_there_before_the_next_round(sides, refresher):
    member, customer = sides.linked()
    sides.store.edits(customer, phone="+306900004417")
    sides.store.orders_online(customer, 1000)
    sides.told.clear()
    assert refresher.refresh(member.id) == Refreshed(asked=True, moved=True, whole=True)
    assert sides.member(member).phone == "+306900004417"
    assert sides.shop.balance(member) == 10
    assert sides.told == [MemberChanged(member.id)]


def test_nothing_new_is_told_to_nobody(sides, refresher):
    member, _customer = sides.linked()
    sides.told.clear()
    assert refresher.refresh(member.id) == Refreshed(asked=True, whole=True)
    assert sides.told == []


def test_a_card_that_is_read_again_and_again_asks_once(sides, refresher):
    member, _customer = sides.linked()
    refresher.refresh(member.id)
    assert refresher.refresh(member.id) == Refreshed(asked=False)
    sides.shop.clock.advance(minutes=1)
    assert refresher.refresh(member.id).asked


def test_a_great_many_cards_are_not_remembered_for_ever(sides, refresher):
    for number in range(501):
        assert not refresher.refresh(MemberId(f"nobody-{number}")).asked
    assert not refresher.refresh(MemberId("nobody-0")).asked


def test_a_member_nobody_linked_is_found_by_address(sides, refresher):
    customer = sides.store.registers(ANNA)
    member = sides.shop.enrol("", name="Anna")
    with sides.shop.writing() as uow:
        uow.members.put(replace(member, email=ANNA))
    sides.store.orders_online(customer.id, 900)
    assert refresher.refresh(member.id).moved
    assert sides.shop.balance(member) == 9


def test_a_member_the_store_never_heard_of(sides, refresher):
    member = sides.shop.enrol(ANNA)
    assert refresher.refresh(member.id) == Refreshed(asked=True, whole=True)
    assert sides.tasks() == []


def test_a_member_without_an_address_is_nobody_there(sides, refresher):
    assert not refresher.refresh(sides.shop.enrol("").id).asked


def test_who_asked_to_be_forgotten_is_not_looked_up(sides, refresher):
    member, _customer = sides.linked()
    with sides.shop.writing() as uow:
        note_erased(uow, member.id)
    assert not refresher.refresh(member.id).asked


def test_an_absorbed_member_s_card_looks_the_survivor_up(sides, refresher):
    member, customer = sides.linked()
    twin = sides.shop.enrol("", name="Twin")
    with sides.shop.writing() as uow:
        note_merged(uow, twin.id, member.id)
    sides.store.orders_online(customer, 1000)
    assert refresher.refresh(twin.id).moved
    assert sides.shop.balance(member) == 10


def test_a_customer_who_is_gone_is_a_question(sides, refresher):
    member, customer = sides.linked()
    sides.store.deletes(customer)
    assert not refresher.refresh(member.id).moved
    [task] = sides.tasks()
    assert task.kind is TaskKind.CUSTOMER_GONE


def test_when_the_budget_is_used_up_the_orders_wait_for_the_round(sides, refresher, watch):
    member, customer = sides.linked()
    sides.store.orders_online(customer, 1000)
    watch.step = BUDGET
    assert refresher.refresh(member.id) == Refreshed(asked=True)
    assert sides.shop.balance(member) == 0
    assert "orders_of" not in sides.store.calls


@pytest.mark.parametrize(("seconds", "whole"), [(1.4, True), (1.6, False)])
def test_who_stands_at_the_till_is_looked_up_within_a_second_and_a_half(
    sides, refresher, watch, seconds, whole
):
    member, _customer = sides.linked()
    watch.step = seconds
    assert refresher.refresh(member.id) == Refreshed(asked=True, whole=whole)


def test_orders_that_do_not_come_in_time_leave_what_came_before_them(sides, refresher, watch):
    member, customer = sides.linked()
    sides.store.edits(customer, phone="+306900004417")
    sides.store.orders_online(customer, 1000)

    def drip(what, _):
        if what != "orders_of":
            return None
        watch.now += BUDGET
        return Retryable("timeout")

    sides.store.rule = drip
    assert refresher.refresh(member.id) == Refreshed(asked=True, moved=True)
    assert sides.member(member).phone == "+306900004417"
    sides.store.rule = lambda what, _: None
    sides.shop.clock.advance(minutes=1)
    assert refresher.refresh(member.id).whole, "it answers, so it is asked again"
    assert sides.shop.balance(member) == 10


def test_orders_that_fail_in_time_are_a_failure(sides, refresher):
    member, _customer = sides.linked()
    sides.store.rule = lambda what, _: Retryable("busy") if what == "orders_of" else None
    assert refresher.refresh(member.id) == Refreshed(asked=True, problem="busy")


def test_a_store_that_is_away_is_left_alone_for_a_while(sides, refresher):
    member, _customer = sides.linked()
    other, _customer = sides.linked("b@sample.example")
    away = {"customer"}
    sides.store.rule = lambda what, _: Retryable("timeout") if what in away else None
    assert refresher.refresh(member.id) == Refreshed(asked=True, problem="timeout")
    assert not refresher.refresh(other.id).asked
    sides.shop.clock.advance(minutes=2)
    away.clear()
    assert refresher.refresh(other.id).asked


def test_it_lets_go_of_its_connection(sides, refresher):
    refresher.close()
    assert sides.store.closed
