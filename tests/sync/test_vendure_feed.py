"""Orders of a real Vendure store, on both of its databases: none left out, whatever the clock.

PostgreSQL keeps microseconds where the API shows milliseconds; sql.js keeps whole seconds.
"""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sync.online_store import SaleNews
from sync.stores.vendure import Access, FeedSettings, VendureOnlineStore
from sync.stores.vendure_orders import _line
from sync.stores.vendure_wire import LineFields, Named
from terminal.online import OnlineOrder
from tests.stores import ADMIN_PASSWORD, ADMIN_USER, Admin, Shopper, VendureStore, unique
from tests.sync.online import connect, sale_of

OVERLAP = timedelta(seconds=1.1)


@pytest.fixture(params=["vendure", "vendure_pg"])
def shop(request: pytest.FixtureRequest) -> VendureStore:
    store: VendureStore = request.getfixturevalue(request.param)
    return store


@pytest.fixture
def owner(shop: VendureStore) -> Iterator[Admin]:
    owner = Admin(shop)
    yield owner
    owner.close()


class Reader:
    """A till that reads the feed."""

    def __init__(
        self,
        shop: VendureStore,
        page_size: int = 100,
        cursor: str | None = None,
        overlap: timedelta = OVERLAP,
    ) -> None:
        self.store = VendureOnlineStore(
            Access(url=shop.admin_api, username=ADMIN_USER, secret=ADMIN_PASSWORD),
            name="online",
            feed=FeedSettings(page_size=page_size, overlap=overlap),
        )
        self.cursor = cursor
        self.seen: dict[str, OnlineOrder] = {}
        self.pages = 0

    def round(self) -> dict[str, OnlineOrder]:
        """Everything one round brings."""
        brought: dict[str, OnlineOrder] = {}
        for _ in range(1000):
            page = self.store.changes(self.cursor)
            self.cursor = page.cursor
            self.pages += 1
            brought |= {order.code: order for order in page.orders}
            if not page.more:
                break
        self.seen |= brought
        return brought


@pytest.fixture
def reader(shop: VendureStore) -> Iterator[Reader]:
    """One that knows everything so far."""
    reader = Reader(shop)
    reader.round()
    yield reader
    reader.store.close()


@pytest.fixture
def person(shop: VendureStore) -> Iterator[Shopper]:
    shopper = Shopper(shop).register()
    yield shopper
    shopper.close()


def place_of(cursor: str) -> dict[str, Any]:
    """Where a round begins, without when refunds were looked at."""
    place: dict[str, Any] = json.loads(cursor)["place"]
    return place


def outlast(moment: datetime) -> None:
    """Wait until the store's clock has left ``moment`` behind by more than the overlap."""
    while datetime.now(UTC) < moment + OVERLAP + timedelta(seconds=1.2):
        time.sleep(0.05)


def test_a_paid_order_is_told_with_what_it_earned_on(reader, person):
    card = unique("CARD")
    person.set_fields(loyaltyCardNumber=card)
    bought = person.buy({"OIL-500": 2, "HON-450": 1})
    order = reader.round()[bought.code]
    assert order.goods == 2 * 980 + 1190
    assert order.total == bought.total > order.goods
    assert (order.email, order.card_number) == (person.email, card)
    assert order.customer_id == person.customer_id()
    assert sorted((x.sku, x.quantity, x.total) for x in order.lines) == [
        ("HON-450", 1, 1190),
        ("OIL-500", 2, 1960),
    ]
    assert abs(order.placed_at - datetime.now(UTC)) < timedelta(minutes=2)
    assert (order.currency, order.sale_id, order.store) == ("EUR", "", "online")


def test_an_order_paid_long_after_its_cart_was_made_is_found(shop, reader, owner, person):
    cart = person.open_cart({"TEA-100": 1})
    outlast(datetime.now(UTC))
    other = Shopper(shop).register()
    later = other.buy({"TEA-100": 1})
    assert later.code in reader.round()
    since = datetime.fromisoformat(place_of(reader.cursor)["since"]["updatedAt"])
    assert cart.code not in reader.seen, "not paid yet"
    paid = person.pay()
    assert paid.code == cart.code
    updated = datetime.fromisoformat(owner.order(cart.code)["updatedAt"])
    assert updated < since, "the trap is gone: updatedAt was moved by the payment"
    assert cart.code in reader.round()
    other.close()


def test_the_clocks_of_application_and_database_need_not_agree(reader, person):
    """The database's clock runs an hour ahead, so every change seems to lie an hour back."""
    person.buy({"TEA-100": 1})
    reader.round()
    mark = json.loads(reader.cursor)
    since = mark["place"]["since"]
    ahead = datetime.fromisoformat(since["updatedAt"]) + timedelta(hours=1)
    since["updatedAt"] = ahead.isoformat()
    reader.cursor = json.dumps(mark)
    bought = person.buy({"TEA-100": 1})
    assert bought.code in reader.round()


