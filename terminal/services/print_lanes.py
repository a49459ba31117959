"""Printers side by side: which one may take a slip now, and which one has to leave it to another.

A lane is one printer with its own thread; all of them take from the one queue in the books, so that
a frozen printer holds up nobody else's. The first lane that can print gets the slip; a later one
only while those before it can't. Times come from the till's clock, which people may set back: no
rest is ever longer than ``LONGEST_WAIT``.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from terminal.ports import SlipPrinter
from terminal.slips import SlipJob

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(seconds=30)
PATIENCE = timedelta(seconds=5)
"""How long the others wait for a printer whose trouble may be over in a moment."""
HELD_UP = timedelta(seconds=15)
"""A printer that is at one slip for so long lets the next one go to another."""
SOON_OVER = frozenset({"busy", "cover_open", "offline", "timeout"})
"""Causes that are worth ``PATIENCE``; for all others somebody has to walk to the printer."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True, eq=False)
class Lane:
    """One printer and how it stands. ``cause`` is why it can't print, "" while nothing is known
    against it; ``told_off`` says that somebody watches the printer and found it unwell."""

    name: str
    printer: SlipPrinter
    after_unknown: bool = False
    cause: str = ""
    told_off: bool = False
    owed: tuple[SlipJob, str, str] | None = None
    """What became of a slip, as long as it could not be booked."""
    retired: bool = False
    """Another printer stands in its place: it takes no more slips."""
    troubled: bool = False
    """It was said already that the books can't be written."""
    wake: threading.Event = field(default_factory=threading.Event)
    _unwell_since: datetime = _LONG_AGO
    _busy_since: datetime | None = None
    _tried_at: datetime = _LONG_AGO
    _retry_at: datetime = _LONG_AGO
    _misses: int = 0

    # -- what happens to it ------------------------------------------------------------------

    def begins(self, now: datetime) -> None:
        """It was handed a slip."""
        self._busy_since = self._tried_at = now

    def failed(self, cause: str, now: datetime) -> None:
        """It could not begin; it rests, longer each time."""
        self._busy_since = None
        wait = min(FIRST_WAIT * 2 ** min(self._misses, 5), LONGEST_WAIT)
        self._misses += 1
        self._turn_unwell(cause, now)
        self._retry_at = now + wait

    def ended(self, *, known: bool) -> None:
        """It took a slip; what it left behind is cleared away next time unless all is ``known``."""
        self._busy_since = None
        self.after_unknown = not known
        if known:
            self._turn_well()

    def heard(self, cause: str, now: datetime) -> None:
        """Whoever watches the printer found it so."""
        self.told_off = bool(cause)
        if cause:
            self._turn_unwell(cause, now)
        else:
            self._turn_well()

    def hurry(self) -> None:
        """Try at once."""
        self._misses, self._retry_at = 0, _LONG_AGO

    def _turn_unwell(self, cause: str, now: datetime) -> None:
        if not self.cause:
            self._unwell_since = now
        self.cause = cause

    def _turn_well(self) -> None:
        self.cause, self.told_off = "", False
        self.hurry()

    # -- what follows from it ----------------------------------------------------------------

    @property
    def may_be_torn(self) -> bool:
        """Whether half a slip may be in it."""
        return self.after_unknown or self._busy_since is not None

    def rests(self, now: datetime) -> bool:
        """Whether it failed a moment ago."""
        return now < self._retry_at <= now + LONGEST_WAIT

    def is_fit(self, now: datetime) -> bool:
        """Whether a slip handed to it now would likely come out soon."""
        return not self.cause and not self._is_held_up(now)

    def gives_way(self, now: datetime) -> bool:
        """Whether the printers after it need not wait for it."""
        if self._busy_since is not None:
            return self.told_off or self._is_held_up(now)
        if not self.cause or not (self.told_off or self.rests(now)):
            return False
        return self.cause not in SOON_OVER or now - self._unwell_since >= PATIENCE

    def saw(self, job: SlipJob) -> bool:
        """Whether the slip waited already when this printer was last tried."""
        return job.created_at <= self._tried_at

    def _is_held_up(self, now: datetime) -> bool:
        return self._busy_since is not None and now - self._busy_since >= HELD_UP


def choose(
    lane: Lane, lanes: Sequence[Lane], waiting: Sequence[SlipJob], now: datetime
) -> SlipJob | None:
    """The slip that this lane takes next, or none: always the oldest of those it may take.

    A slip may be meant for one printer (``printer`` names it), as long as there is such a printer.
    """
    asked, names = _is_asked(lane, lanes, now), {each.name for each in lanes}
    mine = [
        job for job in waiting if job.printer == lane.name or (asked and job.printer not in names)
    ]
    # A slip that came since the last try is reason enough for another one.
    may = not lane.rests(now) or any(not lane.saw(job) for job in mine)
    return mine[0] if mine and may else None


def _is_asked(lane: Lane, lanes: Sequence[Lane], now: datetime) -> bool:
    """Whether a slip for anyone is this lane's to take."""
    if lane.cause and any(each.is_fit(now) for each in lanes if each is not lane):
        return not lane.told_off and not lane.rests(now)
    return all(each.gives_way(now) for each in lanes[: lanes.index(lane)])
