"""A look at one member while they stand at the till, and several workers as one."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import get_args, get_type_hints

import pytest

from sync.connect import Parts, _with_login, connect_store, hire_stores, try_store
from sync.crew import SyncCrew
from sync.deadline import Deadline
from sync.errors import Retryable
from sync.looking import MOST, Looking
from sync.refresh import Refreshed
from sync.report import Report
from sync.worker import SyncWorker
from terminal.clock import CorrectedClock, known_offset
from terminal.errors import DataInUse
from terminal.events import MemberChanged, SyncStatus
from terminal.settings import OnlineStoreSettings
from tests.sync.fake_store import FakeStore
from tests.sync.people import TILL
from tests.sync.shop import Clock

FAR = timedelta(hours=9)
KINDS = [kind for kind in get_args(get_type_hints(OnlineStoreSettings)["kind"]) if kind != "none"]


class Looks:
    """Waits at a gate, and writes down whom it looked at."""

    def __init__(self):
        self.seen, self.closed = [], False
        self.gate, self.news = threading.Event(), threading.Condition()
        self.gate.set()
        self.fails = None
        self.entered = threading.Event()

    def refresh(self, member_id):
        self.entered.set()
        self.gate.wait(10)
        fails = self.fails  # before anybody who waits for this look can change it
        with self.news:
            self.seen.append(member_id)
            self.news.notify_all()
        if fails:
            raise fails
        return Refreshed(asked=True, moved=True)

    def close(self):
        self.closed = True
        self.gate.set()

    def until(self, count):
        with self.news:
            assert self.news.wait_for(lambda: len(self.seen) >= count, 10), self.seen


@pytest.fixture
def looks():
    return Looks()


def test_a_look_never_makes_the_counter_wait_and_wakes_the_worker_if_something_moved(looks):
    moved = threading.Event()
    looking = Looking(lambda: looks, after=moved.set)
    looks.gate.clear()
    looking.look_at("anna")
    assert looks.seen == []
    looks.gate.set()
    assert moved.wait(10)
    assert looks.seen == ["anna"]
    assert looking.stop()
    assert looks.closed


def test_the_one_at_the_till_now_is_looked_at_first_and_nobody_twice(looks):
    looking = Looking(lambda: looks)
    looks.gate.clear()
    looking.look_at("first")
    assert looks.entered.wait(10)
    for name in ("gone", "b", "c", "d", "b", "e", "now"):
        looking.look_at(name)
    looks.gate.set()
    looks.until(1 + MOST)
    assert looks.seen == ["first", "now", "e", "d", "c", "b"]
    assert looking.stop()


def lookers():
    """Threads that look; one that was begun lives until it is told to stop."""
    return {thread for thread in threading.enumerate() if thread.name == "looking"}


def test_a_store_that_is_away_is_not_asked(looks):
    away, before = True, lookers()
    looking = Looking(lambda: looks, worth_it=lambda: not away)
    looking.look_at("anna")
    assert lookers() <= before
    away = False
    looking.look_at("bela")
    looks.until(1)
    assert looking.stop()
    assert looks.seen == ["bela"]


@pytest.mark.parametrize(
    "error", [DataInUse(path="till.db"), ZeroDivisionError("private@x.example")]
)
def test_a_look_that_goes_wrong_ends_none_after_it(looks, error, caplog):
    looking = Looking(lambda: looks)
    looks.fails = error
    looking.look_at("anna")
    looks.until(1)
    looks.fails = None
    looking.look_at("bela")
    looks.until(2)
    assert looking.stop()
    assert "private@" not in caplog.text


def test_after_the_till_is_closed_nobody_is_looked_at(looks):
    looking = Looking(lambda: looks)
    assert looking.stop()
    looking.look_at("anna")
    assert looks.seen == []


def test_a_look_that_hangs_does_not_keep_the_till_open(looks):
    looking = Looking(lambda: looks)
    looks.gate.clear()
    looking.look_at("anna")
    assert looks.entered.wait(10)
    assert looking.stop(), "closing its line ends it"


# -- several stores --------------------------------------------------------------------------------


def parts_of(shop, *stores, **more):
    """What the workers of a till with these stores are made over."""
    given = {
        "clock": shop.clock, "jitter": lambda: 0.5, "listener": lambda event: None, **more
    }  # fmt: skip
    till = replace(TILL, online_stores=stores)
    return Parts(database=shop.database, till=till, new_id=shop.new_id, **given)


@pytest.fixture
def heard():
    return []


def crew_of(wanted, open_store, parts, hub=None):
    """A crew as the till's room puts it together: the hub's worker first, then the stores'."""
    crew = SyncCrew(parts.listener, clock=parts.clock, offset=parts.offset)
    if hub is not None:
        crew.hire(hub(crew.heard))
    hire_stores(crew, wanted, open_store, parts)
    return crew


