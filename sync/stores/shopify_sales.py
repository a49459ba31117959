"""Till sales as paid orders of a Shopify shop, each once whatever gets lost on the way.

An order carries its sale's id in a metafield that the shop keeps unique, and is found by it at
once; searching would only find it when the index has caught up. Without that field nothing goes
out. One request makes the whole order: handed over, paid, at the time of the sale, and nobody is
sent a mail.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from sync.errors import Gone, Misconfigured, Refused, Retryable, SyncError
from sync.online_store import RemoteOrder, SaleNews, StoreInfo, one_by_one
from sync.stores import shopify_documents as documents
from sync.stores.shopify_customers import ShopifyCustomers, unique_sale
from sync.stores.shopify_documents import NAMESPACE
from sync.stores.shopify_http import ShopifyApi, refusal
from sync.stores.shopify_setup import ShopifySetup
from sync.stores.shopify_wire import Made, PageAnswer, SaleAnswer, UserError, Variant, decimal
from terminal.sales import Sale, SaleLine

log = logging.getLogger(__name__)

_LONGEST_NAME: Final = 255
_SKUS_AT_ONCE: Final = 20
_OPTIONS: Final = {
    "inventoryBehaviour": "DECREMENT_IGNORING_POLICY",  # the goods have left the shop already
    "sendReceipt": False,
    "sendFulfillmentReceipt": False,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A line to be: ``quantity`` pieces at ``price`` minor units each, ``tax`` within them all."""

    line: SaleLine
    quantity: int
    price: int
    tax: int


class ShopifySales:
    """Puts sales. Remembers variants and the shop while it lives."""

    def __init__(self, api: ShopifyApi, customers: ShopifyCustomers, setup: ShopifySetup) -> None:
        self._api = api
        self._customers = customers
        self._setup = setup
        self._variants: dict[str, str] = {}
        self._shop: StoreInfo | None = None

    def put(self, news: SaleNews) -> RemoteOrder:
        """One paid order for the sale."""
        shop = self.ready()
        if news.sale.currency != shop.currency:
            raise Refused("other_currency")
        known = self._find(news.sale)
        if known is not None:
            return RemoteOrder(known.id, known.name)
        return self._make(news)

    def put_many(self, news: Sequence[SaleNews]) -> list[RemoteOrder | SyncError]:
        """One after the other."""
        if news:
            self.ready()
        return one_by_one(self.put, news)

    def ready(self) -> StoreInfo:
        """The shop, if it can take sales; raises what keeps it from taking any."""
        if self._shop is None or "order_fields" in self._shop.lacks:
            self._shop = self._setup.check()
        if "order_fields" in self._shop.lacks:
            raise Misconfigured("schema", where="order_fields")
        return self._shop

    def _find(self, sale: Sale) -> Made | None:
        """The order of this sale: by the unique field, else as told before there was one."""
        query = f"source_identifier:{quoted(sale.id)}"
        told = self._api.ask(documents.SALE, SaleAnswer, sale=unique_sale(sale.id), query=query)
        of_sale = [order for order in told.told.nodes if order.is_of(sale.id)]
        return told.known or next(iter(of_sale), None)

    def _make(self, news: SaleNews) -> RemoteOrder:
        self._learn(line.sku for line in news.sale.lines)
        order = _order(news, self._variants)
        told = self._api.put(documents.PUT_ORDER, order=order, options=_OPTIONS)
        if told.user_errors:
            return self._after(told.user_errors[0], news)
        made = told.order
        if made is None:
            raise Retryable("bad_answer")
        if made.total_price_set and made.total_price_set.minor != news.sale.paid:
            log.warning("sale %s is worth another total in the online store", news.sale.ref)
        return RemoteOrder(made.id, made.name)

    def _after(self, error: UserError, news: SaleNews) -> RemoteOrder:
        """Another request was first with this sale, or the error is what it says."""
        known = self._find(news.sale)
        if known is not None:
            return RemoteOrder(known.id, known.name)
        if news.customer and self._customers.get(news.customer) is None:
            raise Gone(where=error.where)
        if any("variant" in part.lower() for part in error.field or ()):
            # A product was deleted since we looked: looked up anew, it is told by its name.
            self._variants.clear()
            raise Retryable("in_progress", where=error.where)
        raise refusal(error)

    def _learn(self, skus: Iterable[str]) -> None:
        """Look the unknown products up. A search finds what is alike, so it is held to the SKU."""
        missing = sorted({sku for sku in skus if sku} - self._variants.keys())
        for start in range(0, len(missing), _SKUS_AT_ONCE):
            some = missing[start : start + _SKUS_AT_ONCE]
            query = " OR ".join(f"sku:{quoted(sku)}" for sku in some)
            found = self._api.ask(documents.VARIANTS, PageAnswer[Variant], query=query, first=100)
            listed = {one.sku: one.id for one in found.page.nodes if one.sku}
            self._variants |= {sku: listed.get(sku, "") for sku in some}


