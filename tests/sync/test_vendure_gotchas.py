"""What a Vendure store does that nobody would expect, each with a name: seen on a real one.

Those with a story elsewhere are not told again here; ``docs/adapters.md`` says what to look for.
"""

import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sync.errors import Misconfigured, Refused, Retryable
from sync.online_store import SaleNews, Standing
from sync.stores.vendure import Access, FeedSettings, VendureOnlineStore
from sync.stores.vendure_http import VendureApi
from tests.adapters.vendure_world import VendureWorld
from tests.adapters.world import back_of, profile_of, read_customers, read_orders
from tests.adapters.world import sale_of as sale_in
from tests.stores import ADMIN_PASSWORD, ADMIN_USER, Admin, Shopper, VendureStore, unique
from tests.sync.online import NOW, assert_told, connect, profile, sale_of


@pytest.fixture(params=["vendure", "vendure_pg"])
def either(request: pytest.FixtureRequest) -> VendureStore:
    """On each database: they say things in different words and times in different grains."""
    store: VendureStore = request.getfixturevalue(request.param)
    return store


@pytest.fixture
def owner(either: VendureStore) -> Iterator[Admin]:
    owner = Admin(either)
    yield owner
    owner.close()


@pytest.fixture
def online(either: VendureStore) -> Iterator[VendureOnlineStore]:
    store = connect(either.admin_api)
    yield store
    store.close()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VendureStore]:
    """Vendure as it comes: its own order process, its slow hashing of keys, and a shop that has
    not made the optional fields."""
    folder = tmp_path_factory.mktemp("plain")
    with VendureStore(folder, strict="1", slow_hash="1", no_lapse="1") as store:
        yield store


def address(stem: str = "m") -> str:
    return f"{unique(stem)}@sample.example"


def by_key(store: VendureStore, **more: float) -> VendureOnlineStore:
    return VendureOnlineStore(
        Access(url=store.admin_api, secret=store.api_key, **more), name="online"
    )


# -- HTTP ------------------------------------------------------------------------------------------


