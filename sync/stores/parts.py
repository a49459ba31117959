"""What every adapter's front has in common: an online store put together from parts.

Each part knows one side of a store (its customers, its orders, its coupons …) and speaks over the
same line. An adapter makes its parts, says what it is capable of, and is a store; what is asked of
it goes to the part whose it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

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
    beside,
)
from terminal.online import OnlineOrder
from terminal.returns import Return


class Api(Protocol):
    """The line to the store. ``requests``: how many it was asked."""

    @property
    def requests(self) -> int: ...
    @property
    def store_time(self) -> datetime | None: ...
    def close(self) -> None: ...


class Setup(Protocol):
    """What must be there for us, and what our key may do."""

    def rights(self) -> tuple[Right, ...]: ...
    def needs(self) -> tuple[Need, ...]: ...
    def prepare(self, codes: Sequence[str]) -> None: ...


class Customers(Protocol):
    """People, and what is shown to them."""

    def put(self, profile: Profile, known_as: str | None) -> str: ...
    def put_standing(self, customer: str, standing: Standing) -> None: ...
    def put_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]: ...
    def get(self, customer: str) -> Customer | None: ...
    def find(self, email: str, card: str) -> Customer | None: ...
    def erase(self, customer: str) -> None: ...


class Sales(Protocol):
    """Sales as orders, each once."""

    def put(self, news: SaleNews) -> RemoteOrder: ...
    def put_many(self, news: Sequence[SaleNews]) -> list[RemoteOrder | SyncError]: ...


class Returns(Protocol):
    """Returns as refunds, each once."""

    def put(self, back: Return, order: RemoteOrder, kept: Mapping[str, int]) -> None: ...


class Coupons(Protocol):
    """Coupons made, changed or ended."""

    def put(self, news: CouponNews) -> str: ...


class Orders(Protocol):
    """Orders of the shop's own."""

    def changes(self, cursor: str | None) -> Page: ...
    def orders_of(self, customer: str) -> tuple[OnlineOrder, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a store is made of; each method is described at ``OnlineStore``. ``coupons`` None: it
    makes none, as its capabilities say."""

    api: Api
    check: Callable[[], StoreInfo]
    setup: Setup
    customers: Customers
    sales: Sales
    returns: Returns
    orders: Orders
    people: Callable[[str | None], CustomerPage]
    products: Callable[[str | None], ProductPage]
    coupons: Coupons | None = None


class StoreOfParts:
    """One online store over its parts. For one thread at a time, but for ``close``."""

    def __init__(self, name: str, capabilities: Capabilities, parts: Parts) -> None:
        self._name = name
        self._capabilities = capabilities
        self._parts = parts

    @property
    def name(self) -> str:
        """The name of its links, cursors and orders."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What this kind of store can do."""
        return self._capabilities

    @property
    def requests(self) -> int:
        """How many it was asked so far."""
        return self._parts.api.requests

    @property
    def store_time(self) -> datetime | None:
        """The store's clock at its last answer."""
        return self._parts.api.store_time

    def check(self) -> StoreInfo:
        """Whether it answers, lets us in and is set up; raises what is wrong."""
        return self._parts.check()

    def rights(self) -> tuple[Right, ...]:
        """What this key may do there."""
        return self._parts.setup.rights()

    def needs(self) -> tuple[Need, ...]:
        """What must be set up there."""
        return self._parts.setup.needs()

    def prepare(self, codes: Sequence[str]) -> None:
        """Make what is missing of these."""
        self._parts.setup.prepare(codes)

    def put_member(self, profile: Profile, known_as: str | None) -> str:
        """Make or update a customer."""
        standing = profile.standing
        if standing is not None and not standing.booked:
            find = self._parts.customers
            seen = find.get(known_as) if known_as else find.find(profile.member.email, "")
            profile = replace(profile, standing=beside(standing, seen))
        return self._parts.customers.put(profile, known_as)

    def put_sale(self, news: SaleNews) -> RemoteOrder:
        """Make the sale a paid order, once."""
        return self._parts.sales.put(news)

    def put_sales(self, news: Sequence[SaleNews]) -> list[RemoteOrder | SyncError]:
        """Several, each with its own outcome."""
        return self._parts.sales.put_many(news)

    def put_return(
        self, back: Return, order: RemoteOrder, kept: Mapping[str, int] = EVERYTHING_BACK
    ) -> None:
        """Refund what is back, once."""
        self._parts.returns.put(back, order, kept)

    def put_standing(self, customer: str, standing: Standing) -> None:
        """Show points, tier and what lapses next."""
        self._parts.customers.put_standing(customer, self._whole(customer, standing))

    def put_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]:
        """Several, each with its own outcome."""
        whole = [(customer, self._whole(customer, standing)) for customer, standing in each]
        return self._parts.customers.put_standings(whole)

    def _whole(self, customer: str, standing: Standing) -> Standing:
        if standing.booked:
            return standing
        return beside(standing, self._parts.customers.get(customer))

    def put_coupon(self, news: CouponNews) -> str:
        """Make, change or end a coupon."""
        if self._parts.coupons is None:
            raise NotImplementedError
        return self._parts.coupons.put(news)

    def erase(self, customer: str) -> None:
        """Forget a person there."""
        self._parts.customers.erase(customer)

    def customer(self, customer: str) -> Customer | None:
        """A person by id."""
        return self._parts.customers.get(customer)

    def find_customer(self, *, email: str = "", card: str = "") -> Customer | None:
        """A person by e-mail, else by card where that can be asked."""
        return self._parts.customers.find(email, card)

    def orders_of(self, customer: str) -> tuple[OnlineOrder, ...]:
        """A person's newest paid orders."""
        return self._parts.orders.orders_of(customer)

    def changes(self, cursor: str | None) -> Page:
        """Paid orders, new or changed."""
        return self._parts.orders.changes(cursor)

    def customer_changes(self, cursor: str | None) -> CustomerPage:
        """Customers, new or changed."""
        return self._parts.people(cursor)

    def products(self, cursor: str | None) -> ProductPage:
        """Products with their prices."""
        return self._parts.products(cursor)

    def close(self) -> None:
        """Let go of the connection."""
        self._parts.api.close()
