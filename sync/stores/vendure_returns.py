"""Returns in a Vendure store: the money given back once, the goods back in stock.

``refundOrder`` with an amount alone fails for manual payments, so the deprecated fields go with
it; a refund waits until it is settled. A refund carries our return's reference as its reason, and
pieces that came back are counted no more: both are looked at first. Of a return in part, the store
keeps as many pieces of each product as the customer does; what was told as an open item has no
stock and stays until everything is back.

The store would make the same refund of a part again, and call the same pieces off once more, and
takes neither back: so both go under a ticket (``vendure_tickets``), one for an order at a time.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from sync.errors import Refused
from sync.online_store import RemoteOrder
from sync.stores import vendure_documents as documents
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_tickets import Tickets
from sync.stores.vendure_wire import (
    LineFields,
    OneOrder,
    Order,
    PaymentFields,
    RefundFields,
    RefundPut,
    RefundResult,
    Result,
)
from terminal.returns import Return

_RETURN: Final = "Return "


class _TakenBack(msgspec.Struct, frozen=True):
    refund: RefundResult | None = None
    order: Result | None = None


@dataclass(frozen=True, slots=True)
class _Needed:
    """What is still to be done for a return: what to give back of which payment, which lines to
    call off; ``pending``: a refund that was made and waits to be settled."""

    payment: str = ""
    amount: int = 0
    lines: Sequence[dict[str, Any]] = ()
    pending: str = ""


class VendureReturns:
    """Takes orders back."""

    def __init__(self, api: VendureApi, tickets: Tickets, open_sku: str) -> None:
        self._api = api
        self._tickets = tickets
        self._open_sku = open_sku

    def put(self, back: Return, order: RemoteOrder, kept: Mapping[str, int]) -> None:
        """Refund and cancel, each if it is not done yet."""
        ticket = self._ticket(order, back)
        try:
            known = self._get(order)
            needed = self._needed(known, back, kept)
        except Refused:
            self._tickets.back_from_order(ticket)
            raise
        if needed.amount or needed.lines:
            self._take_back(ticket, known, back, needed, whole=not any(kept.values()))
            return
        self._tickets.back_from_order(ticket)
        if needed.pending:
            self._settle(needed.pending, back)

    def _ticket(self, order: RemoteOrder, back: Return) -> str:
        try:
            return self._tickets.on_order(order.id, _reason(back))
        except Refused as error:
            if error.problem == "not_found":
                raise Refused("sale_missing") from error
            raise

    def _get(self, order: RemoteOrder) -> Order:
        known = self._api.ask(documents.ORDER, OneOrder, id=order.id).order
        if known is None:
            raise Refused("sale_missing")
        return known

    # -- what is still to be done ----------------------------------------------------------------

    def _needed(self, order: Order, back: Return, kept: Mapping[str, int]) -> _Needed:
        lines = [] if order.state == "Cancelled" else self._too_many(order, kept)
        payments = [payment for payment in order.payments or [] if payment.state == "Settled"]
        mine = _mine(payments, back)
        if mine is not None:
            return _Needed(lines=lines, pending=mine.id if mine.state == "Pending" else "")
        # What the store's staff gave back by hand is not given back again.
        left = max(payments, key=_left, default=None)
        amount = min(_left(left), back.money_back) if left else 0
        if amount < back.money_back and _made_twice(payments):
            raise Refused("refund_refused", where="pending")
        if left is None or amount <= 0:
            return _Needed(lines=lines)
        return _Needed(left.id, amount, lines)

    def _too_many(self, order: Order, kept: Mapping[str, int]) -> list[dict[str, Any]]:
        return self._surplus(order, kept) if any(kept.values()) else _all_pieces(order)

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

    # -- doing it --------------------------------------------------------------------------------

    def _take_back(
        self, ticket: str, order: Order, back: Return, needed: _Needed, *, whole: bool
    ) -> None:
        given: dict[str, Any] = {"ticket": ticket}
        if needed.amount:
            given["refund"] = {
                "paymentId": needed.payment, "amount": needed.amount, "reason": _reason(back),
                "lines": [], "shipping": 0, "adjustment": 0,
            }  # fmt: skip
        if needed.lines:
            given["cancel"] = {
                "orderId": order.id, "lines": needed.lines, "reason": _reason(back),
                "cancelShipping": whole,
            }  # fmt: skip
        document = documents.take_back(refund="refund" in given, cancel="cancel" in given)
        told = self._tickets.ask(document, _TakenBack, **given)
        if told.refund is not None and told.refund.error_code:
            raise Refused("refund_refused", where=told.refund.error_code)
        pending = told.refund.id if told.refund else needed.pending
        if pending:
            self._settle(pending, back)
        if told.order is not None and told.order.error_code:
            raise Refused("wrong_state", where=told.order.error_code)

    def _settle(self, refund: str, back: Return) -> None:
        given = {"id": refund, "transactionId": back.ref}
        told = self._api.ask(documents.SETTLE_REFUND, RefundPut, input=given).refund
        if told.error_code:
            raise Refused("refund_refused", where=told.error_code)


def _mine(payments: Sequence[PaymentFields], back: Return) -> RefundFields | None:
    """The refund of this return. Of several, made by a till that took no tickets, one alone is
    settled: the store lets nobody take back the others, but what is pending is no money yet."""
    mine = [
        refund
        for payment in payments
        for refund in payment.refunds
        if refund.reason == _reason(back) and refund.state != "Failed"
    ]
    return min(mine, key=lambda refund: refund.state == "Pending", default=None)


def _made_twice(payments: Sequence[PaymentFields]) -> bool:
    """Whether a refund of ours waits beside another one of the same return."""
    refunds = [r for p in payments for r in p.refunds if r.state != "Failed"]
    ours = Counter(r.reason for r in refunds if (r.reason or "").startswith(_RETURN))
    return any(r.state == "Pending" and ours[r.reason] > 1 for r in refunds)


def _all_pieces(order: Order) -> list[dict[str, Any]]:
    return [_pieces(line, line.quantity) for line in order.lines if line.quantity]


def _pieces(line: LineFields, quantity: int) -> dict[str, Any]:
    return {"orderLineId": line.id, "quantity": quantity}


def _reason(back: Return) -> str:
    return f"{_RETURN}{back.ref}"


def _left(payment: PaymentFields) -> int:
    given = sum(refund.total for refund in payment.refunds if refund.state != "Failed")
    return payment.amount - given
