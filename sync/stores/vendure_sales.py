"""Till sales as orders of a Vendure store, each once whatever gets lost on the way.

A sale is three requests: an empty draft; a document that names the sale first (its id is unique
there) and then fills the draft; a document that pays. Before paying, the order's total must be what
the customer paid. Whoever finds somebody's unfinished draft of the same sale leaves it alone until
it has been still for ``settle``, then finishes it, or throws it away and begins anew.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any, Final

from sync.errors import Gone, Misconfigured, Refused, Retryable
from sync.online_store import RemoteOrder, SaleNews, StoreInfo
from sync.stores import vendure_documents as documents
from sync.stores.vendure_customers import VendureCustomers
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_lines import Piece, known_only, pieces_of
from sync.stores.vendure_wire import (
    CheckAnswer,
    DraftAnswer,
    OneOrder,
    Order,
    OrdersAnswer,
    PaidAnswer,
    Quotes,
    VariantsAnswer,
)
from terminal.sales import Sale

log = logging.getLogger(__name__)

_UNFINISHED: Final = ("Draft", "AddingItems", "ArrangingPayment")
_TRIES: Final = 3
_CLOCKS_AGREE: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesSettings:
    """How sales look in the store. ``shipping``: code of the method where one is demanded."""

    open_sku: str = "TILL-OPEN"
    guest_email: str = "guest@till.invalid"
    shipping: str = ""
    settle: timedelta = timedelta(seconds=5)


class VendureSales:
    """Puts sales. Remembers variants, the guest and the shipping method while it lives."""

    def __init__(
        self, api: VendureApi, customers: VendureCustomers, settings: SalesSettings
    ) -> None:
        self._api = api
        self._customers = customers
        self._settings = settings
        self._variants: dict[str, str] = {}
        self._currency = ""
        self._guest = ""
        self._shipping = ""

    def check(self) -> StoreInfo:
        """The channel; raises what keeps sales from being told."""
        told = self._api.ask(documents.CHECK, CheckAnswer, sku=self._settings.open_sku)
        for variant in told.product_variants.items:
            self._variants[variant.sku] = variant.id
        self._currency = told.active_channel.default_currency_code
        lacks = () if told.product_variants.items else ("open_item",)
        return StoreInfo(told.active_channel.code, self._currency, lacks)

    def put(self, news: SaleNews) -> RemoteOrder:
        """One paid order for the sale."""
        if not self._currency:
            self.check()
        if news.sale.currency != self._currency:
            raise Refused("other_currency")
        if not news.fresh:
            known = self._find(news.sale)
            done = self._finish(known, news.sale) if known else None
            if done:
                return done
        if news.customer:
            return self._make(news, news.customer)
        return self._make_for_guest(news)

    def _make_for_guest(self, news: SaleNews) -> RemoteOrder:
        self._guest = self._guest or self._customers.guest(self._settings.guest_email)
        try:
            return self._make(news, self._guest)
        except Gone:
            self._guest = self._customers.guest(self._settings.guest_email)
            return self._make(news, self._guest)

    def _make(self, news: SaleNews, customer: str) -> RemoteOrder:
        pieces = self._known(pieces_of(news.sale, self._settings.open_sku))
        for _ in range(_TRIES):
            draft = self._api.ask(documents.CREATE_DRAFT, DraftAnswer).create_draft_order
            try:
                order, refused = self._fill(draft.id, pieces, news, customer)
                if not refused:
                    return self._pay(self._balanced(order, news.sale), news.sale)
            except (Refused, Misconfigured) as error:
                self._drop(draft.id)
                refused = self._lines_refused(error, pieces)
                if not refused:
                    return self._after(error, news.sale)
            else:
                self._drop(draft.id)
            log.info("%d lines of sale %s are told as open items", len(refused), news.sale.ref)
            pieces = [
                piece.lumped(self._settings.open_sku) if n in refused else piece
                for n, piece in enumerate(pieces)
            ]
        raise Refused("bad_input")

    def _fill(
        self, draft: str, pieces: list[Piece], news: SaleNews, customer: str
    ) -> tuple[Order, set[int]]:
        """The filled draft and the numbers of the pieces that it did not take whole."""
        items = {f"l{n}": self._item(piece) for n, piece in enumerate(pieces)}
        variables: dict[str, Any] = {"order": draft, "customer": customer, **items}
        variables["fields"] = {"id": draft, "customFields": _fields(news)}
        if self._shipping:
            variables["method"] = self._shipping
        document = documents.fill(len(pieces), shipping=bool(self._shipping))
        told = self._api.ask(document, dict[str, Order], **variables)
        if "shipping" in told and told["shipping"].error_code:
            self._shipping = ""
        if told["customer"].error_code:
            raise Refused("bad_input", where="customer")
        return told["customer"], {n for n in range(len(pieces)) if told[f"l{n}"].error_code}

    def _lines_refused(self, error: Exception, pieces: list[Piece]) -> set[int]:
        """Which piece an error is about: a product that the store no longer has."""
        where = getattr(error, "where", "")
        if not (where[:1] == "l" and where[1:].isdigit() and int(where[1:]) < len(pieces)):
            return set()
        sku = pieces[int(where[1:])].sku
        self._variants.pop(sku, None)
        return set() if sku == self._settings.open_sku else {int(where[1:])}

    def _after(self, error: Refused | Misconfigured, sale: Sale) -> RemoteOrder:
        """Another request was first with this sale, or the error is what it says."""
        if error.where == "customer":
            raise Gone(where=error.where) from error
        known = self._find(sale) if error.problem == "conflict" else None
        done = self._finish(known, sale) if known else None
        if done:
            return done
        if error.problem == "conflict":
            raise Retryable("in_progress", retry_after=self._settle) from error
        raise error

    def _find(self, sale: Sale) -> Order | None:
        found = self._api.ask(documents.ORDER_OF_SALE, OrdersAnswer, sale=sale.id).orders.items
        return found[0] if found else None

    def _finish(self, order: Order, sale: Sale) -> RemoteOrder | None:
        """The sale's order, paid; None if it was an unfinished draft that is thrown away now."""
        if order.state not in _UNFINISHED:
            return RemoteOrder(order.id, order.code)
        self._let_settle(order)
        if order.state == "ArrangingPayment":
            if order.total_with_tax != sale.paid:
                raise Refused("total_differs")
            return self._pay(order, sale)
        if self._is_filled(order, sale):
            return self._pay(order, sale)
        self._drop(order.id)
        return None

    def _is_filled(self, order: Order, sale: Sale) -> bool:
        wanted = sum(piece.quantity for piece in pieces_of(sale, self._settings.open_sku))
        return (
            order.total_with_tax == sale.paid
            and order.pieces == wanted
            and order.customer is not None
        )

    def _let_settle(self, order: Order) -> None:
        """Leave alone what somebody may still be working on; times are the store's own."""
        now, moved = self._api.store_time, order.updated_at
        if now is None or moved is None:
            return
        still = (now.astimezone(UTC) - moved).total_seconds()
        if still < -_CLOCKS_AGREE:  # the database's clock and the application's do not
            return
        if still < self._settle:
            raise Retryable("in_progress", retry_after=self._settle - still)

    @property
    def _settle(self) -> float:
        return self._settings.settle.total_seconds()

    def _balanced(self, order: Order, sale: Sale) -> Order:
        """The draft with the total that was paid, by one open-price line if the store's own
        promotions or shipping moved it; thrown away and refused if that does not help."""
        for _ in range(2):
            if order.total_with_tax == sale.paid:
                return order
            item = self._item(Piece(self._settings.open_sku, 1, sale.paid - order.total_with_tax))
            document = documents.amend(item=True, shipping=False)
            told = self._api.ask(document, dict[str, Order], order=order.id, item=item)
            if told["item"].error_code:
                break
            order = told["item"]
        raise Refused("total_differs")

    def _pay(self, order: Order, sale: Sale) -> RemoteOrder:
        told = self._paid(order, sale)
        if told.moved and told.moved.error_code and not order.shipping_lines:
            # Vendure's own order process wants to know how the goods leave.
            told = self._paid(self._balanced(self._with_shipping(order), sale), sale)
        if told.paid.error_code:
            now = self._api.ask(documents.ORDER, OneOrder, id=order.id).order
            if now is None or now.state in _UNFINISHED:
                raise Refused("wrong_state", where=told.paid.error_code)
            return RemoteOrder(now.id, now.code)
        return RemoteOrder(told.paid.id, told.paid.code)

    def _paid(self, order: Order, sale: Sale) -> PaidAnswer:
        payment = {"orderId": order.id, **_payment(sale)}
        if order.state == "ArrangingPayment":
            return self._api.ask(documents.PAY_ONLY, PaidAnswer, payment=payment)
        return self._api.ask(documents.PAY, PaidAnswer, order=order.id, payment=payment)

    def _with_shipping(self, order: Order) -> Order:
        quotes = self._api.ask(documents.SHIPPING_METHODS, Quotes, order=order.id).methods
        wanted = self._settings.shipping
        quotes.sort(key=lambda quote: (quote.code != wanted, quote.price_with_tax, quote.code))
        if not quotes:
            raise Refused("wrong_state", where="shipping")
        document = documents.amend(item=False, shipping=True)
        told = self._api.ask(document, dict[str, Order], order=order.id, method=quotes[0].id)
        if told["shipping"].error_code:
            raise Refused("wrong_state", where="shipping")
        self._shipping = quotes[0].id
        return told["shipping"]

    def _drop(self, draft: str) -> None:
        self._api.ask(documents.DELETE_DRAFT, dict[str, Any], order=draft)

    def _known(self, pieces: list[Piece]) -> list[Piece]:
        """Pieces by what the store lists; looked up once a product."""
        missing = sorted({piece.sku for piece in pieces} - self._variants.keys())
        if missing:
            found = self._api.ask(documents.VARIANTS, VariantsAnswer, skus=missing)
            self._variants |= {v.sku: v.id for v in found.product_variants.items}
        return known_only(pieces, self._variants, self._settings.open_sku)

    def _item(self, piece: Piece) -> dict[str, Any]:
        variant = self._variants.get(piece.sku)
        if variant is None:
            raise Refused("no_open_item")
        return {
            "productVariantId": variant,
            "quantity": piece.quantity,
            "customFields": {"tillUnitPrice": piece.unit_price},
        }


def _fields(news: SaleNews) -> dict[str, Any]:
    sale = news.sale
    return {
        "posSaleId": sale.id,
        "posTerminalId": sale.till,
        "posReceiptNumber": sale.ref,
        "posSoldAt": sale.sold_at.astimezone(UTC).isoformat(),
        "loyaltyPointsEarned": news.earned,
        "loyaltyPointsRedeemed": sale.points_redeemed,
    }


def _payment(sale: Sale) -> dict[str, Any]:
    kinds = sorted({tender.kind.value for tender in sale.tenders})
    return {
        "method": f"till-{kinds[0] if len(kinds) == 1 else 'mixed' if kinds else 'points'}",
        "transactionId": sale.ref,
        # Vendure's database demands it, though its schema does not.
        "metadata": {"till": sale.till, "sale": sale.id},
    }
