"""The world of the contract on a real shop, given by WOO_URL, WOO_KEY, WOO_SECRET and WOO_CA.

Everything is done by the REST API with that one key. What was made is taken away at the end:
orders, customers, products and coupons of this run, found again by what they were called, so that
what an answer that never came has left behind goes too. E-mails, SKUs and codes are of this run.
"""

import http.client
import os
import re
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import requests

from sync.errors import Refused
from sync.online_store import OnlineStore, Recognised
from sync.stores.woocommerce import Access, FeedSettings, SalesSettings, WooOnlineStore
from sync.stores.woocommerce import recognise as recognised
from sync.stores.woocommerce_http import WooApi
from sync.stores.woocommerce_shop import WooShop
from sync.stores.woocommerce_wire import minor, money, rounded
from sync.wire import Line, Wire
from terminal.money import decimals_of
from terminal.sales import Goods, Product, Sale
from tests.adapters.woo.world import PRICES
from tests.adapters.world import _RUN as RUN
from tests.adapters.world import Act, CouponRefusedError, Placed, SoldThere
from tests.faults import FaultProxy

NAMES = ("WOO_URL", "WOO_KEY", "WOO_SECRET")
OURS = re.compile(rf"(pos:)?[a-z.]*-?{RUN}\d*(@sample\.example)?", re.IGNORECASE)
"""What e-mails, SKUs, codes and sales of this run look like: nothing else is ever taken away."""
SETTLE = timedelta(seconds=4)
OVERLAP = timedelta(seconds=3)
SLOW = 60.0
TOGETHER = 20


def given() -> Access | None:
    """The shop to try, if one is named."""
    if not all(os.environ.get(name) for name in NAMES):
        return None
    url, key, secret = (os.environ[name] for name in NAMES)
    return Access(url=url, key=key, secret=secret, ca=os.environ.get("WOO_CA", ""), patience=SLOW)


def too_coarse(access: Access) -> bool:
    """Whether the shop knows no cents: orders are then the nearest it can hold, and no story's."""
    api = WooApi(access)
    try:
        return WooShop(api).facts.step > 1
    finally:
        api.close()


@dataclass(slots=True)
class Estate:
    """One shop and the goods that this run put there. For a whole session."""

    access: Access
    api: WooApi
    currency: str
    goods: list[Product]
    ids: list[int]

    @classmethod
    def open(cls, access: Access) -> "Estate":
        api = WooApi(access)
        shop = WooShop(api)
        currency = shop.facts.currency
        goods, ids = [], []
        for stem, name, plain, _ in PRICES:
            sku, price = f"{stem[:3]}-{RUN}", money(minor(plain, "EUR"), currency)
            made = api.send("POST", "/products", dict[str, Any], {
                "sku": sku, "name": name, "regular_price": price, "manage_stock": True,
                "stock_quantity": 10_000, "catalog_visibility": "hidden",
            })  # fmt: skip
            ids.append(made["id"])
            factor = Decimal(1) if shop.taxes.included else shop.taxes.factor("")
            tax = Goods(tax=shop.taxes.hundredths("", "taxable"))
            amount = rounded(minor(price, currency) * factor)
            goods.append(Product(sku, name, amount, currency, goods=tax))
        return cls(access, api, currency, goods, ids)

    def close(self) -> None:
        """Take away what this run made: orders first, which name customers and goods."""
        self._drop("/orders", sorted(set(self._orders())))
        self._drop("/customers", self._customers())
        coupons = self._list("/coupons", status="any")
        self._drop("/coupons", [row["id"] for row in coupons if ours(row["code"])])
        goods = [
            row for status in ("any", "trash") for row in self._list("/products", status=status)
        ]
        self._drop("/products", [row["id"] for row in goods if ours(row["sku"])])
        self.api.close()

    def _orders(self) -> list[int]:
        """Of this run: by sale, or by the e-mail of whoever bought. Some versions count drafts of
        the checkout among any orders, others don't."""
        return [
            row["id"]
            for status in ("any", "checkout-draft", "trash")  # refused coupons leave drafts behind
            for row in self._list("/orders", status=status)
            if ours(row["created_via"]) or ours(row["billing"]["email"])
        ]

    def _customers(self) -> list[int]:
        rows = self._list("/customers", search="sample.example")
        return [row["id"] for row in rows if ours(row["email"])]

    def _list(self, path: str, **params: str) -> Iterator[dict[str, Any]]:
        page = 0
        while True:
            page += 1
            rows = self.api.get(path, list[dict[str, Any]], per_page=100, page=page,
                orderby="id", order="desc", **params)  # fmt: skip
            yield from rows
            # What this run made is newest; a shop of many thousand is not gone through.
            if len(rows) < 100 or page >= 20:
                return

    def _drop(self, path: str, ids: list[int]) -> None:
        """For good, as batches always do; what is gone already is no trouble."""
        for start in range(0, len(ids), TOGETHER):
            some = ids[start : start + TOGETHER]
            self.api.send("POST", f"{path}/batch", dict[str, Any], {"delete": some})


