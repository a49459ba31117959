"""From the settings to devices: what a shop wrote is what works, or says why not."""

import os
import threading
from pathlib import Path

import pytest

from devices.errors import BadAddress, DeviceUnplugged
from devices.printers.emulator import PrinterEmulator
from devices.registry import make_printer, make_scanner, try_line, try_printer
from devices.scanners.virtual import VirtualScanner


class Heard:
    """What the callbacks brought, and an event for each."""

    def __init__(self) -> None:
        self.scans: list[str] = []
        self.rejected: list[str] = []
        self.states: list[str] = []
        self._news = threading.Condition()

    def note(self, where: list[str], what: str) -> None:
        with self._news:
            where.append(what)
            self._news.notify_all()

    def wait(self, where: list[str], count: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(where) >= count, 5), (self.scans, self.rejected)


def _scan(line: VirtualScanner, data: bytes, card_prefix: str) -> Heard:
    heard = Heard()
    scanner = make_scanner(
        line.port, 9600, card_prefix=card_prefix,
        scanned=lambda text: heard.note(heard.scans, text),
        rejected=lambda reason: heard.note(heard.rejected, reason),
        changed=lambda state: heard.note(heard.states, state),
    )  # fmt: skip
    scanner.start()
    try:
        heard.wait(heard.states, 1)
        line.send(data)
        heard.wait(heard.scans, 1)
    finally:
        scanner.stop()
    return heard


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal, which Windows has not")
def test_a_torn_card_is_known_by_the_shops_own_prefix(caplog: pytest.LogCaptureFixture) -> None:
    from devices.scanners.symbologies import check_digit

    torn = "2950000" + check_digit("2950000")
    line = VirtualScanner()
    try:
        data = torn.encode() + b"\r" + b"]E04006381333931\r"
        assert _scan(line, data, "2950").rejected == ["half_scan"]
        heard = _scan(line, data, "")
        heard.wait(heard.scans, 2)
        assert heard.scans == [torn, "4006381333931"], "without a prefix it is somebody's EAN-8"
        assert heard.states == ["", "stopped"]
    finally:
        line.close()


def test_a_port_that_is_none_is_said_at_once() -> None:
    with pytest.raises(BadAddress):
        make_scanner("nonsense://x", 9600, scanned=print, rejected=print, changed=print)
    with pytest.raises(DeviceUnplugged):
        try_line("/dev/there-is-none", 9600)
    with pytest.raises(DeviceUnplugged):
        try_line("usb:0001:0002:none-such", 9600)
    with pytest.raises(BadAddress):
        try_line("usb:1:2", 9600)
    try_line("keyboard", 9600)


@pytest.mark.parametrize("target", ["nonsense://x", "tcp://host:port", "serial:///dev/x?baud=fast"])
def test_a_printers_bad_address_is_said_by_the_doctor_and_keeps_slips(
    target: str, tmp_path: Path
) -> None:
    with pytest.raises(BadAddress):
        try_printer(target, "80", tmp_path)
    assert make_printer(target, "80", tmp_path).status().cause == "unreachable"


def test_no_address_is_no_printer(tmp_path: Path) -> None:
    assert try_printer("", "80", tmp_path) != ""


def test_an_address_is_a_printer_that_answers(tmp_path: Path) -> None:
    with PrinterEmulator() as emulator:
        target = f"tcp://127.0.0.1:{emulator.serve_tcp()}"
        assert try_printer(target, "58", tmp_path) == ""
        emulator.paper = "out"
        assert try_printer(target, "58", tmp_path) == "paper_out"
