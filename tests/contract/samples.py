"""Rows to store: small, whole, and each with everything that can be set."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec

from terminal.cards import Card
from terminal.ids import (
    CardNumber,
    EntryId,
    MemberId,
    ReturnId,
    SaleId,
    SlipId,
    StaffId,
    TillCode,
)
from terminal.ledger import Channel, EntryKind, LedgerEntry, Part
from terminal.members import Consent, Member, Purpose
from terminal.online import OnlineOrder, OrderLine
from terminal.outbox import MessageKind, OutboxMessage
from terminal.ports import Database
from terminal.programs import Pending, Program, Redemption, Tier, per_money
from terminal.returns import Return
from terminal.sales import Applied, Goods, Sale, SaleLine, Tender, TenderKind
from terminal.slips import Block, Slip, SlipJob

T0 = datetime(2026, 3, 1, 9, 30, 15, 123456, tzinfo=UTC)
TILL = TillCode("T1")
ANNA = MemberId("m-anna")
BELA = MemberId("m-bela")
CASHIER = StaffId("c-1")


def after(**units: float) -> datetime:
    return T0 + timedelta(**units)


def member(member_id: str = ANNA, given: str = "Anna", family: str = "", **more: object) -> Member:
    plain = Member(
        id=MemberId(member_id), given_name=given, family_name=family, joined_at=T0, updated_at=T0
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def card(number: str, member_id: str = ANNA, **more: object) -> Card:
    return replace(Card(CardNumber(number), MemberId(member_id), T0), **more)  # type: ignore[arg-type]


def consent(consent_id: str, **more: object) -> Consent:
    plain = Consent(
        id=consent_id,
        member_id=ANNA,
        purpose=Purpose.EMAIL,
        granted=True,
        wording="May we write to you?",
        language="en",
        recorded_at=T0,
        cashier_id=CASHIER,
        till=TILL,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def entry(entry_id: str, points: int, at: datetime = T0, **more: object) -> LedgerEntry:
    kind = EntryKind.EARN if points > 0 else EntryKind.REDEEM
    plain = {"member_id": ANNA, "kind": kind, "till": TILL, "seq": 1, **more}
    return LedgerEntry(id=EntryId(entry_id), points=points, decided_at=at, **plain)  # type: ignore[arg-type]


FULL_ENTRY = entry(
    "e-full",
    42,
    channel=Channel.ONLINE,
    cashier_id=CASHIER,
    usable_at=after(days=14),
    lapses_at=after(days=365),
    program="house",
    program_version=3,
    parts=(Part("accrual", 30), Part("tier:gold", 12, 3010, "40%", (2000, 1010))),
    basis=3010,
    currency="EUR",
    rate="1/100 140%",
    source_id="web:1001",
    reverses=EntryId("e-0"),
    reason="because",
    qualifying=42,
    held=True,
    keeps_until=after(days=500),
    lot=EntryId("e-9"),
)


def sale(sale_id: str, at: datetime = T0, *, cents: int = 1000, **more: object) -> Sale:
    number = int(sale_id.rpartition("-")[2])
    plain = Sale(
        id=SaleId(sale_id),
        ref=f"T1-{number:06d}",
        till=TILL,
        seq=number,
        cashier_id=CASHIER,
        member_id=ANNA,
        currency="EUR",
        lines=(SaleLine("A1", "Ελιές", cents, 1),),
        points_redeemed=0,
        redeemed_value=0,
        rounding=0,
        tenders=(Tender(TenderKind.CASH, cents),),
        change=0,
        sold_at=at,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


OLIVES = Goods("olives", "Example", ("greek", "vegan"), 2400, 25)
FULL_SALE = sale(
    "s-9",
    lines=(
        SaleLine("A1", "Ελιές", 500, 2, 150, "in oil", 120, OLIVES, 1),
        SaleLine("B2", "Őszi alma", 300, 1, 50, points_paid=30),
    ),
    points_redeemed=200,
    redeemed_value=150,
    rounding=-2,
    tenders=(Tender(TenderKind.GIFT_CARD, 500, "G123"), Tender(TenderKind.CASH, 600)),
    change=2,
    offers=(
        Applied("olives-off", "promotion", 50, (30, 20), coupon="C77"),
        Applied("points", "points", 150, (120, 30), 150),
        Applied("bag", "reward", 0, (0, 0), 50, gives="bag"),
    ),
)


def back(return_id: str, sale_id: str, at: datetime, **more: object) -> Return:
    plain = Return(
        id=ReturnId(return_id),
        ref=f"R-{return_id}",
        sale_id=SaleId(sale_id),
        till=TILL,
        seq=77,
        cashier_id=CASHIER,
        reason="too small",
        money_back=1000,
        currency="EUR",
        returned_at=at,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def order(remote_id: str, at: datetime = T0, **more: object) -> OnlineOrder:
    plain = OnlineOrder(
        store="web",
        remote_id=remote_id,
        code=f"W{remote_id}",
        customer_id="17",
        email="anna@example.com",
        card_number="2900000000018",
        placed_at=at,
        currency="EUR",
        goods=2500,
        total=2990,
        lines=(OrderLine("Ελιές", 2, 2500, "A1"), OrderLine("Gift wrap", 1, 0)),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def message(key: str, member_id: str | None = ANNA, **more: object) -> OutboxMessage:
    plain = OutboxMessage(
        key=key,
        kind=MessageKind.SALE,
        subject_id=f"about {key}",
        member_id=None if member_id is None else MemberId(member_id),
        created_at=T0,
        due_at=T0,
        store="vendure",
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def job(slip_id: str, at: datetime = T0, **more: object) -> SlipJob:
    blocks = (Block("text", "שלום", align="center", bold=True, size=2), Block("pair", "a", "b"))
    slip = Slip(SlipId(slip_id), "he", rtl=True, blocks=blocks)
    plain = SlipJob(id=slip.id, slip=slip, sale_id=None, created_at=at)
    return replace(plain, **more)  # type: ignore[arg-type]


def program(version: int, effective_from: datetime, **more: object) -> Program:
    plain = Program(
        code="house",
        version=version,
        effective_from=effective_from,
        currency="EUR",
        rules=(per_money(1, 100),),
        redemption=Redemption(block=100, value=100, minimum=100, cap_percent=50, cap_points=5000),
        tiers=(Tier("basic", 0), Tier("gold", 50_000, 150)),
        pending=Pending(days=14),
    )
    return msgspec.structs.replace(plain, **more)


def with_members(database: Database, *members: Member) -> None:
    """Store these members (Anna, if none are given)."""
    with database.write() as uow:
        for each in members or (member(),):
            uow.members.put(each)
        uow.commit()
