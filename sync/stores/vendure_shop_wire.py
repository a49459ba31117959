"""Vendure's answers about the shop itself as they come over the wire: set-up, goods, coupons."""

from datetime import datetime
from decimal import Decimal

import msgspec


class Shop(msgspec.Struct, frozen=True, rename="camel"):
    """The channel's own words."""

    code: str
    default_currency_code: str
    default_language_code: str


class ShopAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """``activeChannel``."""

    active_channel: Shop


class CouponFields(msgspec.Struct, frozen=True):
    """A promotion with a code."""

    id: str
    enabled: bool = True


class CouponList(msgspec.Struct, frozen=True):
    """A list of such."""

    items: list[CouponFields]


class Coupons(msgspec.Struct, frozen=True):
    """``promotions``."""

    promotions: CouponList


class CouponResult(msgspec.Struct, frozen=True, rename="camel"):
    """A promotion, or why there is none."""

    error_code: str = ""
    id: str = ""


class TaxRate(msgspec.Struct, frozen=True):
    """A rate within a price, in percent."""

    value: Decimal

    @property
    def hundredths(self) -> int:
        """In hundredths of a percent."""
        return int((self.value * 100).to_integral_value())


class ProductFields(msgspec.Struct, frozen=True, rename="camel"):
    """What a variant is one of."""

    id: str
    enabled: bool = True
    updated_at: datetime | None = None


class VariantFields(msgspec.Struct, frozen=True):
    """Our fields on a variant."""

    ean: str | None = None


class GoodsFields(msgspec.Struct, frozen=True, rename="camel"):
    """A variant as it is sold."""

    id: str
    sku: str
    name: str
    enabled: bool
    updated_at: datetime
    price_with_tax: int
    currency_code: str
    tax_rate_applied: TaxRate
    product: ProductFields
    custom_fields: VariantFields = VariantFields()

    @property
    def is_sold(self) -> bool:
        """Whether shoppers can buy it."""
        return self.enabled and self.product.enabled


class GoodsList(msgspec.Struct, frozen=True, rename="camel"):
    """A page of variants."""

    items: list[GoodsFields]
    total_items: int


class GoodsAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """``productVariants``."""

    product_variants: GoodsList


class Updated(msgspec.Struct, frozen=True, rename="camel"):
    """When something changed."""

    updated_at: datetime


class UpdatedList(msgspec.Struct, frozen=True):
    """A list of such."""

    items: list[Updated]


class LatestGoods(msgspec.Struct, frozen=True):
    """The variant and the product that changed last."""

    variants: UpdatedList
    products: UpdatedList


class ProductList(msgspec.Struct, frozen=True, rename="camel"):
    """A list of products."""

    items: list[ProductFields]
    total_items: int


class ProductsAnswer(msgspec.Struct, frozen=True):
    """``products``."""

    products: ProductList
