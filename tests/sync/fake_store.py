"""An online store that behaves as its protocol says, on a line that does not."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sync.errors import Gone, Refused, Retryable, SyncError
from sync.online_store import (
    EVERYTHING_BACK,
    Customer,
    Page,
    Profile,
    RemoteOrder,
    SaleNews,
    Standing,
    StoreInfo,
)
from terminal.online import OnlineOrder
from terminal.returns import Return


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
    script: list[str | SyncError] = field(default_factory=list)
    rule: Callable[[str, object], SyncError | None] = lambda what, subject: None
    calls: list[str] = field(default_factory=list)
    page_size: int = 100
    closed: bool = False
    _numbers: Iterable[int] = field(default_factory=lambda: iter(range(1, 1_000_000)))

    def check(self) -> StoreInfo:
        with self._line("check", None):
            return StoreInfo("fake", "EUR")

    def put_member(self, profile: Profile, known_as: str | None) -> str:
        with self._line("member", profile.member.id):
            found = self.customers.get(known_as or "") or self._by_email(profile.member.email)
            id_ = found.id if found else f"c{self._next()}"
            self.customers[id_] = Customer(
                id_, profile.member.email, profile.card, profile.standing
            )
        return id_

    def put_sale(self, news: SaleNews) -> RemoteOrder:
        with self._line("sale", news.sale.id):
            if news.customer and news.customer not in self.customers:
                raise Gone
            if news.sale.id not in self.orders:
                number = self._next()
                order = RemoteOrder(f"o{number}", f"CODE{number}")
                self.orders[news.sale.id] = Kept(order, news)
        return self.orders[news.sale.id].order

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
            found = self.customers.get(customer)
            if found is None:
                raise Gone
            self.customers[customer] = Customer(found.id, found.email, found.card, standing)

    def customer(self, customer: str) -> Customer | None:
        return self.customers.get(customer)

    def find_customer(self, *, email: str = "", card: str = "") -> Customer | None:
        return self._by_email(email)

    def changes(self, cursor: str | None) -> Page:
        with self._line("changes", cursor):
            start = int(cursor or 0)
            orders = self.feed[start : start + self.page_size]
            end = start + len(orders)
            # Steps back one order at the end of a round, as stores with coarse clocks make us do.
            more = end < len(self.feed)
            return Page(tuple(orders), str(end if more else max(end - 1, 0)), more)

    def close(self) -> None:
        self.closed = True

    def of(self, email: str) -> Customer:
        """The one customer with this e-mail."""
        [found] = [c for c in self.customers.values() if c.email == email]
        return found

    def _by_email(self, email: str) -> Customer | None:
        return next((c for c in self.customers.values() if c.email == email), None)

    def _next(self) -> int:
        return next(iter(self._numbers))

    def _line(self, what: str, subject: object) -> "_Line":
        self.calls.append(what)
        refusal = self.rule(what, subject)
        if refusal is not None:
            raise refusal
        return _Line(self.script.pop(0) if self.script else "")


class _Line:
    """What happens on the way there and back."""

    def __init__(self, fate: str | SyncError) -> None:
        self._fate = fate

    def __enter__(self) -> None:
        if isinstance(self._fate, SyncError):
            raise self._fate
        if self._fate == "down":
            raise Retryable("unreachable")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._fate == "lost":
            raise Retryable("timeout")
