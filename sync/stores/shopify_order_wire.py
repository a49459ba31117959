"""Shopify's orders and refunds as they come over the wire: only what is read.

Amounts are of the shop's own currency, tax included only where ``taxes_included`` says so.
"""

from datetime import datetime

import msgspec

from sync.stores.shopify_wire import Attribute, Bag, Field, Named, Nodes, Person


class Allocation(msgspec.Struct, frozen=True, rename="camel"):
    """A part of a discount."""

    allocated_amount_set: Bag


class Tax(msgspec.Struct, frozen=True, rename="camel"):
    """A tax on a line."""

    price_set: Bag


class Row(msgspec.Struct, frozen=True, rename="camel"):
    """A line of an order, as it was when the order was made. What is left of it is not read; but a
    line of which goods came back looks different by it (``shopify_rounds``)."""

    id: str
    name: str
    quantity: int
    original_total_set: Bag
    sku: str | None = None
    current_quantity: int = 0
    refundable_quantity: int = 0
    discount_allocations: list[Allocation] = []
    tax_lines: list[Tax] = []


class Sold(msgspec.Struct, frozen=True, rename="camel"):
    """An order."""

    id: str
    name: str
    processed_at: datetime
    updated_at: datetime
    taxes_included: bool
    total_price_set: Bag
    line_items: Nodes[Row]
    email: str | None = None
    cancelled_at: datetime | None = None
    test: bool = False
    display_financial_status: str | None = None
    discount_codes: list[str] = []
    custom_attributes: list[Attribute] = []
    sale: Field | None = None
    customer: Person | None = None
    refunds: list[Named] = []


class RefundRow(msgspec.Struct, frozen=True, rename="camel"):
    """A line of a refund."""

    quantity: int
    subtotal_set: Bag
    total_tax_set: Bag
    line_item: "SkuOnly"


class SkuOnly(msgspec.Struct, frozen=True):
    """Which product."""

    sku: str | None = None


class RefundShipping(msgspec.Struct, frozen=True, rename="camel"):
    """Shipping that was paid back."""

    subtotal_amount_set: Bag
    tax_amount_set: Bag


class Refunded(msgspec.Struct, frozen=True, rename="camel"):
    """A refund."""

    id: str
    total_refunded_set: Bag
    page: Nodes[RefundRow]
    created_at: datetime | None = None
    refund_shipping_lines: Nodes[RefundShipping] = Nodes()


class Noted(msgspec.Struct, frozen=True):
    """A refund by what was written on it."""

    id: str
    note: str | None = None


class Transaction(msgspec.Struct, frozen=True, rename="camel"):
    """Money that came or went."""

    id: str
    kind: str
    status: str
    amount_set: Bag
    gateway: str | None = None
    parent_transaction: Named | None = None


class LeftRow(msgspec.Struct, frozen=True, rename="camel"):
    """What is left of a line."""

    id: str
    sku: str | None = None
    refundable_quantity: int = 0


class ToReturn(msgspec.Struct, frozen=True, rename="camel"):
    """An order that something may come back of."""

    id: str
    line_items: Nodes[LeftRow]
    refunds: list[Noted] = []
    transactions: list[Transaction] = []
