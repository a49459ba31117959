"""Orders of a Vendure store as the terminal knows them.

What came back lowers a line's quantity there, and with it the order's total; the terminal wants
what was bought, and beside it what came back. Where a line has changed, what was bought is what was
paid without shipping and surcharges, spread over the lines as they were placed.
"""

import html
from collections.abc import Sequence
from typing import Final

from sync.stores.vendure_wire import LineFields, Order, RefundFields, ShippingFields
from terminal.money import spread
from terminal.online import OnlineOrder, OnlineRefund, OrderLine

UNPAID: Final = ("Created", "Draft", "AddingItems", "ArrangingPayment")
CANCELLED: Final = "Cancelled"
AUTHORISED: Final = "PaymentAuthorized"
_TAKEN_OFF: Final = "CANCEL_ORDER"
_SETTLED: Final = "Settled"


def is_paid(row: Order) -> bool:
    """Whether it is an order that counts, or did before it was cancelled."""
    return row.order_placed_at is not None and row.state not in (*UNPAID, AUTHORISED)


def online_order(row: Order, store: str) -> OnlineOrder:
    """A paid order, under the name that the store has here."""
    assert row.order_placed_at is not None  # noqa: S101 (see is_paid)
    customer = row.customer
    lines = _lines(row)
    return OnlineOrder(
        store=store,
        remote_id=row.id,
        code=row.code,
        customer_id=customer.id if customer else "",
        email=customer.email_address.strip().lower() if customer else "",
        card_number=(customer.custom_fields.loyalty_card_number or "") if customer else "",
        placed_at=row.order_placed_at,
        currency=row.currency_code,
        goods=sum(line.total for line in lines),
        total=_bill(row) if _changed(row) else row.total_with_tax,
        lines=lines,
        sale_id=row.custom_fields.pos_sale_id or "",
        refunds=tuple(_refund(one, row.lines) for one in row.refunds if one.state == _SETTLED),
        cancelled=row.state == CANCELLED,
        coupons=tuple(code.upper() for code in row.coupon_codes),
    )


def refunded_by(row: Order) -> list[RefundFields]:
    """The refunds that were really made."""
    return [one for one in row.refunds if one.state == _SETTLED]


def _lines(row: Order) -> tuple[OrderLine, ...]:
    placed = [line for line in row.lines if line.placed]
    totals = [line.prorated for line in placed]
    if _changed(row):
        totals = _as_bought(row, placed)
    return tuple(_line(line, total) for line, total in zip(placed, totals, strict=True))


def _line(line: LineFields, total: int) -> OrderLine:
    variant = line.product_variant
    return OrderLine(html.unescape(variant.name), line.placed, total, variant.sku)


def _changed(row: Order) -> bool:
    return any(line.quantity != line.ordered for line in row.lines)


def _as_bought(row: Order, placed: Sequence[LineFields]) -> list[int]:
    worth = [max(line.unit, 0) * line.placed for line in placed]
    goods = _bill(row) - sum(_shipping(one) for one in row.shipping_lines)
    goods -= sum(one.price_with_tax for one in row.surcharges)
    if not sum(worth):
        return worth
    return spread(min(max(goods, 0), sum(worth)), worth)


def _bill(row: Order) -> int:
    """What was paid in all, before anything was given back."""
    paid = sum(one.amount for one in row.payments or [] if one.state == _SETTLED)
    return paid or row.total_with_tax


def _shipping(line: ShippingFields) -> int:
    """What sending cost, before it was called off."""
    off = sum(one.amount_with_tax for one in line.discounts if one.adjustment_source != _TAKEN_OFF)
    return line.price_with_tax + off


def _refund(one: RefundFields, lines: Sequence[LineFields]) -> OnlineRefund:
    skus = {line.id: line.product_variant.sku for line in lines}
    pieces: dict[str, int] = {}
    for line in one.lines:
        sku = skus.get(line.order_line_id, "")
        pieces[sku] = pieces.get(sku, 0) + line.quantity
    goods = max(one.total - one.shipping, 0)
    return OnlineRefund(one.id, goods, one.updated_at, tuple(sorted(pieces.items())))
