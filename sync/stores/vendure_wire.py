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
    loyalty_lapsing: int | None = None
    loyalty_lapses_at: datetime | None = None


class LineFields(msgspec.Struct, frozen=True, rename="camel"):
    """A line of an order. ``prorated`` has every discount in it, and counts what is still there;
    ``unit`` has none."""

    id: str
    quantity: int
    ordered: int
    unit: int
    prorated: int
    product_variant: "Named"

    @property
    def placed(self) -> int:
        """Pieces before any came back; lines that were added later were never ordered."""
        return max(self.ordered, self.quantity)


class Named(msgspec.Struct, frozen=True):
    """A variant in a line."""

    sku: str
    name: str


class RefundLine(msgspec.Struct, frozen=True, rename="camel"):
    """Pieces of a line that a refund was for."""

    order_line_id: str
    quantity: int


class RefundFields(msgspec.Struct, frozen=True, rename="camel"):
    """A refund: Pending, Settled or Failed."""

    id: str
    state: str
    total: int = 0
    shipping: int = 0
    reason: str | None = None
    updated_at: datetime | None = None
    lines: list[RefundLine] = []


class PaymentFields(msgspec.Struct, frozen=True):
    """A payment and what was given back of it."""

    id: str = ""
    amount: int = 0
    state: str = ""
    refunds: list[RefundFields] = []


class DiscountFields(msgspec.Struct, frozen=True, rename="camel"):
    """What was taken off, as a negative amount, and by what."""

    adjustment_source: str
    amount_with_tax: int


class ShippingFields(msgspec.Struct, frozen=True, rename="camel"):
    """How an order is sent."""

    id: str
    price_with_tax: int = 0
    discounts: list[DiscountFields] = []


class SurchargeFields(msgspec.Struct, frozen=True, rename="camel"):
    """What was added to an order beside its goods."""

    price_with_tax: int


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
    surcharges: list[SurchargeFields] = []
    coupon_codes: list[str] = []
    payments: list[PaymentFields] | None = None
    custom_fields: OrderFields = OrderFields()

    @property
    def pieces(self) -> int:
        """How many pieces it has."""
        return sum(line.quantity for line in self.lines)

    @property
    def refunds(self) -> list[RefundFields]:
        """Whatever was given back of any payment."""
        return [refund for payment in self.payments or [] for refund in payment.refunds]


class Orders(msgspec.Struct, frozen=True, rename="camel"):
    """A page of orders."""

    items: list[Order]
    total_items: int


class OrdersAnswer(msgspec.Struct, frozen=True):
    """``orders``."""

    orders: Orders


class LatestOrders(msgspec.Struct, frozen=True):
    """The latest of each time, and how many are no orders yet or never were."""

    updated: "OrderList"
    placed: "OrderList"
    authorised: "OrderList"
    unplaced: "OrderList"


class OrderList(msgspec.Struct, frozen=True, rename="camel"):
    """A list of orders."""

    items: list[Order]
    total_items: int = 0


class WithOrders(msgspec.Struct, frozen=True):
    """A customer's orders."""

    orders: OrderList


class CustomerOrdersAnswer(msgspec.Struct, frozen=True):
    """The same by the customer's id; None if deleted."""

    customer: WithOrders | None


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
    code: str = ""


class HistoryEntry(msgspec.Struct, frozen=True):
    """What was done to an order, and by whom."""

    type: str = ""
    administrator: "Account | None" = None


class History(msgspec.Struct, frozen=True):
    """A list of such."""

    items: list[HistoryEntry] = []


class OwnDraft(msgspec.Struct, frozen=True, rename="camel"):
    """An order with who made it and when."""

    id: str
    created_at: datetime
    history: History = History()
    customer: "Account | None" = None
    lines: list["Account"] = []

    @property
    def makers(self) -> set[str | None]:
        """The ids of everybody who did anything to it; None: nobody knows."""
        return {e.administrator.id if e.administrator else None for e in self.history.items}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was put into it, not even a customer."""
        return self.customer is None and not self.lines


class OwnDrafts(msgspec.Struct, frozen=True):
    """A list of such."""

    items: list[OwnDraft]


class EmptyDraftsAnswer(msgspec.Struct, frozen=True):
    """The oldest drafts, the latest till sales, and the latest order of all."""

    orders: OwnDrafts
    ours: OwnDrafts
    newest: OwnDrafts


class DraftAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """``createDraftOrder``."""

    create_draft_order: Made


class PaidAnswer(msgspec.Struct, frozen=True):
    """A payment."""

    paid: Order


class Account(msgspec.Struct, frozen=True):
    """That there is one: a login, an address, an administrator."""

    id: str


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
