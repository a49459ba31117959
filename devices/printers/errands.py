"""What must reach the printer at once, also in the middle of a slip: pulses for the drawer.

A printer takes one client, so whoever carries a slip runs the errands of other threads between two
commands. An errand is run now or not at all: a drawer that springs open minutes later, when paper
was put in, would do it with nobody there.
"""

import threading
import time
from collections import deque
from collections.abc import Callable

KICK_PAUSE_SECONDS = 1.0


def pulse_command(pin: int, pulse_ms: int, way: str) -> bytes:
    """Return the command that opens the drawer at a pin: `now` in real time, else in turn."""
    m = 1 if pin == 5 else 0
    if way == "now":
        return b"\x10\x14\x01%c%c" % (m, min(max(-(-pulse_ms // 100), 1), 8))
    ticks = min(max(pulse_ms // 2, 1), 255)
    return b"\x1bp%c%c%c" % (m, ticks, ticks)


class Errand:
    """Bytes to send, whether only a ready printer may get them, and what became of them."""

    def __init__(self, data: bytes, *, when_ready: bool) -> None:
        self.data = data
        self.when_ready = when_ready
        self.cause = ""
        self._done = threading.Event()

    def finish(self, cause: str) -> None:
        """Tell who waits: "" when the bytes have left, else why not."""
        self.cause = cause
        self._done.set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end of it; say whether it came."""
        return self._done.wait(seconds)


class Errands:
    """The errands nobody runs yet; any thread may add one and take it back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Errand] = deque()

    def put(self, errand: Errand) -> None:
        """Add one."""
        with self._lock:
            self._waiting.append(errand)

    def take(self) -> Errand | None:
        """Take the oldest to run it."""
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def take_back(self, errand: Errand) -> bool:
        """Take one back; False when somebody runs it already."""
        with self._lock:
            if errand not in self._waiting:
                return False
            self._waiting.remove(errand)
            return True


class KickPause:
    """Lets one pulse through a second: a solenoid pulsed on and on burns."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last = float("-inf")

    def take(self) -> bool:
        """Whether a pulse may go now; the next one a second later."""
        with self._lock:
            if self._clock() - self._last < KICK_PAUSE_SECONDS:
                return False
            self._last = self._clock()
            return True

    def give_back(self) -> None:
        """The pulse did not go: the next one need not wait."""
        with self._lock:
            self._last = float("-inf")
