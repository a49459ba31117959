"""What an adapter's tests must bring for the contract: a server, and people who act on it.

A ``World`` makes adapters that talk to one running server, and does behind their backs what shop
owners and shoppers do there. What it can't do it leaves out of ``can``, and stories that need it
are skipped; what the adapter can't do stands in its ``capabilities``, and the contract asks then
that it says so. Amounts are minor units of ``currency``, tax included; times are aware.
"""

import itertools
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar
from weakref import WeakKeyDictionary

from sync.errors import Retryable
from sync.online_store import OnlineStore, Profile, Recognised, Standing
from sync.wire import Wire
from terminal.ids import MemberId, ReturnId, SaleId, StaffId, TillCode
from terminal.members import Member
from terminal.online import Customer, OnlineOrder
from terminal.returns import Return
from terminal.sales import Product, Sale, SaleLine, Tender, TenderKind
from tests.stores import VendureStore

T = TypeVar("T")

Act = Literal[
    "shoppers",  # new_customer, edit_customer
    "delete_customer",
    "place_order",
    "pay_later",  # open_order, pay_order
    "refund",
    "cancel",
    "use_coupon",  # place_order(coupons=…), which raises CouponRefusedError
    "edit_products",  # make_product, price_product
    "end_product",
    "weak_key",
    "wrong_key",
    "bare",
    "faults",  # network()
    "outlast",
]


Story = TypeVar("Story", bound=Callable[..., object])


def acts(*needed: Act) -> Callable[[Story], Story]:
    """What a world must be able to do for a story."""

    def marked(story: Story) -> Story:
        story.acts = needed  # type: ignore[attr-defined]
        return story

    return marked


class CouponRefusedError(Exception):
    """The shop does not take this code, or no longer."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An online order as the shopper was told: ``goods`` without shipping, ``total`` with it."""

    id: str
    code: str
    goods: int
    total: int


@dataclass(frozen=True, slots=True)
class SoldThere:
    """An order of a till sale as the shop sees it. ``pieces`` by SKU are those not taken back."""

    id: str
    total: int
    paid: bool
    customer: str
    refunded: int = 0
    pieces: Mapping[str, int] = field(default_factory=dict)


class Network(Protocol):
    """A line that fails on demand; ``tests.faults.FaultProxy`` is one."""

    seen: list[Any]

    def lose_answer(self, *, times: int | None = 1, after: int = 0) -> None:
        """The server does it; nobody hears."""

    def lose_request(self, *, times: int | None = 1, after: int = 0) -> None: ...

    def cut_answer(self, *, times: int | None = 1, after: int = 0) -> None: ...

    def html(self, *, times: int | None = 1, after: int = 0) -> None: ...

    def status(
        self, code: int, *, times: int | None = 1, after: int = 0,
        headers: dict[str, str] | None = None,
    ) -> None: ...  # fmt: skip

    def down(self) -> None: ...

    def heal(self) -> None: ...


class World(Protocol):
    """One server under test. Nothing in it is ever reset: stories use new e-mails and ids."""

    kind: str
    """As ``Recognised.kind``."""
    url: str
    """As the settings hold it."""
    currency: str
    goods: Sequence[Product]
    """Three products or more that the shop sells for more than 1.00 each, any number of pieces."""
    tiers: Sequence[str]
    """Two tiers that the shop can show."""
    can: frozenset[Act]
    shows_lapse: bool
    """Whether points about to lapse are shown there."""
    keeps_marketing: bool
    """Whether the shop keeps a shopper's consent to marketing."""

    def connect(self, *, network: bool = False, page_size: int | None = None) -> OnlineStore:
        """A new adapter with every right; over ``network()`` if asked. It looks at refunds in
        every round, however seldom it does so by default. The caller closes it."""

    def network(self) -> Network:
        """The line of ``connect(network=True)``: of this test, without faults."""

    def wait(self, seconds: float) -> None:
        """Let so much time pass for server and adapter."""

    def outlast(self) -> None:
        """Let so much time pass that what happened so far lies before any cursor's overlap."""

    def now(self) -> datetime:
        """The server's time."""

    def recognise(self, wire: Wire, url: str) -> Recognised | None:
        """The adapter module's own."""

    def weak(self) -> tuple[OnlineStore, frozenset[str]]:
        """An adapter whose key lacks some rights, and those rights' codes."""

    def stranger(self) -> OnlineStore:
        """An adapter with a key that was never given out."""

    def bare(self) -> OnlineStore:
        """An adapter for a server that is not set up for us."""

    # -- behind the adapter's back ---------------------------------------------------------------

    def new_customer(
        self, email: str, given: str = "Example", family: str = "Sample", phone: str = ""
    ) -> str:
        """Somebody registers; their id."""

    def edit_customer(self, customer: str, **changes: str) -> None:
        """They change ``given_name``, ``family_name`` or ``phone``."""

    def delete_customer(self, customer: str) -> None: ...

    def customers_with(self, email: str) -> list[str]:
        """The ids of everybody there with this e-mail, whatever its case."""

    def place_order(
        self, goods: Mapping[str, int], email: str, coupons: Sequence[str] = ()
    ) -> Placed:
        """Somebody registered with this e-mail buys and pays. May raise CouponRefusedError."""

    def open_order(self, goods: Mapping[str, int], email: str) -> Placed:
        """The same, not paid yet."""

    def pay_order(self, order: Placed) -> None: ...

    def refund(self, order: Placed, amount: int) -> None:
        """Give money back for goods."""

    def cancel(self, order: Placed) -> None:
        """Call the whole order off, though it was paid."""

    def sold(self, sale: Sale) -> list[SoldThere]:
        """All orders there that carry this sale's id, finished or not."""

    def unfinished(self) -> int:
        """Orders there that are none yet: drafts and the like; 0 where there is no such thing."""

    def make_product(self, sku: str, name: str, price: int) -> None: ...

    def price_product(self, sku: str, price: int) -> None: ...

    def end_product(self, sku: str) -> None:
        """It is no longer sold."""


