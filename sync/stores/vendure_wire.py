"""Vendure's answers as they come over the wire: only what is read, checked when decoded.

Amounts are integer minor units, times ISO 8601 text with a Z. Every result union is one struct
whose ``error_code`` is empty when it went well.
"""

from datetime import datetime
from typing import Any

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One of the top-level errors. Raw database errors come without ``extensions``."""

    message: str = ""
    path: list[str | int] | None = None
    extensions: dict[str, Any] = {}

    @property
    def code(self) -> str:
        """FORBIDDEN, ENTITY_NOT_FOUND, USER_INPUT_ERROR …; empty for a raw database error."""
        return str(self.extensions.get("code", ""))

    @property
    def where(self) -> str:
        """The root field, or its alias, that failed."""
        return str(self.path[0]) if self.path else ""


class Envelope(msgspec.Struct, frozen=True):
    """What every answer has around it."""

    data: msgspec.Raw = msgspec.Raw()
    errors: list[Problem] = []


class Result(msgspec.Struct, frozen=True, rename="camel"):
    """A result whose only news is whether it went well."""

    error_code: str = ""


class Login(msgspec.Struct, frozen=True):
    """``login``."""

    login: Result


class OrderFields(msgspec.Struct, frozen=True, rename="camel"):
    """The till's own fields on an order."""

    pos_sale_id: str | None = None


class Variant(msgspec.Struct, frozen=True):
    """A product variant."""

    id: str
    sku: str


class Person(msgspec.Struct, frozen=True, rename="camel"):
    """Who an order is for."""

    id: str
    email_address: str
    custom_fields: "PersonFields"


class PersonFields(msgspec.Struct, frozen=True, rename="camel"):
    """Our fields on a customer."""

    loyalty_card_number: str | None = None
    loyalty_points: int | None = None
    loyalty_tier: str | None = None
    loyalty_updated_at: datetime | None = None


class LineFields(msgspec.Struct, frozen=True, rename="camel"):
    """A line of an order. ``prorated`` has every discount in it."""

    id: str
    quantity: int
    ordered: int
    unit: int
    prorated: int
    product_variant: "Named"


class Named(msgspec.Struct, frozen=True):
    """A variant in a line."""

    sku: str
    name: str


class RefundFields(msgspec.Struct, frozen=True):
    """A refund: Pending, Settled or Failed."""

    id: str
    state: str
    total: int
    reason: str | None = None


class PaymentFields(msgspec.Struct, frozen=True):
    """A payment and what was given back of it."""

    id: str
    amount: int
    state: str
    refunds: list[RefundFields] = []


class ShippingFields(msgspec.Struct, frozen=True):
    """That an order has a shipping method."""

    id: str


class Order(msgspec.Struct, frozen=True, rename="camel"):
    """An order, or why there is none (``error_code``)."""

    error_code: str = ""
    id: str = ""
    code: str = ""
    state: str = ""
    updated_at: datetime | None = None
    order_placed_at: datetime | None = None
    currency_code: str = ""
    total_with_tax: int = 0
    customer: Person | None = None
    lines: list[LineFields] = []
    shipping_lines: list[ShippingFields] = []
    payments: list[PaymentFields] | None = None
    custom_fields: OrderFields = OrderFields()

    @property
    def pieces(self) -> int:
        """How many pieces it has."""
        return sum(line.quantity for line in self.lines)


class Orders(msgspec.Struct, frozen=True, rename="camel"):
    """A page of orders."""

    items: list[Order]
    total_items: int


class OrdersAnswer(msgspec.Struct, frozen=True):
    """``orders``."""

    orders: Orders


class OneOrder(msgspec.Struct, frozen=True):
    """``order``."""

    order: Order | None


class Items(msgspec.Struct, frozen=True):
    """A list of variants."""

    items: list[Variant]


class Channel(msgspec.Struct, frozen=True, rename="camel"):
    """The shop's channel."""

    code: str
    default_currency_code: str


class CheckAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """The set-up that the till needs."""

    active_channel: Channel
    product_variants: Items


class VariantsAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """``productVariants``."""

    product_variants: Items


class Made(msgspec.Struct, frozen=True):
    """Something new."""

    id: str
    code: str


class DraftAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """``createDraftOrder``."""

    create_draft_order: Made


class PaidAnswer(msgspec.Struct, frozen=True):
    """Moving to payment, and the payment."""

    paid: Order
    moved: Order | None = None


class CustomerResult(msgspec.Struct, frozen=True, rename="camel"):
    """A customer, or why there is none (``error_code``)."""

    error_code: str = ""
    id: str = ""
    email_address: str = ""
    custom_fields: PersonFields = PersonFields()


class CustomerAnswer(msgspec.Struct, frozen=True):
    """One customer by id; None if deleted."""

    customer: CustomerResult | None


class DraftCustomer(msgspec.Struct, frozen=True, rename="camel"):
    """The customer of a draft, or why there is none."""

    error_code: str = ""
    customer: CustomerResult | None = None


class MemberMade(msgspec.Struct, frozen=True):
    """A member made by way of a draft."""

    put: DraftCustomer


class CustomerPut(msgspec.Struct, frozen=True):
    """A customer made or updated."""

    put: CustomerResult


class Customers(msgspec.Struct, frozen=True):
    """A list of customers."""

    items: list[CustomerResult]


class FoundCustomers(msgspec.Struct, frozen=True, rename="camel"):
    """Customers by e-mail and by card, asked together."""

    by_email: Customers
    by_card: Customers


class RefundResult(msgspec.Struct, frozen=True, rename="camel"):
    """A refund, or why there is none."""

    error_code: str = ""
    id: str = ""
    state: str = ""


class RefundPut(msgspec.Struct, frozen=True):
    """A refund made or settled."""

    refund: RefundResult


class Quote(msgspec.Struct, frozen=True, rename="camel"):
    """A shipping method that an order may use."""

    id: str
    code: str
    price_with_tax: int


class Quotes(msgspec.Struct, frozen=True):
    """Shipping methods that an order may use."""

    methods: list[Quote]
