"""Sales as orders of a WooCommerce shop, each exactly once though the shop has no such promise.

An order says in ``created_via`` which sale it is of, and that is looked for first, always. Shops
before 9.9 can't be asked for it (they answer with all orders): there the receipt's number stands in
a name and is searched for, and what is found is compared. An order that the shop's people put in
the bin is found too: what they did with it is theirs, and it is not made again. After an answer
that got lost the shop may still be at work, one order after the other, so nothing is sent again
until that has settled.

What comes back is held against the sale: an unknown product is an empty line and no error, a tax we
did not know of is another total. What is wrong is put right or taken away again, never left.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import Any, Final

from sync.errors import Gone, Refused, Retryable, SyncError
from sync.online_store import RemoteOrder, SaleNews
from sync.stores.woocommerce_http import WooApi, failure, may_have_happened
from sync.stores.woocommerce_lines import Entry, amounts, bodies, entries
from sync.stores.woocommerce_shop import BIN, WooShop
from sync.stores.woocommerce_wire import Goods, Order, field, minor, moment, money
from terminal.sales import Sale

log = logging.getLogger(__name__)

VIA: Final = "pos:"
SALE: Final = "pos_sale_id"
_DISCARD: Final = "pos_discarded"
_NUDGE: Final = "±"
_CENTS: Final = 2
"""How far off the rounding of one line can be."""
_FINISHED: Final = frozenset({"completed", "refunded", "cancelled", "processing"})
_AT_ONCE: Final = 20
_MANY: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesSettings:
    """``batch``: orders told in one request; ``settle``: how long the shop may go on with what it
    was asked, though its answer never came."""

    batch: int = 10
    settle: timedelta = timedelta(seconds=45)


class WooSales:
    """Puts sales. Remembers products and what may be under way while it lives."""

    def __init__(
        self, api: WooApi, shop: WooShop, settings: SalesSettings, monotonic: Callable[[], float]
    ) -> None:
        self._api, self._shop, self._settings = api, shop, settings
        self._monotonic = monotonic
        self._listed: dict[str, Goods] = {}
        self._unsure: dict[str, float] = {}
        self._finds_exactly = True

    def put(self, news: SaleNews) -> RemoteOrder:
        """One paid order for the sale."""
        told = self.put_many([news])[0]
        if isinstance(told, SyncError):
            raise told
        return told

    def put_many(self, news: Sequence[SaleNews]) -> list[RemoteOrder | SyncError]:
        """One paid order for each; raises what concerns them all."""
        told: dict[str, RemoteOrder | SyncError] = {}
        wanted = [each for each in news if not self._unfit(each, told)]
        if wanted:
            found = self._look([each.sale for each in wanted])
            new = [each for each in wanted if not self._known(each, found, told)]
            self._make(new, told)
        return [told[each.sale.id] for each in news]

    def _unfit(self, news: SaleNews, told: dict[str, RemoteOrder | SyncError]) -> bool:
        if self._shop.facts.currency != news.sale.currency:
            told[news.sale.id] = Refused("other_currency")
        return news.sale.id in told

    # -- looking ---------------------------------------------------------------------------------

    def _look(self, sales: list[Sale]) -> dict[str, list[Order]]:
        """The orders there are of these sales, oldest first, those in the bin last."""
        wanted = {VIA + sale.id: sale for sale in sales}
        if self._exactly:
            orders = self._asked(created_via=",".join(wanted), orderby="id", order="asc")
            # An answer with others in it: the question was not understood.
            self._finds_exactly = all(order.created_via in wanted for order in orders)
        if not self._exactly:
            orders = [order for sale in sales for order in self._search(sale)]
        found: dict[str, list[Order]] = {}
        for order in sorted(orders, key=lambda order: (order.status == BIN, order.id or 0)):
            if order.created_via in wanted:
                found.setdefault(wanted[order.created_via].id, []).append(order)
        return found

    @property
    def _exactly(self) -> bool:
        return self._finds_exactly and self._shop.facts.finds_exactly

    def _search(self, sale: Sale) -> list[Order]:
        found = self._asked(search=sale.ref)
        return [order for order in found if order.created_via == VIA + sale.id]

    def _asked(self, **wanted: object) -> list[Order]:
        """Orders of any status."""
        return [
            order
            for status in self._shop.facts.everywhere
            for order in self._api.get(
                "/orders", list[Order], status=status, per_page=_MANY, **wanted
            )
        ]

    def _known(
        self,
        news: SaleNews,
        found: dict[str, list[Order]],
        told: dict[str, RemoteOrder | SyncError],
    ) -> bool:
        """Whether the sale needs no order of its own any more, or not yet."""
        sale = news.sale
        try:
            orders = [one for one in found.get(sale.id, []) if not self._discarded(one)]
            if orders:
                told[sale.id] = self._finished(orders[0], news)
                self._unsure.pop(sale.id, None)
                for again in orders[1:]:
                    if again.status != BIN:
                        self._remove(again)
            else:
                self._let_settle(sale)
        except SyncError as error:
            told[sale.id] = error
        return sale.id in told

    def _let_settle(self, sale: Sale) -> None:
        since = self._unsure.get(sale.id)
        if since is None:
            return
        left = self._settings.settle.total_seconds() - (self._monotonic() - since)
        if left > 0:
            raise Retryable("in_progress", retry_after=left)
        del self._unsure[sale.id]

    def _finished(self, order: Order, news: SaleNews) -> RemoteOrder:
        """An order that was there already, paid and right; or in the bin, whatever it is like."""
        if order.status == BIN:
            log.info("the order of sale %s is in the shop's bin, and stays there", news.sale.ref)
            return _named(order)
        if order.status not in _FINISHED:
            self._let_settle(news.sale)
            self._let_grow(order)
            order = self._api.send("PUT", f"/orders/{order.id}", Order,
                {"status": "completed", "set_paid": True})  # fmt: skip
        if order.refunds or order.status in ("refunded", "cancelled"):
            return _named(order)  # what the shop did with it since is its own
        made = entries(news.sale, self._goods([news.sale]))
        return self._right(order, made, news)

    def _let_grow(self, order: Order) -> None:
        """Leave alone what the shop may still be working on; times are its own."""
        now, made = self._api.store_time, moment(order.date_created_gmt)
        if now is None or made is None:
            return
        left = (self._settings.settle - (now - made)).total_seconds()
        if 0 < left <= self._settings.settle.total_seconds():
            raise Retryable("in_progress", retry_after=left)

    # -- making ----------------------------------------------------------------------------------

    def _make(self, news: list[SaleNews], told: dict[str, RemoteOrder | SyncError]) -> None:
        if not news:
            return
        listed = self._goods([each.sale for each in news])
        made = [entries(each.sale, listed) for each in news]
        given = [self._body(each, one) for each, one in zip(news, made, strict=True)]
        try:
            orders = self._send(given)
        except SyncError as error:
            if may_have_happened(error):
                now = self._monotonic()
                self._unsure |= {each.sale.id: now for each in news}
            if len(news) > 1 or not isinstance(error, Refused):
                raise
            told[news[0].sale.id] = _gone(error)
            return
        for each, one, order in zip(news, made, orders, strict=True):
            try:
                told[each.sale.id] = self._right(order, one, each)
            except SyncError as error:
                told[each.sale.id] = _gone(error)

    def _send(self, given: list[dict[str, Any]]) -> list[Order]:
        if len(given) == 1:
            return [self._api.send("POST", "/orders", Order, given[0])]
        return self._api.batch("/orders", "create", given, Order)

    def _body(self, news: SaleNews, made: list[Entry]) -> dict[str, Any]:
        sale = news.sale
        mark = "" if self._exactly else sale.ref
        lines, fees = bodies(made, sale.currency, self._shop.taxes, mark)
        kinds = sorted({tender.kind.value for tender in sale.tenders})
        # No name and no address: a member's stand in the profile, and the shop puts their e-mail
        # in by itself. A guest's order has none, and nobody is mailed.
        return {
            "created_via": VIA + sale.id, "status": "completed", "set_paid": True,
            "customer_id": int(news.customer or 0), "currency": sale.currency,
            "payment_method": f"pos-{kinds[0] if len(kinds) == 1 else 'mixed'}",
            "payment_method_title": f"Till {sale.till}: {', '.join(kinds) or 'points'}",
            "transaction_id": sale.ref, "line_items": lines, "fee_lines": fees,
            "meta_data": _meta(news),
        }  # fmt: skip

    def _goods(self, sales: list[Sale]) -> dict[str, Goods]:
        """The shop's products in these sales, by SKU in lower case; looked up once each."""
        wanted = {line.sku.lower() for sale in sales for line in sale.lines if line.sku}
        # A comma parts SKUs in a question; who has one in it is asked for in vain.
        missing = sorted(sku for sku in wanted - self._listed.keys() if "," not in sku)
        for start in range(0, len(missing), _AT_ONCE):
            some = missing[start : start + _AT_ONCE]
            asked = {"sku": ",".join(some), "per_page": _MANY}
            for goods in self._api.get("/products", list[Goods], **asked):
                if goods.sku and goods.sku.lower() in some and goods.type not in _NOT_SOLD:
                    self._listed[goods.sku.lower()] = goods
        return {sku: self._listed[sku] for sku in wanted if sku in self._listed}

    # -- what came of it -------------------------------------------------------------------------

    def _right(self, order: Order, made: list[Entry], news: SaleNews) -> RemoteOrder:
        """The order, if it is what was asked for; else put right, else taken away again."""
        if order.error is not None:
            raise failure(order.error)
        if self._shop.heard(order.total, news.sale.currency):
            self._must_be_sold_there(order, news.sale)
        wrong = self._wrong(order, made, news.sale)
        if wrong == "total":
            order = self._amended(order, made, news.sale)
            wrong = self._wrong(order, made, news.sale)
        if wrong == "total":
            order = self._nudged(order, made, news.sale)
            wrong = self._wrong(order, made, news.sale)
        if not wrong:
            self._shop.taxes.learn(order, _listed(made))
            return _named(order)
        log.info("an order of sale %s came out wrong (%s)", news.sale.ref, wrong)
        self._remove(order)
        if wrong == "product":
            for line in news.sale.lines:
                self._listed.pop(line.sku.lower(), None)
            raise Retryable("in_progress", retry_after=0, where=wrong)
        raise Refused("total_differs", where=wrong)

    def _must_be_sold_there(self, order: Order, sale: Sale) -> None:
        """The shop takes any currency for an order: one that it sells in no more goes again."""
        if self._shop.facts.currency != sale.currency:
            self._remove(order)
            raise Refused("other_currency")

    def _wrong(self, order: Order, made: list[Entry], sale: Sale) -> str:
        lines = sum(1 for entry in made if entry.goods is not None)
        fees = len(order.fee_lines) - sum(1 for fee in order.fee_lines if fee.name == _NUDGE)
        if len(order.line_items) != lines or fees != len(made) - lines:
            return "lines"
        if not all(item.product_id for item in order.line_items):
            return "product"
        if field(order.meta_data, SALE) != sale.id:
            return "meta_data"
        right = minor(order.total, sale.currency) == self._shop.nearest(sale.paid)
        return "" if right and order.currency == sale.currency else "total"

    def _amended(self, order: Order, made: list[Entry], sale: Sale) -> Order:
        """The order with amounts by the rates that it was really taxed by."""
        self._shop.taxes.learn(order, _listed(made))
        goods = [(entry, entry.goods) for entry in made if entry.goods is not None]
        lines = [
            {"id": item.id, **amounts(entry, of, sale.currency, self._shop.taxes)}
            for item, (entry, of) in zip(order.line_items, goods, strict=True)
        ]
        return self._api.send("PUT", f"/orders/{order.id}", Order, {"line_items": lines})

    def _nudged(self, order: Order, made: list[Entry], sale: Sale) -> Order:
        """A shop that rounds each line by itself is a few cents off: what is missing is a fee that
        is not taxed, and what is too much comes off the dearest line first."""
        step, wanted = self._shop.facts.step, self._shop.nearest(sale.paid)
        most = _CENTS * len(made) * step
        over = minor(order.total, sale.currency) - wanted
        listed = [(n, one) for n, one in enumerate(made) if one.goods is not None]
        if abs(over) > most or not listed:
            return order
        if over > 0:
            places = [n for n, _ in listed]
            dearest = max(places, key=lambda n: made[n].paid)
            paid = max(made[dearest].paid - over - _CENTS * step, 0)
            less = replace(made[dearest], paid=paid)
            order = self._amended(order, [*made[:dearest], less, *made[dearest + 1 :]], sale)
            over = minor(order.total, sale.currency) - wanted
        if not -2 * most <= over < 0:
            return order
        fee = {"name": _NUDGE, "total": money(-over, sale.currency), "tax_status": "none"}
        return self._api.send("PUT", f"/orders/{order.id}", Order, {"fee_lines": [fee]})

    def _discarded(self, order: Order) -> bool:
        """Whether it is one that we were taking away; then it goes now."""
        if not field(order.meta_data, _DISCARD):
            return False
        self._remove(order)
        return True

    def _remove(self, order: Order) -> None:
        """Take an order away; cancelled first, so that its goods are in stock again."""
        if order.refunds:
            return
        if order.status != "cancelled":
            mark = [{"key": _DISCARD, "value": "1"}]
            given = {"status": "cancelled", "meta_data": mark}
            self._api.send("PUT", f"/orders/{order.id}", Order, given)
        try:
            self._api.send("DELETE", f"/orders/{order.id}", Order, force="true")
        except Refused as error:
            if error.problem != "not_found":
                raise


_NOT_SOLD: Final = frozenset({"variable", "grouped", "external"})


def _listed(made: list[Entry]) -> list[Goods]:
    return [entry.goods for entry in made if entry.goods is not None]


def _named(order: Order) -> RemoteOrder:
    return RemoteOrder(str(order.id), order.number or str(order.id))


def _gone(error: SyncError) -> SyncError:
    return Gone(where=error.where) if error.problem == "customer_gone" else error


def _meta(news: SaleNews) -> list[dict[str, str]]:
    sale = news.sale
    told = {
        SALE: sale.id,
        "pos_till": sale.till,
        "pos_receipt": sale.ref,
        "pos_sold_at": sale.sold_at.astimezone(UTC).isoformat(),
        "loyalty_points_earned": str(news.earned),
        "loyalty_points_redeemed": str(sale.points_redeemed),
    }
    return [{"key": key, "value": value} for key, value in told.items()]
