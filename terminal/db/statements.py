"""Statements written once in SQLAlchemy Core, compiled once, run as what they compiled to.

Building a cache key and the shape of a result costs more than SQLite needs for the row, so a
``Statement`` keeps its text and the shape of its rows, and runs on the driver's own connection,
inside the transaction that SQLAlchemy began and ends. What stands in a ``Statement`` must not
depend on values: those are parameters.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Connection, Table, bindparam, literal_column
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.sql import ClauseElement, ColumnElement, Select

from terminal.db.connections import driver_of

Params = Mapping[str, object]
Meaning: TypeAlias = Callable[[sqlite3.Error], Exception | None]


class AnyRow(tuple[Any, ...]):
    """A row whose columns the statement names; what has no name is taken by its place."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...  # noqa: ANN401 - a column's


_DIALECT = sqlite.dialect(paramstyle="named")
_LAST_CHARACTER = chr(0x10FFFF)
_new_shape: Any = namedtuple
"""Its names are only known when a statement has run, which no type checker foresees."""


class Statement:
    """A Core statement, the text it compiles to and the rows it gives, kept from its first use."""

    __slots__ = ("_core", "_row", "_text")

    def __init__(self, core: ClauseElement) -> None:
        self._core = core
        self._text = ""
        self._row: Callable[[Iterable[Any]], AnyRow] | None = None

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

    def row_of(self, cursor: sqlite3.Cursor) -> Callable[[Iterable[Any]], AnyRow]:
        """What makes a row of this statement, which ``cursor`` has just executed."""
        if self._row is None:
            names = [column[0] for column in cursor.description or ()]
            # A column whose name is none of Python's is known by its place only.
            made: Callable[[Iterable[Any]], AnyRow] = _new_shape("Row", names, rename=True)._make
            self._row = made
        return self._row


class Runner:
    """Runs statements in one transaction, until it is over."""

    __slots__ = ("_connection", "_driver", "_meaning")

    def __init__(self, connection: Connection, meaning: Meaning) -> None:
        self._connection: Connection | None = connection
        self._driver = driver_of(connection)
        self._meaning = meaning

    def end(self) -> None:
        """Refuse everything from now on: the transaction is over."""
        self._connection = None

    def require_open(self) -> Connection:
        """The connection, unless the transaction is over."""
        if self._connection is None:
            raise RuntimeError("this unit of work is over")
        return self._connection

    @contextmanager
    def _meant(self) -> Iterator[sqlite3.Connection]:
        """The driver; its failures are raised as what they mean, unheard-of ones as they are."""
        self.require_open()
        try:
            yield self._driver
        except sqlite3.Error as error:
            known = self._meaning(error)
            if known is None:
                raise
            raise known from error

    def run(self, statement: Statement, params: Params) -> sqlite3.Cursor:
        """One execution of a change."""
        with self._meant() as driver:
            return driver.execute(statement.text, params)

    def one(self, statement: Statement, **params: object) -> AnyRow | None:
        """The first row, if any."""
        with self._meant() as driver, closing(driver.execute(statement.text, params)) as cursor:
            row = cursor.fetchone()
            return None if row is None else statement.row_of(cursor)(row)

    def all(self, statement: Statement, **params: object) -> Sequence[AnyRow]:
        """All rows."""
        with self._meant() as driver, closing(driver.execute(statement.text, params)) as cursor:
            return list(map(statement.row_of(cursor), cursor.fetchall()))

    def stream(self, statement: Statement, **params: object) -> Iterator[AnyRow]:
        """Rows as they are read; stop whenever there are enough."""
        with self._meant() as driver, closing(driver.execute(statement.text, params)) as cursor:
            yield from map(statement.row_of(cursor), cursor)

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
            with self._meant() as driver:
                driver.executemany(statement.text, rows)


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
