"""What sync needs of an online store, whatever its kind.

Every ``put`` may be repeated with the same argument and then changes nothing more: an adapter looks
before it creates, by the id that the till made when the thing was decided. Failures are
``sync.errors``; nothing else may come out of an adapter on purpose. Amounts are minor units,
times aware UTC, names without HTML entities, e-mails trimmed and lower case.

``capabilities`` say what a kind of store can do; the engine asks for nothing else. What a store
can't do raises ``NotImplementedError`` and is a bug of ours.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from sync.errors import Refused, SyncError
from terminal.members import Member
from terminal.online import Customer, OnlineOrder, Standing
from terminal.returns import Return
from terminal.sales import Product, Sale

__all__ = [
    "EVERYTHING_BACK", "Capabilities", "CouponNews", "Customer", "CustomerPage", "Need",
    "OnlineStore", "Page", "ProductPage", "Profile", "Recognised", "RemoteOrder", "Right",
    "SaleNews", "Standing", "StoreInfo", "beside", "one_by_one",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a kind of online store can do, and what it does unasked."""

    customer_changes: Literal["feed", "sweep"] = "feed"
    """Whether changed customers can be listed, or only all of them, now and then."""
    finds_by_card: bool = True
    returns: Literal["lines", "amount", "none"] = "lines"
    """What of a return can be told: goods and money, money alone, nothing."""
    products: bool = False
    coupons: bool = False
    erases: bool = False
    keeps_sale_time: bool = False
    """Whether an order may carry the time of its sale; else that stands in a field beside it."""
    sale_batch: int = 1
    """How many sales ``put_sales`` takes in one request."""
    standing_batch: int = 1
    settles: timedelta = timedelta()
    """How long it may go on with a sale or a return that it was asked for, though its answer never
    came, where it knows no key of ours and would make the same one again; zero: it would not."""
    starts_coupons: bool = True
    """Whether it keeps a coupon's first moment by itself; else it is told again when that comes."""
    mails: frozenset[Literal["customer", "order", "refund", "profile"]] = frozenset()
    """What people get e-mails about when we tell it, unless the shop has switched them off."""


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """Who answered. ``currency`` is ISO 4217; ``lacks`` names what a shop should still set up,
    though most things work without it: ``open_item`` (for goods that the store does not list),
    ``customer_fields``, ``order_fields``, ``region``, ``tax_included`` (its prices are without),
    ``decimals`` (fewer than money has), ``coupon_tax`` (coupons take off more from some goods).
    ``version`` as it tells it; empty: it does not."""

    title: str
    currency: str
    lacks: tuple[str, ...] = ()
    version: str = ""

    def __str__(self) -> str:
        """In one line, for the doctor."""
        return " · ".join(one for one in (self.title, self.version, self.currency) if one)


@dataclass(frozen=True, slots=True)
class Right:
    """Whether one thing that we must be able to do there is allowed, and the problem if not.

    ``code``: read_customers, write_customers, read_orders, write_orders, read_products,
    write_coupons, erase_customers, read_settings. ``problem`` and ``where`` as in ``sync.errors``.
    """

    code: str
    ok: bool
    problem: str = ""
    where: str = ""
    needed: bool = True
    """False: without it something is missing, but most works."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that must be set up there. ``code``: ``customer_fields``, ``order_fields``,
    ``open_item``, ``guest``, ``payment`` …; ``can_make``: we could make it, if the shop agrees."""

    code: str
    there: bool
    can_make: bool = False
    where: str = ""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What answers at an address, before any key was tried. ``url`` is the one to keep: the API's
    own, without what a person typed around it. ``warns``: codes of what to mend first
    (``not_https``, ``plain_permalinks``, ``redirects``, ``old_version``)."""

    kind: str
    url: str
    title: str = ""
    version: str = ""
    warns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A member as the online store is told of: the person, the card it shows, where they stand.

    ``member.email`` is never empty here: without one a member stays with the till. ``marketing``
    None: never asked, and what the store knows stays; ``standing`` None: nothing was booked yet,
    and what the store shows stays (its points, where ``standing`` is not ``booked``).
    """

    member: Member
    card: str
    standing: Standing | None
    marketing: bool | None = None


@dataclass(frozen=True, slots=True)
class RemoteOrder:
    """An order's name there: ``id`` for machines, ``code`` for people."""

    id: str
    code: str


