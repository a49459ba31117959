"""Requests to a real Vendure store that arrive after their repeat was done, write by write.

A gateway holds a request back: the till gives up waiting, asks again and is done; then the first
one is let through. In the end the store must be as if it had never come.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sync.errors import Refused, Retryable
from sync.online_store import RemoteOrder, SaleNews
from sync.stores import vendure_documents as documents
from sync.stores.vendure import Access, VendureOnlineStore
from sync.stores.vendure_drafts import Drafts
from sync.stores.vendure_http import VendureApi
from terminal.sales import Sale, SaleLine
from tests.stores import ADMIN_PASSWORD, ADMIN_USER, Admin, unique
from tests.sync.online import (
    assert_told,
    connect,
    drafts,
    insist,
    orders_of_sale,
    sale_of,
)
from tests.sync.slow_way import coupon, either, late, on_both, owner, store, way
from tests.sync.test_vendure_returns import back_of, held, pieces, refunds

__all__ = ["either", "owner", "store", "way"]  # fixtures


def notes(owner: Admin, order: RemoteOrder) -> list[str]:
    asked = owner.ask(
        'query($id: ID!) { order(id: $id) { history(options: {filter: {type: {eq: "ORDER_NOTE"}}})'
        " { items { data } } } }",
        id=order.id,
    )
    return [one["data"]["note"] for one in asked["order"]["history"]["items"]]


# -- returns ---------------------------------------------------------------------------------------


@pytest.fixture
def sold(store: VendureOnlineStore) -> tuple[Sale, RemoteOrder]:
    """Three oils and a honey."""
    sale = sale_of(SaleLine("OIL-500", "Oil", 980, 3), SaleLine("HON-450", "Honey", 1190, 1))
    return sale, store.put_sale(SaleNews(sale, None, fresh=True))


ONE_OIL = {"OIL-500": 2, "HON-450": 1}


@pytest.mark.parametrize(
    "word", ["addNoteToOrder", "refundOrder", "cancelOrder", "settleRefund", "deleteOrderNote"]
)
def test_a_return_in_part_that_arrives_late_gives_nothing_back_again(way, store, owner, sold, word):
    """Vendure would make a second refund, pending, and call one more piece off."""
    sale, order = sold
    part = replace(back_of(sale), money_back=980)
    late(way, word, lambda: store.put_return(part, order, ONE_OIL))
    assert refunds(owner, order) == [(980, "Settled")]
    assert {sku: n for (sku, _), n in held(owner, order).items()} == ONE_OIL
    rest = replace(back_of(sale), money_back=sale.paid - 980)
    insist(lambda: store.put_return(rest, order))
    assert sorted(refunds(owner, order)) == [(980, "Settled"), (sale.paid - 980, "Settled")]
    assert pieces(owner, order) == 0
    assert notes(owner, order) == []


def test_a_whole_return_that_arrives_late_gives_nothing_back_again(way, store, owner, sold):
    sale, order = sold
    late(way, "refundOrder", lambda: store.put_return(back_of(sale), order))
    assert refunds(owner, order) == [(sale.paid, "Settled")]
    assert pieces(owner, order) == 0


def test_a_return_that_arrives_while_nobody_is_there_is_settled_by_the_repeat(
    way, store, owner, sold
):
    sale, order = sold
    part = replace(back_of(sale), money_back=980)
    way.hold("refundOrder")
    with pytest.raises(Retryable):
        store.put_return(part, order, ONE_OIL)
    assert way.arrive() == 1
    assert refunds(owner, order) == [(980, "Pending")]
    store.put_return(part, order, ONE_OIL)
    assert refunds(owner, order) == [(980, "Settled")]
    assert {sku: n for (sku, _), n in held(owner, order).items()} == ONE_OIL


def test_a_return_that_times_out_and_arrives_late(way, owner, sold):
    """The till hangs up by itself, as it does on a gateway that only waits."""
    sale, order = sold
    access = Access(url=way.url, username=ADMIN_USER, secret=ADMIN_PASSWORD, patience=0.5)
    impatient, patient = VendureOnlineStore(access), connect(way.url)
    impatient.check()
    way.slow(60, when="refundOrder")
    part = replace(back_of(sale), money_back=980)
    with pytest.raises(Retryable, match="timeout"):
        impatient.put_return(part, order, ONE_OIL)
    [lost] = way.asked("refundOrder")
    insist(lambda: patient.put_return(part, order, ONE_OIL))
    way.again(lost)
    assert refunds(owner, order) == [(980, "Settled")]
    for one in (impatient, patient):
        one.close()


@on_both
def test_a_return_held_back_calls_nothing_off_after_another_return_of_the_same_sale(
    way, store, owner, sold
):
    """What it was to call off was counted before the other one did."""
    sale, order = sold
    first, second = (replace(back_of(sale), money_back=980) for _ in range(2))
    way.hold("refundOrder")
    with pytest.raises(Retryable):
        store.put_return(first, order, ONE_OIL)
    insist(lambda: store.put_return(second, order, {"OIL-500": 1, "HON-450": 1}))
    assert way.arrive() == 1
    assert {sku: n for (sku, _), n in held(owner, order).items()} == {"OIL-500": 1, "HON-450": 1}
    insist(lambda: store.put_return(first, order, ONE_OIL))
    assert refunds(owner, order) == [(980, "Settled")] * 2
    assert {sku: n for (sku, _), n in held(owner, order).items()} == {"OIL-500": 1, "HON-450": 1}


@on_both
def test_two_tills_that_tell_one_return_at_once_give_the_money_back_once(either, owner, sold):
    sale, order = sold
    part = replace(back_of(sale), money_back=980)
    gate, failed = threading.Barrier(2), []

    def tell(n: int) -> None:
        store = connect(either.admin_api)
        try:
            store.check()
            gate.wait()
            insist(lambda: _after(n, lambda: store.put_return(part, order, ONE_OIL)), tries=100)
        except BaseException as error:  # noqa: BLE001 (told to the test's own thread)
            failed.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=tell, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert refunds(owner, order) == [(980, "Settled")]
    assert {sku: n for (sku, _), n in held(owner, order).items()} == ONE_OIL


def _after(n: int, ask: Callable[[], Any]) -> Any:
    """Those who are told to come back do not all come back at once."""
    try:
        return ask()
    except Retryable as failure:
        raise Retryable(failure.problem, retry_after=0.05 * n) from failure


def test_a_refund_that_was_made_twice_all_the_same_is_settled_once_and_asked_about(
    store, owner, sold
):
    """By a program that took no tickets; nobody can take a pending refund back there."""
    sale, order = sold
    part = replace(back_of(sale), money_back=980)
    payment = owner.order(order.code)["payments"][0]["id"]
    given = {"paymentId": payment, "amount": 980, "reason": f"Return {part.ref}", "lines": [],
             "shipping": 0, "adjustment": 0}  # fmt: skip
    for _ in range(2):
        owner.ask(
            "mutation($i: RefundOrderInput!) { refundOrder(input: $i) { __typename } }", i=given
        )
    for _ in range(2):
        store.put_return(part, order, ONE_OIL)
    assert sorted(refunds(owner, order)) == [(980, "Pending"), (980, "Settled")]
    rest = replace(back_of(sale), money_back=sale.paid - 980)
    with pytest.raises(Refused, match="refund_refused"):
        store.put_return(rest, order)
    assert notes(owner, order) == []


# -- sales -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["createDraftOrder", "addItemToDraftOrder"])
def test_a_sale_whose_draft_is_made_or_filled_late_stays_one_order(way, store, owner, word):
    sale, before = sale_of(), drafts(owner)
    late(way, word, lambda: store.put_sale(SaleNews(sale, None)))
    assert_told(owner, sale)
    assert drafts(owner) == before + 1, "an empty one, until it is tidied away"


def test_a_payment_that_arrives_late_pays_nothing_again(way, store, owner):
    sale = sale_of()
    order = late(way, "addManualPaymentToOrder", lambda: store.put_sale(SaleNews(sale, None)))
    assert_told(owner, sale)
    store.put_return(back_of(sale), order)
    way.again(way.asked("addManualPaymentToOrder")[0])
    [known] = orders_of_sale(owner, sale)
    assert known["state"] == "Cancelled"
    assert [payment["amount"] for payment in known["payments"]] == [sale.paid]


def test_a_draft_that_is_thrown_away_late_takes_no_order_along(way, store, owner):
    """Its goods were no longer listed there, and the sale was begun anew in another one."""
    sale = sale_of(SaleLine(unique("GONE-"), "Gone", 500, 1))
    store._sales._variants[sale.lines[0].sku] = "999999"  # as a product that was deleted since
    late(way, "deleteDraftOrder", lambda: store.put_sale(SaleNews(sale, None)))
    assert_told(owner, sale)


def test_lines_shipping_and_a_draft_s_end_find_a_paid_order_closed(either, store, owner):
    """A repair of the total that arrives after the payment."""
    sale = sale_of()
    order = store.put_sale(SaleNews(sale, None, fresh=True))
    before = orders_of_sale(owner, sale)
    api = VendureApi(Access(url=either.admin_api, username=ADMIN_USER, secret=ADMIN_PASSWORD))
    method = owner.ask("{ shippingMethods { items { id } } }")["shippingMethods"]["items"][0]["id"]
    variant = store._sales._variants["TILL-OPEN"]
    told = api.ask(
        documents.amend(item=True, shipping=True), dict[str, dict[str, Any]],
        order=order.id, method=method,
        item={"productVariantId": variant, "quantity": 1, "customFields": {"tillUnitPrice": 5}},
    )  # fmt: skip
    assert {part["errorCode"] for part in told.values()} == {"ORDER_MODIFICATION_ERROR"}
    api.ask(documents.DELETE_DRAFT, dict[str, Any], order=order.id)
    assert orders_of_sale(owner, sale) == before
    api.close()


def test_a_ticket_or_a_name_that_came_too_late_is_tidied_away(either, way, store, owner):
    code, name = unique("LATE"), "setDraftOrderCustomFields"
    late(way, name, lambda: store.put_coupon(coupon(code)))
    api = VendureApi(Access(url=either.admin_api, username=ADMIN_USER, secret=ADMIN_PASSWORD))
    for _ in range(2):
        store.put_sale(SaleNews(sale_of(), None))
    left = Drafts(api, timedelta(days=-1))
    assert left.tidy() >= 1
    assert named(owner, f"coupon {code}") == 0
    api.close()


def named(owner: Admin, name: str) -> int:
    asked = owner.ask(
        "query($n: String!) { orders(options: {filter: {posSaleId: {eq: $n}}}) { totalItems } }",
        n=name,
    )
    return int(asked["orders"]["totalItems"])


@pytest.mark.parametrize("word", ["createProduct", "createProductVariants"])
def test_an_open_item_made_late_is_one_too_many_and_either_serves(way, owner, word):
    """A person makes it, once; a second one, or one without a variant, is in nobody's way."""
    store = connect(way.url, open_sku=unique("OPEN-"))
    late(way, word, lambda: store.prepare(["open_item"]))
    assert "open_item" not in store.check().lacks
    sale = sale_of(SaleLine("NOT-LISTED", "Cheese", 333, 2))
    store.put_sale(SaleNews(sale, None))
    assert_told(owner, sale)
    store.close()