def test_an_authorised_payment_counts_when_it_is_settled(shop, reader, owner, person):
    method = unique("card-later-")
    owner.ask(
        "mutation($i: CreatePaymentMethodInput!) { createPaymentMethod(input: $i) { id } }",
        i={
            "code": method, "enabled": True,
            "handler": {
                "code": "dummy-payment-handler",
                "arguments": [{"name": "automaticSettle", "value": "false"}],
            },
            "translations": [{"languageCode": "en", "name": "Card, later", "description": ""}],
        },
    )  # fmt: skip
    cart = person.open_cart({"COF-250": 1})
    person.ask('mutation { transitionOrderToState(state: "ArrangingPayment") { __typename } }')
    person.ask(
        "mutation($i: PaymentInput!) { addPaymentToOrder(input: $i) { __typename } }",
        i={"method": method, "metadata": {}},
    )
    assert owner.order(cart.code)["state"] == "PaymentAuthorized"
    reader.round()
    outlast(datetime.now(UTC))
    shopper = Shopper(shop).register()
    shopper.buy({"TEA-100": 1})
    shopper.close()
    reader.round()
    assert cart.code not in reader.seen
    payment = owner.order(cart.code)["payments"][0]["id"]
    owner.ask("mutation($id: ID!) { settlePayment(id: $id) { __typename } }", id=payment)
    assert cart.code in reader.round()
    assert json.loads(reader.cursor).get("waiting", []) == []


def test_nothing_is_left_out_while_people_buy(shop, reader):
    # A busy machine takes its time between an order's stamp and its commit.
    reader = Reader(shop, cursor=reader.cursor, overlap=timedelta(minutes=1))
    bought: list[str] = []
    people = [Shopper(shop).register() for _ in range(2)]

    def buy(person: Shopper) -> None:
        for _ in range(4):
            bought.append(person.buy({"TEA-100": 1}).code)

    threads = [threading.Thread(target=buy, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        reader.round()
    reader.round()
    for person in people:
        person.close()
    assert len(bought) == 8
    assert set(bought) <= reader.seen.keys()
    reader.store.close()


def test_pages_bring_the_same_as_one_great_page(shop, reader):
    before = reader.cursor
    people = [Shopper(shop).register() for _ in range(3)]
    for person in people:
        person.buy({"TEA-100": 1})
        person.close()
    small, great = Reader(shop, page_size=1, cursor=before), Reader(shop, cursor=before)
    assert small.round() == great.round()
    assert small.pages >= 3
    assert place_of(small.cursor) == place_of(great.cursor)


def test_a_page_that_shifted_is_read_once_more(shop, reader, person):
    before = reader.cursor
    codes = [person.buy({"TEA-100": 1}).code for _ in range(3)]
    reader = Reader(shop, page_size=1, cursor=before)
    for _ in range(1000):
        page = reader.store.changes(reader.cursor)
        reader.cursor = page.cursor
        if codes[0] in {order.code for order in page.orders}:
            break
    mark = json.loads(page.cursor)
    # As if rows of pages before had left the list since: the one we saw last stands further up.
    mark["place"]["skip"] += 1
    again = reader.store.changes(json.dumps(mark))
    assert (again.orders, again.more) == ((), True)
    reader.cursor = again.cursor
    assert set(codes[1:]) <= reader.round().keys()


def test_a_cursor_that_cannot_be_read_begins_from_the_beginning(shop, person):
    bought = person.buy({"TEA-100": 1})
    assert bought.code in Reader(shop, cursor="{not ours").round()


def test_a_till_sale_comes_back_under_its_own_id(shop, reader):
    store, sale = connect(shop.admin_api), sale_of()
    told = store.put_sale(SaleNews(sale, None, fresh=True))
    back = reader.round()[told.code]
    assert (back.sale_id, back.remote_id, back.goods) == (sale.id, told.id, sale.paid)
    store.close()


def test_unpaid_carts_and_drafts_are_nobody_s_orders(reader, owner, person):
    cart = person.open_cart({"TEA-100": 1})
    draft = owner.ask("mutation { createDraftOrder { code } }")["createDraftOrder"]["code"]
    assert not {cart.code, draft} & reader.round().keys()


def test_a_quiet_store_keeps_its_place(reader):
    before = place_of(reader.cursor)
    reader.round()
    assert place_of(reader.cursor) == before


def test_names_are_plain_text():
    line = LineFields("1", 1, 1, 10, 10, Named("S", "Oil &amp; honey &#39;Elia&#39;"))
    assert _line(line, 10).name == "Oil & honey 'Elia'"
