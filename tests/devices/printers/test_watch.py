"""Watching a printer: told once a change, asked more seldom once it has long been away."""

import threading

from devices.printers.base import Cause
from devices.printers.status import PrinterStatus
from devices.printers.watch import OFTEN_FOR_SECONDS, SELDOM_SECONDS, PrinterWatch


class Watched:
    """A printer that is as it is told; ``asked`` rings at each question."""

    def __init__(self) -> None:
        self.why: Cause = ""
        self.low = False
        self.asked = threading.Semaphore(0)

    def status(self) -> PrinterStatus:
        self.asked.release()
        if self.why:
            return PrinterStatus(reachable=False, why_unreachable=self.why)
        return PrinterStatus(reachable=True, paper_low=self.low)

    def listen(self, listener) -> None:
        self.listener = listener


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_change_is_told_once() -> None:
    printer, told = Watched(), []
    watch = PrinterWatch(printer, told.append)
    for why in ("", "", "unreachable", "unreachable", "busy", ""):
        printer.why = why
        watch.look_once()
    assert told == ["", "unreachable", "busy", ""]


def test_a_printer_long_away_is_asked_seldom_until_it_is_well() -> None:
    printer, clock = Watched(), Clock()
    watch = PrinterWatch(printer, lambda cause: None, every=5.0, clock=clock)
    watch.look_once()
    assert watch.pause() == 5.0
    printer.why = "unreachable"
    clock.now += OFTEN_FOR_SECONDS - 1
    watch.look_once()
    assert watch.pause() == 5.0, "a roll is being changed"
    clock.now += 2
    watch.look_once()
    assert watch.pause() == SELDOM_SECONDS, "switched off for the night"
    printer.why = "busy"
    watch.look_once()
    assert watch.pause() == SELDOM_SECONDS
    printer.why = ""
    watch.look_once()
    assert watch.pause() == 5.0


def test_little_paper_and_the_drawer_are_told_beside_the_cause() -> None:
    printer, told, causes = Watched(), [], []
    watch = PrinterWatch(printer, causes.append, on_status=lambda now: told.append(now.paper_low))
    for printer.low in (False, True, True, False):
        watch.look_once()
    assert told == [False, True, False]
    assert causes == [""]


def test_a_printer_without_paper_is_looked_at_often_all_night() -> None:
    printer, clock = Watched(), Clock()
    printer.status = lambda: PrinterStatus(paper_out=True)
    watch = PrinterWatch(printer, lambda cause: None, every=5.0, clock=clock)
    clock.now += 86400
    watch.look_once()
    assert watch.pause() == 5.0


def test_what_a_slip_hears_is_told_at_once() -> None:
    printer = Watched()
    heard = threading.Event()
    watch = PrinterWatch(printer, lambda cause: heard.set() if cause else None, every=3600.0)
    watch.start()
    assert printer.asked.acquire(timeout=20)
    printer.why = "paper_out"
    printer.listener(PrinterStatus(paper_out=True))
    assert heard.wait(20)
    watch.stop()


def test_it_looks_at_once_and_when_asked_and_ends_when_told() -> None:
    printer = Watched()
    watch = PrinterWatch(printer, lambda cause: None, every=3600.0)
    watch.start()
    assert printer.asked.acquire(timeout=20)
    watch.look()
    assert printer.asked.acquire(timeout=20)
    watch.stop()
    assert not printer.asked.acquire(timeout=0.05)
    assert "printer-watch" not in {thread.name for thread in threading.enumerate()}