def ours(text: str | None) -> bool:
    """Whether this is a name that this run gave."""
    return OURS.fullmatch(text or "") is not None


class Through(FaultProxy):
    """A line that fails, to a shop over https or http."""

    def __init__(self, access: Access) -> None:
        super().__init__(access.base)
        self._tls = access.base.startswith("https:")
        self._ca = access.ca

    def connect(self) -> http.client.HTTPConnection:
        host, port = self._target.hostname or "", self._target.port
        if not self._tls:
            return http.client.HTTPConnection(host, port, timeout=SLOW)
        context = ssl.create_default_context(cafile=self._ca or None)
        return http.client.HTTPSConnection(host, port, timeout=SLOW, context=context)


class Shopper:
    """Somebody who fills a cart, by the interface of the shop's own pages."""

    def __init__(self, access: Access) -> None:
        self._access, self._session = access, requests.Session()
        self._session.trust_env = False
        self._session.verify = access.ca or True
        self._base = f"{access.base}/wp-json/wc/store/v1/cart"
        answer = self._session.get(self._base, timeout=SLOW)
        self._session.headers["Cart-Token"] = answer.headers["Cart-Token"]
        self._session.headers["Nonce"] = answer.headers["Nonce"]

    def __enter__(self) -> "Shopper":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def ask(self, what: str, told: dict[str, Any]) -> int:
        """The cart's total in minor units; 0: refused."""
        answer = self._session.post(f"{self._base}/{what}", json=told, timeout=SLOW)
        return int(answer.json()["totals"]["total_price"]) if answer.ok else 0


