"""Returns in a Vendure store: the money given back once, the goods back in stock.

``refundOrder`` with an amount alone fails for manual payments, so the deprecated fields go with
it; a refund waits until it is settled. A refund carries our return's reference as its reason, and
pieces that came back are counted no more: both are looked at first. Of a return in part, the store
keeps as many pieces of each product as the customer does; what was told as an open item has no
stock and stays until everything is back.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from sync.errors import Refused
from sync.online_store import RemoteOrder
from sync.stores import vendure_documents as documents
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_wire import LineFields, OneOrder, Order, PaymentFields, RefundPut
from terminal.returns import Return


class _Cancelled(msgspec.Struct):
    order: Order


class VendureReturns:
    """Takes orders back."""

    def __init__(self, api: VendureApi, open_sku: str) -> None:
        self._api = api
        self._open_sku = open_sku

    def put(self, back: Return, order: RemoteOrder, kept: Mapping[str, int]) -> None:
        """Refund and cancel, each if it is not done yet."""
        known = self._get(order)
        if back.money_back > 0:
            self._refund(known, back)
        self._cancel(known, back, kept)

    def _get(self, order: RemoteOrder) -> Order:
        known = self._api.ask(documents.ORDER, OneOrder, id=order.id).order
        if known is None:
            raise Refused("sale_missing")
        return known

    def _refund(self, order: Order, back: Return) -> None:
        payments = [payment for payment in order.payments or [] if payment.state == "Settled"]
        mine = [
            refund
            for payment in payments
            for refund in payment.refunds
            if refund.reason == _reason(back) and refund.state != "Failed"
        ]
        if not mine:
            # What the store's staff gave back by hand is not given back again.
            left = max(payments, key=_left, default=None)
            amount = min(_left(left), back.money_back) if left else 0
            if left is None or amount <= 0:
                return
            self._settle(self._make(left.id, amount, back), back)
        for refund in mine:
            if refund.state == "Pending":
                self._settle(refund.id, back)

    def _make(self, payment: str, amount: int, back: Return) -> str:
        given = {
            "paymentId": payment, "amount": amount, "reason": _reason(back),
            "lines": [], "shipping": 0, "adjustment": 0,
        }  # fmt: skip
        told = self._api.ask(documents.REFUND, RefundPut, input=given).refund
        if told.error_code:
            raise Refused("refund_refused", where=told.error_code)
        return told.id

    def _settle(self, refund: str, back: Return) -> None:
        given = {"id": refund, "transactionId": back.ref}
        told = self._api.ask(documents.SETTLE_REFUND, RefundPut, input=given).refund
        if told.error_code:
            raise Refused("refund_refused", where=told.error_code)

    def _cancel(self, order: Order, back: Return, kept: Mapping[str, int]) -> None:
        whole = not any(kept.values())
        lines = _all_pieces(order) if whole else self._surplus(order, kept)
        if not lines or order.state == "Cancelled":
            return
        given: dict[str, Any] = {
            "orderId": order.id, "lines": lines, "reason": _reason(back), "cancelShipping": whole
        }  # fmt: skip
        told = self._api.ask(documents.CANCEL, _Cancelled, input=given).order
        if told.error_code:
            raise Refused("wrong_state", where=told.error_code)

    def _surplus(self, order: Order, kept: Mapping[str, int]) -> list[dict[str, Any]]:
        """What the store holds beyond the pieces that the customer kept."""
        still = {sku: n for sku, n in kept.items() if sku != self._open_sku}
        lines = []
        for line in order.lines:
            sku = line.product_variant.sku
            stays = min(line.quantity, still.get(sku, line.quantity))
            if sku in still:
                still[sku] -= stays
            if stays < line.quantity:
                lines.append(_pieces(line, line.quantity - stays))
        return lines


def _all_pieces(order: Order) -> list[dict[str, Any]]:
    return [_pieces(line, line.quantity) for line in order.lines if line.quantity]


def _pieces(line: LineFields, quantity: int) -> dict[str, Any]:
    return {"orderLineId": line.id, "quantity": quantity}


def _reason(back: Return) -> str:
    return f"Return {back.ref}"


def _left(payment: PaymentFields) -> int:
    given = sum(refund.total for refund in payment.refunds if refund.state != "Failed")
    return payment.amount - given
