"""Products of a Medusa shop with their prices, new or changed.

A changed name moves a product's time and a changed price its variant's, so both lists are read, and
each product that either of them names is asked for whole. The till's prices are with tax: of a shop
whose are not, none are taken over.
"""

import html
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from sync.online_store import ProductPage
from sync.stores.medusa_http import MedusaApi
from sync.stores.medusa_rounds import Mark, Rounds, since
from sync.stores.medusa_setup import MedusaSetup
from sync.stores.medusa_wire import Dated, Product, Products, Variant, Variants, minor
from terminal import sales

_FIELDS: Final = "id,title,status,is_giftcard,updated_at,*variants,*variants.prices,*type,*tags"
_AT_ONCE: Final = 25
_ON_SALE: Final = "published"


class Marks(msgspec.Struct, frozen=True):
    """Where a reader of both lists stands."""

    products: Mark = Mark()
    variants: Mark = Mark()


class MedusaProducts:
    """What one shop sells."""

    def __init__(
        self, api: MedusaApi, setup: MedusaSetup, *, page_size: int, overlap: timedelta
    ) -> None:
        self._api = api
        self._setup = setup
        self._goods: Rounds[Dated] = Rounds(self._ask_goods, size=page_size, overlap=overlap)
        self._kinds: Rounds[Dated] = Rounds(self._ask_kinds, size=page_size, overlap=overlap)

    def changes(self, cursor: str | None) -> ProductPage:
        """The page after ``cursor``."""
        currency = self._setup.currency or self._setup.check().currency
        if not self._setup.with_tax(currency):
            return ProductPage((), cursor or "")
        marks = _read(cursor)
        goods, after_goods, more_goods = self._goods.step(marks.products)
        kinds, after_kinds, more_kinds = self._kinds.step(marks.variants)
        ids = [row.id for row in goods] + [row.product_id or "" for row in kinds]
        listed: list[sales.Product] = []
        gone: list[str] = []
        for row in self._whole([one for one in dict.fromkeys(ids) if one]):
            for variant in row.variants or ():
                product = _product(row, variant, currency)
                if row.status != _ON_SALE and variant.sku:
                    gone.append(variant.sku)
                elif product is not None:
                    listed.append(product)
        text = msgspec.json.encode(Marks(after_goods, after_kinds)).decode()
        more = more_goods or more_kinds
        return ProductPage(tuple(listed), text, more=more, gone=tuple(gone))

    def _ask_goods(self, at: datetime | None, size: int) -> list[Dated]:
        params = {**since(at), "limit": str(size), "fields": "id,updated_at"}
        found = self._api.get("/admin/products", Products, **params).products
        return [Dated(row.id, row.updated_at) for row in found]

    def _ask_kinds(self, at: datetime | None, size: int) -> list[Dated]:
        params = {**since(at), "limit": str(size), "fields": "id,product_id,updated_at"}
        found = self._api.get("/admin/product-variants", Variants, **params).variants
        return [Dated(row.id, row.updated_at, row.product_id) for row in found]

    def _whole(self, ids: list[str]) -> list[Product]:
        rows: list[Product] = []
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            params: dict[str, Any] = {"id[]": some, "limit": str(len(some)), "fields": _FIELDS}
            rows += self._api.get("/admin/products", Products, **params).products
        return rows


def _product(row: Product, variant: Variant, currency: str) -> sales.Product | None:
    """A variant with the price that holds for one piece, for everybody; None without one."""
    prices = [
        price.amount
        for price in variant.prices or ()
        if price.currency_code.upper() == currency
        and not price.rules
        and (price.min_quantity or Decimal(0)) <= 1
    ]
    if not variant.sku or not prices:
        return None
    goods = sales.Goods(
        category=row.type.value if row.type else "",
        tags=tuple(tag.value for tag in row.tags or ()),
        kind="gift_card" if row.is_giftcard else "goods",
    )
    detail = html.unescape(variant.title or "") if len(row.variants or ()) > 1 else ""
    return sales.Product(
        variant.sku, html.unescape(row.title), minor(min(prices), currency), currency, detail,
        variant.ean or variant.barcode or "", goods,
    )  # fmt: skip


def _read(cursor: str | None) -> Marks:
    try:
        return msgspec.json.decode(cursor, type=Marks) if cursor else Marks()
    except (msgspec.DecodeError, UnicodeEncodeError):
        return Marks()
