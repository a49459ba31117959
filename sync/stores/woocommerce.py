"""A WooCommerce shop as an online store (wc/v3, plugin and nothing else).

Points and tier stand in custom fields of the customer, a sale is a completed order that says in
``created_via`` whose it is. The shop keeps no sale's own time: it stands in a field beside it.
Which of the shop's habits each part minds is said where it does.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sync.errors import Misconfigured, SyncError
from sync.online_store import (
    EVERYTHING_BACK,
    Capabilities,
    CouponNews,
    Customer,
    CustomerPage,
    Need,
    Page,
    ProductPage,
    Profile,
    RemoteOrder,
    Right,
    SaleNews,
    Standing,
    StoreInfo,
)
from sync.stores.woocommerce_access import Access
from sync.stores.woocommerce_connecting import recognise, rights
from sync.stores.woocommerce_coupons import WooCoupons
from sync.stores.woocommerce_customers import WooCustomers
from sync.stores.woocommerce_feed import FeedSettings, WooFeed
from sync.stores.woocommerce_http import WooApi
from sync.stores.woocommerce_products import WooProducts
from sync.stores.woocommerce_returns import WooReturns
from sync.stores.woocommerce_sales import SalesSettings, WooSales
from sync.stores.woocommerce_shop import WooShop
from terminal.online import OnlineOrder
from terminal.returns import Return

__all__ = ["Access", "FeedSettings", "SalesSettings", "WooOnlineStore", "recognise"]

STANDINGS: Final = 50


class WooOnlineStore:
    """One WooCommerce shop over its REST API. For one thread at a time, but for ``close``."""

    def __init__(
        self,
        access: Access,
        *,
        name: str = "woocommerce",
        sales: SalesSettings | None = None,
        feed: FeedSettings | None = None,
        seconds: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        sales, feed = sales or SalesSettings(), feed or FeedSettings()
        self._name, self._batch, self._settle = name, sales.batch, sales.settle
        self._api = WooApi(access, seconds=seconds)
        self._shop = WooShop(self._api)
        self._customers = WooCustomers(self._api)
        self._sales = WooSales(self._api, self._shop, sales, monotonic)
        self._returns = WooReturns(self._api, sales.settle, monotonic)
        self._feed = WooFeed(self._api, self._shop, name, feed)
        self._products = WooProducts(
            self._api, self._shop, page_size=feed.page_size, overlap=feed.overlap
        )
        self._coupons = WooCoupons(self._api, self._shop)

    @property
    def name(self) -> str:
        """The name of its links, cursors and orders."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What WooCommerce can do, and what it mails unasked."""
        return Capabilities(
            customer_changes="sweep", finds_by_card=False, returns="lines", products=True,
            coupons=True, erases=True, keeps_sale_time=False, sale_batch=self._batch,
            standing_batch=STANDINGS, settles=self._settle, starts_coupons=False,
            mails=frozenset({"customer", "order", "refund", "profile"}),
        )  # fmt: skip

    @property
    def store_time(self) -> datetime | None:
        """The shop's clock at its last answer."""
        return self._api.store_time

    @property
    def requests(self) -> int:
        """How many the shop was asked so far."""
        return self._api.requests

    def check(self) -> StoreInfo:
        """Whether it answers, lets us in and sells; raises what is wrong."""
        return self._shop.check()

    def rights(self) -> tuple[Right, ...]:
        """What this key may do there."""
        return rights(self._api)

    def needs(self) -> tuple[Need, ...]:
        """Nothing: custom fields need no set-up there."""
        return ()

    def prepare(self, codes: Sequence[str]) -> None:
        """Nothing to make."""
        if codes:
            raise Misconfigured("schema", where=codes[0])

    def put_member(self, profile: Profile, known_as: str | None) -> str:
        """Make or update a customer."""
        return self._customers.put(profile, known_as)

    def put_sale(self, news: SaleNews) -> RemoteOrder:
        """Make the sale a completed order, once."""
        return self._sales.put(news)

    def put_sales(self, news: Sequence[SaleNews]) -> list[RemoteOrder | SyncError]:
        """Several in one request, each with its own outcome."""
        return self._sales.put_all(news)

    def put_return(
        self, back: Return, order: RemoteOrder, kept: Mapping[str, int] = EVERYTHING_BACK
    ) -> None:
        """Refund what is back, once."""
        self._returns.put(back, order, kept)

    def put_standing(self, customer: str, standing: Standing) -> None:
        """Show points and tier."""
        self._customers.put_standing(customer, standing)

    def put_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]:
        """Several in one request, each with its own outcome."""
        return self._customers.put_standings(each)

    def put_coupon(self, news: CouponNews) -> str:
        """Make, change or end a coupon."""
        return self._coupons.put(news)

    def erase(self, customer: str) -> None:
        """Delete a customer; their orders become a guest's."""
        self._customers.erase(customer)

    def customer(self, customer: str) -> Customer | None:
        """A person by id."""
        return self._customers.get(customer)

    def find_customer(self, *, email: str = "", card: str = "") -> Customer | None:
        """A person by e-mail; nobody can be found by card."""
        return self._customers.find(email) if email else None

    def orders_of(self, customer: str) -> tuple[OnlineOrder, ...]:
        """A person's newest paid orders."""
        return self._feed.orders_of(customer)

    def changes(self, cursor: str | None) -> Page:
        """Paid orders, new or changed."""
        return self._feed.changes(cursor)

    def customer_changes(self, cursor: str | None) -> CustomerPage:
        """Customers, gone through by id."""
        return self._feed.customers(cursor)

    def products(self, cursor: str | None) -> ProductPage:
        """Products with their prices."""
        return self._products.changes(cursor)

    def close(self) -> None:
        """Let go of the connection."""
        self._api.close()
