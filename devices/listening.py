"""Listening on every serial line at once, to find out which of them the reader is on.

Lines are opened as they come and let go of as they leave. What comes is handed on as bytes in
bursts, cut where the line falls silent: nothing is known yet of prefixes and suffixes. Only the
set-up does this; nothing is ever written to a line.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import serial

from devices.scanners.serial_line import GONE

SILENCE_SECONDS = 0.12
EVERY_SECONDS = 1.0
FIRST_SPEED = 9600
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Burst:
    """What came without a pause; times in whole milliseconds, at least 1 in all."""

    address: str
    baudrate: int
    data: bytes
    took_ms: int
    longest_gap_ms: int

    def __repr__(self) -> str:
        """Say how much and not what: somebody's card may be in it."""
        return f"Burst({self.address!r}, {self.baudrate}, {len(self.data)} bytes)"


def why_not(error: Exception) -> str:
    """Why a line could not be opened: ``busy``, ``not_allowed``, ``bad_address``, ``missing``."""
    text = str(error)
    if isinstance(error, PermissionError) or "Permission denied" in text:
        return "not_allowed"
    if "exclusively lock" in text or "busy" in text.lower() or "Access is denied" in text:
        return "busy"
    return "bad_address" if isinstance(error, ValueError) else "missing"


class _Collected:
    """Bytes of one burst and when they came (seconds)."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._first = self._last = self._gap = 0.0

    def add(self, chunk: bytes, now: float) -> None:
        if self.data:
            self._gap = max(self._gap, now - self._last)
        else:
            self._first, self._gap = now, 0.0
        self.data += chunk
        self._last = now

    def taken(self, address: str, baudrate: int) -> Burst:
        took = max(1, round((self._last - self._first) * 1000))
        made = Burst(address, baudrate, bytes(self.data), took, round(self._gap * 1000))
        self.data.clear()
        return made


class Ear:
    """One line on a thread of its own; ``problem`` says why it does not hear, "" while it does."""

    def __init__(self, address: str, baudrate: int, heard: Callable[[Burst], None]) -> None:
        self.address, self.baudrate, self.problem = address, baudrate, ""
        self._heard = heard
        self._line: Any = None
        self._stopping = threading.Event()
        self._settled = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"ear {address}", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it still listens."""
        return self._thread.is_alive()

    def settled(self, seconds: float) -> bool:
        """Wait until it is known whether the line could be opened."""
        return self._settled.wait(seconds)

    def stop(self) -> None:
        """Ask it to end; ``join`` waits for that."""
        self._stopping.set()
        cancel = getattr(self._line, "cancel_read", None)
        if cancel is not None:
            cancel()

    def join(self, seconds: float) -> None:
        """Wait until the line is let go of."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self._line = serial.serial_for_url(
                self.address, self.baudrate, timeout=SILENCE_SECONDS, exclusive=True
            )
        except GONE as error:
            self.problem = why_not(error)
            self._settled.set()
            return
        self._settled.set()
        try:
            self._listen(self._line)
        except GONE:
            self.problem = "missing"
        finally:
            self._let_go()

    def _listen(self, line: Any) -> None:  # noqa: ANN401 - any of pyserial's ports
        collected = _Collected()
        while not self._stopping.is_set():
            if line.baudrate != self.baudrate:
                line.baudrate = self.baudrate
                line.reset_input_buffer()
            chunk = line.read(line.in_waiting or 1)
            if chunk:
                collected.add(chunk, time.monotonic())
            if collected.data and (not chunk or len(collected.data) > _LONGEST):
                self._heard(collected.taken(self.address, self.baudrate))

    def _let_go(self) -> None:
        try:
            self._line.close()
        except GONE:
            return  # gone already


class Listener:
    """Ears on all lines of ``lines``, looked at anew every second until ``close``.

    ``heard`` and ``changed`` run on threads of this class, never after ``close`` has returned.
    """

    def __init__(
        self,
        lines: Callable[[], Sequence[str]],
        heard: Callable[[Burst], None],
        changed: Callable[[], None],
        *,
        every: float = EVERY_SECONDS,
    ) -> None:
        self._lines, self._heard, self._changed, self._every = lines, heard, changed, every
        self._ears: dict[str, Ear] = {}
        self._speeds: dict[str, int] = {}
        self._seen: object = None
        self._lock = threading.Lock()
        self._closed = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="line-watch", daemon=True)
        self._thread.start()

    def problems(self) -> dict[str, str]:
        """Why lines can't be heard, by address."""
        return {address: ear.problem for address, ear in list(self._ears.items()) if ear.problem}

    def set_speed(self, address: str, baudrate: int) -> None:
        """Read a line at another speed, now and after it was plugged in again."""
        self._speeds[address] = baudrate
        ear = self._ears.get(address)
        if ear is not None:
            ear.baudrate = baudrate

    def close(self) -> None:
        """Let go of every line within a fraction of a second."""
        with self._lock:
            self._closed = True
        self._wake.set()
        self._thread.join(2.0)
        ears = list(self._ears.values())
        for ear in ears:
            ear.stop()
        for ear in ears:
            ear.join(1.0)

    def _watch(self) -> None:
        while not self._closed:
            self._look()
            self._wake.wait(self._every)

    def _look(self) -> None:
        lines = set(self._lines())
        for address in set(self._ears) - lines:
            self._ears.pop(address).stop()
        for address in lines:
            ear = self._ears.get(address)
            if ear is None or not ear.alive:
                self._ears[address] = self._ear(address)
        seen = (frozenset(lines), tuple(sorted(self.problems().items())))
        if seen != self._seen:
            self._seen = seen
            self._tell(self._changed)

    def _ear(self, address: str) -> Ear:
        ear = Ear(address, self._speeds.get(address, FIRST_SPEED), self._hear)
        ear.settled(self._every)
        return ear

    def _hear(self, burst: Burst) -> None:
        self._tell(lambda: self._heard(burst))

    def _tell(self, call: Callable[[], None]) -> None:
        with self._lock:
            if not self._closed:
                call()
