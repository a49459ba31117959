"""Returns in a real Vendure store: money back once, goods back once."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sync.online_store import RemoteOrder, SaleNews
from terminal.ids import ReturnId, StaffId
from terminal.returns import Return
from terminal.sales import Sale, SaleLine
from tests.stores import Admin, unique
from tests.sync.online import connect, sale_of


def back_of(sale: Sale) -> Return:
    return Return(
        id=ReturnId(unique("return-")), ref=unique("T1-R"), sale_id=sale.id, till=sale.till, seq=2,
        cashier_id=StaffId("c"), reason="", money_back=sale.paid, currency=sale.currency,
        returned_at=datetime.now(UTC),
    )  # fmt: skip


def refunds(admin: Admin, order: RemoteOrder) -> list[tuple[int, str]]:
    asked = admin.ask(
        "query($id: ID!) { order(id: $id) { payments { refunds { total state } } } }", id=order.id
    )
    return [
        (refund["total"], refund["state"])
        for payment in asked["order"]["payments"]
        for refund in payment["refunds"]
    ]


def pieces(admin: Admin, order: RemoteOrder) -> int:
    asked: dict[str, Any] = admin.ask(
        "query($id: ID!) { order(id: $id) { lines { quantity } } }", id=order.id
    )
    return sum(line["quantity"] for line in asked["order"]["lines"])


@pytest.fixture
def sold(vendure):
    store, sale = connect(vendure.admin_api), sale_of()
    yield store, sale, store.put_sale(SaleNews(sale, None, fresh=True))
    store.close()


def test_an_order_the_shop_cancelled_needs_only_the_money(sold, admin):
    store, sale, order = sold
    admin.cancel(order.code)
    store.put_return(back_of(sale), order)
    assert refunds(admin, order) == [(sale.paid, "Settled")]


def held(admin: Admin, order: RemoteOrder) -> dict[tuple[str, int], int]:
    """Pieces by SKU and price that the store still counts."""
    asked: dict[str, Any] = admin.ask(
        "query($id: ID!) { order(id: $id) { state lines {"
        " quantity unitPriceWithTax productVariant { sku } } } }",
        id=order.id,
    )
    assert asked["order"]["state"] != "Cancelled"
    return {
        (line["productVariant"]["sku"], line["unitPriceWithTax"]): line["quantity"]
        for line in asked["order"]["lines"]
        if line["quantity"]
    }


def test_what_is_kept_stays_in_the_store_and_each_part_is_refunded_once(vendure, admin):
    store = connect(vendure.admin_api)
    sale = sale_of(
        SaleLine("OIL-500", "Oil", 980, 3, discount=107), SaleLine("HON-450", "Honey", 1190, 2),
        SaleLine("TILL-OPEN", "Open price", 500, 1),
    )  # fmt: skip
    order = store.put_sale(SaleNews(sale, None, fresh=True))
    kept = {"OIL-500": 2, "HON-450": 2, "TILL-OPEN": 0}
    part = replace(back_of(sale), money_back=944)
    for _ in range(3):
        store.put_return(part, order, kept)
    assert refunds(admin, order) == [(944, "Settled")]
    told = held(admin, order)
    assert sum(n for (sku, _price), n in told.items() if sku == "OIL-500") == 2
    assert (told["HON-450", 1190], told["TILL-OPEN", 500]) == (2, 1)
    more = replace(back_of(sale), money_back=1190)
    store.put_return(more, order, {"OIL-500": 2, "HON-450": 1})
    store.put_return(part, order, kept)  # heard of once more, late: nothing comes back to life
    assert sorted(refunds(admin, order)) == [(944, "Settled"), (1190, "Settled")]
    assert held(admin, order)["HON-450", 1190] == 1
    rest = replace(back_of(sale), money_back=sale.paid - 944 - 1190)
    store.put_return(rest, order, {"OIL-500": 0, "HON-450": 0, "TILL-OPEN": 0})
    assert sum(total for total, _state in refunds(admin, order)) == sale.paid
    assert pieces(admin, order) == 0
    store.close()
