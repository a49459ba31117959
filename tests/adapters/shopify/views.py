"""The shop's things as GraphQL objects: fields by name, those with arguments as functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.adapters.shopify.shop import Bought, Buyer, Kind, Order, Paid, Refund, Shop, Sold, Thing

View = dict[str, Any]


def amount(minor: int) -> str:
    return str(Decimal(minor) / 100)


def bag(shop: Shop, minor: int) -> View:
    return {"shopMoney": {"amount": amount(minor), "currencyCode": shop.currency}}


def iso(moment: datetime | None) -> str | None:
    """Shopify tells whole seconds."""
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z") if moment else None


def connection(rows: Sequence[View], cursors: Sequence[str] | None = None) -> Callable[..., View]:
    """A list that is read by pages. A cursor names the row it stands on."""
    marks = list(cursors or (str(n) for n in range(len(rows))))

    def page(_: object, first: int = 0, after: str | None = None, **__: object) -> View:
        start = marks.index(after) + 1 if after in marks else 0
        some = list(rows[start : start + first])
        end = start + len(some)
        return {
            "nodes": some,
            "pageInfo": {
                "hasNextPage": end < len(rows),
                "endCursor": marks[end - 1] if some else None,
            },
        }

    return page


def metafield(thing: Thing) -> Callable[..., View | None]:
    def get(_: object, key: str, namespace: str | None = None) -> View | None:
        known = thing.fields.get((namespace or "", key))
        if known is None:
            return None
        return {"key": key, "value": known.value, "compareDigest": known.digest}

    return get


def buyer_view(shop: Shop, buyer: Buyer) -> View:
    mine = [one for one in shop.orders.values() if one.buyer == buyer.id]
    mine.sort(key=lambda one: one.at, reverse=True)
    return {
        "__typename": "Customer",
        "id": buyer.id,
        "firstName": buyer.first or None,
        "lastName": buyer.last or None,
        "state": buyer.state,
        "updatedAt": iso(buyer.updated_at),
        "canDelete": not mine,
        "defaultEmailAddress": buyer.email
        and {"emailAddress": buyer.email, "marketingState": buyer.marketing},
        "defaultPhoneNumber": buyer.phone and {"phoneNumber": buyer.phone},
        "metafield": metafield(buyer),
        "orders": lambda info, **given: connection([order_view(shop, one) for one in mine])(
            info, **given
        ),
    }


def order_view(shop: Shop, order: Order) -> View:
    buyer = shop.buyers.get(order.buyer or "")
    return {
        "__typename": "Order",
        "id": order.id,
        "name": order.name,
        "email": order.email,
        "processedAt": iso(order.at),
        "updatedAt": iso(order.updated_at),
        "cancelledAt": iso(order.cancelled_at),
        "test": order.test,
        "taxesIncluded": shop.taxes_included,
        "displayFinancialStatus": order.status,
        "discountCodes": order.codes,
        "totalPriceSet": bag(shop, order.total),
        "customAttributes": [{"key": k, "value": v} for k, v in order.notes.items()],
        "customer": buyer and buyer_view(shop, buyer),
        "metafield": metafield(order),
        "lineItems": connection([line_view(shop, one) for one in order.lines]),
        "refunds": lambda _, first=None: [refund_view(shop, x) for x in order.refunds[:first]],
        "transactions": lambda _, first=None: [paid_view(shop, x) for x in order.payments[:first]],
    }


def line_view(shop: Shop, line: Bought) -> View:
    net = 0 if shop.taxes_included else line.tax
    return {
        "id": line.id,
        "name": line.name,
        "sku": line.sku,
        "quantity": line.quantity,
        "currentQuantity": line.quantity - line.back,
        "refundableQuantity": line.quantity - line.back,
        "originalTotalSet": bag(shop, line.price * line.quantity - net),
        "discountAllocations": [{"allocatedAmountSet": bag(shop, line.off)}] if line.off else [],
        "taxLines": lambda _, first=None: [{"priceSet": bag(shop, line.tax)}] if line.tax else [],
    }


def refund_view(shop: Shop, refund: Refund) -> View:
    shipping = [{"subtotalAmountSet": bag(shop, refund.shipping), "taxAmountSet": bag(shop, 0)}]
    return {
        "id": refund.id,
        "note": refund.note,
        "createdAt": iso(refund.at),
        "totalRefundedSet": bag(shop, refund.amount),
        "refundShippingLines": connection(shipping if refund.shipping else []),
        "refundLineItems": connection(
            [refunded_view(shop, line, pieces) for line, pieces in refund.lines]
        ),
    }


def refunded_view(shop: Shop, line: Bought, pieces: int) -> View:
    worth = (line.price * line.quantity - line.off) * pieces // line.quantity
    tax = line.tax * pieces // line.quantity
    return {
        "quantity": pieces,
        "subtotalSet": bag(shop, worth if shop.taxes_included else worth - tax),
        "totalTaxSet": bag(shop, tax),
        "lineItem": line_view(shop, line),
    }


def paid_view(shop: Shop, paid: Paid) -> View:
    return {
        "id": paid.id,
        "kind": paid.kind,
        "status": "SUCCESS",
        "gateway": paid.gateway,
        "amountSet": bag(shop, paid.amount),
        "parentTransaction": paid.parent and {"id": paid.parent},
    }


def product_view(product: Sold) -> View:
    return {
        "__typename": "Product",
        "id": product.id,
        "title": product.title,
        "status": product.status,
        "updatedAt": iso(product.updated_at),
        "vendor": "",
        "productType": "",
        "tags": [],
        "isGiftCard": False,
        "variants": connection([kind_view(kind) for kind in product.kinds]),
    }


def kind_view(kind: Kind) -> View:
    return {
        "id": kind.id,
        "sku": kind.sku,
        "barcode": kind.barcode,
        "price": amount(kind.price),
        "title": kind.title,
    }
