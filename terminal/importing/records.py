"""What is kept of an import: enough to go on after a power cut, to do nothing twice, and to undo.

One record per import *name*; its id follows from the name (``import_id``). One row per line that
changed something. A row is put in the same transaction as what it tells of, and is never deleted:
after an undo it says so, and importing the file again takes the row's next ``turn``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol

from terminal.ids import CardNumber, EntryId, MemberId, StaffId, TillCode, derived_id

ImportId = NewType("ImportId", str)


def import_id(name: str) -> ImportId:
    """The id of the import of this name, on every till."""
    return ImportId(derived_id("import", name))


class ImportState(StrEnum):
    """How far an import has come."""

    RUNNING = "running"
    """Under way, or interrupted: running it again goes on where it stopped."""
    CANCELLED = "cancelled"
    """A person stopped it; what was booked stays until it is undone or run again."""
    DONE = "done"
    UNDOING = "undoing"
    """An undo is under way, or was interrupted."""
    PARTLY_UNDONE = "partly_undone"
    """Some rows were left because their points were spent since."""
    UNDONE = "undone"


class RowState(StrEnum):
    """How far one row has come."""

    OPEN = "open"
    """Its first entries are in the books, the rest follow in later transactions."""
    BOOKED = "booked"
    UNDONE = "undone"


class RowAct(StrEnum):
    """What a row did."""

    CREATED = "created"
    """A new member."""
    UPDATED = "updated"
    """The profile of a member who was there."""
    MERGED = "merged"
    """Points and cards for a member who was there."""
    HISTORY = "history"
    """Only history entries for a member who was there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """One import as a whole. Times are aware UTC; ``mapping`` is the TOML text that was used.

    Counts are of rows in state OPEN or BOOKED, except ``refused`` and ``skipped``: those of the
    last run. ``points`` is the sum of what the rows' entries moved, undone rows left out.
    """

    id: ImportId
    name: str
    file: str
    """Name of the members' file (or the history's, where it came alone), without its folder."""
    digest: str
    """SHA-256 of that file, hexadecimal."""
    mapping: str
    state: ImportState
    till: TillCode
    staff_id: StaffId | None = None
    started_at: datetime
    changed_at: datetime
    runs: int = 1
    created: int = 0
    updated: int = 0
    merged: int = 0
    history: int = 0
    skipped: int = 0
    refused: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """What one row of a file did. (``import_id``, ``key``) is unique; ``number`` counts the rows
    of an import from 1 in the order in which they were first put, and never changes.

    ``entries`` name every ledger entry of this turn, also those that an OPEN row still has to
    book. ``cards`` are those that the row gave. ``before`` and ``facts`` are JSON texts that
    storage keeps as they are: the member as it was before an update, and what the file said that
    has no other place (tier, segments, lifetime spend).
    """

    import_id: ImportId
    key: str
    number: int
    line: int
    act: RowAct
    state: RowState
    turn: int = 1
    member_id: MemberId
    points: int = 0
    """The sum of its entries."""
    entries: tuple[EntryId, ...] = ()
    cards: tuple[CardNumber, ...] = ()
    consents: tuple[str, ...] = ()
    digest: str = ""
    """Of the row's own values: tells the same row from a changed one."""
    history: str = ""
    """Of the history booked with it, "" for none."""
    before: str = ""
    facts: str = ""
    changed_at: datetime


class ImportRecords(Protocol):
    """Imports and their rows."""

    def put(self, record: ImportRecord) -> None:
        """Insert or replace by id."""

    def get(self, import_id: ImportId) -> ImportRecord | None: ...
    def all(self) -> list[ImportRecord]:
        """Newest ``started_at`` first."""

    def put_row(self, row: ImportedRow) -> None:
        """Insert or replace by (import_id, key). Raises UnknownMember for a member that is not
        there."""

    def row(self, import_id: ImportId, key: str) -> ImportedRow | None: ...
    def rows(self, import_id: ImportId, after: int, limit: int) -> Sequence[ImportedRow]:
        """Rows with a number above ``after``, by number, at most ``limit``: pages, so that nobody
        holds a million of them or a cursor open while writing."""

    def of_member(self, member_id: MemberId) -> list[ImportedRow]:
        """What any import ever did to one member; looks through the rows of all of them."""

    def last_number(self, import_id: ImportId) -> int:
        """The highest number of its rows, 0 for none."""
