"""Copies of the database, made while it is in use.

A copy is one file without a log beside it, checked, and appears under its name only when it is
complete.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from terminal.db.failures import DAMAGED, meanings
from terminal.errors import DatabaseBroken


def copy_database(source: Path, target: Path) -> None:
    """Copy as of one moment; writers go on. Raises DatabaseBroken and DiskFull."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with meanings(source), closing(sqlite3.connect(source, timeout=5)) as old:
            old.execute("SELECT count(*) FROM sqlite_master")  # what is no database says so here
            with meanings(target), closing(sqlite3.connect(part, isolation_level=None)) as new:
                new.execute("PRAGMA journal_mode = MEMORY")  # no second file that could stay
                old.backup(new)
                new.execute("PRAGMA journal_mode = DELETE")
                if new.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                    raise DatabaseBroken(path=str(source), problem=DAMAGED)
        _to_disk(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
