"""What SQLite's failures mean to people: the border where its exceptions stop.

A full disk is ``DiskFull``; a damaged, foreign, read-only or unreachable file is ``DatabaseBroken``
with one of the sentences below as its problem; a lock that nobody gives up is ``DataInUse``.
What breaks a rule of the schema is a mistake in the program: ``RuleError``.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from terminal.errors import DatabaseBroken, DataInUse, DiskFull

DAMAGED = "the file is damaged"
NOT_OURS = "the file is not a database of this program"
READ_ONLY = "the file is read-only"
UNREACHABLE = "the file can't be read or written"

_FULL, _BUSY, _LOCKED, _CONSTRAINT = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CONSTRAINT,
)
_PROBLEMS = {
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: NOT_OURS,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: UNREACHABLE,
    sqlite3.SQLITE_IOERR: UNREACHABLE,
    sqlite3.SQLITE_PERM: UNREACHABLE,
    sqlite3.SQLITE_AUTH: UNREACHABLE,
}


class RuleError(ValueError):
    """A row that breaks a rule of the schema. ``foreign`` when it names something that isn't."""

    def __init__(self, words: str, *, foreign: bool) -> None:
        super().__init__(words)
        self.foreign = foreign


def meaning(error: BaseException, path: Path) -> Exception | None:
    """The refusal (or mistake) behind an exception of sqlite3; None when it is unheard of."""
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return None
    main = code & 0xFF
    if main == _FULL:
        return DiskFull(path=str(path))
    if main in (_BUSY, _LOCKED):
        return DataInUse(path=str(path))
    if main in _PROBLEMS:
        return DatabaseBroken(path=str(path), problem=_PROBLEMS[main])
    if main == _CONSTRAINT:
        return RuleError(str(error), foreign=code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY)
    return None


def reader_meaning(error: BaseException, path: Path) -> Exception | None:
    """The same on a connection for reading, where a refused write is our own mistake."""
    known = meaning(error, path)
    if getattr(known, "details", {}).get("problem") == READ_ONLY:
        return RuntimeError("a unit of work for reading tried to write")
    return known


def translate(engine: Engine, path: Path, *, only_read: bool) -> None:
    """Let this engine raise meanings instead of its driver's exceptions."""
    look = reader_meaning if only_read else meaning

    def handle(context: ExceptionContext) -> Exception | None:
        return look(context.original_exception, path)

    event.listen(engine, "handle_error", handle)


@contextmanager
def meanings(path: Path) -> Iterator[None]:
    """The same for plain ``sqlite3`` calls."""
    try:
        yield
    except sqlite3.Error as error:
        known = meaning(error, path)
        if known is None:
            raise
        raise known from error
