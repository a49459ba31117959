"""Both sides compared by night, between the rounds of a worker, holding up nobody."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sync.connect import Parts, worker_of
from sync.errors import Misconfigured, Refused, Retryable
from sync.night import Night
from sync.worker import SyncWorker
from terminal.online import Standing
from terminal.services.reconciling import last_report
from terminal.settings import OnlineStoreSettings
from tests.sync.people import TILL, Sides


def here(day, hour):
    """A moment by this machine's own clock, summer or winter."""
    return datetime(2026, 11, day, hour).astimezone()


@pytest.fixture
def sides(shop, store):
    """Seen for the first time at noon."""
    shop.clock.now = here(22, 12)
    made = Sides(shop, store)
    night(made)(lambda: True)
    return made


def night(sides, **more):
    return Night(
        sides.engine.reconciler(), sides.shop.clock, **{"here": lambda: True, **more}
    )  # fmt: skip


def spoilt(sides, count=1):
    """Members whose points somebody changed online."""
    linked = [sides.linked(f"m{n}@sample.example") for n in range(count)]
    for member, _customer in linked:  # of who has no entries nothing is told
        sides.shop.give(member, 50)
    customers = [customer for _member, customer in linked]
    now = sides.shop.clock()
    for customer in customers:
        known = sides.store.customers[customer]
        sides.store.customers[customer] = replace(known, standing=Standing(9999, "bronze", now))
    sides.store.asked.clear()
    return customers


def looked_at(sides):
    return [subject for what, subject in sides.store.asked if what == "customer"]


def report(sides):
    with sides.shop.database.read() as uow:
        return last_report(uow, "online")


def at(sides, day, hour):
    sides.shop.clock.now = here(day, hour)


def test_once_a_night_and_not_on_the_day_on_which_the_store_was_connected(sides):
    customers = spoilt(sides)
    walk = night(sides)
    assert not walk(lambda: True)
    assert looked_at(sides) == []
    at(sides, 23, 2)
    assert not walk(lambda: True)
    assert looked_at(sides) == []
    at(sides, 23, 3)
    assert not walk(lambda: True), "all is done"
    assert looked_at(sides) == customers
    walk(lambda: True)
    assert looked_at(sides) == customers
    at(sides, 24, 8)
    walk(lambda: True)
    assert len(looked_at(sides)) == 2, "a till that is off by night walks in the morning"


def test_what_was_found_is_kept_and_mended(sides):
    [customer] = spoilt(sides)
    assert report(sides) is None
    at(sides, 23, 4)
    night(sides)(lambda: True)
    found = report(sides)
    assert (found.members, found.counts) == (1, (("points edited told", 1),))
    assert found.examples[0].theirs == "9999"
    sides.engine.push()
    assert sides.store.customers[customer].standing.points == 50


def test_many_members_are_walked_through_part_by_part(sides):
    spoilt(sides, 5)
    at(sides, 23, 4)
    walk = night(sides, at_once=2)
    assert [walk(lambda: True) for _ in range(3)] == [True, True, False]
    assert len(set(looked_at(sides))) == 5
    assert report(sides).members == 5


def test_a_sale_interrupts_it_within_one_member_and_it_goes_on_from_there(sides):
    spoilt(sides, 4)
    at(sides, 23, 4)
    answers = iter([True, True, False])
    assert night(sides)(lambda: next(answers))
    assert len(looked_at(sides)) == 2
    at(sides, 23, 12)
    assert not night(sides)(lambda: True), "another process, hours later"
    assert len(set(looked_at(sides))) == len(looked_at(sides)) == 4


def test_where_another_till_tells_the_store_that_one_walks(sides):
    spoilt(sides)
    at(sides, 23, 4)
    assert not night(sides, here=lambda: False)(lambda: True)
    assert looked_at(sides) == []


@pytest.mark.parametrize("trouble", [Refused("bad_input"), Retryable("server_error")])
def test_one_member_for_whom_the_store_fails_does_not_end_the_night(sides, trouble):
    first, *_others = spoilt(sides, 3)
    at(sides, 23, 4)
    sides.store.rule = lambda what, subject: trouble if subject == first else None
    assert not night(sides)(lambda: True)
    assert report(sides).members == 2


@pytest.mark.parametrize(
    "trouble", [Retryable("unreachable"), Retryable("server_error"), Misconfigured("wrong_key")]
)
def test_a_store_that_is_away_is_gone_on_with_later(sides, trouble):
    spoilt(sides, 2)
    at(sides, 23, 4)
    sides.store.rule = lambda what, subject: trouble
    assert not night(sides)(lambda: True)
    sides.store.rule = lambda what, subject: None
    assert not night(sides)(lambda: True)
    assert report(sides).members == 2


# -- in the worker ---------------------------------------------------------------------------------


def working(sides, between, **more):
    return SyncWorker(
        sides.engine, clock=sides.shop.clock, jitter=lambda: 0.5, interval=timedelta(hours=9),
        between=between, **more,
    )  # fmt: skip


def test_a_worker_does_it_between_rounds_and_comes_back_at_once_while_there_is_more(sides):
    parts, done = iter([True, True, False]), threading.Event()

    def between(go_on):
        assert go_on()
        more = next(parts)
        if not more:
            done.set()
        return more

    worker = working(sides, between)
    worker.start()
    assert done.wait(10)
    assert worker.stop()
    assert sides.store.calls.count("changes") == 3, "a round before each part"


def test_a_sale_that_is_booked_meanwhile_is_told_first(sides):
    busy, over = threading.Event(), threading.Event()

    def between(go_on):
        if busy.is_set():
            over.set()
            return False
        busy.set()
        while go_on():  # as a walk asks after each member
            over.wait(0.001)
        return True

    worker = working(sides, between)
    worker.start()
    assert busy.wait(10)
    sale = sides.shop.sell()
    worker.wake()
    assert over.wait(10)
    assert sale.id in sides.store.orders
    assert worker.stop()


def test_a_worker_whose_store_is_away_walks_through_nobody(sides, caplog):
    sides.store.rule = lambda what, subject: Retryable("unreachable")
    worker = working(sides, lambda go_on: pytest.fail("walked"))
    worker.run_once()
    assert not worker._more_between()


def test_a_bug_in_it_does_not_end_the_worker(sides, caplog):
    def between(go_on):
        raise ZeroDivisionError

    worker = working(sides, between)
    worker.run_once()
    assert not worker._more_between()
    assert "between two rounds failed" in caplog.text


@pytest.mark.parametrize("elsewhere", [False, True])
def test_as_settings_make_it_the_till_that_tells_a_store_walks(sides, elsewhere):
    customers = spoilt(sides)

    def elected(engine):
        engine.elsewhere = elsewhere
        return engine

    parts = Parts(
        database=sides.shop.database, till=TILL, clock=sides.shop.clock, new_id=sides.shop.new_id,
        jitter=lambda: 0.5, listener=sides.told.append, elected=elected,
    )  # fmt: skip
    wanted = OnlineStoreSettings(kind="vendure", name="online")
    worker = worker_of(sides.store, wanted, parts, sides.told.append)
    at(sides, 23, 4)
    assert not worker._more_between()
    assert looked_at(sides) == ([] if elsewhere else customers)
