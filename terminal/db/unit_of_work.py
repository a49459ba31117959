"""The unit of work over SQLite, and the database that hands them out."""

from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import RootTransaction

from terminal.db import tables
from terminal.db.backup import copy_database
from terminal.db.connections import Lane
from terminal.db.desk_tasks import SqlTasks
from terminal.db.drawer import SqlDrawer
from terminal.db.games import SqlGames
from terminal.db.imports import SqlImports
from terminal.db.journal import SqlJournal
from terminal.db.ledger import SqlLedger
from terminal.db.links import SqlSync
from terminal.db.members import SqlMembers
from terminal.db.outbox import SqlOutbox
from terminal.db.programme import (
    SqlBadges,
    SqlPendingReturns,
    SqlReferrals,
    SqlTiers,
    SqlUses,
)
from terminal.db.sales import SqlSales
from terminal.db.shop import SqlProducts, SqlPrograms, SqlStaff
from terminal.db.slips import SqlSlips
from terminal.db.statements import Runner, Statement, number, param
from terminal.db.vouchers import SqlVouchers
from terminal.ids import TillCode

_T = tables.till_numbers
_NEXT_SEQ = Statement(
    insert(_T)
    .values(till=param("till"), seq=number(1))
    .on_conflict_do_update(index_elements=["till"], set_={"seq": _T.c.seq + number(1)})
    .returning(_T.c.seq)
)


class SqlUnitOfWork:
    """One transaction on one held connection. After ``commit`` or leaving, nothing works."""

    __slots__ = ("_connection", "_lane", "_ledger", "_runner", "_transaction")

    _connection: Connection
    _transaction: RootTransaction
    _runner: Runner
    _ledger: SqlLedger

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    @property
    def members(self) -> SqlMembers:
        return SqlMembers(self._runner)

    @property
    def ledger(self) -> SqlLedger:
        return self._ledger

    @property
    def sales(self) -> SqlSales:
        return SqlSales(self._runner)

    @property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self._runner)

    @property
    def slips(self) -> SqlSlips:
        return SqlSlips(self._runner)

    @property
    def drawer(self) -> SqlDrawer:
        return SqlDrawer(self._runner)

    @property
    def staff(self) -> SqlStaff:
        return SqlStaff(self._runner)

    @property
    def programs(self) -> SqlPrograms:
        return SqlPrograms(self._runner)

    @property
    def products(self) -> SqlProducts:
        return SqlProducts(self._runner)

    @property
    def sync(self) -> SqlSync:
        return SqlSync(self._runner)

    @property
    def tasks(self) -> SqlTasks:
        return SqlTasks(self._runner)

    @property
    def uses(self) -> SqlUses:
        return SqlUses(self._runner)

    @property
    def tiers(self) -> SqlTiers:
        return SqlTiers(self._runner)

    @property
    def badges(self) -> SqlBadges:
        return SqlBadges(self._runner)

    @property
    def referrals(self) -> SqlReferrals:
        return SqlReferrals(self._runner)

    @property
    def pending_returns(self) -> SqlPendingReturns:
        return SqlPendingReturns(self._runner)

    @property
    def vouchers(self) -> SqlVouchers:
        return SqlVouchers(self._runner)

    @property
    def games(self) -> SqlGames:
        return SqlGames(self._runner)

    @property
    def imports(self) -> SqlImports:
        return SqlImports(self._runner)

    @property
    def journal(self) -> SqlJournal:
        return SqlJournal(self._runner)

    @property
    def runner(self) -> Runner:
        """For statements of this package that belong to no record, such as ``verify``'s."""
        return self._runner

    def next_seq(self, till: TillCode) -> int:
        return int(self._runner.value(_NEXT_SEQ, till=till))

    def commit(self) -> None:
        self._runner.require_open()
        self._runner.end()
        self._transaction.commit()

    def __enter__(self) -> Self:
        self._connection = self._lane.take()
        try:
            self._transaction = self._connection.begin()
        except BaseException:
            self._lane.give_back(self._connection)
            raise
        self._runner = Runner(self._connection, self._lane.meaning)
        self._ledger = SqlLedger(self._runner)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._runner.end()
        self._lane.give_back(self._connection)


class SqlDatabase:
    """``Database`` over one SQLite file; see ``terminal.db.engine.open_database``."""

    def __init__(self, path: Path, writer: Lane, readers: Lane) -> None:
        self.path = path
        self._writer, self._readers = writer, readers

    def write(self) -> SqlUnitOfWork:
        """For changes. Raises DataInUse when other writers keep it waiting too long."""
        return SqlUnitOfWork(self._writer)

    def read(self) -> SqlUnitOfWork:
        """For looking: sees one moment, waits for nobody, can't change anything."""
        return SqlUnitOfWork(self._readers)

    def backup(self, target: Path) -> None:
        """Copy to ``target`` as of now, checked, while tills go on. Replaces an older copy."""
        copy_database(self.path, target)

    def close(self) -> None:
        """Let go of the file, after the unit of work under way."""
        self._readers.close()
        self._writer.close()
