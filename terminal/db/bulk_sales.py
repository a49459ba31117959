"""Many past sales at once, for measuring: what made-up members and guests bought in a year.

Each is whole: lines with what rules go by, a payment that is the bill, a place in time. Nothing was
earned by them; what they would earn is what a simulation is there to tell.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from terminal.db.bulk import dropped_indexes, member_id, put_rows
from terminal.db.connections import connect
from terminal.db.unit_of_work import SqlDatabase
from terminal.db.values import micros

TILL = "past"
GUESTS = 10
"""Every tenth sale is a guest's."""
_BATCH = 20_000
_YEAR = 365 * 86_400_000_000
_SHELF = tuple(
    (f"BULK-{number:02d}", f"Sample {number:02d}", 90 + number * 137 % 1900, category, brand)
    for number, (category, brand) in enumerate(
        [
            (category, brand)
            for category in ("bread", "coffee", "oil", "sweets", "tea", "wine")
            for brand in ("Example", "Specimen", "")
        ]
    )
)
"""SKU, name, price, category, brand."""


@dataclass(frozen=True, slots=True)
class _Past:
    """One sale; ``number`` counts from one, up to ``count``."""

    number: int
    count: int
    members: int
    now: int

    def lines(self) -> "list[tuple[object, ...]]":
        """Rows of sale_lines: one to four."""
        n = self.number
        return [
            (
                n, place, sku, name, price, 1 + (n + place) % 3, 0, "", 0, 0, category, brand, "[]",
                2400, 0, "goods",
            )
            for place, (sku, name, price, category, brand) in enumerate(self._bought())
        ]  # fmt: skip

    def sale(self) -> "tuple[object, ...]":
        """A row of sales."""
        n = self.number
        paid = sum(
            price * (1 + (n + place) % 3)
            for place, (_sku, _name, price, _category, _brand) in enumerate(self._bought())
        )
        tenders = f'[{{"kind":"card","amount":{paid},"code":""}}]'
        return (
            n, f"01900000-0000-7000-a000-{n:012d}", f"{TILL}-{n:06d}", TILL, n, "bulk",
            self._whose(), "EUR", 0, 0, 0, tenders, 0, paid, self._at(), "[]", paid,
        )  # fmt: skip

    def _bought(self) -> "list[tuple[str, str, int, str, str]]":
        n = self.number
        return [_SHELF[(n * 7 + place * 5) % len(_SHELF)] for place in range(1 + n % 4)]

    def _whose(self) -> str | None:
        n = self.number
        return None if n % GUESTS == 0 else member_id(1 + n * 7919 % self.members)

    def _at(self) -> int:
        return self.now - _YEAR + _YEAR * self.number // (self.count + 1)


def seed_sales(database: SqlDatabase, count: int, members: int, now: datetime) -> None:
    """The sales of the year before ``now``, oldest first, in a database of ``seed_members`` that
    has at least so many ``members`` and no sales yet."""
    with closing(connect(database.path, foreign_keys=False)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        connection.execute("BEGIN IMMEDIATE")
        indexes = dropped_indexes(connection, ("sales",))
        for some in _in_batches(count, members, micros(now)):
            put_rows(connection, "sales", (past.sale() for past in some))
            put_rows(connection, "sale_lines", (line for past in some for line in past.lines()))
        for index in indexes:
            connection.execute(index)
        connection.execute("COMMIT")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def year_before(now: datetime) -> tuple[datetime, datetime]:
    """The window in which these sales are."""
    return now - timedelta(microseconds=_YEAR), now


def _in_batches(count: int, members: int, now: int) -> Iterator[list[_Past]]:
    for first in range(1, count + 1, _BATCH):
        last = min(first + _BATCH, count + 1)
        yield [_Past(number, count, members, now) for number in range(first, last)]
