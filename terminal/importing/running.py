"""One run of an import: rows from the files through reading and planning into the books.

Transactions hold at most ``LIMIT`` rows; between two of them a run can be cancelled, and after a
power cut the same run goes on. A trial run takes the same way and writes nothing.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from terminal.entries import LedgerEntry
from terminal.importing.booking import Booking
from terminal.importing.planning import Plan
from terminal.importing.problems import Finding, Level, Report, RowRefused
from terminal.importing.records import ImportedRow, ImportRecord, ImportState, RowAct, RowState
from terminal.importing.scratch import Past, Scratch
from terminal.ports import Database, UnitOfWork

LIMIT = 100
"""Rows, of members or of history, in one transaction."""

Progress = Callable[[int, int], None]
"""Told how many rows are done, of how many."""


class Cancelled(Exception):  # noqa: N818 - somebody's wish, not an error
    """A person stopped the run between two transactions."""


@dataclass(slots=True)
class Tally:
    """What a run did, or would do. ``points`` is the sum of the entries it booked."""

    read: int = 0
    created: int = 0
    updated: int = 0
    merged: int = 0
    history: int = 0
    movements: int = 0
    """History rows that were taken."""
    known: int = 0
    """Rows that were in the books before."""
    repeated: int = 0
    skipped: int = 0
    refused: int = 0
    points: int = 0


class Task(Protocol):
    """Something to do in a transaction; ``weight`` counts its rows."""

    @property
    def weight(self) -> int: ...
    def do(self, uow: UnitOfWork) -> "Task | None":
        """What must be done in a later transaction, if anything."""


@dataclass(slots=True)
class Run:
    """A run under way: the only thing here that changes."""

    database: Database
    booking: Booking
    scratch: Scratch
    record: ImportRecord
    report: Report
    progress: Progress
    cancelled: Callable[[], bool]
    total: int
    trial: bool
    number: int = 0
    tally: Tally = field(default_factory=Tally)
    _queue: deque[Task] = field(default_factory=deque)
    _told: list[Finding] = field(default_factory=list)

    # -- telling -----------------------------------------------------------------------------

    def tell(self, level: Level, file: Path, line: int, refused: RowRefused) -> None:
        """A line of the report, given out once its transaction is safe."""
        self.tally.refused += level is Level.REFUSED
        self._told.append(
            Finding(level, file.name, line, refused.code, refused.column, refused.value,
                    refused.details)
        )  # fmt: skip

    def note(self, file: Path, at: int, code: str, **details: object) -> None:
        """Something worth knowing about the row at this line, which was taken."""
        refused = RowRefused(code)
        refused.details = details
        self.tell(Level.NOTE, file, at, refused)

    def tell_all(self) -> None:
        """Give out what was found so far, in the order of the file."""
        for finding in sorted(self._told, key=lambda finding: finding.line):
            self.report(finding)
        self._told.clear()

    def read_one(self) -> None:
        """Count a row of a file."""
        self.tally.read += 1

    # -- transactions ------------------------------------------------------------------------

    def add(self, task: Task) -> None:
        """Queue a task; a full queue is done."""
        self._queue.append(task)
        if len(self._queue) >= LIMIT:
            self.flush()

    def flush(self) -> None:
        """Do what is queued, in transactions of at most ``LIMIT`` rows."""
        while self._queue:
            with self.database.read() if self.trial else self.database.write() as uow:
                self._fill(uow)
                self._close(uow)
            self.between()
        self.tell_all()

    def _fill(self, uow: UnitOfWork) -> None:
        weight = 0
        while self._queue and (weight == 0 or weight + self._queue[0].weight <= LIMIT):
            task = self._queue.popleft()
            weight += task.weight
            if (rest := task.do(uow)) is not None:
                self._queue.appendleft(rest)

    def _close(self, uow: UnitOfWork) -> None:
        if not self.trial:
            uow.imports.put(self.record)
            uow.commit()

    def between(self) -> None:
        """Say how far it is, and stop where a person wants it. Raises Cancelled."""
        self.progress(self.tally.read, self.total)
        if self.cancelled():
            raise Cancelled

    # -- booking -----------------------------------------------------------------------------

    def book(self, uow: UnitOfWork, plan: Plan, past: Past) -> Task | None:
        """Book a planned row, all but the entries that a later transaction must take."""
        entries = self.booking.entries(plan, past)
        again = plan.known is not None and plan.known.state is RowState.OPEN
        self._count(plan, past, entries, again=again)
        if self.trial:
            return None
        if again and plan.known is not None:
            given = plan.known.cards, plan.known.consents
        else:
            given = self.booking.person(uow, plan)
        if plan.known is None:
            self.number += 1
        row = self.booking.record(plan, self.number, past, entries, given)
        if again and plan.known is not None:
            row = replace(row, before=plan.known.before, changed_at=plan.known.changed_at)
        return Rest(self, row, entries).do(uow)

    def _count(self, plan: Plan, past: Past, entries: list[LedgerEntry], *, again: bool) -> None:
        act, points = (plan.act or RowAct.HISTORY).value, sum(e.points for e in entries)
        setattr(self.tally, act, getattr(self.tally, act) + 1)
        self.tally.movements += len(past.rows)
        self.tally.points += points
        if not again:
            self.record = replace(
                self.record,
                points=self.record.points + points,
                **{act: getattr(self.record, act) + 1},
            )

    def end(self, state: ImportState) -> None:
        """Put down how the run ended."""
        self.tell_all()
        if self.trial:
            return
        self.record = replace(
            self.record, state=state, refused=self.tally.refused, skipped=self.tally.skipped
        )
        with self.database.write() as uow:
            uow.imports.put(self.record)
            uow.commit()


@dataclass(slots=True)
class Rest:
    """The entries of a row that are still to be booked; the row is OPEN until the last is."""

    run: Run
    row: ImportedRow
    entries: list[LedgerEntry]

    @property
    def weight(self) -> int:
        return min(max(len(self.entries), 1), LIMIT)

    def do(self, uow: UnitOfWork) -> Task | None:
        now, later = self.entries[:LIMIT], self.entries[LIMIT:]
        self.run.booking.append(uow, now)
        uow.imports.put_row(replace(self.row, state=RowState.OPEN if later else RowState.BOOKED))
        return Rest(self.run, self.row, later) if later else None
