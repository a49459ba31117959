"""Whole returns in a Vendure store: the money given back once, the goods back in stock.

``refundOrder`` with an amount alone fails for manual payments, so the deprecated fields go with
it; a refund waits until it is settled. A refund carries our return's reference as its reason, and
lines that came back count no pieces any more: both are looked at first.
"""

from typing import Any

import msgspec

from sync.errors import Refused
from sync.online_store import RemoteOrder
from sync.stores import vendure_documents as documents
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_wire import OneOrder, Order, PaymentFields, RefundPut
from terminal.returns import Return


class _Cancelled(msgspec.Struct):
    order: Order


class VendureReturns:
    """Takes orders back."""

    def __init__(self, api: VendureApi) -> None:
        self._api = api

    def put(self, back: Return, order: RemoteOrder) -> None:
        """Refund and cancel, each if it is not done yet."""
        known = self._get(order)
        if back.money_back > 0:
            self._refund(known, back)
        self._cancel(known, back)

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

    def _cancel(self, order: Order, back: Return) -> None:
        lines = [
            {"orderLineId": line.id, "quantity": line.quantity}
            for line in order.lines
            if line.quantity
        ]
        if not lines or order.state == "Cancelled":
            return
        given: dict[str, Any] = {
            "orderId": order.id, "lines": lines, "reason": _reason(back), "cancelShipping": True
        }  # fmt: skip
        told = self._api.ask(documents.CANCEL, _Cancelled, input=given).order
        if told.error_code:
            raise Refused("wrong_state", where=told.error_code)


def _reason(back: Return) -> str:
    return f"Return {back.ref}"


def _left(payment: PaymentFields) -> int:
    given = sum(refund.total for refund in payment.refunds if refund.state != "Failed")
    return payment.amount - given
