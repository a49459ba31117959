"""Reading what changed in a Vendure store, page by page, without leaving anything out.

Lists are asked for by time and sorted by id, which never changes; ``sort: {updatedAt, id}`` sorts
by id anyway. Rows come into a list and leave it while it is read, so each page begins with the last
row of the one before: whatever is there instead, reading goes on behind the greatest id that was
seen, or steps back until it finds it. A round of several pages begins by asking for the latest
times, and the next round begins there: a row that changed behind the reader's back lies after them,
however long the round took. One that fits into a single page needs no such question.

Databases keep whole seconds or microseconds where the API shows milliseconds, and a transaction
shows itself only at its end: each round steps back a few seconds and repeats itself.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

import msgspec

MOST = 999
"""Rows that a page may have, beside the one it begins with: the store takes a thousand."""

Times = dict[str, datetime]
"""Of each of a list's times, by the store's own word for it."""


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a reader stands in a round. ``since`` is fixed during it, ``latest`` is where the next
    one begins."""

    since: Times = {}
    latest: Times = {}
    skip: int = 0
    last: str = ""

    def __post_init__(self) -> None:
        """What was written by us fits; a cursor that was not is begun anew."""
        times = (*self.since.values(), *self.latest.values())
        if self.skip < 0 or any(time.tzinfo is None for time in times):
            raise ValueError("no place")


class Row(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Row)


class Source(Protocol[R]):
    """A list of the store."""

    def rows(self, since: Times, skip: int, take: int) -> tuple[list[R], int]:
        """So many rows that changed since, by id, and how many there are in all."""

    def latest(self) -> Times:
        """The latest of each time in the whole list; without those that it has not."""

    def times(self, row: R) -> Times:
        """The times of a row."""


@dataclass(frozen=True, slots=True)
class Turned(Generic[R]):
    """A page of a round, and where to go on. ``done``: the round is over. ``total``: how many rows
    a round of several pages has."""

    rows: list[R]
    place: Place
    done: bool
    total: int | None = None


def turn(source: Source[R], place: Place, take: int, overlap: timedelta) -> Turned[R]:
    """The page after ``place``."""
    take = min(take, MOST)
    again = 1 if place.skip else 0
    start = place.skip - again
    rows, total = source.rows(place.since, start, take + again)
    if not place.skip and not place.latest and total > len(rows):
        # More than one page: what changes from here on belongs to the next round.
        latest = source.latest()
        if latest:
            place = Place(place.since, latest)
            rows, total = source.rows(place.since, start, take + again)
    whole = total if place.latest else None
    if start and (not rows or _key(rows[0].id) > _key(place.last)):
        # Rows before us have left the list, and what came after them has moved up.
        return Turned([], msgspec.structs.replace(place, skip=max(start - take, 0)), False, whole)
    new = [row for row in rows if not place.last or _key(row.id) > _key(place.last)]
    after = Place(
        place.since,
        place.latest or _latest(source, rows),
        start + len(rows),
        new[-1].id if new else place.last,
    )
    if rows and after.skip < total:
        return Turned(new, after, False, whole)
    return Turned(new, _next_round(after, overlap), True, whole)


def since_filter(since: Times, *names: str) -> list[dict[str, Any]]:
    """One condition for each of these times; any will do. One that no row had: any that has it."""
    return [
        {name: {"after": told(since[name])} if name in since else {"isNull": False}}
        for name in names
    ]


def _next_round(place: Place, overlap: timedelta) -> Place:
    """Times never go back, and a list that is empty keeps the one it had."""
    stepped = {name: time - overlap for name, time in place.latest.items()}
    return Place({
        name: max(filter(None, (stepped.get(name), place.since.get(name))))
        for name in stepped.keys() | place.since.keys()
    })  # fmt: skip


def _latest(source: Source[R], rows: list[R]) -> Times:
    found: Times = {}
    for row in rows:
        for name, time in source.times(row).items():
            found[name] = max(time, found.get(name, time))
    return found


def _key(id_: str) -> tuple[int, str]:
    """Ids in the order in which the store sorts them: numbers by size, others by their text."""
    return (len(id_), id_) if id_.isascii() and id_.isdigit() else (0, id_)


def told(time: datetime) -> str:
    """A time as the store reads it."""
    return time.astimezone(UTC).isoformat()
