"""The real store answers, sells, keeps, and is not left behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import requests

from tests.databases import Postgres
from tests.stores import (
    Admin,
    RefusedByStoreError,
    Shopper,
    StoreStartError,
    VendureStore,
    unique,
)

CATALOGUE = {
    "OIL-500": 980,
    "COF-250": 640,
    "HON-450": 1190,
    "TOW-LIN": 890,
    "RUS-400": 320,
    "TEA-100": 450,
    "TILL-OPEN": 0,
}


def ask_with_key(store: VendureStore, document: str) -> dict:
    headers = {"vendure-api-key": store.api_key}
    answer = requests.post(store.admin_api, json={"query": document}, headers=headers, timeout=30)
    return answer.json()


def test_the_tills_key_reads_the_catalogue_in_euro_with_tax(vendure: VendureStore) -> None:
    told = ask_with_key(
        vendure,
        "{ productVariants(options: {take: 100}) { items {"
        " sku priceWithTax currencyCode customFields { ean } } } }",
    )
    items = told["data"]["productVariants"]["items"]
    # The store is one for the whole run: other stories may have put goods of their own into it.
    items = [item for item in items if item["sku"] in CATALOGUE]
    assert {item["sku"]: item["priceWithTax"] for item in items} == CATALOGUE
    assert {item["currencyCode"] for item in items} == {"EUR"}
    assert all(len(i["customFields"]["ean"]) == 13 for i in items if i["sku"] != "TILL-OPEN")


def test_the_tills_key_is_not_the_owners(vendure: VendureStore) -> None:
    told = ask_with_key(vendure, "{ administrators { totalItems } }")
    assert told["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_the_countries_of_the_tills_languages_can_be_sent_to(admin: Admin) -> None:
    countries = admin.ask("{ countries { items { code } } }")["countries"]["items"]
    assert {country["code"] for country in countries} == {"GR", "BG", "HU", "PL", "IL"}


def test_a_shopper_buys_and_the_owner_sees_it(shopper: Shopper, admin: Admin) -> None:
    order = shopper.buy({"OIL-500": 2, "COF-250": 1})
    assert order.state == "PaymentSettled"
    assert order.total == 2 * 980 + 640 + 350
    kept = admin.order(order.code)
    assert kept["customer"]["emailAddress"] == shopper.email
    assert {line["productVariant"]["sku"]: line["quantity"] for line in kept["lines"]} == {
        "OIL-500": 2,
        "COF-250": 1,
    }
    assert kept["active"] is False


def test_a_cart_waits_until_it_is_paid(shopper: Shopper, admin: Admin) -> None:
    cart = shopper.open_cart({"HON-450": 1})
    assert admin.order(cart.code)["active"] is True
    paid = shopper.pay()
    assert paid.code == cart.code
    assert admin.order(cart.code)["orderPlacedAt"] is not None


def test_an_owner_refunds_part_of_an_order(shopper: Shopper, admin: Admin) -> None:
    order = shopper.buy({"TEA-100": 2})
    admin.refund(order.code, 450)
    refunds = admin.ask(
        "query($id: ID!) { order(id: $id) { payments { refunds { total state } } } }",
        id=admin.order(order.code)["id"],
    )["order"]["payments"][0]["refunds"]
    assert refunds == [{"total": 450, "state": "Settled"}]


def test_an_owner_cancels_an_order(shopper: Shopper, admin: Admin) -> None:
    order = shopper.buy({"RUS-400": 1})
    admin.cancel(order.code)
    assert admin.order(order.code)["state"] == "Cancelled"


def test_a_deleted_customer_is_in_no_list(shopper: Shopper, admin: Admin) -> None:
    admin.delete_customer(shopper.customer_id())
    assert admin.customer(shopper.email) is None


def test_a_card_belongs_to_one_account(vendure: VendureStore, shopper: Shopper) -> None:
    card = unique("card")
    shopper.set_fields(loyaltyCardNumber=card)
    other = Shopper(vendure).register()
    with pytest.raises(RefusedByStoreError):
        other.set_fields(loyaltyCardNumber=card)
    other.close()


def test_the_store_runs_on_postgresql_too(vendure_pg: VendureStore) -> None:
    shopper, owner = Shopper(vendure_pg).register(), Admin(vendure_pg)
    order = shopper.buy({"OIL-500": 1})
    assert owner.order(order.code)["totalWithTax"] == 980 + 350
    shopper.close()
    owner.close()


def test_a_killed_store_comes_back_with_what_it_knew_and_ends_when_told(
    postgres: Postgres, tmp_path: Path
) -> None:
    with VendureStore(tmp_path, db=postgres.create("killed")) as store:
        shopper = Shopper(store).register()
        order = shopper.buy({"OIL-500": 1})
        address, key = store.admin_api, store.api_key
        store.kill()
        with pytest.raises(requests.ConnectionError):
            shopper.customer_id()
        store.start()
        assert (store.admin_api, store.api_key) == (address, key)
        assert "errors" not in ask_with_key(store, "{ activeChannel { code } }")
        owner = Admin(store)
        assert owner.order(order.code)["state"] == "PaymentSettled"
        owner.revoke_keys()
        assert "errors" in ask_with_key(store, "{ activeChannel { code } }")
        shopper.close()
        owner.close()
        last = store.pid
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)


def test_a_store_that_cannot_start_says_why(vendure: VendureStore, tmp_path: Path) -> None:
    with pytest.raises(StoreStartError, match="EADDRINUSE"):
        VendureStore(tmp_path, port=vendure.port).start()
