"""How far this machine's clock is off, learnt in passing from what online stores answer.

A store tells its time to the second at the moment it answers, which lies between our asking and our
reading: each answer bounds the offset from both sides, and of several the narrowest is kept. The
machine's own clock is meant here, never one that is corrected by what was learnt.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from terminal.ids import Clock

SECOND: Final = timedelta(seconds=1)
OFF: Final = timedelta(minutes=2)
"""From here on a person is told."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Their clock less ours lies in [low, high]."""

    low: timedelta
    high: timedelta

    @property
    def width(self) -> timedelta:
        """How much is not known."""
        return self.high - self.low

    @property
    def middle_ms(self) -> int:
        """The best guess, in milliseconds."""
        return round((self.low + self.high) / 2 / timedelta(milliseconds=1))


def bounds(told: datetime, asked: datetime, read: datetime) -> Bounds:
    """From one answer: ``told`` is cut to the second, and was written between the other two."""
    return Bounds(told - read, told + SECOND - asked)


def is_off(offset_ms: int | None) -> bool:
    """Whether a person should be told of it."""
    return offset_ms is not None and abs(offset_ms) > OFF / timedelta(milliseconds=1)


class ClockMeter:
    """Collects what one store's answers tell, until ``take``."""

    def __init__(self, machine: Clock) -> None:
        self._machine = machine
        self._asked: datetime | None = None
        self._best: Bounds | None = None
        self._last: datetime | None = None

    def ask(self) -> None:
        """Something is asked now."""
        self._asked = self._machine()

    def heard(self, told: datetime | None) -> None:
        """It was answered; ``told`` is the store's clock at its last answer.

        An answer of several requests tells the time of the last one, which lies in between as well.
        """
        if told is None or self._asked is None or told == self._last:
            return
        self._last = told
        try:
            seen = bounds(told, self._asked, self._machine())
        except OverflowError:  # the end of time
            return
        # A clock that was set while we asked makes nonsense; so does a store of an hour ago.
        if seen.width >= timedelta(0) and (self._best is None or seen.width < self._best.width):
            self._best = seen

    def take(self) -> int | None:
        """The offset in milliseconds, once; None where nothing was heard since."""
        best, self._best = self._best, None
        return None if best is None else best.middle_ms
