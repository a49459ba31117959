"""A shop with members and a history on both channels, on real services over storage in memory."""

from datetime import UTC, datetime, timedelta

from terminal.events import EventBus
from terminal.i18n import Words
from terminal.ids import MemberId, SaleId, TillCode, id_maker
from terminal.members import Purpose
from terminal.online import OnlineOrder, OrderLine
from terminal.outbox import BlockReason
from terminal.programs import Program, Redemption, Tier, per_money, welcome
from terminal.sales import Basket, Product, Sale, Tender, TenderKind, to_pay
from terminal.services.counter import SaleRequest
from terminal.services.enrolment import Answer, EnrolmentForm
from terminal.services.models import MemberView, SignedIn, Till
from terminal.services.suite import Services, build
from terminal.staff import Role
from tests.fakes import MemoryDatabase

NOW = datetime(2026, 11, 18, 14, 5, tzinfo=UTC)
START = datetime(2023, 3, 2, 9, tzinfo=UTC)
ATHENS = UTC
CARD = "2950041744174"
FREE_CARD = "2950041799211"

OIL = Product("OIL-500", "Olive oil, extra virgin", 980, "EUR", "500 ml", "5200000000011")
COFFEE = Product("COF-250", "Ground coffee", 640, "EUR", "250 g", "5200000000028")
HONEY = Product("HON-450", "Thyme honey", 1190, "EUR", "450 g", "5200000000035")
TOWEL = Product("TOW-1", "Linen tea towel", 890, "EUR", "Natural", "5200000000042")


