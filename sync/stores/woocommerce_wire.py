"""WooCommerce's answers as they come over the wire: only what is read, checked when decoded.

Amounts are text with a point, net of tax in lines and fees; ``date_*_gmt`` are GMT without saying
so. Texts of people come with HTML entities. A number may come as text and text as a number.
"""

import html
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from terminal.money import decimals_of


def money(minor: int, currency: str) -> str:
    """Minor units as WooCommerce takes them, whatever the machine's language: ``1234.50``."""
    places = decimals_of(currency)
    return f"{Decimal(minor).scaleb(-places):.{places}f}"


def number(text: str) -> Decimal:
    """What an amount says; nothing, and what is none, is zero."""
    try:
        told = Decimal(text or "0")
    except InvalidOperation:
        return Decimal(0)
    return told if told.is_finite() else Decimal(0)


def minor(text: str, currency: str) -> int:
    """Minor units of an amount; halves go away from zero, as the shop rounds."""
    return rounded(number(text).scaleb(decimals_of(currency)))


def rounded(amount: Decimal) -> int:
    """The nearest whole number; halves go away from zero."""
    return int(amount.to_integral_value(rounding="ROUND_HALF_UP"))


def moment(text: str | None) -> datetime | None:
    """A ``date_*_gmt``, aware."""
    if not text:
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)


def gmt(at: datetime) -> str:
    """A moment as ``modified_after`` with ``dates_are_gmt`` takes it: never with a zone."""
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()


def plain(text: str | None) -> str:
    """A person's words without HTML entities."""
    return html.unescape(text or "").strip()


class Meta(msgspec.Struct, frozen=True):
    """A custom field. Its value comes back as text whatever went in; lists and objects stay."""

    key: str = ""
    value: Any = ""


def field(meta: list[Meta], key: str) -> str:
    """The text of a custom field, the last one of its name; empty without one."""
    for one in reversed(meta):
        if one.key == key:
            return one.value if isinstance(one.value, str) else str(one.value or "")
    return ""


class Problem(msgspec.Struct, frozen=True):
    """An error. ``data`` is an object with ``status``, or a number, or nothing; ``message`` may
    hold HTML and data of people, and goes no further."""

    code: str = ""
    message: str = ""
    data: Any = None

    @property
    def status(self) -> int:
        """The status that stands in it; 0: none does."""
        told = self.data.get("status") if isinstance(self.data, dict) else self.data
        return told if isinstance(told, int) else 0


class Billing(msgspec.Struct, frozen=True):
    """Of an address, what a till has use for."""

    email: str = ""
    phone: str = ""


class Person(msgspec.Struct, frozen=True):
    """A customer; in a batch ``error`` may stand in their place."""

    id: int | None = 0
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    role: str = "customer"
    username: str = ""
    billing: Billing = Billing()
    date_modified_gmt: str | None = None
    meta_data: list[Meta] = []
    error: Problem | None = None


class LineTax(msgspec.Struct, frozen=True):
    """The part of one rate in a line's tax."""

    id: int = 0
    total: str = ""


class Item(msgspec.Struct, frozen=True):
    """A line or fee of an order; of a refund, with everything negative."""

    id: int = 0
    name: str = ""
    product_id: int = 0
    variation_id: int = 0
    quantity: int = 1
    total: str = ""
    total_tax: str = ""
    taxes: list[LineTax] = []
    sku: str | None = None
    tax_status: str = ""
    tax_class: str = ""
    meta_data: list[Meta] = []


class Shipping(msgspec.Struct, frozen=True):
    """What shipping cost, net."""

    total: str = ""
    total_tax: str = ""


class TaxLine(msgspec.Struct, frozen=True):
    """A rate that an order was taxed by."""

    rate_id: int = 0
    rate_percent: Decimal = Decimal(0)
    compound: bool = False


class RefundNote(msgspec.Struct, frozen=True):
    """That there is a refund."""

    id: int
    total: str = ""


class CouponLine(msgspec.Struct, frozen=True):
    """A coupon that was used in an order."""

    code: str = ""


