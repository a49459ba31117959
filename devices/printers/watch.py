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


class PrinterWatch:
    """Asks every few seconds on a thread of its own and tells what changed, once.

    ``on_change`` gets the cause: "" when well, else the stable code of ``PrintResult.cause``. The
    line is opened, asked and closed each time: a network printer takes one client, and the till
    next door may need it. A printer that has been unwell for minutes, switched off for the night,
    is asked more seldom until it is well again. Times are seconds of ``clock``.
    """

    def __init__(
        self,
        printer: Watched,
        on_change: Callable[[str], None],
        *,
        every: float = EVERY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._printer = printer
        self._on_change = on_change
        self._every = every
        self._clock = clock
        self._well_at = clock()
        self._told: str | None = None
        self._stopping = threading.Event()
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._run, name="printer-watch", daemon=True)

    def start(self) -> None:
        """Begin, with a look at once."""
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
        unwell = self._clock() - self._well_at
        return self._every if unwell < OFTEN_FOR_SECONDS else max(self._every, SELDOM_SECONDS)

    def look_once(self) -> None:
        """Ask, and tell what changed."""
        cause = self._printer.status().cause
        if not cause:
            self._well_at = self._clock()
        if cause != self._told and not self._stopping.is_set():
            self._told = cause
            self._on_change(cause)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.look_once()
            self._asked.wait(self.pause())
            self._asked.clear()
