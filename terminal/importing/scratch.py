"""Scratch paper: what an import must remember while it reads, more than memory should hold.

A database of its own without a name, which SQLite keeps in memory as long as it is small, spills to
the machine's temporary folder, and takes away when it is closed. Nothing in it is worth keeping.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from terminal.entries import EntryKind
from terminal.ids import MemberId
from terminal.importing.history import HistoryRow

_TABLES = """
CREATE TABLE seen (token TEXT PRIMARY KEY, member_id TEXT, line INTEGER, digest TEXT) WITHOUT ROWID;
CREATE TABLE history (token TEXT, line INTEGER, at INTEGER, kind TEXT, points INTEGER,
    amount INTEGER, reference TEXT, digest TEXT, PRIMARY KEY (token, at, line)) WITHOUT ROWID;
CREATE TABLE claimed (token TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """Which line of the file named a card, phone, e-mail or key first, and whose it is."""

    member_id: MemberId
    line: int
    digest: str


@dataclass(frozen=True, slots=True)
class Past:
    """All history of one member, oldest first. ``digest`` tells it from a changed one."""

    rows: tuple[HistoryRow, ...] = ()
    digest: str = ""

    @property
    def points(self) -> int:
        """What it adds up to."""
        return sum(row.points for row in self.rows)


class Scratch:
    """Remembers; a context manager. Used by one thread."""

    def __enter__(self) -> Self:
        self._paper = sqlite3.connect("", isolation_level=None)
        self._paper.executescript("PRAGMA cache_size = -8000; PRAGMA journal_mode = OFF;" + _TABLES)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._paper.close()

    def see(self, tokens: Iterable[str], seen: Seen) -> None:
        """Remember whose these are; the first line that named them stays."""
        self._paper.executemany(
            "INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?)",
            ((token, seen.member_id, seen.line, seen.digest) for token in tokens),
        )

    def seen(self, token: str) -> Seen | None:
        """Who was named so before."""
        row = self._paper.execute(
            "SELECT member_id, line, digest FROM seen WHERE token = ?", (token,)
        ).fetchone()
        return None if row is None else Seen(MemberId(row[0]), row[1], row[2])

    def keep(self, row: HistoryRow) -> None:
        """Keep a movement until its member comes by."""
        values = (
            row.token, row.line, (row.at - _EPOCH) // _MICRO, row.kind.value, row.points,
            row.amount, row.reference, row.digest,
        )  # fmt: skip
        self._paper.execute("INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def past(self, tokens: Iterable[str]) -> Past:
        """The history kept under any of these, which nobody claimed so far."""
        rows = [row for token in tokens for row in self._rows(token)]
        rows.sort(key=lambda row: (row.at, row.line))
        told = hashlib.sha256("\x1e".join(row.digest for row in rows).encode())
        return Past(tuple(rows), told.hexdigest()[:32] if rows else "")

    def claim(self, past: Past) -> None:
        """This history has found its member."""
        tokens = {(row.token,) for row in past.rows}
        self._paper.executemany("INSERT OR IGNORE INTO claimed VALUES (?)", tokens)

    def unclaimed(self, after: str, limit: int) -> list[str]:
        """Whose history nobody claimed so far: names above ``after``, in order."""
        found = self._paper.execute(
            "SELECT DISTINCT token FROM history WHERE token > ? AND token NOT IN claimed"
            " ORDER BY token LIMIT ?",
            (after, limit),
        )
        return [token for (token,) in found]

    def _rows(self, token: str) -> Iterator[HistoryRow]:
        found = self._paper.execute(
            "SELECT line, at, kind, points, amount, reference, digest FROM history"
            " WHERE token = ? AND token NOT IN claimed ORDER BY at, line",
            (token,),
        )
        for line, at, kind, points, amount, reference, digest in found:
            yield HistoryRow(
                line=line, token=token, at=_EPOCH + at * _MICRO, kind=EntryKind(kind),
                points=points, amount=amount, reference=reference, digest=digest,
            )  # fmt: skip
