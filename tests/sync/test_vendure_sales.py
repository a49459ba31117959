"""Sales in a real Vendure store: one order each, to the last cent, whatever gets lost."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from sync.errors import Gone, Misconfigured, Refused, Retryable
from sync.online_store import Profile, SaleNews, Standing
from sync.stores.vendure import Access, SalesSettings, VendureOnlineStore
from terminal.ids import MemberId, SaleId, StaffId, TillCode
from terminal.members import Member
from terminal.sales import Sale, SaleLine, Tender, TenderKind
from tests.faults import FaultProxy
from tests.stores import ADMIN_PASSWORD, ADMIN_USER, Admin, VendureStore, unique

T = TypeVar("T")
NOW = datetime.now(UTC).replace(microsecond=0)


def connect(url: str, **sales: Any) -> VendureOnlineStore:
    return VendureOnlineStore(
        Access(url=url, username=ADMIN_USER, secret=ADMIN_PASSWORD, patience=20),
        sales=SalesSettings(**{"settle": timedelta(), **sales}),
    )


@pytest.fixture
def online(vendure: VendureStore) -> Iterator[VendureOnlineStore]:
    store = connect(vendure.admin_api)
    yield store
    store.close()


def sale_of(*lines: SaleLine, points: int = 0, rounding: int = 0, currency: str = "EUR") -> Sale:
    lines = lines or (
        SaleLine("OIL-500", "Olive oil", 980, 2),
        SaleLine("HON-450", "Honey", 1190, 1),
    )
    paid = sum(line.paid for line in lines) + rounding
    return Sale(
        id=SaleId(unique("sale-")), ref=unique("T1-"), till=TillCode("T1"), seq=1,
        cashier_id=StaffId("c"), member_id=None, currency=currency, lines=lines,
        points_redeemed=points, redeemed_value=sum(line.discount for line in lines),
        rounding=rounding, tenders=(Tender(TenderKind.CASH, paid),), change=0, sold_at=NOW,
    )  # fmt: skip


def profile(email: str, card: str = "", points: int = 0, tier: str = "bronze") -> Profile:
    member = Member(
        id=MemberId(unique("m")), given_name="Example", family_name="Sample", email=email,
        joined_at=NOW, updated_at=NOW,
    )  # fmt: skip
    return Profile(member, card, Standing(points, tier, NOW))


def insist(ask: Callable[[], T], tries: int = 20) -> T:
    """Again and again, as the engine does, but waiting only as long as the store needs."""
    for _ in range(tries):
        try:
            return ask()
        except Retryable as failure:
            time.sleep(failure.retry_after or 0)
    raise AssertionError("never done")


def orders_of_sale(admin: Admin, sale: Sale) -> list[dict[str, Any]]:
    asked = admin.ask(
        "query($id: String!) { orders(options: {filter: {posSaleId: {eq: $id}}}) { items {"
        " id code state totalWithTax shippingLines { id } customer { id }"
        " payments { amount state method transactionId }"
        " lines { quantity unitPriceWithTax productVariant { sku } }"
        " customFields { posSaleId posTerminalId posReceiptNumber posSoldAt"
        " loyaltyPointsEarned loyaltyPointsRedeemed } } } }",
        id=sale.id,
    )
    found: list[dict[str, Any]] = asked["orders"]["items"]
    return found


def drafts(admin: Admin) -> int:
    asked = admin.ask('{ orders(options: {filter: {state: {eq: "Draft"}}}) { totalItems } }')
    return int(asked["orders"]["totalItems"])


def assert_told(admin: Admin, sale: Sale) -> dict[str, Any]:
    """There is one order of this sale, and it was paid once, what the customer paid."""
    [order] = orders_of_sale(admin, sale)
    assert order["state"] == "PaymentSettled"
    assert order["totalWithTax"] == sale.paid
    assert [payment["amount"] for payment in order["payments"]] == [sale.paid]
    return order


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


def test_a_sale_told_again_is_the_same_order(online, vendure, admin):
    sale = sale_of()
    first = online.put_sale(SaleNews(sale, None, fresh=True))
    before = drafts(admin)
    assert online.put_sale(SaleNews(sale, None, fresh=True)) == first
    assert connect(vendure.admin_api).put_sale(SaleNews(sale, None)) == first
    assert_told(admin, sale)
    assert drafts(admin) == before


FAULTS = {
    "lost answer": lambda network, k: network.lose_answer(after=k),
    "lost request": lambda network, k: network.lose_request(after=k),
    "cut answer": lambda network, k: network.cut_answer(after=k),
    "server error": lambda network, k: network.status(500, after=k),
    "web page": lambda network, k: network.html(after=k),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_request_leaves_one_order(network, admin, fault):
    clean = connect(network.url)
    clean.put_sale(SaleNews(sale_of(), None, fresh=True))
    requests = len(network.seen)
    assert requests >= 5  # login, set-up, guest, draft, fill, pay
    for k in range(requests):
        sale, store = sale_of(), connect(network.url)
        FAULTS[fault](network, k)
        with pytest.raises(Retryable):
            store.put_sale(SaleNews(sale, None, fresh=True))
        told = insist(lambda sale=sale, store=store: store.put_sale(SaleNews(sale, None)))
        assert assert_told(admin, sale)["id"] == told.id, f"request {k}"
        store.close()


@pytest.fixture(params=["vendure", "vendure_pg"])
def either(request: pytest.FixtureRequest) -> VendureStore:
    """The store on each of its databases: they say in different words that an id is taken."""
    store: VendureStore = request.getfixturevalue(request.param)
    return store


@pytest.fixture
def owner(either: VendureStore) -> Iterator[Admin]:
    owner = Admin(either)
    yield owner
    owner.close()


@pytest.fixture
def line(either: VendureStore) -> Iterator[FaultProxy]:
    with FaultProxy(either.admin_api) as proxy:
        yield proxy


def test_a_till_that_forgot_that_it_tried_makes_no_second_order(line, owner):
    """Killed after the store took it and before the till wrote that down."""
    for word in ("setDraftOrderCustomFields", "addManualPaymentToOrder"):
        sale = sale_of()
        line.lose_answer(when=word)
        store = connect(line.url)
        with pytest.raises(Retryable):
            store.put_sale(SaleNews(sale, None, fresh=True))
        before = drafts(owner)
        again = connect(line.url)
        insist(lambda sale=sale, again=again: again.put_sale(SaleNews(sale, None, fresh=True)))
        assert_told(owner, sale)
        assert drafts(owner) <= before


def test_six_racing_pushes_make_one_order(either, owner):
    sale, before = sale_of(), drafts(owner)
    gate, told, failed = threading.Barrier(6), [], []

    def push() -> None:
        store = connect(either.admin_api, settle=timedelta(seconds=2))
        try:
            store.check()
            gate.wait()
            told.append(insist(lambda: store.put_sale(SaleNews(sale, None, fresh=True))))
        except BaseException as error:  # noqa: BLE001 (told to the test's own thread)
            failed.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=push) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert len(set(told)) == 1
    assert len(told) == 6
    assert_told(owner, sale)
    assert drafts(owner) == before


def test_a_half_filled_draft_is_left_alone_while_it_is_warm_and_then_replaced(vendure, admin):
    sale = sale_of()
    made = admin.ask("mutation { createDraftOrder { id } }")["createDraftOrder"]["id"]
    admin.ask(
        "mutation($o: ID!, $i: UpdateOrderInput!) {"
        " setDraftOrderCustomFields(orderId: $o, input: $i) { id } }",
        o=made,
        i={"id": made, "customFields": {"posSaleId": sale.id}},
    )
    patient = connect(vendure.admin_api, settle=timedelta(seconds=3600))
    with pytest.raises(Retryable, match="in_progress"):
        patient.put_sale(SaleNews(sale, None))
    hasty = connect(vendure.admin_api)
    told = insist(lambda: hasty.put_sale(SaleNews(sale, None)))
    assert told.id != made
    assert_told(admin, sale)


def test_a_sale_left_before_its_payment_is_paid(vendure, network, admin):
    sale, store = sale_of(), connect(network.url)
    network.lose_request(when="addManualPaymentToOrder")
    with pytest.raises(Retryable):
        store.put_sale(SaleNews(sale, None, fresh=True))
    [left] = orders_of_sale(admin, sale)
    admin.ask(
        'mutation($id: ID!) { transitionOrderToState(id: $id, state: "ArrangingPayment")'
        " { __typename } }",
        id=left["id"],
    )
    told = insist(lambda: store.put_sale(SaleNews(sale, None)))
    assert told.id == left["id"]
    assert_told(admin, sale)


def test_a_slow_store_is_given_up_in_time(network):
    store = VendureOnlineStore(
        Access(url=network.url, username=ADMIN_USER, secret=ADMIN_PASSWORD, patience=0.3)
    )
    network.slow(3)
    began = time.monotonic()
    with pytest.raises(Retryable, match="timeout"):
        store.check()
    assert time.monotonic() - began < 2


def test_nobody_at_the_address(network):
    store = connect(network.url)
    network.down()
    with pytest.raises(Retryable) as failure:
        store.check()
    assert failure.value.away


@pytest.mark.parametrize(
    ("status", "problem"), [(500, "server_error"), (502, "server_error"), (429, "busy")]
)
def test_a_busy_store_says_when_to_come_back(network, status, problem):
    store = connect(network.url)
    network.status(status, headers={"Retry-After": "17"})
    with pytest.raises(Retryable, match=problem) as failure:
        store.check()
    assert failure.value.retry_after == 17


def test_a_web_page_instead_of_the_store(network):
    store = connect(network.url)
    network.html()
    with pytest.raises(Retryable, match="not_json"):
        store.check()


def test_another_address_is_a_mistake_to_mend(vendure):
    with pytest.raises(Misconfigured, match="wrong_address"):
        connect(vendure.admin_api + "x").check()
    for address in ("", "shop", "ftp://127.0.0.1/admin-api", "http://"):
        with pytest.raises(Misconfigured, match="no_address"):
            connect(address).check()


def test_a_deleted_customer_is_said_to_be_gone(online, admin):
    email = f"{unique('gone')}@sample.example"
    customer = online.put_member(profile(email), None)
    admin.delete_customer(customer)
    before = drafts(admin)
    with pytest.raises(Gone):
        online.put_sale(SaleNews(sale_of(), customer, fresh=True))
    assert drafts(admin) == before
    with pytest.raises(Gone):
        online.put_standing(customer, Standing(1, "bronze", NOW))
    assert online.customer(customer) is None


def test_a_deleted_guest_is_made_again(vendure, admin):
    email = f"{unique('guest')}@sample.example"
    store = connect(vendure.admin_api, guest_email=email)
    store.put_sale(SaleNews(sale_of(), None, fresh=True))
    admin.delete_customer(admin.customer(email)["id"])
    sale = sale_of()
    store.put_sale(SaleNews(sale, None, fresh=True))
    assert_told(admin, sale)


def test_another_currency_is_refused_before_anything_is_made(online, admin):
    sale = sale_of(currency="PLN")
    with pytest.raises(Refused, match="other_currency"):
        online.put_sale(SaleNews(sale, None, fresh=True))
    assert orders_of_sale(admin, sale) == []


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


def test_a_store_with_vendures_own_order_process_takes_sales(tmp_path_factory):
    with VendureStore(tmp_path_factory.mktemp("strict"), strict="1") as strict:
        admin, store = Admin(strict), connect(strict.admin_api)
        for _ in range(2):
            sale = sale_of()
            store.put_sale(SaleNews(sale, None, fresh=True))
            assert len(assert_told(admin, sale)["shippingLines"]) == 1
        costly = connect(strict.admin_api, shipping="standard-shipping")
        sale = sale_of()
        costly.put_sale(SaleNews(sale, None, fresh=True))
        skus = [x["productVariant"]["sku"] for x in assert_told(admin, sale)["lines"]]
        assert "TILL-OPEN" in skus, "shipping was not taken off"
        admin.close()


def test_automatic_promotions_of_the_store_do_not_change_what_was_paid(tmp_path_factory):
    with VendureStore(tmp_path_factory.mktemp("promotion")) as shop:
        admin, store = Admin(shop), connect(shop.admin_api)
        admin.ask(
            "mutation($i: CreatePromotionInput!) { createPromotion(input: $i) { __typename } }",
            i={
                "enabled": True,
                "conditions": [
                    {
                        "code": "minimum_order_amount",
                        "arguments": [
                            {"name": "amount", "value": "100"},
                            {"name": "taxInclusive", "value": "true"},
                        ],
                    }
                ],
                "actions": [
                    {
                        "code": "order_fixed_discount",
                        "arguments": [{"name": "discount", "value": "150"}],
                    }
                ],
                "translations": [{"languageCode": "en", "name": "Opening week"}],
            },
        )
        sale = sale_of()
        store.put_sale(SaleNews(sale, None, fresh=True))
        skus = [line["productVariant"]["sku"] for line in assert_told(admin, sale)["lines"]]
        assert "TILL-OPEN" in skus, "the promotion was not there"
        admin.close()


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


def test_secrets_and_people_stay_out_of_what_failures_say(network, caplog):
    caplog.set_level("DEBUG")
    secret = unique("secret")
    store = VendureOnlineStore(Access(url=network.url, username="nobody", secret=secret))
    with pytest.raises(Misconfigured, match="wrong_password") as failure:
        store.check()
    assert secret not in caplog.text + repr(failure.value) + repr(Access(url="", secret=secret))
