"""A printer without paper is watched for a day: it never goes deaf, and its return is seen."""

import socket
import threading
import time
from dataclasses import replace

import pytest

from devices.printers.emulator import channel
from devices.printers.line_transport import LineTransport
from devices.printers.profiles import PAPER_80
from devices.printers.vigil import LIMIT_BYTES, NEW_LINE_BYTES, NEW_LINE_PAUSE, Vigil
from tests.devices.lines import open_descriptors
from tests.devices.printers.slips import numbered, slip

DAY = 24 * 3600
LOOK = 5.0
RECEIVE_BUFFER = 4096


class FastClock:
    """Real seconds, and those that are skipped."""

    def __init__(self):
        self.skipped = 0.0

    def __call__(self):
        return time.monotonic() + self.skipped


@pytest.fixture
def strict(monkeypatch):
    """A printer that reads nothing more when its buffer is full, and keeps what it obeyed."""
    monkeypatch.setattr(channel, "HEADROOM", 0)
    monkeypatch.setattr(channel.Channel, "_make_room", lambda self, order: None)


def watch(printer, clock, seconds, slip_every=0.0):
    """Look every five seconds, try a slip now and then; the causes that were said."""
    causes, until, slip_at = set(), clock.skipped + seconds, clock.skipped
    while clock.skipped < until:
        causes.add(printer.status().cause)
        if slip_every and clock.skipped >= slip_at:
            causes.add(printer.print(numbered(1)).cause)
            slip_at = clock.skipped + slip_every
        clock.skipped += LOOK
    return causes


def seen(printer, emulator, within=LOOK):
    """Whether looks see a new roll of paper; seconds really pass here."""
    emulator.paper = "ok"
    until = time.monotonic() + within
    while not (well := printer.status().ready) and time.monotonic() < until:
        assert emulator.wait_until(lambda: emulator.idle)
    return well


@pytest.mark.usefixtures("strict")
def test_a_day_without_paper_does_not_fill_the_buffer(counter, monkeypatch):
    monkeypatch.setattr(LineTransport, "late_answers", 0.001)  # nobody else was on this line
    emulator, clock = counter.emulator, FastClock()
    emulator.paper = "out"
    printer = counter.printer(clock=clock)
    assert watch(printer, clock, DAY) == {"paper_out"}
    assert len(emulator.received) < RECEIVE_BUFFER
    assert seen(printer, emulator)
    assert printer.print(numbered(1)).state == "printed"
    assert counter.paper.count("SLIP 0001") == 1


def test_a_day_without_paper_while_a_slip_waits(network):
    emulator, clock = network.emulator, FastClock()
    emulator.paper = "out"
    printer = network.printer(clock=clock)
    assert watch(printer, clock, DAY, slip_every=30) == {"paper_out"}
    assert seen(printer, emulator)
    assert printer.print(numbered(1)).state == "printed"
    assert network.paper.count("SLIP 0001") == 1


@pytest.mark.usefixtures("strict")
def test_a_printer_that_went_deaf_is_heard_again(network):
    """Full after hours of a waiting slip: what could not be read is answered after the reload."""
    emulator, clock = network.emulator, FastClock()
    emulator.paper = "out"
    printer = network.printer(clock=clock, answer_seconds=0.02)
    assert watch(printer, clock, 2 * 3600, slip_every=30) == {"paper_out"}
    assert len(emulator.received) == RECEIVE_BUFFER
    assert seen(printer, emulator)
    assert network.printer().print(numbered(1)).state == "printed"


def test_a_printer_that_hangs_up_on_the_long_wait_is_visited_again(network):
    emulator, clock = network.emulator, FastClock()
    emulator.paper = "out"
    printer = network.printer(clock=clock)
    watch(printer, clock, 3600)
    before = len(emulator.received)
    for _ in range(3):
        emulator.unplug()
        emulator.plug_in()
        assert printer.status().cause == "paper_out", "hung up"
        assert printer.status().cause in ("paper_out", "unreachable"), "opened again"
    assert len(emulator.received) - before < 200
    assert seen(printer, emulator)


def test_a_printer_switched_off_and_on_is_asked_afresh(network):
    emulator, clock = network.emulator, FastClock()
    emulator.paper = "out"
    printer = network.printer(clock=clock)
    watch(printer, clock, 3600)
    emulator.power_off()
    causes = [printer.status().cause for _ in range(3)]
    assert causes[-1] == "unreachable"
    emulator.paper = "ok"
    emulator.power_on()
    assert printer.status().ready


