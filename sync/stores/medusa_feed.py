"""Paid orders and customers of a Medusa shop, new or changed.

Lists are read by time, each page from the latest time of the page before, so that rows which move
to the end meanwhile push nobody out of sight. A payment does not move an order's time, nor does a
refund after goods came back: orders with money still to come or to go are remembered by id and
asked for again in every round. What was deleted is in no list.
"""

import html
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from sync.online_store import CustomerPage, Page
from sync.stores.medusa_customers import FIELDS as PERSON_FIELDS
from sync.stores.medusa_customers import customer_of
from sync.stores.medusa_http import MedusaApi
from sync.stores.medusa_rounds import Mark, Rounds, fingerprint, since
from sync.stores.medusa_wire import LIVE, Customers, Item, Order, Orders, Person, minor
from terminal.online import OnlineOrder, OnlineRefund, OrderLine

_ORDER_FIELDS: Final = (
    "id,status,display_id,currency_code,email,customer_id,metadata,created_at,updated_at,"
    "canceled_at,total,shipping_total,*summary,*items,*items.detail,*items.adjustments,"
    "*payment_collections,*payment_collections.payments,*payment_collections.payments.refunds"
)
_REMEMBERED: Final = 400
_AT_ONCE: Final = 50
_OF_ONE_PERSON: Final = 20


class MedusaFeed:
    """What one shop tells, under the name it has here."""

    def __init__(self, api: MedusaApi, name: str, *, page_size: int, overlap: timedelta) -> None:
        self._api = api
        self._name = name
        self._orders: Rounds[Order] = Rounds(self._ask_orders, size=page_size, overlap=overlap)
        self._people: Rounds[Person] = Rounds(self._ask_people, size=page_size, overlap=overlap)

    def changes(self, cursor: str | None) -> Page:
        """The page of orders after ``cursor``; with its last page, those that were waited for."""
        mark = read(cursor)
        rows, after, more = self._orders.step(mark)
        if not more:
            listed = {row.id for row in rows}
            again = [one for one in mark.waiting if one not in listed]
            rows += [row for row in self._by_id(again) if fingerprint(row) not in mark.seen]
        orders = tuple(self._order(row) for row in rows if _counts(row))
        return Page(orders, write(_waiting(after, rows)), more=more)

    def orders_of(self, customer: str) -> tuple[OnlineOrder, ...]:
        """A person's newest paid orders."""
        found = self._api.get(
            "/admin/orders", Orders, customer_id=customer, order="-created_at",
            limit=str(_OF_ONE_PERSON), fields=_ORDER_FIELDS,
        )  # fmt: skip
        mine = [row for row in found.orders if row.customer_id == customer]
        return tuple(self._order(row) for row in mine if _counts(row))

    def customer_changes(self, cursor: str | None) -> CustomerPage:
        """The page of customers after ``cursor``."""
        rows, after, more = self._people.step(read(cursor))
        return CustomerPage(tuple(customer_of(row) for row in rows), write(after), more=more)

    def _ask_orders(self, at: datetime | None, size: int) -> list[Order]:
        params = {**since(at), "limit": str(size), "fields": _ORDER_FIELDS}
        return self._api.get("/admin/orders", Orders, **params).orders

    def _ask_people(self, at: datetime | None, size: int) -> list[Person]:
        params = {**since(at), "limit": str(size), "fields": PERSON_FIELDS}
        return self._api.get("/admin/customers", Customers, **params).customers

    def _by_id(self, ids: list[str]) -> list[Order]:
        rows: list[Order] = []
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            params: dict[str, Any] = {
                "id[]": some, "limit": str(len(some)), "fields": _ORDER_FIELDS
            }  # fmt: skip
            found = self._api.get("/admin/orders", Orders, **params).orders
            rows += [row for row in found if row.id in some]
        return rows

    def _order(self, row: Order) -> OnlineOrder:
        lines = [(item, minor(item.total, row.currency_code)) for item in row.items or ()]
        goods = sum(paid for _, paid in lines)
        paid_at = [one.captured_at for one in row.payments if one.captured_at]
        placed = max(paid_at, default=row.created_at)
        assert placed is not None  # noqa: S101 (every order has a time of its making)
        return OnlineOrder(
            store=self._name,
            remote_id=row.id,
            code=row.code,
            customer_id=row.customer_id or "",
            email=(row.email or "").strip().lower(),
            card_number="",
            placed_at=placed,
            currency=row.currency_code.upper(),
            goods=goods,
            total=goods + minor(row.shipping_total, row.currency_code),
            lines=tuple(
                OrderLine(_name(item), int(item.quantity), paid, item.sku)
                for item, paid in lines
                if item.quantity
            ),
            sale_id=row.sale,
            refunds=_refunds(row),
            cancelled=row.canceled_at is not None or row.status == "canceled",
            coupons=_coupons(row),
        )


def _counts(row: Order) -> bool:
    """Paid, or to be paid nothing for; cancelled ones only if they had been."""
    owed = row.summary.pending_difference if row.summary else Decimal(0)
    return bool(row.payments) or (row.status in LIVE and owed == 0)


def _waiting(mark: Mark, rows: list[Order]) -> Mark:
    """Remember whose money is still to come or to go; forget those that are even."""
    waiting = dict.fromkeys(mark.waiting)
    for row in rows:
        waiting.pop(row.id, None)
        if row.status in LIVE and row.summary and row.summary.pending_difference != 0:
            waiting[row.id] = None
    return Mark(mark.at, mark.newest, mark.seen, tuple(waiting)[-_REMEMBERED:])


def _refunds(row: Order) -> tuple[OnlineRefund, ...]:
    """Money that went back. The shop does not say for what; more than the goods is not counted."""
    refunds = [refund for payment in row.payments for refund in payment.refunds or ()]
    return tuple(
        OnlineRefund(one.id, minor(one.amount, row.currency_code), one.created_at)
        for one in refunds
    )


def _coupons(row: Order) -> tuple[str, ...]:
    codes = [one.code for item in row.items or () for one in item.adjustments or () if one.code]
    return tuple(dict.fromkeys(code.upper() for code in codes))


def _name(item: Item) -> str:
    return html.unescape(item.product_title or item.title)


def read(cursor: str | None) -> Mark:
    """Where a reader stands; what makes no sense begins anew."""
    try:
        return msgspec.json.decode(cursor, type=Mark) if cursor else Mark()
    except (msgspec.DecodeError, UnicodeEncodeError):
        # From the beginning is slow, but nothing is taken twice and nothing is left out.
        return Mark()


def write(mark: Mark) -> str:
    """The cursor to keep."""
    return msgspec.json.encode(mark).decode()
