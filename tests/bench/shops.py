"""Shops to measure in: a small one made anew, and one of a million members kept under build/."""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import main
from terminal import demo
from terminal.cards import own_card
from terminal.db.bulk import CARD_PREFIX, member_id, seed_members
from terminal.db.engine import open_database
from terminal.db.schema import HEAD
from terminal.db.unit_of_work import SqlDatabase
from terminal.events import EventBus
from terminal.ids import CardNumber, Clock, MemberId, SaleId
from terminal.sales import Basket, Tender, TenderKind
from terminal.services import suite
from terminal.services.counter import SaleRequest
from terminal.services.models import SignedIn, Till
from terminal.services.office import expire_due
from terminal.services.suite import Services
from terminal.settings import Settings
from terminal.staff import Role, Staff

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build" / "bench"
CASHIER = SignedIn("cashier", "Maria", Role.CASHIER)
KEPT_DAYS = 7
"""After that some of the made-up points have lapsed, and the shop is made anew."""
_PRODUCT = ("terminal/db", "terminal/members.py", "terminal/cards.py", "terminal/folding.py")
REGULARS = 400
_VISITS = 5


def till(online_store: str = "vendure") -> Till:
    stores = (online_store,) if online_store else ()
    """The till of every bench: members' cards are those of the bulk loader."""
    return replace(suite.till_of(Settings()), card_prefix=CARD_PREFIX, online_stores=stores)


def card_of(number: int) -> CardNumber:
    """The card of the made-up member with this number."""
    return own_card(CARD_PREFIX, number)


def make_shop(path: Path, members: int) -> None:
    """A whole shop in a new file: programme, goods, people, members with cards and points."""
    database = open_database(path)
    try:
        seed_members(database, members, main.now())
        with database.write() as uow:
            uow.programs.put(demo.demo_program("EUR"))
            uow.products.put_all(demo.demo_products("en", "EUR"))
            uow.staff.put(Staff(CASHIER.id, CASHIER.name, Role.CASHIER, ""))
            uow.commit()
    finally:
        database.close()


def services_over(database: SqlDatabase, clock: Clock = main.now) -> Services:
    """The services as the product builds them, heard by nobody."""
    return suite.build(database, till(), EventBus(), clock=clock, new_id=main.new_id)


def five_lines() -> Basket:
    """Five different products."""
    basket = Basket("EUR")
    for product in demo.demo_products("en", "EUR")[:5]:
        basket = basket.add(product)
    return basket


def request_for(services: Services, member: MemberId, points: int = 0) -> SaleRequest:
    """Five lines, paid exactly by card."""
    basket = five_lines()
    view = services.counter.member(member)
    due = services.counter.quote(basket, view, points).net
    return SaleRequest(
        id=SaleId(main.new_id()), basket=basket, points=points, cashier_id=CASHIER.id,
        member_id=member, tenders=(Tender(TenderKind.CARD, due),),
    )  # fmt: skip


def regulars(members: int) -> list[int]:
    """Numbers of the members who come again and again, the same in every run."""
    chance = random.Random(members)
    return chance.sample(range(1, members + 1), min(REGULARS, members // 50))


def large_shop(members: int) -> Path:
    """The folder of the kept shop of so many members; made when it is missing, old or another's.

    Whoever uses it may add to it only what the next run does not mind.
    """
    folder = KEPT / f"{members}-{HEAD}-{_fingerprint()}"
    file, stamp = folder / "till.db", folder / ".whole"
    if not stamp.exists() or time.time() - stamp.stat().st_mtime > KEPT_DAYS * 86_400:
        # A large shop is larger than a gigabyte: no older one of its size stays behind.
        for old in KEPT.glob(f"{members}-*"):
            shutil.rmtree(old)
        folder.mkdir(parents=True)
        began = time.monotonic()
        print(f"(making a shop of {members:,} members, once)", flush=True)
        make_shop(file, members)
        _live(file, members)
        stamp.touch()
        size = file.stat().st_size / 1_048_576
        print(f"({size:,.0f} MiB in {time.monotonic() - began:.0f} s)", flush=True)
    _expire(file)
    return folder


def _live(file: Path, members: int) -> None:
    """Regular members have bought before, so that their tier is summed from real sales."""
    database, now = open_database(file), main.now()
    moment = now
    try:
        services = services_over(database, lambda: moment)
        for days in range(_VISITS * 20, 0, -20):
            moment = now - timedelta(days=days)
            for number in regulars(members):
                services.counter.sell(request_for(services, MemberId(member_id(number))))
    finally:
        database.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE slips SET state = 'printed'")
        connection.execute("UPDATE outbox SET state = 'sent'")
        connection.commit()


def _expire(file: Path) -> None:
    """What lapsed since the shop was made is booked before anything is measured."""
    database = open_database(file)
    try:
        expire_due(database, till(), main.now, main.new_id)
    finally:
        database.close()


def _fingerprint() -> str:
    files = sorted(
        file for place in _PRODUCT for file in [ROOT / place, *(ROOT / place).rglob("*.py")]
        if file.is_file()
    )  # fmt: skip
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
