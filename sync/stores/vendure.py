"""A Vendure store (3.7) as an online store of this house.

The store needs the custom fields, the price strategy and the open-price item that
``tests/vendure_store`` shows, and a role for the till that may read and write customers and orders.
Points shown there are for people to read: a shopper may write public fields of their own account,
so no balance is ever read back into the books.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sync.errors import SyncError
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
from sync.stores.vendure_coupons import VendureCoupons
from sync.stores.vendure_customers import VendureCustomers
from sync.stores.vendure_feed import FeedSettings, VendureFeed
from sync.stores.vendure_goods import VendureGoods
from sync.stores.vendure_http import Access, VendureApi
from sync.stores.vendure_people_feed import VendurePeople
from sync.stores.vendure_returns import VendureReturns
from sync.stores.vendure_sales import SalesSettings, VendureSales
from sync.stores.vendure_setup import VendureSetup, recognise
from terminal.online import OnlineOrder
from terminal.returns import Return

__all__ = ["Access", "FeedSettings", "SalesSettings", "VendureOnlineStore", "recognise"]


class VendureOnlineStore:
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
        self._name = name
        self._api = VendureApi(access)
        self._customers = VendureCustomers(self._api)
        self._sales = VendureSales(self._api, self._customers, sales)
        self._returns = VendureReturns(self._api, sales.open_sku)
        self._feed = VendureFeed(self._api, name, feed)
        self._people = VendurePeople(
            self._api, self._customers, feed.page_size, feed.overlap, sales.guest_email
        )
        self._setup = VendureSetup(self._api, self._customers, sales)
        self._coupons = VendureCoupons(self._api)
        self._goods = VendureGoods(self._api, feed.page_size, feed.overlap, sales.open_sku)
        self._batch = sales.batch

    @property
    def name(self) -> str:
        """The name of its links, cursors and orders."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What Vendure can do."""
        return Capabilities(
            products=True, coupons=True, erases=True, sale_batch=self._batch, standing_batch=25
        )

    @property
    def requests(self) -> int:
        """How many it was asked so far."""
        return self._api.wire.requests

    @property
    def store_time(self) -> datetime | None:
        """The store's clock at its last answer."""
        return self._api.store_time

    def check(self) -> StoreInfo:
        """Whether it answers, lets us in and has our fields."""
        return self._sales.check()

    def put_member(self, profile: Profile, known_as: str | None) -> str:
        """Make or update a customer."""
        return self._customers.put(profile, known_as)

    def put_sale(self, news: SaleNews) -> RemoteOrder:
        """Make the sale a paid order, once."""
        return self._sales.put(news)

    def put_return(
        self, back: Return, order: RemoteOrder, kept: Mapping[str, int] = EVERYTHING_BACK
    ) -> None:
        """Refund and cancel what is back, once."""
        self._returns.put(back, order, kept)

    def put_standing(self, customer: str, standing: Standing) -> None:
        """Show points and tier."""
        self._customers.put_standing(customer, standing)

    def customer(self, customer: str) -> Customer | None:
        """A person by id."""
        return self._customers.get(customer)

    def find_customer(self, *, email: str = "", card: str = "") -> Customer | None:
        """A person by e-mail, else by card."""
        return self._customers.find(email, card)

    def changes(self, cursor: str | None) -> Page:
        """Paid orders, new or changed."""
        return self._feed.changes(cursor)

    def rights(self) -> tuple[Right, ...]:
        """What this key may do there."""
        return self._setup.rights()

    def needs(self) -> tuple[Need, ...]:
        """What must be set up there."""
        return self._setup.needs()

    def prepare(self, codes: Sequence[str]) -> None:
        """Make what is missing, as far as the Admin API can."""
        self._setup.prepare(codes)

    def put_sales(self, news: Sequence[SaleNews]) -> list[RemoteOrder | SyncError]:
        """Several in three requests."""
        return self._sales.put_many(news)

    def put_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]:
        """Several in one request."""
        return self._customers.put_standings(each)

    def put_coupon(self, news: CouponNews) -> str:
        """Make, change or end a promotion with a code."""
        return self._coupons.put(news)

    def erase(self, customer: str) -> None:
        """Forget a person there."""
        self._customers.erase(customer)

    def orders_of(self, customer: str) -> tuple[OnlineOrder, ...]:
        """A person's newest paid orders."""
        return self._feed.orders_of(customer)

    def customer_changes(self, cursor: str | None) -> CustomerPage:
        """Customers, new or changed."""
        return self._people.changes(cursor)

    def products(self, cursor: str | None) -> ProductPage:
        """Products with their prices."""
        return self._goods.changes(cursor)

    def close(self) -> None:
        """Let go of the connection."""
        self._api.close()
