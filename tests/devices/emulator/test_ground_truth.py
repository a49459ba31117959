"""What other tests rely on: the paper is the same whatever interrupted the printing, no byte lost
or doubled.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial

from devices.printers.emulator import PrinterEmulator, Sheet, apply_order
from tests.devices.emulator.conftest import Client

JOB = (
    b"\x1b@\x1bt\x2f\x1ba\x01\x1d!\x11Sample\n\x1d!\x00\x1ba\x00"
    + b"".join(b"line %02d\x1b$\xd4\x01%6d\n" % (number, number * 7) for number in range(30))
    + b"\x1dv0\x00\x48\x00\x18\x00"
    + bytes(range(1, 9)) * 216
    + b"\x1dk\x43\x0c291234567890\x1d(k\x08\x001P0HELLO\x1d(k\x03\x001Q0\x1dVB\x00"
)
FAULTS = [("paper out", "paper ok"), ("cover open", "cover closed"), ("error auto", "error none")]


@pytest.fixture(params=["tcp", "serial line"])
def send(
    request: pytest.FixtureRequest, printer: PrinterEmulator
) -> Iterator[Callable[[bytes], object]]:
    if request.param == "tcp":
        client = Client(printer.serve_tcp())
        yield client.send
        client.close()
        return
    with serial.Serial(printer.serve_pty(), timeout=5) as line:
        yield line.write


def undisturbed() -> Sheet:
    with PrinterEmulator() as printer:
        client = Client(printer.serve_tcp())
        client.send(JOB)
        sheet = printer.wait_sheets()[0]
        client.close()
    return sheet


def test_an_interrupted_job_looks_like_one_that_was_not(
    printer: PrinterEmulator, send: Callable[[bytes], object]
) -> None:
    expected = undisturbed()
    for round_number in range(1, 31):
        start = printer.executed
        begin, end = random.choice(FAULTS)
        place = start + random.randrange(len(JOB))
        printer.at(place, lambda order=begin: apply_order(printer, order))  # type: ignore[misc]
        send(JOB)
        assert printer.wait_until(lambda: not printer.online)
        assert printer.executed == place
        apply_order(printer, end)
        sheet = printer.wait_sheets(round_number)[-1]
        assert sheet.items == expected.items
        assert not sheet.unknown
    assert printer.received == JOB * 30


@pytest.mark.parametrize("attempt", range(5))
def test_what_came_in_before_the_line_died_is_exactly_what_is_printed(
    printer: PrinterEmulator, attempt: int
) -> None:
    count = random.randrange(1, len(JOB))
    port = printer.serve_tcp()
    printer.die_after(count)
    client = Client(port)
    try:
        client.send(JOB)
        client.take(1)
    except ConnectionError:
        client.close()
    assert printer.wait_executed(count)
    assert printer.received == JOB[:count]
    assert printer.executed == count


def test_the_emulator_costs_nothing_until_it_draws() -> None:
    heavy = "{'PIL', 'segno', 'barcode', 'PySide6', 'serial', 'escpos', 'terminal', 'ui', 'sync'}"
    script = f"import sys, devices.printers.emulator; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.stdout.strip() == "[]", run.stderr


def test_an_empty_sheet_is_a_white_picture(printer: PrinterEmulator) -> None:
    assert printer.tear_off().image().getextrema() == (255, 255)
    assert printer.paper_in_printer.text == ""
