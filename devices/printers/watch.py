"""Watching an idle printer: out of paper is seen before the next slip needs paper."""

import threading
import time
from collections.abc import Callable
from typing import Protocol

from devices.printers.status import PrinterStatus

EVERY_SECONDS = 5.0
OFTEN_FOR_SECONDS = 180.0
SELDOM_SECONDS = 30.0


class Watched(Protocol):
    """What can be asked how it is."""

    def status(self) -> PrinterStatus:
        """How the printer stands now."""
        ...

    def listen(self, listener: Callable[[PrinterStatus], None], /) -> None:
        """Tell every new state as soon as it is heard, on any thread."""
        ...


class PrinterWatch:
    """Asks every few seconds on a thread of its own and tells what changed, once.

    ``on_change`` gets the cause: "" when well, else the stable code of ``PrintResult.cause``;
    ``on_status`` the whole state, with little paper and the drawer. Both are called on the watch's
    thread, and at once when a slip under way hears of a change. Between questions a network printer
    is left free, for it takes one client and the till next door may need it; the printer itself
    decides when it was asked enough and is only listened to. One that has been away for minutes,
    switched off for the night, is looked for more seldom. Times are seconds of ``clock``.
    """

    def __init__(
        self,
        printer: Watched,
        on_change: Callable[[str], None],
        *,
        on_status: Callable[[PrinterStatus], None] = lambda status: None,
        every: float = EVERY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._printer = printer
        self._on_change = on_change
        self._on_status = on_status
        self._every = every
        self._clock = clock
        self._there_at = clock()
        self._told: PrinterStatus | None = None
        self._stopping = threading.Event()
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._run, name="printer-watch", daemon=True)

    def start(self) -> None:
        """Begin, with a look at once."""
        self._printer.listen(self._heard)
        self._thread.start()

    def look(self) -> None:
        """Look now."""
        self._asked.set()

    def stop(self) -> None:
        """End within the time of one question."""
        self._stopping.set()
        self._asked.set()
        self._thread.join(5.0)

    def pause(self) -> float:
        """Seconds until the next look by itself."""
        away = self._clock() - self._there_at
        return self._every if away < OFTEN_FOR_SECONDS else max(self._every, SELDOM_SECONDS)

    def look_once(self) -> None:
        """Ask, and tell what changed."""
        status = self._printer.status()
        if status.reachable:
            self._there_at = self._clock()
        before, self._told = self._told, status
        if before == status or self._stopping.is_set():
            return
        if before is None or before.cause != status.cause:
            self._on_change(status.cause)
        self._on_status(status)

    def _heard(self, _: PrinterStatus) -> None:
        """A slip heard of a change: pass it on, without asking for what was asked here."""
        if threading.current_thread() is not self._thread:
            self._asked.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._asked.clear()
            self.look_once()
            if not self._stopping.is_set():  # told to stop before the clearing above
                self._asked.wait(self.pause())
