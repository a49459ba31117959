"""The devices' own work: a scan from the line into the GUI thread, and slips as bytes.

``devices-signal``: from the last byte written on the pseudo-terminal until the slot of a QObject
on the GUI thread runs, through the reader's thread, framing, reading rules and bridge. The floor is
a bare ``QSocketNotifier`` on a line of its own, reading what is there.

``devices-text`` and ``devices-picture``: one slip of 25 lines in each of six languages, every line
as text of the printer's own pages, and every line as a picture. The floor joins and encodes.
"""

from __future__ import annotations

import os
import tempfile
import tty
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, Slot
from PySide6.QtWidgets import QApplication

from devices.printers.encoder import SlipEncoder
from devices.printers.profiles import EPSON_PAGES, PAPER_80
from devices.scanners.serial_port import SerialScanner
from devices.scanners.virtual import VirtualScanner
from terminal.members import LANGUAGES
from tests.bench.figures import Aim, Figure, Scale, in_turns, median, p99, timed
from tests.bench.measure_slip import Written, written
from tests.bench.window import Moment
from ui.bridge import ThreadBridge

AIM = Aim(p99=50)
SPEEDS = (9600, 19200, 38400, 115200)
_JOB = b"0001"


class _Ear(QObject):
    """Takes what the bridge brings, on the GUI thread."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = Moment("nothing yet")

    @Slot(object)
    def hear(self, _: object) -> None:
        self.moment.come()


class _Scans:
    """Ours: the product's reader and bridge."""

    def __init__(self) -> None:
        self.ear, self.bridge, self.line = _Ear(), ThreadBridge(), VirtualScanner()
        self.bridge.posted.connect(self.ear.hear)
        there = Moment("the reader")
        told = _Ear()
        told.moment = there
        up = ThreadBridge()
        up.posted.connect(told.hear)
        self.scanner = SerialScanner(
            self.line.port, on_scan=self.bridge.post, on_state=up.post, settle=0
        )
        self.scanner.start()
        there.wait()

    def scan(self, turn: int) -> float:
        """Milliseconds from the last byte until the slot runs."""
        self.ear.moment = Moment(f"scan {turn}")
        return timed(lambda: self._sent(f"]Q1TILL{turn:08d}\r".encode()))

    def _sent(self, data: bytes) -> None:
        self.line.send(data)
        self.ear.moment.wait()

    def close(self) -> None:
        self.scanner.stop()
        self.line.close()


class _Notified(QObject):
    """The floor: Qt wakes up and reads, and that is all."""

    def __init__(self) -> None:
        super().__init__()
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self._moment = Moment("nothing yet")
        self._notifier = QSocketNotifier(self._slave, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    @Slot()
    def _read(self) -> None:
        os.read(self._slave, 4096)
        self._moment.come()

    def scan(self, turn: int) -> float:
        self._moment = Moment(f"floor {turn}")
        return timed(lambda: self._sent(f"]Q1TILL{turn:08d}\r".encode()))

    def _sent(self, data: bytes) -> None:
        os.write(self._master, data)
        self._moment.wait()

    def close(self) -> None:
        self._notifier.setEnabled(False)
        os.close(self._master)
        os.close(self._slave)


def measure(scale: Scale) -> list[Figure]:
    """``devices-signal``, ``devices-text``, ``devices-picture``."""
    return [_signal(scale), *_slips(scale)]


def _signal(scale: Scale) -> Figure:
    app = QCoreApplication.instance() or QApplication([])
    scans, floor = _Scans(), _Notified()
    try:
        ours, bare = in_turns(scale.signals, scans.scan, floor.scan, warm_up=20)
        app.processEvents()
    finally:
        scans.close()
        floor.close()
    note = "last byte on a pty -> slot on the GUI thread; floor: QSocketNotifier alone"
    return Figure("devices-signal", "ms", ours, bare, note, AIM)


@dataclass(frozen=True, slots=True)
class _Built:
    """One language one way: samples, and the job's size."""

    language: str
    ours: list[float]
    floor: list[float]
    size: int

    def told(self) -> str:
        wire = "/".join(f"{self.size * 10 / speed:.2g}" for speed in SPEEDS)
        times = f"{median(self.ours):.2f}/{p99(self.ours):.2f} ms"
        return f"{self.language} {times} {self.size:,} bytes {wire} s"


def _slips(scale: Scale) -> list[Figure]:
    as_text = replace(PAPER_80, pages=EPSON_PAGES, raster_languages=frozenset())
    as_picture = replace(PAPER_80, raster_languages=frozenset(LANGUAGES))
    with written(LANGUAGES) as slips, tempfile.TemporaryDirectory(prefix="till-bench-") as cache:
        text = [_built(SlipEncoder(as_text, Path(cache)), slips, name, scale) for name in slips]
        dots = [_built(SlipEncoder(as_picture, Path(cache)), slips, name, scale) for name in slips]
    return [
        _figure("devices-text", text, Aim(p50=3), "the printer's own letters"),
        _figure("devices-picture", dots, Aim(), "every line a picture"),
    ]


def _built(encoder: SlipEncoder, slips: dict[str, Written], language: str, scale: Scale) -> _Built:
    made = slips[language]

    def ours(turn: int) -> float:
        slip = made.turn(turn)
        return timed(lambda: encoder.encode(slip, _JOB))

    def floor(turn: int) -> float:
        slip = made.turn(turn)
        return timed(lambda: made.joined(slip))

    kept = in_turns(scale.slips, ours, floor, warm_up=10)
    return _Built(language, *kept, len(encoder.encode(made.slip, _JOB)))


def _figure(name: str, built: list[_Built], aim: Aim, how: str) -> Figure:
    slowest = max(built, key=lambda one: median(one.ours))
    note = (
        f"25 lines on 80 mm, {how}; p50/p99, bytes, seconds on the wire at"
        f" {'/'.join(str(speed) for speed in SPEEDS)} baud: "
        + "; ".join(one.told() for one in built)
        + f"; the row is {slowest.language}, the slowest"
    )
    return Figure(name, "ms", slowest.ours, slowest.floor, note, aim)
