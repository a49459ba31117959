"""A Shopify shop (Admin API 2026-10) as an online store of this house.

The shop installs an app of its own and gives its token; ``prepare`` makes the fields that we need
there. Nobody is sent a mail by what we tell. Points shown there are for people to read: no balance
is ever read back into the books.
"""

import contextlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from sync.errors import SyncError
from sync.online_store import Capabilities, Recognised
from sync.stores.parts import Parts, StoreOfParts
from sync.stores.shopify_coupons import ShopifyCoupons
from sync.stores.shopify_customers import STANDING_BATCH, ShopifyCustomers
from sync.stores.shopify_documents import VERSION
from sync.stores.shopify_feed import ShopifyFeed
from sync.stores.shopify_http import Access, ShopifyApi, endpoint
from sync.stores.shopify_returns import ShopifyReturns
from sync.stores.shopify_sales import ShopifySales
from sync.stores.shopify_setup import ShopifySetup
from sync.wire import Answer, Wire

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


class ShopifyOnlineStore(StoreOfParts):
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
        self._api = api or ShopifyApi(access)
        setup, customers = ShopifySetup(self._api), ShopifyCustomers(self._api)
        shop = ShopifyFeed(self._api, setup, name, page_size=feed.page_size, overlap=feed.overlap)
        parts = Parts(
            api=self._api, check=setup.check, setup=setup, customers=customers,
            sales=ShopifySales(self._api, customers, setup), returns=ShopifyReturns(self._api),
            orders=shop, people=shop.customer_changes, products=shop.products,
            coupons=ShopifyCoupons(self._api, customers),
        )  # fmt: skip
        super().__init__(name, _CAPABILITIES, parts)


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
