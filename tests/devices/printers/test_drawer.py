"""The drawer opens at once or not at all, also in the middle of a slip, never twice in a second."""

import threading
import time
from dataclasses import replace

import pytest

from devices.errors import DeviceUnplugged
from devices.printers.base import PrintResult
from devices.printers.errands import Errand, Errands, KickPause, pulse_command
from devices.printers.profiles import PAPER_80
from tests.devices.printers.slips import numbered, slip


def pulses(emulator):
    return [event.text for event in emulator.events if event.kind == "drawer"]


def opened(emulator):
    return emulator.wait_until(lambda: emulator.drawer_open)


@pytest.mark.parametrize(
    ("arguments", "pulse"),
    [
        ({}, "pin 2, 200 ms"),
        ({"pin": 5, "pulse_ms": 100}, "pin 5, 100 ms"),
        ({"way": "queued", "pulse_ms": 150}, "pin 2, 150 ms"),
        ({"way": "queued", "pin": 5, "pulse_ms": 500}, "pin 5, 500 ms"),
    ],
)
def test_a_pulse_opens_the_drawer(counter, arguments, pulse):
    assert counter.printer().kick(**arguments) == ""
    assert opened(counter.emulator)
    assert pulses(counter.emulator) == [pulse]
    assert counter.emulator.unknown == ()


def test_a_pulse_keeps_to_what_the_command_can_say():
    assert pulse_command(2, 1, "now") == b"\x10\x14\x01\x00\x01"
    assert pulse_command(5, 5000, "now") == b"\x10\x14\x01\x01\x08"
    assert pulse_command(2, 0, "queued") == b"\x1bp\x00\x01\x01"
    assert pulse_command(2, 5000, "queued") == b"\x1bp\x00\xff\xff"


def test_never_twice_within_a_second(counter):
    printer = counter.printer()
    assert [printer.kick(), printer.kick(), printer.kick(pin=5)] == ["", "too_soon", "too_soon"]
    assert opened(counter.emulator)
    assert len(pulses(counter.emulator)) == 1


def test_a_second_later_it_may_open_again_and_a_pulse_that_did_not_go_does_not_count():
    now = [100.0]
    pause = KickPause(lambda: now[0])
    assert [pause.take(), pause.take()] == [True, False]
    now[0] += 1.0
    assert pause.take()
    pause.give_back()
    assert pause.take()


@pytest.mark.parametrize("fault", ["paper", "cover"])
def test_a_printer_that_cannot_print_still_opens_the_drawer_at_once(counter, fault):
    if fault == "paper":
        counter.emulator.paper = "out"
    else:
        counter.emulator.cover_open = True
    printer = counter.printer()
    assert printer.kick() == ""
    assert opened(counter.emulator)


def test_a_queued_pulse_is_not_left_in_a_printer_that_cannot_print(counter):
    emulator = counter.emulator
    emulator.paper = "out"
    assert counter.printer().kick(way="queued") == "paper_out"
    emulator.paper = "ok"
    assert emulator.wait_until(lambda: emulator.idle)
    assert pulses(emulator) == []


def test_a_printer_that_does_not_listen_gets_no_pulse_to_give_later(counter):
    emulator = counter.emulator
    emulator.freeze = True
    printer = counter.printer()
    assert printer.kick() == "timeout"
    emulator.freeze = False
    assert printer.status().ready
    assert pulses(emulator) == []


def test_a_printer_that_is_not_there_is_a_cause(network):
    network.emulator.refuse = True
    assert network.printer().kick() == "unreachable"
    network.emulator.refuse = False
    other = network.transport()
    other.open()
    assert network.printer().kick() == "timeout", "the printer serves another till"
    other.finish()


def test_a_line_lost_under_the_pulse_is_a_cause(counter):
    counter.emulator.die_after(5)
    assert counter.printer().kick() in ("unreachable", "lost")


