"""The first import over the life of a till: to its end, paused, interrupted, in trouble."""

import threading

import pytest

from terminal.connecting import Draft, Part
from terminal.errors import NotAllowed
from terminal.events import ImportMoved
from terminal.services.connecting import ConnectingService
from terminal.services.filling import keep_where, where_it_stands
from terminal.settings import OnlineStoreSettings
from tests.ui.connecting.doors import MANAGER, URL, Desk, FakeVisit, trouble

SECONDS = 10


def draft(kind="vendure", url=URL, secret="a key", **more):  # noqa: S107 - of a store made of words
    return Draft(OnlineStoreSettings(kind=kind, url=url, **more), secret)


class Story:
    """An import that goes on when the story says so."""

    def __init__(self, pages=3, troubles=()):
        self.pages, self.troubles = pages, list(troubles)
        self.done, self.runs = 0, 0
        self.gate, self.moved = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self, told, go_on):
        self.runs += 1
        if self.troubles:
            error = self.troubles.pop(0)
            if error is not None:
                raise error
        while self.done < self.pages:
            told(Part("customers", self.done, self.pages))
            self.moved.release()
            assert self.gate.acquire(timeout=SECONDS)
            if not go_on():
                return False
            self.done += 1
        return True

    def let(self, pages):
        for _ in range(pages):
            self.gate.release()

    def wait(self):
        assert self.moved.acquire(timeout=SECONDS)


class Ends:
    """Waits for states of an import."""

    def __init__(self, desk):
        self.seen, self.bell = [], threading.Condition()
        desk.told = self
        desk.service = desk.open()

    def append(self, event):
        with self.bell:
            self.seen.append(event)
            self.bell.notify_all()

    def until(self, state):
        with self.bell:
            assert self.bell.wait_for(
                lambda: any(one.state == state for one in self.seen), SECONDS
            ), self.seen


@pytest.fixture
def ends(desk):
    made = Ends(desk)
    desk.service.keep(draft(), MANAGER)
    yield made
    desk.service.close()


def test_an_import_runs_to_its_end_and_the_store_is_ready(desk, ends):
    story = desk.door.bring = Story()
    assert not desk.service.is_filled("vendure"), "no worker may begin before it"
    assert desk.service.import_state("vendure") == ImportMoved("vendure", "open")
    desk.service.bring_in("vendure")
    story.wait()
    assert not desk.service.is_filled("vendure")
    desk.service.bring_in("vendure")
    story.let(3)
    ends.until("done")
    assert story.runs == 1
    assert desk.ready == ["vendure"]
    assert desk.service.is_filled("vendure")
    assert where_it_stands(desk.database, "vendure").state == "done"


def test_a_pause_lasts_until_somebody_goes_on(desk, ends):
    story = desk.door.bring = Story()
    desk.service.bring_in("vendure")
    story.wait()
    story.let(1)
    assert desk.service.pause("vendure").state == "paused"
    reopened = desk.open()
    reopened.go_on()
    assert reopened.import_state("vendure").state == "paused"
    assert not reopened.is_filled("vendure")
    desk.service = reopened
    story.let(5)
    reopened.bring_in("vendure")
    ends.until("done")


def test_closing_the_till_stops_and_opening_it_goes_on(desk, ends):
    story = desk.door.bring = Story()
    desk.service.bring_in("vendure")
    story.wait()
    story.let(1)
    desk.service.close()
    assert where_it_stands(desk.database, "vendure").state == "open"
    desk.service = desk.open()
    story.let(5)
    desk.service.go_on()
    ends.until("done")
    assert story.runs == 2


def test_a_store_that_goes_away_is_waited_for(desk, ends, monkeypatch):
    monkeypatch.setattr("terminal.services.filling.LONGEST_WAIT", 0.0)
    story = desk.door.bring = Story(
        pages=0, troubles=[trouble("unreachable", passes=True), trouble("busy", passes=True)]
    )
    desk.service.bring_in("vendure")
    ends.until("done")
    assert story.runs == 3
    assert [one.state for one in ends.seen] == [
        "open",
        "waiting",
        "open",
        "waiting",
        "open",
        "done",
    ]


def test_what_the_store_asks_to_wait_is_waited_and_can_be_stopped(desk, ends):
    desk.door.bring = Story(pages=0, troubles=[trouble("busy", passes=True, wait=3600)])
    desk.service.bring_in("vendure")
    ends.until("waiting")
    assert desk.service.pause("vendure").state == "paused"


def test_what_a_person_must_mend_is_said(desk, ends):
    desk.door.bring = Story(troubles=[trouble("wrong_key", where="key")])
    desk.service.bring_in("vendure")
    ends.until("failed")
    state = desk.service.import_state("vendure")
    assert (state.problem, state.where) == ("wrong_key", "key")
    assert desk.ready == []


