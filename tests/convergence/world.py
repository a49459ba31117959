"""Tills with real files, one hub, one online store, and what connects them.

The first world of a process is made the long way, with migrations and joining; each further one
begins with a copy of its files.
"""

from __future__ import annotations

import copy
import logging
import random
import shutil
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sync.connecting import Visit
from sync.engine import Policy, SyncEngine
from sync.errors import SyncError
from sync.first_import import FirstImport
from sync.hub.elected import ElectedEngine, Election
from sync.hub.engine import HubEngine
from sync.hub.memory import MemoryHub
from sync.hub.remote import Hub, Identity, Wish
from sync.online_store import OnlineStore
from sync.worker import SyncWorker
from terminal import demo
from terminal.db.engine import open_database
from terminal.db.unit_of_work import SqlDatabase
from terminal.events import EventBus, ImportMoved
from terminal.granting import Granted, Refused
from terminal.ids import MemberId, SaleId, id_maker
from terminal.services import suite
from terminal.services.erasing import ErasingService
from terminal.services.filling import Filling, keep_where, where_it_stands
from terminal.services.merging_members import MemberMerging
from terminal.services.sync_parts import deciding
from terminal.services.taking_in import TakingIn
from terminal.staff import Role, Staff
from tests.convergence.faults import HUB_CALLS, STORE_CALLS, Line, Power, Weather
from tests.convergence.programme import programme
from tests.convergence.store import CountingStore
from tests.shop import START
from tests.shop import till as a_till

STORE = "web"
BOOKED = {
    "sale": "sales", "return": "returns", "entry": "ledger_entries", "value": "voucher_entries",
    "grant": "tier_grants",
}  # fmt: skip
"""What is booked, by the kinds of facts, and where."""
MOST_TILLS = 4


@dataclass
class Asks:
    """``GrantsPoints`` without a thread: the question goes over the till's own line."""

    till: TillSim

    def ask(self, sale_id: SaleId, member_id: MemberId, points: int) -> Granted | Refused | None:
        """Granted, refused, or no answer."""
        wish = Wish(
            sale_id=sale_id, member_id=member_id, till=self.till.code, points=points,
            seconds=4 * 3600,
        )  # fmt: skip
        try:
            word = self.till.line_to_hub().reserve(wish)
        except SyncError:
            self.till.world.weather.count["offline grant"] += 1
            return None
        return Granted() if word.granted else Refused(word.available)

    def release(self, sale_id: SaleId) -> None:
        """Let go of it, if anybody hears."""
        try:
            self.till.line_to_hub().release(sale_id)
        except SyncError:
            return


