"""Rounds over lists: long ones, and many rows of one moment."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from sync.errors import Refused
from sync.stores.shopify import FeedSettings
from sync.stores.shopify_rounds import Mark, Rounds
from sync.stores.shopify_wire import Info, Nodes, PageAnswer, Person

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
FARTHEST = 25_000


class Listed:
    """A list as Shopify gives it: sorted, found from a time on, and never for long."""

    def __init__(self, rows: list[Person]) -> None:
        self._rows = rows
        self._times = [row.updated_at for row in rows]
        self.farthest = 0

    def ask(self, query: str | None, first: int, after: str | None) -> PageAnswer[Person]:
        since = datetime.fromisoformat(query.partition("'")[2].rstrip("'")) if query else BEGAN
        start = bisect_left(self._times, since)
        place = int(after) if after else 0
        self.farthest = max(self.farthest, place + first)
        some = self._rows[start + place : start + place + first]
        more = start + place + first < len(self._rows)
        return PageAnswer(Nodes(some, Info(more, str(place + len(some)))))


def person(n: int, at: datetime) -> Person:
    return Person(id=f"gid://shopify/Customer/{n}", updated_at=at)


def drain(rounds: Rounds[Person], cursor: str | None = None) -> tuple[list[str], str]:
    seen: list[str] = []
    for _ in range(2000):
        step = rounds.step(cursor)
        seen += [row.id for row in step.rows]
        cursor = step.cursor
        if not step.more:
            return seen, cursor
    raise AssertionError("a round never ends")


def test_a_list_that_is_longer_than_shopify_lets_anybody_read_is_read_whole():
    rows = [person(n, BEGAN + timedelta(seconds=n // 3)) for n in range(60_000)]
    listed = Listed(rows)
    rounds = Rounds(listed.ask, page_size=250, overlap=timedelta(minutes=5))
    seen, cursor = drain(rounds)
    assert set(seen) == {row.id for row in rows}
    assert len(seen) < len(rows) + 10, "hardly anything is told twice"
    assert listed.farthest <= FARTHEST
    assert len(cursor) < 20_000
    assert drain(rounds, cursor)[0] == []


def test_many_rows_of_one_moment_do_not_hold_a_round_for_ever():
    rows = [person(n, BEGAN) for n in range(24_000)]
    listed = Listed(rows)
    seen, _ = drain(Rounds(listed.ask, page_size=250, overlap=timedelta(minutes=5)))
    assert set(seen) == {row.id for row in rows}
    assert listed.farthest <= FARTHEST


def test_what_the_index_shows_minutes_late_is_read_by_the_next_round():
    early, late, newest = (
        person(n, BEGAN + timedelta(minutes=10, seconds=second))
        for n, second in enumerate((0, 2, 300))
    )
    overlap = FeedSettings().overlap
    seen, cursor = drain(Rounds(Listed([early, newest]).ask, page_size=250, overlap=overlap))
    assert seen == [early.id, newest.id]
    indexed = Rounds(Listed([early, late, newest]).ask, page_size=250, overlap=overlap)
    seen, cursor = drain(indexed, cursor)
    assert seen == [late.id], "and nothing that came before comes again"
    assert drain(indexed, cursor)[0] == []


def test_a_page_too_dear_for_one_row_is_refused():
    def dear(_: str | None, first: int, __: str | None) -> PageAnswer[Person]:
        asked.append(first)
        raise Refused("too_large")

    asked: list[int] = []
    with pytest.raises(Refused):
        Rounds(dear, page_size=10, overlap=timedelta(0)).step(None)
    assert asked == [10, 5, 2, 1]


def test_a_cursor_says_no_more_than_it_must():
    assert msgspec.json.encode(Mark()) == b"{}"
