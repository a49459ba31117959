"""Many members at once, for measuring: a million people who don't exist.

Rows go in as plain tuples, with the indexes away, so that a large shop is made in seconds. What is
made is whole: words to search by, cards with check digits, and accounts that follow from entries.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from terminal.cards import own_card
from terminal.db.columns import metadata
from terminal.db.connections import connect
from terminal.db.searching import SEPARATOR
from terminal.db.unit_of_work import SqlDatabase
from terminal.db.values import micros, moment, to_json
from terminal.folding import fold
from terminal.ids import EntryId
from terminal.ledger import Lot

CARD_PREFIX = "29"
_BATCH = 20_000
_TABLES = ("members", "cards", "ledger_entries", "accounts")

_PEOPLE = (
    # language, start of phone numbers, given names, stems of family names: nobody's names
    ("el", "+3069", ("Άννα", "Ελένη", "Γιώργος", "Μαρία", "Νίκος"),
     ("Παράδειγμα", "Δείγμα", "Υπόδειγμα", "Πρότυπο")),
    ("bg", "+3598", ("Йоана", "Елена", "Георги", "Мария", "Никола"),
     ("Примерова", "Образцова", "Мострова", "Проба")),
    ("hu", "+3630", ("Győző", "Ágnes", "Ödön", "Mária", "Zsófi"),
     ("Példa", "Minta", "Próba", "Mintás")),
    ("pl", "+4851", ("Łucja", "Anna", "Żaneta", "Maria", "Jan"),
     ("Przykład", "Wzór", "Próbka", "Wzorcowa")),
    ("he", "+9725", ("מרים", "דנה", "אורי", "נועם", "יעל"),
     ("דוגמה", "מדגם", "ניסיון", "תבנית")),
    ("en", "+4477", ("Anna", "Sam", "Maria", "Alex", "Robin"),
     ("Example", "Sample", "Specimen", "Pattern")),
)  # fmt: skip

_fold = cache(fold)


@dataclass(frozen=True, slots=True)
class _Seed:
    """One made-up member with a card and one entry; ``number`` counts from one."""

    number: int
    now: int

    @property
    def joined(self) -> int:
        """Some minute of the last five years."""
        return self.now - self.number * 7919 % 2_628_000 * 60_000_000

    def member(self) -> tuple[object, ...]:
        """A row of members."""
        n = self.number
        language, phones, given, stem = self._names()
        family = f"{stem} {n:06d}"
        key = f"{_fold(stem)} {n:06d}{SEPARATOR}{_fold(given)}"
        words = "".join(f" {word}" for word in self.words())
        phone = f"{phones}{n * 7_654_321 % 100_000_000:08d}"
        return (
            n, member_id(n), given, family, "", phone, f"member{n:06d}@example.com", language,
            "", "", self.joined, self.joined, key, words, phone[1:], phone[:0:-1],
            "[]", "", "", "", 0,
        )  # fmt: skip

    def words(self) -> list[str]:
        """Folded, sorted, each once."""
        _language, _phones, given, stem = self._names()
        return sorted((_fold(stem), f"{self.number:06d}", _fold(given)))

    def card(self) -> tuple[object, ...]:
        """A row of cards."""
        number = own_card(CARD_PREFIX, self.number)
        return (number, member_id(self.number), self.joined, "EAN-13", "active", number[::-1])

    def entry(self) -> tuple[object, ...]:
        """A row of ledger_entries."""
        n = self.number
        return (
            n, entry_id(n), member_id(n), "earn", self._points(), self.joined, "bulk", n, "shop",
            None, None, self._lapse(), "bulk", 1, "[]", None, "", "", "", None, "",
            0, 0, None, None,
        )  # fmt: skip

    def account(self) -> tuple[object, ...]:
        """A row of accounts: what the entry amounts to."""
        n, points, lapse = self.number, self._points(), self._lapse()
        lots = _lots(points, lapse).replace("ENTRY", entry_id(n))
        return (member_id(n), points, points, 0, lots, 1, self.joined, n, entry_id(n), lapse)

    def _points(self) -> int:
        return 50 + self.number % 1950

    def _lapse(self) -> int:
        # Whole days, all to come: nothing lapses while somebody measures.
        return self.now + (1 + self.number % 700) * 86_400_000_000

    def _names(self) -> tuple[str, str, str, str]:
        language, phones, given, stems = _PEOPLE[self.number % len(_PEOPLE)]
        turn = self.number // len(_PEOPLE)
        return language, phones, given[turn % 5], stems[turn // 5 % 4]


def member_id(number: int) -> str:
    """The id of the made-up member with this number."""
    return f"01900000-0000-7000-8000-{number:012d}"


def entry_id(number: int) -> EntryId:
    """The id of the one entry of that member."""
    return EntryId(f"01900000-0000-7000-9000-{number:012d}")


def seed_members(database: SqlDatabase, count: int, now: datetime) -> None:
    """Fill an empty database with ``count`` members, each with a card, an entry, an account."""
    with closing(connect(database.path, foreign_keys=False)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        connection.execute("CREATE TEMP TABLE seeded (word TEXT, name_key TEXT, no INTEGER)")
        connection.execute("BEGIN IMMEDIATE")
        indexes = dropped_indexes(connection, _TABLES)
        for first in range(1, count + 1, _BATCH):
            last = min(first + _BATCH, count + 1)
            _insert(connection, [_Seed(number, micros(now)) for number in range(first, last)])
        # In the order of its key a table without rowid is written from end to end.
        connection.execute("INSERT INTO member_words SELECT * FROM seeded ORDER BY 1, 2, 3")
        for index in indexes:
            connection.execute(index)
        connection.execute("COMMIT")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _insert(connection: sqlite3.Connection, seeds: list[_Seed]) -> None:
    members = [seed.member() for seed in seeds]
    put_rows(connection, "members", members)
    words = (
        (word, member[12], seed.number)
        for seed, member in zip(seeds, members, strict=True)
        for word in seed.words()
    )
    connection.executemany("INSERT INTO seeded VALUES (?, ?, ?)", words)
    put_rows(connection, "cards", (seed.card() for seed in seeds))
    put_rows(connection, "ledger_entries", (seed.entry() for seed in seeds))
    put_rows(connection, "accounts", (seed.account() for seed in seeds))


def put_rows(
    connection: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]
) -> None:
    """Insert rows that have a value for every column, in the order of the table."""
    places = ", ".join("?" * len(metadata.tables[table].columns))
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - our own


def dropped_indexes(connection: sqlite3.Connection, tables: Sequence[str]) -> list[str]:
    """Drop the indexes that can be dropped; what makes them again."""
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN (SELECT value FROM json_each(?))",
        (to_json(tuple(tables)),),
    ).fetchall()
    for name, _sql in found:
        connection.execute(f"DROP INDEX {name}")
    return [sql for _name, sql in found]


def _lots(points: int, lapse: int) -> str:
    return to_json((Lot(EntryId("ENTRY"), points, None, moment(lapse)),))
