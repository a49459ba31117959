"""Which line the reader is on: all are listened to, and they come and go."""

import queue
import threading

import pytest

from devices.listening import Listener, why_not
from tests.devices.lines import PtyLine, open_descriptors

CODE = b"5201234567894\r"


class Desk:
    """Lines that can be plugged in and out, and what was heard."""

    def __init__(self, tmp_path):
        self._folder = tmp_path
        self.lines = {}
        self.heard = queue.Queue()
        self.changes = queue.Queue()
        self.listener = None

    def plug(self, name):
        self.lines[name] = PtyLine(self._folder / name)
        return self.lines[name]

    def unplug(self, name):
        self.lines.pop(name).unplug()

    def listen(self):
        self.listener = Listener(
            lambda: [line.path for line in self.lines.values()],
            self.heard.put,
            lambda: self.changes.put(sorted(self.lines)),
            every=0.05,
        )
        self.changes.get(timeout=20)

    def close(self):
        if self.listener is not None:
            self.listener.close()
        for line in self.lines.values():
            line.unplug()


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    made.close()


def test_the_line_that_speaks_says_where_it_is_and_how_long_it_took(desk):
    desk.plug("a")
    reader = desk.plug("b")
    desk.listen()
    reader.send(CODE)
    burst = desk.heard.get(timeout=20)
    assert (burst.address, burst.baudrate, burst.data) == (reader.path, 9600, CODE)
    assert 1 <= burst.took_ms < 500
    assert "5201234567894" not in repr(burst)


def test_a_reader_plugged_in_while_we_look_is_heard_and_one_pulled_out_is_told(desk):
    desk.listen()
    reader = desk.plug("late")
    assert desk.changes.get(timeout=20) == ["late"]
    reader.send(CODE)
    assert desk.heard.get(timeout=20).data == CODE
    desk.unplug("late")
    assert desk.changes.get(timeout=20) == []


def test_a_line_that_somebody_else_holds_says_so_and_is_heard_when_it_is_free(desk):
    reader = desk.plug("a")
    held = threading.Event()
    other = Listener(lambda: [reader.path], lambda burst: None, held.set, every=0.05)
    assert held.wait(20)
    desk.listen()
    assert desk.listener.problems() == {reader.path: "busy"}
    other.close()
    desk.changes.get(timeout=20)
    assert desk.listener.problems() == {}
    reader.send(CODE)
    assert desk.heard.get(timeout=20).data == CODE


def test_another_speed_counts_at_once_and_after_a_new_plugging(desk):
    reader = desk.plug("a")
    desk.listen()
    desk.listener.set_speed(reader.path, 19200)
    reader.send(CODE)
    assert desk.heard.get(timeout=20).baudrate == 19200
    desk.unplug("a")
    desk.changes.get(timeout=20)
    again = desk.plug("a")
    desk.changes.get(timeout=20)
    again.send(CODE)
    assert desk.heard.get(timeout=20).baudrate == 19200


def test_nothing_is_called_after_the_end_and_no_line_stays_open(desk):
    before = open_descriptors()
    reader = desk.plug("a")
    with_line = open_descriptors()
    desk.listen()
    desk.listener.close()
    reader.send(CODE)
    assert desk.heard.empty()
    assert open_descriptors() == with_line == before + 1
    assert not [one for one in threading.enumerate() if one.name.startswith(("ear ", "line-watch"))]


def test_noise_without_an_end_is_handed_on_in_pieces(desk):
    reader = desk.plug("a")
    desk.listen()
    threading.Thread(target=reader.send, args=(b"\xf8" * 9000,)).start()
    total = 0
    while total < 9000:
        total += len(desk.heard.get(timeout=20).data)
    assert total == 9000


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (PermissionError(13, "Permission denied"), "not_allowed"),
        (OSError(16, "Device or resource busy"), "busy"),
        (OSError(11, "Could not exclusively lock port"), "busy"),
        (ValueError("invalid URL"), "bad_address"),
        (FileNotFoundError(2, "No such file"), "missing"),
    ],
)
def test_a_line_that_does_not_open_says_why(error, why):
    assert why_not(error) == why
