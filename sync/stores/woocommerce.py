"""A WooCommerce shop as an online store (wc/v3, plugin and nothing else).

Points and tier stand in custom fields of the customer, a sale is a completed order that says in
``created_via`` whose it is. The shop keeps no sale's own time: it stands in a field beside it.
Which of the shop's habits each part minds is said where it does.
"""

import time
from collections.abc import Callable
from typing import Final

from sync.online_store import Capabilities
from sync.stores.parts import Parts, StoreOfParts
from sync.stores.woocommerce_access import Access
from sync.stores.woocommerce_connecting import WooSetup, recognise
from sync.stores.woocommerce_coupons import WooCoupons
from sync.stores.woocommerce_customers import WooCustomers
from sync.stores.woocommerce_feed import FeedSettings, WooFeed
from sync.stores.woocommerce_http import WooApi
from sync.stores.woocommerce_products import WooProducts
from sync.stores.woocommerce_returns import WooReturns
from sync.stores.woocommerce_sales import SalesSettings, WooSales
from sync.stores.woocommerce_shop import WooShop

__all__ = ["Access", "FeedSettings", "SalesSettings", "WooOnlineStore", "recognise"]

STANDINGS: Final = 50
"""More than orders (10): the fields of one customer were measured at 0.008 to 0.016 s in a batch,
less than a second for all. No mail leaves, and what was half done is only written once more."""


class WooOnlineStore(StoreOfParts):
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
        self._api = WooApi(access, seconds=seconds)
        shop = WooShop(self._api, monotonic)
        orders = WooFeed(self._api, shop, name, feed)
        products = WooProducts(self._api, shop, page_size=feed.page_size, overlap=feed.overlap)
        able = Capabilities(
            customer_changes="sweep", finds_by_card=False, returns="lines", products=True,
            coupons=True, erases=True, keeps_sale_time=False, sale_batch=sales.batch,
            standing_batch=STANDINGS, settles=sales.settle, starts_coupons=False,
            mails=frozenset({"customer", "order", "refund", "profile"}),
        )  # fmt: skip
        parts = Parts(
            api=self._api, check=shop.check, setup=WooSetup(self._api, shop),
            customers=WooCustomers(self._api),
            sales=WooSales(self._api, shop, sales, monotonic),
            returns=WooReturns(self._api, shop, sales.settle, monotonic),
            orders=orders, people=orders.customers, products=products.changes,
            coupons=WooCoupons(self._api, shop),
        )  # fmt: skip
        super().__init__(name, able, parts)
