"""The imitated shop behind HTTP on 127.0.0.1: paths, doors, and the fields that were asked for."""

from __future__ import annotations

import base64
import email.utils
import json
import re
import threading
from collections.abc import Callable
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from tests.adapters.medusa.fields import Asked, cut, only, page, without_refunds
from tests.adapters.medusa.imitation import CHANNEL, Imitation, RefusedError, Thing, no

_PERSON = {
    "email", "company_name", "first_name", "last_name", "phone", "metadata", "additional_data"
}  # fmt: skip
_LISTED = {
    "q", "id", "email", "groups", "company_name", "first_name", "last_name", "has_account",
    "created_by", "created_at", "updated_at", "deleted_at", "fields", "offset", "limit", "order",
    "with_deleted",
}  # fmt: skip
# What an answer holds when nothing was asked for.
_ORDER = {
    "id", "display_id", "status", "total", "metadata", "created_at", "updated_at", "items",
    "summary",
}  # fmt: skip
_DRAFTED = _ORDER | {"email", "region_id"}
_CHANGED = _ORDER | {"payment_collections", "region_id", "shipping_total", "subtotal"}
_REFUNDED = {
    "id", "amount", "currency_code", "captured_at", "payment_collection_id", "refunds"
}  # fmt: skip
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class MedusaServer:
    """One shop that answers."""

    def __init__(self, shop: Imitation) -> None:
        self.shop = shop
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._server.here = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(
        self, method: str, target: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, Any]:
        """HTTP code and JSON."""
        parts = urlsplit(target)
        asked = parse_qs(parts.query, keep_blank_values=True)
        try:
            given = json.loads(body, parse_float=Decimal) if body else {}
        except ValueError:
            return 400, {"message": "Unexpected end of JSON input", "type": "invalid_data"}
        with self.shop.lock:
            try:
                self._let_in(parts.path, headers)
                for how, pattern, act in ROUTES:
                    match = re.fullmatch(pattern, parts.path)
                    if how == method and match:
                        known = [unquote(part) for part in match.groups()]
                        return 200, act(self.shop, given, asked, *known)
            except RefusedError as refusal:
                return refusal.status, refusal.told
        return 404, {"message": "Not Found"}

    def _let_in(self, path: str, headers: dict[str, str]) -> None:
        word = headers.get("authorization", "")
        if path.startswith("/admin/"):
            kind, _, secret = word.partition(" ")
            if kind == "Basic" and _plain(secret) in self.shop.keys:
                return
            if kind == "Bearer" and secret in self.shop.tokens:
                return
            raise no("Unauthorized", "", 401)
        if path.startswith("/store/") and headers.get("x-publishable-api-key") not in (
            self.shop.doors
        ):
            raise no(
                "Publishable API key required in the request header: x-publishable-api-key. You"
                " can manage your keys in settings in the dashboard.",
                "not_allowed",
            )


def _plain(secret: str) -> str:
    """A key, as it is or made safe for a header."""
    if secret.startswith("sk_"):
        return secret
    try:
        return base64.b64decode(secret).decode().rstrip(":")
    except ValueError:
        return ""


# -- doors -----------------------------------------------------------------------------------------


def _login(shop: Imitation, given: Thing, _: Asked) -> Any:
    if shop.logins.get(given["email"]) != given["password"]:
        raise no("Invalid email or password", "unauthorized", 401)
    return _token(shop)


def _token(shop: Imitation, *_: object) -> Any:
    token = shop.new_id("jwt")
    shop.tokens.add(token)
    return {"token": token}


def _make_key(shop: Imitation, given: Thing, _: Asked) -> Any:
    prefix, keys = ("sk", shop.keys) if given["type"] == "secret" else ("pk", shop.doors)
    token = shop.new_id(prefix)
    keys.add(token)
    return {"api_key": {"id": shop.new_id("apk"), "token": token, **given}}


# -- people ----------------------------------------------------------------------------------------


def _checked(given: Thing) -> Thing:
    unknown = sorted(given.keys() - _PERSON)
    if unknown:
        raise no(f"Invalid request: Unrecognized fields: '{unknown[0]}'")
    if given.get("email") and not _EMAIL.fullmatch(given["email"]):
        raise no("Invalid request: Invalid email address")
    return given


def _make_person(shop: Imitation, given: Thing, _: Asked) -> Any:
    return {"customer": shop.make_person(_checked(given), has_account=False)}


def _register(shop: Imitation, given: Thing, _: Asked) -> Any:
    return {"customer": shop.make_person(given, has_account=True)}


