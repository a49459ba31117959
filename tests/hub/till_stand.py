"""Tills with real databases at one hub in memory, for stories."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sync.hub.engine import HubEngine
from sync.hub.memory import MemoryHub
from sync.hub.remote import Hub, Identity
from sync.report import Report
from terminal import demo
from terminal.db.engine import open_database
from terminal.db.unit_of_work import SqlDatabase
from terminal.ids import id_maker
from terminal.services import suite
from tests.shop import START, Shop, till

EVERYWHERE = {
    "members": "id, given_name, family_name, call_name, phone, email, language, birthday, note,"
    " joined_at, segments, town, household, referred_by, ranking_opt_out",
    "cards": "number, member_id, issued_at, symbology, state",
    "consents": "id, member_id, purpose, granted, recorded_at",
    "ledger_entries": "*",
    "accounts": "member_id, balance, lifetime_earned, debt, lots, entries",
    "sales": "*",
    "returns": "*",
    "vouchers": "*",
    "voucher_uses": "*",
    "voucher_entries": "*",
    "rule_uses": "* FROM (SELECT * FROM rule_uses WHERE times <> 0) --",  # nothing is nothing
    "rule_totals": "*",
    "online_orders": "*",
    "tier_grants": "*",
    "member_badges": "*",
    "referrals": "*",
    "remote_links": "*",
    "sync_cursors": "*",
    "programs": "*",
    "products": "*",
    "outbox": "key, kind, subject_id, member_id, state, store",
    "tasks": "id, kind, outcome",
    "pending_returns": "id",
}
"""What must be the same on every till once everything is heard."""


@dataclass
class TillAt:
    """A shop that has joined the hub, with the engine between them."""

    shop: Shop
    database: SqlDatabase
    me: Identity
    engine: HubEngine
    hub: Hub

    def round(self) -> Report:
        told = self.engine.push()
        return told if told.failure else told + self.engine.pull()

    def held(self) -> dict[str, list[Any]]:
        """Everything that all tills must agree on."""
        with self.database.read() as uow:
            driver = uow.runner._driver
            return {
                table: sorted(map(repr, _rows(driver, table, columns)))
                for table, columns in EVERYWHERE.items()
            }

    def tasks(self) -> list[tuple[str, dict[str, str]]]:
        with self.database.read() as uow:
            return [(str(t.kind), dict(t.details)) for t in uow.tasks.open(100)]


Two = tuple[TillAt, TillAt]


def _rows(driver: sqlite3.Connection, table: str, columns: str) -> list[Any]:
    found = driver.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 - our own names
    names = [column[0] for column in found.description]
    skip = [place for place, name in enumerate(names) if name == "no"]
    return [[v for place, v in enumerate(row) if place not in skip] for row in found]


@dataclass
class _SeededShop(Shop):
    """A shop whose ids come from a seed."""

    chance: Callable[[int], int] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.chance is not None:
            self.new_id = id_maker(self.clock, self.chance)
            self.services = suite.build(
                self.database, self.till, self.bus, clock=self.clock, new_id=self.new_id
            )


@dataclass
class Chain:
    """Tills T1, T2 … at one hub; their clocks are turned together or one by one."""

    folder: Path
    moment: datetime = START
    tills: list[TillAt] = field(default_factory=list)
    chance: Callable[[int], int] | None = None
    hub: MemoryHub = field(init=False)

    def __post_init__(self) -> None:
        self.hub = MemoryHub(lambda: self.moment)

    def add(self, code: str = "", *, seed: bool | None = None, machine: str = "") -> TillAt:
        """A new till; the first one brings programme and goods along."""
        code = code or f"T{len(self.tills) + 1}"
        database = open_database(self.folder / f"{code}.db")
        first = not self.tills
        return self.over(database, code, seed=first if seed is None else seed, machine=machine)

    def over(
        self, database: SqlDatabase, code: str, *, seed: bool = False, machine: str = "",
        join: bool = True,
    ) -> TillAt:  # fmt: skip
        shop = _SeededShop(database, till(code=code), moment=self.moment, chance=self.chance)
        if seed:
            shop.open_up()
        shop.products = {p.sku: p for p in demo.demo_products("en", shop.till.currency)}
        if join:
            with database.write() as uow:
                uow.journal.join(f"instance of {code}")
                uow.journal.fill()
                uow.commit()
        me, hub = self.greet(code, machine or f"machine of {code}")
        one = TillAt(shop, database, me, HubEngine(database, hub, me, clock=shop.clock), hub)
        self.tills.append(one)
        return one

    def greet(self, code: str, machine: str) -> tuple[Identity, Hub]:
        """Who a till is, and its connection."""
        me = Identity(code, f"instance of {code}", machine, "run")
        return me, self.hub.connect()

    def settle(self, rounds: int = 3) -> None:
        """Everybody tells and hears everything."""
        self.hub.settle()
        for _ in range(rounds):
            for each in self.tills:
                report = each.round()
                assert report.failure is None, report

    def agree(self) -> dict[str, list[Any]]:
        """All tills hold the same; what they hold."""
        first, *others = (each.held() for each in self.tills)
        for place, other in enumerate(others, start=2):
            for table, rows in first.items():
                assert other[table] == rows, f"{table} of till {place}"
        return first

    def later(self, **span: float) -> None:
        self.moment += timedelta(**span)
        for each in self.tills:
            each.shop.later(**span)

    def close(self) -> None:
        for each in self.tills:
            each.database.close()


def chains(folder: Path) -> Iterator[Chain]:
    chain = Chain(folder)
    yield chain
    chain.close()
