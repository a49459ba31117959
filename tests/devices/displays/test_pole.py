"""A pole display on real lines: quick changes, pulled cables, a deaf one."""

import logging
import os
import queue
import socket
import threading
import time
from itertools import pairwise

import pytest

from devices.displays import make_display, try_display
from devices.displays.emulator import DisplayEmulator
from devices.displays.links import OwnLine
from devices.displays.pole import BETWEEN_FRAMES, PoleDisplay
from devices.displays.protocols import protocol_for
from devices.errors import BadAddress, DeviceUnreachable
from devices.printers.line_transport import LineTransport
from tests.devices.displays.glass import AWAY, BLANK, CONNECTED, STOPPED, pad
from tests.devices.lines import open_descriptors

PULLS = 100 if os.environ.get("LONG") else 3


class Counter:
    """A display made of software, on a line, and the programme's end of that line."""

    def __init__(self, wire, protocol, tmp_path):
        self.glass = DisplayEmulator(protocol)
        if wire == "tcp":
            self.target = f"tcp://127.0.0.1:{self.glass.serve_tcp()}"
        else:
            self.target = f"serial://{self.glass.serve_pty(tmp_path / 'pole')}"
        self.causes = queue.Queue()
        self.display = make_display(self.target, protocol, "latin", changed=self.causes.put)

    def expect(self, *causes):
        assert [self.causes.get(timeout=6) for _ in causes] == list(causes)

    def close(self):
        self.display.stop()
        self.glass.close()


@pytest.fixture(params=["tcp", "pty"])
def wire(request):
    return request.param


@pytest.fixture
def counter(wire, tmp_path):
    made = Counter(wire, "escpos" if wire == "tcp" else "cd5220", tmp_path)
    yield made
    made.close()


def test_what_is_shown_before_the_start_stands_there_after_it(counter):
    counter.display.show("Welcome!", "Elia Deli")
    assert counter.display.state is STOPPED
    counter.display.start()
    counter.display.start()
    assert counter.glass.wait_lines(*pad("Welcome!", "Elia Deli"))
    counter.expect("")
    assert counter.display.state is CONNECTED
    assert counter.glass.unknown == []


def test_of_a_thousand_quick_changes_the_last_is_shown_and_no_more_than_five_a_second(counter):
    counter.display.start()
    counter.expect("")
    began = time.monotonic()
    for number in range(1000):
        counter.display.show(f"Line {number}", f"{number}.00")
    assert time.monotonic() - began < 2, "showing never waits"
    assert counter.glass.wait_lines(*pad("Line 999", "999.00"))
    shown = counter.glass.history
    gaps = [later.at - one.at for one, later in pairwise(shown)]
    assert all(gap > BETWEEN_FRAMES * 0.5 for gap in gaps)
    span = shown[-1].at - shown[0].at
    assert len(shown) - 1 <= span * 5 + 1
    assert counter.glass.unknown == []


def test_a_stream_of_changes_keeps_to_five_frames_a_second_and_ends_with_the_last(counter):
    counter.display.start()
    counter.expect("")
    ticks = threading.Event()
    began = time.monotonic()
    number = 0
    while time.monotonic() - began < 1.2:
        number += 1
        counter.display.show(f"{number}", "")
        ticks.wait(0.005)
    assert counter.glass.wait_lines(*pad(f"{number}", ""))
    took = time.monotonic() - began
    assert 3 <= len(counter.glass.history) <= took * 5 + 1
    numbers = [int(each.upper) for each in counter.glass.history]
    assert numbers == sorted(numbers), "never an old frame after a new one"


def test_a_pulled_cable_is_said_once_and_what_was_wanted_meanwhile_is_there_afterwards(
    counter, caplog
):
    caplog.set_level(logging.INFO, "devices.displays")
    counter.display.show("before", "")
    counter.display.start()
    assert counter.glass.wait_lines(*pad("before", ""))
    counter.expect("")
    counter.glass.unplug()
    cause = counter.causes.get(timeout=6)
    assert cause in ("unplugged", "busy", "unreachable")
    assert counter.display.state is AWAY
    counter.display.show("meanwhile 1", "")
    counter.display.show("meanwhile 2", "")
    counter.glass.plug_in()
    assert counter.glass.wait_lines(*pad("meanwhile 2", ""))
    counter.expect("")
    said = [record for record in caplog.records if record.name == "devices.displays.pole"]
    assert [record.levelname for record in said] == ["INFO"] * 3
    assert "meanwhile" not in caplog.text, "what customers see is not logged"


