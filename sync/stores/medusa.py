"""A Medusa shop (v2) as an online store of this house.

It is asked by a secret key of its own making, or by a user's e-mail and password. It keeps no card
that could be searched by, no consent and no time of a sale but its own; goods that come back are
told as money, since only lines that were shipped can be returned there. Nobody is sent a mail by
what we tell.
"""

import contextlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import msgspec

from sync.errors import SyncError
from sync.online_store import Capabilities, Recognised
from sync.stores.medusa_customers import MedusaCustomers
from sync.stores.medusa_feed import MedusaFeed
from sync.stores.medusa_http import Access, MedusaApi, root
from sync.stores.medusa_products import MedusaProducts
from sync.stores.medusa_returns import MedusaReturns
from sync.stores.medusa_sales import MedusaSales
from sync.stores.medusa_setup import MedusaSetup
from sync.stores.medusa_wire import Problem
from sync.stores.parts import Parts, StoreOfParts
from sync.wire import Wire

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


class MedusaOnlineStore(StoreOfParts):
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
        self._api = MedusaApi(access)
        setup = MedusaSetup(self._api, region)
        orders = MedusaFeed(self._api, name, page_size=feed.page_size, overlap=feed.overlap)
        products = MedusaProducts(self._api, setup, page_size=feed.page_size, overlap=feed.overlap)
        parts = Parts(
            api=self._api, check=setup.check, setup=setup,
            customers=MedusaCustomers(self._api), sales=MedusaSales(self._api, setup),
            returns=MedusaReturns(self._api), orders=orders, people=orders.customer_changes,
            products=products.changes,  # its promotions can be used more often than they say
        )  # fmt: skip
        super().__init__(name, _CAPABILITIES, parts)


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
