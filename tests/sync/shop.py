"""A small shop for sync tests: members, sales and returns booked as the services book them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from sync.engine import SyncEngine
from sync.online_store import OnlineStore
from terminal.cards import Card
from terminal.ids import (
    CardNumber,
    EntryId,
    MemberId,
    ReturnId,
    SaleId,
    StaffId,
    TillCode,
    id_maker,
)
from terminal.ledger import EntryKind, LedgerEntry
from terminal.members import Member
from terminal.online import OnlineOrder, OrderLine
from terminal.outbox import MessageKind, OutboxMessage
from terminal.ports import Database, UnitOfWork
from terminal.programs import Program, Redemption, Tier, per_money
from terminal.returns import Return, reversing_entries
from terminal.sales import Sale, SaleLine, Tender, TenderKind

TILL = TillCode("T1")
CASHIER = StaffId("cashier")


@dataclass(slots=True)
class Clock:
    """Stands still until it is told."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


def program(**changes: object) -> Program:
    """One point a euro, a hundred points a euro off, half as much again from 200 euro on."""
    plain = Program(
        code="Elia",
        version=1,
        effective_from=datetime(2020, 1, 1, tzinfo=UTC),
        currency="EUR",
        rules=(per_money(1, 100),),
        redemption=Redemption(block=100, value=100, minimum=100),
        tiers=(Tier("bronze", 0), Tier("gold", 20_000, 150)),
    )
    return msgspec.structs.replace(plain, **changes)  # type: ignore[arg-type]