@dataclass
class TillSim:
    """One till: its file, and a program over it that may end at any moment and start anew."""

    world: World
    code: str
    path: Path
    machine: str = ""
    skew: timedelta = timedelta()
    cut: bool = False
    """Whether it reaches nobody."""
    asleep: bool = False
    starts: int = 0
    database: SqlDatabase = field(init=False)
    backup: Path | None = None

    def clock(self) -> datetime:
        """This machine's."""
        return self.world.moment + self.skew

    @property
    def stores(self) -> tuple[str, ...]:
        """The online stores in its settings."""
        world = self.world
        return (STORE,) if int(self.code[1:]) <= world.count - world.nameless else ()

    def start(self) -> None:
        """The program begins."""
        world = self.world
        self.starts += 1
        self.database = open_database(self.path)
        self.books = Power(self.database, world.weather)
        self.me = world.identify(self)
        self.new_id = id_maker(self.clock, world.bits)
        self._asking = world.connect(self.me)
        self.services = suite.build(
            self.books, a_till(code=self.code, online_stores=self.stores), EventBus(),  # type: ignore[arg-type]
            clock=self.clock, new_id=self.new_id, grants=Asks(self),
        )  # fmt: skip
        given = (self.books, self.services.till, self.services.bus)
        self.merging = MemberMerging(*given, clock=self.clock, new_id=self.new_id)  # type: ignore[arg-type]
        self.erasing = ErasingService(*given, clock=self.clock, new_id=self.new_id)  # type: ignore[arg-type]
        self.deciding = deciding(self.services, self.clock, self.new_id)
        self.hub_engine = HubEngine(
            self.books, self._line(world.connect(self.me)), self.me, clock=self.clock,  # type: ignore[arg-type]
            stores=lambda: self.stores,
        )  # fmt: skip
        self.election = Election(lambda: self._line(world.connect(self.me)))
        taking = self.taking = TakingIn(stores=(STORE,), members=world.members)
        self.store = world.open_store(self)
        self.engine = SyncEngine(
            self.books, self._store_line(self.store), clock=self.clock, new_id=self.new_id,  # type: ignore[arg-type]
            jitter=lambda: 0.5, policy=Policy(taking=taking, alone=False),
        )  # fmt: skip
        self.elected = ElectedEngine(self.engine, self.election)
        self.hub_worker = SyncWorker(self.hub_engine, clock=self.clock, jitter=lambda: 0.5)
        self.store_worker = SyncWorker(self.elected, clock=self.clock, jitter=lambda: 0.5)
        stands = where_it_stands(self.database, STORE) if self.stores else None
        self.filling = self._filling() if stands and stands.state in ("open", "waiting") else None

    def end(self, *, crashed: bool = False) -> None:
        """The program ends. After a crash the other side may take a while to notice."""
        if crashed and self.world.weather.chance.random() < 0.5:
            self.world.lingering += self.world.opened.pop(self.code, [])
        else:
            for hub in self.world.opened.pop(self.code, []):
                hub.close()
        self.database.close()

    def restart(self, *, crashed: bool = True) -> None:
        """End, and begin anew over the same file."""
        self.end(crashed=crashed)
        self.start()

    def line_to_hub(self) -> Any:
        """On which points are asked for."""
        return self._line(self._asking)

    def _line(self, hub: Hub) -> Any:
        return Line(hub, HUB_CALLS, self.world.weather, lambda: self.cut or self.world.hub_away)

    def _store_line(self, store: OnlineStore) -> Any:
        return Line(
            store, STORE_CALLS, self.world.weather, lambda: self.cut or self.world.store_away
        )

    # -- what it does ----------------------------------------------------------------------------

    def hub_round(self) -> None:
        """Once with the hub."""
        status = self.hub_worker.run_once()
        self.world.problems[status.problem] += bool(status.problem)

    def connects(self) -> None:
        """A person connects the online store here: its first import begins."""
        keep_where(self.database, ImportMoved(STORE, "open"))
        self.filling = self._filling()

    def _filling(self) -> Filling:
        """The first import, which nobody but its own round goes on with."""
        line: Any = self._store_line(self.store)
        given: Any = self.books
        importing = FirstImport(
            given, line, clock=self.clock, new_id=self.new_id, taking=self.taking
        )
        return Filling(
            STORE, given, lambda: Visit(line, importing), tell=lambda moved: None,
            filled=lambda name: None, seconds=lambda: self.world.moment.timestamp(),
        )  # fmt: skip

    def _fill(self, filling: Filling) -> None:
        """As far as it gets this time."""
        if filling.state.state == "waiting":
            filling._move("open")
        trouble = filling._once()
        if trouble is not None:
            problem = str(trouble.details["problem"])
            self.world.problems[problem] += 1
            filling._move("waiting" if trouble.details["passes"] else "failed", problem)
        self.world.weather.count["import broken off"] += trouble is not None

    def night(self) -> None:
        """Both sides are compared, by whoever talks to the online store."""
        if self.stores and not self.elected.elsewhere:
            self.engine.reconciler().reconcile()

    def store_round(self) -> None:
        """Once with the online store: its first import, where that is not done; else a round, if
        this till is elected."""
        if not self.stores:
            return
        if self.filling is not None and self.filling.state.state != "done":
            self._fill(self.filling)
            return
        status = self.store_worker.run_once()
        if not self.elected.elsewhere:
            self.world.talked.add(self.code)
        self.world.problems[status.problem] += bool(status.problem)

    def driver(self) -> sqlite3.Connection:
        """For looking only."""
        with self.database.read() as uow:
            return uow.runner._driver  # type: ignore[no-any-return]

    def rows(self, sql: str, *values: object) -> list[Any]:
        """What the file holds."""
        with self.database.read() as uow:
            return uow.runner._driver.execute(sql, values).fetchall()  # type: ignore[no-any-return]

    def made(self) -> dict[str, set[str]]:
        """What was booked in this till's name and is in its file."""
        return made_in(self.rows, self.code)