def quoted(text: str) -> str:
    """A value for Shopify's search, taken as it is."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def pieces_of(sale: Sale) -> list[Piece]:
    """The order's lines. They add up to what was really paid: what cash rounding added or took is
    in the dearest line, since a shop knows no line below nothing."""
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
    return [
        Piece(line, quantity, each, _tax_within(quantity * each, line.goods.tax))
        for quantity, each in parts
        if quantity
    ]


def _tax_within(paid: int, rate: int) -> int:
    """The tax within an amount, rounded half up; ``rate`` in hundredths of a percent."""
    return (2 * paid * rate + 10_000 + rate) // (2 * (10_000 + rate))


def _order(news: SaleNews, variants: dict[str, str]) -> dict[str, Any]:
    sale = news.sale
    at = sale.sold_at.astimezone(UTC).isoformat()
    order: dict[str, Any] = {
        "currency": sale.currency,
        "lineItems": [_line(piece, variants, sale.currency) for piece in pieces_of(sale)],
        "taxesIncluded": True,
        "financialStatus": "PAID",
        "fulfillmentStatus": "FULFILLED",
        "processedAt": at,
        "sourceIdentifier": sale.id,
        "tags": ["till"],
        "customAttributes": _notes(news),
        "metafields": [
            {"namespace": NAMESPACE, "key": "sale_id", "type": "id", "value": sale.id}
        ],
    }  # fmt: skip
    if sale.paid:
        order["transactions"] = [
            {
                "kind": "SALE", "status": "SUCCESS", "gateway": _gateway(sale), "processedAt": at,
                "amountSet": _bag(sale.paid, sale.currency),
            }
        ]  # fmt: skip
    if news.customer:
        order["customer"] = {"toAssociate": {"id": news.customer}}
    return order


def _line(piece: Piece, variants: dict[str, str], currency: str) -> dict[str, Any]:
    variant = variants.get(piece.line.sku)
    line: dict[str, Any] = {
        "quantity": piece.quantity,
        "priceSet": _bag(piece.price, currency),
        "title": (piece.line.name or piece.line.sku or "-")[:_LONGEST_NAME],
        "requiresShipping": False,
    }
    if variant:
        line["variantId"] = variant
    elif piece.line.sku:
        line["sku"] = piece.line.sku[:_LONGEST_NAME]
    rate = piece.line.goods.tax
    if rate:
        tax = {"title": "VAT", "rate": f"{rate // 10_000}.{rate % 10_000:04}"}
        line["taxLines"] = [{**tax, "priceSet": _bag(piece.tax, currency)}]
    return line


def _bag(amount: int, currency: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": decimal(amount, currency), "currencyCode": currency}}


def _notes(news: SaleNews) -> list[dict[str, str]]:
    sale = news.sale
    notes = {
        "posSaleId": sale.id,
        "posTerminalId": sale.till,
        "posReceiptNumber": sale.ref,
        "loyaltyPointsEarned": str(news.earned),
        "loyaltyPointsRedeemed": str(sale.points_redeemed),
    }
    return [{"key": key, "value": value} for key, value in notes.items()]


def _gateway(sale: Sale) -> str:
    kinds = sorted({tender.kind.value for tender in sale.tenders})
    return f"till-{kinds[0] if len(kinds) == 1 else 'mixed' if kinds else 'points'}"
