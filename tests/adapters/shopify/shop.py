"""A small Shopify shop in memory: what there is, and people who act in it.

Amounts are minor units, tax included. Lists are searched in an index that may be ``lag`` behind.
Everything a document can ask of it is in ``views``, ``queries`` and ``mutations``.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from terminal.money import spread
from tests.adapters.world import CouponRefusedError

SHIPPING = 490


@dataclass(slots=True)
class Metafield:
    value: str
    type: str
    digest: str


@dataclass(slots=True, kw_only=True)
class Thing:
    """Something with an id, metafields, and a history of when it changed."""

    id: str
    changed: list[datetime] = field(default_factory=list)
    fields: dict[tuple[str, str], Metafield] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return int(self.id.rpartition("/")[2])

    @property
    def updated_at(self) -> datetime:
        return self.changed[-1]

    def indexed_at(self, until: datetime) -> datetime | None:
        """Its time as the index knows it; None: the index has not heard of it."""
        return max((at for at in self.changed if at <= until), default=None)


@dataclass(slots=True, kw_only=True)
class Buyer(Thing):
    first: str = ""
    last: str = ""
    email: str | None = None
    phone: str | None = None
    state: str = "DISABLED"
    marketing: str = "NOT_SUBSCRIBED"


@dataclass(slots=True, kw_only=True)
class Bought:
    """A line of an order. ``off`` is its share of a discount."""

    id: str
    name: str
    sku: str | None
    quantity: int
    price: int
    off: int = 0
    tax: int = 0
    back: int = 0


@dataclass(slots=True, kw_only=True)
class Paid:
    id: str
    kind: str
    amount: int
    gateway: str
    parent: str | None = None


@dataclass(slots=True, kw_only=True)
class Refund:
    id: str
    note: str | None
    at: datetime
    lines: list[tuple[Bought, int]]
    amount: int
    shipping: int = 0


@dataclass(slots=True, kw_only=True)
class Order(Thing):
    name: str
    at: datetime
    lines: list[Bought]
    buyer: str | None = None
    email: str | None = None
    shipping: int = 0
    paid_for: bool = False
    payments: list[Paid] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    cancelled_at: datetime | None = None
    codes: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    source: str | None = None
    test: bool = False

    @property
    def total(self) -> int:
        return self.shipping + sum(one.price * one.quantity - one.off for one in self.lines)

    @property
    def given_back(self) -> int:
        return sum(one.amount for one in self.payments if one.kind == "REFUND")

    @property
    def status(self) -> str:
        if not self.paid_for:
            return "PENDING"
        if not self.given_back:
            return "PAID"
        return "REFUNDED" if self.given_back >= self.total else "PARTIALLY_REFUNDED"


@dataclass(slots=True, kw_only=True)
class Kind:
    """A variant of a product."""

    id: str
    sku: str | None
    price: int
    barcode: str | None = None
    title: str = "Default Title"


@dataclass(slots=True, kw_only=True)
class Sold(Thing):
    """A product."""

    title: str
    kinds: list[Kind]
    status: str = "ACTIVE"


@dataclass(slots=True, kw_only=True)
class Code:
    """A discount code."""

    id: str
    given: dict[str, Any]
    uses: int = 0
    ended: bool = False


@dataclass(slots=True, kw_only=True)
class Definition:
    owner: str
    namespace: str
    key: str
    type: str
    unique: bool


class Shop:
    """One shop. ``lag``: how far its index is behind; ``ahead``: how much later it is there."""

    def __init__(self, *, lag: timedelta = timedelta(), taxes_included: bool = True) -> None:
        self.lag = lag
        self.ahead = 0.0
        self.taxes_included = taxes_included
        self.currency = "EUR"
        self.lock = threading.RLock()
        self.buyers: dict[str, Buyer] = {}
        self.orders: dict[str, Order] = {}
        self.products: dict[str, Sold] = {}
        self.codes: dict[str, Code] = {}
        self.definitions: list[Definition] = []
        self.kept: dict[str, tuple[str, Any]] = {}
        """Idempotency keys, what came with them and what was answered."""
        self.before: Callable[[str], None] = lambda field: None
        """Told each root field before it is carried out."""
        self._ids = itertools.count(1001)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def clock(self) -> float:
        """A monotonic clock of this shop's world."""
        return time.monotonic() + self.ahead

    def wait(self, seconds: float) -> None:
        self.ahead += seconds

    def new_id(self, kind: str) -> str:
        return f"gid://shopify/{kind}/{next(self._ids)}"

    def touch(self, thing: Thing) -> None:
        thing.changed.append(self.now())

    def set_field(self, thing: Thing, namespace: str, key: str, value: str, type_: str) -> None:
        thing.fields[namespace, key] = Metafield(value, type_, self.new_id("Digest"))
        self.touch(thing)

    def holder(self, owner: str, namespace: str, key: str, value: str) -> Thing | None:
        """Who has this value, where it may stand once only."""
        things: Mapping[str, Thing] = self.buyers if owner == "CUSTOMER" else self.orders
        if not self.is_unique(owner, namespace, key):
            return None
        return next(
            (one for one in things.values()
             if (namespace, key) in one.fields and one.fields[namespace, key].value == value),
            None,
        )  # fmt: skip

    def is_unique(self, owner: str, namespace: str, key: str) -> bool:
        return any(
            (one.owner, one.namespace, one.key) == (owner, namespace, key) and one.unique
            for one in self.definitions
        )

    def kind_of(self, sku: str) -> tuple[Sold, Kind] | None:
        for product in self.products.values():
            for kind in product.kinds:
                if kind.sku == sku:
                    return product, kind
        return None

    # -- people acting ---------------------------------------------------------------------------

    def register(self, email: str, given: str, family: str, phone: str = "") -> Buyer:
        buyer = Buyer(
            id=self.new_id("Customer"), first=given, last=family, email=email.strip().lower(),
            phone=phone or None, state="ENABLED",
        )  # fmt: skip
        self.buyers[buyer.id] = buyer
        self.touch(buyer)
        return buyer

    def by_email(self, email: str) -> Buyer | None:
        wanted = email.strip().lower()
        return next((one for one in self.buyers.values() if one.email == wanted), None)

    def buy(self, goods: Mapping[str, int], email: str, codes: Sequence[str] = ()) -> Order:
        """An open order of somebody registered; its codes are counted as used."""
        buyer = self.by_email(email)
        assert buyer is not None, "nobody is registered with this e-mail"
        lines = []
        for sku, quantity in goods.items():
            known = self.kind_of(sku)
            assert known is not None, f"{sku} is not sold here"
            product, kind = known
            lines.append(
                Bought(
                    id=self.new_id("LineItem"), name=product.title, sku=sku, quantity=quantity,
                    price=kind.price,
                )
            )  # fmt: skip
        for text in codes:
            self._take_off(lines, text, buyer)
        order = Order(
            id=self.new_id("Order"), name=f"#{next(self._ids)}", at=self.now(), lines=lines,
            buyer=buyer.id, email=buyer.email, shipping=SHIPPING,
            codes=[code.upper() for code in codes],
        )  # fmt: skip
        self.orders[order.id] = order
        self.touch(order)
        return order

    def pay(self, order: Order) -> None:
        order.paid_for, order.at = True, self.now()
        order.payments.append(
            Paid(
                id=self.new_id("OrderTransaction"), kind="SALE", amount=order.total, gateway="card"
            )
        )
        self.touch(order)

    def give_back(self, order: Order, amount: int) -> None:
        """Money for nothing in particular."""
        payment = next(one for one in order.payments if one.kind == "SALE")
        order.payments.append(
            Paid(
                id=self.new_id("OrderTransaction"), kind="REFUND", amount=amount,
                gateway=payment.gateway, parent=payment.id,
            )
        )  # fmt: skip
        order.refunds.append(
            Refund(id=self.new_id("Refund"), note=None, at=self.now(), lines=[], amount=amount)
        )
        self.touch(order)

    def _take_off(self, lines: list[Bought], text: str, buyer: Buyer) -> None:
        code = self.codes.get(text.upper())
        if code is None or code.ended or not self._is_good(code, lines, buyer):
            raise CouponRefusedError(text)
        code.uses += 1
        goods = sum(one.price * one.quantity for one in lines)
        value = code.given["customerGets"]["value"]
        if value.get("discountAmount"):
            off = min(int(Decimal(value["discountAmount"]["amount"]) * 100), goods)
        else:
            off = int(goods * Decimal(str(value["percentage"])))
        shares = spread(off, [one.price * one.quantity for one in lines])
        for line, share in zip(lines, shares, strict=True):
            line.off += share

    def _is_good(self, code: Code, lines: list[Bought], buyer: Buyer) -> bool:
        given, now = code.given, self.now()
        ends = given.get("endsAt")
        least = ((given.get("minimumRequirement") or {}).get("subtotal") or {}).get(
            "greaterThanOrEqualToSubtotal"
        )
        people = (given["context"].get("customers") or {}).get("add")
        goods = sum(one.price * one.quantity for one in lines)
        return (
            datetime.fromisoformat(given["startsAt"]) <= now
            and (not ends or now < datetime.fromisoformat(ends))
            and (not given.get("usageLimit") or code.uses < given["usageLimit"])
            and (not least or goods >= Decimal(least) * 100)
            and (not people or buyer.id in people)
        )
