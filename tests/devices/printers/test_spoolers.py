"""Printers behind a queue: a job goes over whole, "sent" is all that is ever said, nothing hangs.

Neither CUPS nor Windows is here: stand-ins for their programs and calls show what would be asked.
"""

import ctypes
import threading

import pytest

from devices.errors import BadAddress, DeviceClosed, DeviceUnplugged, DeviceUnreachable
from devices.printers.base import PrintResult
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.profiles import PAPER_80
from devices.printers.spooler_transport import CupsTransport, SpoolerTransport, WindowsTransport
from devices.printers.transport import open_transport
from devices.printers.winspool import Winspool
from tests.devices.printers.slips import numbered


@pytest.fixture
def cups(tmp_path, monkeypatch):
    """Programs named as CUPS names its own; what they got lies in files."""
    programs = tmp_path / "bin"
    programs.mkdir()

    def program(name, script):
        path = programs / name
        path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        path.chmod(0o755)

    program("lp", f'echo "$@" > {tmp_path}/words; cat > {tmp_path}/job')
    program("lpstat", 'echo "printer $2 is idle.  enabled since today"')
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    program.folder = tmp_path
    return program


def printer(cache_dir, seconds=5.0, queue="counter"):
    return EscposPrinter(
        lambda: CupsTransport(f"cups:{queue}", queue, seconds), PAPER_80, cache_dir=cache_dir
    )


def test_a_slip_goes_into_the_queue_whole_and_is_sent(cups, cache_dir):
    assert printer(cache_dir).print(numbered(7)) == PrintResult("sent")
    assert (cups.folder / "words").read_text().split() == ["-d", "counter", "-o", "raw", "-s"]
    job = (cups.folder / "job").read_bytes()
    assert job.startswith(b"\x18\x1b@")
    assert b"SLIP 0007" in job
    assert job.endswith(b"\x1dVB\x00")


def test_an_enabled_queue_is_well_and_a_stopped_one_keeps_slips(cups, cache_dir):
    counter = printer(cache_dir)
    assert counter.status().ready
    cups("lpstat", 'echo "printer counter disabled since today - paused"')
    assert counter.status().cause == "unreachable"
    assert counter.print(numbered(1)) == PrintResult("waiting", "unreachable")
    assert not (cups.folder / "job").exists()


def test_a_queue_that_refuses_prints_nothing_and_the_slip_waits(cups, cache_dir):
    cups("lp", "echo 'lp: no such printer' >&2; exit 1")
    assert printer(cache_dir).print(numbered(1)) == PrintResult("waiting", "unreachable")
    with pytest.raises(DeviceUnreachable, match="no such printer"):
        _handed(CupsTransport("cups:x", "x"), b"job")


def test_a_queue_that_hangs_is_left_and_nobody_knows(cups, cache_dir, caplog):
    cups("lp", "exec sleep 60")
    result = printer(cache_dir, seconds=0.3).print(numbered(1))
    assert result == PrintResult("unknown", "lost")
    assert "lp did not end" in caplog.text


