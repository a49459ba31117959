"""Paid orders and customers of a WooCommerce shop, new or changed, page by page.

``modified_after`` is GMT without a zone: with one, a shop east of Greenwich leaves rows out without
a word. Its seconds are whole and shared by many, so each round steps back some minutes of the
shop's own clock, and rows that were handed over before are left out by id and time; those too young
to be sure of come again. Orders in the bin are in no other list and are asked for by themselves.
Where orders have no tables of their own, a refund may not move its order: refunds are listed too.

Customers can't be listed by change at all, only gone through; new ones have the greatest ids.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import msgspec

from sync.errors import Misconfigured
from sync.online_store import CustomerPage, Page
from sync.stores.woocommerce_customers import is_staff
from sync.stores.woocommerce_customers import told_of as customer_of
from sync.stores.woocommerce_http import WooApi
from sync.stores.woocommerce_orders import FIELDS, is_paid, told_of
from sync.stores.woocommerce_shop import BIN, WooShop
from sync.stores.woocommerce_sweep import Mark, advance, kept, rewound
from sync.stores.woocommerce_wire import Order, Person, Refund, gmt, moment
from terminal.online import Customer, OnlineOrder

log = logging.getLogger(__name__)

_PEOPLE: Final = "id,email,first_name,last_name,role,username,billing,date_modified_gmt,meta_data"
_NEWEST: Final = 20
_REMEMBERED: Final = 5000
_SURE: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """``page_size``: rows a page, 100 at most. ``overlap``: how far each round steps back.
    ``sweep_every``: how often all customers are gone through; in between only new ones come."""

    page_size: int = 100
    overlap: timedelta = timedelta(minutes=5)
    sweep_every: timedelta = timedelta()


class _Round(msgspec.Struct, frozen=True):
    """``since`` empty: from the beginning. ``began`` is the shop's time at the round's start."""

    since: str = ""
    began: str = ""
    phase: str = "live"
    mark: Mark = Mark()


class _People(msgspec.Struct, frozen=True):
    """``top``: the greatest id that was handed over. ``ended``: when the last sweep did."""

    mark: Mark = Mark()
    top: int = 0
    ended: str = ""


class WooFeed:
    """Reads orders and customers. Remembers what it handed over last."""

    def __init__(self, api: WooApi, shop: WooShop, name: str, settings: FeedSettings) -> None:
        self._api, self._shop, self._name, self._settings = api, shop, name, settings
        self._known: dict[int, str] = {}
        self._given: tuple[str, dict[int, str]] = ("", {})

    # -- orders ----------------------------------------------------------------------------------

    def changes(self, cursor: str | None) -> Page:
        """The next page of orders."""
        at = rewound(cursor, _Round) or _Round()
        self._remember(cursor)
        rows, mark = self._rows(at)
        began = at.began or self._now()
        fresh = [row for row in rows if is_paid(row) and not self._handed_over(row, at.phase)]
        orders = tuple(self._whole(row) for row in fresh)
        told = _Round(at.since, began, at.phase, mark)
        more = not mark.done
        if mark.done:
            told, more = self._next_phase(told)
        text = kept(told)
        self._given = (text, {row.id or 0: row.date_modified_gmt or "" for row in rows})
        return Page(orders, text, more, mark.total)

    def orders_of(self, customer: str) -> tuple[OnlineOrder, ...]:
        """A person's newest paid orders, called off or not: one in the bin is not missing."""
        status = ",".join((*self._shop.facts.statuses, BIN))
        rows = self._api.get(
            "/orders", list[Order], customer=customer, status=status,
            orderby="date", order="desc", per_page=_NEWEST, _fields=FIELDS,
        )  # fmt: skip
        orders = [self._whole(row) for row in rows if is_paid(row)]
        return tuple(sorted(orders, key=lambda order: order.placed_at, reverse=True))

    def _rows(self, at: _Round) -> tuple[list[Order], Mark]:
        if at.phase == "refunds":
            return self._refunded(at)
        status = BIN if at.phase == BIN else ",".join(self._shop.facts.statuses)
        asked = {"orderby": "id", "order": "asc", "status": status, "_fields": FIELDS}
        if at.since:
            asked |= {"modified_after": at.since, "dates_are_gmt": "true"}

        def ask(offset: int, size: int) -> tuple[Sequence[Order], int]:
            more = {**asked, "offset": offset, "per_page": size}
            return self._api.page("/orders", list[Order], **more)

        return advance(at.mark, ask, lambda row: row.id or 0, self._settings.page_size)

    def _refunded(self, at: _Round) -> tuple[list[Order], Mark]:
        """Orders of refunds that are new."""
        asked = {"orderby": "id", "order": "asc", "after": at.since, "dates_are_gmt": "true"}

        def ask(offset: int, size: int) -> tuple[Sequence[Refund], int]:
            more = {**asked, "offset": offset, "per_page": size}
            return self._api.page("/refunds", list[Refund], **more)

        try:
            refunds, mark = advance(at.mark, ask, lambda row: row.id, self._settings.page_size)
        except Misconfigured as error:
            log.info("refunds can't be listed (%s)", error)
            return [], Mark(done=True)
        since = moment(at.since)
        wanted = {
            refund.parent_id
            for refund in refunds
            if since is None or (moment(refund.date_created_gmt) or since) >= since
        }
        if not wanted:
            return [], mark
        ids = ",".join(str(one) for one in sorted(wanted))
        orders = self._api.get("/orders", list[Order], include=ids, per_page=100,
            status=",".join(self._shop.facts.statuses), _fields=FIELDS)  # fmt: skip
        return [order for order in orders if order.id in wanted], mark

    def _next_phase(self, at: _Round) -> tuple[_Round, bool]:
        """What comes when a list is at its end."""
        phases = ["live"]
        if at.since:  # what was never heard of need not be called off
            phases.append(BIN)
            if self._shop.facts.hpos is not True:
                phases.append("refunds")
        if at.phase in phases[:-1]:
            phase = phases[phases.index(at.phase) + 1]
            return _Round(at.since, at.began, phase), True
        began = moment(at.began)
        return _Round(gmt(began - self._settings.overlap) if began else at.since), False

    def _whole(self, row: Order) -> OnlineOrder:
        refunds: list[Refund] = []
        if row.refunds:
            refunds = self._api.get(f"/orders/{row.id}/refunds", list[Refund], per_page=100)
        return told_of(self._name, row, sorted(refunds, key=lambda refund: refund.id))

    def _remember(self, cursor: str | None) -> None:
        """Who comes with the cursor that we gave has kept what went with it; who comes with another
        may not have, and is told everything."""
        given, rows = self._given
        if not cursor or cursor != given:
            self._known = {}
            return
        now = self._api.store_time
        for one, text in rows.items():
            changed = moment(text)
            # Another change within the same second would look the same.
            if now is not None and changed is not None and now - changed > _SURE:
                self._known.pop(one, None)
                self._known[one] = text
        while len(self._known) > _REMEMBERED:
            self._known.pop(next(iter(self._known)))

    def _handed_over(self, row: Order, phase: str) -> bool:
        return phase != "refunds" and self._known.get(row.id or 0) == row.date_modified_gmt

    def _now(self) -> str:
        now = self._api.store_time
        return gmt(now) if now else ""

    # -- people ----------------------------------------------------------------------------------

    def customers(self, cursor: str | None) -> CustomerPage:
        """The next page of a sweep; between sweeps those who are new."""
        at = rewound(cursor, _People) or _People()
        if at.mark.done:
            if self._rests(at.ended):
                new = self._new(at)
                if self._rests(at.ended):  # by the shop's clock as it is now
                    return new
            at = _People(top=at.top)
        rows, mark = advance(
            at.mark, self._ask_people, lambda row: row.id or 0, self._settings.page_size
        )
        top = max([at.top, mark.last])
        told = _People(mark, top, self._now() if mark.done else "")
        return CustomerPage(_customers(rows), kept(told), not mark.done, mark.total)

    def _new(self, at: _People) -> CustomerPage:
        rows: dict[int, Person] = {}
        offset = 0
        while True:
            page = self._people(offset, 100, "desc")[0]
            rows |= {row.id or 0: row for row in page if (row.id or 0) > at.top}
            if len(page) < 100 or min(row.id or 0 for row in page) <= at.top:
                break
            offset += 99
        told = _People(at.mark, max([at.top, *rows]), at.ended)
        return CustomerPage(_customers([rows[one] for one in sorted(rows)]), kept(told))

    def _rests(self, ended: str) -> bool:
        then, now = moment(ended), self._api.store_time
        if then is None or not self._settings.sweep_every:
            return False
        return now is None or now - then < self._settings.sweep_every

    def _ask_people(self, offset: int, size: int) -> tuple[Sequence[Person], int]:
        return self._people(offset, size, "asc")

    def _people(self, offset: int, size: int, order: str) -> tuple[list[Person], int]:
        return self._api.page(
            "/customers", list[Person], orderby="id", order=order, role="all", offset=offset,
            per_page=size, _fields=_PEOPLE,
        )  # fmt: skip


def _customers(rows: Sequence[Person]) -> tuple[Customer, ...]:
    return tuple(customer_of(row) for row in rows if not is_staff(row))
