"""One counter on real lines: what stands on it, what it tells, and that all of it ends."""

import os
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.counter import CounterDevices, CounterSetup, DisplaySetup, DrawerSetup
from devices.displays.emulator import DisplayEmulator
from devices.printers.emulator import PrinterEmulator
from devices.registry import PrinterSetup, ReaderSetup
from devices.scanners.base import Reason
from devices.scanners.symbologies import check_digit
from tests.devices.printers.slips import slip

Told = tuple[str, str, bool, str]
SECONDS = 10.0


class Counter:
    """Devices of software on lines, and what the till's end of the lines tells."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._heard: queue.Queue[Told] = queue.Queue()
        self._made: list[CounterDevices] = []
        self._closing: list[Callable[[], None]] = []

    def put(self, **setup: object) -> CounterDevices:
        """The devices, not started."""
        made = CounterDevices(
            CounterSetup(self._folder / "cache", **setup),  # type: ignore[arg-type]
            lambda *told: self._heard.put(told),
        )
        self._made.append(made)
        return made

    def tells(self, *told: object) -> None:
        """Wait until this is told; what is told before does not matter."""
        while self._heard.get(timeout=SECONDS) != told:
            continue

    def told(self) -> list[Told]:
        """What was told and not waited for."""
        return [self._heard.get_nowait() for _ in range(self._heard.qsize())]

    def printer(self) -> tuple[PrinterEmulator, str]:
        emulator = PrinterEmulator()
        self._closing.append(emulator.close)
        return emulator, f"tcp://127.0.0.1:{emulator.serve_tcp()}"

    def glass(self) -> tuple[DisplayEmulator, str]:
        display = DisplayEmulator("escpos")
        self._closing.append(display.close)
        return display, f"tcp://127.0.0.1:{display.serve_tcp()}"

    def close(self) -> None:
        for each in (*(made.stop for made in self._made), *self._closing):
            each()


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(tmp_path)
    yield made
    made.close()


def nobody(_: bool) -> None:
    """No drawer was set up."""


# -- printers and the drawer -----------------------------------------------------------------


def test_paper_that_runs_low_is_told_once_by_a_printer_that_is_well(counter: Counter) -> None:
    emulator, target = counter.printer()
    emulator.paper = "low"
    devices = counter.put(printers=(PrinterSetup(target),))
    devices.watch_printers(nobody)
    counter.tells("printer", target, True, "paper_low")
    devices.stop()
    assert counter.told() == []
    devices.stop()


def test_a_slip_that_meets_the_end_of_the_roll_tells_it_at_once(counter: Counter) -> None:
    emulator, target = counter.printer()
    devices = counter.put(printers=(PrinterSetup(target),))
    devices.watch_printers(nobody)
    counter.tells("printer", target, True, "")
    emulator.paper = "out"
    printed = devices.printers[target].print(slip("en"))
    assert (printed.state, printed.cause) == ("waiting", "paper_out")
    counter.tells("printer", target, False, "paper_out")


def test_of_two_printers_each_tells_its_own_and_the_first_has_the_drawer(
    counter: Counter,
) -> None:
    (front, one), (back, two) = counter.printer(), counter.printer()
    back.paper, front.drawer_open = "out", True
    switched: queue.Queue[bool] = queue.Queue()
    devices = counter.put(printers=(PrinterSetup(one), PrinterSetup(two)))
    assert list(devices.printers) == [one, two]
    devices.watch_printers(switched.put)
    counter.tells("printer", two, False, "paper_out")
    assert switched.get(timeout=SECONDS) is True
    front.drawer_open = False
    assert devices.kick() == ""
    assert front.wait_until(lambda: front.drawer_open, SECONDS)
    assert not back.drawer_open


def test_a_switch_that_reads_the_other_way_round_is_read_so(counter: Counter) -> None:
    _, target = counter.printer()
    switched: queue.Queue[bool] = queue.Queue()
    drawer = DrawerSetup(open_is_high=True)
    counter.put(printers=(PrinterSetup(target),), drawer=drawer).watch_printers(switched.put)
    assert switched.get(timeout=SECONDS) is True


def test_the_drawer_opens_the_way_it_was_learnt(counter: Counter) -> None:
    emulator, target = counter.printer()
    devices = counter.put(
        printers=(PrinterSetup(target),), drawer=DrawerSetup(pin=5, way="queued", pulse_ms=300)
    )
    assert devices.kick() == ""
    assert emulator.wait_until(lambda: emulator.drawer_open, SECONDS)


@pytest.mark.parametrize(
    "broken", [PrinterSetup("nonsense://x"), PrinterSetup("tcp://127.0.0.1:9", paper="papyrus")]
)
def test_a_printer_that_is_misspelt_is_told_and_the_other_one_prints(
    counter: Counter, broken: PrinterSetup, caplog: pytest.LogCaptureFixture
) -> None:
    _, target = counter.printer()
    devices = counter.put(printers=(broken, PrinterSetup(target)))
    assert counter.told() == [("printer", broken.target, False, "bad_address")]
    assert list(devices.printers) == [target]
    assert devices.printers[target].print(slip("en")).state == "printed"
    assert "bad_address" in caplog.text


def test_a_counter_without_a_printer_keeps_slips_and_its_drawer_shut(counter: Counter) -> None:
    devices = counter.put()
    devices.watch_printers(nobody)
    assert list(devices.printers) == [""]
    assert devices.printers[""].print(slip("en")).state == "waiting"
    assert devices.kick() == "unreachable"
    devices.stop()
    assert counter.told() == [], "what is not there is not watched"


# -- readers ---------------------------------------------------------------------------------


class Line:
    """A reader's end of a line."""

    def __init__(self) -> None:
        self.hand, self._plug = os.openpty()
        self.port = os.ttyname(self._plug)

    def send(self, data: bytes) -> None:
        os.write(self.hand, data)

    def hears(self) -> bytes:
        return os.read(self.hand, 1)

    def close(self) -> None:
        os.close(self.hand)
        os.close(self._plug)


