"""Medusa's answers as they come over the wire: only what is read, checked when decoded.

Amounts are JSON numbers in whole units of the currency, read digit by digit and turned into minor
units at once; times ISO 8601 text with a Z. Currency codes are in small letters there.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from terminal.money import CURRENCIES

LIVE: Final = ("pending", "completed", "requires_action")


class Problem(msgspec.Struct, frozen=True):
    """What stands in an answer that is none."""

    message: str = ""
    type: str = ""
    code: str = ""


class Token(msgspec.Struct, frozen=True):
    """A session."""

    token: str = ""


class Person(msgspec.Struct, frozen=True):
    """A customer. ``has_account``: registered; one e-mail may have one of each."""

    id: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    metadata: dict[str, Any] | None = None
    has_account: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None


class OneCustomer(msgspec.Struct, frozen=True):
    """A customer, asked for or put."""

    customer: Person


class Customers(msgspec.Struct, frozen=True):
    """A page of them."""

    customers: list[Person]
    count: int = 0


class Refund(msgspec.Struct, frozen=True):
    """Money that went back."""

    id: str
    amount: Decimal = Decimal(0)
    note: str | None = None
    created_at: datetime | None = None


class Payment(msgspec.Struct, frozen=True):
    """A payment; ``captured_at`` None: the money has not come yet."""

    id: str
    amount: Decimal = Decimal(0)
    captured_at: datetime | None = None
    canceled_at: datetime | None = None
    refunds: list[Refund] | None = None


class Collection(msgspec.Struct, frozen=True):
    """What is to be paid, and the payments."""

    id: str
    status: str = ""
    amount: Decimal = Decimal(0)
    payments: list[Payment] | None = None


class OneCollection(msgspec.Struct, frozen=True):
    """A payment collection, made or changed."""

    payment_collection: Collection


class Detail(msgspec.Struct, frozen=True):
    """What became of a line. Nobody reads it; but a line of which goods came back looks different
    by it (``medusa_rounds.fingerprint``)."""

    return_received_quantity: Decimal = Decimal(0)


class Item(msgspec.Struct, frozen=True):
    """A line of an order; ``total`` with tax, less discounts."""

    id: str
    title: str = ""
    product_title: str | None = None
    variant_sku: str | None = None
    metadata: dict[str, Any] | None = None
    quantity: Decimal = Decimal(0)
    unit_price: Decimal = Decimal(0)
    total: Decimal = Decimal(0)
    is_giftcard: bool = False
    detail: Detail | None = None
    adjustments: list["Adjustment"] | None = None

    @property
    def sku(self) -> str:
        """Of the goods, whether the shop lists them or we named them."""
        return self.variant_sku or str((self.metadata or {}).get("sku", ""))


class Adjustment(msgspec.Struct, frozen=True):
    """A discount on a line."""

    code: str | None = None


class Summary(msgspec.Struct, frozen=True):
    """What is still to be paid, or, below nothing, to be given back."""

    pending_difference: Decimal = Decimal(0)


class Order(msgspec.Struct, frozen=True):
    """An order, or a draft of one."""

    id: str
    status: str = ""
    display_id: int | None = None
    currency_code: str = ""
    email: str | None = None
    customer_id: str | None = None
    metadata: dict[str, Any] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    canceled_at: datetime | None = None
    total: Decimal = Decimal(0)
    shipping_total: Decimal = Decimal(0)
    items: list[Item] | None = None
    payment_collections: list[Collection] | None = None
    summary: Summary | None = None

    @property
    def sale(self) -> str:
        """The sale that it is of; empty: none of ours."""
        return str((self.metadata or {}).get("posSaleId", ""))

    @property
    def code(self) -> str:
        """Its number, for people."""
        return f"#{self.display_id}" if self.display_id is not None else ""

    @property
    def payments(self) -> list[Payment]:
        """All payments by which money came."""
        return [
            payment
            for collection in self.payment_collections or ()
            for payment in collection.payments or ()
            if payment.captured_at is not None and payment.canceled_at is None
        ]


class OneDraft(msgspec.Struct, frozen=True):
    """A draft, made."""

    draft_order: Order


class OneOrder(msgspec.Struct, frozen=True):
    """An order, asked for or changed."""

    order: Order


class Orders(msgspec.Struct, frozen=True):
    """A page of them."""

    orders: list[Order]
    count: int = 0


class Drafts(msgspec.Struct, frozen=True):
    """A page of drafts."""

    draft_orders: list[Order]
    count: int = 0


class Region(msgspec.Struct, frozen=True):
    """Where, and in which currency, the shop sells."""

    id: str
    name: str = ""
    currency_code: str = ""


class Regions(msgspec.Struct, frozen=True):
    """All of them."""

    regions: list[Region]


class Shop(msgspec.Struct, frozen=True):
    """The shop itself."""

    name: str = ""
    default_sales_channel_id: str | None = None
    default_region_id: str | None = None


class Shops(msgspec.Struct, frozen=True):
    """The one shop, in a list."""

    stores: list[Shop]


class Price(msgspec.Struct, frozen=True):
    """A price of a variant in one currency; ``rules``: only where they hold."""

    amount: Decimal = Decimal(0)
    currency_code: str = ""
    min_quantity: Decimal | None = None
    rules: dict[str, Any] | None = None


class Dated(msgspec.Struct, frozen=True):
    """Something that changed, and the product that it is of."""

    id: str
    updated_at: datetime | None = None
    product_id: str | None = None


class Variant(msgspec.Struct, frozen=True):
    """A product variant."""

    id: str
    product_id: str | None = None
    updated_at: datetime | None = None
    sku: str | None = None
    barcode: str | None = None
    ean: str | None = None
    title: str | None = None
    prices: list[Price] | None = None


class Variants(msgspec.Struct, frozen=True):
    """A page of them."""

    variants: list[Variant]


class Named(msgspec.Struct, frozen=True):
    """Something with a value for people."""

    value: str = ""


class Product(msgspec.Struct, frozen=True):
    """A product with its variants."""

    id: str
    title: str = ""
    status: str = ""
    is_giftcard: bool = False
    updated_at: datetime | None = None
    variants: list[Variant] | None = None
    type: Named | None = None
    tags: list[Named] | None = None


class Products(msgspec.Struct, frozen=True):
    """A page of them."""

    products: list[Product]
    count: int = 0


class Preference(msgspec.Struct, frozen=True):
    """Whether prices of a currency or region are with tax."""

    attribute: str = ""
    value: str | None = None
    is_tax_inclusive: bool = False


class Preferences(msgspec.Struct, frozen=True):
    """All of them."""

    price_preferences: list[Preference]


def minor(amount: Decimal, currency: str) -> int:
    """Minor units; what is finer is rounded."""
    known = CURRENCIES.get(currency.upper())
    return int(amount.scaleb(known.decimals if known else 2).to_integral_value())


def whole(amount: int, currency: str) -> Decimal:
    """Minor units as Medusa wants them: exact, and encoded as a number."""
    known = CURRENCIES.get(currency.upper())
    return Decimal(amount).scaleb(-(known.decimals if known else 2))