def crew_over(shop, stores, listener):
    """A crew over scripted stores, as settings would make it."""
    wanted = tuple(OnlineStoreSettings(kind="vendure", name=name) for name in stores)
    parts = parts_of(shop, *stores, listener=listener)
    return crew_of(wanted, lambda one, patience: stores[one.called], parts)


def test_each_store_has_a_worker_and_one_that_is_away_holds_up_no_other(shop, heard, caplog):
    stores = {"near": FakeStore(name="near"), "far": FakeStore(name="far")}
    crew = crew_over(shop, stores, heard.append)
    stores["far"].rule = lambda what, subject: Retryable("unreachable")
    status = crew.run_once()
    assert (status.state, status.problem, status.store) == ("offline", "unreachable", "")
    assert [(one.store, one.state) for one in status.stores] == [
        ("near", "online"),
        ("far", "offline"),
    ]
    assert heard[-1] == status
    assert crew.names == ("near", "far")
    assert [one.well for one in crew.health().stores] == [True, False]
    assert crew.stop()


def test_whoever_scans_a_card_sees_what_the_web_shop_knows_a_moment_later(shop, heard):
    told = threading.Event()

    def hear(event):
        if isinstance(event, MemberChanged) and shop.balance(anna) == 30:
            told.set()

    near = FakeStore(name="near")
    crew = crew_over(shop, {"near": near}, hear)
    anna = shop.enrol("a@sample.example")
    near.registers("a@sample.example")
    near.orders_online(near.of("a@sample.example").id, 1000)
    crew.run_once()
    near.orders_online(near.of("a@sample.example").id, 2000)
    crew.look_at(anna.id)
    assert told.wait(10)
    assert "changes" not in near.calls[near.calls.index("orders_of") :]
    assert crew.stop()


def test_a_store_that_does_not_answer_is_not_asked_at_every_scan(shop, heard, caplog):
    far = FakeStore(name="far", rule=lambda what, subject: Retryable("unreachable"))
    crew, before = crew_over(shop, {"far": far}, heard.append), lookers()
    anna = shop.enrol("a@sample.example")
    crew.run_once()
    for _ in range(3):
        crew.look_at(anna.id)
    assert lookers() <= before
    assert crew.stop()


def test_a_till_that_does_not_talk_to_a_store_has_no_worker_for_it(shop):
    parts = parts_of(shop, "near")
    silent = (OnlineStoreSettings(kind="vendure", talks=False),)
    assert crew_of(silent, lambda one, patience: FakeStore(), parts).names == ()


def test_the_hub_is_one_more_to_keep_together_with(shop):
    """Here any engine stands in for it; and a store is told by whoever was elected."""
    quiet = []

    class Elsewhere:
        def __init__(self, engine):
            self.engine = engine

        def __getattr__(self, name):
            return getattr(self.engine, name)

        def push(self, go_on):
            quiet.append(self.engine.name)
            return Report()

    near, hub = FakeStore(name="near"), FakeStore(name="hub")
    parts = parts_of(shop, "near", alone=False, elected=Elsewhere)

    def of_hub(heard):
        engine = shop.engine(hub)
        return SyncWorker(engine, clock=shop.clock, jitter=lambda: 0.5, listener=heard)

    wanted = (OnlineStoreSettings(kind="vendure", name="near"),)
    crew = crew_of(wanted, lambda one, patience: near, parts, of_hub)
    assert crew.names == ("hub", "near")
    assert crew.run_once().state == "online"
    assert quiet == ["near"]
    assert crew.stop()
    alone = crew_of((), lambda one, patience: near, parts, of_hub)
    assert alone.names == ("hub",)


def test_one_store_can_be_hurried_and_all_can(shop, heard):
    stores = [FakeStore(name=name) for name in ("a", "b")]
    crew = SyncCrew(heard.append, clock=shop.clock)
    workers = []
    for store in stores:
        engine = shop.engine(store)
        worker = SyncWorker(
            engine, clock=shop.clock, jitter=lambda: 0.5, listener=crew.heard,
            interval=FAR,
        )  # fmt: skip
        workers.append(worker)
        crew.hire(worker)
    crew.hurry("b")
    assert [worker._pressed for worker in workers] == [False, True]
    crew.hurry()
    crew.wake()
    assert [worker._pressed and worker._rung for worker in workers] == [True, True]
    crew.heard(MemberChanged("m"))
    assert heard == [MemberChanged("m")]
    crew.heard(SyncStatus("online", store="a"))
    crew.heard(SyncStatus("online", store="a"))
    assert len(heard) == 2, "the same is told once"
    crew.start()
    assert crew.stop()


