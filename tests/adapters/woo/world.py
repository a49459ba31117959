"""The world of the contract on the imitation: shoppers, staff, and time that passes when told."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sync.online_store import OnlineStore, Recognised
from sync.stores.woocommerce import Access, FeedSettings, WooOnlineStore
from sync.stores.woocommerce import recognise as recognised
from sync.wire import Line, Wire
from terminal.sales import Goods, Product, Sale
from tests.adapters.woo.money import refund
from tests.adapters.woo.rules import WooError, cents, decimal
from tests.adapters.woo.server import Key, Server
from tests.adapters.woo.shop import Shop
from tests.adapters.world import Act, CouponRefusedError, Network, Placed, SoldThere
from tests.faults import FaultProxy

SHIPPING = "3.50"
PRICES = (("COF-250", "Coffee beans 250 g", "7.90", "5012345678900"),
          ("TEA-100", "Tea 100 g", "4.20", ""), ("HON-450", "Honey", "11.90", ""))  # fmt: skip
VAT, ON_TOP = Decimal("0.255"), Decimal("0.25")
SECRET, WEAK = "cs_test", "cs_weak"


@dataclass
class Time:
    """Stands still until it is told."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    ran: float = 0.0

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def monotonic(self) -> float:
        return self.ran

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.ran += seconds


