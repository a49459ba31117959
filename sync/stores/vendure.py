"""A Vendure store (3.7) as an online store of this house.

The store needs the custom fields, the price strategy and the open-price item that
``tests/vendure_store`` shows, and a role for the till that may read and write customers and orders.
Points shown there are for people to read: a shopper may write public fields of their own account,
so no balance is ever read back into the books.
"""

from sync.online_store import Capabilities
from sync.stores.parts import Parts, StoreOfParts
from sync.stores.vendure_coupons import VendureCoupons
from sync.stores.vendure_customers import VendureCustomers
from sync.stores.vendure_feed import FeedSettings, VendureFeed
from sync.stores.vendure_goods import VendureGoods
from sync.stores.vendure_http import Access, VendureApi
from sync.stores.vendure_people_feed import VendurePeople
from sync.stores.vendure_returns import VendureReturns
from sync.stores.vendure_sales import SalesSettings, VendureSales
from sync.stores.vendure_setup import VendureSetup, recognise
from sync.stores.vendure_tickets import Tickets

__all__ = ["Access", "FeedSettings", "SalesSettings", "VendureOnlineStore", "recognise"]


class VendureOnlineStore(StoreOfParts):
    """One Vendure store over its Admin API. For one thread at a time, but for ``close``."""

    def __init__(
        self,
        access: Access,
        *,
        name: str = "vendure",
        sales: SalesSettings | None = None,
        feed: FeedSettings | None = None,
    ) -> None:
        sales, feed = sales or SalesSettings(), feed or FeedSettings()
        self._api = VendureApi(access)
        tickets = Tickets(self._api, sales.settle)
        customers = VendureCustomers(self._api, tickets)
        self._sales = VendureSales(self._api, customers, sales)
        people = VendurePeople(
            self._api, customers, feed.page_size, feed.overlap, sales.guest_email
        )
        goods = VendureGoods(self._api, feed.page_size, feed.overlap, sales.open_sku)
        able = Capabilities(
            products=True, coupons=True, erases=True, sale_batch=sales.batch, standing_batch=25
        )
        parts = Parts(
            api=self._api, check=self._sales.check,
            setup=VendureSetup(self._api, customers, sales), customers=customers,
            sales=self._sales, returns=VendureReturns(self._api, tickets, sales.open_sku),
            orders=VendureFeed(self._api, name, feed), people=people.changes,
            products=goods.changes, coupons=VendureCoupons(self._api, tickets),
        )  # fmt: skip
        super().__init__(name, able, parts)