def test_cables_pulled_again_and_again_leave_nothing_behind(counter):
    counter.display.start()
    counter.expect("")
    before, threads = open_descriptors(), threading.active_count()
    for number in range(PULLS):
        counter.glass.unplug()
        counter.display.show(f"away {number}", "")
        assert counter.causes.get(timeout=6)
        counter.glass.plug_in()
        counter.expect("")
        counter.display.show(f"back {number}", "")
        assert counter.glass.wait_lines(*pad(f"back {number}", ""))
    assert open_descriptors() <= before + 1
    assert threading.active_count() == threads


def test_stopping_leaves_an_empty_display(counter):
    counter.display.show("Eleni", "1,284")
    counter.display.start()
    assert counter.glass.wait_lines(*pad("Eleni", "1,284"))
    counter.display.stop()
    assert counter.glass.wait_lines(BLANK, BLANK)
    counter.expect("", "stopped")
    assert counter.display.state is STOPPED


def test_a_display_that_is_not_there_yet_is_waited_for(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    causes = queue.Queue()
    display = make_display(f"tcp://127.0.0.1:{port}", changed=causes.put)
    display.show("at last", "")
    display.start()
    assert causes.get(timeout=20) == "unreachable"
    with DisplayEmulator() as glass:
        glass.serve_tcp(port)
        assert glass.wait_lines(*pad("at last", ""))
        display.stop()


def test_a_deaf_display_holds_nobody_up(tmp_path):
    """A line that takes no bytes: the deadline of the line, not of the till."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        target = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        display = make_display(target)
        display.start()
        began = time.monotonic()
        for number in range(100):
            display.show(str(number), "")
        assert time.monotonic() - began < 1
        display.stop()
        assert time.monotonic() - began < 10


class Deaf:
    """A transport that never takes anything, until it is cancelled."""

    address, bytes_per_second, late_answers = "deaf", 1, 0.0

    def __init__(self):
        self.cancelled = threading.Event()

    def open(self):
        pass

    def send(self, data):
        if self.cancelled.wait(20):
            raise DeviceUnreachable(self.address, "cancelled")
        return 0

    def receive(self, seconds):
        return b""

    def finish(self, seconds=2.0):
        pass

    abort = finish

    def cancel(self):
        self.cancelled.set()


def test_stopping_does_not_wait_for_a_write_that_hangs():
    deaf = Deaf()
    display = PoleDisplay(OwnLine(lambda: deaf), protocol_for("escpos", "ascii"))
    display.start()
    began = time.monotonic()
    display.stop()
    assert deaf.cancelled.is_set()
    assert time.monotonic() - began < 10


class Stalled(Deaf):
    """Its own deadline passes at once."""

    def send(self, data):
        return 0


def test_a_line_that_takes_nothing_in_time_is_a_display_that_is_away():
    states = queue.Queue()
    display = PoleDisplay(OwnLine(Stalled), protocol_for("escpos", "ascii"), on_state=states.put)
    display.start()
    assert states.get(timeout=20) is AWAY
    assert display.cause == "timeout"
    display.stop()
    assert states.get(timeout=20) is STOPPED


def test_a_display_whose_own_power_went_is_mended_without_anybody_asking(tmp_path):
    with DisplayEmulator("escpos") as glass:
        path = glass.serve_pty(tmp_path / "pole")
        display = PoleDisplay(
            OwnLine(lambda: LineTransport(path, path)),
            protocol_for("escpos", "latin"),
            refresh=0.5,
        )
        display.show("Καφές €2"[-2:], "")
        display.start()
        assert glass.wait_lines(*pad("€2", ""))
        glass.power_cycle()
        assert glass.wait_lines(*pad("€2", ""))
        display.stop()


# -- addresses -------------------------------------------------------------------------------------


def test_an_address_that_is_none_is_refused_at_once():
    for target in ("", "bluetooth://pole", "printer"):
        with pytest.raises(BadAddress):
            make_display(target)


def test_set_up_shows_a_test_text_once(tmp_path):
    with DisplayEmulator("cd5220") as glass:
        target = f"serial://{glass.serve_pty(tmp_path / 'pole')}?baud=9600"
        try_display(target, "cd5220", "central", "Őszi", "1234567890")
        assert glass.wait_lines(*pad("Őszi", "1234567890"))
        assert glass.unknown == []
    with pytest.raises(DeviceUnreachable):
        try_display(target, "cd5220", "central", "a", "b")


def test_what_a_display_can_show_is_known_without_one():
    display = make_display("tcp://127.0.0.1:9", "escpos", "greek")
    assert display.can_show("ώ")
    assert not display.can_show("€")
