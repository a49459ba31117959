"""A durable sale: five lines, a member, points redeemed and earned, slip and messages.

The floor writes the very same rows (read back from the product's file after each sale) into a copy
of the file, by plain ``sqlite3`` in one transaction, as durably. Afterwards both files must hold
the same. How often a sale waits for the disk is counted in a process of its own under strace.
"""

# ruff: noqa: S608 - the names in the statements are those of our own tables
from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from terminal.db.bulk import member_id
from terminal.db.engine import open_database
from terminal.ids import MemberId
from terminal.services.suite import Services
from tests.bench.figures import Aim, Figure, Scale, in_turns, timed
from tests.bench.shops import ROOT, make_shop, request_for, services_over

AIM = Aim(p99=25, ratio=3)
MEMBERS = 10_000
POINTS = 200
WARM_UP = 20
NUMBERED = (("sales", "no"), ("ledger_entries", "no"), ("slips", "no"), ("outbox", "number"))
"""What a sale appends to, with the column that tells which rows are new."""
_WROTE = (*(table for table, _ in NUMBERED), "sale_lines", "accounts", "till_numbers")
_SYNC = re.compile(r"^\d+ +(?:fsync|fdatasync|msync|sync_file_range)\(", re.MULTILINE)
Row = tuple[Any, ...]


def buyers() -> list[MemberId]:
    """Made-up members that have the points to redeem."""
    numbers = (n for n in range(1, MEMBERS + 1) if 50 + n % 1950 >= 2 * POINTS)
    return [MemberId(member_id(n)) for n in numbers]


class Seller:
    """Sells to one member after the other."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._buyers = buyers()
        self._turn = count()

    def sell(self) -> float:
        """Milliseconds of one sale; what it is made of is ready before."""
        member = self._buyers[next(self._turn) % len(self._buyers)]
        request = request_for(self._services, member, POINTS)
        return timed(lambda: self._services.counter.sell(request))


@dataclass
class Floor:
    """Plain ``sqlite3`` over a copy; ``book`` writes what the product wrote since the last time."""

    product: sqlite3.Connection
    copy: sqlite3.Connection
    seen: dict[str, int] = field(default_factory=dict)

    def look(self) -> None:
        """What is there now is in both."""
        for table, number in NUMBERED:
            found = self.product.execute(f"SELECT max({number}) FROM {table}").fetchone()[0]
            self.seen[table] = found or 0

    def book(self) -> float:
        """Milliseconds for the same rows; they are read before the clock starts."""
        statements = self._statements()

        def write() -> None:
            execute = self.copy.execute
            execute("BEGIN IMMEDIATE")
            for statement, values in statements:
                execute(statement, values)
            execute("COMMIT")

        took = timed(write)
        self.look()
        return took

    def _statements(self) -> list[tuple[str, Row]]:
        made: list[tuple[str, Row]] = []
        for table, number in NUMBERED:
            rows = self._rows(f"SELECT * FROM {table} WHERE {number} > ?", (self.seen[table],))
            made += [(_insert(table, row), row) for row in rows]
        new_sales = (self.seen["sales"],)
        lines = self._rows("SELECT * FROM sale_lines WHERE sale_no > ?", new_sales)
        made += [(_insert("sale_lines", row), row) for row in lines]
        accounts = self._rows(
            "SELECT * FROM accounts WHERE member_id IN (SELECT member_id FROM sales WHERE no > ?)",
            new_sales,
        )
        made += [(self._update("accounts"), (*row[1:], row[0])) for row in accounts]
        numbers = self._rows("SELECT * FROM till_numbers", ())
        return made + [(self._update("till_numbers"), (*row[1:], row[0])) for row in numbers]

    def _rows(self, statement: str, values: Row) -> list[Row]:
        return self.product.execute(statement, values).fetchall()

    def _update(self, table: str) -> str:
        names = [row[1] for row in self.copy.execute(f"PRAGMA table_info({table})")]
        changes = ", ".join(f"{name} = ?" for name in names[1:])
        return f"UPDATE {table} SET {changes} WHERE {names[0]} = ?"

    def difference(self) -> list[str]:
        """Tables in which the two files are not the same."""
        return [
            table
            for table in _WROTE
            if self._rows(f"SELECT * FROM {table}", ())
            != self.copy.execute(f"SELECT * FROM {table}").fetchall()
        ]


def _insert(table: str, row: Row) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})"


def durable(path: Path) -> sqlite3.Connection:
    """A plain connection that is as careful as the product's."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON",
                   "cache_size = -16000"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
    return connection


