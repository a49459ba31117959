"""Shopify's answers as they come over the wire: only what is read, checked when decoded.

Amounts are decimal text of the shop's currency (``shopMoney``), turned into minor units at once;
times ISO 8601 text with a Z. A mutation's ``userErrors`` are empty when it went well.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

import msgspec

from terminal.money import CURRENCIES

T = TypeVar("T")


class Problem(msgspec.Struct, frozen=True):
    """One of the top-level errors."""

    message: str = ""
    path: list[str | int] | None = None
    extensions: dict[str, Any] = {}

    @property
    def code(self) -> str:
        """THROTTLED, ACCESS_DENIED, MAX_COST_EXCEEDED …; empty for a document that is not valid."""
        return str(self.extensions.get("code", ""))

    @property
    def where(self) -> str:
        """The root field, or its alias, that failed."""
        return str(self.path[0]) if self.path else ""


class Throttle(msgspec.Struct, frozen=True, rename="camel"):
    """The bucket of points that requests are paid from."""

    maximum_available: float
    currently_available: float
    restore_rate: float


class Cost(msgspec.Struct, frozen=True, rename="camel"):
    """What a request was charged."""

    requested_query_cost: float = 0
    throttle_status: Throttle | None = None


class Extensions(msgspec.Struct, frozen=True):
    """What stands beside the data."""

    cost: Cost | None = None


class Envelope(msgspec.Struct, frozen=True):
    """What every answer has around it. Doors that are shut say ``errors`` as one text."""

    data: msgspec.Raw = msgspec.Raw()
    errors: list[Problem] | str | None = None
    extensions: Extensions | None = None


class UserError(msgspec.Struct, frozen=True, rename="camel"):
    """Why a mutation was not done. Many kinds come without a code."""

    message: str = ""
    code: str | None = None
    field: list[str] | None = None
    element_index: int | None = None

    @property
    def where(self) -> str:
        """The part of the input that it is about."""
        return ".".join(self.field or ())

    def about(self, name: str) -> bool:
        """Whether it is about this part of the input."""
        return name in (self.field or ())


class Named(msgspec.Struct, frozen=True):
    """A thing with an id."""

    id: str


class Put(msgspec.Struct, frozen=True, rename="camel"):
    """What a mutation did: whichever of these it makes."""

    user_errors: list[UserError] = []
    customer: "Person | None" = None
    order: "Made | None" = None
    refund: Named | None = None
    metafields: list["Field"] | None = None
    code_discount_node: Named | None = None


class PutAnswer(msgspec.Struct, frozen=True):
    """A mutation under the name ``put``."""

    put: Put | None = None


class Info(msgspec.Struct, frozen=True, rename="camel"):
    """Where a list goes on."""

    has_next_page: bool = False
    end_cursor: str | None = None


class Nodes(msgspec.Struct, Generic[T], frozen=True, rename="camel"):
    """A list, or a part of one."""

    nodes: list[T] = []
    page_info: Info = Info()


class PageAnswer(msgspec.Struct, Generic[T], frozen=True):
    """A list under the name ``page``."""

    page: Nodes[T]


class Found(msgspec.Struct, Generic[T], frozen=True):
    """One thing under the name ``found``."""

    found: T | None = None


class Money(msgspec.Struct, frozen=True, rename="camel"):
    """An amount in the currency of the shop."""

    amount: Decimal
    currency_code: str

    @property
    def minor(self) -> int:
        """Minor units."""
        return minor(self.amount, self.currency_code)


class Bag(msgspec.Struct, frozen=True, rename="camel"):
    """An amount as the shop counts it."""

    shop_money: Money

    @property
    def minor(self) -> int:
        """Minor units."""
        return self.shop_money.minor


class Field(msgspec.Struct, frozen=True, rename="camel"):
    """A metafield."""

    value: str = ""
    key: str = ""
    compare_digest: str = ""


class Email(msgspec.Struct, frozen=True, rename="camel"):
    """A customer's address and what they agreed to."""

    email_address: str
    marketing_state: str = ""


