"""Paid orders of a Vendure store, new or changed, page by page.

``Order.updatedAt`` goes back to the time the cart was made whenever the order changes state, so a
cart of this morning that is paid now is only found by ``orderPlacedAt``. Databases keep whole
seconds or microseconds where the API shows milliseconds, so each round steps back a few seconds and
repeats itself. The one time is told by the database's clock and the other by the application's, so
each has a mark of its own. An authorised payment moves neither time when it is settled: those
orders are remembered by id and asked for again.

Pages are sorted by id, which never changes. Should rows before the page have come or gone, its
first row is not the last one seen, and the round starts over.
"""

import html
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from sync.online_store import Page
from sync.stores import vendure_documents as documents
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_wire import LineFields, Order, OrdersAnswer
from terminal.online import OnlineOrder, OrderLine

UNPAID: Final = ("Created", "Draft", "AddingItems", "ArrangingPayment", "Cancelled")
AUTHORISED: Final = "PaymentAuthorized"
_REMEMBERED: Final = 500


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a reader stands. ``updated`` and ``placed`` are fixed during a round; ``seen`` are the
    latest of both in it so far."""

    updated: datetime | None = None
    placed: datetime | None = None
    waiting: tuple[str, ...] = ()
    seen: tuple[datetime | None, datetime | None] = (None, None)
    skip: int = 0
    last: str = ""
    authorised: tuple[str, ...] = ()


class VendureFeed:
    """The orders of one store, under the name it has here."""

    def __init__(self, api: VendureApi, name: str, *, page_size: int, overlap: timedelta) -> None:
        self._api = api
        self._name = name
        self._take = page_size
        self._overlap = overlap

    def changes(self, cursor: str | None) -> Page:
        """The page after ``cursor``."""
        mark = _read(cursor)
        # One row of the page before comes again, to see that nothing has shifted.
        again = 1 if mark.skip else 0
        found = self._api.ask(
            documents.CHANGES, OrdersAnswer, filter=_filter(mark),
            skip=mark.skip - again, take=self._take + again,
        ).orders  # fmt: skip
        rows = found.items
        if again and (not rows or rows[0].id != mark.last):
            return Page((), _write(Mark(mark.updated, mark.placed, mark.waiting)), more=True)
        rows = rows[again:]
        orders = tuple(
            _order(row, self._name) for row in rows if row.state != AUTHORISED and _is_paid(row)
        )
        mark = _advanced(mark, rows)
        if rows and mark.skip < found.total_items:
            return Page(orders, _write(mark), more=True)
        return Page(orders, _write(self._round_done(mark)))

    def _round_done(self, mark: Mark) -> Mark:
        updated, placed = mark.seen
        return Mark(
            self._stepped_back(updated, mark.updated),
            self._stepped_back(placed, mark.placed),
            mark.authorised[-_REMEMBERED:],
        )

    def _stepped_back(self, seen: datetime | None, before: datetime | None) -> datetime | None:
        return _latest(before, seen - self._overlap if seen else None)


def _advanced(mark: Mark, rows: list[Order]) -> Mark:
    updated, placed = mark.seen
    return Mark(
        mark.updated,
        mark.placed,
        mark.waiting,
        seen=(
            _latest(updated, *(row.updated_at for row in rows)),
            _latest(placed, *(row.order_placed_at for row in rows)),
        ),
        skip=mark.skip + len(rows),
        last=rows[-1].id if rows else mark.last,
        authorised=(*mark.authorised, *(row.id for row in rows if row.state == AUTHORISED)),
    )


def _latest(*times: datetime | None) -> datetime | None:
    return max((time for time in times if time), default=None)


def _filter(mark: Mark) -> dict[str, Any]:
    wanted: dict[str, Any] = {"active": {"eq": False}, "state": {"notIn": list(UNPAID)}}
    if mark.updated and mark.placed:
        wanted["_or"] = [
            {"updatedAt": {"after": mark.updated.astimezone(UTC).isoformat()}},
            {"orderPlacedAt": {"after": mark.placed.astimezone(UTC).isoformat()}},
            *([{"id": {"in": list(mark.waiting)}}] if mark.waiting else []),
        ]
    return wanted


def _is_paid(order: Order) -> bool:
    return order.order_placed_at is not None and order.state not in UNPAID


def _order(row: Order, store: str) -> OnlineOrder:
    assert row.order_placed_at is not None  # noqa: S101 (see _is_paid)
    customer = row.customer
    lines = tuple(_line(line) for line in row.lines if line.quantity)
    return OnlineOrder(
        store=store,
        remote_id=row.id,
        code=row.code,
        customer_id=customer.id if customer else "",
        email=customer.email_address.strip().lower() if customer else "",
        card_number=(customer.custom_fields.loyalty_card_number or "") if customer else "",
        placed_at=row.order_placed_at,
        currency=row.currency_code,
        goods=sum(line.total for line in lines),
        total=row.total_with_tax,
        lines=lines,
        sale_id=row.custom_fields.pos_sale_id or "",
    )


def _line(line: LineFields) -> OrderLine:
    variant = line.product_variant
    return OrderLine(html.unescape(variant.name), line.quantity, line.prorated, variant.sku)


def _read(cursor: str | None) -> Mark:
    if not cursor:
        return Mark()
    try:
        return msgspec.json.decode(cursor, type=Mark)
    except msgspec.DecodeError:
        # From the beginning is slow, but nothing is taken twice and nothing is left out.
        return Mark()


def _write(mark: Mark) -> str:
    return msgspec.json.encode(mark).decode()
