"""A printer on the counter: the emulator behind a real socket or a real terminal line."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from devices.printers.emulator import PrinterEmulator
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.line_transport import LineTransport
from devices.printers.profiles import PAPER_80
from devices.printers.tcp_transport import TcpTransport
from tests.devices.lines import unknown_to


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory):
    """One private cache for python-escpos, as an installed till has it."""
    return tmp_path_factory.mktemp("escpos")


class Counter:
    """A printer, the way to it, and a hand that mends it while a slip is under way."""

    def __init__(self, emulator, way, cache_dir, link):
        self.emulator = emulator
        self.way = way
        self.cache_dir = cache_dir
        self.link = link
        self.hands = ThreadPoolExecutor(4)
        self.printers = []
        self.stall_seconds = 5.0
        if way == "tcp":
            self.port = emulator.serve_tcp()
        else:
            self.path = emulator.serve_pty(link)

    def transport(self):
        if self.way == "tcp":
            address = f"tcp://127.0.0.1:{self.port}"
            stall = self.stall_seconds
            return TcpTransport(address, "127.0.0.1", self.port, stall_seconds=stall)
        return LineTransport(
            self.path, self.path, baudrate=115200, stall_seconds=self.stall_seconds
        )

    def printer(self, profile=PAPER_80, **options):
        quick = {"answer_seconds": 0.3, "patience": 0.6, "poll_seconds": 0.05}
        options = {**quick, "resume_seconds": 10.0, **options}
        printer = EscposPrinter(self.transport, profile, cache_dir=self.cache_dir, **options)
        self.printers.append(printer)
        return printer

    def later(self, work, *arguments, **options):
        return self.hands.submit(work, *arguments, **options)

    @property
    def paper(self):
        """Everything that ever came out, as words."""
        sheets = (*self.emulator.sheets, self.emulator.paper_in_printer)
        return " ".join(" ".join(sheet.text for sheet in sheets).split())

    def close(self):
        for printer in self.printers:
            printer.close()
        self.hands.shutdown()


def _counter(way, cache_dir, tmp_path):
    with PrinterEmulator() as emulator:
        counter = Counter(emulator, way, cache_dir, tmp_path / "printer")
        yield counter
        counter.close()
        assert unknown_to(emulator) == [], "the printer was sent what it does not know"


@pytest.fixture(params=["tcp", "pty"])
def counter(request, cache_dir, tmp_path):
    """Each story is told over the network and over a serial line."""
    yield from _counter(request.param, cache_dir, tmp_path)


@pytest.fixture
def network(cache_dir, tmp_path):
    """Stories that only a network printer knows."""
    yield from _counter("tcp", cache_dir, tmp_path)


@pytest.fixture
def cable(cache_dir, tmp_path):
    """Stories that only a serial line knows."""
    yield from _counter("pty", cache_dir, tmp_path)
