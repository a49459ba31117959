"""A Shopify shop for the contract: the small one, behind HTTP, with people in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Self

from sync.deadline import Deadline
from sync.online_store import Recognised
from sync.stores import shopify
from sync.stores.shopify import Access, FeedSettings, ShopifyOnlineStore
from sync.stores.shopify_http import ShopifyApi
from sync.stores.shopify_setup import CUSTOMER_FIELDS, ORDER_FIELDS
from sync.wire import Line, Wire
from terminal.sales import Product, Sale
from tests.adapters.shopify.server import ALL_SCOPES, ShopServer
from tests.adapters.shopify.shop import Definition, Kind, Shop, Sold
from tests.adapters.world import Act, Placed, SoldThere
from tests.faults import FaultProxy

TOKEN = "shpat_example"  # noqa: S105
WEAK = "shpat_weak"
GOODS = (
    Product("OIL-500", "Olive oil", 980, "EUR", "", "5290000000017"),
    Product("HON-450", "Honey", 1190, "EUR", "", "5290000000024"),
    Product("TEA-100", "Mountain tea", 450, "EUR"),
)


def furnish(shop: Shop) -> None:
    """What the till sells, and the fields it needs."""
    for product in GOODS:
        add_product(shop, product.sku, product.name, product.price, product.ean)
    for owner, fields in (("CUSTOMER", CUSTOMER_FIELDS), ("ORDER", ORDER_FIELDS)):
        for key, (_, kind) in fields.items():
            shop.definitions.append(
                Definition(
                    owner=owner, namespace="loyalty", key=key, type=kind, unique=kind == "id"
                )
            )


def add_product(shop: Shop, sku: str, name: str, price: int, ean: str = "") -> None:
    kind = Kind(id=shop.new_id("ProductVariant"), sku=sku, price=price, barcode=ean or None)
    product = Sold(id=shop.new_id("Product"), title=name, kinds=[kind])
    shop.products[product.id] = product
    shop.touch(product)


class ShopifyWorld:
    """One shop, made anew for each test."""

    kind = "shopify"
    currency = "EUR"
    goods = GOODS
    tiers = ("bronze", "gold")
    shows_lapse = True
    keeps_marketing = True
    can: frozenset[Act] = frozenset(
        {
            "shoppers", "delete_customer", "place_order", "pay_later", "refund", "cancel",
            "use_coupon", "edit_products", "end_product", "weak_key", "wrong_key", "bare",
            "faults", "outlast",
        }
    )  # fmt: skip

    def __init__(self, *, lag: timedelta = timedelta(), taxes_included: bool = True) -> None:
        self.shop = Shop(lag=lag, taxes_included=taxes_included)
        furnish(self.shop)
        weak = ALL_SCOPES - {"write_orders", "write_discounts"}
        self.server = ShopServer(self.shop, {TOKEN: ALL_SCOPES, WEAK: weak})
        self._network: FaultProxy | None = None
        self._bare: list[ShopServer] = []

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        for server in (self.server, *self._bare):
            server.__exit__()
        if self._network is not None:
            self._network.__exit__()

    @property
    def url(self) -> str:
        return self.server.url

    # -- adapters --------------------------------------------------------------------------------

    def connect(
        self, *, network: bool = False, page_size: int | None = None, token: str = TOKEN,
        url: str = "", overlap: timedelta | None = None, within: Deadline | None = None,
    ) -> ShopifyOnlineStore:  # fmt: skip
        if network:
            url = self.network().url
        access = Access(url=url or self.url, token=token, line=Line(patience=20, within=within))
        api = ShopifyApi(access, clock=self.shop.clock, pause=self.shop.wait)
        feed = FeedSettings(page_size=page_size)
        if overlap is not None:
            feed = replace(feed, overlap=overlap)
        return ShopifyOnlineStore(access, name="online", feed=feed, api=api)

    def network(self) -> FaultProxy:
        if self._network is None:
            self._network = FaultProxy(self.url).__enter__()
        return self._network

    def weak(self) -> tuple[ShopifyOnlineStore, frozenset[str]]:
        return self.connect(token=WEAK), frozenset({"write_orders", "write_coupons"})

    def stranger(self) -> ShopifyOnlineStore:
        return self.connect(token="shpat_nobody")  # noqa: S106

    def bare(self) -> ShopifyOnlineStore:
        server = ShopServer(Shop(), {TOKEN: ALL_SCOPES}).__enter__()
        self._bare.append(server)
        return self.connect(url=server.url)

    def recognise(self, wire: Wire, url: str) -> Recognised | None:
        return shopify.recognise(wire, url)

    def meanwhile(self, field: str, act: Callable[[], object]) -> None:
        """Something that happens once, just before the shop carries out its next such request."""

        def when(asked: str) -> None:
            if asked == field:
                self.shop.before = lambda _: None
                act()

        self.shop.before = when

    # -- time ------------------------------------------------------------------------------------

    def wait(self, seconds: float) -> None:
        self.shop.wait(seconds)

    def outlast(self) -> None:
        self.shop.wait(3600)

    def now(self) -> datetime:
        return self.shop.now()

    # -- people ----------------------------------------------------------------------------------

    def new_customer(
        self, email: str, given: str = "Example", family: str = "Sample", phone: str = ""
    ) -> str:
        return self.shop.register(email, given, family, phone).id

    def edit_customer(self, customer: str, **changes: str) -> None:
        names = {"given_name": "first", "family_name": "last", "phone": "phone"}
        buyer = self.shop.buyers[customer]
        for name, value in changes.items():
            setattr(buyer, names[name], value)
        self.shop.touch(buyer)

    def delete_customer(self, customer: str) -> None:
        del self.shop.buyers[customer]

    def customers_with(self, email: str) -> list[str]:
        return [x.id for x in self.shop.buyers.values() if x.email == email.lower()]

    # -- orders ----------------------------------------------------------------------------------

    def place_order(
        self, goods: Mapping[str, int], email: str, coupons: Sequence[str] = ()
    ) -> Placed:
        order = self.shop.buy(goods, email, coupons)
        self.shop.pay(order)
        return Placed(order.id, order.name, order.total - order.shipping, order.total)

    def open_order(self, goods: Mapping[str, int], email: str) -> Placed:
        order = self.shop.buy(goods, email)
        return Placed(order.id, order.name, order.total - order.shipping, order.total)

    def pay_order(self, order: Placed) -> None:
        self.shop.pay(self.shop.orders[order.id])

    def refund(self, order: Placed, amount: int) -> None:
        self.shop.give_back(self.shop.orders[order.id], amount)

    def cancel(self, order: Placed) -> None:
        cancelled = self.shop.orders[order.id]
        cancelled.cancelled_at = self.shop.now()
        self.shop.touch(cancelled)

    def sold(self, sale: Sale) -> list[SoldThere]:
        return [
            SoldThere(
                order.id, order.total, order.status != "PENDING", order.buyer or "",
                order.given_back, self._pieces(order.lines),
            )
            for order in self.shop.orders.values()
            if order.notes.get("posSaleId") == sale.id
        ]  # fmt: skip

    def _pieces(self, lines: Sequence[Any]) -> dict[str, int]:
        pieces: dict[str, int] = {}
        for line in lines:
            left = line.quantity - line.back
            pieces[line.sku or ""] = pieces.get(line.sku or "", 0) + left
        return pieces

    def unfinished(self) -> int:
        return 0

    # -- products --------------------------------------------------------------------------------

    def make_product(self, sku: str, name: str, price: int) -> None:
        add_product(self.shop, sku, name, price)

    def price_product(self, sku: str, price: int) -> None:
        product, kind = self._kind(sku)
        kind.price = price
        self.shop.touch(product)

    def end_product(self, sku: str) -> None:
        product, _ = self._kind(sku)
        product.status = "ARCHIVED"
        self.shop.touch(product)

    def _kind(self, sku: str) -> tuple[Sold, Kind]:
        known = self.shop.kind_of(sku)
        assert known is not None
        return known
