"""Statements written once in SQLAlchemy Core, compiled once, run as what they compiled to.

Building a cache key per execution costs more than SQLite needs for the row, so a ``Statement``
keeps its text. What stands in a ``Statement`` must not depend on values: those are parameters.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, TypeAlias

from sqlalchemy import Connection, CursorResult, Row, Table, bindparam, literal_column
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.sql import ClauseElement, ColumnElement, Select
from sqlalchemy.sql.dml import Insert

Params = Mapping[str, object]
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row whose columns the statement names."""

_DIALECT = sqlite.dialect(paramstyle="named")
_LAST_CHARACTER = chr(0x10FFFF)


class Statement:
    """A Core statement and the text it compiles to, at its first use."""

    __slots__ = ("_core", "_text")

    def __init__(self, core: ClauseElement) -> None:
        self._core = core
        self._text = ""

    @property
    def text(self) -> str:
        """SQL with named parameters, every one of which the caller must give."""
        if not self._text:
            compiled = self._core.compile(dialect=_DIALECT)
            given = [name for name, value in compiled.params.items() if value is not None]
            if given or "POSTCOMPILE" in compiled.string:
                raise ValueError(f"a value is baked into a statement: {given} {compiled.string}")
            self._text = compiled.string
        return self._text


class Runner:
    """Runs statements in one transaction, until it is over."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection: Connection | None = connection

    def end(self) -> None:
        """Refuse everything from now on: the transaction is over."""
        self._connection = None

    def require_open(self) -> Connection:
        """The connection, unless the transaction is over."""
        if self._connection is None:
            raise RuntimeError("this unit of work is over")
        return self._connection

    def run(
        self, statement: Statement, params: Params | Sequence[Params] = ()
    ) -> CursorResult[*tuple[Any, ...]]:
        """One execution, or one for each of several mappings."""
        return self.require_open().exec_driver_sql(statement.text, params or None)

    def one(self, statement: Statement, **params: object) -> AnyRow | None:
        """The first row, if any."""
        result = self.run(statement, params)
        row = result.fetchone()
        result.close()
        return row

    def all(self, statement: Statement, **params: object) -> Sequence[AnyRow]:
        """All rows."""
        return self.run(statement, params).fetchall()

    def stream(self, statement: Statement, **params: object) -> Iterator[AnyRow]:
        """Rows as they are read; stop whenever there are enough."""
        with closing(self.run(statement, params)) as result:
            yield from result

    def value(self, statement: Statement, **params: object) -> Any:  # noqa: ANN401 - a column's
        """The first column of the first row; None without a row."""
        row = self.one(statement, **params)
        return None if row is None else row[0]

    def do(self, statement: Statement, **params: object) -> int:
        """How many rows a change touched."""
        return self.run(statement, params).rowcount

    def do_each(self, statement: Statement, rows: Sequence[Params]) -> None:
        """The same change for each of several rows, in one call of the driver."""
        if rows:
            self.run(statement, rows)


def param(name: str) -> ColumnElement[Any]:
    """A value given at each run."""
    return bindparam(name)


def word(value: str) -> ColumnElement[Any]:
    """A constant of ours, written out so that partial indexes apply."""
    return literal_column("'" + value.replace("'", "''") + "'")


def number(value: int) -> ColumnElement[Any]:
    """A constant whole number, written out."""
    return literal_column(str(int(value)))


def limited(select: "Select[*tuple[Any, ...]]") -> "Select[*tuple[Any, ...]]":
    """At most ``limit`` rows."""
    # Without an offset SQLAlchemy would give one as a parameter.
    return select.limit(param("limit")).offset(number(0))


def plain_insert(table: Table, *without: str) -> Insert:
    """INSERT of every column but ``without``, each a parameter of its own name."""
    return insert(table).values(
        {column.name: bindparam(column.name) for column in table.c if column.name not in without}
    )


def insert_once(table: Table, key: Sequence[str], *without: str) -> Statement:
    """INSERT that passes over a row whose key is known."""
    statement = insert(table).values(
        {column.name: bindparam(column.name) for column in table.c if column.name not in without}
    )
    return Statement(statement.on_conflict_do_nothing(index_elements=list(key)))


def upsert(table: Table, key: Sequence[str], *without: str) -> Statement:
    """INSERT, or replace what is known under the key."""
    names = [column.name for column in table.c if column.name not in without]
    statement = insert(table).values({name: bindparam(name) for name in names})
    changed = {name: statement.excluded[name] for name in names if name not in key}
    return Statement(statement.on_conflict_do_update(index_elements=list(key), set_=changed))


def beyond(prefix: str) -> str:
    """The first text after all those that start with ``prefix``."""
    return prefix + _LAST_CHARACTER