def test_a_refusal_and_a_bug_of_ours_end_it_with_words(desk, ends, caplog):
    desk.door.bring = Story(troubles=[NotAllowed(role="", needed="")])
    desk.service.bring_in("vendure")
    ends.until("failed")
    assert desk.service.import_state("vendure").where == "not_allowed"
    ends.seen.clear()
    desk.service.pause("vendure")
    ends.seen.clear()
    desk.door.bring = Story(troubles=[ValueError("a bug")])
    desk.service.bring_in("vendure")
    ends.until("failed")
    assert desk.service.import_state("vendure").problem == "internal"
    assert "a first import failed" in caplog.text


def test_progress_is_told_now_and_then_and_kept_more_rarely(desk, ends):
    def bring(told, go_on):
        for number in range(100):
            desk.now = number / 10
            told(Part("orders", number, 100))
        return True

    desk.door.bring = bring
    desk.service.bring_in("vendure")
    ends.until("done")
    told = [one for one in ends.seen if one.part == "orders"]
    assert 20 <= len(told) <= 40
    assert desk.service.import_state("vendure") == ImportMoved("vendure", "done", "orders", 99, 100)


def test_an_import_that_hangs_is_cut_off(desk, ends, monkeypatch):
    held = threading.Event()

    def bring(told, go_on):
        told(Part("customers", 1))
        assert held.wait(SECONDS)
        raise trouble("broken_off", passes=True)

    monkeypatch.setattr(FakeVisit, "close", lambda self: held.set())
    desk.door.bring = bring
    desk.service.bring_in("vendure")
    ends.until("open")
    filling = desk.service._fillings["vendure"]
    filling.stop(patience=0.1)
    assert held.is_set()


def test_stopping_what_never_began_is_nothing(desk, ends):
    desk.door.bring = Story(pages=0)
    desk.service.bring_in("vendure")
    ends.until("done")
    filling = desk.service._fillings["vendure"]
    filling._thread = None
    filling.stop()
    filling.pause()
    assert filling.state.state == "done"


def test_leaving_a_store_ends_its_import(desk, ends):
    story = desk.door.bring = Story()
    desk.service.bring_in("vendure")
    story.wait()
    story.let(1)
    desk.service.disconnect("vendure", MANAGER)
    assert not desk.service._fillings
    assert desk.service.pause("vendure").state == "open"


def test_a_store_that_is_gone_brings_nothing(desk, ends):
    desk.service.bring_in("nobody")
    ends.until("failed")


def test_stores_that_another_till_talks_to_are_not_filled_here(tmp_path):
    desk = Desk(tmp_path, text='[online_store]\nkind = "vendure"\nurl = "x"\ntalks = false\n')
    from terminal.services.filling import keep_where

    keep_where(desk.database, ImportMoved("vendure", "open"))
    desk.service.go_on()
    assert desk.door.visits == []


# -- beside a service ------------------------------------------------------------------------------


def test_where_another_process_syncs_an_import_is_handed_to_it(desk):
    handed = []

    def hand_over(name, wish):
        handed.append((name, wish))
        return True

    window = ConnectingService(
        desk.door, desk.database, desk.keys, desk.path, desk.settings, clock=desk.clock,
        seconds=lambda: 0.0, hand_over=hand_over,
    )  # fmt: skip
    window.keep(draft(), MANAGER)
    keep_where(desk.database, ImportMoved("vendure", "failed", "orders", 3, problem="not_found"))
    assert window.bring_in("vendure") == ImportMoved("vendure", "open", "orders", 3)
    assert window.pause("vendure") == ImportMoved("vendure", "paused", "orders", 3)
    keep_where(desk.database, ImportMoved("vendure", "done"))
    assert window.pause("vendure") == ImportMoved("vendure", "done")
    assert window.bring_in("new") == ImportMoved("new", "open")
    assert handed == [
        ("vendure", "open"), ("vendure", "paused"), ("vendure", "paused"), ("new", "open"),
    ]  # fmt: skip
    assert desk.door.visits == []
    window.close()


def test_what_another_process_connects_is_brought_in_and_what_it_disconnects_stops(desk, ends):
    story = desk.door.bring = Story()
    window, service = desk.open(), desk.service
    service.go_on()
    story.wait()
    story.let(1)
    window.disconnect("vendure", MANAGER)
    service.changed_elsewhere(desk.settings)
    assert service.stores == ()
    assert desk.applied[-1].online_stores == ()
    assert len(desk.door.visits) == 1
    runs = story.runs
    story.let(9)
    window.keep(draft(), MANAGER)
    service.changed_elsewhere(desk.settings)
    assert desk.applied[-1] == desk.settings
    service.go_on()
    ends.until("done")
    assert (runs, story.runs) == (1, 2)
