"""Paid orders of a Vendure store, new or changed, and those that money was given back for.

``Order.updatedAt`` goes back to the time the cart was made whenever the order changes state, so a
cart of this morning that is paid now is only found by ``orderPlacedAt``. The one time is told by
the database's clock and the other by the application's, so each has a mark of its own. An
authorised payment moves neither time when it is settled: those orders are remembered by id and
asked for again. A refund moves neither as well: now and then the refunds of all recent orders are
looked at, by their ids alone, but for the till's own sales.
"""

from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec

from sync.online_store import Page
from sync.stores import vendure_documents as documents
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_orders import AUTHORISED, UNPAID, is_paid, online_order, refunded_by
from sync.stores.vendure_paging import MOST, Place, Times, since_filter, told, turn
from sync.stores.vendure_wire import CustomerOrdersAnswer, LatestOrders, Order, OrdersAnswer
from terminal.online import OnlineOrder

_REMEMBERED: Final = 500
_LOOK: Final = 500
_UPDATED: Final = "updatedAt"
_PLACED: Final = "orderPlacedAt"


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a reader stands. ``waiting`` are orders that were authorised in the round before,
    ``authorised`` those of this one. ``looking`` is set while refunds are looked at; ``looked`` is
    when that was last, and ``refunded`` the latest refund that was seen."""

    place: Place = Place()
    waiting: tuple[str, ...] = ()
    authorised: tuple[str, ...] = ()
    looking: Place | None = None
    looked: datetime | None = None
    refunded: datetime | None = None
    newest: datetime | None = None
    """The latest refund of the look that is under way."""
    hidden: int = 0
    """How many rows of this round's list are no orders."""


class VendureFeed:
    """The orders of one store, under the name it has here."""

    def __init__(self, api: VendureApi, name: str, settings: "FeedSettings") -> None:
        self._api = api
        self._name = name
        self._settings = settings

    def changes(self, cursor: str | None) -> Page:
        """The page after ``cursor``."""
        mark = read(cursor, Mark) or Mark()
        return self._look(mark) if mark.looking else self._read(mark)

    def orders_of(self, customer: str) -> tuple[OnlineOrder, ...]:
        """Somebody's newest paid orders."""
        found = self._api.ask(
            documents.ORDERS_OF, CustomerOrdersAnswer, id=customer, filter=_base()
        ).customer
        rows = found.orders.items if found else []
        return tuple(online_order(row, self._name) for row in rows if is_paid(row))

    # -- new and changed orders ------------------------------------------------------------------

    def _read(self, mark: Mark) -> Page:
        take = self._settings.page_size
        source = _Changed(self._api, mark.waiting)
        turned = turn(source, mark.place, take, self._settings.overlap)
        hidden = mark.hidden or source.hidden
        orders = tuple(online_order(row, self._name) for row in turned.rows if is_paid(row))
        waits = tuple(row.id for row in turned.rows if row.state == AUTHORISED)
        mark = msgspec.structs.replace(
            mark, place=turned.place, authorised=(*mark.authorised, *waits), hidden=hidden
        )
        if turned.done:
            mark = self._round_done(mark)
        more = not turned.done or mark.looking is not None
        return Page(orders, _write(mark), more=more, total=_less(turned.total, hidden))

    def _round_done(self, mark: Mark) -> Mark:
        now, placed = self._api.store_time, mark.place.since.get(_PLACED)
        due = mark.looked is None or now is None or now - mark.looked >= self._settings.look_every
        recent = {_PLACED: placed - self._settings.look_back} if placed else {}
        return msgspec.structs.replace(
            mark,
            waiting=mark.authorised[-_REMEMBERED:],
            authorised=(),
            hidden=0,
            looking=Place(recent) if due and recent else None,
            looked=now if due else mark.looked,
        )

    # -- refunds ---------------------------------------------------------------------------------

    def _look(self, mark: Mark) -> Page:
        """A page of recent orders by their refunds; whole orders of those that have new ones."""
        looking = mark.looking or Place()
        turned = turn(_Refunded(self._api), looking, _LOOK, timedelta())
        since = mark.refunded - self._settings.overlap if mark.refunded else None
        times = {row.id: latest for row in turned.rows if (latest := _refunded_at(row))}
        fresh = [id_ for id_, at in times.items() if since is None or at > since]
        newest = max((*times.values(), *((mark.newest,) if mark.newest else ())), default=None)
        if not turned.done:
            after = msgspec.structs.replace(mark, looking=turned.place, newest=newest)
            return Page(self._whole(fresh), _write(after), more=True)
        after = msgspec.structs.replace(
            mark, looking=None, newest=None,
            refunded=max(filter(None, (newest, mark.refunded)), default=None),
        )  # fmt: skip
        return Page(self._whole(fresh), _write(after))

    def _whole(self, ids: list[str]) -> tuple[OnlineOrder, ...]:
        orders: list[OnlineOrder] = []
        size = min(self._settings.page_size, MOST)
        for start in range(0, len(ids), size):
            wanted = {**_base(), "id": {"in": ids[start : start + size]}}
            rows = self._api.ask(
                documents.CHANGES, OrdersAnswer, filter=wanted, skip=0, take=size
            ).orders.items
            orders += [online_order(row, self._name) for row in rows if is_paid(row)]
        return tuple(orders)


class FeedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How lists are read: rows a page, and how far each round steps back. Refunds of the orders of
    ``look_back`` are looked at every ``look_every``."""

    page_size: int = 100
    overlap: timedelta = timedelta(seconds=5)
    look_every: timedelta = timedelta(minutes=15)
    look_back: timedelta = timedelta(days=60)


class _Changed:
    """Orders by both of their times."""

    def __init__(self, api: VendureApi, waiting: tuple[str, ...]) -> None:
        self._api = api
        self._waiting = waiting
        self.hidden = 0
        """How many of all rows are no orders yet, or never were; known when the latest are."""

    def rows(self, since: Times, skip: int, take: int) -> tuple[list[Order], int]:
        wanted = _base()
        if since:
            wanted["_or"] = since_filter(since, _UPDATED, _PLACED)
            if self._waiting:
                wanted["_or"].append({"id": {"in": list(self._waiting)}})
        found = self._api.ask(
            documents.CHANGES, OrdersAnswer, filter=wanted, skip=skip, take=take
        ).orders
        return found.items, found.total_items

    def latest(self) -> Times:
        told = self._api.ask(
            documents.LATEST_ORDERS, LatestOrders, filter=_base(), authorised=AUTHORISED
        )
        self.hidden = told.authorised.total_items + told.unplaced.total_items
        times = [self.times(row) for found in (told.updated, told.placed) for row in found.items]
        return {name: max(t[name] for t in times if name in t) for name in set().union(*times)}

    def times(self, row: Order) -> Times:
        pairs = ((_UPDATED, row.updated_at), (_PLACED, row.order_placed_at))
        return {name: time for name, time in pairs if time is not None}


class _Refunded:
    """Recent orders that are not the till's own, with nothing but their refunds."""

    def __init__(self, api: VendureApi) -> None:
        self._api = api

    def rows(self, since: Times, skip: int, take: int) -> tuple[list[Order], int]:
        wanted = {**_base(), "posSaleId": {"isNull": True}}
        wanted |= {name: {"after": told(time)} for name, time in since.items()}
        found = self._api.ask(
            documents.REFUNDED, OrdersAnswer, filter=wanted, skip=skip, take=take
        ).orders
        return found.items, found.total_items

    def latest(self) -> Times:
        return {}

    def times(self, row: Order) -> Times:
        return {}


def _less(total: int | None, hidden: int) -> int | None:
    return None if total is None else max(total - hidden, 0)


def _base() -> dict[str, Any]:
    """Orders that count, or may soon, or did."""
    return {"active": {"eq": False}, "state": {"notIn": list(UNPAID)}}


def _refunded_at(row: Order) -> datetime | None:
    return max((one.updated_at for one in refunded_by(row) if one.updated_at), default=None)


M = TypeVar("M")


def read(cursor: str | None, shape: type[M]) -> M | None:
    """What a cursor of ours holds; None for what is none: from the beginning is slow, but nothing
    is taken twice and nothing is left out."""
    if not cursor:
        return None
    try:
        return msgspec.json.decode(cursor, type=shape)
    except (msgspec.DecodeError, UnicodeError, ValueError, RecursionError):
        return None


def _write(mark: Mark) -> str:
    return msgspec.json.encode(mark).decode()
