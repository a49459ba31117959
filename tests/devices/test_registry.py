"""From the settings to devices: what a shop wrote is what works, or says why not."""

from pathlib import Path

import pytest

from devices.errors import BadAddress
from devices.printers.emulator import PrinterEmulator
from devices.registry import PrinterSetup, make_printer


@pytest.mark.parametrize("target", ["nonsense://x", "tcp://host:port", "serial:///dev/x?baud=fast"])
def test_a_printers_bad_address_keeps_slips(target: str, tmp_path: Path) -> None:
    assert make_printer(target, "80", tmp_path).status().cause == "unreachable"


def test_a_paper_nobody_knows_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadAddress, match="no such printer"):
        make_printer(PrinterSetup("tcp://127.0.0.1:9", paper="papyrus"), cache_dir=tmp_path)


def test_no_address_is_no_printer(tmp_path: Path) -> None:
    assert make_printer("", "80", tmp_path).status().cause == "unreachable"


def test_an_address_is_a_printer_that_answers(tmp_path: Path) -> None:
    with PrinterEmulator() as emulator:
        printer = make_printer(f"tcp://127.0.0.1:{emulator.serve_tcp()}", "58", tmp_path)
        assert printer.status().cause == ""
        emulator.paper = "out"
        assert printer.status().cause == "paper_out"
        printer.close()
