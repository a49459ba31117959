"""Recorded exchanges, the shop as it was when they were recorded, and what is compared.

An exchange holds method, path, query, how it was let in, the request's body; status, headers and
body of the answer. Compared are status, names of headers, code and data of errors, the shape of
everything else (names and kinds of values, through and through), and those values that rules make.
"""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.adapters.woo.money import refund
from tests.adapters.woo.shop import Shop

FOLDER = Path(__file__).parent / "exchanges"
NEW, OLD = "example.new@example.test", "example.sample@example.test"
EMPTY = {"_links", "image", "price", "meta_data", "payment_url", "categories", "brands"}
BY_RULE = {
    "status", "total", "total_tax", "cart_tax", "discount_total", "subtotal", "currency", "role",
    "created_via", "email", "username", "usage_count", "usage_limit", "amount", "quantity", "sku",
    "product_id", "tax_status", "discount_type", "customer_id", "minimum_amount", "first_name",
    "prices_include_tax", "used_by", "reason", "version", "code", "rate_percent",
}  # fmt: skip


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def recorded(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return told


# -- the shop as it was ----------------------------------------------------------------------------


def furnish(shop: Shop, name: str) -> None:
    """People, products and orders by the numbers they had."""
    people, goods = shop.people, shop.goods
    owner = people.blank("owner@example.test", role="administrator", username="admin")
    owner["modified"] = None
    people.users[owner["id"]] = owner
    first = {"email": _address(name), "username": "example.sample", "first_name": "Example",
             "last_name": "Sample", "billing": {"first_name": "Example", "phone": "1"}}  # fmt: skip
    if name != "customer_create_201":
        people.make({**first, "meta_data": [{"key": "loyalty_points", "value": "120"}]})
    if not re.match(r"customer_create_(with|dup.*name|under|user)", name):
        people.make({"email": "other@example.test", "username": "other", "password": "x"})
    if name == "customer_create_duplicate_username_400":
        people.users.pop(3, None)
    people.make({"email": "carduser@example.test", "username": "card-2900000000055"}) if (
        "card" not in name or "search" in name
    ) else None
    shop.number_from("post", 10)
    if name != "product_create_201":
        goods.make({"sku": "COF-250", "name": "Coffee beans 250 g", "regular_price": "7.90",
            "manage_stock": True, "stock_quantity": 1000})  # fmt: skip
        goods.make({"sku": "TEA-100", "name": "Tea", "regular_price": "4.20"})
    for number in (12, 13, 17, 1204, 1219):
        _order(shop, number)
    _fee(shop, 15)
    _coupons(shop, name)
    _as_told(shop, recorded(name))
    for pattern, act in STATES:
        if re.fullmatch(pattern, name):
            act(shop)


def _address(name: str) -> str:
    early = r"customer_(create|find_by_email_(hit|other)|get_200|list|search|update_(meta|bill)).*"
    return OLD if re.match(early, name) else NEW


def _as_told(shop: Shop, told: dict[str, Any]) -> None:
    """Whoever is asked for by number already had what is not changed now."""
    found = re.fullmatch(r"/wp-json/wc/v3/customers/(\d+)", told["path"])
    if found is None or told["status"] != 200 or told["method"] == "DELETE":
        return
    number, body, changes = int(found[1]), told["body"], told["request_body"] or {}
    if number not in shop.people.users:
        shop.people.users[number] = {**shop.people.blank(body["email"]), "id": number}
    user = shop.people.users[number]
    for name in ("email", "first_name", "username"):
        user[name] = user[name] if name in changes else body[name]
    user["billing"] |= {"email": body["billing"]["email"],
        "first_name": body["billing"]["first_name"]}  # fmt: skip


def _order(shop: Shop, number: int) -> None:
    shop.number_from("post", number)
    if number not in (13,):
        shop.number_from("item", {12: 1, 1204: 1185}.get(number, number))
    shop.orders.make({
        "customer_id": 2 if 2 in shop.people.users else 0, "created_via": "pos-terminal",
        "set_paid": True, "transaction_id": "TX-REFUND-1" if number == 1204 else "",
        "billing": {"first_name": "Example", "last_name": "Sample", "email": NEW},
        "line_items": [{"product_id": 10, "quantity": 2}], "payment_method": "cash",
        "payment_method_title": "Cash at the till",
        "meta_data": [{"key": "pos_receipt_no", "value": "R-000001"}],
    })  # fmt: skip
    shop.number_from("post", 2000)


def _fee(shop: Shop, number: int) -> None:
    shop.number_from("post", number)
    shop.orders.make({
        "customer_id": 2 if 2 in shop.people.users else 0, "created_via": "pos-terminal",
        "status": "completed", "meta_data": [{"key": "pos_receipt_no", "value": "R-000002"}],
        "fee_lines": [{"name": "Shop purchase", "total": "23.45", "tax_status": "none"}],
    })  # fmt: skip
    shop.number_from("post", 2000)


def _coupons(shop: Shop, name: str) -> None:
    told = {"discount_type": "fixed_cart", "amount": "5.00", "individual_use": True,
            "usage_limit": 1, "usage_limit_per_user": 1, "minimum_amount": "10.00",
            "email_restrictions": [NEW], "date_expires": "2027-12-31T23:59:59"}  # fmt: skip
    if not name.startswith("coupon_create_one"):
        shop.number_from("post", 355)
        shop.goods.make_coupon({**told, "code": "LOYAL-AB12CD"})
    shop.number_from("post", 358)
    shop.goods.make_coupon({**told, "code": "LOYAL-ZZ99", "minimum_amount": "0"})
    shop.number_from("post", 2000)


def _used(shop: Shop) -> None:
    shop.orders.make({"customer_id": 2, "line_items": [{"product_id": 10, "quantity": 3}],
        "coupon_lines": [{"code": "LOYAL-AB12CD"}]})  # fmt: skip


def _status(number: int, status: str) -> Callable[[Shop], None]:
    return lambda shop: shop.orders.move(shop.orders.one(number), status)


def _refunded(number: int, amount: str, **more: Any) -> Callable[[Shop], None]:
    told = {"amount": amount, "api_refund": False, **more}
    return lambda shop: refund(shop, shop.orders.one(number), told) and None


def _taxed(shop: Shop) -> None:
    shop.rate = Decimal("0.255")


def _crowd(shop: Shop) -> None:
    for n in range(110):
        shop.people.make({"email": f"c{n:05}@example.test", "username": f"c{n:05}"})


def _trash(shop: Shop) -> None:
    shop.orders.drop(15, {})


def _away(shop: Shop) -> None:
    shop.orders.drop(15, {"force": "true"})


def _exact(shop: Shop) -> None:
    shop.orders.make({"customer_id": 2, "status": "completed",
        "created_via": "pos:3f9e0c52-5d4e-4f5c-9b44-0d3f0d8a0001",
        "fee_lines": [{"name": "Purchase", "total": "10.00"}]})  # fmt: skip


def _gone(shop: Shop) -> None:
    shop.people.drop(3, {"force": "true"})


def _draft(shop: Shop) -> None:
    _status(17, "checkout-draft")(shop)


def _batch_people(shop: Shop) -> None:
    people = shop.people
    shop.number_from("user", 6)
    for n in (0, 1, 5):
        people.make({"email": f"c{n:05}@example.test", "first_name": f"First{n}"})
    shop.number_from("user", 106)


def _to_delete(shop: Shop) -> None:
    shop.number_from("user", 107)
    shop.people.make({"email": "c00300@example.test", "first_name": "First300"})


def _other_gone(shop: Shop) -> None:
    shop.people.users.pop(3, None)


def _many(shop: Shop) -> None:
    for number in range(5000, 5012):
        _order(shop, number)


STATES: list[tuple[str, Callable[[Shop], None]]] = [
    (r"tax_.*", _taxed),
    (r"order_create_with_used_up.*|coupon_get_after_use|coupons_modified_after", _used),
    (r"order_delete_already.*|order_get_trashed|order_delete_force_200|orders_list_status_trash",
     _trash),
    (r"order_get_deleted_404", _away),
    (r"orders_filter_created_via_exact_value", _exact),
    (r"customer_delete_again_404", _gone),
    (r"orders_list_status_checkout_draft", _draft),
    (r"order_get_after_full_refund|order_refund_same_again_500|order_refunds_list",
     _refunded(1204, "15.80", line_items=[{"id": 1185, "quantity": 2, "refund_total": 15.8}])),
    (r"order_get_after_partial_refund", _refunded(12, "5.00", reason="returned")),
    (r"order_get_after_partial_refund", _status(12, "completed")),
    (r"orders_batch_mixed_partial_errors", _refunded(13, "7.90")),
    (r"orders_modified_after_gmt_page_2_fields", _many),
    (r"refunds_all_list", _refunded(12, "5.00", reason="returned")),
    (r"refunds_all_list", _refunded(13, "7.90")),
    (r"customers_list_.*|auth_.*|page_beyond.*", _crowd),
    (r"customers_batch_(create_100_retry|mixed.*)", _batch_people),
    (r"customers_batch_delete_is_forced", _to_delete),
]  # fmt: skip


# -- what is compared ------------------------------------------------------------------------------


def shape(value: Any) -> Any:
    """Names and kinds, through and through; of a list what its first row is like."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in sorted(value.items()) if key not in EMPTY}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def agree(ours: Any, theirs: Any, where: str = "") -> list[str]:
    """Where two shapes differ. A list that is empty on one side and a value that is None there say
    nothing about what would be in them."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        told = [f"{where}.{key} on one side" for key in sorted(ours.keys() ^ theirs.keys())]
        for key in ours.keys() & theirs.keys():
            told += agree(ours[key], theirs[key], f"{where}.{key}")
        return told
    if isinstance(ours, list) and isinstance(theirs, list):
        return agree(ours[0], theirs[0], f"{where}[]") if ours and theirs else []
    if "NoneType" in (ours, theirs) or ours == theirs or {ours, theirs} == {"int", "float"}:
        return []
    return [f"{where}: {ours} is {theirs}"]


def by_rule(value: Any, where: str = "") -> dict[str, Any]:
    """The values that rules make, by where they stand."""
    found: dict[str, Any] = {}
    if isinstance(value, dict):
        for key, one in value.items():
            if key in BY_RULE and not isinstance(one, dict | list):
                found[f"{where}.{key}"] = one
            elif key not in EMPTY:
                found |= by_rule(one, f"{where}.{key}")
    elif isinstance(value, list):
        for n, one in enumerate(value):
            found |= by_rule(one, f"{where}[{n}]")
    return found
