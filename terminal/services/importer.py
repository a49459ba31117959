"""Bringing points along: importing another system's members, and taking an import back.

A file is looked at to its end before anything is booked. What was booked stays whatever happens
next: running the same import again goes on after a power cut, and does nothing twice. Off the GUI
thread; other tills go on selling between two of its transactions.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from msgspec import structs

from terminal.ids import Clock, NewId, StaffId
from terminal.importing.booking import Booking
from terminal.importing.headers import guess_history, guess_members
from terminal.importing.history import HistoryReader
from terminal.importing.mapping import Mapping, as_toml, used
from terminal.importing.planning import Planner
from terminal.importing.problems import Finding, ImportStopped, Level, Report, RowRefused
from terminal.importing.reading import Shape, look
from terminal.importing.records import (
    ImportedRow,
    ImportId,
    ImportRecord,
    ImportState,
    RowState,
    import_id,
)
from terminal.importing.rows import MemberReader, Place
from terminal.importing.running import LIMIT, Cancelled, Progress, Run, Tally
from terminal.importing.scratch import Scratch
from terminal.importing.tasks import book_history, book_members, keep_history
from terminal.importing.undoing import Spent, Undoing
from terminal.ports import Database
from terminal.programs.calendar import zone
from terminal.services.models import Till
from terminal.services.standing import program_at


def nobody_cares(done: int, total: int) -> None:
    """Progress for nobody."""


def never() -> bool:
    """Nobody cancels."""
    return False


@dataclass(frozen=True, slots=True)
class Watching:
    """Who is told while it runs, and may stop it between two transactions."""

    report: Report
    progress: Progress = nobody_cares
    cancelled: Callable[[], bool] = never


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found out about the files, and the mapping with its guesses filled in."""

    mapping: Mapping
    members: Shape | None
    history: Shape | None

    @property
    def rows(self) -> int:
        """How many rows there are in both."""
        return sum(shape.rows for shape in (self.members, self.history) if shape)

    @property
    def first(self) -> Shape:
        """The members' file, or the history's where it comes alone."""
        shape = self.members or self.history
        if shape is None:
            raise ImportStopped(path="", problem="there is no file to import")
        return shape


