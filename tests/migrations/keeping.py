"""The database that is kept from every release, and how it is made.

At each release: ``python -m tests.migrations.keeping`` writes ``kept/REVISION.sqlite``, which is
committed and never touched again. Every later program must open it and find all of this in it.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from terminal.cards import Card, CardState
from terminal.db.engine import open_database
from terminal.db.schema import HEAD
from terminal.drawer import DrawerKick, KickId, KickReason
from terminal.games.drawing import GameTotals
from terminal.games.model import Game, Prize
from terminal.games.plays import PlayId, offered
from terminal.ids import CardNumber, ReturnId, StaffId
from terminal.importing.records import (
    ImportedRow,
    ImportId,
    ImportRecord,
    ImportState,
    RowAct,
    RowState,
)
from terminal.ledger import LedgerEntry, Part
from terminal.members import Member
from terminal.outbox import BlockReason
from terminal.ports import Database, RemoteLink, UnitOfWork
from terminal.programs import Expiry, Program, per_money, welcome
from terminal.programs.effects import MoneyOff
from terminal.programs.model import Badge, Promotion
from terminal.records import HeldBadge, Referral, TierGrant
from terminal.returns import PendingReturn, Return
from terminal.sales import Product, Sale, SaleLine, Tender, TenderKind
from terminal.shares import ReturnLine
from terminal.slips import SlipState
from terminal.staff import Role, Staff
from terminal.vouchers import ValueEntry, ValueKind, Voucher, VoucherCode, VoucherKind
from tests.contract.samples import (
    ANNA,
    BELA,
    CASHIER,
    FULL_ENTRY,
    FULL_SALE,
    OLIVES,
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

FIRST_MEMBER = member(
    family="Παράδειγμα",
    call_name="Άννα",
    phone="+306912345678",
    email="anna@example.com",
    language="el",
    birthday="02-29",
    note="kept",
)
FIRST_SALE = sale(
    "s-9",
    lines=(
        SaleLine("A1", "Ελιές", 500, 2, 150, "in oil", points_paid=150),
        SaleLine("B2", "Őszi alma", 300, 1, 50, points_paid=50),
    ),
    points_redeemed=200,
    redeemed_value=200,
    rounding=-2,
    tenders=(Tender(TenderKind.CARD, 500), Tender(TenderKind.CASH, 600)),
    change=2,
)
FIRST_ENTRY = replace(
    FULL_ENTRY,
    parts=(Part("accrual", 30), Part("tier:gold", 12)),
    held=False,
    keeps_until=None,
    lot=None,
)
LATER_ENTRIES = (
    entry("e-2", -200, after(hours=1), seq=22, source_id=FULL_SALE.id),
    entry("e-3", 11, after(hours=1), seq=23, lapses_at=after(days=400), qualifying=11),
)
FIRST_PROGRAM = program(1, T0, rules=(per_money(1, 100), welcome(50)), expiry=Expiry(kind="never"))
FIRST_PRODUCT = Product("OL-1", "Ελιές Καλαμών", 450, "EUR", "in oil", "5200000000017")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is in the file of a release, as programs of today see it."""

    member: Member
    entries: tuple[LedgerEntry, ...]
    sale: Sale
    counted: int
    returned: Return
    program: Program
    product: Product


FIRST = Kept(
    member=FIRST_MEMBER,
    entries=(FIRST_ENTRY, *LATER_ENTRIES),
    sale=FIRST_SALE,
    counted=1300,
    returned=back("r-1", "s-2", after(days=2), seq=12),
    program=FIRST_PROGRAM,
    product=FIRST_PRODUCT,
)
SECOND = Kept(
    replace(
        FIRST_MEMBER,
        segments=("neighbours", "vip"),
        town="Βόλος",
        household="hill 7",
        referred_by=BELA,
        ranking_opt_out=True,
    ),
    (FULL_ENTRY, *LATER_ENTRIES),
    FULL_SALE,
    1250,
    replace(FIRST.returned, lines=(ReturnLine(0, 1),)),
    msgspec.structs.replace(
        FIRST_PROGRAM,
        zone="Europe/Sofia",
        promotions=(Promotion(code="olives-off", gives=MoneyOff(50)),),
        badges=(Badge(code="explorer"),),
    ),
    replace(FIRST_PRODUCT, goods=OLIVES),
)
CONTENTS = {"0001": FIRST} | dict.fromkeys(("0002", "0003", "0004", "0005"), SECOND)
"""By the revision of the file. What is not in here is the same in all of them."""
DEVICES_SINCE = "0003"

