"""The thread that keeps till and store together."""

import logging
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from sync.engine import SyncEngine
from sync.errors import Misconfigured, Retryable
from sync.network import NetworkWatch
from sync.worker import SyncWorker
from terminal.errors import DataInUse
from tests.sync.fake_store import SWEPT
from tests.sync.listening import Heard, rested
from tests.sync.shop import online_order

FAR = timedelta(hours=9)


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def worker(shop, store, engine, heard):
    worker = SyncWorker(engine, clock=shop.clock, jitter=lambda: 0.5, listener=heard, interval=FAR)
    yield worker
    assert worker.stop()


def test_one_round_without_a_thread(worker, shop, store):
    sale = shop.sell()
    status = worker.run_once()
    assert (status.state, status.waiting, status.busy) == ("online", 0, False)
    assert status.last_success == shop.clock()
    assert list(store.orders) == [sale.id]


def test_a_sale_leaves_as_soon_as_it_is_booked(worker, shop, store, heard):
    worker.start()
    heard.until(lambda s: s.state == "online" and rested(s))
    heard.forget()
    sale = shop.sell()
    worker.wake()
    heard.until(rested)
    assert list(store.orders) == [sale.id]


def test_an_order_that_earned_moves_the_balance_online_in_the_same_round(worker, shop, store):
    member = shop.enrol("a@sample.example")
    store.feed = [online_order(1, shop.clock(), email="a@sample.example")]
    worker.run_once()
    assert store.of("a@sample.example").standing.points == 10 == shop.balance(member)


def test_it_comes_back_by_itself(shop, store, engine, heard, caplog):
    store.script = [Retryable("unreachable"), Retryable("unreachable")]
    worker = SyncWorker(
        engine, clock=shop.clock, jitter=lambda: 0.0, listener=heard,
        interval=timedelta(milliseconds=1),
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "_next_pause", lambda retry_after: timedelta(milliseconds=1))
        worker.start()
        heard.until(lambda s: s.state == "online")
        assert worker.stop()


def test_away_and_back_are_said_once_each(worker, shop, store, heard, caplog):
    caplog.set_level("INFO")
    worker.run_once()
    caplog.clear()
    store.script = [Retryable("unreachable")] * 5
    for _ in range(5):
        assert worker.run_once().problem == "unreachable"
    worker.run_once()
    worker.run_once()
    said = [record.message for record in caplog.records if record.name == "sync.worker"]
    assert said == ["online is away: unreachable", "online answers"]
    assert heard.states() == [
        ("connecting", ""),
        ("online", ""),
        ("offline", "unreachable"),
        ("online", ""),
    ]


def test_what_waited_long_leaves_at_once_when_the_store_is_back(worker, shop, store, caplog):
    sale = shop.sell()
    store.rule = lambda what, subject: Retryable("in_progress") if what == "sale" else None
    worker.run_once()
    assert shop.open_messages()[0].due_at > shop.clock()
    store.rule = lambda what, subject: None
    store.script = [Retryable("unreachable")]
    worker.run_once()
    worker.run_once()
    assert list(store.orders) == [sale.id]


def test_wrong_set_up_is_said_once_and_nothing_goes_out(worker, shop, store, caplog):
    caplog.set_level("INFO")
    shop.sell()
    store.script = [Misconfigured("wrong_key")] * 3
    for _ in range(3):
        assert worker.run_once().state == "misconfigured"
    assert len([r for r in caplog.records if r.name == "sync.worker"]) == 1
    assert store.orders == {}


def test_booking_does_not_cut_a_back_off_short_but_a_person_does(
    worker, shop, store, heard, caplog
):
    store.script = [Retryable("unreachable", retry_after=3600)]
    worker.start()
    heard.until(lambda s: s.problem == "unreachable" and rested(s))
    calls = len(store.calls)
    shop.sell()
    worker.wake()
    time.sleep(0.1)  # nothing to await: nothing may happen
    assert len(store.calls) == calls
    worker.hurry()
    heard.until(lambda s: s.state == "online" and rested(s))
    assert len(store.orders) == 1