class WooWorld:
    """One imitated shop. ``tls``: it is asked over https. ``on_top``: its prices are without the
    tax, and so is what its cart shows."""

    kind = "woocommerce"
    currency = "EUR"
    tiers = ("bronze", "gold")
    shows_lapse = True
    keeps_marketing = True
    can: frozenset[Act] = frozenset({
        "shoppers", "delete_customer", "place_order", "pay_later", "refund", "cancel",
        "use_coupon", "edit_products", "end_product", "weak_key", "wrong_key", "faults", "outlast",
    })  # fmt: skip

    def __init__(
        self, certificate: Path, *, tls: bool = True, hpos: bool = True, taxed: bool = False,
        on_top: bool = False, version: str = "10.0.2",
    ) -> None:  # fmt: skip
        self.time = Time()
        rate = VAT if taxed else ON_TOP if on_top else None
        self.shop = Shop(self.time.now, hpos=hpos, rate=rate, version=version)
        self.shop.included = self.shop.cart_shows_tax = not on_top
        self.certificate, self.tls = certificate, tls
        self._stack = ExitStack()
        self.server = self._stack.enter_context(Server(self.shop, certificate))
        self.server.keys["ck_weak"] = Key(WEAK, "read")
        self.url = self.server.url if tls else self.server.http
        self._line: FaultProxy | None = None
        tax = Goods("Uncategorized", tax=int((rate or 0) * 10_000))
        for sku, name, price, ean in PRICES:
            kept = self._kept(int(Decimal(price) * 100))
            self.shop.goods.make({"sku": sku, "name": name, "regular_price": kept,
                "global_unique_id": ean, "manage_stock": True, "stock_quantity": 100})  # fmt: skip
        self.goods: Sequence[Product] = [
            Product(sku, name, int(Decimal(price) * 100), "EUR", "", ean, tax)
            for sku, name, price, ean in PRICES
        ]

    def close(self) -> None:
        self._stack.close()

    def _kept(self, price: int) -> str:
        """A price at the till as the shop keeps it."""
        exact = Decimal(price) / 100
        return f"{exact:.2f}" if self.shop.included else f"{exact / (1 + ON_TOP):.6f}"

    # -- adapters --------------------------------------------------------------------------------

    def connect(self, *, network: bool = False, page_size: int | None = None) -> OnlineStore:
        url = self.network().url if network else self.url
        return self.adapter(url, page_size=page_size or 100)

    def adapter(
        self, url: str = "", key: str = "ck_test", secret: str = SECRET, *,
        page_size: int = 100, **more: Any,
    ) -> WooOnlineStore:  # fmt: skip
        access = Access(url=url or self.url, key=key, secret=secret, ca=str(self.certificate),
            patience=5)  # fmt: skip
        given = {
            "feed": FeedSettings(page_size=page_size), "seconds": self.time.seconds,
            "monotonic": self.time.monotonic, **more,
        }  # fmt: skip
        return WooOnlineStore(access, name="online", **given)

    def network(self) -> FaultProxy:
        if self._line is None:
            self._line = self._stack.enter_context(FaultProxy(self.server.http))
            self.server.homes.add(self._line.url)
        return self._line

    def wait(self, seconds: float) -> None:
        self.time.pass_by(seconds)
        self.shop.go_on()

    def outlast(self) -> None:
        self.wait(3600)

    def now(self) -> datetime:
        return self.time.now()

    def recognise(self, wire: Wire, url: str) -> Recognised | None:
        trusting = Wire(Line(ca=str(self.certificate)))
        try:
            return recognised(trusting, url)
        finally:
            trusting.close()

    def weak(self) -> tuple[OnlineStore, frozenset[str]]:
        missing = frozenset({"write_customers", "write_orders", "write_coupons"})
        return self.adapter(key="ck_weak", secret=WEAK), missing

    def stranger(self) -> OnlineStore:
        return self.adapter(key="ck_nobody")

    def bare(self) -> OnlineStore:
        raise NotImplementedError

    # -- people there ----------------------------------------------------------------------------

    def new_customer(
        self, email: str, given: str = "Example", family: str = "Sample", phone: str = ""
    ) -> str:
        told = {"email": email, "first_name": given, "last_name": family,
                "billing": {"phone": phone}}  # fmt: skip
        with self.server.lock:
            return str(self.shop.people.make(told)["id"])

    def edit_customer(self, customer: str, **changes: str) -> None:
        told: dict[str, Any] = {}
        for name, key in (("given_name", "first_name"), ("family_name", "last_name")):
            if name in changes:
                told[key] = changes[name]
        if "phone" in changes:
            told["billing"] = {"phone": changes["phone"]}
        with self.server.lock:
            self.shop.people.change(customer, told)

    def delete_customer(self, customer: str) -> None:
        self.shop.people.drop(customer, {"force": "true"})

    def customers_with(self, email: str) -> list[str]:
        users = self.shop.people.users.values()
        return [str(u["id"]) for u in users if u["email"].lower() == email.lower()]

    def place_order(
        self, goods: Mapping[str, int], email: str, coupons: Sequence[str] = ()
    ) -> Placed:
        placed = self.open_order(goods, email, coupons)
        self.pay_order(placed)
        return placed

    def open_order(
        self, goods: Mapping[str, int], email: str, coupons: Sequence[str] = ()
    ) -> Placed:
        user = self.shop.people.by_email(email)
        told = {
            "customer_id": user["id"] if user else 0, "created_via": "checkout",
            "billing": {"email": email, "country": "FI"},
            "line_items": [{"sku": sku, "quantity": n} for sku, n in goods.items()],
            "shipping_lines": [{"method_title": "Post", "gross": SHIPPING}],
            "coupon_lines": [{"code": code} for code in coupons],
        }  # fmt: skip
        with self.server.lock:
            try:
                row = self.shop.orders.make(told)
            except WooError as error:
                raise CouponRefusedError(error.code) from error
        total = int(cents(row["total"]) * 100)
        return Placed(str(row["id"]), str(row["id"]), total - 350, total)

    def pay_order(self, order: Placed) -> None:
        with self.server.lock:
            self.shop.orders.move(self.shop.orders.one(order.id), "processing")

    def refund(self, order: Placed, amount: int) -> None:
        told = {"amount": f"{Decimal(amount) / 100:.2f}", "api_refund": False}
        with self.server.lock:
            refund(self.shop, self.shop.orders.one(order.id), told)

    def cancel(self, order: Placed) -> None:
        with self.server.lock:
            self.shop.orders.move(self.shop.orders.one(order.id), "cancelled")

    def sold(self, sale: Sale) -> list[SoldThere]:
        rows = self.shop.orders.rows.values()
        return [self._sold(row) for row in rows if row["created_via"] == f"pos:{sale.id}"]

    def _sold(self, row: dict[str, Any]) -> SoldThere:
        pieces: dict[str, int] = {}
        for line in row["lines"]:
            if line["product"]:
                sku = line["product"]["sku"]
                pieces[sku] = pieces.get(sku, 0) + line["quantity"]
        for one in row["refunds"]:
            for line in one["lines"]:
                pieces[line["sku"]] += line["quantity"]
        back = sum((decimal(one["amount"]) for one in row["refunds"]), Decimal(0))
        return SoldThere(
            str(row["id"]), int(cents(row["total"]) * 100),
            row["paid_at"] is not None and row["status"] != "pending",
            str(row["customer_id"] or ""), int(back * 100), pieces,
        )  # fmt: skip

    def unfinished(self) -> int:
        open_ = ("pending", "checkout-draft", "auto-draft", "on-hold")
        return sum(1 for row in self.shop.orders.rows.values() if row["status"] in open_)

    def make_product(self, sku: str, name: str, price: int) -> None:
        self.shop.goods.make({"sku": sku, "name": name, "regular_price": self._kept(price)})

    def price_product(self, sku: str, price: int) -> None:
        product = self.shop.goods.by_sku(sku)
        self.shop.goods.change(product["id"], {"regular_price": self._kept(price)})

    def end_product(self, sku: str) -> None:
        self.shop.goods.drop(self.shop.goods.by_sku(sku)["id"], {})


__all__ = ["Network", "WooWorld"]
