"""Reading a Shopify list of what changed, page by page, with nothing left out.

Lists are found by searching, and the index is behind: a row that changed now is found seconds or
minutes later. So each round steps back a few minutes, and rows that come again as they were are
dropped. Customers are found by whole days only: what is older than asked for is dropped as well. No
list goes on for more than 25,000 rows: a long one is begun anew from the row where it stands.
"""

import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

import msgspec

from sync.errors import Refused
from sync.stores.shopify_wire import Nodes, PageAnswer

_LONGEST: Final = 20_000
_REMEMBERED: Final = 400


class Row(Protocol):
    """Something with an id and a time."""

    @property
    def id(self) -> str: ...

    @property
    def updated_at(self) -> datetime | None: ...


R = TypeVar("R", bound=Row)
Ask = Callable[[str | None, int, str | None], PageAnswer[R]]
"""(query, rows, after) -> a page."""


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a reader stands. ``since`` is fixed during a round; ``newest`` is the latest time in it
    so far, ``seen`` what the rows near it looked like."""

    since: datetime | None = None
    after: str | None = None
    newest: datetime | None = None
    rows: int = 0
    seen: tuple[str, ...] = ()


class Step(Generic[R]):
    """What a page brought: rows that are new or changed, and where to go on."""

    __slots__ = ("cursor", "more", "rows")

    def __init__(self, rows: list[R], cursor: str, *, more: bool) -> None:
        self.rows = rows
        self.cursor = cursor
        self.more = more


class Rounds(Generic[R]):
    """Rounds over one list."""

    def __init__(self, ask: Ask[R], *, page_size: int, overlap: timedelta) -> None:
        self._ask = ask
        self._size = page_size
        self._overlap = overlap

    def step(self, cursor: str | None) -> Step[R]:
        """The page after ``cursor``."""
        mark = _read(cursor)
        page = self._page(mark)
        known = set(mark.seen)
        new = [
            row for row in page.nodes
            if _print(row) not in known and not _is_older(row, mark.since)
        ]  # fmt: skip
        mark = self._advanced(mark, page)
        if page.page_info.has_next_page and page.nodes:
            return Step(new, _write(mark), more=True)
        return Step(new, _write(self._round_done(mark)), more=False)

    def _page(self, mark: Mark) -> Nodes[R]:
        query = f"updated_at:>='{mark.since.astimezone(UTC).isoformat()}'" if mark.since else None
        while True:
            try:
                return self._ask(query, self._size, mark.after).page
            except Refused as error:
                if error.problem != "too_large" or self._size <= 1:
                    raise
            self._size //= 2  # this shop's rows are dearer than we thought

    def _advanced(self, mark: Mark, page: Nodes[R]) -> Mark:
        times = [row.updated_at for row in page.nodes if row.updated_at]
        newest = max([*times, *([mark.newest] if mark.newest else [])], default=None)
        seen = (*mark.seen, *(_print(row) for row in page.nodes))[-_REMEMBERED:]
        rows = mark.rows + len(page.nodes)
        if rows >= _LONGEST and newest and (mark.since is None or newest > mark.since):
            return Mark(newest, None, newest, 0, seen)
        return Mark(mark.since, page.page_info.end_cursor, newest, rows, seen)

    def _round_done(self, mark: Mark) -> Mark:
        back = mark.newest - self._overlap if mark.newest else None
        later = max((time for time in (mark.since, back) if time), default=None)
        return Mark(later, seen=tuple(dict.fromkeys(reversed(mark.seen)))[::-1])


def _is_older(row: Row, since: datetime | None) -> bool:
    return since is not None and row.updated_at is not None and row.updated_at < since


def _print(row: Row) -> str:
    """What a row looks like, in short."""
    number = row.id.rpartition("/")[2]
    return f"{number}:{zlib.crc32(msgspec.json.encode(row)):x}"


def _read(cursor: str | None) -> Mark:
    if not cursor:
        return Mark()
    try:
        return msgspec.json.decode(cursor, type=Mark)
    except (msgspec.DecodeError, UnicodeEncodeError):
        # From the beginning is slow, but nothing is taken twice and nothing is left out.
        return Mark()


def _write(mark: Mark) -> str:
    return msgspec.json.encode(mark).decode()
