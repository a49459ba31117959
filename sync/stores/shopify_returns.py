"""Returns in a Shopify shop: money and goods back in one refund, once.

A refund carries our return's reference as its note and is looked for first; the request itself has
a key made from the return and from what it asks for, so that a repeat of the same request, however
close behind, is one refund. Of each product the shop keeps as many pieces as the customer does.
What its staff gave back by hand is not given back again.
"""

import uuid
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sync.errors import Misconfigured, Refused
from sync.online_store import RemoteOrder
from sync.stores import shopify_documents as documents
from sync.stores.shopify_http import ShopifyApi, refusal
from sync.stores.shopify_order_wire import LeftRow, ToReturn, Transaction
from sync.stores.shopify_wire import Found, Named, decimal
from terminal.returns import Return

_KEYS: Final = uuid.UUID("5f0c5a3e-6d0b-5a53-9a55-3d6cf7b1a2c4")
_PAID: Final = ("SALE", "CAPTURE")


class _Places(msgspec.Struct, frozen=True):
    location: Named | None = None


class ShopifyReturns:
    """Takes orders back."""

    def __init__(self, api: ShopifyApi) -> None:
        self._api = api

    def put(self, back: Return, order: RemoteOrder, kept: Mapping[str, int]) -> None:
        """Refund what is back, if that is not done yet."""
        known, rows = self._get(order.id)
        if any(refund.note == _note(back) for refund in known.refunds):
            return
        lines = self._surplus(rows, kept)
        money = _money_back(known.transactions, back, known.id)
        if not lines and not money:
            return
        given = {
            "orderId": known.id, "note": _note(back), "notify": False, "currency": back.currency,
            "refundLineItems": lines, "transactions": money,
        }  # fmt: skip
        told = self._api.put(documents.PUT_REFUND, input=given, key=_key(back, given))
        if told.user_errors:
            named = refusal(told.user_errors[0])
            if named.problem == "bad_input":
                raise Refused("refund_refused", where=named.where)
            raise named

    def _get(self, order: str) -> tuple[ToReturn, list[LeftRow]]:
        """The order, and all of its lines."""
        rows: list[LeftRow] = []
        after: str | None = None
        while True:
            found = self._ask(order, after)
            if found is None:
                raise Refused("sale_missing")
            rows += found.line_items.nodes
            after = found.line_items.page_info.end_cursor
            if not found.line_items.page_info.has_next_page:
                return found, rows

    def _ask(self, order: str, after: str | None) -> ToReturn | None:
        try:
            shape = Found[ToReturn]
            return self._api.ask(documents.ORDER_TO_RETURN, shape, id=order, after=after).found
        except Refused as error:
            if error.problem != "not_found":
                raise
        return None

    def _surplus(self, rows: list[LeftRow], kept: Mapping[str, int]) -> list[dict[str, Any]]:
        """What the shop holds beyond the pieces that the customer kept."""
        whole = not any(kept.values())
        still = dict(kept)
        lines: list[dict[str, Any]] = []
        for row in rows:
            sku, there = row.sku or "", row.refundable_quantity
            stays = 0 if whole else min(there, still.get(sku, there))
            if sku in still:
                still[sku] -= stays
            if stays < there:
                lines.append({"lineItemId": row.id, "quantity": there - stays})
        where = self._restock() if lines else {}
        return [{**line, **where} for line in lines]

    def _restock(self) -> dict[str, str]:
        """Back on the shop's own shelf; nowhere if we may not know its places."""
        try:
            place = self._api.ask(documents.PLACE, _Places).location
        except Misconfigured:
            place = None
        if place is None:
            return {"restockType": "NO_RESTOCK"}
        return {"restockType": "RETURN", "locationId": place.id}


def _money_back(transactions: list[Transaction], back: Return, order: str) -> list[dict[str, Any]]:
    """As much of it as is still there, from the payments it came by."""
    payments = [one for one in transactions if one.kind in _PAID and one.status == "SUCCESS"]
    left = {one.id: one.amount_set.minor for one in payments}
    loose = 0  # given back without a word of which payment's it was
    for one in transactions:
        if one.kind == "REFUND" and one.status in ("SUCCESS", "PENDING"):
            parent = one.parent_transaction.id if one.parent_transaction else ""
            if parent in left:
                left[parent] -= one.amount_set.minor
            else:
                loose += one.amount_set.minor
    wanted, given = back.money_back, []
    for payment in payments:
        there = left[payment.id]
        hidden = min(loose, max(there, 0))
        loose -= hidden
        amount = min(there - hidden, wanted)
        if amount > 0:
            wanted -= amount
            given.append(_refund_of(payment, amount, back.currency, order))
    return given


def _refund_of(payment: Transaction, amount: int, currency: str, order: str) -> dict[str, Any]:
    return {
        "orderId": order, "parentId": payment.id, "kind": "REFUND",
        "gateway": payment.gateway or "till", "amount": decimal(amount, currency),
    }  # fmt: skip


def _key(back: Return, given: Mapping[str, Any]) -> str:
    """The same for the same request; another once the order has changed and asks for less."""
    text = msgspec.json.encode(given, order="deterministic").decode()
    return str(uuid.uuid5(_KEYS, f"{back.id} {text}"))


def _note(back: Return) -> str:
    return f"Return {back.ref}"
