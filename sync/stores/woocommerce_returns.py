"""Returns in a WooCommerce shop: the money given back once, the goods back in stock.

The shop would make the same refund as often as it is told, would give money back to lines that are
not there, and to a payment service that never had it. So each refund carries our return's id and is
looked for first; lines are taken from the order as it is; the shop's own services are left out of
it; and what was booked is held against what was asked.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from sync.errors import Refused, Retryable
from sync.online_store import RemoteOrder
from sync.stores.woocommerce_http import WooApi, may_have_happened
from sync.stores.woocommerce_lines import FREE
from sync.stores.woocommerce_shop import BIN, WooShop
from sync.stores.woocommerce_wire import (
    Item,
    Meta,
    Order,
    Refund,
    field,
    minor,
    money,
)
from terminal.money import decimals_of, spread
from terminal.returns import Return

RETURN: Final = "pos_return_id"
_ITEM: Final = "_refunded_item_id"
_MANY: Final = 100


@dataclass(frozen=True, slots=True)
class _Back:
    """Pieces of a line that come back, and what was paid for them, tax included."""

    item: Item
    pieces: int
    gross: int


class WooReturns:
    """Takes orders back. Remembers what may be under way while it lives."""

    def __init__(
        self,
        api: WooApi,
        shop: WooShop,
        settle: timedelta,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api, self._shop, self._settle, self._monotonic = api, shop, settle, monotonic
        self._unsure: dict[str, float] = {}

    def put(self, back: Return, order: RemoteOrder, kept: Mapping[str, int]) -> None:
        """Refund, if it is not done yet."""
        there = self._order(order)
        refunds = self._api.get(f"/orders/{order.id}/refunds", list[Refund], per_page=_MANY)
        if any(field(refund.meta_data, RETURN) == back.id for refund in refunds):
            return
        if there.status == BIN:
            # Money given back would be booked against nothing, or take the order out of the bin.
            raise Refused("in_bin")
        self._let_settle(back)
        # What the shop's staff gave back by hand is not given back again.
        given = sum(minor(refund.amount, there.currency) for refund in refunds)
        left = minor(there.total, there.currency) - given
        amount = self._amount(back, left, whole=not any(kept.values()))
        goods = _surplus(there, refunds, kept)
        if amount > 0:
            self._refund(there, back, amount, goods)
        elif not any(kept.values()):
            self._call_off(there)

    def _amount(self, back: Return, left: int, *, whole: bool) -> int:
        """What goes back, as the shop can hold it; nothing stays behind for having been rounded."""
        amount = min(self._shop.nearest(back.money_back), left)
        step = self._shop.facts.step
        return left if whole and step > 1 and left - amount <= step else amount

    def _order(self, order: RemoteOrder) -> Order:
        try:
            return self._api.get(f"/orders/{order.id}", Order)
        except Refused as error:
            if error.problem != "not_found":
                raise
            raise Refused("sale_missing", where=error.where) from error

    def _let_settle(self, back: Return) -> None:
        since = self._unsure.pop(back.id, None)
        if since is None:
            return
        left = self._settle.total_seconds() - (self._monotonic() - since)
        if left > 0:
            self._unsure[back.id] = since
            raise Retryable("in_progress", retry_after=left)

    def _refund(self, order: Order, back: Return, amount: int, goods: list[_Back]) -> None:
        lines = _lines(goods, amount, order.currency)
        body = {
            "amount": money(amount, order.currency), "reason": f"Return {back.ref}",
            "api_refund": False, "api_restock": True, "line_items": lines,
            "meta_data": [{"key": RETURN, "value": back.id}],
        }  # fmt: skip
        try:
            made = self._book(order, body)
        except Retryable as error:
            if may_have_happened(error):
                self._unsure[back.id] = self._monotonic()
            raise
        if not _as_asked(made, amount, lines, order.currency):
            self._api.send("DELETE", f"/orders/{order.id}/refunds/{made.id}", Refund, force="true")
            raise Refused("refund_refused", where="line_items")

    def _book(self, order: Order, body: dict[str, Any]) -> Refund:
        """A refund; versions differ in whether a tax is named by a number or by text."""
        try:
            return self._api.send("POST", f"/orders/{order.id}/refunds", Refund, body)
        except Refused as error:
            taxed = [line for line in body["line_items"] if line["refund_tax"]]
            if error.problem != "bad_input" or not taxed:
                raise
        for line in taxed:
            line["refund_tax"] = [{**tax, "id": str(tax["id"])} for tax in line["refund_tax"]]
        return self._api.send("POST", f"/orders/{order.id}/refunds", Refund, body)

    def _call_off(self, order: Order) -> None:
        """An order over nothing: there is no money to book, but its goods are in stock again."""
        if order.status in ("completed", "processing", "on-hold", "pending"):
            self._api.send("PUT", f"/orders/{order.id}", Order, {"status": "cancelled"})


def _surplus(order: Order, refunds: list[Refund], kept: Mapping[str, int]) -> list[_Back]:
    """What the order holds beyond the pieces that the customer kept."""
    gone: dict[int, int] = {}
    for refund in refunds:
        for item in refund.line_items:
            which = int(field(item.meta_data, _ITEM) or 0)
            gone[which] = gone.get(which, 0) - item.quantity
    whole = not any(kept.values())
    still = {sku.lower(): pieces for sku, pieces in kept.items()}
    backs = []
    for item in order.line_items:
        left = max(item.quantity - gone.get(item.id, 0), 0)
        stays = 0 if whole else left
        sku = (item.sku or "").lower()
        if not whole and sku in still and not field(item.meta_data, FREE):
            stays = min(left, still[sku])
            still[sku] -= stays
        if left > stays:
            worth = minor(item.total, order.currency) + minor(item.total_tax, order.currency)
            pieces = left - stays
            backs.append(_Back(item, pieces, worth * pieces // item.quantity))
    return backs


def _lines(goods: list[_Back], amount: int, currency: str) -> list[dict[str, Any]]:
    """The refund's lines: together never more than is given back, each with its taxes."""
    worth = [back.gross for back in goods]
    shares = spread(amount, worth) if sum(worth) > amount else worth
    made = []
    for back, share in zip(goods, shares, strict=True):
        taxes = _taxes(back, share, currency)
        net = share - sum(tax for _, tax in taxes)
        made.append({
            "id": back.item.id, "quantity": back.pieces, "refund_total": _exact(net, currency),
            "refund_tax": [
                {"id": rate, "refund_total": _exact(tax, currency)} for rate, tax in taxes
            ],
        })  # fmt: skip
    return made


def _taxes(back: _Back, share: int, currency: str) -> list[tuple[int, int]]:
    """The tax in what is given back, by rate: the same part of it as in the line."""
    item = back.item
    taxes = [(tax.id, minor(tax.total, currency)) for tax in item.taxes]
    whole = minor(item.total, currency) + sum(tax for _, tax in taxes)
    return [(rate, tax * share // whole) for rate, tax in taxes] if whole else []


def _exact(amount: int, currency: str) -> Decimal:
    return Decimal(amount).scaleb(-decimals_of(currency))


def _as_asked(made: Refund, amount: int, lines: list[dict[str, Any]], currency: str) -> bool:
    """Whether it took back what was asked for: lines that are not there are left out silently."""
    wanted = sorted(str(line["id"]) for line in lines)
    told = sorted(field(_meta(item), _ITEM) for item in made.line_items)
    return minor(made.amount, currency) == amount and told == wanted


def _meta(item: Item) -> list[Meta]:
    return item.meta_data
