"""Products of a Vendure store by SKU: its variants, with prices as shoppers of its own zone see
them.

A variant is told again when it changes, and its price and its name count as that; switching its
whole product off moves the product alone, so variants of products that changed are asked for too.
Deleted ones leave no trace: they are only missing from a reading from the beginning.
"""

import html
from datetime import timedelta
from typing import Any

import msgspec

from sync.online_store import ProductPage
from sync.stores import vendure_shop_documents as documents
from sync.stores.vendure_feed import read
from sync.stores.vendure_http import VendureApi
from sync.stores.vendure_paging import Place, Times, since_filter, told, turn
from sync.stores.vendure_shop_wire import GoodsAnswer, GoodsFields, LatestGoods, ProductsAnswer
from terminal.sales import Goods, Product

_UPDATED = "updatedAt"
_PRODUCT = "product"


class VendureGoods:
    """The goods of one store, but for the open-price item."""

    def __init__(self, api: VendureApi, take: int, overlap: timedelta, open_sku: str) -> None:
        self._source = _Variants(api)
        self._take = take
        self._overlap = overlap
        self._open_sku = open_sku

    def changes(self, cursor: str | None) -> ProductPage:
        """The page after ``cursor``."""
        place = read(cursor, Place) or Place()
        turned = turn(self._source, place, self._take, self._overlap)
        rows = [row for row in turned.rows if row.sku and row.sku != self._open_sku]
        return ProductPage(
            tuple(_product(row) for row in rows if row.is_sold),
            msgspec.json.encode(turned.place).decode(),
            more=not turned.done,
            gone=tuple(row.sku for row in rows if not row.is_sold),
        )


class _Variants:
    """Variants by their own time and their product's."""

    def __init__(self, api: VendureApi) -> None:
        self._api = api
        self._ean: bool | None = None

    def rows(self, since: Times, skip: int, take: int) -> tuple[list[GoodsFields], int]:
        if self._ean is None:
            self._ean = not self._api.lacks(documents.EAN)
        document = documents.goods(ean=self._ean)
        found = self._api.ask(
            document, GoodsAnswer, filter=self._wanted(since), skip=skip, take=take
        ).product_variants
        return found.items, found.total_items

    def latest(self) -> Times:
        found = self._api.ask(documents.LATEST_GOODS, LatestGoods)
        both = {_UPDATED: found.variants.items, _PRODUCT: found.products.items}
        return {name: items[0].updated_at for name, items in both.items() if items}

    def times(self, row: GoodsFields) -> Times:
        product = row.product.updated_at
        return {_UPDATED: row.updated_at, **({_PRODUCT: product} if product else {})}

    def _wanted(self, since: Times) -> dict[str, Any]:
        if _PRODUCT not in since:
            return {}
        changed = self._api.ask(
            documents.PRODUCTS, ProductsAnswer, filter={_UPDATED: {"after": told(since[_PRODUCT])}}
        ).products
        if changed.total_items > len(changed.items):
            return {}
        ids = [product.id for product in changed.items]
        return {"_or": [*since_filter(since, _UPDATED), {"productId": {"in": ids}}]}


def _product(row: GoodsFields) -> Product:
    return Product(
        sku=row.sku,
        name=html.unescape(row.name),
        price=row.price_with_tax,
        currency=row.currency_code,
        ean=row.custom_fields.ean or "",
        goods=Goods(tax=row.tax_rate_applied.hundredths),
    )