@pytest.mark.parametrize("language", ["en", "he"])
def test_it_opens_in_the_middle_of_a_slip_and_leaves_no_mark_on_it(counter, language):
    emulator = counter.emulator
    printer = counter.printer(answer_seconds=2.0, patience=20.0)
    assert printer.print(slip(language)) == PrintResult("printed")
    whole = emulator.wait_sheets()[0]
    emulator.rate = 1500 if language == "en" else 15_000
    begun = threading.Event()
    emulator.at(emulator.executed + 150, begun.set)
    printing = counter.later(printer.print, slip(language))
    assert begun.wait(10)
    assert printer.kick() == ""
    assert not printing.done(), "the slip was still under way"
    assert opened(emulator)
    assert printing.result(30) == PrintResult("printed")
    again = emulator.wait_sheets(2)[1]
    assert again.text == whole.text
    assert [one.rows for one in again.pictures] == [one.rows for one in whole.pictures]
    assert emulator.unknown == ()


def test_it_opens_while_a_slip_waits_for_paper(counter):
    emulator = counter.emulator
    emulator.at(200, lambda: setattr(emulator, "paper", "out"))
    printer = counter.printer()
    printing = counter.later(printer.print, numbered(1))
    assert emulator.wait_until(lambda: emulator.paper == "out")
    assert printer.kick() == ""
    assert opened(emulator)
    emulator.paper = "ok"
    assert printing.result(20) == PrintResult("printed")


def test_a_slip_stuck_in_a_printer_that_reads_nothing_gives_a_cause_in_time(counter):
    emulator = counter.emulator
    emulator.at(60, lambda: setattr(emulator, "freeze", True))
    counter.stall_seconds = 0.2
    printer = counter.printer(resume_seconds=8.0, answer_seconds=0.3)
    printing = counter.later(printer.print, slip("he"))
    assert emulator.wait_until(lambda: emulator.freeze)
    began = time.monotonic()
    assert printer.kick() in ("busy", "timeout", "offline")
    assert time.monotonic() - began < 4.0
    printer.close()
    assert printing.result(10).state == "unknown"
    assert pulses(emulator) == []


def test_a_line_that_goes_one_way_takes_the_pulse_and_says_nothing(counter):
    printer = counter.printer(replace(PAPER_80, answers_status=False, process_id=False))
    assert printer.kick() == ""
    assert opened(counter.emulator)


def test_the_switch_in_the_drawer_is_read(counter):
    printer = counter.printer()
    assert printer.drawer_state() == "high"
    counter.emulator.drawer_open = True
    assert printer.drawer_state() == "low"
    status = printer.status()
    assert status.drawer_open(open_is_high=False) is True
    assert status.drawer_open(open_is_high=True) is False
    counter.emulator.mute = True
    assert printer.drawer_state() == ""
    assert printer.status().drawer_open(open_is_high=True) is None


def test_what_hangs_behind_the_printer_is_passed_on_when_it_is_ready(counter):
    emulator, printer = counter.emulator, counter.printer()
    assert printer.pass_on(b"\x1b=\x02Welcome\x1b=\x01") == ""
    assert emulator.wait_until(lambda: b"Welcome" in emulator.display)
    emulator.cover_open = True
    assert printer.pass_on(b"\x1b=\x02Later\x1b=\x01") == "cover_open"


def test_an_errand_is_taken_once():
    errands, errand = Errands(), Errand(b"x", when_ready=False)
    errands.put(errand)
    assert errands.take() is errand
    assert errands.take() is None
    assert not errands.take_back(errand)
    errands.put(errand)
    assert errands.take_back(errand)
    assert not errand.wait(0)


def test_whoever_waits_for_an_errand_learns_that_the_line_was_lost(counter, caplog):
    """A printer that dies under a slip while the drawer is wanted."""
    emulator = counter.emulator
    emulator.rate = 400
    printer = counter.printer(answer_seconds=1.0, patience=5.0)
    begun = threading.Event()
    emulator.at(100, begun.set)
    printing = counter.later(printer.print, numbered(1))
    assert begun.wait(10)
    emulator.die_after(3)
    assert printer.kick() != ""
    assert printing.result(20).state in ("unknown", "printed")
    assert DeviceUnplugged.code in caplog.text or printing.result().state == "printed"
