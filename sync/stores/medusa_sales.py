"""Till sales as paid orders of a Medusa shop, each once whatever gets lost on the way.

Nothing there is unique, and filters that it does not know are ignored: a list asked for one sale
would bring all of them. But it searches billing addresses, so an order carries its sale's id as the
company of one, is found by that, and recognised by its metadata. A sale is five requests, and
whoever comes back goes on from where the order stands. A collection of payments that was made but
never heard of is used, since the shop would let a second one be paid as well.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

import msgspec

from sync.errors import Gone, Refused, Retryable, SyncError
from sync.online_store import RemoteOrder, SaleNews, one_by_one
from sync.stores.medusa_http import MedusaApi
from sync.stores.medusa_setup import MedusaSetup
from sync.stores.medusa_wire import (
    Drafts,
    OneCollection,
    OneDraft,
    OneOrder,
    Order,
    Orders,
    Variants,
    minor,
    whole,
)
from terminal.sales import Sale, SaleLine

log = logging.getLogger(__name__)

_FIELDS: Final = (
    "id,status,display_id,currency_code,total,metadata,customer_id,"
    "*payment_collections,*payment_collections.payments"
)
_SKUS_AT_ONCE: Final = 50
_LONGEST_NAME: Final = 255


@dataclass(frozen=True, slots=True)
class Piece:
    """A line to be: ``quantity`` pieces at ``price`` minor units each."""

    line: SaleLine
    quantity: int
    price: int


class MedusaSales:
    """Puts sales. Remembers variants while it lives."""

    def __init__(self, api: MedusaApi, setup: MedusaSetup) -> None:
        self._api = api
        self._setup = setup
        self._variants: dict[str, str] = {}

    def put(self, news: SaleNews) -> RemoteOrder:
        """One paid order for the sale."""
        self._setup.region(news.sale.currency)
        return self._finish(self._find(news.sale) or self._make(news), news)

    def put_many(self, news: Sequence[SaleNews]) -> list[RemoteOrder | SyncError]:
        """One after the other."""
        if news:
            self._setup.check()
        return one_by_one(self.put, news)

    # -- looking ---------------------------------------------------------------------------------

    def _find(self, sale: Sale) -> Order | None:
        """The order of this sale, or its oldest draft; drafts beside it are thrown away."""
        orders = [one for one in self._orders(sale) if one.status != "canceled"]
        drafts = sorted(self._drafts(sale), key=lambda one: one.id)
        known = min(orders, key=lambda one: one.id, default=None)
        for draft in drafts if known else drafts[1:]:
            self._drop(draft.id)
        return known or next(iter(drafts), None)

    def _orders(self, sale: Sale) -> list[Order]:
        found = self._api.get("/admin/orders", Orders, q=sale.id, limit="50", fields=_FIELDS)
        return [order for order in found.orders if order.sale == sale.id]

    def _drafts(self, sale: Sale) -> list[Order]:
        found = self._api.get("/admin/draft-orders", Drafts, q=sale.id, limit="50", fields=_FIELDS)
        return [order for order in found.draft_orders if order.sale == sale.id]

    # -- making ----------------------------------------------------------------------------------

    def _make(self, news: SaleNews) -> Order:
        """A draft with the total that was paid."""
        self._learn(news.sale)
        try:
            draft = self._draft(news, self._variants)
        except Refused as error:
            if error.problem == "not_found" and news.customer:
                raise Gone(where="customer") from error
            # Goods that the shop keeps count of and does not have are told by their names.
            draft = self._draft(news, {})
        if minor(draft.total, news.sale.currency) != news.sale.paid:
            self._drop(draft.id)
            raise Refused("total_differs")
        return draft

    def _draft(self, news: SaleNews, variants: dict[str, str]) -> Order:
        sale = news.sale
        region = self._setup.region(sale.currency)
        given: dict[str, Any] = {
            "region_id": region,
            "currency_code": sale.currency.lower(),
            "sales_channel_id": self._setup.channel,
            "no_notification_order": True,
            "metadata": _metadata(news),
            "billing_address": {"company": sale.id},
            "items": [_item(piece, variants, sale.currency) for piece in pieces_of(sale)],
        }
        if news.customer:
            given["customer_id"] = news.customer
        return self._api.post("/admin/draft-orders", OneDraft, given).draft_order

    def _finish(self, order: Order, news: SaleNews) -> RemoteOrder:
        """Go on from where it stands: converted, to be paid, paid, complete."""
        if order.status == "draft":
            # Nobody could have paid a draft.
            order = msgspec.structs.replace(self._convert(order, news), payment_collections=[])
        if order.status != "completed":
            if news.sale.paid:
                self._pay(order, news.sale)
            path = f"/admin/orders/{order.id}/complete"
            order = self._api.post(path, OneOrder).order
        return RemoteOrder(order.id, order.code)

    def _convert(self, draft: Order, news: SaleNews) -> Order:
        path = f"/admin/draft-orders/{draft.id}/convert-to-order"
        try:
            return self._api.post(path, OneOrder).order
        except Refused as error:
            if self._stands(draft.id):  # somebody else was quicker, and may be paying now
                raise Retryable("in_progress", where="draft") from error
            if error.problem == "not_found":
                raise Retryable("in_progress", where="draft") from error
            self._drop(draft.id)
        again = self._draft(news, {})
        return self._api.post(f"/admin/draft-orders/{again.id}/convert-to-order", OneOrder).order

    def _stands(self, order: str) -> bool:
        try:
            return self._ask(order).status not in ("draft", "")
        except Refused:
            return False

    def _pay(self, order: Order, sale: Sale) -> None:
        """Pay once: not when money came already, and never from a second collection."""
        order = order if order.payment_collections is not None else self._ask(order.id)
        if order.payments:
            return
        unpaid = [one for one in order.payment_collections or () if one.status == "not_paid"]
        wanted = {"order_id": order.id}
        if unpaid:
            collection = unpaid[0].id
        else:
            given = {**wanted, "amount": whole(sale.paid, sale.currency)}
            made = self._api.post("/admin/payment-collections", OneCollection, given)
            collection = made.payment_collection.id
        path = f"/admin/payment-collections/{collection}/mark-as-paid"
        self._api.post(path, OneCollection, wanted)

    def _ask(self, order: str) -> Order:
        return self._api.get(f"/admin/orders/{order}", OneOrder, fields=_FIELDS).order

    def _drop(self, draft: str) -> None:
        self._api.delete(f"/admin/draft-orders/{draft}")

    def _learn(self, sale: Sale) -> None:
        """Look up what the shop calls the goods."""
        missing = sorted({line.sku for line in sale.lines if line.sku} - self._variants.keys())
        for start in range(0, len(missing), _SKUS_AT_ONCE):
            some = missing[start : start + _SKUS_AT_ONCE]
            params = {"sku[]": some, "limit": str(len(some)), "fields": "id,sku"}
            found = self._api.get("/admin/product-variants", Variants, **params)  # type: ignore[arg-type]
            listed = {one.sku: one.id for one in found.variants if one.sku in some}
            self._variants |= {sku: listed.get(sku, "") for sku in some}


def pieces_of(sale: Sale) -> list[Piece]:
    """The order's lines. They add up to what was really paid: what cash rounding added or took is
    in the dearest line."""
    dearest = max(range(len(sale.lines)), key=lambda n: sale.lines[n].paid)
    return [
        piece
        for n, line in enumerate(sale.lines)
        for piece in _split(line, line.paid + (sale.rounding if n == dearest else 0))
    ]


def _split(line: SaleLine, paid: int) -> list[Piece]:
    """Pieces of equal price, two kinds a minor unit apart where it does not divide."""
    price, dearer = divmod(paid, line.quantity)
    parts = ((line.quantity - dearer, price), (dearer, price + 1))
    return [Piece(line, quantity, each) for quantity, each in parts if quantity]


def _item(piece: Piece, variants: dict[str, str], currency: str) -> dict[str, Any]:
    line = piece.line
    item: dict[str, Any] = {
        "quantity": piece.quantity,
        "unit_price": whole(piece.price, currency),
        "metadata": {"sku": line.sku},
    }
    variant = variants.get(line.sku)
    if variant:
        item["variant_id"] = variant
    else:
        item["title"] = (line.name or line.sku or "-")[:_LONGEST_NAME]
    return item


def _metadata(news: SaleNews) -> dict[str, Any]:
    sale = news.sale
    return {
        "posSaleId": sale.id,
        "posTerminalId": sale.till,
        "posReceiptNumber": sale.ref,
        "posSoldAt": sale.sold_at.astimezone(UTC).isoformat(),
        "posTender": "+".join(sorted({tender.kind.value for tender in sale.tenders})),
        "loyaltyPointsEarned": news.earned,
        "loyaltyPointsRedeemed": sale.points_redeemed,
    }
