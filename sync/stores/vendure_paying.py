"""Paying filled drafts of a Vendure store: never before their total is what the customer paid."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from sync.errors import Refused, SyncError
from sync.online_store import RemoteOrder
from sync.stores import vendure_documents as documents
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_lines import Piece
from sync.stores.vendure_wire import OneOrder, Order, PaidAnswer, Quotes
from terminal.sales import Sale

_UNFINISHED: Final = ("Draft", "AddingItems", "ArrangingPayment")
Item = Callable[[Piece], dict[str, Any]]


class Cashier:
    """Takes the till's payment for drafts. Remembers the shipping method that the store's own
    order process demands, once it has."""

    def __init__(self, api: VendureApi, open_sku: str, shipping: str, item: Item) -> None:
        self._api = api
        self._open_sku = open_sku
        self._wanted = shipping
        self._item = item
        self.shipping_method = ""

    def balanced(self, order: Order, sale: Sale) -> Order:
        """The draft with the total that was paid, by one open-price line if the store's own
        promotions or shipping moved it. Raises Refused(total_differs) if that does not help."""
        for _ in range(2):
            if order.total_with_tax == sale.paid:
                return order
            item = self._item(Piece(self._open_sku, 1, sale.paid - order.total_with_tax))
            document = documents.amend(item=True, shipping=False)
            told = self._api.ask(document, dict[str, Order], order=order.id, item=item)
            if told["item"].error_code:
                break
            order = told["item"]
        raise Refused("total_differs")

    def pay(self, filled: Sequence[tuple[Order, Sale]]) -> list[RemoteOrder | SyncError]:
        """Each paid, in one document; what did not go well in it is looked at alone."""
        if not filled:
            return []
        variables: dict[str, Any] = {}
        for n, (order, sale) in enumerate(filled):
            variables[f"o{n}"] = order.id
            variables[f"p{n}"] = {"orderId": order.id, **payment(sale)}
        told = self._api.ask_partly(documents.pay(len(filled)), Order, **variables)
        if told.error is not None and not told.at:
            raise told.error
        return [
            self._taken(order, sale, told.done.get(f"paid{n}"))
            for n, (order, sale) in enumerate(filled)
        ]

    def pay_one(self, order: Order, sale: Sale) -> RemoteOrder:
        """One that was left before its payment; its total was looked at."""
        if order.state == "ArrangingPayment":
            given = {"orderId": order.id, **payment(sale)}
            paid = self._api.ask(documents.PAY_ONLY, PaidAnswer, payment=given).paid
            return self._settled(order, paid)
        [told] = self.pay([(order, sale)])
        if isinstance(told, SyncError):
            raise told
        return told

    def _taken(self, order: Order, sale: Sale, paid: Order | None) -> RemoteOrder | SyncError:
        try:
            if paid is not None and not paid.error_code:
                return self._settled(order, paid)
            return self._look(order, sale)
        except SyncError as error:
            return error

    def _settled(self, order: Order, paid: Order) -> RemoteOrder:
        if not paid.error_code:
            return RemoteOrder(paid.id, paid.code)
        now = self._now(order)
        if now is None or not is_finished(now):
            raise Refused("wrong_state", where=paid.error_code)
        return RemoteOrder(now.id, now.code)

    def _look(self, order: Order, sale: Sale) -> RemoteOrder:
        """Paid by somebody else, or by us before the answer was lost; or Vendure's own order
        process wants to know how the goods leave."""
        now = self._now(order)
        if now is None:
            raise Refused("wrong_state", where="paid")
        if is_finished(now):
            return RemoteOrder(now.id, now.code)
        if now.state != "ArrangingPayment" and not now.shipping_lines:
            now = self.balanced(self._with_shipping(now), sale)
        if now.total_with_tax != sale.paid:
            raise Refused("total_differs")
        given = {"orderId": now.id, **payment(sale)}
        told = self._api.ask(documents.pay(1), dict[str, Order | None], o0=now.id, p0=given)
        paid = told["paid0"]
        if paid is None or paid.error_code:
            raise Refused("wrong_state", where=paid.error_code if paid else "paid")
        return RemoteOrder(paid.id, paid.code)

    def _now(self, order: Order) -> Order | None:
        return self._api.ask(documents.ORDER, OneOrder, id=order.id).order

    def _with_shipping(self, order: Order) -> Order:
        quotes = self._api.ask(documents.SHIPPING_METHODS, Quotes, order=order.id).methods
        quotes.sort(
            key=lambda quote: (quote.code != self._wanted, quote.price_with_tax, quote.code)
        )
        if not quotes:
            raise Refused("wrong_state", where="shipping")
        document = documents.amend(item=False, shipping=True)
        told = self._api.ask(document, dict[str, Order], order=order.id, method=quotes[0].id)
        if told["shipping"].error_code:
            raise Refused("wrong_state", where="shipping")
        self.shipping_method = quotes[0].id
        return told["shipping"]


def is_finished(order: Order) -> bool:
    """Whether it is past its payment."""
    return order.state not in _UNFINISHED


def payment(sale: Sale) -> dict[str, Any]:
    """How the till was paid."""
    kinds = sorted({tender.kind.value for tender in sale.tenders})
    return {
        "method": f"till-{kinds[0] if len(kinds) == 1 else 'mixed' if kinds else 'points'}",
        "transactionId": sale.ref,
        # Vendure's database demands it, though its schema does not.
        "metadata": {"till": sale.till, "sale": sale.id},
    }
