"""The database that is kept from every release, and how it is made.

At each release: ``python -m tests.migrations.keeping`` writes ``kept/REVISION.sqlite``, which is
committed and never touched again. Every later program must open it and find all of this in it.
"""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from terminal.cards import Card, CardState
from terminal.db.engine import open_database
from terminal.db.schema import HEAD
from terminal.ids import CardNumber, StaffId
from terminal.outbox import BlockReason
from terminal.ports import Database, RemoteLink
from terminal.programs import Expiry, Tiering, per_money, welcome
from terminal.sales import Product
from terminal.slips import SlipState
from terminal.staff import Role, Staff
from tests.contract.samples import (
    ANNA,
    FULL_ENTRY,
    FULL_SALE,
    T0,
    TILL,
    after,
    back,
    card,
    consent,
    entry,
    job,
    member,
    message,
    order,
    program,
    sale,
)

KEPT = Path(__file__).parent / "kept"

MEMBER = member(
    family="Παράδειγμα",
    call_name="Άννα",
    phone="+306912345678",
    email="anna@example.com",
    language="el",
    birthday="02-29",
    note="kept",
)
CARDS = [card("2900000000018"), Card(CardNumber("VIP0042"), ANNA, after(days=1), "Code 128")]
LOST = replace(CARDS[0], state=CardState.BLOCKED)
ENTRIES = [
    FULL_ENTRY,
    entry("e-2", -200, after(hours=1), seq=22, source_id=FULL_SALE.id),
    entry("e-3", 11, after(hours=1), seq=23, lapses_at=after(days=400)),
]
RETURN = back("r-1", "s-2", after(days=2), seq=12)
ORDER = order("1001", member_id=ANNA)
WAITING, BLOCKED = message("waits"), message("blocked", None)
SLIP = job("p-1", sale_id=FULL_SALE.id, state=SlipState.PRINTED, attempts=1)
MANAGER = Staff(StaffId("c-1"), "Example", Role.MANAGER, "$argon2id$kept", 1, after(minutes=5))
PROGRAM = program(
    1, T0, rules=(per_money(1, 100), welcome(50)), expiry=Expiry(kind="never"), tiering=Tiering()
)
PRODUCT = Product("OL-1", "Ελιές Καλαμών", 450, "EUR", "in oil", "5200000000017")
LINK = RemoteLink("web", "member", ANNA, "17", "C17")


def fill(database: Database) -> None:
    """Something of everything, with everything in it that can be set."""
    with database.write() as uow:
        uow.members.put(MEMBER)
        for each in (*CARDS, LOST):
            uow.members.put_card(each)
        uow.members.put_consent(consent("yes"))
        uow.sales.put(FULL_SALE)
        uow.sales.put(sale("s-2"))
        uow.sales.put_return(RETURN)
        uow.sales.put_order(ORDER)
        uow.ledger.append(ENTRIES)
        for queued in (WAITING, BLOCKED):
            uow.outbox.put(queued)
        uow.outbox.block(BLOCKED.key, BlockReason.REFUSED, "forbidden")
        uow.slips.put(SLIP)
        uow.staff.put(MANAGER)
        uow.programs.put(PROGRAM)
        uow.products.put_all([PRODUCT])
        uow.sync.put_cursor("web", "orders", "2026-03-01")
        uow.sync.put_link(LINK)
        uow.next_seq(TILL)
        uow.commit()


def keep() -> Path:
    """Make this release's file."""
    path = KEPT / f"{HEAD}.sqlite"
    path.unlink(missing_ok=True)
    database = open_database(path)
    fill(database)
    database.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA page_size = 1024")  # many tables, few rows
        connection.execute("VACUUM")
    return path


if __name__ == "__main__":
    keep()
