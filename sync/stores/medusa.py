"""A Medusa shop (v2) as an online store of this house.

It is asked by a secret key of its own making, or by a user's e-mail and password. It keeps no card
that could be searched by, no consent and no time of a sale but its own; goods that come back are
told as money, since only lines that were shipped can be returned there. Nobody is sent a mail by
what we tell.
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import msgspec

from sync.errors import Gone, SyncError
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
    Recognised,
    RemoteOrder,
    Right,
    SaleNews,
    Standing,
    StoreInfo,
    one_by_one,
)
from sync.stores.medusa_customers import MedusaCustomers
from sync.stores.medusa_feed import MedusaFeed
from sync.stores.medusa_http import Access, MedusaApi, root
from sync.stores.medusa_products import MedusaProducts
from sync.stores.medusa_returns import MedusaReturns
from sync.stores.medusa_sales import MedusaSales
from sync.stores.medusa_setup import MedusaSetup
from sync.stores.medusa_wire import Problem
from sync.wire import Wire
from terminal.online import OnlineOrder
from terminal.returns import Return

__all__ = ["Access", "FeedSettings", "MedusaOnlineStore", "recognise"]

_SETTLES: Final = timedelta(seconds=20)
"""It has no unique key: what a till that was killed has just asked for is left to end first."""
_CAPABILITIES = Capabilities(
    finds_by_card=False, returns="amount", products=True, erases=True, settles=_SETTLES
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """How lists are read: rows a page, and how far each round steps back."""

    page_size: int = 100
    overlap: timedelta = timedelta(seconds=30)


class MedusaOnlineStore:
    """One Medusa shop over its Admin API. For one thread at a time, but for ``close``."""

    def __init__(
        self,
        access: Access,
        *,
        name: str = "medusa",
        region: str = "",
        feed: FeedSettings | None = None,
    ) -> None:
        feed = feed or FeedSettings()
        self._name = name
        self._api = MedusaApi(access)
        self._setup = MedusaSetup(self._api, region)
        self._customers = MedusaCustomers(self._api)
        self._sales = MedusaSales(self._api, self._setup)
        self._returns = MedusaReturns(self._api)
        self._feed = MedusaFeed(self._api, name, page_size=feed.page_size, overlap=feed.overlap)
        self._products = MedusaProducts(
            self._api, self._setup, page_size=feed.page_size, overlap=feed.overlap
        )

    @property
    def name(self) -> str:
        """The name of its links, cursors and orders."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What Medusa can do."""
        return _CAPABILITIES

    @property
    def requests(self) -> int:
        """How many it was asked."""
        return self._api.requests

    @property
    def store_time(self) -> datetime | None:
        """The shop's clock at its last answer."""
        return self._api.store_time

    def check(self) -> StoreInfo:
        """Whether it answers, lets us in and has a region."""
        return self._setup.check()

    def rights(self) -> tuple[Right, ...]:
        """What this key may do there."""
        return self._setup.rights()

    def needs(self) -> tuple[Need, ...]:
        """What must be set up there."""
        return self._setup.needs()

    def prepare(self, codes: Sequence[str]) -> None:
        """Nothing there is ours to make."""

    def put_member(self, profile: Profile, known_as: str | None) -> str:
        """Make or update a customer."""
        return self._customers.put(profile, known_as)

    def put_sale(self, news: SaleNews) -> RemoteOrder:
        """Make the sale a paid order, once."""
        return self._sales.put(news)

    def put_sales(self, news: Sequence[SaleNews]) -> list[RemoteOrder | SyncError]:
        """One after the other."""
        if news:
            self._setup.check()
        return one_by_one(self, news)

    def put_return(
        self, back: Return, order: RemoteOrder, kept: Mapping[str, int] = EVERYTHING_BACK
    ) -> None:
        """Give the money back, once."""
        self._returns.put(back, order)

    def put_standing(self, customer: str, standing: Standing) -> None:
        """Show points, tier and what lapses next."""
        self._customers.put_standing(customer, standing)

    def put_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]:
        """One after the other."""
        told: list[SyncError | None] = []
        for customer, standing in each:
            try:
                self._customers.put_standing(customer, standing)
            except Gone as error:
                told.append(error)
            else:
                told.append(None)
        return told

    def put_coupon(self, news: CouponNews) -> str:
        """Its promotions can be used more often than they say."""
        raise NotImplementedError

    def erase(self, customer: str) -> None:
        """Forget a person there."""
        self._customers.erase(customer)

    def customer(self, customer: str) -> Customer | None:
        """A person by id."""
        return self._customers.get(customer)

    def find_customer(self, *, email: str = "", card: str = "") -> Customer | None:
        """A person by e-mail; by card nobody is found there."""
        return self._customers.find(email)

    def orders_of(self, customer: str) -> tuple[OnlineOrder, ...]:
        """A person's newest paid orders."""
        return self._feed.orders_of(customer)

    def changes(self, cursor: str | None) -> Page:
        """Paid orders, new or changed."""
        return self._feed.changes(cursor)

    def customer_changes(self, cursor: str | None) -> CustomerPage:
        """Customers, new or changed."""
        return self._feed.customer_changes(cursor)

    def products(self, cursor: str | None) -> ProductPage:
        """Products with their prices."""
        return self._products.changes(cursor)

    def close(self) -> None:
        """Let go of the connection."""
        self._api.close()


def recognise(wire: Wire, url: str) -> Recognised | None:
    """Whether a Medusa shop answers there: it asks for a key of its own kind."""
    place = root(url)
    parts = urlsplit(place)
    if not parts.netloc:
        return None
    answer = None
    with contextlib.suppress(SyncError):
        answer = wire.ask("GET", f"{place}/store/regions")
    if answer is None or answer.status != 400:
        return None
    try:
        told = msgspec.json.decode(answer.body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if "x-publishable-api-key" not in told.message:
        return None
    warns = () if parts.scheme == "https" else ("not_https",)
    return Recognised("medusa", place, parts.hostname or "", "", warns)