class Phone(msgspec.Struct, frozen=True, rename="camel"):
    """A customer's number, as they typed it or in full."""

    phone_number: str


class Person(msgspec.Struct, frozen=True, rename="camel"):
    """A customer."""

    id: str
    first_name: str | None = None
    last_name: str | None = None
    state: str = ""
    updated_at: datetime | None = None
    can_delete: bool = False
    default_email_address: Email | None = None
    default_phone_number: Phone | None = None
    card: Field | None = None
    standing: Field | None = None
    birthday: Field | None = None
    erased: Field | None = None


class Shown(msgspec.Struct, frozen=True, omit_defaults=True):
    """The metafield ``standing``: everything about where a member stands, put as one."""

    points: int
    tier: str
    at: datetime
    lapsing: int = 0
    lapses_at: datetime | None = None


class Attribute(msgspec.Struct, frozen=True):
    """A note on an order."""

    key: str
    value: str | None = None


class Made(msgspec.Struct, frozen=True, rename="camel"):
    """An order by its names."""

    id: str
    name: str
    sale: Field | None = None
    total_price_set: Bag | None = None
    custom_attributes: list[Attribute] = []

    def is_of(self, sale: str) -> bool:
        """Whether it says so itself; a search may find its like."""
        return any(one.key == "posSaleId" and one.value == sale for one in self.custom_attributes)


class SaleAnswer(msgspec.Struct, frozen=True):
    """The order of a sale, by its unique field and by searching."""

    known: Made | None = None
    told: Nodes[Made] = Nodes()


class Variant(msgspec.Struct, frozen=True):
    """A product variant; the price as the shop shows it."""

    id: str = ""
    sku: str | None = None
    barcode: str | None = None
    price: Decimal = Decimal(0)
    title: str = ""


class Product(msgspec.Struct, frozen=True, rename="camel"):
    """A product with its variants."""

    id: str
    title: str
    status: str
    updated_at: datetime
    variants: Nodes[Variant]
    vendor: str = ""
    product_type: str = ""
    tags: list[str] = []
    is_gift_card: bool = False


class Kind(msgspec.Struct, frozen=True):
    """The name of a metafield's type."""

    name: str


class Unique(msgspec.Struct, frozen=True):
    """Whether a value may stand once only."""

    enabled: bool = False


class Abilities(msgspec.Struct, frozen=True, rename="camel"):
    """What a metafield is held to."""

    unique_values: Unique = Unique()


class Definition(msgspec.Struct, frozen=True):
    """A metafield that the shop knows."""

    key: str
    namespace: str
    type: Kind
    capabilities: Abilities = Abilities()


class ShopFacts(msgspec.Struct, frozen=True, rename="camel"):
    """Who answers."""

    name: str
    currency_code: str
    taxes_included: bool
    myshopify_domain: str


class ShopAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """The shop and our fields there."""

    shop: ShopFacts
    customer_fields: Nodes[Definition]
    order_fields: Nodes[Definition]


class Scope(msgspec.Struct, frozen=True):
    """Something the key may do."""

    handle: str


class Installation(msgspec.Struct, frozen=True, rename="camel"):
    """What the key may do."""

    access_scopes: list[Scope] = []


class ScopesAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """Whose key it is."""

    current_app_installation: Installation


class CouponThere(msgspec.Struct, frozen=True, rename="camel"):
    """A discount by its code."""

    id: str
    code_discount: dict[str, Any] = {}

    @property
    def kind(self) -> str:
        """Its type there."""
        return str(self.code_discount.get("__typename", ""))

    @property
    def ended(self) -> bool:
        """Whether nobody can use it any more."""
        return self.code_discount.get("status") == "EXPIRED"


def minor(amount: Decimal, currency: str) -> int:
    """Minor units; more decimals than the currency has are rounded away."""
    known = CURRENCIES.get(currency)
    return int(amount.scaleb(known.decimals if known else 2).to_integral_value())


def decimal(amount: int, currency: str) -> str:
    """Minor units as Shopify wants them."""
    known = CURRENCIES.get(currency)
    return str(Decimal(amount).scaleb(-(known.decimals if known else 2)))