def test_a_bug_does_not_end_it_and_tells_no_data(worker, shop, store, caplog):
    address = "private@sample.example"

    def break_down(what: str, subject: object) -> None:
        raise ZeroDivisionError(address)

    store.rule = break_down
    assert worker.run_once().problem == "internal"
    assert address not in caplog.text
    assert "ZeroDivisionError" in caplog.text
    store.rule = lambda what, subject: None
    assert worker.run_once().state == "online"


def test_a_listener_that_breaks_does_not_end_the_thread(shop, store, engine, heard, caplog):
    broken, said = iter([True]), "a secret name"

    def listener(event: object) -> None:
        if next(broken, False):
            raise RuntimeError(said)
        heard(event)

    worker = SyncWorker(
        engine, clock=shop.clock, jitter=lambda: 0.0, listener=listener, interval=FAR
    )
    worker.start()
    try:
        sale = shop.sell()
        worker.hurry()
        heard.until(lambda status: status.state == "online" and rested(status))
        assert list(store.orders) == [sale.id]
    finally:
        assert worker.stop()
    assert said not in caplog.text


def test_a_status_is_told_only_when_it_changed(worker, heard):
    worker.run_once()
    told = len(heard.events)
    worker.run_once()
    assert all(a != b for a, b in zip(heard.events, heard.events[1:], strict=False))
    assert len(heard.events) <= told + 2


def test_a_sale_does_not_wait_until_a_hundred_thousand_customers_are_gone_through(
    shop, store, heard, monkeypatch, caplog
):
    monkeypatch.setattr("sync.worker.TAKES_IN_FOR", 0.0)
    store.page_size, store.capabilities = 1, SWEPT
    part = store.customer_changes
    store.customer_changes = lambda cursor: replace(part(cursor), total=30)  # of the whole sweep
    for number in range(30):
        store.registers(f"p{number}@sample.example")
    engine = shop.engine(store)
    worker = SyncWorker(engine, clock=shop.clock, jitter=lambda: 0.5, listener=heard, interval=FAR)
    sold: list[str] = []

    def booked_meanwhile(what: str, _subject: object) -> None:
        if what == "customer_changes" and store.calls.count(what) == 10:
            sold.append(shop.sell().id)
            worker.wake()

    store.rule = booked_meanwhile
    worker.start()
    try:
        heard.until(lambda status: rested(status) and "changes" in store.calls)
    finally:
        assert worker.stop()
    assert list(store.orders) == sold
    looks = [call for call in store.calls if call in ("customer_changes", "sale", "changes")]
    assert looks[:31] == [*["customer_changes"] * 10, "sale", *["customer_changes"] * 20]
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


def test_stopping_does_not_wait_for_the_queue(shop, store, heard):
    for _ in range(50):
        shop.sell()
    entered, leave = threading.Event(), threading.Event()

    def slow(what: str, subject: object) -> None:
        entered.set()
        leave.wait(10)

    store.rule = slow
    engine = SyncEngine(
        shop.database, store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.0
    )
    worker = SyncWorker(engine, clock=shop.clock, jitter=lambda: 0.0, interval=FAR)
    worker.start()
    assert entered.wait(10)
    began = time.monotonic()
    assert worker.stop(patience=0.2) is False
    assert time.monotonic() - began < 2
    assert store.closed
    leave.set()
    assert worker.stop(patience=10)
    assert len(store.orders) <= 1


class BusyBooks:
    """A database that can't be read or written while ``busy``."""

    def __init__(self, database):
        self.database, self.busy = database, True

    def read(self):
        if self.busy:
            raise DataInUse(path="till.db")
        return self.database.read()

    def write(self):
        if self.busy:
            raise DataInUse(path="till.db")
        return self.database.write()