def _people(shop: Imitation, _: Thing, asked: Asked) -> Any:
    unknown = [name.partition("[")[0] for name in asked]
    unknown = [name for name in unknown if name not in _LISTED]
    if unknown:
        raise no(f"Invalid request: Unrecognized fields: '{unknown[0]}'")
    names = ("email", "first_name", "last_name", "company_name", "phone")
    rows, count = shop.found(
        shop.living(), asked, searched=lambda row: " ".join(row[name] or "" for name in names)
    )
    return page("customers", rows, count, asked)


def _person(shop: Imitation, _: Thing, asked: Asked, known: str) -> Any:
    return {"customer": cut(shop.person(known), asked)}


def _change_person(shop: Imitation, given: Thing, _: Asked, known: str) -> Any:
    return {"customer": shop.change_person(shop.person(known, put=True), _checked(given))}


def _delete_person(shop: Imitation, _: Thing, __: Asked, known: str) -> Any:
    if known in shop.people:
        shop.people[known]["deleted_at"] = shop.stamp()
    return {"id": known, "object": "customer", "deleted": True}


# -- orders ----------------------------------------------------------------------------------------


def _lister(name: str, *, drafts: bool) -> Callable[..., Any]:
    def orders(shop: Imitation, _: Thing, asked: Asked) -> Any:
        asked = {"limit": ["50" if drafts else "15"], **asked}
        rows = [one for one in shop.orders.values() if (one["status"] == "draft") == drafts]
        rows, count = shop.found(rows, asked, searched=_searched)
        shown = [cut(shop.shown(row), asked, _ORDER) for row in rows]
        return page(name, shown, count, {**asked, "fields": [""]})

    return orders


def _searched(order: Thing) -> str:
    """Numbers, e-mails and addresses; no metadata."""
    billing = order["billing_address"] or {}
    return " ".join([str(order["display_id"]), order["email"] or "", *billing.values()])


def _order(shop: Imitation, _: Thing, asked: Asked, known: str) -> Any:
    return {"order": cut(shop.shown(shop.order(known)), asked, _CHANGED)}


def _make_draft(shop: Imitation, given: Thing, _: Asked) -> Any:
    return {"draft_order": only(shop.shown(shop.make_draft(given)), _DRAFTED)}


def _convert(shop: Imitation, _: Thing, __: Asked, known: str) -> Any:
    return {"order": only(shop.shown(shop.convert(known)), _DRAFTED)}


def _complete(shop: Imitation, _: Thing, __: Asked, known: str) -> Any:
    return {"order": only(shop.shown(shop.complete(known)), _CHANGED)}


def _cancel(shop: Imitation, _: Thing, __: Asked, known: str) -> Any:
    return {"order": only(shop.shown(shop.cancel(known)), _CHANGED)}


def _collect(shop: Imitation, given: Thing, _: Asked) -> Any:
    return {"payment_collection": shop.collect(given)}


def _pay(shop: Imitation, given: Thing, _: Asked, known: str) -> Any:
    return {"payment_collection": without_refunds(shop.pay(known, given))}


def _refund(shop: Imitation, given: Thing, _: Asked, known: str) -> Any:
    payment = only(shop.refund(known, given), _REFUNDED)
    refunds = [only(one, one.keys() - {"created_at"}) for one in payment["refunds"]]
    return {"payment": {**payment, "refunds": refunds}}


def _delete_draft(shop: Imitation, _: Thing, __: Asked, known: str) -> Any:
    if shop.order(known)["status"] != "draft":
        raise no("Only drafts can be deleted", "not_allowed")
    del shop.orders[known]
    return {"id": known, "object": "draft-order", "deleted": True}


# -- what the shop sells ---------------------------------------------------------------------------


def _make_region(shop: Imitation, given: Thing, _: Asked) -> Any:
    region = {"id": shop.new_id("reg"), "name": given["name"], "automatic_taxes": True}
    region["currency_code"] = given["currency_code"]
    shop.regions[region["id"]] = region
    return {"region": region}


def _regions(shop: Imitation, _: Thing, asked: Asked) -> Any:
    rows = list(shop.regions.values())
    return page("regions", rows, len(rows), asked)


def _stores(_: Imitation, __: Thing, ___: Asked) -> Any:
    store = {
        "id": "store_1", "name": "Medusa Store", "default_sales_channel_id": CHANNEL,
        "default_region_id": None,
    }  # fmt: skip
    return {"stores": [store], "count": 1, "offset": 0, "limit": 50}