# -- things to tell --------------------------------------------------------------------------------

_RUN = secrets.token_hex(3)
_count = itertools.count(1)


def fresh(stem: str) -> str:
    """A word that no other test and no other run used."""
    return f"{stem}{_RUN}{next(_count)}"


def address(stem: str = "m") -> str:
    return f"{fresh(stem)}@sample.example"


def profile_of(
    world: World, email: str, card: str = "", *, points: int = 0, tier: str = "",
    marketing: bool | None = None, **names: str,
) -> Profile:  # fmt: skip
    """A member as the online store is told of."""
    now = world.now()
    names = {"given_name": "Example", "family_name": "Sample", **names}
    member = Member(id=MemberId(fresh("m")), email=email, joined_at=now, updated_at=now, **names)  # type: ignore[arg-type]
    return Profile(member, card, standing_of(world, points, tier), marketing)


def standing_of(world: World, points: int, tier: str = "") -> Standing:
    return Standing(points, tier or world.tiers[0], world.now())


def line_of(product: Product, pieces: int = 1, discount: int = 0) -> SaleLine:
    return SaleLine(product.sku, product.name, product.price, pieces, discount)


def sale_of(
    world: World, *lines: SaleLine, points: int = 0, rounding: int = 0,
    tenders: tuple[Tender, ...] = (), **changes: Any,
) -> Sale:  # fmt: skip
    """A sale at the till; without lines two pieces of one product and one of another."""
    lines = lines or (line_of(world.goods[0], 2), line_of(world.goods[1]))
    paid = sum(line.paid for line in lines) + rounding
    given: dict[str, Any] = {
        "id": SaleId(fresh("sale-")), "ref": fresh("T1-"), "till": TillCode("T1"), "seq": 1,
        "cashier_id": StaffId("c"), "member_id": None, "currency": world.currency,
        "lines": lines, "points_redeemed": points,
        "redeemed_value": sum(line.discount for line in lines), "rounding": rounding,
        "tenders": tenders or (Tender(TenderKind.CASH, paid),), "change": 0,
        "sold_at": world.now(),
    }  # fmt: skip
    return Sale(**{**given, **changes})


def back_of(world: World, sale: Sale, money: int | None = None) -> Return:
    """A return of the sale, or of so much of it."""
    return Return(
        id=ReturnId(fresh("return-")), ref=fresh("T1-R"), sale_id=sale.id, till=sale.till, seq=2,
        cashier_id=StaffId("c"), reason="", money_back=sale.paid if money is None else money,
        currency=sale.currency, returned_at=world.now(),
    )  # fmt: skip


# -- ways to ask -----------------------------------------------------------------------------------


def insist(world: World, ask: Callable[[], T], tries: int = 20) -> T:
    """Again and again, as the engine does, but waiting only as long as the server needs."""
    for _ in range(tries):
        try:
            return ask()
        except Retryable as failure:
            world.wait(failure.retry_after or 0)
    raise AssertionError("never done")


@dataclass(slots=True)
class Drained:
    """What a reader has seen so far, by id, and where it stands."""

    orders: dict[str, OnlineOrder] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    cursor: str | None = None
    pages: int = 0


_ROUND = 5000


def read_orders(store: OnlineStore, cursor: str | None = None) -> Drained:
    """One whole round of ``changes``."""
    read = Drained(cursor=cursor)
    for _ in range(_ROUND):
        page = store.changes(read.cursor)
        read.orders |= {order.remote_id: order for order in page.orders}
        read.cursor, read.pages = page.cursor, read.pages + 1
        if not page.more:
            return read
    raise AssertionError("a round never ends")


def orders_so_far(world: World, store: OnlineStore) -> Drained:
    """A whole round from where another story left the same server, if one did: it has hundreds of
    orders, and they are of no interest here."""
    return _so_far(world, "orders", lambda mark: read_orders(store, mark))


def customers_so_far(world: World, store: OnlineStore) -> Drained:
    """The same of ``customer_changes``."""
    return _so_far(world, "customers", lambda mark: read_customers(store, mark))


_marks: "WeakKeyDictionary[VendureStore, dict[str, str | None]]" = WeakKeyDictionary()


def _so_far(world: World, feed: str, ask: Callable[[str | None], Drained]) -> Drained:
    server = getattr(world, "server", None)
    if not isinstance(server, VendureStore):
        return ask(None)  # one of this story's own
    marks = _marks.setdefault(server, {})
    read = ask(marks.get(feed))
    marks[feed] = read.cursor
    return read


def read_customers(store: OnlineStore, cursor: str | None = None) -> Drained:
    """One whole round of ``customer_changes``."""
    read = Drained(cursor=cursor)
    for _ in range(_ROUND):
        page = store.customer_changes(read.cursor)
        read.customers |= {customer.id: customer for customer in page.customers}
        read.cursor, read.pages = page.cursor, read.pages + 1
        if not page.more:
            return read
    raise AssertionError("a round never ends")


def read_products(store: OnlineStore, cursor: str | None = None) -> Drained:
    """One whole round of ``products``."""
    read = Drained(cursor=cursor)
    for _ in range(_ROUND):
        page = store.products(read.cursor)
        read.products |= {product.sku: product for product in page.products}
        read.gone |= set(page.gone)
        read.cursor, read.pages = page.cursor, read.pages + 1
        if not page.more:
            return read
    raise AssertionError("a round never ends")
