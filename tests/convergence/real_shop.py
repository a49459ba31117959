"""A real Vendure store as the simulation's online store.

Each till has an adapter of its own, on a bad line: requests and answers get lost between the steps
of one telling, the power goes there, and others do something meanwhile. What is true in the store
is asked of its Admin API, past the adapter. Several worlds share one store: each has e-mails and
card numbers of its own, and its tills begin to read where it began.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from sync.errors import Retryable, SyncError
from sync.online_store import EVERYTHING_BACK, Customer, Profile, RemoteOrder, SaleNews, Standing
from sync.pulling import CUSTOMERS, ORDERS
from sync.stores.vendure import Access, VendureOnlineStore
from sync.stores.vendure_feed import FeedSettings, Mark
from sync.stores.vendure_paging import Place
from sync.stores.vendure_sales import SalesSettings
from terminal.ids import SaleId
from terminal.returns import Return
from tests.adapters.vendure_world import VendureWorld
from tests.convergence.faults import Late, Weather
from tests.convergence.world import STORE
from tests.stores import ADMIN_PASSWORD, ADMIN_USER

UNPAID = ("Created", "Draft", "AddingItems", "ArrangingPayment")
_CUSTOMERS = """query($stem: String!, $skip: Int!) {
  customers(options: {filter: {emailAddress: {contains: $stem}}, take: 100, skip: $skip}) {
    totalItems items { id emailAddress firstName lastName phoneNumber user { id }
      customFields { loyaltyCardNumber loyaltyPoints loyaltyTier loyaltyUpdatedAt } } } }"""
_ORDERS = """query($since: DateTime!, $skip: Int!) {
  orders(options: {filter: {createdAt: {after: $since}, posSaleId: {isNull: false}},
      take: 100, skip: $skip, sort: {id: ASC}}) {
    totalItems items { id code state lines { quantity }
      payments { amount state refunds { id total state reason } }
      customFields { posSaleId posReceiptNumber } } } }"""


class StoreWeather(Weather):
    """What comes late meets no second weather on its way."""

    arriving = False

    def arrive(self) -> None:
        self.arriving = True
        try:
            super().arrive()
        finally:
            self.arriving = False

    def request(self, cut: bool, body: bytes, run: Callable[[], Any]) -> Any:
        """One HTTP request of a telling and its answer. A step that writes may come late, whatever
        was done about the same thing meanwhile."""
        if self.arriving:
            return run()
        self.pulse()
        if cut:
            self.count["cut off"] += 1
            raise Retryable("unreachable")
        bad = self.chance.random() < self.rate
        fate = self.chance.choice(("request lost", "answer lost", "request late")) if bad else ""
        if fate == "request late" and b"mutation" not in body:
            fate = "request lost"
        if fate:
            self.count[f"HTTP {fate}"] += 1
        if fate == "request late":
            self.late.append(Late("step of a telling", self.clock(), run))
        if fate in ("request lost", "request late"):
            raise Retryable("timeout")
        answer = run()
        self._meanwhile()
        self.pulse()
        if fate == "answer lost":
            raise Retryable("timeout")
        return answer


@dataclass
class BadWire:
    """An adapter's wire, in that weather."""

    inner: Any
    weather: StoreWeather
    cut: Callable[[], bool]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def ask(self, *args: Any, body: bytes = b"", **more: Any) -> Any:
        """As the inner one."""
        return self.weather.request(
            self.cut(), body, lambda: self.inner.ask(*args, body=body, **more)
        )


@dataclass
class Telling:
    """One till's adapter. ``asking``: which call this is, in the order in which they were made."""

    inner: VendureOnlineStore
    shop: RealShop
    asking: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def put_sale(self, news: SaleNews) -> RemoteOrder:
        """As the inner one; without idempotency under another id each time."""
        return self.inner.put_sale(self._anew(news))

    def put_sales(self, news: Sequence[SaleNews]) -> list[RemoteOrder | SyncError]:
        """Likewise."""
        return self.inner.put_sales([self._anew(each) for each in news])

    def put_return(
        self, back: Return, order: RemoteOrder, kept: Mapping[str, int] = EVERYTHING_BACK
    ) -> None:
        """Likewise."""
        if not self.shop.once:
            back = replace(back, ref=f"{back.ref}#{self.shop.next()}")
        self.inner.put_return(back, order, kept)

    def put_member(self, profile: Profile, known_as: str | None) -> str:
        """As the inner one, and remembered."""
        asking = self.asking
        customer = self.inner.put_member(profile, known_as)
        self.shop.in_turn(customer, asking)
        return customer

    def put_standing(self, customer: str, standing: Standing) -> None:
        """Likewise."""
        asking = self.asking
        self.inner.put_standing(customer, standing)
        self.shop.in_turn(customer, asking)

    def put_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]:
        """Likewise."""
        asking = self.asking
        told = self.inner.put_standings(each)
        for (customer, _standing), error in zip(each, told, strict=True):
            if error is None:
                self.shop.in_turn(customer, asking)
        return told

    def _anew(self, news: SaleNews) -> SaleNews:
        if self.shop.once:
            return news
        sale_id = SaleId(f"{news.sale.id}#{self.shop.next()}")
        return replace(news, sale=replace(news.sale, id=sale_id))