class Order(msgspec.Struct, frozen=True):
    """An order; in a batch ``error`` may stand in its place."""

    id: int | None = 0
    number: str = ""
    status: str = ""
    currency: str = ""
    prices_include_tax: bool = True
    total: str = ""
    customer_id: int = 0
    created_via: str = ""
    billing: Billing = Billing()
    date_created_gmt: str | None = None
    date_modified_gmt: str | None = None
    date_paid_gmt: str | None = None
    meta_data: list[Meta] = []
    line_items: list[Item] = []
    fee_lines: list[Item] = []
    shipping_lines: list[Shipping] = []
    tax_lines: list[TaxLine] = []
    coupon_lines: list[CouponLine] = []
    refunds: list[RefundNote] = []
    error: Problem | None = None


class Refund(msgspec.Struct, frozen=True):
    """A refund; ``amount`` is positive, its lines are negative."""

    id: int
    parent_id: int = 0
    amount: str = ""
    reason: str = ""
    date_created_gmt: str | None = None
    meta_data: list[Meta] = []
    line_items: list[Item] = []
    fee_lines: list[Item] = []
    shipping_lines: list[Shipping] = []


class Named(msgspec.Struct, frozen=True):
    """A category, tag or brand."""

    name: str = ""


class Goods(msgspec.Struct, frozen=True):
    """A product or a variation of one. ``price`` is what it costs now, as the shop keeps prices."""

    id: int
    name: str = ""
    type: str = "simple"
    status: str = "publish"
    sku: str | None = None
    price: str = ""
    parent_id: int = 0
    tax_status: str = "taxable"
    tax_class: str = ""
    global_unique_id: str = ""
    categories: list[Named] = []
    tags: list[Named] = []
    brands: list[Named] = []
    date_modified_gmt: str | None = None


class Coupon(msgspec.Struct, frozen=True):
    """A coupon; its code is lower case there."""

    id: int
    code: str = ""
    status: str = "publish"
    amount: str = ""
    usage_count: int = 0
    date_expires_gmt: str | None = None


class Rate(msgspec.Struct, frozen=True):
    """A tax rate of the shop. ``class`` is standard, reduced-rate …"""

    id: int
    country: str = ""
    state: str = ""
    rate: str = ""
    priority: int = 1
    compound: bool = False
    cls: str = msgspec.field(name="class", default="standard")


class Setting(msgspec.Struct, frozen=True):
    """One option of the shop."""

    id: str = ""
    value: Any = ""


class Environment(msgspec.Struct, frozen=True):
    """Versions."""

    version: str = ""


class StatusSettings(msgspec.Struct, frozen=True):
    """How the shop is set up."""

    currency: str = ""
    number_of_decimals: int | None = None
    hpos: bool | None = msgspec.field(name="HPOS_enabled", default=None)


class SystemStatus(msgspec.Struct, frozen=True):
    """``system_status``."""

    environment: Environment = Environment()
    settings: StatusSettings = StatusSettings()


class Index(msgspec.Struct, frozen=True):
    """``/wp-json/``, which everybody may read."""

    name: str = ""
    url: str = ""
    home: str = ""
    namespaces: list[str] = []


class Argument(msgspec.Struct, frozen=True):
    """What a list may be asked for."""

    items: dict[str, Any] = {}

    @property
    def choices(self) -> list[str]:
        """The values that it takes."""
        told = self.items.get("enum", [])
        return [one for one in told if isinstance(one, str)] if isinstance(told, list) else []


class Endpoint(msgspec.Struct, frozen=True):
    """One way to ask."""

    methods: list[str] = []
    args: dict[str, Any] = {}


class Options(msgspec.Struct, frozen=True):
    """The answer to OPTIONS."""

    endpoints: list[Endpoint] = []

    def argument(self, name: str) -> Argument | None:
        """What a list of these may be asked for by this name; None: it knows none such."""
        for endpoint in self.endpoints:
            if "GET" in endpoint.methods and isinstance(endpoint.args.get(name), dict):
                return msgspec.convert(endpoint.args[name], Argument, strict=False)
        return None
