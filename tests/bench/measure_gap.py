"""How late the window's own timer comes while everything happens at once.

A timer of 5 ms runs in the GUI thread of the real window; what it is late by is how long nobody
was served. Meanwhile cards and goods are scanned, sales booked, slips printed by a printer that
runs out of paper and falls silent, sales pushed to an online store that fails again and again, and
hundreds of its orders come in at once. Printer and online store are processes of their own. The
floor is the same timer in an idle bare window.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path
from subprocess import PIPE, Popen

from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from devices.scanners.virtual import VirtualScanner
from terminal import demo
from terminal.db.bulk import CARD_PREFIX
from terminal.secrets import Secrets
from terminal.settings import OnlineStoreSettings, Settings
from tests.bench.figures import Aim, Figure, Scale
from tests.bench.shops import ROOT, card_of, make_shop
from tests.bench.web_shop import web_shop
from tests.bench.window import SIZE, Moment, OpenTill

AIM = Aim(most=100)
MEMBERS = 20_000
TICK_MS = 5
SCAN_MS = 120
PRINTER = ("paper out", "paper ok", "mute on", "mute off", "cover open", "cover closed")
PRINTER_MS = 1500


class Lateness:
    """Milliseconds by which each tick of a timer came late; it lives in the GUI thread."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self.when: list[float] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._last = time.perf_counter()

    def run(self, seconds: float) -> list[float]:
        """Look for so long while the window lives."""
        moment = Moment("the end of looking")
        end = QTimer()
        end.setSingleShot(True)
        end.timeout.connect(moment.come)
        self._last = time.perf_counter()
        self._timer.start()
        end.start(int(seconds * 1000))
        moment.wait(int(seconds * 1000) + 30_000)
        self._timer.stop()
        return self.late

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, (now - self._last) * 1000 - TICK_MS))
        self.when.append(now)
        self._last = now


class Busy:
    """A cashier without rest: a card, three products, card payment; and a printer with troubles."""

    def __init__(self, till: OpenTill, line: VirtualScanner, order: Callable[[str], None]) -> None:
        self._till, self._line = till, line
        self.sales = self.scans = 0
        goods = [product.ean for product in demo.demo_products("en", "EUR")]
        members = cycle(range(1, 300))
        self._steps = cycle((
            lambda: self._scan(card_of(next(members))),
            *(lambda code=code: self._scan(code) for code in goods[:3]),
            self._pay,
        ))  # fmt: skip
        orders = cycle(PRINTER)
        self._timers = [
            _every(SCAN_MS, lambda: next(self._steps)()),
            _every(PRINTER_MS, lambda: order(next(orders))),
        ]

    def _scan(self, code: str) -> None:
        self.scans += 1
        self._line.send(b"]E0" + code.encode() + b"\r\n")

    def _pay(self) -> None:
        counter = self._till.counter
        if counter.state.basket.lines and not counter.busy:
            self.sales += 1
            counter.take_payment()

    def stop(self) -> None:
        """Enough."""
        for timer in self._timers:
            timer.stop()


def _every(ms: int, act: Callable[[], object]) -> QTimer:
    timer = QTimer()
    timer.timeout.connect(act)
    timer.start(ms)
    return timer


@contextmanager
def printer(folder: Path) -> Iterator[tuple[str, Callable[[str], None]]]:
    """A printer in a process of its own; answers its address and what it is told."""
    words = [sys.executable, "-m", "devices.printers.emulator", "--tcp", "127.0.0.1:0"]
    said = folder / "printer"  # a file never fills up as a pipe does that nobody reads
    with (
        said.open("w") as out,
        Popen(words, cwd=ROOT, stdin=PIPE, stdout=out, text=True) as process,
    ):
        assert process.stdin
        stdin = process.stdin

        def order(text: str) -> None:
            stdin.write(f"{text}\n")
            stdin.flush()

        try:
            while "\n" not in said.read_text("utf-8"):
                time.sleep(0.01)
            yield f"tcp://{said.read_text('utf-8').splitlines()[0].split()[-1]}", order
        finally:
            order("quit")


def measure(scale: Scale) -> list[Figure]:
    """``gap``."""
    line = VirtualScanner()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="till-bench-") as name,
            printer(Path(name)) as (target, order),
            web_shop(scale.gap_orders) as (url, place),
        ):
            folder = Path(name) / "till"
            folder.mkdir()
            make_shop(folder / "till.db", MEMBERS)
            till = OpenTill(folder, _settings(folder, line.port, target, url))
            try:
                return [_measure(scale, till, line, order, place)]
            finally:
                till.close()
    finally:
        line.close()


def _settings(folder: Path, scanner: str, target: str, url: str) -> Settings:
    Secrets(folder).put("online-store", "secret")
    plain = Settings()
    return replace(
        plain,
        shop=replace(plain.shop, card_prefix=CARD_PREFIX),
        scanner=replace(plain.scanner, port=scanner),
        printer=replace(plain.printer, target=target),
        online_store=OnlineStoreSettings(kind="vendure", url=url, username="a", pull_seconds=1),
    )


def _measure(
    scale: Scale,
    till: OpenTill,
    line: VirtualScanner,
    order: Callable[[str], None],
    place: Callable[[], None],
) -> Figure:
    floor = _idle(scale.gap_seconds / 6)
    busy = Busy(till, line, order)
    Lateness().run(2.0)  # first times of everything

    def orders_come() -> None:
        place()
        QTimer.singleShot(200, till.backend.room.hurry)

    QTimer.singleShot(int(scale.gap_seconds * 1000 * 0.2), orders_come)
    late = Lateness().run(scale.gap_seconds)
    busy.stop()
    floor += _idle(scale.gap_seconds / 6)
    with till.backend.database.read() as uow:
        waiting = len(uow.outbox.open(100_000))
        unsettled = len(uow.slips.unsettled())
    taken = _taken(till.backend.folder / "till.db")
    worst = sorted(late)[-5:]
    note = (
        f"longest {max(late):.1f} ms, next {', '.join(f'{each:.0f}' for each in worst[-2::-1])};"
        f" floor's longest {max(floor):.1f} ms; meanwhile {busy.scans} scans, {busy.sales} sales,"
        f" {taken} online orders taken in, {waiting} messages and {unsettled} slips still waiting"
    )
    return Figure("gap", "ms", late, floor, note, AIM)


def _taken(file: Path) -> int:
    with closing(sqlite3.connect(file)) as look:
        return int(look.execute("SELECT count(*) FROM online_orders").fetchone()[0])


def _idle(seconds: float) -> list[float]:
    window = QWidget()
    window.resize(*SIZE)
    window.show()
    try:
        return Lateness().run(seconds)
    finally:
        window.close()
        window.deleteLater()
