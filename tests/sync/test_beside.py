"""A window that looks on while a service syncs: what it tells, what it asks, when it takes over."""

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from sync.beside import SILENCE, SILENT, Beside
from sync.crew import SyncCrew
from sync.looking import Looking
from sync.notes import Beat, Board, Note, Wish
from terminal.errors import DataInUse
from terminal.events import ImportMoved, MemberChanged, SyncStatus
from terminal.outbox import OutboxCounts

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
SHOP = SyncStatus("online", last_success=AT, store="shop", clock_ms=90)
HUB = SyncStatus("online", waiting=5, last_success=AT, store="hub")
GRACE = 15.0


@dataclass
class Till:
    """The till beside the service. Each look passes a gate, so that a story is in step with it."""

    free: bool = False
    quicker: bool = False
    stores: list[str] = field(default_factory=lambda: ["shop"])
    waiting: int = 0
    taken: int = 0
    contacts: list[SyncStatus] = field(default_factory=list)
    looked: list[tuple[str, str]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    def is_free(self):
        return self.free

    def take_over(self):
        self.taken += 1
        return not self.quicker

    def names(self):
        return self.stores

    def counts(self, store):
        return OutboxCounts(self.waiting, 1, tasks=2)

    def heard(self, status):
        self.contacts.append(status)

    def looking(self, store, talks):
        till = self

        class Looks(Looking):
            def __init__(self):
                pass

            def look_at(self, member_id):
                if talks.is_open:
                    till.looked.append((store, member_id))
                    talks.wake()

            def stop(self, patience=5.0):
                till.stopped.append(store)
                return True

        return Looks()


class World:
    """Its seconds pass by hand, and a look is made when the story says so."""

    def __init__(self, folder):
        self.till, self.board, self.told = Till(), Board(folder), []
        self.seconds, self.now = 0.0, AT
        self.beside = Beside(
            self.till, self.board, clock=lambda: self.now, listener=self.told.append,
            seconds=lambda: self.seconds, every=0.01, grace=GRACE,
        )  # fmt: skip

    def pass_by(self, seconds):
        self.seconds += seconds
        self.now += timedelta(seconds=seconds)

    def beat(self, *stores, **more):
        self.board.put(Beat(at=self.now, stores=stores, **more))

    def look(self):
        """What was told meanwhile."""
        before = len(self.told)
        ours = self.beside._is_ours()
        if not ours:
            self.beside._look()
        return ours or self.told[before:]


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_before_the_service_said_anything_its_stores_are_being_called(world):
    world.till.waiting = 4
    [status] = world.look()
    assert (status.state, status.waiting, status.blocked, status.tasks) == ("connecting", 4, 1, 2)
    assert [one.store for one in status.stores] == ["shop"]
    assert world.look() == [], "what did not change is not said again"


def test_the_light_says_what_the_service_says_and_counts_the_books_here(world):
    world.till.stores = ["hub", "shop"]
    world.till.waiting = 2
    world.beat(SHOP, HUB)
    [status] = world.look()
    assert (status.state, status.waiting, status.clock_ms) == ("online", 7, 90)
    assert world.till.contacts == [status]
    world.pass_by(3)
    world.beat(replace(SHOP, state="offline", problem="unreachable"), HUB)
    [status] = world.look()
    assert (status.state, status.problem) == ("offline", "unreachable")


def test_a_sale_here_is_counted_at_once_and_told_to_the_service(world):
    world.beat(SHOP)
    world.look()
    world.till.waiting = 1
    world.beside.wake()
    [status] = world.look()
    assert status.waiting == 1
    world.beside.hurry("shop")
    assert world.board.taken() == [Note(Wish.WAKE), Note(Wish.HURRY)]


def test_a_week_old_file_is_not_the_truth(world):
    world.beat(SHOP)
    world.now += timedelta(days=7)
    [status] = world.look()
    assert status.state == "connecting"
    world.beat(SHOP)
    [status] = world.look()
    assert status.state == "online"


def test_a_service_that_hangs_is_said_to_be_silent_until_it_speaks(world):
    world.beat(SHOP)
    world.look()
    world.pass_by(SILENT)
    assert world.look() == []
    world.pass_by(1)
    [status] = world.look()
    assert (status.state, status.problem, status.busy) == ("offline", SILENCE, False)
    world.beat(SHOP)
    [status] = world.look()
    assert (status.state, status.problem) == ("online", "")


def test_a_clock_that_is_set_makes_nobody_silent(world):
    world.beat(SHOP)
    world.look()
    world.now += timedelta(hours=9)
    assert world.look() == []
    world.beat(SHOP)
    assert world.look() == []


def test_the_data_are_taken_over_when_nobody_came_back_for_them(world):
    world.beat(SHOP)
    world.look()
    world.till.free = True
    assert world.look() == []
    world.pass_by(GRACE - 1)
    world.till.free = False
    assert world.look() == [], "it was only started anew"
    world.till.free = True
    world.look()
    world.pass_by(GRACE - 1)
    assert world.look() == []
    world.pass_by(1)
    world.till.quicker = True
    assert world.look() == [], "another one was quicker"
    world.till.quicker = False
    assert world.look() is True
    assert world.till.taken == 2


def test_stores_that_left_here_are_out_of_sight_before_the_service_knows(world):
    world.beat(SHOP)
    world.look()
    world.till.stores = []
    world.beside.anew()
    assert world.look() == [SyncStatus()]
    world.till.stores = ["new"]
    world.beside.anew()
    [status] = world.look()
    assert [(one.store, one.state) for one in status.stores] == [("new", "connecting")]
    assert world.board.taken() == [Note(Wish.STORES)]


def test_who_is_at_the_till_is_read_anew_when_the_service_changed_somebody(world):
    for name in ("gone", "a", "b", "c", "d", "e"):
        world.beside.look_at(name)
    world.beat(SHOP, members=3)
    world.look()
    world.beat(SHOP, members=4)
    assert world.look() == [MemberChanged(name) for name in "abcde"]
    world.beat(replace(SHOP, last_success=None), members=4)
    assert [type(one) for one in world.look()] == [SyncStatus]


def test_a_look_goes_by_a_line_of_its_own_where_the_service_gets_through(world):
    world.till.stores = ["hub", "shop"]
    world.beside.look_at("early")
    world.beat(SHOP, HUB)
    world.look()
    world.beside.look_at("anna")
    assert world.till.looked == [("shop", "anna")]
    assert world.board.taken() == [Note(Wish.WAKE)], "what it moved is told by the service"
    world.beat(replace(SHOP, state="offline"))
    world.look()
    world.beside.look_at("bela")
    assert world.till.looked == [("shop", "anna")]
    world.beside.anew()
    assert world.till.stopped == ["shop"]


def test_a_first_import_in_the_service_is_followed_here(world):
    old, new = ImportMoved("old", "done"), ImportMoved("shop", "open", "orders", 4)
    world.beat(imports=(old, new))
    assert world.look()[0] == new, "what was done before is no news"
    world.beat(imports=(old, replace(new, done=5)))
    assert world.look() == [replace(new, done=5)]
    world.beat(SHOP, imports=(old, replace(new, state="done")))
    assert world.look()[0] == replace(new, state="done")


def test_it_looks_by_itself_until_it_is_stopped(world, caplog):
    asked, error = threading.Event(), ZeroDivisionError("private@x.example")

    def names():
        asked.set()
        raise error

    told, world.till.names = threading.Event(), names
    world.beside._listener = lambda event: told.set()
    world.beside.start()
    assert asked.wait(10)
    world.till.names = lambda: ["shop"]
    assert told.wait(10), "a look that went wrong is followed by another one"
    assert world.beside.stop()
    assert "private@" not in caplog.text


def test_books_that_are_busy_are_counted_with_the_next_look(world, caplog):
    counts, told = world.till.counts, threading.Event()
    busy = iter([True])

    def count(store):
        if next(busy, False):
            raise DataInUse(path="till.db")
        return counts(store)

    world.till.counts = count
    world.beside._listener = lambda event: told.set()
    world.beside.start()
    assert told.wait(10)
    assert world.beside.stop()
    assert all(record.levelname == "INFO" for record in caplog.records)


def test_what_the_service_changed_is_not_told_back_to_it(world):
    world.beside.look_at("anna")
    world.beat(SHOP, members=1)
    told = threading.Event()

    def listen(event):
        if isinstance(event, MemberChanged):
            world.beside.wake()
            told.set()
        elif isinstance(event, SyncStatus) and event.state == "online":
            world.beat(SHOP, members=2)

    world.beside._listener = listen
    world.beside.start()
    assert told.wait(10)
    assert world.beside.stop()
    assert world.board.taken() == []


def test_once_it_is_ours_nobody_looks_on_any_more(world):
    world.beat(SHOP)
    world.beside._grace = 0
    world.till.free = True
    world.beside.start()
    world.beside._thread.join(10)
    assert not world.beside._thread.is_alive()
    assert world.till.taken == 1
    assert world.beside.stop()


def test_one_that_never_began_can_be_stopped(world):
    assert world.beside.stop()


def test_without_workers_the_light_knows_of_stores_that_come_and_of_those_that_left():
    told = []
    crew = SyncCrew(told.append, clock=lambda: AT)
    crew.settle()
    assert told == [], "nothing was ever set up"
    crew.settle(["new"])
    assert [(one.store, one.state) for one in told.pop().stores] == [("new", "connecting")]
    crew.settle()
    assert told.pop() == SyncStatus()
    crew.settle()
    assert told == []
