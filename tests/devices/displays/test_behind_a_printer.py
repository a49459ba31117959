"""A display behind a printer: one line for both, and neither spoils the other."""

import socket
import threading
import time

import pytest

from devices.displays import make_display
from devices.displays.emulator import DisplayEmulator
from devices.printers.emulator import PrinterEmulator
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.profiles import PAPER_80
from devices.printers.transport import open_transport
from tests.devices.displays.glass import AWAY, pad
from tests.devices.printers.slips import slip


@pytest.fixture(params=["tcp", "pty"])
def chain(request, tmp_path):
    """A display behind a printer of software, reached through the programme's own printer."""
    glass = DisplayEmulator("escpos")
    with PrinterEmulator(on_display=glass.feed) as paper:
        if request.param == "tcp":
            target = f"tcp://127.0.0.1:{paper.serve_tcp()}"
        else:
            target = f"serial://{paper.serve_pty(tmp_path / 'printer')}?baud=115200"
        printer = EscposPrinter(lambda: open_transport(target), PAPER_80, cache_dir=tmp_path)
        display = make_display("printer", "escpos", "latin", pass_on=printer.pass_on)
        yield display, printer, paper, glass
        display.stop()
        printer.close()


def test_a_display_behind_the_printer_shows_and_the_paper_stays_white(chain):
    display, _, paper, glass = chain
    display.show("Total", "€43.40")
    display.start()
    assert glass.wait_lines(*pad("Total", "€43.40"))
    assert paper.paper_in_printer.text == ""
    assert paper.unknown == ()
    assert glass.unknown == []


def test_a_slip_and_the_display_share_one_printer_and_neither_spoils_the_other(chain):
    display, printer, paper, glass = chain
    display.start()
    slips = [slip("en") for _ in range(3)]
    for number, each in enumerate(slips):
        display.show(f"slip {number}", "")
        assert printer.print(each).state == "printed"
        display.show(f"after {number}", "")
    assert glass.wait_lines(*pad("after 2", ""))
    texts = [sheet.text for sheet in paper.wait_sheets(3)]
    assert len(set(texts)) == 1, "three times the same slip, nothing of the display in it"
    assert "after" not in texts[0]
    assert paper.unknown == ()
    assert glass.unknown == []


def test_a_printer_that_is_switched_off_takes_its_display_along_until_it_is_back(chain):
    display, _, paper, glass = chain
    display.show("first", "")
    display.start()
    assert glass.wait_lines(*pad("first", ""))
    paper.unplug()
    display.show("second", "")
    deadline = time.monotonic() + 8
    while display.state is not AWAY and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    assert display.state is AWAY
    paper.plug_in()
    assert glass.wait_lines(*pad("second", ""), timeout=8)


def test_a_line_cut_while_the_display_was_spoken_to_costs_the_next_slip_nothing(tmp_path):
    glass = DisplayEmulator("escpos")
    with PrinterEmulator(on_display=glass.feed) as paper:
        port = paper.serve_tcp()
        printer = EscposPrinter(
            lambda: open_transport(f"tcp://127.0.0.1:{port}"), PAPER_80, cache_dir=tmp_path
        )
        assert printer.print(slip("en")).state == "printed"
        with socket.create_connection(("127.0.0.1", port)) as torn:
            torn.sendall(b"\x1b=\x02half a fra")
        assert paper.wait_until(lambda: b"half a fra" in paper.display)
        assert printer.print(slip("en")).state == "printed"
        first, second = (sheet.text for sheet in paper.wait_sheets(2))
        assert first == second
        printer.close()


class Busy:
    """A printer that says it prints, for as long as the story wants."""

    def __init__(self, glass):
        self.glass, self.printing, self.refused = glass, False, 0

    def pass_on(self, data):
        if self.printing:
            self.refused += 1
            return "busy"
        self.glass.feed(data)
        return ""


@pytest.fixture
def busy():
    glass = DisplayEmulator("escpos")
    printer = Busy(glass)
    display = make_display("printer", "escpos", "latin", pass_on=printer.pass_on)
    yield display, printer, glass
    display.stop()


def test_a_frame_waits_for_the_slip_and_then_it_is_the_newest(busy):
    display, printer, glass = busy
    display.show("first", "")
    display.start()
    assert glass.wait_lines(*pad("first", ""))
    printer.printing = True
    for number in range(5):
        display.show(f"while printing {number}", "")
    deadline = time.monotonic() + 20
    while printer.refused < 2 and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    assert printer.refused >= 2
    assert glass.lines == pad("first", "")
    printer.printing = False
    assert glass.wait_lines(*pad("while printing 4", ""))
    assert [each.upper.strip() for each in glass.history] == ["first", "while printing 4"]


def test_a_till_that_closes_while_the_printer_prints_does_not_wait_for_it(busy):
    display, printer, _ = busy
    printer.printing = True
    display.start()
    began = time.monotonic()
    display.stop()
    assert time.monotonic() - began < 10