@dataclass(frozen=True, slots=True)
class Imported:
    """How a run ended. ``record`` None: a trial run, which leaves nothing."""

    tally: Tally
    record: ImportRecord | None
    cancelled: bool


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How an undo ended: rows undone and left, points taken back, points that stay spent."""

    record: ImportRecord
    rows: int
    left: int
    points: int
    spent: int
    cancelled: bool


class ImportService:
    """Imports files and undoes imports."""

    def __init__(
        self,
        database: Database,
        till: Till,
        *,
        clock: Clock,
        new_id: NewId,
        staff_id: StaffId | None = None,
    ) -> None:
        self._database, self._till = database, till
        self._clock, self._new_id, self._staff_id = clock, new_id, staff_id

    def all(self) -> list[ImportRecord]:
        """Every import, newest first."""
        with self._database.read() as uow:
            return uow.imports.all()

    def look(self, mapping: Mapping, members: Path | None, history: Path | None = None) -> Looked:
        """Read the files to their ends and guess what the mapping leaves open.

        Raises ImportStopped for a file that can't be used.
        """
        country = self._till.country
        people = look(members, mapping.file, country) if members else None
        past = look(history, mapping.history.file, country) if history else None
        if people and not used(mapping.columns):
            mapping = structs.replace(mapping, columns=guess_members(people.header))
        if past and not used(mapping.history.columns):
            told = structs.replace(mapping.history, columns=guess_history(past.header))
            mapping = structs.replace(mapping, history=told)
        return Looked(mapping, people, past)

    # -- importing ---------------------------------------------------------------------------

    def run(self, looked: Looked, watching: Watching, *, trial: bool = False) -> Imported:
        """Import, or (``trial``) only say what would happen.

        Raises ImportStopped, NoProgram; what storage raises (DiskFull) leaves what was committed.
        """
        now = self._clock()
        with self._database.read() as uow:
            program = program_at(uow, now)
        place = Place(
            country=self._till.country, zone=zone(program.zone), currency=self._till.currency,
            language=self._till.language, now=now,
        )  # fmt: skip
        _check_consent(looked)
        mapping = looked.mapping
        people = MemberReader(looked.members, mapping, place) if looked.members else None
        past = HistoryReader(looked.history, mapping, place) if looked.history else None
        record = self._begin(looked, trial=trial)
        booking = Booking(
            import_id=record.id, mapping=mapping, till=self._till, program=program, now=now,
            new_id=self._new_id, staff_id=self._staff_id,
        )  # fmt: skip
        with Scratch() as scratch:
            run = Run(
                self._database, booking, scratch, record, watching.report, watching.progress,
                watching.cancelled, looked.rows, trial, self._last_number(record.id),
            )  # fmt: skip
            return self._run(run, looked, people, past)

    def _run(
        self, run: Run, looked: Looked, people: MemberReader | None, past: HistoryReader | None
    ) -> Imported:
        planner = Planner(run.booking.import_id, looked.mapping.policy, run.scratch)
        state = ImportState.DONE
        try:
            if looked.history and past:
                keep_history(run, looked.history, past)
            if looked.members and people:
                book_members(run, looked.members, people, planner, with_history=bool(past))
            if looked.history:
                book_history(run, looked.history)
        except Cancelled:
            state = ImportState.CANCELLED
        run.end(state)
        record = None if run.trial else run.record
        return Imported(run.tally, record, state is ImportState.CANCELLED)

    def _last_number(self, which: ImportId) -> int:
        with self._database.read() as uow:
            return uow.imports.last_number(which)

    def _begin(self, looked: Looked, *, trial: bool) -> ImportRecord:
        """The record as this run starts, put down before the first row."""
        now, shape, which = self._clock(), looked.first, import_id(looked.mapping.name)
        fresh = ImportRecord(
            id=which, name=looked.mapping.name, file=shape.path.name, digest=shape.digest,
            mapping=as_toml(looked.mapping), state=ImportState.RUNNING, till=self._till.code,
            staff_id=self._staff_id, started_at=now, changed_at=now,
        )  # fmt: skip
        with self._database.read() if trial else self._database.write() as uow:
            known = uow.imports.get(which)
            record = _again(known, fresh) if known else fresh
            if not trial:
                uow.imports.put(record)
                uow.commit()
        return record

    # -- undoing -----------------------------------------------------------------------------

    def undo(self, which: ImportId, spent: Spent, watching: Watching) -> TakenBack:
        """Take an import back, last row first. Raises ImportStopped for an unknown one.

        Rows whose points were spent since are left (``spent`` "refuse") or give what is left.
        """
        now = self._clock()
        with self._database.write() as uow:
            record = uow.imports.get(which)
            if record is None:
                raise ImportStopped(path="", problem=f"no import is called {which}")
            record = replace(record, state=ImportState.UNDOING, changed_at=now)
            uow.imports.put(record)
            top = uow.imports.last_number(which)
            uow.commit()
        undoing = Undoing(
            record=record, till=self._till, now=now, new_id=self._new_id, spent=spent,
            staff_id=self._staff_id,
        )  # fmt: skip
        return _TakingBack(self._database, undoing, watching).run(top)


class _TakingBack:
    """An undo under way, page by page from the last row to the first."""

    def __init__(self, database: Database, undoing: Undoing, watching: Watching) -> None:
        self._database, self._undoing, self._watching = database, undoing, watching
        self._record = undoing.record
        self._rows = self._left = self._points = self._spent = 0
        self._told: list[Finding] = []

    def run(self, top: int) -> TakenBack:
        cancelled = False
        for high in range(top, 0, -LIMIT):
            self._page(max(high - LIMIT, 0), high)
            self._watching.progress(top - max(high - LIMIT, 0), top)
            cancelled = self._watching.cancelled()
            if cancelled:
                break
        if not cancelled:
            self._end()
        return TakenBack(self._record, self._rows, self._left, self._points, self._spent, cancelled)

    def _page(self, low: int, high: int) -> None:
        with self._database.write() as uow:
            page = uow.imports.rows(self._record.id, low, high - low)
            for row in reversed(page):
                if row.state is not RowState.UNDONE:
                    try:
                        done = self._undoing.undo(uow, row)
                    except RowRefused as refused:
                        self._left += 1
                        self._tell(Level.REFUSED, row, refused.code, refused.details)
                        continue
                    self._count(row, done.points, done.spent, stays=done.stays)
            uow.imports.put(self._record)
            uow.commit()
        for finding in self._told:
            self._watching.report(finding)
        self._told.clear()

    def _count(self, row: ImportedRow, points: int, spent: int, *, stays: bool) -> None:
        self._rows += 1
        self._points += points
        self._spent += spent
        act = row.act.value
        self._record = replace(
            self._record,
            points=self._record.points - row.points,
            **{act: getattr(self._record, act) - 1},
        )
        if spent > 0:
            details: dict[str, object] = {"spent": spent, "points": row.points}
            self._tell(Level.NOTE, row, "took_what_was_left", details)
        if stays:
            self._tell(Level.NOTE, row, "member_stays", {})

    def _tell(self, level: Level, row: ImportedRow, code: str, details: dict[str, object]) -> None:
        value = row.key.partition(":")[2].partition("~")[0]
        self._told.append(Finding(level, self._record.file, row.line, code, "", value, details))

    def _end(self) -> None:
        state = ImportState.PARTLY_UNDONE if self._left else ImportState.UNDONE
        self._record = replace(self._record, state=state)
        with self._database.write() as uow:
            uow.imports.put(self._record)
            uow.commit()


def _again(known: ImportRecord, fresh: ImportRecord) -> ImportRecord:
    """The record of an import that is run once more."""
    return replace(
        known, file=fresh.file, digest=fresh.digest, mapping=fresh.mapping, state=fresh.state,
        till=fresh.till, staff_id=fresh.staff_id, changed_at=fresh.changed_at,
        runs=known.runs + 1,
    )  # fmt: skip


def _check_consent(looked: Looked) -> None:
    """Nobody is taken in without consent or another stated ground. Raises ImportStopped."""
    mapping = looked.mapping
    if looked.members and not mapping.columns.consent_programme and not mapping.consent.ground:
        raise ImportStopped(
            path=str(looked.members.path),
            problem="no column says that people agreed to the programme; name it as"
            " columns.consent_programme, or state in consent.ground why they are in it",
        )
