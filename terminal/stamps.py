"""Stamps: when something was last changed, in an order that all tills agree on.

A hybrid logical clock: the till's own time in milliseconds, corrected by the hub's as last heard,
pushed on by every later stamp that was heard of; then a count, then the till. Stamps are texts that
sort as they follow each other. A clock that goes wrong can't make a till contradict what it knew.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

NEVER = ""
"""Before every stamp."""
_MOST = 9999
_STAMP: Final = re.compile(r"[0-8]\d{12}-\d{4}-.+", re.ASCII | re.DOTALL)
"""What any clock tells before the year 2255; behind that, texts would not sort as they follow."""


def stamp(millis: int, count: int, till: str) -> str:
    """The text of one; ``millis`` since 1970."""
    return f"{millis:013d}-{count:04d}-{till}"


def till_of(text: str) -> str:
    """Whose stamp it is; "" for none."""
    return text.split("-", 2)[2] if text else ""


def read(text: str) -> tuple[int, int]:
    """Milliseconds and count. Raises ValueError for what is no stamp."""
    millis, count, _till = text.split("-", 2)
    return int(millis), int(count)


@dataclass(slots=True)
class Stamps:
    """One till's clock. ``last``: the latest stamp made or heard; kept with what it stamped."""

    till: str
    last: str = NEVER

    def tick(self, now: datetime) -> str:
        """A stamp for a change of this moment: later than all that were made or heard."""
        millis, count = int(now.timestamp() * 1000), 0
        if self.last:
            before, counted = read(self.last)
            if before >= millis:
                millis, count = (before, counted + 1) if counted < _MOST else (before + 1, 0)
        self.last = stamp(millis, count, self.till)
        return self.last

    def heard(self, other: str) -> None:
        """Another till's stamp: whatever is stamped here from now on is later. What is no stamp
        turns no clock."""
        if other > self.last and _STAMP.fullmatch(other):
            self.last = other


@dataclass(frozen=True, slots=True)
class Change:
    """A field's latest change, and the change that it replaced as far as its author knew."""

    stamp: str = NEVER
    before: str = NEVER

    def knew(self, other: "Change") -> bool:
        """Whether its author had seen that change, or it is the same one."""
        return other.stamp in (self.stamp, self.before, NEVER)


def at_once(one: Change, other: Change) -> bool:
    """Whether neither knew of the other: two tills changed the same thing apart."""
    if till_of(one.stamp) == till_of(other.stamp):
        return False
    return not one.knew(other) and not other.knew(one)
