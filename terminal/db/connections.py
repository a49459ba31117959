"""Connections to the file: how they are opened, held and lent.

Connections are held, never made per call, and used by one thread at a time. There is one for
writing, lent under a lock: SQLite's own waiting polls and oversleeps, a lock of this process does
not. Writers begin IMMEDIATE, so what they read stays true until they commit; a deferred BEGIN would
let two tills spend the same points. Readers begin plainly and can't change anything.
"""

import sqlite3
import threading
from collections import deque
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from terminal.db.failures import meaning, meanings, reader_meaning, translate
from terminal.errors import DataInUse

BUSY_MS = 5000
"""How long to wait for another writer before giving up."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",  # macOS: an fsync that reaches the disk
    "PRAGMA recursive_triggers = ON",  # or INSERT OR REPLACE would delete entries unseen
    "PRAGMA cache_size = -16000",
    "PRAGMA journal_size_limit = 67108864",
)


def connect(
    path: Path, *, busy_ms: int = BUSY_MS, only_read: bool = False, foreign_keys: bool = True
) -> sqlite3.Connection:
    """A connection that says BEGIN only when told to. Raises what ``meaning`` knows."""
    with meanings(path):
        connection = sqlite3.connect(
            path,
            timeout=busy_ms / 1000,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
            connection.execute(f"PRAGMA query_only = {'ON' if only_read else 'OFF'}")
        except sqlite3.Error:
            connection.close()
            raise
    return connection


def make_engine(
    path: Path, *, busy_ms: int = BUSY_MS, only_read: bool = False, foreign_keys: bool = True
) -> Engine:
    """An engine whose transactions begin as this module promises."""
    engine = create_engine(
        "sqlite://",
        creator=partial(
            connect, path, busy_ms=busy_ms, only_read=only_read, foreign_keys=foreign_keys
        ),
        poolclass=NullPool,
    )
    begin = "BEGIN" if only_read else "BEGIN IMMEDIATE"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    translate(engine, path, only_read=only_read)
    return engine


class Lane(Protocol):
    """Lends a connection to one unit of work at a time."""

    def take(self) -> Connection: ...
    def give_back(self, connection: Connection) -> None: ...
    def close(self) -> None: ...
    def meaning(self, error: sqlite3.Error) -> Exception | None: ...


class WriterLane:
    """The one connection for writing, and the lock around it."""

    def __init__(self, engine: Engine, path: Path, busy_ms: int) -> None:
        self._path, self._seconds = path, busy_ms / 1000
        self._lock = threading.Lock()
        self._holder: int | None = None
        self._connection: Connection | None = engine.connect()
        self._engine = engine

    def take(self) -> Connection:
        """Wait for other writers of this process. Raises DataInUse when they take too long."""
        if self._holder == threading.get_ident():
            raise RuntimeError("a unit of work for writing was opened inside another one")
        if not self._lock.acquire(timeout=self._seconds):
            raise DataInUse(path=str(self._path))
        if self._connection is None:
            self._lock.release()
            raise RuntimeError("the database is closed")
        self._holder = threading.get_ident()
        return self._connection

    def give_back(self, connection: Connection) -> None:
        self._holder = None
        try:
            _tidy(connection)
        finally:
            self._lock.release()

    def meaning(self, error: sqlite3.Error) -> Exception | None:
        """What a failure of the driver means here."""
        return meaning(error, self._path)

    def close(self) -> None:
        """After the unit of work under way; the log is written back into the file."""
        with self._lock:
            if self._connection is not None:
                _tidy(self._connection)
                with suppress(sqlite3.Error):  # on a full disk the next search is a little slower
                    self._connection.connection.cursor().execute("PRAGMA optimize")
                self._connection.close()
                self._connection = None
                self._engine.dispose()


class ReaderLane:
    """Connections for reading: as many as there ever were readers at once."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine, self._path = engine, path
        self._free: deque[Connection] = deque()
        self._closed = False

    def take(self) -> Connection:
        """One that is free, or a new one."""
        if self._closed:
            raise RuntimeError("the database is closed")
        try:
            return self._free.pop()
        except IndexError:
            return self._engine.connect()

    def give_back(self, connection: Connection) -> None:
        try:
            _tidy(connection)
        except Exception:
            connection.close()  # not lent again
            raise
        if self._closed:
            connection.close()
        else:
            self._free.append(connection)

    def meaning(self, error: sqlite3.Error) -> Exception | None:
        """What a failure of the driver means here."""
        return reader_meaning(error, self._path)

    def close(self) -> None:
        """Those in use are closed when they come back."""
        self._closed = True
        while self._free:
            self._free.pop().close()
        self._engine.dispose()


def driver_of(connection: Connection) -> sqlite3.Connection:
    """The driver's connection under SQLAlchemy's."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - our own creator made it
    return driver


def _tidy(connection: Connection) -> None:
    """End whatever transaction was left open, also one that failed half-way through its commit."""
    # Not in_transaction(): that is over once a commit has failed, and the next begin is refused.
    if connection.get_transaction() is not None:
        connection.rollback()
    driver = driver_of(connection)
    if driver.in_transaction:
        driver.rollback()
