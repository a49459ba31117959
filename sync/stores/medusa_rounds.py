"""Reading a Medusa list of what changed, page by page, with nothing left out.

Each page begins at the latest time of the page before, so that rows which move to the end meanwhile
push nobody out of sight; a round steps back a little, and rows that come again as they were are
dropped.
"""

import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, TypeVar

import msgspec

from sync.stores.medusa_wire import Dated, Order, Person

_REMEMBERED: Final = 400

R = TypeVar("R", bound=Order | Person | Dated)


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a reader stands: ``at`` is the time to go on from, ``newest`` the latest in the round
    that is under way, ``seen`` what rows near it looked like, ``waiting`` the ids of those that are
    asked for again in every round."""

    at: datetime | None = None
    newest: datetime | None = None
    seen: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


class Rounds(Generic[R]):
    """Rounds over one list. ``ask`` is given the time to begin at and how many rows."""

    def __init__(
        self, ask: Callable[[datetime | None, int], list[R]], *, size: int, overlap: timedelta
    ) -> None:
        self._ask = ask
        self._size = size
        self._overlap = overlap

    def step(self, mark: Mark) -> tuple[list[R], Mark, bool]:
        """New rows, where to go on, and whether there is more at once."""
        size = self._size
        rows = self._ask(mark.at, size)
        while len(rows) == size and rows[-1].updated_at == (mark.at or rows[0].updated_at):
            size *= 2  # more rows of one and the same moment than a page holds
            rows = self._ask(mark.at, size)
        known = set(mark.seen)
        new = [row for row in rows if fingerprint(row) not in known]
        times = [row.updated_at for row in rows if row.updated_at]
        newest = max([*times, *([mark.newest] if mark.newest else [])], default=None)
        seen = tuple(dict.fromkeys((*mark.seen, *map(fingerprint, rows))))[
            -max(_REMEMBERED, size) :
        ]
        if len(rows) == size:
            return new, Mark(newest, newest, seen, mark.waiting), True
        back = newest - self._overlap if newest else None
        return new, Mark(back, None, seen, mark.waiting), False


def since(at: datetime | None) -> dict[str, str]:
    """In the order of time; lists know one field to sort by and no more."""
    params = {"order": "updated_at"}
    if at is not None:
        params["updated_at[$gte]"] = at.astimezone(UTC).isoformat(timespec="milliseconds")
    return params


def fingerprint(row: Order | Person | Dated) -> str:
    """What a row looks like, in short."""
    return f"{row.id[-8:]}:{zlib.crc32(msgspec.json.encode(row)):x}"
