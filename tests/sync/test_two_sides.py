"""One customer, two sides: till and real online store end with the same points."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.engine import SyncEngine
from sync.worker import SyncWorker
from terminal.db.engine import open_database
from terminal.events import SyncStatus
from terminal.ports import Database
from terminal.sales import SaleLine
from tests.faults import FaultProxy
from tests.stores import Admin, Shopper, unique
from tests.sync.online import connect, drafts, hear_of_the_past
from tests.sync.shop import Shop


class Till:
    """A till on the real store through a network that can fail."""

    def __init__(self, shop: Shop, network: FaultProxy) -> None:
        self.shop = shop
        self.network = network
        self.store = connect(network.url)
        self.engine = SyncEngine(
            shop.database, self.store, clock=shop.clock, new_id=shop.new_id, jitter=lambda: 0.0,
            machine=lambda: datetime.now(UTC),
        )  # fmt: skip
        self.worker = SyncWorker(self.engine, clock=shop.clock, jitter=lambda: 0.0)

    def sync(self, rounds: int = 1) -> SyncStatus:
        for _ in range(rounds):
            self.shop.clock.advance(hours=2)
            self.worker.run_once()
        return self.worker.status

    def points_online(self, email: str) -> int:
        customer = self.store.find_customer(email=email)
        assert customer is not None
        assert customer.standing is not None
        return customer.standing.points


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "till.db")
    yield opened
    opened.close()


@pytest.fixture
def till(shop: Shop, network: FaultProxy, vendure) -> Iterator[Till]:
    till = Till(shop, network)
    # What other tests bought is not of interest here.
    hear_of_the_past(till.engine, shop.database, vendure)
    network.seen.clear()
    yield till
    till.store.close()


def told(admin: Admin, sale_ids: set[str]) -> dict[str, int]:
    """Sale id -> total, of these sales' orders; each must be there once."""
    asked = admin.ask(
        "query($ids: [String!]!) { orders(options: {take: 500, filter: {posSaleId: {in: $ids}}})"
        " { items { totalWithTax state customFields { posSaleId } } } }",
        ids=sorted(sale_ids),
    )
    items = asked["orders"]["items"]
    assert len(items) == len({item["customFields"]["posSaleId"] for item in items})
    return {item["customFields"]["posSaleId"]: item["totalWithTax"] for item in items}


def test_points_are_the_same_on_both_sides(till, shop, vendure, admin):
    """Enrolled at the till, buys in both places, pays with points, brings something back."""
    email = f"{unique('both')}@sample.example"
    member = shop.enrol(email, unique("CARD"))
    shop.sell(member, SaleLine("HON-450", "Honey", 1190, 3))
    assert till.sync().state == "online"
    assert till.points_online(email) == shop.balance(member) == 35

    guest, web = Shopper(vendure), Shopper(vendure)
    bought = guest_checkout(guest, email)
    till.sync()
    assert shop.balance(member) == 35 + 9 == till.points_online(email)
    with shop.database.read() as uow:
        [order] = uow.sales.orders_of_member(member.id, 5)
    assert order.code == bought
    assert till.engine.pull().taken == 0, "the overlap brings it again, and it is known"

    web.register(email)
    assert web.customer_id() == till.store.find_customer(email=email).id, "one customer"
    web.buy({"TEA-100": 2})
    till.sync()
    assert shop.balance(member) == 44 + 9 == till.points_online(email)

    redeemed = shop.sell(member, SaleLine("OIL-500", "Oil", 980, 1, discount=40), points=40)
    till.sync()
    assert till.points_online(email) == shop.balance(member) == 53 - 40 + 9
    shop.take_back(redeemed)
    till.sync()
    assert till.points_online(email) == shop.balance(member) == 53
    assert shop.open_messages() == []
    guest.close()
    web.close()


def guest_checkout(web: Shopper, email: str) -> str:
    """An order in the web shop with just the e-mail address, as most people buy."""
    cart = web.open_cart({"OIL-500": 1})
    web.ask(
        "mutation($i: CreateCustomerInput!) { setCustomerForOrder(input: $i)"
        " { __typename ... on ErrorResult { errorCode message } } }",
        i={"emailAddress": email, "firstName": "Example", "lastName": "Sample"},
    )
    assert web.pay().code == cart.code
    return cart.code


def test_an_offline_day_is_pushed_once_each(till, shop, admin, network, caplog):
    members = [shop.enrol(f"{unique('day')}@sample.example") for _ in range(5)]
    till.sync()
    network.down()
    sales = [shop.sell(members[n % 5] if n % 4 else None) for n in range(100)]
    assert till.sync(rounds=5).problem == "unreachable"
    assert {message.attempts for message in shop.open_messages()} == {0}
    network.up()
    network.seen.clear()
    before = drafts(admin)
    status = till.sync()
    assert (status.state, status.waiting, status.blocked) == ("online", 0, 0)
    assert told(admin, {sale.id for sale in sales}) == {sale.id: sale.paid for sale in sales}
    assert drafts(admin) == before
    for made in ("createDraftOrder", "addManualPaymentToOrder"):
        assert sum(seen.document.count(made) for seen in network.asked(made)) == 100
    for member in members:
        assert till.points_online(member.email) == shop.balance(member)


def test_a_bad_line_all_day_long(till, shop, admin, network, caplog):
    """Every fifth answer is lost, every seventh request meets a web page."""
    lost, page = iter(range(1, 100_000)), iter(range(1, 100_000))
    network.lose_answer(when=lambda seen: next(lost) % 5 == 0, times=None)
    network.html(when=lambda seen: next(page) % 7 == 0, times=None)
    email = f"{unique('bad')}@sample.example"
    member = shop.enrol(email)
    sales = [shop.sell(member if n % 2 else None) for n in range(10)]
    back = shop.take_back(sales[1])
    before = shop.entries(member)
    for _ in range(60):
        till.sync()
        if not shop.open_messages():
            break
    network.heal()
    assert till.sync(rounds=2).state == "online"
    assert shop.open_messages() == []
    totals = told(admin, {sale.id for sale in sales})
    assert set(totals) == {sale.id for sale in sales}
    assert totals.pop(back.sale_id) == 0
    assert set(totals.values()) == {980}
    assert shop.entries(member) == before
    assert till.points_online(email) == shop.balance(member)


def test_a_customer_deleted_over_there_costs_no_sale(till, shop, admin):
    email = f"{unique('gone')}@sample.example"
    member = shop.enrol(email, unique("CARD"))
    till.sync()
    admin.delete_customer(admin.customer(email)["id"])
    sale = shop.sell(member)
    assert till.sync().waiting == 0
    assert told(admin, {sale.id}) == {sale.id: 980}
    assert till.points_online(email) == shop.balance(member) == 9


def test_nobody_s_data_is_in_the_log(till, shop, network, caplog):
    caplog.set_level("DEBUG")
    email, card = f"{unique('quiet')}@sample.example", unique("CARD")
    member = shop.enrol(email, card, name="Paradeigma")
    network.status(500, times=2)
    network.lose_answer(after=2)
    shop.sell(member)
    till.sync(rounds=4)
    ours = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("urllib3"))
    for private in (email, card, "Paradeigma", "superadmin"):
        assert private not in ours