def test_books_that_are_busy_for_a_while_do_not_end_sync(shop, store, heard, caplog):
    books = BusyBooks(shop.database)
    engine = SyncEngine(
        books, store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.5, listener=heard
    )
    worker = SyncWorker(engine, clock=shop.clock, jitter=lambda: 0.5, listener=heard)
    sale = shop.sell()
    worker.start()
    try:
        heard.until(lambda status: status.problem == "internal")
        books.busy = False
        worker.hurry()
        heard.until(lambda status: status.state == "online" and not status.busy)
        assert list(store.orders) == [sale.id]
    finally:
        assert worker.stop()


# -- the circuit, the clock, the network -----------------------------------------------------------


def test_a_store_that_fails_again_and_again_is_asked_one_cheap_thing(worker, shop, store, caplog):
    for _ in range(5):
        shop.sell()
    store.rule = lambda what, subject: Retryable("broken_off")
    for _ in range(3):
        worker.run_once()
    assert worker.health().circuit == "open"
    store.calls.clear()
    assert worker.run_once().problem == "broken_off"
    assert store.calls == ["check"]
    store.rule = lambda what, subject: None
    assert worker.run_once().state == "online"
    assert len(store.orders) == 5
    assert (worker.health().circuit, worker.is_open) == ("closed", True)


def test_whoever_is_away_is_not_worth_a_look(worker, store, caplog):
    store.script = [Retryable("unreachable")]
    worker.run_once()
    assert not worker.is_open


def test_the_wait_that_a_store_asks_for_is_kept(worker, shop, store, caplog):
    shop.sell()
    store.script = [Retryable("busy", retry_after=120)]
    worker.run_once()
    assert worker._pause >= timedelta(seconds=120)


def test_another_network_ends_the_pause(shop, store, engine, heard, caplog):
    looks = iter(range(1, 1_000_000))
    shop.sell()
    store.script = [Retryable("unreachable", retry_after=3600)]
    worker = SyncWorker(
        engine, clock=shop.clock, jitter=lambda: 0.5, listener=heard,
        interval=FAR, watch=NetworkWatch(lambda: frozenset({(str(next(looks) > 3),)})),
        looks_every=timedelta(milliseconds=5),
    )  # fmt: skip
    worker.start()
    heard.until(lambda s: s.state == "online" and rested(s))
    assert worker.stop()
    assert len(store.orders) == 1


def test_a_clock_that_is_hours_off_is_told_and_kept(shop, store, heard, caplog):
    store.clock, store.skew = shop.clock, timedelta(hours=3)
    engine = shop.engine(store)
    worker = SyncWorker(
        engine, clock=shop.clock, jitter=lambda: 0.5, listener=heard,
    )  # fmt: skip
    status = worker.run_once()
    assert (status.state, status.clock_off) == ("online", True)
    assert abs(status.clock_ms - 3 * 3_600_000) <= 1000
    with shop.database.read() as uow:
        contact = uow.sync.contact("online")
    assert (contact.at, contact.offset_ms) == (shop.clock(), status.clock_ms)
    assert "clock is 10800 seconds off" in caplog.text
    assert worker.health().clock_ms == status.clock_ms
    store.skew = timedelta()
    shop.clock.advance(minutes=1)
    assert worker.run_once().clock_off is False


def test_how_it_stands_is_plain_data(worker, shop, store):
    shop.sell()
    store.rule = lambda what, subject: Retryable("in_progress") if what == "sale" else None
    worker.run_once()
    shop.clock.advance(minutes=5)
    health = worker.health()
    assert (health.store, health.state, health.waiting, health.rounds) == ("online", "online", 1, 1)
    assert (health.age, health.lag) == (300.0, 300.0)


def test_when_the_store_answered_is_not_worth_a_failure(worker, engine, store, caplog, monkeypatch):
    def busy():
        raise DataInUse(path="till.db")

    monkeypatch.setattr(engine, "contact", busy)
    assert worker.run_once().state == "online"