class RealWorld:
    """One story's world on a real shop."""

    kind = "woocommerce"
    tiers = ("bronze", "gold")
    shows_lapse = True
    keeps_marketing = True
    why_not: Mapping[Act, str] = {
        "weak_key": "a shop's one key has every right here",
        "bare": "a WooCommerce shop needs nothing set up",
    }

    def __init__(self, estate: Estate) -> None:
        self.estate, self.api = estate, estate.api
        self.url, self.currency = estate.access.url, estate.currency
        self.goods: Sequence[Product] = estate.goods
        self.can: frozenset[Act] = frozenset({
            "shoppers", "delete_customer", "place_order", "pay_later", "refund", "cancel",
            "use_coupon", "edit_products", "end_product", "wrong_key", "faults", "outlast",
        })  # fmt: skip
        self._stack = ExitStack()
        self._line: FaultProxy | None = None

    def close(self) -> None:
        self._stack.close()

    # -- adapters --------------------------------------------------------------------------------

    def connect(self, *, network: bool = False, page_size: int | None = None) -> OnlineStore:
        if not network:
            return self._adapter(self.url, self.estate.access.key, page_size or 100)
        store = self._adapter(self.network().url, self.estate.access.key, page_size or 100)
        if self.estate.access.base.startswith("https:"):
            store._api._sign.signs = False  # from the proxy on it is https
        return store

    def _adapter(self, url: str, key: str, page_size: int = 100) -> WooOnlineStore:
        access = Access(url=url, key=key, secret=self.estate.access.secret,
            ca=self.estate.access.ca, patience=SLOW)  # fmt: skip
        return WooOnlineStore(
            access, name="online", sales=SalesSettings(settle=SETTLE),
            feed=FeedSettings(page_size=page_size, overlap=OVERLAP),
        )  # fmt: skip

    def network(self) -> FaultProxy:
        if self._line is None:
            self._line = self._stack.enter_context(Through(self.estate.access))
        return self._line

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)  # a real shop keeps real time

    def outlast(self) -> None:
        time.sleep(OVERLAP.total_seconds() + 2)

    def now(self) -> datetime:
        self.api.index()
        return self.api.store_time or datetime.now(UTC)

    def recognise(self, wire: Wire, url: str) -> Recognised | None:
        trusting = Wire(Line(ca=self.estate.access.ca, patience=SLOW))
        try:
            return recognised(trusting, url)
        finally:
            trusting.close()

    def weak(self) -> tuple[OnlineStore, frozenset[str]]:
        raise NotImplementedError

    def stranger(self) -> OnlineStore:
        return self._adapter(self.url, "ck_" + "0" * 40)

    def bare(self) -> OnlineStore:
        raise NotImplementedError

    # -- people there ----------------------------------------------------------------------------

    def new_customer(
        self, email: str, given: str = "Example", family: str = "Sample", phone: str = ""
    ) -> str:
        told = {"email": email, "first_name": given, "last_name": family,
                "billing": {"phone": phone}}  # fmt: skip
        return str(self._send("POST", "/customers", told)["id"])

    def edit_customer(self, customer: str, **changes: str) -> None:
        names = {"given_name": "first_name", "family_name": "last_name"}
        told: dict[str, Any] = {names[k]: v for k, v in changes.items() if k in names}
        if "phone" in changes:
            told["billing"] = {"phone": changes["phone"]}
        self._send("PUT", f"/customers/{customer}", told)

    def delete_customer(self, customer: str) -> None:
        self.api.send("DELETE", f"/customers/{customer}", dict[str, Any], force="true")

    def customers_with(self, email: str) -> list[str]:
        found = self.api.get("/customers", list[dict[str, Any]], email=email, role="all")
        return [str(one["id"]) for one in found]

    def place_order(
        self, goods: Mapping[str, int], email: str, coupons: Sequence[str] = ()
    ) -> Placed:
        return self._order(goods, email, coupons, paid=True)

    def open_order(self, goods: Mapping[str, int], email: str) -> Placed:
        return self._order(goods, email, (), paid=False)

    def _order(
        self, goods: Mapping[str, int], email: str, coupons: Sequence[str], *, paid: bool
    ) -> Placed:
        found = self.customers_with(email)
        told = {
            "customer_id": int(found[0]) if found else 0, "created_via": "checkout",
            "billing": {"email": email, "first_name": "Example"}, "set_paid": paid,
            "line_items": [{"sku": sku, "quantity": n} for sku, n in goods.items()],
            "coupon_lines": [{"code": code} for code in coupons],
        }  # fmt: skip
        try:
            row = self._send("POST", "/orders", told)
        except Refused as error:
            raise CouponRefusedError(error.where) from error
        total = minor(row["total"], self.currency)
        return Placed(str(row["id"]), row["number"], total, total)

    def pay_order(self, order: Placed) -> None:
        self._send("PUT", f"/orders/{order.id}", {"set_paid": True})

    def refund(self, order: Placed, amount: int) -> None:
        told = {"amount": money(amount, self.currency), "api_refund": False}
        self._send("POST", f"/orders/{order.id}/refunds", told)

    def cancel(self, order: Placed) -> None:
        self._send("PUT", f"/orders/{order.id}", {"status": "cancelled"})

    def throw_away(self, order: str) -> None:
        """Into the bin, as with the button in the shop's office."""
        self.api.send("DELETE", f"/orders/{order}", dict[str, Any])

    def cart_with(self, goods: Mapping[str, int], code: str) -> int:
        """What a shopper without an account has to pay with a coupon; as much as without it, if the
        cart refuses it. Nothing is ordered."""
        with Shopper(self.estate.access) as shopper:
            for sku, pieces in goods.items():
                paid = shopper.ask("add-item", {"id": self._product(sku), "quantity": pieces})
            return shopper.ask("apply-coupon", {"code": code}) or paid

    def sold(self, sale: Sale) -> list[SoldThere]:
        via = f"pos:{sale.id}"
        rows = self.api.get("/orders", list[dict[str, Any]], created_via=via, per_page=100)
        return [self._sold(row) for row in rows if row["created_via"] == via]

    def _sold(self, row: dict[str, Any]) -> SoldThere:
        refunds = self.api.get(f"/orders/{row['id']}/refunds", list[dict[str, Any]], per_page=100)
        pieces: dict[str, int] = {}
        lines = [*row["line_items"], *(line for one in refunds for line in one["line_items"])]
        for line in lines:
            if line["sku"]:
                pieces[line["sku"]] = pieces.get(line["sku"], 0) + line["quantity"]
        return SoldThere(
            str(row["id"]), minor(row["total"], self.currency),
            row["date_paid_gmt"] is not None and row["status"] != "pending",
            str(row["customer_id"] or ""),
            sum(minor(one["amount"], self.currency) for one in refunds), pieces,
        )  # fmt: skip

    def unfinished(self) -> int:
        rows = self.api.get("/orders", list[dict[str, Any]], per_page=100,
            status="pending,checkout-draft,on-hold", _fields="id,created_via")  # fmt: skip
        return sum(1 for row in rows if row["created_via"].startswith("pos:"))

    def make_product(self, sku: str, name: str, price: int) -> None:
        self._send("POST", "/products", {"sku": sku, "name": name,
            "catalog_visibility": "hidden", "regular_price": self._kept(price)})  # fmt: skip

    def price_product(self, sku: str, price: int) -> None:
        id_ = self._product(sku)
        self._send("PUT", f"/products/{id_}", {"regular_price": self._kept(price)})

    def end_product(self, sku: str) -> None:
        self.api.send("DELETE", f"/products/{self._product(sku)}", dict[str, Any])

    def _kept(self, price: int) -> str:
        """A price as the shop keeps it: with its tax or without."""
        shop = WooShop(self.api)
        factor = Decimal(1) if shop.taxes.included else shop.taxes.factor("")
        exact = Decimal(price).scaleb(-decimals_of(self.currency)) / factor
        return f"{exact:.6f}"

    def _product(self, sku: str) -> int:
        [found] = self.api.get("/products", list[dict[str, Any]], sku=sku)
        return int(found["id"])

    def _send(self, method: str, path: str, told: dict[str, Any]) -> dict[str, Any]:
        return self.api.send(method, path, dict[str, Any], told)