@dataclass
class RealShop:
    """What the simulation asks of its online store. ``since``: when this world began there."""

    server: VendureWorld
    stem: str
    since: datetime
    once: bool = True
    stale: int = 0
    """How often an older standing came after a newer one."""
    stood: dict[str, int] = field(default_factory=dict)
    opened: list[VendureOnlineStore] = field(default_factory=list)
    returns: Callable[[], Mapping[str, Return]] = dict
    """What was taken back at tills, by reference."""
    _anew: int = 0

    def __post_init__(self) -> None:
        self._quiet = self._adapter()

    def __getattr__(self, name: str) -> Any:
        """What compares both sides at night asks on a good line."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._quiet, name)

    def next(self) -> int:
        """A number that was not given before."""
        self._anew += 1
        return self._anew

    def in_turn(self, customer: str, asking: int) -> None:
        """Whether what was said of somebody came after what was asked later."""
        if asking < self.stood.get(customer, 0):
            self.stale += 1
        self.stood[customer] = max(asking, self.stood.get(customer, 0))

    # -- a till's way to it ------------------------------------------------------------------------

    def line(self, weather: StoreWeather, cut: Callable[[], bool]) -> Telling:
        """An adapter of its own."""
        adapter = self._adapter()
        adapter._api.wire = BadWire(adapter._api.wire, weather, cut)  # type: ignore[assignment]
        return Telling(adapter, self)

    def _adapter(self) -> VendureOnlineStore:
        access = Access(url=self.server.url, username=ADMIN_USER, secret=ADMIN_PASSWORD)
        feed = FeedSettings(overlap=self.server.overlap, look_every=timedelta())
        sales = SalesSettings(settle=timedelta(), forgotten=timedelta())
        self.opened.append(VendureOnlineStore(access, name=STORE, sales=sales, feed=feed))
        return self.opened[-1]

    def cursors(self) -> dict[str, str]:
        """Where a till stands that has read all there was before this world."""
        people = Place({"updatedAt": self.since})
        orders = Mark(
            Place({"updatedAt": self.since, "orderPlacedAt": self.since}), refunded=self.since
        )
        kept = {CUSTOMERS: people, ORDERS: orders}
        return {name: msgspec.json.encode(mark).decode() for name, mark in kept.items()}

    # -- what is true there ------------------------------------------------------------------------

    @property
    def customers(self) -> dict[str, Customer]:
        """This world's, by id."""
        rows = self._all("customers", _CUSTOMERS, stem=self.stem)
        return {row["id"]: _customer(row) for row in rows}

    def orders(self) -> list[dict[str, Any]]:
        """Orders of sales at tills since this world began."""
        return self._all("orders", _ORDERS, since=self.since.isoformat())

    @property
    def made(self) -> list[str]:
        """Sales, once for each paid order of theirs."""
        return [sale_of(order) for order in self.orders() if order["state"] not in UNPAID]

    @property
    def refunded(self) -> list[str]:
        """Returns, once for each refund of theirs; once where there was nothing to give."""
        backs, found = self.returns(), []
        for order in self.orders():
            given = refunds_of(order)
            found += [backs[ref].id for ref, _amount in given if ref in backs]
            all_given = sum(amount for _ref, amount in given) >= paid_for(order)
            found += [
                back.id for ref, back in backs.items()
                if back.sale_id == sale_of(order) and ref not in dict(given)
                and (back.money_back == 0 or all_given)
            ]  # fmt: skip
        return found

    def unfinished(self) -> list[str]:
        """Sales whose order was begun and is none."""
        return [sale_of(order) for order in self.orders() if order["state"] in UNPAID]

    def _all(self, name: str, query: str, **more: object) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while True:
            page = self.server.admin.ask(query, skip=len(rows), **more)[name]
            rows += page["items"]
            if not page["items"] or len(rows) >= page["totalItems"]:
                return rows

    def close(self) -> None:
        """Nobody talks to it any more."""
        for adapter in self.opened:
            adapter.close()


def sale_of(order: Mapping[str, Any]) -> str:
    """The sale that an order is of, under whatever id it was told."""
    return str(order["customFields"]["posSaleId"]).partition("#")[0]


def refunds_of(order: Mapping[str, Any]) -> list[tuple[str, int]]:
    """References of returns and what was given back for each."""
    return [
        (str(refund["reason"] or "").removeprefix("Return ").partition("#")[0], refund["total"])
        for payment in order["payments"] or []
        for refund in payment["refunds"]
        if refund["state"] == "Settled"
    ]


def paid_for(order: Mapping[str, Any]) -> int:
    """What was paid for it in all."""
    return sum(one["amount"] for one in order["payments"] or [] if one["state"] == "Settled")


def _customer(row: Mapping[str, Any]) -> Customer:
    fields = row["customFields"]
    at = fields["loyaltyUpdatedAt"]
    shown = (fields["loyaltyPoints"], fields["loyaltyTier"] or "")
    return Customer(
        row["id"], row["emailAddress"], card=fields["loyaltyCardNumber"] or "",
        given_name=row["firstName"], family_name=row["lastName"], phone=row["phoneNumber"] or "",
        standing=Standing(*shown, datetime.fromisoformat(at)) if at else None,
        registered=row["user"] is not None, updated_at=datetime.now(UTC),
    )  # fmt: skip