CARDS = [card("2900000000018"), Card(CardNumber("VIP0042"), ANNA, after(days=1), "Code 128")]
LOST = replace(CARDS[0], state=CardState.BLOCKED)
ORDER = order("1001", member_id=ANNA)
WAITING, BLOCKED = message("waits"), message("blocked", None)
FIRST_SLIP = job("p-1", sale_id=FULL_SALE.id, state=SlipState.PRINTED, attempts=1)
SLIP = replace(FIRST_SLIP, printer="tcp://192.0.2.10:9100")
FIRST_MANAGER = Staff(
    StaffId("c-1"), "Example", Role.MANAGER, "$argon2id$kept", 1, after(minutes=5)
)
MANAGER = replace(FIRST_MANAGER, badge="990000000017")
KICK = DrawerKick(
    id=KickId("k-1"), at=T0, till=TILL, staff_id=MANAGER.id, reason=KickReason.SALE,
    sale_id=FULL_SALE.id, outcome="kicked",
)  # fmt: skip
LINK = RemoteLink("web", "member", ANNA, "17", "C17")

GRANT = TierGrant(id="g-1", member_id=ANNA, tier="gold", starts=T0, reason="kept", at=T0)
BADGE = HeldBadge(member_id=ANNA, badge="explorer", at=T0, source="s-9")
REFERRAL = Referral(friend_id=ANNA, referrer_id=BELA, at=T0)
PENDING = PendingReturn(
    id=ReturnId("r-7"), ref="T1-000077", sale_ref="T9-000001", till=TILL, seq=77,
    cashier_id=CASHIER, reason="broken", money_back=500, currency="EUR", returned_at=T0,
)  # fmt: skip
COUPON = Voucher(
    code=VoucherCode("C77"), kind=VoucherKind.COUPON, issued_at=T0, coupon="olives", owner=ANNA,
    ends=after(days=30), source_id="s-2",
)  # fmt: skip
GIFT_CARD = Voucher(
    code=VoucherCode("G123"), kind=VoucherKind.GIFT_CARD, issued_at=T0, currency="EUR",
    uses_left=None,
)  # fmt: skip
VALUES = [
    ValueEntry(
        id=f"v-{n}", code=GIFT_CARD.code, kind=kind, amount=amount, currency="EUR", decided_at=T0,
        till=TILL, seq=n, lapses_at=lapses, source_id="s-9",
    )
    for n, kind, amount, lapses in (
        (61, ValueKind.ISSUE, 2000, after(days=365)), (62, ValueKind.PAY, -500, None)
    )
]  # fmt: skip
PRIZES = (Prize(code="ten", name="10", weight=3, points=10),)
GAME = Game(
    code="wheel", name="Wheel", out_of=10, prizes=PRIZES,
    consolation=Prize(code="smile", name="", weight=7),
)  # fmt: skip
PLAY = offered(
    GAME, GameTotals(), bytes(32), play_id=PlayId("play-1"), member_id=ANNA, till=TILL, at=T0
)
IMPORT = ImportRecord(
    id=ImportId("i-1"), name="old", file="members.csv", digest="d", mapping="", till=TILL,
    state=ImportState.DONE, started_at=T0, changed_at=T0,
)  # fmt: skip
ROW = ImportedRow(
    import_id=IMPORT.id, key="k", number=1, line=2, act=RowAct.CREATED, state=RowState.BOOKED,
    member_id=ANNA, changed_at=T0,
)  # fmt: skip


def fill(database: Database) -> None:
    """Something of everything, with everything in it that can be set."""
    with database.write() as uow:
        uow.members.put(member(BELA, "Béla", "Minta"))
        uow.members.put(SECOND.member)
        for each in (*CARDS, LOST):
            uow.members.put_card(each)
        uow.members.put_consent(consent("yes"))
        uow.sales.put(SECOND.sale)
        uow.sales.put(sale("s-2"))
        uow.sales.put_return(SECOND.returned)
        uow.sales.put_order(ORDER)
        uow.ledger.append(SECOND.entries)
        for queued in (WAITING, BLOCKED):
            uow.outbox.put(queued)
        uow.outbox.block(BLOCKED.key, BlockReason.REFUSED, "forbidden")
        uow.slips.put(SLIP)
        uow.staff.put(MANAGER)
        uow.drawer.put(KICK)
        uow.programs.put(SECOND.program)
        uow.products.put_all([SECOND.product])
        uow.sync.put_cursor("web", "orders", "2026-03-01")
        uow.sync.put_link(LINK)
        uow.next_seq(TILL)
        fill_programme(uow)
        uow.commit()


def fill_programme(uow: UnitOfWork) -> None:
    """What came with release 0002."""
    uow.uses.add("olives-off", ANNA, "2026-03-01", 1, 0, 50)
    uow.tiers.put(GRANT)
    uow.badges.put_once(BADGE)
    uow.referrals.put(REFERRAL)
    uow.pending_returns.put(PENDING)
    for voucher in (COUPON, GIFT_CARD):
        uow.vouchers.put(voucher)
    uow.vouchers.used(COUPON.code, ANNA, SECOND.sale.id)
    uow.vouchers.append(VALUES)
    uow.games.put_play(PLAY)
    uow.imports.put(IMPORT)
    uow.imports.put_row(ROW)


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