@dataclass(frozen=True, slots=True)
class SaleNews:
    """A sale to be told. ``customer`` None: a guest. ``earned`` are the points it brought.

    ``fresh`` says that it was never tried before, which may save a look; it must not be trusted.
    """

    sale: Sale
    customer: str | None
    earned: int = 0
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponNews:
    """A coupon as the online store should have it, found there by its ``code``.

    ``amount`` minor units or ``percent`` hundredths of a percent come off; one of the two is 0.
    ``email`` empty: whoever has the code. ``uses`` 0: it is no longer good, and is ended there.
    """

    code: str
    title: str
    currency: str
    amount: int = 0
    percent: int = 0
    minimum: int = 0
    email: str = ""
    customer: str | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    uses: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """Paid orders that are new or changed, and where to go on. ``more``: ask again at once.
    ``total``: how many there are in this round, where the store tells."""

    orders: tuple[OnlineOrder, ...]
    cursor: str
    more: bool = False
    total: int | None = None


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Customers that are new or changed, likewise."""

    customers: tuple[Customer, ...]
    cursor: str
    more: bool = False
    total: int | None = None


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Products that are new or changed, likewise; ``gone`` are SKUs that are no longer sold."""

    products: tuple[Product, ...]
    cursor: str
    more: bool = False
    total: int | None = None
    gone: tuple[str, ...] = field(default=())


EVERYTHING_BACK: Mapping[str, int] = {}
"""Nothing is kept of a sale."""


class OnlineStore(Protocol):
    """One online store. Used by one thread at a time."""

    @property
    def name(self) -> str:
        """The name under which links, cursors and orders are kept; never changes."""

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def store_time(self) -> datetime | None:
        """The store's clock at its last answer, aware; None: it has not answered or tells none."""

    def check(self) -> StoreInfo:
        """Whether it answers, lets us in and is set up for us; raises what is wrong."""

    def rights(self) -> tuple[Right, ...]:
        """What this key may do there, found out without leaving anything behind."""

    def needs(self) -> tuple[Need, ...]:
        """What must be set up there, and whether it is."""

    def prepare(self, codes: Sequence[str]) -> None:
        """Make what is missing of these needs; only ever called with a person's consent."""

    # -- told to it ------------------------------------------------------------------------------

    def put_member(self, profile: Profile, known_as: str | None) -> str:
        """Make or update a customer; answers the id. Found by ``known_as`` if it still exists, else
        by e-mail, else made."""

    def put_sale(self, news: SaleNews) -> RemoteOrder:
        """Make the sale a paid order, once. Raises Gone if its customer was deleted."""

    def put_sales(self, news: Sequence[SaleNews]) -> list[RemoteOrder | SyncError]:
        """Several at once, each with its own outcome, in the order given; raises what concerns all
        of them (then any of them may have been done, and all are looked up before a repeat)."""

    def put_return(
        self, back: Return, order: RemoteOrder, kept: Mapping[str, int] = EVERYTHING_BACK
    ) -> None:
        """Take goods back and refund them, once. ``kept``: of each SKU of the sale the pieces that
        the customer still has after this return (none of any: the whole order is back)."""

    def put_standing(self, customer: str, standing: Standing) -> None:
        """Show a balance and a tier; of one that is not ``booked`` the tier, beside the points that
        are shown. Raises Gone if the customer was deleted."""

    def put_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]:
        """Several at once, each with its own outcome; raises what concerns all of them."""

    def put_coupon(self, news: CouponNews) -> str:
        """Make, change or end a coupon; answers its id."""

    def erase(self, customer: str) -> None:
        """Forget a person there; one that is gone already is forgotten."""

    # -- asked of it -----------------------------------------------------------------------------

    def customer(self, customer: str) -> Customer | None:
        """A person by id, with their standing; None if deleted."""

    def find_customer(self, *, email: str = "", card: str = "") -> Customer | None:
        """A person by e-mail, else by card."""

    def orders_of(self, customer: str) -> tuple[OnlineOrder, ...]:
        """A person's newest paid orders (some twenty), for a look while they stand at the till."""

    def changes(self, cursor: str | None) -> Page:
        """Paid orders since ``cursor``, and orders whose refunds changed since; None: from the
        beginning. May repeat, never leaves out."""

    def customer_changes(self, cursor: str | None) -> CustomerPage:
        """Customers since ``cursor``; None: from the beginning. May repeat, never leaves out; a
        store that can only be swept starts over where a sweep has ended."""

    def products(self, cursor: str | None) -> ProductPage:
        """Products with their prices, likewise."""

    def close(self) -> None:
        """Let go of connections."""


def beside(standing: Standing, seen: Customer | None) -> Standing:
    """A standing as it is put where only its tier is the till's: the points stay that are shown."""
    shown = (seen.standing if seen else None) or standing
    if standing.booked:
        return standing
    return replace(shown, tier=standing.tier, at=standing.at, booked=True)


def one_by_one(
    put: Callable[[SaleNews], RemoteOrder], news: Sequence[SaleNews]
) -> list[RemoteOrder | SyncError]:
    """``put_sales`` for a store that takes one at a time. A store that fails at the first of them
    fails at all of them, and that is raised."""
    told: list[RemoteOrder | SyncError] = []
    for each in news:
        try:
            told.append(put(each))
        except SyncError as error:
            if not told and not isinstance(error, Refused):
                raise
            told.append(error)
    return told