def test_the_kept_line_is_let_go_when_the_printer_is_well_or_the_till_closes(network):
    emulator, clock = network.emulator, FastClock()
    emulator.paper = "out"
    before = open_descriptors()
    printer = network.printer(clock=clock)
    watch(printer, clock, 3600)
    other = network.printer()
    assert other.status().cause == "timeout", "the line is kept"
    printer.close()
    assert emulator.wait_until(lambda: open_descriptors() <= before)
    assert other.status().cause == "paper_out"


def test_a_cutter_mended_in_the_night_is_told_to_go_on(network):
    emulator, clock = network.emulator, FastClock()
    emulator.error = "cutter"
    printer = network.printer(clock=clock)
    assert watch(printer, clock, 3600) == {"cutter"}
    assert printer.print(numbered(1)).state == "printed"


def test_the_drawer_opens_all_night(network):
    emulator, clock = network.emulator, FastClock()
    emulator.paper = "out"
    printer = network.printer(clock=clock)
    watch(printer, clock, 3600)
    assert printer.kick() == ""
    assert emulator.wait_until(lambda: emulator.drawer_open)
    assert seen(printer, emulator)


def test_a_printer_well_again_is_asked_as_if_nothing_had_been():
    now = [0.0]
    vigil = Vigil(lambda: now[0])
    vigil.count(LIMIT_BYTES)
    assert vigil.listening
    assert not vigil.may_ask(for_slip=True)
    now[0] += 19
    assert not vigil.may_ask(for_slip=True)
    now[0] += 1
    assert not vigil.may_ask(for_slip=False)
    assert vigil.may_ask(for_slip=True), "a slip that wants to be printed waits less long"
    now[0] += 10
    assert vigil.may_ask(for_slip=False)
    assert not vigil.may_ask(for_slip=False), "ever longer pauses"
    vigil.well()
    assert not vigil.listening


def test_a_printer_that_hangs_up_every_minute_is_not_asked_each_time():
    now = [0.0]
    vigil = Vigil(lambda: now[0])
    vigil.count(LIMIT_BYTES)
    assert vigil.may_ask(for_slip=False, new_line=True)
    vigil.count(NEW_LINE_BYTES - LIMIT_BYTES)
    assert vigil.may_ask(for_slip=False, new_line=True) is False
    now[0] += NEW_LINE_PAUSE
    assert vigil.may_ask(for_slip=False, new_line=True)


def test_paper_that_ends_under_a_slip_is_told_at_once(counter):
    """The printer reports it by itself, also while the rest of a long picture is still waiting."""
    emulator = counter.emulator
    printer = counter.printer(poll_seconds=5.0)
    heard = threading.Event()
    printer.listen(lambda status: heard.set() if status.cause == "paper_out" else None)
    ended = []

    def run_out():
        ended.append(time.monotonic())
        emulator.paper = "out"

    emulator.at(3000, run_out)
    printing = counter.later(printer.print, slip("he"))
    assert heard.wait(20)
    assert time.monotonic() - ended[0] < 3.0
    assert printer.status().cause == "paper_out"
    emulator.paper = "ok"
    assert printing.result(20).state == "printed"


def test_a_clone_that_reports_nothing_is_asked_soon(counter):
    emulator = counter.emulator
    printer = counter.printer(
        replace(PAPER_80, automatic=False, process_id=False), poll_seconds=0.5
    )
    heard = threading.Event()
    printer.listen(lambda status: heard.set() if status.cause == "paper_out" else None)
    emulator.at(100, lambda: setattr(emulator, "paper", "out"))
    printing = counter.later(printer.print, numbered(1))
    assert heard.wait(20)
    emulator.paper = "ok"
    assert printing.result(20).state == "printed"


def test_a_silent_peer_is_asked_by_the_system_whether_it_lives(network):
    transport = network.transport()
    transport.open()
    assert transport._connected().getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    transport.finish(0)


def test_a_clone_that_takes_nothing_more_is_off_line_until_it_goes_on(counter):
    """The rest of a long picture waits, so it can't be asked, and it reports nothing by itself."""
    emulator = counter.emulator
    counter.stall_seconds = 0.1
    printer = counter.printer(replace(PAPER_80, automatic=False), patience=20.0)
    causes, stopped = [], threading.Event()

    def listen(status):
        causes.append(status.cause)
        if status.cause:
            stopped.set()

    printer.listen(listen)
    emulator.at(3000, lambda: setattr(emulator, "paper", "out"))
    printing = counter.later(printer.print, slip("he"))
    assert stopped.wait(10)
    assert causes[-1] == "offline"
    assert not printing.done()
    emulator.paper = "ok"
    assert printing.result(20).state == "printed"
    assert causes[-1] == ""
    assert printer.status().ready