class Clock:
    """A clock that a story moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class World:
    """The shop. ``bus`` tells what the story causes; ``person`` stands at the till."""

    def __init__(self, language: str = "en", *, now: datetime = NOW) -> None:
        self.clock = Clock(START)
        self.database = MemoryDatabase()
        self.bus = EventBus()
        self.woken = 0
        chance = iter(range(1, 1_000_000))
        self.new_id = id_maker(self.clock, lambda bits: next(chance))
        self.words = Words(language, zone=ATHENS)
        self.till = Till(
            code=TillCode("T1"), name="Till 1", shop="Elia Deli", address="Odos 1", country="GR",
            language="el", currency="EUR", card_prefix="2950", online_stores=("vendure",),
        )  # fmt: skip
        self.services: Services = build(
            self.database, self.till, self.bus,
            clock=self.clock, new_id=self.new_id, wake_sync=self._wake,
        )  # fmt: skip
        with self.database.write() as uow:
            uow.programs.put(program())
            uow.products.put_all([OIL, COFFEE, HONEY, TOWEL])
            uow.commit()
        self.manager = self.services.desk.add("Anna", Role.MANAGER, "1234")
        self.cashier = self.services.desk.add("Maria", Role.CASHIER, "2468")
        self.person: SignedIn | None = self.manager
        self.clock.now = now

    def _wake(self) -> None:
        self.woken += 1

    def who(self) -> SignedIn | None:
        return self.person

    def at(self, *when: int) -> None:
        self.clock.now = datetime(*when, tzinfo=UTC)

    def enrol(self, given: str, family: str, **more: str) -> MemberView:
        answers = [Answer(Purpose.PROGRAMME, True, "To keep your points we store …", "el")]
        if more.pop("mail", ""):
            answers.append(Answer(Purpose.EMAIL, True, "May we send you offers?", "el"))
        form = EnrolmentForm(
            given_name=given,
            family_name=family,
            answers=tuple(answers),
            **{"language": "el", **more},
        )
        return self.services.enrolment.enrol(form, self.cashier.id)

    def sell(
        self,
        view: MemberView | None,
        *goods: tuple[Product, int],
        points: int = 0,
        cash: int = 0,
    ) -> Sale:
        basket = Basket("EUR")
        for product, quantity in goods:
            basket = basket.add(product, quantity)
        fresh = self.services.counter.member(view.member.id) if view else None
        offered = self.services.counter.quote(basket, fresh, points)
        due = to_pay(offered.net, "EUR", cash=bool(cash))
        tenders = [Tender(TenderKind.CASH, cash)] if cash else [Tender(TenderKind.CARD, due)]
        if cash and cash < due:
            tenders.append(Tender(TenderKind.CARD, offered.net - cash))
        request = SaleRequest(
            id=SaleId(self.new_id()), basket=basket, member_id=view.member.id if view else None,
            points=points, tenders=tuple(tenders), cashier_id=self.cashier.id,
        )  # fmt: skip
        return self.services.counter.sell(request).sale

    def order(self, code: str, email: str, *lines: tuple[Product, int]) -> None:
        rows = tuple(OrderLine(p.name, n, p.price * n, p.sku) for p, n in lines)
        goods = sum(row.total for row in rows)
        order = OnlineOrder(
            store="vendure", remote_id=code, code=code, customer_id="", email=email,
            card_number="", placed_at=self.clock.now, currency="EUR", goods=goods,
            total=goods + 390, lines=rows,
        )  # fmt: skip
        self.services.orders.take([order])

    def block_first(self, problem: str = "forbidden") -> str:
        """Let the online store refuse the oldest message that waits."""
        with self.database.write() as uow:
            key = uow.outbox.due(self.clock(), 1, "vendure")[0].key
            uow.outbox.block(key, BlockReason.REFUSED, problem)
            uow.commit()
        return key

    def sync_everything(self) -> None:
        """Let everything that waits leave."""
        with self.database.write() as uow:
            while due := uow.outbox.due(self.clock(), 50, "vendure"):
                for message in due:
                    uow.outbox.sent(message.key, self.clock())
            uow.commit()

    def balance(self, member_id: MemberId) -> int:
        return self.services.counter.member(member_id).account.balance


def program() -> Program:
    """One point a euro, 100 points are a euro, bronze to platinum."""
    return Program(
        code="Elia", version=12, effective_from=START - timedelta(days=1), currency="EUR",
        rules=(per_money(1, 100), welcome(100)), redemption=Redemption(100, 100, 200, 50),
        tiers=(
            Tier("bronze", 0), Tier("silver", 10_000, 120), Tier("gold", 30_000, 150),
            Tier("platinum", 80_000, 200),
        ),
    )  # fmt: skip


def lived_in(language: str = "en") -> tuple[World, MemberView]:
    """A shop with a year of history and its best member, Eleni Paradeigma."""
    world = World(language)
    world.at(2023, 3, 2, 10)
    eleni = world.enrol(
        "Eleni", "Paradeigma", card=CARD, phone="6900004417", email="eleni@example.com",
        birthday="11-24", mail="yes",
    )  # fmt: skip
    world.at(2024, 5, 4, 10)
    world.enrol("Nikos", "Paradeigma", card="2950093209324", phone="6900000932")
    world.enrol("Paraskevi", "Deigma", phone="6900007741")
    world.enrol("Anna", "Sample", email="para.anna@example.com", language="en")
    for month, shop, online in ((12, 7, 2), (1, 9, 0), (2, 8, 4), (3, 9, 1), (4, 6, 4), (5, 10, 2)):
        _month(world, eleni, 2025 if month == 12 else 2026, month, shop, online)
    for month, shop, online in ((6, 7, 4), (7, 5, 6), (8, 4, 7), (9, 10, 3), (10, 9, 3)):
        _month(world, eleni, 2026, month, shop, online)
    world.at(2026, 10, 28, 18, 5)
    back = world.sell(eleni, (HONEY, 1))
    world.services.counter.take_back(back.ref, "Damaged", world.cashier.id)
    world.at(2026, 11, 12, 15, 48)
    world.sell(eleni, (OIL, 1), (COFFEE, 2), (HONEY, 1), (TOWEL, 1), points=500)
    world.at(2026, 11, 18, 13, 12)
    world.order("10471", "eleni@example.com", (OIL, 2), (COFFEE, 3))
    world.sync_everything()
    world.clock.now = NOW
    return world, world.services.counter.member(eleni.member.id)


def _month(world: World, view: MemberView, year: int, month: int, shop: int, online: int) -> None:
    world.at(year, month, 6, 11, 30)
    world.sell(view, (COFFEE, shop))
    if online:
        world.at(year, month, 17, 20, 12)
        world.order(f"{year}{month:02}", "eleni@example.com", (HONEY, online))