def test_the_offset_is_measured_against_the_machine_and_not_against_what_was_corrected(
    shop, caplog
):
    """Or the correction would find itself right, and undo itself."""
    machine = Clock(shop.clock() - timedelta(hours=3))
    corrected = CorrectedClock(machine)
    store = FakeStore(name="near", clock=shop.clock)
    parts = parts_of(
        shop, "near", clock=corrected, machine=corrected.machine, offset=corrected.learn
    )
    wanted = (OnlineStoreSettings(kind="vendure", name="near"),)
    crew = crew_of(wanted, lambda one, patience: store, parts)
    for _ in range(3):
        crew.run_once()
        machine.advance(minutes=1)
        shop.clock.advance(minutes=1)
        assert abs(corrected() - shop.clock()) < timedelta(seconds=2)
    with shop.database.read() as uow:
        kept = known_offset([uow.sync.contact("near"), uow.sync.contact("far")])
    assert abs(CorrectedClock(machine, kept)() - shop.clock()) < timedelta(seconds=2)
    assert crew.stop()


def test_one_store_that_agrees_with_the_machine_outweighs_one_that_does_not(shop, caplog):
    """Stores have wrong clocks, too."""
    stores = {
        "right": FakeStore(name="right", clock=shop.clock),
        "wrong": FakeStore(name="wrong", clock=shop.clock, skew=timedelta(hours=5)),
    }
    learnt = []
    parts = parts_of(shop, *stores, offset=learnt.append)
    wanted = tuple(OnlineStoreSettings(kind="vendure", name=name) for name in stores)
    crew = crew_of(wanted, lambda one, patience: stores[one.called], parts)
    status = crew.run_once()
    assert not status.clock_off
    assert learnt
    assert max(abs(offset or 0) for offset in learnt) < 2000
    assert [one.clock_off for one in status.stores] == [False, True]
    assert crew.stop()


# -- from settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("vendure", "http://127.0.0.1:9/admin-api"),
        ("woocommerce", "http://127.0.0.1:9"),
        ("shopify", "sample.myshopify.com"),
        ("medusa", "http://127.0.0.1:9"),
    ],
)
def test_every_kind_of_store_is_known_by_the_name_the_shop_gave_it(kind, url):
    wanted = OnlineStoreSettings(kind=kind, name="web", url=url, username="ck_1")
    store = connect_store(wanted, "secret")
    assert (store.name, store.requests) == ("web", 0)
    store.close()
    assert connect_store(OnlineStoreSettings(kind=kind, url=url), "secret").name == kind


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_store_is_asked_anything_after_the_deadline(kind):
    now = [0.0]
    within = Deadline(lambda: now[0])
    url = "http://127.0.0.1:9"
    wanted = OnlineStoreSettings(kind=kind, url=url, username="till")
    store = connect_store(wanted, "ck_1:cs_2", within=within)
    within.begin(1.5)
    now[0] = 1.5
    with pytest.raises(Retryable, match="timeout"):
        store.customer("1")
    assert store.requests == 0
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_the_till_offers_coupons_for_the_stores_whose_adapters_make_them(kind):
    """The settings say it again, since what is offered is decided without an adapter."""
    wanted = OnlineStoreSettings(kind=kind, url="http://127.0.0.1:9", username="till")
    store = connect_store(wanted, "ck_1:cs_2")
    assert wanted.takes_coupons == store.capabilities.coupons
    store.close()


def test_the_login_of_a_proxy_is_not_in_the_settings():
    assert _with_login("http://proxy:8080", "till:p@ss") == "http://till:p%40ss@proxy:8080"
    assert _with_login("http://old:one@proxy:8080", "till:x") == "http://till:x@proxy:8080"
    assert _with_login("http://proxy:8080", "") == "http://proxy:8080"
    assert _with_login("", "till:x") == ""


def test_the_doctor_asks_every_store(shop):
    stores = {"a": FakeStore(name="a"), "b": FakeStore(name="b")}
    stores["b"].script = [Retryable("no_name")]
    said = {name: try_store(store) for name, store in stores.items()}
    assert {name: problem for name, (_, problem) in said.items()} == {"a": "", "b": "no_name"}
    assert [store.closed for store in stores.values()] == [True, True]
    assert said["a"][0] == "fake · 1 · EUR", "a person reads it"


def test_the_doctor_hears_what_a_store_should_still_be_given(shop):
    bare = FakeStore(name="a", lacking=("open_item", "tax_included"))
    assert try_store(bare) == ("fake · 1 · EUR", "lacks:open_item,tax_included")