@pytest.fixture
def line() -> Iterator[Line]:
    if os.name == "nt":
        pytest.skip("needs a pseudo-terminal, which Windows has not")
    made = Line()
    yield made
    made.close()


class Scans:
    """What readers brought."""

    def __init__(self) -> None:
        self.texts: queue.Queue[str] = queue.Queue()
        self.reasons: queue.Queue[Reason] = queue.Queue()

    def start(self, devices: CounterDevices) -> object:
        return devices.start_scanners(
            lambda scan: self.texts.put(scan.text), lambda one: self.reasons.put(one.reason)
        )


def test_a_reader_that_waits_hears_what_the_till_makes_of_its_scan(
    counter: Counter, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    scans = Scans()
    devices = counter.put(readers=(ReaderSetup(line.port, acknowledge=True),), card_prefix="2950")
    devices.answer(line.port, True, "nobody listens yet")
    assert scans.start(devices) is None, "nobody types here"
    counter.tells("scanner", line.port, True, "")
    for code, good, byte in (
        ("4006381333931", True, b"\x06"),
        ("2950000000013", False, b"\x15"),
    ):
        line.send(f"]E0{code}\r".encode())
        assert scans.texts.get(timeout=SECONDS) == code
        devices.answer(line.port, good, code)
        assert line.hears() == byte
    torn = "2950000" + check_digit("2950000")
    line.send(torn.encode() + b"\r")
    assert scans.reasons.get(timeout=SECONDS) is Reason.HALF_SCAN
    assert torn not in caplog.text


def test_without_the_shops_prefix_a_torn_card_is_somebodys_short_code(
    counter: Counter, line: Line
) -> None:
    scans = Scans()
    devices = counter.put(readers=(ReaderSetup(line.port),))
    scans.start(devices)
    counter.tells("scanner", line.port, True, "")
    torn = "2950000" + check_digit("2950000")
    line.send(torn.encode() + b"\r")
    assert scans.texts.get(timeout=SECONDS) == torn


def test_a_reader_that_types_is_handed_out_and_a_port_that_is_none_is_told(
    counter: Counter, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    readers = (ReaderSetup("nonsense://x"), ReaderSetup("keyboard"), ReaderSetup(line.port))
    devices = counter.put(readers=readers)
    keyboard = Scans().start(devices)
    assert keyboard is not None
    assert hasattr(keyboard, "wait_ms")
    counter.tells("scanner", line.port, True, "")
    devices.stop()
    assert ("scanner", line.port, False, "stopped") in counter.told()
    assert "nonsense://x" in caplog.text


# -- the customer's display ------------------------------------------------------------------


def test_a_display_shows_and_a_pulled_cable_is_told(counter: Counter) -> None:
    glass, target = counter.glass()
    display = counter.put(display=DisplaySetup(target)).start_display()
    assert display is not None
    display.show("Hello Eleni!", "1,284 points")
    counter.tells("display", target, True, "")
    assert glass.wait_lines("Hello Eleni!".ljust(20), "1,284 points".ljust(20))
    glass.unplug()
    kind, name, well, _ = counter._heard.get(timeout=SECONDS)
    assert (kind, name, well) == ("display", target, False)


def test_a_display_behind_the_printer_speaks_through_it(counter: Counter, tmp_path: Path) -> None:
    glass = DisplayEmulator("escpos")
    with PrinterEmulator(on_display=glass.feed) as emulator:
        target = f"tcp://127.0.0.1:{emulator.serve_tcp()}"
        devices = counter.put(printers=(PrinterSetup(target),), display=DisplaySetup("printer"))
        display = devices.start_display()
        assert display is not None
        display.show("Total", "9.80")
        assert glass.wait_lines("Total".ljust(20), "9.80".ljust(20))
        devices.stop()


def test_no_display_is_none_and_a_misspelt_one_is_told(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    assert counter.put().start_display() is None
    assert counter.put(display=DisplaySetup("bluetooth://pole")).start_display() is None
    assert counter.told() == [("display", "bluetooth://pole", False, "bad_address")]
    assert "bluetooth://pole" in caplog.text


def test_stopping_ends_every_thread(counter: Counter, line: Line) -> None:
    before = set(threading.enumerate())
    (_, one), (_, pole) = counter.printer(), counter.glass()
    ours = set(threading.enumerate()) - before
    devices = counter.put(
        printers=(PrinterSetup(one),), readers=(ReaderSetup(line.port),), display=DisplaySetup(pole)
    )
    devices.watch_printers(nobody)
    Scans().start(devices)
    devices.start_display()
    names = {each.name for each in set(threading.enumerate()) - before - ours}
    assert "printer-watch" in names
    assert len(names) >= 3, names
    devices.stop()
    left = {each.name for each in set(threading.enumerate()) - before - ours}
    assert {name for name in left if name in names} == set()