def measure(scale: Scale) -> list[Figure]:
    """``sale``."""
    with tempfile.TemporaryDirectory(prefix="till-bench-") as name:
        folder = Path(name)
        file, copy = folder / "till.db", folder / "copy.db"
        make_shop(file, MEMBERS)
        _sell_some(file)
        shutil.copy(file, copy)
        ours, floor = _in_turns(file, copy, scale.sales)
        note = f"one transaction, WAL and FULL; {syncs_told(folder, scale.synced_sales)}"
    return [Figure("sale", "ms", ours, floor, f"{note}; floor: the same rows, sqlite3", AIM)]


def _sell_some(file: Path) -> None:
    """The first sales fill what every file has only once."""
    database = open_database(file)
    try:
        seller = Seller(services_over(database))
        for _ in range(WARM_UP):
            seller.sell()
    finally:
        database.close()


def _in_turns(file: Path, copy: Path, sales: int) -> tuple[list[float], list[float]]:
    database = open_database(file)
    try:
        seller = Seller(services_over(database))
        with closing(sqlite3.connect(file)) as look, closing(durable(copy)) as bare:
            floor = Floor(look, bare)
            floor.look()
            taken = in_turns(
                sales, lambda _: seller.sell(), lambda _: floor.book(), warm_up=WARM_UP, swap=False
            )
            different = floor.difference()
            if different:
                raise RuntimeError(f"the floor wrote something else: {', '.join(different)}")
            return taken
    finally:
        database.close()


# -- waiting for the disk ------------------------------------------------------------------------


def syncs_told(folder: Path, sales: int) -> str:
    """How often a sale waits for the disk, in words."""
    strace = shutil.which("strace")
    if strace is None:
        return "strace is missing, so the waits for the disk were not counted"
    counts = count_syncs(strace, folder, sales)
    once, more = counts.count(1), sum(counts) - len(counts)
    told = f"{once} of {sales} sales waited for the disk once"
    return told + (f", writing back the log every 1,000 pages added {more} waits" if more else "")


def count_syncs(strace: str, folder: Path, sales: int) -> list[int]:
    """How often each of so many sales synced a file.

    A commit syncs the log. When the log has a thousand pages it is written back into the database
    file by whoever is at hand; that syncs both files, and the next sale syncs the log's new header.
    """
    file, trace = folder / "synced.db", folder / "trace"
    make_shop(file, MEMBERS)
    subprocess.run(
        [strace, "-f", "-y", "-o", trace,
         "-e", "trace=fsync,fdatasync,msync,sync_file_range,write",
         sys.executable, "-m", "tests.bench.measure_sale", file, str(sales)],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    _before, *after = trace.read_text("utf-8", "replace").split('"sold')
    return [len(_SYNC.findall(part)) for part in after[:-1]]


def _sell_in_view(file: Path, sales: int) -> None:
    """What strace looks at: each sale begins with a word on the standard output."""
    database = open_database(file)
    try:
        seller = Seller(services_over(database))
        for _ in range(5):
            seller.sell()
        with closing(durable(file)) as bare:
            bare.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        seller.sell()  # the first commit into an empty log syncs its header as well
        for _ in range(sales + 1):
            os.write(1, b"sold\n")
            seller.sell()
    finally:
        database.close()


if __name__ == "__main__":
    _sell_in_view(Path(sys.argv[1]), int(sys.argv[2]))