def made_in(rows: Any, code: str) -> dict[str, set[str]]:
    """Sales, returns and entries of one till, and the levels in its file: of those nobody writes
    down which till they are of."""
    return {
        kind: {row[0] for row in rows(f"SELECT id FROM {table} WHERE till = ?", code)}  # noqa: S608
        for kind, table in BOOKED.items()
        if kind != "grant"
    } | {"grant": {row[0] for row in rows("SELECT id FROM tier_grants")}}


class Heard(logging.Handler):
    """What is logged as a bug is one."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.said.append(record.getMessage())


@dataclass
class World:
    """Everything, at one moment."""

    folder: Path
    count: int = 3
    members: Any = "known"
    moment: datetime = START
    weather: Weather = field(default_factory=Weather)
    hub_away: bool = False
    store_away: bool = False
    tills: list[TillSim] = field(default_factory=list)
    opened: dict[str, list[Hub]] = field(default_factory=dict)
    lingering: list[Hub] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)
    talked: set[str] = field(default_factory=set)
    """Who ever told the online store something."""
    nameless: int = 0
    """So many tills, the last ones, name no online store."""

    def __post_init__(self) -> None:
        self.hub: Any = MemoryHub(lambda: self.moment)
        self.shop: Any = CountingStore(STORE, clock=lambda: self.moment)
        self.weather.clock = lambda: self.moment

    def bits(self, count: int) -> int:
        """Chance for ids."""
        return self.weather.chance.getrandbits(count)

    def identify(self, till: TillSim) -> Identity:
        """Who a till is at this start."""
        machine = till.machine or f"machine of {till.code}"
        return Identity(till.code, f"instance of {till.code}", machine, f"run {till.starts}")

    def connect(self, me: Identity) -> Hub:
        """One more connection of a till."""
        hub: Hub = self.hub.connect(me)
        self.opened.setdefault(me.till, []).append(hub)
        return hub

    def open_store(self, till: TillSim) -> OnlineStore:
        """A till's way to the online store."""
        return self.shop  # type: ignore[no-any-return]

    def notice(self) -> None:
        """The hub notices connections that nobody holds any more."""
        for hub in self.lingering:
            hub.close()
        self.lingering.clear()

    def lose_election(self) -> None:
        """The connection of whoever is elected breaks."""
        for holder in list(self.hub.elected.values()):
            holder.close()

    def settle(self, rounds: int = 2) -> None:
        """Everybody tells and hears everything of the hub."""
        self.hub.settle()
        for _ in range(rounds):
            for till in self.tills:
                till.hub_round()

    def close(self) -> None:
        """Nobody works any more."""
        for till in self.tills:
            till.end()


@dataclass
class Template:
    """Files of tills that have joined, and what their hub knows then."""

    folder: Path
    hub: dict[str, Any]

    def world(self, folder: Path, count: int, members: str = "known", nameless: int = 0) -> World:
        """A new world that begins where this one ended."""
        world = World(folder, count, members, nameless=nameless)
        for name, value in copy.deepcopy(self.hub).items():
            setattr(world.hub, name, value)
        for place in range(1, count + 1):
            path = folder / f"T{place}.db"
            shutil.copyfile(self.folder / path.name, path)
            till = TillSim(world, f"T{place}", path)
            world.tills.append(till)
            till.start()
        return world


_NOT_KEPT = ("elected",)
"""Whose connections end."""


def prepare(folder: Path) -> Template:
    """The long way: files made, joined, one programme and its goods on all of them. They know the
    online store for longer than any clock will be wrong: what was sold before is not told there."""
    world = World(folder, MOST_TILLS, moment=START - timedelta(hours=6))
    world.weather.chance = random.Random(0)
    for place in range(1, MOST_TILLS + 1):
        till = TillSim(world, f"T{place}", folder / f"T{place}.db")
        world.tills.append(till)
        till.start()
        with till.database.write() as uow:
            if place == 1:
                uow.programs.put(programme())
                uow.products.put_all(demo.demo_products("en", "EUR"))
            uow.staff.put(Staff("cashier", "Maria", Role.CASHIER, ""))
            uow.staff.put(Staff("manager", "Anna", Role.MANAGER, ""))
            uow.journal.join(f"instance of {till.code}")
            uow.journal.fill()
            uow.commit()
    world.settle()
    known = vars(world.hub).items()
    kept = {
        name: what
        for name, what in known
        if isinstance(what, dict | list | set) and name not in _NOT_KEPT
    }
    world.close()
    return Template(folder, copy.deepcopy(kept))
