"""The time as it really is, on a machine whose clock is wrong.

Tills stand for years with an empty battery and nobody who sets their clock; points that lapse and
campaigns that end go by what a till believes. Online stores tell the time whenever they answer, and
by that the machine's clock is corrected here, where it is off by more than a minute.
"""

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from terminal.ids import Clock
from terminal.remotes import Contact

OFF: Final = timedelta(minutes=1)
"""Up to here the machine is believed: answers take their time."""
_TICK: Final = timedelta(microseconds=1)


def known_offset(contacts: Iterable[Contact | None]) -> int | None:
    """What was measured last, in milliseconds; None: nothing ever."""
    told = [one for one in contacts if one is not None and one.offset_ms is not None]
    return max(told, key=lambda one: one.at).offset_ms if told else None


class CorrectedClock:
    """A ``Clock``. For any thread; within one run its time never goes back and never stands.

    ``offset_ms`` is what was measured last, before this run (``Contact.offset_ms``); None: nothing.
    Where the time it told turns out too late, it goes on by a microsecond a look until the right
    one has caught up: what was booked keeps its order. A machine whose clock is set back is not
    corrected any more until it was measured anew.
    """

    def __init__(self, machine: Clock, offset_ms: int | None = None) -> None:
        self._machine = machine
        self._lock = threading.Lock()
        self._offset = _counted(offset_ms)
        self._seen = machine()
        self._told = self._seen + self._offset

    def __call__(self) -> datetime:
        with self._lock:
            seen = self._machine()
            if seen < self._seen - OFF:
                self._offset = timedelta()
            self._seen = seen
            self._told = max(seen + self._offset, self._told + _TICK)
            return self._told

    @property
    def machine(self) -> Clock:
        """The machine's own clock: what offsets are measured against."""
        return self._machine

    @property
    def offset(self) -> timedelta:
        """What is added to the machine's time."""
        return self._offset

    def learn(self, offset_ms: int | None) -> None:
        """It was measured again; None: nothing is known of it."""
        with self._lock:
            self._offset = _counted(offset_ms)
            self._seen = self._machine()


def _counted(offset_ms: int | None) -> timedelta:
    offset = timedelta(milliseconds=offset_ms or 0)
    return offset if abs(offset) > OFF else timedelta()
