"""From an older revision to this program's, by Alembic. Imported only when it is needed.

The file is checked and copied next to itself as ``NAME.before-REVISION`` first. The upgrade is one
transaction: another till on the same file sees the old schema or the new one.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from terminal.db.backup import copy_database
from terminal.db.connections import make_engine
from terminal.db.failures import DAMAGED
from terminal.db.schema import HEAD, revision_of
from terminal.errors import DatabaseBroken

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(path: Path, to: str | None = None) -> None:
    """Bring the file to a revision (the newest, unless told), after copying it.

    Raises DatabaseTooNew, DatabaseBroken, DiskFull (nothing was changed then) and DataInUse.
    """
    to = to or HEAD
    if revision_of(path) == to:
        return
    if path.exists():
        copy_database(path, path.with_name(f"{path.name}.before-{to}"))
    _migrate(path, to, forward=True)


def downgrade(path: Path, to: str) -> None:
    """Take the file back to an older revision (``base``: to none), without a copy."""
    _migrate(path, to, forward=False)


def config_for(connection: Connection) -> Config:
    """Alembic's settings, for the migrations of this package on this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _migrate(path: Path, to: str, *, forward: bool) -> None:
    # With foreign keys on, rebuilding a table would empty those that refer to it.
    engine = make_engine(path, foreign_keys=False)
    try:
        with engine.begin() as connection:
            if forward and MigrationContext.configure(connection).get_current_revision() == to:
                return  # another till was quicker
            (command.upgrade if forward else command.downgrade)(config_for(connection), to)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise DatabaseBroken(path=str(path), problem=DAMAGED)
    finally:
        engine.dispose()
