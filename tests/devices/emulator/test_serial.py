"""The serial line: opened like any port, unplugged, and back under another name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from devices.printers.emulator import PrinterEmulator
from tests.devices.emulator.conftest import CUT


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "printer"


@pytest.fixture
def line(printer: PrinterEmulator, link: Path) -> Iterator[serial.Serial]:
    with serial.Serial(printer.serve_pty(link), 38400, timeout=3) as opened:
        yield opened


def test_a_serial_printer_prints_and_answers(printer: PrinterEmulator, line: serial.Serial) -> None:
    line.write(
        b"\x1bt\x2e" + "Благодарим\n".encode("cp1251") + b"\x10\x04\x01\x1d(H\x06\x0000A001" + CUT
    )
    assert sorted(line.read(8)) == sorted(b'\x167"A001\x00')
    assert printer.wait_sheets()[0].text == "Благодарим"


def test_all_bytes_pass_unchanged(printer: PrinterEmulator, line: serial.Serial) -> None:
    rows = bytes(range(256)) * 9
    line.write(b"\x1dv0\x00\x48\x00\x20\x00" + rows + CUT)
    picture = printer.wait_sheets()[0].pictures[0]
    assert picture.rows == rows
    assert printer.received.endswith(rows + CUT)


def test_the_line_lives_on_while_nobody_has_it_open(printer: PrinterEmulator, link: Path) -> None:
    path = printer.serve_pty(link)
    for number in range(3):
        with serial.Serial(path, timeout=3) as line:
            line.write(b"%d\n" % number)
    assert printer.wait_until(lambda: printer.paper_in_printer.text == "0\n1\n2")


def test_without_a_link_it_has_the_terminals_own_name(printer: PrinterEmulator) -> None:
    with serial.Serial(printer.serve_pty(), timeout=3) as line:
        line.write(b"\x10\x04\x04")
        assert line.read(1) == b"\x12"


def test_an_unplugged_line_breaks_and_comes_back_under_its_link(
    printer: PrinterEmulator, line: serial.Serial, link: Path
) -> None:
    line.write(b"\x10\x04\x01")
    assert line.read(1) == b"\x16"
    printer.unplug()
    assert not link.exists()
    with pytest.raises((serial.SerialException, OSError)):
        line.write(b"x")
    printer.plug_in()
    with serial.Serial(str(link), timeout=3) as again:
        again.write(b"\x10\x04\x01")
        assert again.read(1) == b"\x16"


def test_a_dying_line_goes_away_at_the_byte(
    printer: PrinterEmulator, line: serial.Serial, link: Path
) -> None:
    printer.die_after(5)
    line.write(b"hello world")
    assert printer.wait_until(lambda: not link.exists())
    assert printer.received == b"hello"


def test_a_full_printer_holds_the_line_up(printer: PrinterEmulator, link: Path) -> None:
    printer.paper = "out"
    path = printer.serve_pty(link)
    with serial.Serial(path, timeout=3, write_timeout=0.3) as line:
        with pytest.raises(serial.SerialTimeoutException):
            line.write(b"x" * 100_000)
        printer.paper = "ok"
        assert printer.wait_executed(4352)


def test_a_printer_with_software_handshake_says_stop_and_go(link: Path) -> None:
    with PrinterEmulator(xon_xoff=True) as printer:
        path = printer.serve_pty(link)
        with serial.Serial(path, timeout=3) as line:
            printer.cover_open = True
            assert line.read(1) == b"\x13"
            printer.cover_open = False
            assert line.read(1) == b"\x11"


def test_power_off_makes_a_serial_printer_deaf(
    printer: PrinterEmulator, line: serial.Serial
) -> None:
    line.write(b"before\n")
    assert printer.wait_executed(7)
    printer.power_off()
    line.write(b"lost\n\x10\x04\x01")
    line.timeout = 0.2
    assert line.read(1) == b""
    printer.power_on()
    line.write(b"after\n" + CUT)
    assert printer.wait_sheets()[0].text == "before\nafter"


def test_network_and_serial_line_share_the_paper_but_not_the_modes(
    printer: PrinterEmulator, port: int, line: serial.Serial
) -> None:
    from tests.devices.emulator.conftest import Client

    client = Client(port)
    client.send(b"\x1ba\x02net\n\x1dr\x01")
    client.take(1)
    line.write(b"serial\n\x1dr\x01")
    line.read(1)
    client.close()
    assert printer.paper_in_printer.text == " " * 45 + "net\nserial"


def test_closing_takes_the_link_away(link: Path) -> None:
    with PrinterEmulator() as printer:
        printer.serve_pty(link)
        assert str(link.readlink()).startswith("/dev/")
    assert not link.is_symlink()
