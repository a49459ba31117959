"""What tables are made of: the metadata they share, and columns of the two types there are.

Only INTEGER and TEXT are used, in STRICT tables, so that SQLite itself refuses a float near money
or points. Times are whole microseconds since 1970 in UTC, amounts minor units, truth values 0 or 1,
sequences JSON. ``no`` is a row's own running number: the order in which rows became known.
"""

from sqlalchemy import Column, Connection, ForeignKey, Integer, MetaData, Table, Text, event
from sqlalchemy import text as sql

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


_SHARED = " WHEN OLD.id <> NEW.id OR NOT EXISTS (SELECT 1 FROM hub_state WHERE name = 'applying')"


def text(name: str, *, optional: bool = False) -> "Column[str]":
    """A column of text."""
    return Column(name, Text, nullable=optional)


def integer(name: str, *, optional: bool = False) -> "Column[int]":
    """A column of whole numbers."""
    return Column(name, Integer, nullable=optional)


def texts(names: str) -> "list[Column[str]]":
    """Several columns of text."""
    return [text(name) for name in names.split()]


def integers(names: str) -> "list[Column[int]]":
    """Several columns of whole numbers."""
    return [integer(name) for name in names.split()]


def later_texts(names: str, default: str = "") -> "list[Column[str]]":
    """Columns of text that a later revision put into rows that were there."""
    written = sql(f"'{default}'")
    return [Column(n, Text, nullable=False, server_default=written) for n in names.split()]


def later_integers(names: str) -> "list[Column[int]]":
    """Columns of whole numbers that a later revision put into rows that were there, as 0."""
    return [Column(n, Integer, nullable=False, server_default=sql("0")) for n in names.split()]


def running_number() -> "Column[int]":
    """``no``."""
    return Column("no", Integer, primary_key=True)


def member(*, optional: bool = False, name: str = "member_id") -> "Column[str]":
    """Whose row it is."""
    return Column(name, Text, ForeignKey("members.id"), nullable=optional)


def only_grows(table: Table, rows: str, once: str = "", *, shared: bool = False) -> None:
    """Let SQLite itself refuse to change or delete rows; ``rows`` is what people call them.

    The column ``once``, where there is one, may be filled in later, as long as it is empty. Of
    ``shared`` rows two tills may have made one each under one id; while what a hub tells is
    written (the flag ``applying``), one may take the place of the other.
    """
    fixed = " OR ".join(f"OLD.{c.name} IS NOT NEW.{c.name}" for c in table.c if c.name != once)
    unless = f" WHEN OLD.{once} <> '' OR {fixed}" if once else _SHARED if shared else ""
    made = (
        f"CREATE TRIGGER {table.name}_stay BEFORE DELETE ON {table.name}"
        f" BEGIN SELECT RAISE(ABORT, '{rows} are never deleted'); END",
        f"CREATE TRIGGER {table.name}_stand BEFORE UPDATE ON {table.name}{unless}"
        f" BEGIN SELECT RAISE(ABORT, '{rows} are never changed'); END",
    )

    def guard(_table: object, connection: Connection, **_: object) -> None:
        for trigger in made:
            connection.exec_driver_sql(trigger)

    event.listen(table, "after_create", guard)
