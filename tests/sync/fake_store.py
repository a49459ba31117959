"""An online store that behaves as its protocol says, on a line that does not.

All of ``sync.online_store.OnlineStore``. What a person does there (``registers``, ``edits``,
``orders_online``, ``refunds``, ``cancels``, ``deletes``) shows in its feeds, in the order in which
it happened; a test may as well write ``customers``, ``feed`` and ``goods`` itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Literal, TypeVar

from sync.errors import Gone, Refused, Retryable, SyncError
from sync.online_store import (
    EVERYTHING_BACK,
    Capabilities,
    CouponNews,
    Customer,
    CustomerPage,
    Need,
    OnlineStore,
    Page,
    ProductPage,
    Profile,
    RemoteOrder,
    Right,
    SaleNews,
    Standing,
    StoreInfo,
    beside,
    one_by_one,
)
from terminal.online import OnlineOrder, OnlineRefund, OrderLine
from terminal.returns import Return
from terminal.sales import Product

P = TypeVar("P", Page, CustomerPage, ProductPage)
ALL = Capabilities(products=True, coupons=True, erases=True)
SWEPT = replace(ALL, customer_changes="sweep")

Lie = Literal["", "stuck", "twice", "short", "total_high", "turned"]
"""``stuck``: more is promised for ever. ``twice``: each page comes two times. ``short``: the first
look leaves out a row that is counted. ``total_high``: one too many. ``turned``: newest first."""


@dataclass
class Kept:
    """An order it keeps."""

    order: RemoteOrder
    news: SaleNews
    refunded: int = 0
    returns: int = 0
    pieces: dict[str, int] = field(default_factory=dict)


@dataclass
class FakeStore:
    """``script`` says what becomes of the next requests, in order; then the line is good.

    "lost": done, but the answer never comes. "down": nothing done. An error: nothing done, raised.
    ``rule`` may refuse by what is asked.
    """

    name: str = "online"
    customers: dict[str, Customer] = field(default_factory=dict)
    orders: dict[str, Kept] = field(default_factory=dict)
    feed: list[OnlineOrder] = field(default_factory=list)
    goods: list[Product] = field(default_factory=list)
    gone_goods: list[str] = field(default_factory=list)
    coupons: dict[str, CouponNews] = field(default_factory=dict)
    erased: list[str] = field(default_factory=list)
    script: list[str | SyncError] = field(default_factory=list)
    rule: Callable[[str, object], SyncError | None] = lambda what, subject: None
    calls: list[str] = field(default_factory=list)
    asked: list[tuple[str, object]] = field(default_factory=list)
    """Every call with what it was about, and every look at one customer."""
    page_size: int = 100
    closed: bool = False
    capabilities: Capabilities = ALL
    clock: Callable[[], datetime] | None = None
    skew: timedelta = timedelta()
    """How far the store's own clock is ahead."""
    tombstones: bool = True
    """Whether deleted customers are told of; Vendure and WooCommerce don't."""
    lies: dict[str, Lie] = field(default_factory=dict)
    """By feed: changes, customer_changes, products."""
    prepared: list[str] = field(default_factory=list)
    lacking: tuple[str, ...] = ()
    """Needs that are not there yet."""
    forbidden: tuple[str, ...] = ()
    """Rights that the key does not have."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _known: dict[str, Customer] = field(default_factory=dict)
    _log: list[Customer] = field(default_factory=list)
    _told: dict[tuple[str, str | None], int] = field(default_factory=dict)
    _answered: datetime | None = None

    # -- itself ----------------------------------------------------------------------------------

    @property
    def store_time(self) -> datetime | None:
        return self._answered

    def check(self) -> StoreInfo:
        with self._line("check", None):
            return StoreInfo("fake", "EUR", self.lacking, "1")

    def rights(self) -> tuple[Right, ...]:
        with self._line("rights", None):
            codes = ("read_customers", "write_customers", "read_orders", "write_orders")
            return tuple(
                Right(code, code not in self.forbidden, "forbidden" * (code in self.forbidden))
                for code in codes
            )

    def needs(self) -> tuple[Need, ...]:
        with self._line("needs", None):
            codes = ("customer_fields", "order_fields")
            return tuple(Need(code, code not in self.lacking, can_make=True) for code in codes)

    def prepare(self, codes: Sequence[str]) -> None:
        with self._line("prepare", tuple(codes)):
            self.prepared += codes
            self.lacking = tuple(code for code in self.lacking if code not in codes)

    def close(self) -> None:
        self.closed = True

    # -- told to it ------------------------------------------------------------------------------

    def put_member(self, profile: Profile, known_as: str | None) -> str:
        with self._line("member", profile.member.id):
            member = profile.member
            found = self.customers.get(known_as or "") or self._by_email(member.email)
            before = found or Customer(f"c{next(self._numbers)}", "")
            self.customers[before.id] = replace(
                before, email=member.email, card=profile.card, updated_at=self._time(),
                birthday=member.birthday,
                standing=beside(profile.standing, before) if profile.standing else before.standing,
                given_name=member.given_name, family_name=member.family_name, phone=member.phone,
                marketing=before.marketing if profile.marketing is None else profile.marketing,
            )  # fmt: skip
            self._notice()
        return before.id

    def put_sale(self, news: SaleNews) -> RemoteOrder:
        with self._line("sale", news.sale.id):
            if news.customer and news.customer not in self.customers:
                raise Gone
            if news.sale.id not in self.orders:
                number = next(self._numbers)
                order = RemoteOrder(f"o{number}", f"CODE{number}")
                self.orders[news.sale.id] = Kept(order, news)
        return self.orders[news.sale.id].order

    def put_sales(self, news: Sequence[SaleNews]) -> list[RemoteOrder | SyncError]:
        if self.capabilities.sale_batch == 1:
            return one_by_one(self.put_sale, news)
        with self._line("sales", tuple(each.sale.id for each in news)):
            quiet = replace(self, script=[], calls=[], asked=[])
            return one_by_one(quiet.put_sale, news)

    def put_return(
        self, back: Return, order: RemoteOrder, kept: Mapping[str, int] = EVERYTHING_BACK
    ) -> None:
        with self._line("return", back.id):
            known = self.orders.get(back.sale_id)
            if known is None or known.order != order:
                raise Refused("sale_missing")
            known.refunded = back.money_back
            known.returns = 1
            known.pieces = dict(kept)

    def put_standing(self, customer: str, standing: Standing) -> None:
        with self._line("standing", customer):
            self._stand(customer, standing)

    def put_standings(self, each: Sequence[tuple[str, Standing]]) -> list[SyncError | None]:
        with self._line("standings", tuple(customer for customer, _standing in each)):
            told: list[SyncError | None] = []
            for customer, standing in each:
                try:
                    told.append(self._stand(customer, standing))
                except Gone as gone:
                    told.append(gone)
            return told

    def put_coupon(self, news: CouponNews) -> str:
        with self._line("coupon", news.code):
            self.coupons[news.code] = news
        return f"k-{news.code}"

    def erase(self, customer: str) -> None:
        with self._line("erase", customer):
            if self.customers.pop(customer, None) is not None:
                self.erased.append(customer)

    def _stand(self, customer: str, standing: Standing) -> None:
        found = self.customers.get(customer)
        if found is None:
            raise Gone
        self.customers[customer] = replace(found, standing=beside(standing, found))
        self._notice()

    # -- asked of it -----------------------------------------------------------------------------

    def customer(self, customer: str) -> Customer | None:
        self._look("customer", customer)
        return self.customers.get(customer)

    def find_customer(self, *, email: str = "", card: str = "") -> Customer | None:
        self._look("find_customer", email or card)
        by_card = (c for c in self.customers.values() if card and c.card == card)
        return self._by_email(email) or next(by_card, None)

    def orders_of(self, customer: str) -> tuple[OnlineOrder, ...]:
        with self._line("orders_of", customer):
            latest = {order.remote_id: order for order in self.feed}
            theirs = [order for order in latest.values() if order.customer_id == customer]
            return tuple(sorted(theirs, key=lambda order: order.placed_at, reverse=True)[:20])

    def changes(self, cursor: str | None) -> Page:
        with self._line("changes", cursor):
            start = int(cursor or 0)
            orders = self.feed[start : start + self.page_size]
            end = start + len(orders)
            # Steps back one order at the end of a round, as stores with coarse clocks make us do.
            more = end < len(self.feed)
            total = len({order.remote_id for order in self.feed[start:]})
            page = Page(tuple(orders), str(end if more else max(end - 1, 0)), more, total)
            return self._lying("changes", cursor, page, "orders")

    def customer_changes(self, cursor: str | None) -> CustomerPage:
        with self._line("customer_changes", cursor):
            self._notice()
            page = self._swept(cursor) if self._sweeps else self._changed(cursor)
            return self._lying("customer_changes", cursor, page, "customers")

    def products(self, cursor: str | None) -> ProductPage:
        with self._line("products", cursor):
            start = int(cursor or 0)
            some = self.goods[start : start + self.page_size]
            end, more = start + len(some), start + len(some) < len(self.goods)
            page = ProductPage(
                tuple(some), str(end), more, len(self.goods) - start,
                () if more else tuple(self.gone_goods),
            )  # fmt: skip
            return self._lying("products", cursor, page, "products")

    # -- what people do there --------------------------------------------------------------------

    def registers(self, email: str, **more: object) -> Customer:
        """Somebody opens an account."""
        customer = Customer(f"c{next(self._numbers)}", email, updated_at=self._time())
        self.customers[customer.id] = replace(customer, **more)  # type: ignore[arg-type]
        return self.customers[customer.id]

    def edits(self, customer: str, **changes: object) -> Customer:
        """Somebody changes their profile."""
        known = self.customers[customer]
        changed = replace(known, **{"updated_at": self._time(), **changes})  # type: ignore[arg-type]
        self.customers[customer] = changed
        return changed

    def deletes(self, customer: str) -> None:
        """Somebody's account is deleted there."""
        del self.customers[customer]

    def orders_online(self, customer: str, goods: int = 1000, **changes: object) -> OnlineOrder:
        """Somebody buys."""
        number, who = next(self._numbers), self.customers.get(customer)
        order = OnlineOrder(
            store=self.name, remote_id=str(number), code=f"CODE{number}", customer_id=customer,
            email=who.email if who else "", card_number=who.card if who else "",
            placed_at=self._time(), currency="EUR", goods=goods, total=goods + 350,
            lines=(OrderLine("Honey", 1, goods, "HON-450"),),
        )  # fmt: skip
        self.feed.append(replace(order, **changes))  # type: ignore[arg-type]
        return self.feed[-1]

    def refunds(
        self, order: OnlineOrder, goods: int, pieces: tuple[tuple[str, int], ...] = ()
    ) -> OnlineOrder:
        """Goods of an order are paid back."""
        known = self.newest(order)
        refund = OnlineRefund(f"r{next(self._numbers)}", goods, self._time(), pieces)
        self.feed.append(replace(known, refunds=(*known.refunds, refund)))
        return self.feed[-1]

    def cancels(self, order: OnlineOrder) -> OnlineOrder:
        """An order is thrown away as a whole."""
        self.feed.append(replace(self.newest(order), cancelled=True))
        return self.feed[-1]

    def newest(self, order: OnlineOrder) -> OnlineOrder:
        """The order as it is there now."""
        return next(o for o in self.feed[::-1] if o.remote_id == order.remote_id)

    def of(self, email: str) -> Customer:
        """The one customer with this e-mail."""
        [found] = [c for c in self.customers.values() if c.email == email]
        return found

    # -- inside ----------------------------------------------------------------------------------

    @property
    def _sweeps(self) -> bool:
        return self.capabilities.customer_changes == "sweep"

    def _notice(self) -> None:
        """Write down whoever changed since the last look."""
        for known in list(self._known):
            if known not in self.customers:
                gone = self._known.pop(known)
                if self.tombstones:
                    self._log.append(replace(gone, deleted=True))
        for customer in self.customers.values():
            if self._known.get(customer.id) != customer:
                self._known[customer.id] = customer
                self._log.append(customer)

    def _changed(self, cursor: str | None) -> CustomerPage:
        start = int(cursor or 0)
        # As they are now, as stores show them, and not as they were when they changed.
        some = [self.customers.get(c.id, c) for c in self._log[start : start + self.page_size]]
        end, more = start + len(some), start + len(some) < len(self._log)
        keep = str(end if more else max(end - 1, 0))
        there = len({customer.id for customer in self._log[start:]})
        return CustomerPage(tuple(some), keep, more, there)

    def _swept(self, cursor: str | None) -> CustomerPage:
        ids = sorted(self.customers, key=lambda id_: (len(id_), id_))
        start = int(cursor or 0)
        some = [self.customers[id_] for id_ in ids[start : start + self.page_size]]
        more = start + len(some) < len(ids)
        end = str(start + len(some) if more else 0)  # a sweep that ended starts over
        return CustomerPage(tuple(some), end, more, len(ids) - start)

    def _lying(self, what: str, cursor: str | None, page: P, rows: str) -> P:
        lie = self.lies.get(what, "")
        seen = self._told[what, cursor] = self._told.get((what, cursor), 0) + 1
        given = list(getattr(page, rows))
        if lie == "stuck":
            return replace(page, cursor=cursor or "0", more=True, **{rows: ()})
        if lie == "twice" and seen == 1:
            return replace(page, cursor=cursor or "0", more=True)
        if lie == "short" and seen == 1:
            return replace(page, **{rows: tuple(given[1:])})
        if lie == "total_high" and page.total is not None:
            return replace(page, total=page.total + 1)
        if lie == "turned":
            return replace(page, **{rows: tuple(given[::-1])})
        return page

    def _by_email(self, email: str) -> Customer | None:
        return next((c for c in self.customers.values() if email and c.email == email), None)

    def _time(self) -> datetime:
        return (self.clock() if self.clock else datetime.now(UTC)) + self.skew

    def _look(self, what: str, subject: object) -> None:
        """A question about one person: no fate of the script's, and not among ``calls``."""
        self.asked.append((what, subject))
        refusal = self.rule(what, subject)
        if refusal is not None:
            raise refusal

    def _line(self, what: str, subject: object) -> "_Line":
        self.calls.append(what)
        self._look(what, subject)
        return _Line(self.script.pop(0) if self.script else "", self._answers)

    def _answers(self) -> None:
        self._answered = self._time()


class _Line:
    """What happens on the way there and back."""

    def __init__(self, fate: str | SyncError, answers: Callable[[], None]) -> None:
        self._fate = fate
        self._answers = answers

    def __enter__(self) -> None:
        if isinstance(self._fate, SyncError):
            raise self._fate
        if self._fate == "down":
            raise Retryable("unreachable")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._fate == "lost":
            raise Retryable("timeout")
        self._answers()


def as_store(fake: FakeStore) -> OnlineStore:
    """A fake is all of a store: a type checker proves it here."""
    return fake
