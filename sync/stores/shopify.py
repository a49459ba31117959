"""A Shopify shop (Admin API 2026-10) as an online store of this house.

The shop installs an app of its own and gives its token; ``prepare`` makes the fields that we need
there. Nobody is sent a mail by what we tell. Points shown there are for people to read: no balance
is ever read back into the books.
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

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
    Recognised,
    RemoteOrder,
    Right,
    SaleNews,
    Standing,
    StoreInfo,
    one_by_one,
)
from sync.stores.shopify_coupons import ShopifyCoupons
from sync.stores.shopify_customers import STANDING_BATCH, ShopifyCustomers
from sync.stores.shopify_documents import VERSION
from sync.stores.shopify_feed import ShopifyFeed
from sync.stores.shopify_http import Access, ShopifyApi, endpoint
from sync.stores.shopify_returns import ShopifyReturns
from sync.stores.shopify_sales import ShopifySales
from sync.stores.shopify_setup import ShopifySetup
from sync.wire import Answer, Wire
from terminal.online import OnlineOrder
from terminal.returns import Return

__all__ = ["Access", "FeedSettings", "ShopifyOnlineStore", "recognise"]

_CAPABILITIES = Capabilities(
    products=True,
    coupons=True,
    erases=True,
    keeps_sale_time=True,
    standing_batch=STANDING_BATCH,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """How lists are read: rows a page (None: as many as a request may cost), and how far each round
    steps back, which must be longer than the shop's index is behind."""

    page_size: int | None = None
    overlap: timedelta = timedelta(minutes=5)


class ShopifyOnlineStore:
    """One Shopify shop over its Admin API. For one thread at a time, but for ``close``."""

    def __init__(
        self,
        access: Access,
        *,
        name: str = "shopify",
        feed: FeedSettings | None = None,
        api: ShopifyApi | None = None,
    ) -> None:
        feed = feed or FeedSettings()
        self._name = name
        self._api = api or ShopifyApi(access)
        self._setup = ShopifySetup(self._api)
        self._customers = ShopifyCustomers(self._api)
        self._sales = ShopifySales(self._api, self._customers, self._setup)
        self._returns = ShopifyReturns(self._api)
        self._coupons = ShopifyCoupons(self._api, self._customers)
        self._feed = ShopifyFeed(
            self._api, self._setup, name, page_size=feed.page_size, overlap=feed.overlap
        )

    @property
    def name(self) -> str:
        """The name of its links, cursors and orders."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What Shopify can do."""
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
        """Whether it answers, lets us in and has our fields."""
        return self._setup.check()

    def rights(self) -> tuple[Right, ...]:
        """What this key may do there."""
        return self._setup.rights()

    def needs(self) -> tuple[Need, ...]:
        """What must be set up there."""
        return self._setup.needs()

    def prepare(self, codes: Sequence[str]) -> None:
        """Make what is missing."""
        self._setup.prepare(codes)

    def put_member(self, profile: Profile, known_as: str | None) -> str:
        """Make or update a customer."""
        return self._customers.put(profile, known_as)

    def put_sale(self, news: SaleNews) -> RemoteOrder:
        """Make the sale a paid order, once."""
        return self._sales.put(news)

    def put_sales(self, news: Sequence[SaleNews]) -> list[RemoteOrder | SyncError]:
        """One after the other."""
        if news:
            self._sales.ready()
        return one_by_one(self, news)

    def put_return(
        self, back: Return, order: RemoteOrder, kept: Mapping[str, int] = EVERYTHING_BACK
    ) -> None:
        """Refund what is back, once."""
        self._returns.put(back, order, kept)

    def put_standing(self, customer: str, standing: Standing) -> None:
        """Show points, tier and what lapses next."""
        self._customers.put_standing(customer, standing)

    def put_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]:
        """Several in two requests."""
        return self._customers.put_standings(each)

    def put_coupon(self, news: CouponNews) -> str:
        """Make, change or end a discount code."""
        return self._coupons.put(news)

    def erase(self, customer: str) -> None:
        """Forget a person there."""
        self._customers.erase(customer)

    def customer(self, customer: str) -> Customer | None:
        """A person by id."""
        return self._customers.get(customer)

    def find_customer(self, *, email: str = "", card: str = "") -> Customer | None:
        """A person by e-mail, else by card."""
        return self._customers.find(email, card)

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
        return self._feed.products(cursor)

    def close(self) -> None:
        """Let go of the connection."""
        self._api.close()


def recognise(wire: Wire, url: str) -> Recognised | None:
    """Whether a Shopify shop answers there: its Admin API's door, or what every shop tells."""
    door = endpoint(url)
    parts = urlsplit(door)
    if not parts.netloc:
        return None
    warns = () if parts.scheme == "https" else ("not_https",)
    knock = b'{"query":"{ shop { name } }"}'
    answer = _asked(wire, "POST", door, knock)
    if answer is not None and _is_door(answer):
        version = answer.headers.get("x-shopify-api-version", VERSION)
        return Recognised("shopify", door, parts.hostname or "", version, warns)
    answer = _asked(wire, "GET", f"{parts.scheme}://{parts.netloc}/meta.json", None)
    facts = _facts(answer) if answer is not None and answer.status == 200 else {}
    domain = facts.get("myshopify_domain")
    if not isinstance(domain, str) or not domain:
        return None
    return Recognised("shopify", endpoint(domain), str(facts.get("name") or domain), VERSION)


def _asked(wire: Wire, method: str, url: str, body: bytes | None) -> Answer | None:
    with contextlib.suppress(SyncError):
        return wire.ask(method, url, body=body, headers={"Content-Type": "application/json"})
    return None


def _is_door(answer: Answer) -> bool:
    """Shopify's Admin API names its version, or says in its own words that it wants a token."""
    if "x-shopify-api-version" in answer.headers or "x-shopid" in answer.headers:
        return answer.status in (200, 400, 401, 403)
    told = _facts(answer).get("errors")
    return answer.status in (401, 403) and isinstance(told, str) and told.startswith("[API]")


def _facts(answer: Answer) -> dict[str, Any]:
    try:
        return msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
