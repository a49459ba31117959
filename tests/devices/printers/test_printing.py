"""One slip in, one honest answer out: over the network and over a serial line."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from devices.printers.base import PrintResult
from devices.printers.conversation import Conversation
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.line_transport import LineTransport
from devices.printers.profiles import PAPER_80
from devices.printers.status import QUERIES
from devices.printers.transport import open_transport
from tests.devices.lines import PtyLine, open_descriptors
from tests.devices.printers.slips import LANGUAGES, Block, Slip, numbered, slip

PRINTED = PrintResult("printed")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slip_is_printed_when_the_printer_says_so(counter, language):
    assert counter.printer().print(slip(language)) == PRINTED
    (sheet,) = counter.emulator.wait_sheets()
    assert sheet.cut
    assert "# 0001" in sheet.text
    assert counter.emulator.unknown == ()


def test_many_slips_come_out_once_each_and_in_order(counter):
    printer = counter.printer()
    assert [printer.print(numbered(n)) for n in range(20)] == [PRINTED] * 20
    sheets = counter.emulator.wait_sheets(20)
    assert [sheet.text.split()[1] for sheet in sheets] == [f"{n:04}" for n in range(20)]


def test_two_threads_never_mix_their_slips(counter):
    printer = counter.printer()
    results = [counter.later(printer.print, numbered(n)) for n in range(8)]
    assert [result.result(30) for result in results] == [PRINTED] * 8
    sheets = counter.emulator.wait_sheets(8)
    assert sorted(sheet.text.split()[1] for sheet in sheets) == [f"{n:04}" for n in range(8)]
    assert all(sheet.text.count("SLIP") == 1 for sheet in sheets)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ({"paper": "out"}, "paper_out"),
        ({"cover_open": True}, "cover_open"),
        ({"error": "fatal"}, "offline"),
        ({"feed_button": True}, "offline"),
        ({"mute": True}, "timeout"),
        ({"freeze": True}, "timeout"),
    ],
)
def test_what_is_wrong_before_the_first_byte_only_makes_the_slip_wait(counter, fault, cause):
    for name, value in fault.items():
        setattr(counter.emulator, name, value)
    printer = counter.printer()
    assert printer.print(numbered(1)) == PrintResult("waiting", cause)
    assert printer.status().cause == cause
    assert b"SLIP" not in counter.emulator.received
    assert counter.paper == ""


def test_a_slip_that_waited_is_printed_once_the_printer_is_mended(counter):
    counter.emulator.cover_open = True
    printer = counter.printer()
    assert printer.print(numbered(1)).state == "waiting"
    counter.emulator.cover_open = False
    assert printer.print(numbered(1)) == PRINTED
    assert counter.paper.count("SLIP 0001") == 1


def test_a_printer_whose_cutter_was_mended_is_told_to_go_on(counter):
    counter.emulator.error = "cutter"
    printer = counter.printer()
    assert printer.status().cause == "cutter"
    assert printer.print(numbered(1)) == PRINTED


def test_little_paper_is_seen_and_stops_nothing(counter):
    counter.emulator.paper = "low"
    printer = counter.printer()
    assert printer.print(numbered(1)) == PRINTED
    status = printer.status()
    assert (status.ready, status.paper_low) == (True, True)


@pytest.mark.parametrize("fault", ["paper", "cover", "cutter"])
@pytest.mark.parametrize("after", [60, 250, 500])
def test_a_printer_mended_in_the_middle_of_a_slip_goes_on_where_it_stopped(counter, fault, after):
    emulator = counter.emulator
    breaks = {
        "paper": ("paper", "out", "ok"),
        "cover": ("cover_open", True, False),
        "cutter": ("error", "cutter", ""),
    }
    name, broken, mended = breaks[fault]
    emulator.at(after, lambda: setattr(emulator, name, broken))
    printer = counter.printer()
    printing = counter.later(printer.print, slip("en"))
    assert emulator.wait_until(lambda: not emulator.online)
    assert not printing.done()
    if fault != "cutter":  # that one the printer is told to try again by the job itself
        setattr(emulator, name, mended)
    assert printing.result(20) == PRINTED
    assert counter.paper.count("# 0001") == 1
    assert counter.paper.count("Elia Deli".replace(" ", " ")) == 1


def test_while_a_slip_waits_for_paper_the_printer_says_why(counter):
    emulator = counter.emulator
    emulator.at(100, lambda: setattr(emulator, "paper", "out"))
    printer = counter.printer()
    printing = counter.later(printer.print, numbered(1))
    until = time.monotonic() + 10
    while printer.status().cause != "paper_out" and time.monotonic() < until:
        threading.Event().wait(0.02)
    assert printer.status().cause == "paper_out"
    emulator.paper = "ok"
    assert printing.result(20) == PRINTED


def test_paper_that_nobody_reloads_leaves_the_slip_unknown(counter):
    emulator = counter.emulator
    emulator.at(100, lambda: setattr(emulator, "paper", "out"))
    printer = counter.printer(resume_seconds=0.6)
    assert printer.print(numbered(1)) == PrintResult("unknown", "paper_out")


def test_a_printer_that_falls_silent_after_the_first_byte_leaves_the_slip_unknown(counter):
    emulator = counter.emulator
    emulator.at(60, lambda: setattr(emulator, "mute", True))
    assert counter.printer().print(numbered(1)) == PrintResult("unknown", "timeout")


def test_a_slow_printer_is_not_a_broken_one(counter):
    counter.emulator.rate = 400
    printer = counter.printer(answer_seconds=2.0, patience=5.0)
    assert printer.print(numbered(1)) == PRINTED


def test_a_long_slip_gets_the_time_that_its_paper_takes(counter):
    counter.emulator.rate = 120  # what it feeds takes long, not what it is sent
    rows = (*(Block("feed", "20") for _ in range(12)), Block("text", "the end"))
    printer = counter.printer(answer_seconds=2.0, patience=0.3)
    assert printer.print(Slip("long", "en", False, rows)) == PRINTED
    assert counter.emulator.wait_sheets()[-1].height > 6000


def test_a_printer_that_reads_nothing_more_is_waited_for_and_then_unknown(counter):
    emulator = counter.emulator
    emulator.at(60, lambda: setattr(emulator, "freeze", True))
    counter.stall_seconds = 0.3
    printer = counter.printer(resume_seconds=1.0)
    assert printer.print(slip("he")).state == "unknown"


def test_closing_ends_a_job_at_once_and_honestly(counter):
    emulator = counter.emulator
    emulator.at(100, lambda: setattr(emulator, "paper", "out"))
    printer = counter.printer(resume_seconds=60.0)
    printing = counter.later(printer.print, numbered(1))
    assert emulator.wait_until(lambda: not emulator.online)
    began = time.monotonic()
    printer.close()
    assert printing.result(20) == PrintResult("unknown", "lost")
    assert time.monotonic() - began < 5
    assert printer.print(numbered(2)) == PrintResult("waiting", "offline")


def test_a_printer_without_process_id_is_believed_when_it_answers_in_turn(counter):
    profile = replace(PAPER_80, process_id=False)
    assert counter.printer(profile).print(numbered(1)) == PRINTED
    counter.emulator.mute = True
    assert counter.printer(profile).print(numbered(2)).state == "waiting"


def test_a_printer_that_cannot_answer_in_turn_has_only_taken_the_slip(counter):
    emulator = counter.emulator
    emulator.at(60, lambda: setattr(emulator, "mute", True))
    profile = replace(PAPER_80, process_id=False)
    assert counter.printer(profile).print(numbered(1)) == PrintResult("sent")


def test_a_line_that_goes_one_way_ends_with_sent_and_without_delay(counter):
    counter.emulator.mute = True
    printer = counter.printer(replace(PAPER_80, process_id=False, answers_status=False))
    began = time.monotonic()
    assert printer.print(numbered(1)) == PrintResult("sent")
    assert time.monotonic() - began < 10
    counter.emulator.wait_sheets()
    assert counter.paper.count("SLIP 0001") == 1


def test_the_status_is_asked_without_printing(counter):
    printer = counter.printer()
    assert printer.status().ready
    counter.emulator.cover_open = True
    assert printer.status().cause == "cover_open"
    assert counter.paper == ""


def test_a_printer_left_without_paper_over_night_still_says_why_and_comes_back(network):
    emulator = network.emulator
    emulator.paper = "out"
    printer = network.printer(answer_seconds=0.4)
    causes = {printer.status().cause for _ in range(364)}
    assert len(emulator.received) < 2200, "asked enough, it is only listened to"
    assert causes == {"paper_out"}
    emulator.paper = "ok"
    assert emulator.wait_until(lambda: emulator.idle)
    assert printer.print(numbered(1)) == PRINTED


def test_another_program_that_asked_for_automatic_status_confuses_nobody(counter):
    transport = counter.transport()
    transport.open()
    transport.send(b"\x1da\x0f")
    assert transport.receive(2)
    transport.finish()
    emulator = counter.emulator
    emulator.at(emulator.executed + 30, lambda: setattr(emulator, "drawer_open", True))
    assert counter.printer().print(numbered(1)) == PRINTED


def test_printing_leaks_no_descriptor(counter):
    printer = counter.printer()
    printer.print(numbered(0))
    before = open_descriptors()
    for number in range(1, 6):
        printer.print(numbered(number))
        printer.status()
    assert counter.emulator.wait_until(lambda: open_descriptors() <= before)


def test_a_refused_connection_only_makes_the_slip_wait(network):
    network.emulator.refuse = True
    printer = network.printer()
    assert printer.print(numbered(1)) == PrintResult("waiting", "unreachable")
    assert not printer.status().reachable


def test_a_printer_that_serves_another_till_is_busy(network):
    other = network.transport()
    other.open()
    printer = network.printer()
    assert printer.print(numbered(1)).state == "waiting"
    other.finish()
    assert printer.print(numbered(1)) == PRINTED
    assert network.paper.count("SLIP 0001") == 1


def test_a_serial_line_in_use_is_busy(cable):
    other = LineTransport(cable.path, cable.path)
    other.open()
    printer = cable.printer()
    assert printer.print(numbered(1)) == PrintResult("waiting", "busy")
    other.finish()
    assert printer.print(numbered(1)) == PRINTED


def test_an_unplugged_line_only_makes_the_slip_wait(cable):
    cable.emulator.unplug()
    assert cable.printer().print(numbered(1)) == PrintResult("waiting", "unreachable")
    cable.emulator.plug_in()
    while not cable.link.exists():
        threading.Event().wait(0.01)
    assert cable.printer().print(numbered(1)) == PRINTED


def test_a_late_answer_to_an_earlier_job_confirms_nothing(cache_dir):
    ready, late = b"\x12\x12\x12\x12", b"\x37\x22AAAA\x00"
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as hands:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        printer = EscposPrinter(
            lambda: open_transport(address), PAPER_80, cache_dir=cache_dir, patience=0.3
        )
        printing = hands.submit(printer.print, numbered(1))
        connection, _ = server.accept()
        with connection:
            connection.sendall(ready + late)
            assert printing.result(20) == PrintResult("unknown", "timeout")


def test_a_printer_that_hangs_up_without_a_word_serves_somebody_else(cache_dir):
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as hands:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        printer = EscposPrinter(lambda: open_transport(address), PAPER_80, cache_dir=cache_dir)
        printing = hands.submit(printer.print, numbered(1))
        connection, _ = server.accept()
        connection.shutdown(socket.SHUT_WR)
        assert printing.result(20) == PrintResult("waiting", "busy")
        connection.close()


def test_late_answers_of_an_earlier_opening_are_not_taken_for_ours(cache_dir, tmp_path):
    """One stale byte would shift four others, and an open cover would read as ready."""
    cover_open, line = b"\x1a\x16\x12\x12", PtyLine(tmp_path / "line")
    with ThreadPoolExecutor(1) as hands:
        printer = EscposPrinter(
            lambda: LineTransport(line.path, line.path), PAPER_80, cache_dir=cache_dir
        )
        asking = hands.submit(printer.status)
        assert line.receive(12) == QUERIES
        line.send(b"\x12" + cover_open)
        assert line.receive(12) == QUERIES
        line.send(cover_open)
        assert asking.result(20).cause == "cover_open"
    line.unplug()


def test_a_shop_without_a_printer_waits(cache_dir):
    printer = EscposPrinter(lambda: open_transport("none:"), PAPER_80, cache_dir=cache_dir)
    assert printer.print(numbered(1)) == PrintResult("waiting", "unreachable")


def test_a_line_lost_while_a_torn_slip_is_cleared_only_makes_the_next_one_wait(counter):
    counter.emulator.die_after(3)
    printer = counter.printer()
    assert printer.print(numbered(1), after_unknown=True).state == "waiting"
    assert counter.paper == ""


def test_closing_while_another_thread_asks_is_quick(counter):
    counter.emulator.mute = True
    printer = counter.printer(answer_seconds=30.0)
    asking = counter.later(printer.status)
    assert counter.emulator.wait_received(12)
    began = time.monotonic()
    printer.close()
    assert time.monotonic() - began < 5
    assert asking.result(20).cause == "offline"
    assert printer.kick() == "offline"


def test_a_printer_that_takes_no_question_is_silent(network):
    """Its buffers and ours are full of what another program left."""
    emulator = network.emulator
    emulator.freeze = True
    network.stall_seconds = 0.1
    transport = network.transport()
    transport.open()
    while transport.send(bytes(4096)):
        pass
    line = Conversation(transport)
    began = time.monotonic()
    assert line.hear_status(0.3) is None
    assert time.monotonic() - began < 10
    transport.abort()
