"""Which revision a file is at, without Alembic; and a new file at the newest revision.

Alembic costs more to import than a till needs to start, so it is met only when there is something
to upgrade. A new file is made from the tables and stamped; tests prove that the migrations arrive
at the very same schema and that ``REVISIONS`` are theirs.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from terminal.db import programme_tables, sync_tables, tables
from terminal.db.columns import metadata
from terminal.db.failures import NOT_OURS, READ_ONLY, UNREACHABLE, meanings
from terminal.errors import DatabaseBroken, DatabaseTooNew

REVISIONS = ("0001", "0002", "0003", "0004", "0005")
"""All revisions this program knows, oldest first."""
HEAD = REVISIONS[-1]
TABLES = (tables, programme_tables, sync_tables)
"""Where ``metadata`` is filled."""
BASE = "base"
"""Ours, but taken back to before the first revision."""

APPLICATION_ID = 0x4C54524D
"""Stands in the file's header and says that it is one of ours."""

_VERSION_TABLE = (
    "CREATE TABLE alembic_version (\n"
    "\tversion_num VARCHAR(32) NOT NULL, \n"
    "\tCONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)"
)


def revision_of(path: Path) -> str | None:
    """The file's revision; None when there is nothing in it yet.

    Raises DatabaseBroken for what is no database of ours, DatabaseTooNew for an unknown revision.
    """
    if _is_empty(path):
        return None
    with meanings(path), closing(sqlite3.connect(path, timeout=5)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not names:
            return None
        ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        if not ours or "alembic_version" not in names:
            raise DatabaseBroken(path=str(path), problem=NOT_OURS)
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        return BASE
    if row[0] not in REVISIONS:
        raise DatabaseTooNew(path=str(path), revision=row[0])
    return str(row[0])


def _is_empty(path: Path) -> bool:
    as_who = os.access in os.supports_effective_ids
    try:
        size = path.stat().st_size
        # SQLite would open a read-only file, and refuse the first sale.
        if not all(os.access(each, os.W_OK, effective_ids=as_who) for each in (path, path.parent)):
            raise DatabaseBroken(path=str(path), problem=READ_ONLY)
    except FileNotFoundError:
        return True
    except OSError as error:
        raise DatabaseBroken(path=str(path), problem=UNREACHABLE) from error
    return size == 0


def create(engine: Engine) -> None:
    """All tables in one transaction, unless another process was quicker."""
    with engine.begin() as connection:
        if connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar():
            return
        metadata.create_all(connection, checkfirst=False)
        connection.exec_driver_sql(_VERSION_TABLE)
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (HEAD,))
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