def _make_product(shop: Imitation, given: Thing, _: Asked) -> Any:
    at, product = shop.stamp(), shop.new_id("prod")
    variants = [
        {
            "manage_inventory": True, **variant, "id": shop.new_id("variant"), "updated_at": at,
            "product_id": product,
        }
        for variant in given["variants"]
    ]  # fmt: skip
    shop.products[product] = {**given, "id": product, "variants": variants, "updated_at": at}
    return {"product": shop.products[product]}


def _change_product(shop: Imitation, given: Thing, _: Asked, known: str) -> Any:
    shop.products[known] |= {**given, "updated_at": shop.stamp()}
    return {"product": shop.products[known]}


def _change_variant(shop: Imitation, given: Thing, _: Asked, known: str, variant: str) -> Any:
    """A price moves its variant's time, and not the product's."""
    for one in shop.products[known]["variants"]:
        if one["id"] == variant:
            one |= {**given, "updated_at": shop.stamp()}
    return {"product": shop.products[known]}


def _products(shop: Imitation, _: Thing, asked: Asked) -> Any:
    rows, count = shop.found(list(shop.products.values()), asked, searched=str)
    return page("products", rows, count, asked)


def _variants(shop: Imitation, _: Thing, asked: Asked) -> Any:
    wanted = {*asked.get("sku", []), *asked.get("sku[]", [])}
    rows = [one for product in shop.products.values() for one in product["variants"]]
    rows = [row for row in rows if row.get("sku") in wanted or not wanted]
    rows, count = shop.found(rows, asked, searched=str)
    return page("variants", rows, count, asked)


def _preferences(shop: Imitation, _: Thing, asked: Asked) -> Any:
    rows = list(shop.preferences.values())
    return page("price_preferences", rows, len(rows), asked)


def _prefer(shop: Imitation, given: Thing, _: Asked, known: str = "") -> Any:
    known = known or shop.new_id("prpref")
    shop.preferences[known] = {"id": known, **given}
    return {"price_preference": shop.preferences[known]}


_ID = r"([^/]+)"
ROUTES: list[tuple[str, str, Callable[..., Any]]] = [
    ("POST", "/auth/user/emailpass", _login),
    ("POST", "/auth/token/refresh", _token),
    ("POST", "/auth/customer/emailpass/register", _token),
    ("POST", "/store/customers", _register),
    ("POST", "/admin/api-keys", _make_key),
    ("POST", f"/admin/api-keys/{_ID}/sales-channels", lambda shop, given, asked, known: {}),
    ("GET", "/admin/stores", _stores),
    ("GET", "/admin/regions", _regions),
    ("POST", "/admin/regions", _make_region),
    ("GET", "/admin/products", _products),
    ("POST", "/admin/products", _make_product),
    ("POST", f"/admin/products/{_ID}", _change_product),
    ("POST", f"/admin/products/{_ID}/variants/{_ID}", _change_variant),
    ("GET", "/admin/product-variants", _variants),
    ("GET", "/admin/price-preferences", _preferences),
    ("POST", "/admin/price-preferences", _prefer),
    ("POST", f"/admin/price-preferences/{_ID}", _prefer),
    ("GET", "/admin/customers", _people),
    ("POST", "/admin/customers", _make_person),
    ("GET", f"/admin/customers/{_ID}", _person),
    ("POST", f"/admin/customers/{_ID}", _change_person),
    ("DELETE", f"/admin/customers/{_ID}", _delete_person),
    ("GET", "/admin/orders", _lister("orders", drafts=False)),
    ("GET", f"/admin/orders/{_ID}", _order),
    ("POST", f"/admin/orders/{_ID}/complete", _complete),
    ("POST", f"/admin/orders/{_ID}/cancel", _cancel),
    ("GET", "/admin/draft-orders", _lister("draft_orders", drafts=True)),
    ("POST", "/admin/draft-orders", _make_draft),
    ("DELETE", f"/admin/draft-orders/{_ID}", _delete_draft),
    ("POST", f"/admin/draft-orders/{_ID}/convert-to-order", _convert),
    ("POST", "/admin/payment-collections", _collect),
    ("POST", f"/admin/payment-collections/{_ID}/mark-as-paid", _pay),
    ("POST", f"/admin/payments/{_ID}/refund", _refund),
]  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one piece an answer: two would each wait for the other side's nod
    disable_nagle_algorithm = True

    def handle_any(self) -> None:
        here: MedusaServer = self.server.here  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, told = here.answer(self.command, self.path, body, headers)
        text = json.dumps(told, default=float).encode()
        self.send_response_only(status)
        self.send_header("Date", email.utils.format_datetime(here.shop.now(), usegmt=True))
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_DELETE = handle_any  # noqa: N815 (http.server)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""