class Scripted(BaseHTTPRequestHandler):
    """Answers whatever the test put there."""

    status, body, headers_told = 200, b"{}", {}

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        kind = type(self)
        self.send_response(kind.status)
        for name, value in kind.headers_told.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(kind.body)))
        self.end_headers()
        self.wfile.write(kind.body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def scripted() -> Iterator[tuple[type[Scripted], VendureOnlineStore]]:
    """A server that says what it is told to, and an adapter with a key for it."""
    kind = type("OneScript", (Scripted,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    ).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/admin-api"
    store = VendureOnlineStore(Access(url=url, secret="k"))  # noqa: S106 (anybody's)
    yield kind, store
    store.close()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "answer", "error", "problem"),
    [
        (200, {"errors": [{"message": "x", "extensions": {"code": "FORBIDDEN"}}]}, Misconfigured,
         "forbidden"),
        (200, {"errors": [{"message": "x", "extensions": {"code": "ENTITY_NOT_FOUND"}}]}, Refused,
         "not_found"),
        (200, {"errors": [{"message": "x", "extensions": {"code": "USER_INPUT_ERROR"}}]}, Refused,
         "bad_input"),
        (200, {"errors": [{"message": "relation is locked"}], "data": None}, Retryable,
         "server_error"),
        (200, {"errors": [{"message": 'duplicate key value violates unique constraint "UQ_4b"'}]},
         Refused, "conflict"),
        (200, {"errors": [{"message": "UNIQUE constraint failed: customer.x"}]}, Refused,
         "conflict"),
        (400, {"errors": [{"message": 'Cannot query field "y" on type "Z"',
                           "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}]}, Misconfigured,
         "schema"),
        (400, {"statusCode": 400, "message": "x", "timestamp": "t", "path": "/"}, Refused,
         "bad_request"),
        (200, {"data": {"customer": 7}}, Retryable, "bad_answer"),
        (200, ["not", "an", "envelope"], Retryable, "not_json"),
        (200, {"ok": True}, Retryable, "bad_answer"),
        (403, {"message": "no"}, Misconfigured, "forbidden"),
        (404, {"message": "no"}, Misconfigured, "wrong_address"),
        (413, {"message": "no"}, Refused, "too_large"),
    ],
)  # fmt: skip
def test_failures_come_with_http_200_and_in_three_shapes(scripted, status, answer, error, problem):
    kind, store = scripted
    kind.status, kind.body = status, json.dumps(answer).encode()
    with pytest.raises(error) as failure:
        store.customer("1")
    assert failure.value.problem == problem


def test_a_raw_database_error_does_not_carry_its_data_out(scripted, caplog):
    kind, store = scripted
    caplog.set_level("DEBUG")
    told = {"errors": [{"message": "duplicate key (card)=(2900000000055)", "path": ["put"]}]}
    kind.body = json.dumps(told).encode()
    with pytest.raises(Refused) as failure:
        store.customer("1")
    assert failure.value.where == "put"
    assert "2900000000055" not in repr(failure.value) + caplog.text


def test_a_document_that_does_not_fit_the_schema_names_the_field(vendure):
    api = VendureApi(Access(url=vendure.admin_api, username=ADMIN_USER, secret=ADMIN_PASSWORD))
    with pytest.raises(Misconfigured, match="schema") as failure:
        api.ask("query { customers { items { loyaltyShoeSize } } }", dict)
    assert failure.value.where == "loyaltyShoeSize"
    api.close()


# -- the way in ------------------------------------------------------------------------------------


def test_an_unknown_key_is_told_from_a_missing_right_by_an_empty_header(scripted):
    kind, store = scripted
    told = {"errors": [{"message": "x", "extensions": {"code": "FORBIDDEN"}}], "data": None}
    kind.body = json.dumps(told).encode()
    with pytest.raises(Misconfigured, match="forbidden"):
        store.check()
    kind.headers_told = {"vendure-auth-token": ""}
    with pytest.raises(Misconfigured, match="wrong_key"):
        store.check()


def test_a_session_that_ends_in_the_middle_of_a_document_is_not_begun_again_blindly(scripted):
    kind, store = scripted
    told = {
        "errors": [{"message": "x", "extensions": {"code": "FORBIDDEN"}, "path": ["b"]}],
        "data": {"a": {"id": "1"}, "b": None},
    }
    kind.body, kind.headers_told = json.dumps(told).encode(), {"vendure-auth-token": ""}
    with pytest.raises(Retryable, match="expired"):
        store.customer("1")


def test_a_key_is_revoked_at_once(vendure, admin):
    role = next(r for r in admin.ask("{ roles { items { id code } } }")["roles"]["items"]
                if r["code"] == "till")  # fmt: skip
    made = admin.ask(
        "mutation($i: CreateApiKeyInput!) { createApiKey(input: $i) { apiKey entityId } }",
        i={"roleIds": [role["id"]], "translations": [{"languageCode": "en", "name": "short"}]},
    )["createApiKey"]
    store = VendureOnlineStore(Access(url=vendure.admin_api, secret=made["apiKey"]))
    assert store.check().currency == "EUR"
    admin.ask(
        "mutation($ids: [ID!]!) { deleteApiKeys(ids: $ids) { result } }", ids=[made["entityId"]]
    )
    with pytest.raises(Misconfigured, match="wrong_key"):
        store.check()
    store.close()


def test_the_role_of_the_till_is_enough_for_all_its_work(either):
    """By key: ``me`` is forbidden for one, and nothing here needs it."""
    world, store = VendureWorld(either, overlap=timedelta(seconds=1)), by_key(either)
    assert [right for right in store.rights() if not right.ok] == []
    assert all(need.there for need in store.needs() if need.code != "guest")
    member = store.put_member(profile_of(world, address(), unique("CARD"), points=3), None)
    sale = sale_in(world)
    order = store.put_sale(SaleNews(sale, member))
    store.put_return(back_of(world, sale), order)
    assert store.put_standings([(member, Standing(5, "gold", NOW))]) == [None]
    assert member in read_customers(store).customers
    assert order.id in read_orders(store).orders
    assert store.products(None).products
    store.erase(member)
    assert store.customer(member) is None
    store.close()
    world.close()


def _seconds(store: VendureOnlineStore) -> float:
    began = time.monotonic()
    store.customer("1")
    return time.monotonic() - began


def test_a_slowly_hashed_key_is_paid_for_with_every_field(plain):
    """A quarter of a second for each root field: a login pays once."""
    key, session = by_key(plain, patience=60), connect(plain.admin_api)
    for store in (key, session):
        store.put_sale(SaleNews(sale_of(), None))
    took = {}
    for name, store in (("key", key), ("session", session)):
        took[name] = min(_seconds(store) for _ in range(4))
        store.close()
    assert took["key"] > 2 * took["session"]


def test_vendures_own_order_process_takes_sales_one_by_one_and_together(plain):
    admin, store = Admin(plain), connect(plain.admin_api)
    sales = [sale_of() for _ in range(4)]
    store.put_sale(SaleNews(sales[0], None, fresh=True))
    told = store.put_sales([SaleNews(sale, None, fresh=True) for sale in sales[1:]])
    assert len({order.id for order in told}) == 3
    for sale in sales:
        assert len(assert_told(admin, sale)["shippingLines"]) == 1
    admin.close()
    store.close()


def test_what_the_store_adds_or_takes_off_by_itself_does_not_change_what_was_paid(plain):
    """A shipping method that costs, and a promotion that strikes by itself."""
    admin = Admin(plain)
    costly = connect(plain.admin_api, shipping="standard-shipping")
    sale = sale_of()
    costly.put_sale(SaleNews(sale, None, fresh=True))
    skus = [line["productVariant"]["sku"] for line in assert_told(admin, sale)["lines"]]
    assert "TILL-OPEN" in skus, "shipping was not taken off"
    made = admin.ask(
        "mutation($i: CreatePromotionInput!) { createPromotion(input: $i) {"
        " __typename ... on Promotion { id } } }",
        i={
            "enabled": True,
            "conditions": [{"code": "minimum_order_amount", "arguments": [
                {"name": "amount", "value": "100"}, {"name": "taxInclusive", "value": "true"},
            ]}],
            "actions": [{"code": "order_fixed_discount", "arguments": [
                {"name": "discount", "value": "150"},
            ]}],
            "translations": [{"languageCode": "en", "name": "Opening week"}],
        },
    )["createPromotion"]["id"]  # fmt: skip
    store, sales = connect(plain.admin_api), [sale_of(), sale_of()]
    store.put_sales([SaleNews(sale, None, fresh=True) for sale in sales])
    for sale in sales:
        skus = [line["productVariant"]["sku"] for line in assert_told(admin, sale)["lines"]]
        assert "TILL-OPEN" in skus, "the promotion was not there"
    admin.ask("mutation($id: ID!) { deletePromotion(id: $id) { result } }", id=made)
    for one in (costly, store, admin):
        one.close()


def test_a_shop_without_the_optional_fields_shows_what_it_can(plain):
    store = connect(plain.admin_api)
    made = store.put_member(profile(address(), "", 7), None)
    later = NOW + timedelta(days=30)
    store.put_standing(made, Standing(9, "gold", NOW, lapsing=4, lapses_at=later))
    assert store.customer(made).standing == Standing(9, "gold", NOW)
    assert made in read_customers(store).customers
    store.erase(made)
    store.close()


# -- lists -----------------------------------------------------------------------------------------


def test_sorting_by_time_and_id_sorts_by_id(either, owner):
    first, second = (Shopper(either).register() for _ in range(2))
    ids = [first.customer_id(), second.customer_id()]
    first.set_fields(loyaltyCardNumber=unique("CARD"))
    items = owner.ask(
        "query($ids: [String!]!) { customers(options: { filter: { id: { in: $ids } },"
        " sort: { updatedAt: DESC, id: ASC } }) { items { id } } }",
        ids=ids,
    )["customers"]["items"]
    assert [item["id"] for item in items] == ids, "the trap is gone: the later time came first"
    first.close()
    second.close()


def test_the_largest_page_is_a_thousand(vendure):
    def reader(size: int) -> VendureOnlineStore:
        access = Access(url=vendure.admin_api, username=ADMIN_USER, secret=ADMIN_PASSWORD)
        return VendureOnlineStore(access, feed=FeedSettings(page_size=size))

    largest = reader(5_000)
    assert read_orders(largest).cursor
    assert largest.customer_changes(None).cursor
    largest.close()


def test_changes_within_one_second_are_all_found(either):
    person, store = Shopper(either).register(), connect(either.admin_api)
    customer = person.customer_id()
    cursor = read_customers(store).cursor
    for n in range(4):
        card = unique(f"CARD{n}-")
        person.set_fields(loyaltyCardNumber=card)
        read = read_customers(store, cursor)
        assert read.customers[customer].card == card
        cursor = read.cursor
    person.close()
    store.close()


def test_a_refund_moves_no_time_of_its_order(either, owner):
    person = Shopper(either).register()
    code = person.buy({"TEA-100": 2}).code
    before = owner.order(code)
    owner.refund(code, 100)
    after = owner.order(code)
    assert after["updatedAt"] == before["updatedAt"], "the trap is gone"
    assert after["orderPlacedAt"] == before["orderPlacedAt"]
    person.close()


def test_refunds_are_looked_at_now_and_then_and_not_in_every_round(network, vendure, admin):
    world = VendureWorld(vendure, overlap=timedelta(seconds=1))
    store = connect(network.url)
    read = read_orders(store)
    network.seen.clear()
    for _ in range(3):
        read = read_orders(store, read.cursor)
    assert [seen for seen in network.seen if seen.mentions("Refunded")] == []
    assert len(network.seen) == 3, "a quiet round is one request"
    store.close()
    world.close()


def test_goods_that_came_back_are_not_forgotten_to_have_been_bought(either, owner):
    """Cancelling lines lowers quantities and totals there; what was bought stays what it was."""
    person, store = Shopper(either).register(), connect(either.admin_api)
    bought = person.buy({"OIL-500": 3, "HON-450": 1})
    cursor = read_orders(store).cursor
    order = owner.ask(
        "query($c: String!) { orders(options: {filter: {code: {eq: $c}}}) { items { id lines {"
        " id quantity } } } }",
        c=bought.code,
    )["orders"]["items"][0]
    [oil] = [line for line in order["lines"] if line["quantity"] == 3]
    owner.ask(
        "mutation($i: CancelOrderInput!) { cancelOrder(input: $i) { __typename } }",
        i={"orderId": order["id"], "lines": [{"orderLineId": oil["id"], "quantity": 2}],
           "reason": "broken"},
    )  # fmt: skip
    [told] = [o for o in read_orders(store, cursor).orders.values() if o.code == bought.code]
    assert told.goods == 3 * 980 + 1190
    assert told.total == bought.total
    assert {(line.sku, line.quantity, line.total) for line in told.lines} == {
        ("OIL-500", 3, 2940), ("HON-450", 1, 1190),
    }  # fmt: skip
    assert not told.cancelled
    person.close()
    store.close()
