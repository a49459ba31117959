"""A shop for stories: the real services over a real database file, with a clock one can turn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import msgspec

from terminal import demo
from terminal.cards import own_card
from terminal.db.engine import open_database
from terminal.events import Event, EventBus
from terminal.ids import MemberId, SaleId, id_maker
from terminal.members import Purpose
from terminal.ports import Database
from terminal.programs import Program
from terminal.sales import Basket, Product, Tender, TenderKind
from terminal.services import suite
from terminal.services.counter import SaleRequest
from terminal.services.enrolment import Answer, EnrolmentForm
from terminal.services.models import MemberView, SaleDone, SignedIn, Till
from terminal.settings import Settings
from terminal.staff import Role, Staff

START = datetime(2026, 11, 21, 14, 32, tzinfo=UTC)
PIN = "1234"


@dataclass
class Shop:
    """One till. ``clock`` is turned with ``later``; everything booked is heard in ``heard``."""

    database: Database
    till: Till
    moment: datetime = START
    heard: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bus = EventBus()
        self.bus.subscribe(self.heard.append)
        self.new_id = id_maker(self.clock)
        self.services = suite.build(
            self.database, self.till, self.bus, clock=self.clock, new_id=self.new_id
        )
        self.products = {p.sku: p for p in demo.demo_products("en", self.till.currency)}
        self._serial = count(1)

    def clock(self) -> datetime:
        return self.moment

    def later(self, **span: float) -> None:
        self.moment += timedelta(**span)

    def open_up(self) -> SignedIn:
        """Programme, goods and a cashier; answers the manager."""
        with self.database.write() as uow:
            uow.programs.put(demo.demo_program(self.till.currency))
            uow.products.put_all(self.products.values())
            # Hashing a PIN takes its time by design, so only stories about PINs do it.
            uow.staff.put(Staff("cashier", "Maria", Role.CASHIER, ""))
            uow.staff.put(Staff("manager", "Anna", Role.MANAGER, ""))
            uow.commit()
        return SignedIn("manager", "Anna", Role.MANAGER)

    def basket(self, *skus: str) -> Basket:
        basket = Basket(self.till.currency)
        for sku in skus:
            basket = basket.add(self.products[sku])
        return basket

    def open_price(self, minor: int) -> Basket:
        return Basket(self.till.currency).add(
            Product("TILL-OPEN", "Open price", minor, self.till.currency)
        )

    def enrol(self, name: str = "Eleni", **more: object) -> MemberView:
        """A new member with the next card; the welcome points come with it."""
        form = EnrolmentForm(
            card=own_card(self.till.card_prefix, next(self._serial)), given_name=name, **more
        )
        consent = Answer(Purpose.PROGRAMME, True, "May we?", "en")
        return self.services.enrolment.enrol(replace(form, answers=(consent,)), "cashier")

    def sell(
        self,
        member: MemberView | None,
        basket: Basket,
        *,
        points: int = 0,
        id: str = "",
        rewards: tuple[str, ...] = (),
        codes: tuple[str, ...] = (),
        cards: tuple[Tender, ...] = (),
    ) -> SaleDone:
        """Sold by card, exactly paid; ``codes`` are coupons shown, ``cards`` pay a part of it."""
        counter = self.services.counter
        counter.products()  # as the window does: what guests get is known from then on
        now = counter.member(member.member.id) if member else None
        coupons = tuple(counter.present(code, now) for code in codes)
        due = counter.quote(basket, now, points, rewards, coupons).net
        rest = due - sum(card.amount for card in cards)
        return counter.sell(
            SaleRequest(
                id=SaleId(id or self.new_id()), basket=basket, points=points, cashier_id="cashier",
                member_id=MemberId(member.member.id) if member else None,
                tenders=(*cards, Tender(TenderKind.CARD, rest)), rewards=rewards, coupons=coupons,
            )
        )  # fmt: skip

    def run(self, **changes: object) -> Program:
        """From this moment on the shop runs another version of its programme."""
        with self.database.write() as uow:
            before = uow.programs.at(self.moment)
            after = msgspec.structs.replace(
                before, version=before.version + 1, effective_from=self.moment, **changes
            )
            uow.programs.put(after)
            uow.commit()
        return after

    def balance(self, member: MemberView) -> int:
        return self.services.counter.member(member.member.id).account.balance


def till(**more: object) -> Till:
    """The demo till; with an online store, so that messages are queued."""
    return replace(suite.till_of(Settings()), **{"online_stores": ("vendure",), **more})


def open_shop(path: Path, **more: object) -> Shop:
    """A shop over a database file, opened up. Close its database."""
    shop = Shop(open_database(path), till(**more))
    shop.open_up()
    return shop