def test_a_machine_without_cups_says_so(cache_dir, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert printer(cache_dir).status().cause == "unreachable"


def test_the_drawer_opens_through_the_queue_too(cups, cache_dir):
    assert printer(cache_dir).kick(pin=5, pulse_ms=100, way="queued") == ""
    assert (cups.folder / "job").read_bytes() == b"\x1bp\x01\x32\x32"
    cups("lp", "exit 1")
    assert printer(cache_dir).kick() == "unreachable"


def _handed(transport, *pieces):
    transport.open()
    for piece in pieces:
        assert transport.send(piece) == len(piece)
    transport.hand_over()


def test_half_a_slip_never_reaches_a_queue(cups):
    for leave in ("abort", "finish", "cancel"):
        transport = CupsTransport("cups:counter", "counter")
        transport.open()
        transport.send(b"half")
        getattr(transport, leave)()
        with pytest.raises(DeviceClosed):
            transport.hand_over()
    assert not (cups.folder / "job").exists()


def test_an_empty_job_is_none(cups):
    transport = CupsTransport("cups:counter", "counter")
    _handed(transport)
    assert transport.receive(0) == b""
    assert not (cups.folder / "job").exists()


def test_what_all_queues_share_talks_to_none():
    with pytest.raises(NotImplementedError):
        SpoolerTransport("x", "x").open()
    with pytest.raises(NotImplementedError):
        SpoolerTransport("x", "x")._submit(b"job")


class Spooled:
    """What the Windows spooler was asked for, and what goes wrong there."""

    def __init__(self, portion=100, fails="", gate=None):
        self.calls, self.data = [], b""
        self.portion, self.fails, self.gate = portion, fails, gate

    def _note(self, name):
        self.calls.append(name)
        if self.gate is not None:
            self.gate.wait(20)
        if name == self.fails:
            raise OSError(f"{name} refused")

    def open(self, name, /):
        self._note("open")
        self.name = name
        return 7

    def start(self, handle, title, /):
        self._note("start")

    def write(self, handle, data, /):
        self._note("write")
        self.data += data[: self.portion]
        return min(self.portion, len(data))

    def end(self, handle, /):
        self._note("end")

    def abort(self, handle, /):
        self.calls.append("abort")

    def close(self, handle, /):
        self.calls.append("close")


def windows(spooler, seconds=5.0):
    return WindowsTransport("windows:EPSON", "EPSON", seconds, lambda: spooler)


def test_windows_gets_one_raw_document_in_as_many_pieces_as_it_takes():
    spooler = Spooled()
    _handed(windows(spooler), b"a" * 150, b"b" * 120)
    assert spooler.data == b"a" * 150 + b"b" * 120
    assert spooler.name == "EPSON"
    calls = ["open", "close", "open", "start", "write", "write", "write", "end", "close"]
    assert spooler.calls == calls


@pytest.mark.parametrize(("fails", "portion"), [("write", 100), ("none", 0)])
def test_a_document_windows_did_not_take_is_deleted(fails, portion):
    spooler = Spooled(portion, fails)
    with pytest.raises(DeviceUnreachable):
        _handed(windows(spooler), b"job")
    assert spooler.calls[-2:] == ["abort", "close"]


def test_a_printer_windows_does_not_know_is_unreachable():
    with pytest.raises(DeviceUnreachable, match="open refused"):
        windows(Spooled(fails="open")).open()


def test_a_driver_that_hangs_is_left_behind():
    gate = threading.Event()
    spooler = Spooled(gate=gate)
    with pytest.raises(DeviceUnplugged, match="did not answer"):
        windows(spooler, 0.1).open()
    gate.set()


def test_elsewhere_there_is_no_windows_spooler():
    with pytest.raises(DeviceUnreachable, match="not Windows"):
        open_transport("windows:EPSON").open()


class Library:
    """winspool.drv as far as it is called: every function notes its name and says yes."""

    def __init__(self, refuses=""):
        self.called = []
        for name in (
            "OpenPrinterW", "StartDocPrinterW", "StartPagePrinter", "WritePrinter",
            "EndPagePrinter", "EndDocPrinter", "AbortPrinter", "ClosePrinter",
        ):  # fmt: skip
            setattr(self, name, self._function(name, name != refuses))

    def _function(self, name, answer):
        def function(*arguments):
            self.called.append(name)
            if name == "WritePrinter":
                ctypes.cast(arguments[3], ctypes.POINTER(ctypes.c_ulong))[0] = arguments[2]
            return answer

        return function


def test_the_systems_functions_are_called_in_their_order():
    library = Library()
    _handed(windows(Winspool(library)), b"job")
    assert library.called[2:] == [
        "OpenPrinterW", "StartDocPrinterW", "StartPagePrinter", "WritePrinter",
        "EndPagePrinter", "EndDocPrinter", "ClosePrinter",
    ]  # fmt: skip
    Winspool(library).abort(7)
    assert library.called[-1] == "AbortPrinter"


def test_a_function_that_says_no_is_an_error():
    with pytest.raises(DeviceUnreachable, match="StartDocPrinterW failed"):
        _handed(windows(Winspool(Library("StartDocPrinterW"))), b"job")


@pytest.mark.parametrize("address", ["cups:", "windows:", "cups:-oraw"])
def test_a_queue_has_a_name(address):
    with pytest.raises(BadAddress):
        open_transport(address)


def test_an_address_names_its_queue():
    assert isinstance(open_transport("cups:counter"), CupsTransport)
    assert isinstance(open_transport("windows:EPSON TM-T20III"), WindowsTransport)
