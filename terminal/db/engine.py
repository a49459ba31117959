"""Opening the database file. Import this late: SQLAlchemy comes with it."""

from pathlib import Path

from terminal.db import journaling, schema
from terminal.db.connections import BUSY_MS, ReaderLane, WriterLane, driver_of, make_engine
from terminal.db.unit_of_work import SqlDatabase


def open_database(path: Path, *, busy_ms: int = BUSY_MS) -> SqlDatabase:
    """Open, create or upgrade the database at ``path``.

    Raises DatabaseTooNew, DatabaseBroken (damaged, not ours, read-only, unreachable), DiskFull and
    DataInUse. Before an upgrade the file is copied next to itself.
    """
    revision = schema.revision_of(path)
    if revision not in (None, schema.HEAD):
        from terminal.db.upgrade import upgrade

        upgrade(path)
    engine = make_engine(path, busy_ms=busy_ms)
    if revision is None:
        schema.create(engine)
    writer = WriterLane(engine, path, busy_ms)
    if revision is not None:
        _look_after_journal(writer)
    readers = make_engine(path, busy_ms=busy_ms, only_read=True)
    return SqlDatabase(path, writer, ReaderLane(readers, path))


def _look_after_journal(writer: WriterLane) -> None:
    connection = writer.take()
    try:
        journaling.look_after(driver_of(connection))
    finally:
        writer.give_back(connection)
