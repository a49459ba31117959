"""Returns in a Medusa shop: the money given back once.

A refund carries our return's reference as its note, and is looked for first. Goods can only be
returned there that were shipped from there, which those of a till never were.
"""

from collections.abc import Mapping

from msgspec import Raw

from sync.errors import Refused
from sync.online_store import RemoteOrder
from sync.stores.medusa_http import MedusaApi
from sync.stores.medusa_wire import OneOrder, Order, Payment, minor, whole
from terminal.returns import Return

_FIELDS = (
    "id,status,currency_code,*payment_collections,*payment_collections.payments,"
    "*payment_collections.payments.refunds"
)


class MedusaReturns:
    """Gives money back."""

    def __init__(self, api: MedusaApi) -> None:
        self._api = api

    def put(self, back: Return, order: RemoteOrder, kept: Mapping[str, int]) -> None:
        """Refund what is left to refund of it, if that is not done yet; pieces are told nowhere."""
        known = self._ask(order.id)
        refunds = [one for payment in known.payments for one in payment.refunds or ()]
        mine = [one for one in refunds if one.note == _note(back)]
        wanted = back.money_back - sum(minor(one.amount, back.currency) for one in mine)
        for payment in known.payments:
            amount = min(_left(payment, back.currency), wanted)
            if amount > 0:
                self._refund(payment, amount, back)
                wanted -= amount

    def _refund(self, payment: Payment, amount: int, back: Return) -> None:
        given = {"amount": whole(amount, back.currency), "note": _note(back)}
        try:
            self._api.post(f"/admin/payments/{payment.id}/refund", Raw, given)
        except Refused as error:
            raise Refused("refund_refused", where=error.problem) from error

    def _ask(self, order: str) -> Order:
        try:
            return self._api.get(f"/admin/orders/{order}", OneOrder, fields=_FIELDS).order
        except Refused as error:
            if error.problem == "not_found":
                raise Refused("sale_missing") from error
            raise


def _left(payment: Payment, currency: str) -> int:
    """What staff gave back by hand is not given back again."""
    given = sum(minor(one.amount, currency) for one in payment.refunds or ())
    return minor(payment.amount, currency) - given


def _note(back: Return) -> str:
    return f"Return {back.ref}"
