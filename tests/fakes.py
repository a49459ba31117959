"""Storage in memory that keeps the promises of ``terminal.ports``.

The contract suite in ``tests/contract`` runs on this and on SQLite; what it does not check, nobody
may rely on. Rows are immutable, so a unit of work changes its own copies of the dictionaries and
``commit`` puts them in place of the database's.
"""

import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from terminal.ids import TillCode
from terminal.stamps import Change
from tests.memory.books import MemoryLedger, MemorySales
from tests.memory.gathered import MemoryGames, MemoryImports
from tests.memory.people import MemoryMembers, MemoryStaff
from tests.memory.programme import (
    MemoryBadges,
    MemoryPendingReturns,
    MemoryReferrals,
    MemoryTiers,
    MemoryUses,
)
from tests.memory.queues import MemoryDrawer, MemoryOutbox, MemorySlips, MemorySync, MemoryTasks
from tests.memory.shop import MemoryProducts, MemoryPrograms
from tests.memory.state import Books, State
from tests.memory.vouchers import MemoryVouchers


class NoJournal:
    """The journal of a till that has joined no hub: nothing is kept in it but who is told of."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def state(self, name: str) -> str:
        return ""

    def changes(self, subject: str) -> Mapping[str, Change]:
        known = self._books.look().changes.items()
        return {name: change for (about, name), change in known if about == subject}

    def put_change(self, subject: str, field: str, change: Change) -> None:
        self._books.change().changes[(subject, field)] = change

    def drop_change(self, subject: str, field: str) -> None:
        self._books.change().changes.pop((subject, field), None)


class MemoryUnitOfWork:
    """``UnitOfWork``: works on copies until it commits."""

    def __init__(self, database: "MemoryDatabase", *, writing: bool) -> None:
        self._database, self._writing = database, writing

    def __enter__(self) -> Self:
        if self._writing:
            self._database.lock_for_writing()
        state = self._database.state
        self._books = Books(state.copy() if self._writing else state, self._writing)
        self.members = MemoryMembers(self._books)
        self.ledger = MemoryLedger(self._books)
        self.sales = MemorySales(self._books)
        self.outbox = MemoryOutbox(self._books)
        self.slips = MemorySlips(self._books)
        self.drawer = MemoryDrawer(self._books)
        self.staff = MemoryStaff(self._books)
        self.programs = MemoryPrograms(self._books)
        self.products = MemoryProducts(self._books)
        self.sync = MemorySync(self._books)
        self.tasks = MemoryTasks(self._books)
        self.uses = MemoryUses(self._books)
        self.tiers = MemoryTiers(self._books)
        self.badges = MemoryBadges(self._books)
        self.referrals = MemoryReferrals(self._books)
        self.pending_returns = MemoryPendingReturns(self._books)
        self.vouchers = MemoryVouchers(self._books)
        self.games = MemoryGames(self._books)
        self.imports = MemoryImports(self._books)
        self.journal = NoJournal(self._books)
        return self

    def next_seq(self, till: TillCode) -> int:
        numbers = self._books.change().numbers
        numbers[till] = numbers.get(till, 0) + 1
        return numbers[till]

    def commit(self) -> None:
        state = self._books.look()
        self._books.over = True
        if self._writing:
            self._database.state = state

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._books.over = True
        if self._writing:
            self._database.unlock()


class MemoryDatabase:
    """``Database``: one state, replaced as a whole by each commit."""

    def __init__(self) -> None:
        self.state = State()
        self._lock = threading.Lock()
        self._holder: int | None = None

    def write(self) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self, writing=True)

    def read(self) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self, writing=False)

    def lock_for_writing(self) -> None:
        if self._holder == threading.get_ident():
            raise RuntimeError("a unit of work for writing was opened inside another one")
        self._lock.acquire()
        self._holder = threading.get_ident()

    def unlock(self) -> None:
        self._holder = None
        self._lock.release()