class Shop:
    """Books into a database and queues what the online store must hear."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.new_id = id_maker(clock)
        self._count = 0
        with database.write() as uow:
            uow.programs.put(program())
            uow.commit()

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """What is written within is committed at the end."""
        with self.database.write() as uow:
            yield uow
            uow.commit()

    def engine(self, store: OnlineStore, **more: Any) -> SyncEngine:
        """What keeps the shop and an online store the same, as a till has it after its start."""
        given = {"clock": self.clock, "new_id": self.new_id, "jitter": lambda: 0.5, **more}
        return SyncEngine(self.database, store, **given)

    def enrol(self, email: str = "", card: str = "", name: str = "Example") -> Member:
        """A new member, told to the online store."""
        now = self.clock()
        member = Member(
            id=MemberId(self.new_id()), given_name=name, family_name="Sample", email=email,
            joined_at=now, updated_at=now,
        )  # fmt: skip
        with self.database.write() as uow:
            uow.members.put(member)
            if card:
                uow.members.put_card(Card(CardNumber(card), member.id, now))
            self.queue(uow, MessageKind.MEMBER, member.id, member.id)
            self.queue(uow, MessageKind.STANDING, member.id, member.id)
            uow.commit()
        return member

    def change(self, member: Member, **changes: object) -> Member:
        """Change a member's data, told to the online store."""
        changed = replace(member, **changes)  # type: ignore[arg-type]
        with self.database.write() as uow:
            uow.members.put(changed)
            self.queue(uow, MessageKind.MEMBER, member.id, member.id)
            uow.commit()
        return changed

    def sell(
        self,
        member: Member | None = None,
        *lines: SaleLine,
        points: int = 0,
        rounding: int = 0,
    ) -> Sale:
        """A paid sale; without lines a bottle of oil. A hundred points are a euro off."""
        lines = lines or (SaleLine("OIL-500", "Olive oil", 980, 1, points),)
        self._count += 1
        with self.database.write() as uow:
            seq = uow.next_seq(TILL)
            goods = sum(line.unit_price * line.quantity for line in lines)
            paid = goods - points + rounding
            sale = Sale(
                id=SaleId(self.new_id()), ref=f"T1-{self.new_id()[-8:]}-{seq:06d}", till=TILL,
                seq=seq, cashier_id=CASHIER, member_id=member.id if member else None,
                currency="EUR", lines=lines, points_redeemed=points, redeemed_value=points,
                rounding=rounding, tenders=(Tender(TenderKind.CASH, paid),) if paid else (),
                change=0, sold_at=self.clock(),
            )  # fmt: skip
            uow.sales.put(sale)
            if member:
                uow.ledger.append(self._entries(sale, member.id, uow.next_seq(TILL)))
            self.queue(uow, MessageKind.SALE, sale.id, sale.member_id)
            if member:
                self.queue(uow, MessageKind.STANDING, member.id, member.id)
            uow.commit()
        return sale

    def take_back(self, sale: Sale) -> Return:
        """The whole sale comes back."""
        with self.database.write() as uow:
            seq = uow.next_seq(TILL)
            back = Return(
                id=ReturnId(self.new_id()), ref=f"T1-{self.new_id()[-8:]}-{seq:06d}",
                sale_id=sale.id, till=TILL, seq=seq, cashier_id=CASHIER, reason="changed mind",
                money_back=sale.paid, currency="EUR", returned_at=self.clock(),
            )  # fmt: skip
            uow.sales.put_return(back)
            if sale.member_id:
                history = uow.ledger.entries(sale.member_id)
                uow.ledger.append(
                    reversing_entries(
                        sale, back, history, new_id=self.new_id,
                        next_seq=lambda: uow.next_seq(TILL),
                    )
                )  # fmt: skip
            self.queue(uow, MessageKind.RETURN, back.id, sale.member_id)
            if sale.member_id:
                self.queue(uow, MessageKind.STANDING, sale.member_id, sale.member_id)
            uow.commit()
        return back

    def give(self, member: Member, points: int) -> None:
        """Points out of nothing, untold."""
        with self.database.write() as uow:
            uow.ledger.append([self.entry(EntryKind.BONUS, points, member.id, "", 0)])
            uow.commit()

    def balance(self, member: Member) -> int:
        with self.database.read() as uow:
            return uow.ledger.account(member.id).balance

    def entries(self, member: Member) -> list[LedgerEntry]:
        with self.database.read() as uow:
            return uow.ledger.entries(member.id)

    def open_messages(self) -> list[OutboxMessage]:
        with self.database.read() as uow:
            return uow.outbox.open(1000)

    def queued(self, kind: MessageKind) -> list[OutboxMessage]:
        return [message for message in self.open_messages() if message.kind is kind]

    def _entries(self, sale: Sale, member_id: MemberId, seq: int) -> list[LedgerEntry]:
        entries = []
        if sale.points_redeemed:
            entries.append(
                self.entry(EntryKind.REDEEM, -sale.points_redeemed, member_id, sale.id, seq)
            )
        if sale.net >= 100:
            entries.append(self.entry(EntryKind.EARN, sale.net // 100, member_id, sale.id, seq))
        return entries

    def entry(
        self, kind: EntryKind, points: int, member_id: MemberId, source: str, seq: int
    ) -> LedgerEntry:
        return LedgerEntry(
            id=EntryId(self.new_id()), member_id=member_id, kind=kind, points=points,
            decided_at=self.clock(), till=TILL, seq=seq, source_id=source,
        )  # fmt: skip

    def queue(
        self, uow: UnitOfWork, kind: MessageKind, subject: str, member_id: MemberId | None
    ) -> None:
        """A message to the online store."""
        now = self.clock()
        once = kind in (MessageKind.SALE, MessageKind.RETURN)
        uow.outbox.put(
            OutboxMessage(store="online",
                key=subject if once else self.new_id(), kind=kind, subject_id=subject,
                member_id=member_id, created_at=now, due_at=now,
            )
        )  # fmt: skip


def online_order(n: int, placed_at: datetime, goods: int = 1000, **changes: object) -> OnlineOrder:
    """A paid order as an adapter hands it over."""
    order = OnlineOrder(
        store="online", remote_id=str(n), code=f"CODE{n}", customer_id="", email="",
        card_number="", placed_at=placed_at, currency="EUR", goods=goods, total=goods + 350,
        lines=(OrderLine("Honey", 1, goods, "HON-450"),),
    )  # fmt: skip
    return replace(order, **changes)  # type: ignore[arg-type]
