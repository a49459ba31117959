"""Orders of a WooCommerce shop as sync knows them. Pure.

Lines are net there and with tax here. A refund names the lines it is for, or is an amount alone:
then it counts as goods, but never for more than there were. Money back for shipping is not goods.
"""

from typing import Final

from sync.stores.woocommerce_customers import CARD
from sync.stores.woocommerce_sales import VIA
from sync.stores.woocommerce_wire import Item, Order, Refund, Shipping, field, minor, moment, plain
from terminal.online import OnlineOrder, OnlineRefund, OrderLine

FIELDS: Final = (
    "id,number,status,currency,prices_include_tax,total,customer_id,created_via,billing,"
    "date_created_gmt,date_modified_gmt,date_paid_gmt,meta_data,line_items,fee_lines,"
    "shipping_lines,tax_lines,coupon_lines,refunds"
)
_CALLED_OFF: Final = frozenset({"cancelled", "failed", "trash"})


def is_paid(order: Order) -> bool:
    """Whether it was ever paid."""
    return moment(order.date_paid_gmt) is not None


def told_of(store: str, order: Order, refunds: list[Refund]) -> OnlineOrder:
    """A paid order; ``refunds`` are all of its."""
    placed = moment(order.date_paid_gmt) or moment(order.date_created_gmt)
    if placed is None:
        raise ValueError("an order that was never paid")
    back = tuple(_refund(order, one) for one in refunds)
    return OnlineOrder(
        store=store,
        remote_id=str(order.id),
        code=order.number or str(order.id),
        customer_id=str(order.customer_id) if order.customer_id else "",
        email=order.billing.email.strip().lower(),
        card_number=field(order.meta_data, CARD),
        placed_at=placed,
        currency=order.currency,
        goods=goods_of(order),
        total=minor(order.total, order.currency),
        lines=tuple(_line(item, order.currency) for item in order.line_items),
        sale_id=sale_of(order),
        refunds=back,
        cancelled=order.status in _CALLED_OFF or (order.status == "refunded" and not back),
        coupons=tuple(plain(line.code).upper() for line in order.coupon_lines),
    )


def sale_of(order: Order) -> str:
    """The sale of our own that it is, if it is one."""
    return order.created_via.removeprefix(VIA) if order.created_via.startswith(VIA) else ""


def goods_of(order: Order) -> int:
    """What was paid for goods: a fee that takes something off belongs to them, one for the way of
    paying does not; of our own sales every fee is goods."""
    fees = [_gross(fee, order.currency) for fee in order.fee_lines]
    counted = fees if sale_of(order) else [fee for fee in fees if fee < 0]
    lines = sum(_gross(item, order.currency) for item in order.line_items)
    return max(lines + sum(counted), 0)


def _line(item: Item, currency: str) -> OrderLine:
    return OrderLine(plain(item.name), item.quantity, _gross(item, currency), item.sku or "")


def _gross(item: Item | Shipping, currency: str) -> int:
    return minor(item.total, currency) + minor(item.total_tax, currency)


def _refund(order: Order, refund: Refund) -> OnlineRefund:
    currency = order.currency
    named = -sum(_gross(item, currency) for item in (*refund.line_items, *refund.fee_lines))
    shipping = -sum(_gross(one, currency) for one in refund.shipping_lines)
    unnamed = max(minor(refund.amount, currency) - named - shipping, 0)
    pieces: dict[str, int] = {}
    for item in refund.line_items:
        if item.sku and item.quantity < 0:
            pieces[item.sku] = pieces.get(item.sku, 0) - item.quantity
    goods = min(max(named, 0) + unnamed, goods_of(order))
    return OnlineRefund(
        str(refund.id), goods, moment(refund.date_created_gmt), tuple(pieces.items())
    )
