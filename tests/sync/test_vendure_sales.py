"""Sales in a real Vendure store: one order each, to the last cent."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from sync.errors import Refused
from sync.online_store import SaleNews
from sync.stores.vendure import VendureOnlineStore
from terminal.sales import SaleLine
from tests.stores import VendureStore, unique
from tests.sync.online import NOW, assert_told, connect, drafts, profile, sale_of


@pytest.fixture
def online(vendure: VendureStore) -> Iterator[VendureOnlineStore]:
    store = connect(vendure.admin_api)
    yield store
    store.close()


def test_a_sale_is_told_with_its_points_prices_and_time(online, admin):
    customer = online.put_member(profile(f"{unique('m')}@sample.example"), None)
    sale = sale_of(SaleLine("OIL-500", "Oil", 980, 3, discount=107), points=107)
    told = online.put_sale(SaleNews(sale, customer, earned=28, fresh=True))
    order = assert_told(admin, sale)
    assert (order["id"], order["code"]) == (told.id, told.code)
    assert order["customer"]["id"] == customer
    fields = order["customFields"]
    assert datetime.fromisoformat(fields.pop("posSoldAt")) == NOW
    assert fields == {
        "posSaleId": sale.id,
        "posTerminalId": "T1",
        "posReceiptNumber": sale.ref,
        "loyaltyPointsEarned": 28,
        "loyaltyPointsRedeemed": 107,
    }
    lines = sorted((x["quantity"], x["unitPriceWithTax"]) for x in order["lines"])
    assert lines == [(1, 945), (2, 944)]
    assert order["payments"][0]["method"] == "till-cash"
    assert order["payments"][0]["transactionId"] == sale.ref


@pytest.mark.parametrize(
    ("lines", "rounding"),
    [
        pytest.param((SaleLine("OIL-500", "Oil", 980, 1),), 2, id="rounded-up"),
        pytest.param((SaleLine("OIL-500", "Oil", 980, 1),), -4, id="rounded-down"),
        pytest.param((SaleLine("NO-SUCH", "Cheese", 333, 3),), 0, id="unknown-goods"),
        pytest.param((SaleLine("TEA-100", "Tea", 450, 2, discount=900),), 0, id="paid-by-points"),
        pytest.param((SaleLine("TEA-100", "Tea", 1, 1200),), 0, id="more-than-an-order-holds"),
        pytest.param((SaleLine("COF-250", "Coffee", 640, 7, discount=11),), 0, id="odd-discount"),
        pytest.param((SaleLine("TOW-LIN", "Towel", 890, 1),) * 2, 0, id="same-goods-twice"),
    ],
)  # fmt: skip
def test_the_order_is_worth_what_was_paid(online, admin, lines, rounding):
    sale, before = sale_of(*lines, rounding=rounding), drafts(admin)
    online.put_sale(SaleNews(sale, None, fresh=True))
    assert_told(admin, sale)
    assert drafts(admin) == before


def test_a_deleted_guest_is_made_again(vendure, admin):
    email = f"{unique('guest')}@sample.example"
    store = connect(vendure.admin_api, guest_email=email)
    store.put_sale(SaleNews(sale_of(), None, fresh=True))
    admin.delete_customer(admin.customer(email)["id"])
    sale = sale_of()
    store.put_sale(SaleNews(sale, None, fresh=True))
    assert_told(admin, sale)


def test_a_store_without_the_open_item_says_so(vendure):
    store = connect(vendure.admin_api, open_sku="NOT-THERE")
    assert store.check().lacks == ("open_item",)
    assert connect(vendure.admin_api).check().lacks == ()
    with pytest.raises(Refused, match="no_open_item"):
        store.put_sale(SaleNews(sale_of(SaleLine("X", "X", 1, 1)), None, fresh=True))


def test_a_new_sale_is_three_requests(network):
    store = connect(network.url)
    store.put_sale(SaleNews(sale_of(), None, fresh=True))
    network.seen.clear()
    store.put_sale(SaleNews(sale_of(), None, fresh=True))
    assert len(network.seen) == 3


def test_scarce_goods_are_told_as_open_items(online, admin):
    variant = admin.ask(
        '{ productVariants(options: {filter: {sku: {eq: "RUS-400"}}}) { items { id } } }'
    )
    variant_id = variant["productVariants"]["items"][0]["id"]

    def stock(pieces: int) -> None:
        admin.ask(
            "mutation($i: [UpdateProductVariantInput!]!) {"
            " updateProductVariants(input: $i) { id } }",
            i=[{"id": variant_id, "stockOnHand": pieces}],
        )

    allocated = 1
    stock(allocated)
    try:
        sale = sale_of(SaleLine("RUS-400", "Rusks", 320, 3), SaleLine("OIL-500", "Oil", 980, 1))
        online.put_sale(SaleNews(sale, None, fresh=True))
        order = assert_told(admin, sale)
        assert ("TILL-OPEN", 960) in {
            (x["productVariant"]["sku"], x["unitPriceWithTax"]) for x in order["lines"]
        }
    finally:
        stock(1_000_000)
