"""Products of a WooCommerce shop with what they cost at the counter, tax included.

What is no longer for sale is a draft, private or in the bin; of what was deleted for good nothing
is left to be told. Goods that come in kinds (a variable product) are their variations.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from sync.online_store import ProductPage
from sync.stores.woocommerce_http import WooApi
from sync.stores.woocommerce_shop import WooShop
from sync.stores.woocommerce_sweep import Ask, Mark, advance, kept, rewound
from sync.stores.woocommerce_wire import (
    Goods,
    gmt,
    moment,
    number,
    plain,
    rounded,
)
from terminal.money import decimals_of
from terminal.sales import Goods as Sort
from terminal.sales import Product

_FIELDS: Final = (
    "id,name,type,status,sku,price,parent_id,tax_status,tax_class,global_unique_id,categories,"
    "tags,brands,date_modified_gmt"
)
_MANY: Final = 100


class _Round(msgspec.Struct, frozen=True):
    """As with orders."""

    since: str = ""
    began: str = ""
    phase: str = "live"
    mark: Mark = Mark()


class WooProducts:
    """Reads products."""

    def __init__(self, api: WooApi, shop: WooShop, *, page_size: int, overlap: timedelta) -> None:
        self._api, self._shop = api, shop
        self._page_size, self._overlap = page_size, overlap

    def changes(self, cursor: str | None) -> ProductPage:
        """The next page."""
        at = rewound(cursor, _Round) or _Round()
        rows, mark = advance(at.mark, self._asker(at), lambda row: row.id, self._page_size)
        now = self._api.store_time
        began = at.began or (gmt(now) if now else "")
        sold: list[Product] = []
        gone: list[str] = []
        for row in rows:
            if at.phase == "trash" or row.status != "publish":
                gone += [row.sku] if row.sku else []
            else:
                sold += self._sold(row)
        told, more = _Round(at.since, began, at.phase, mark), True
        if mark.done:
            told, more = self._next(told)
        return ProductPage(tuple(sold), kept(told), more, mark.total, tuple(gone))

    def _asker(self, at: _Round) -> Ask[Goods]:
        asked: dict[str, object] = {"orderby": "id", "order": "asc", "_fields": _FIELDS}
        asked["status"] = "trash" if at.phase == "trash" else "any" if at.since else "publish"
        if at.since:
            asked |= {"modified_after": at.since, "dates_are_gmt": "true"}

        def ask(offset: int, size: int) -> tuple[Sequence[Goods], int]:
            more = {**asked, "offset": offset, "per_page": size}
            return self._api.page("/products", list[Goods], **more)

        return ask

    def _next(self, at: _Round) -> tuple[_Round, bool]:
        if at.since and at.phase == "live":
            return _Round(at.since, at.began, "trash"), True
        began = moment(at.began)
        return _Round(gmt(began - self._overlap) if began else at.since), False

    def _sold(self, row: Goods) -> Iterator[Product]:
        if row.type == "variable":
            for kind in self._variations(row):
                yield from self._product(kind, row)
        elif row.type not in ("grouped", "external"):
            yield from self._product(row, row)

    def _variations(self, row: Goods) -> Iterator[Goods]:
        mark = Mark()

        def ask(offset: int, size: int) -> tuple[Sequence[Goods], int]:
            return self._api.page(f"/products/{row.id}/variations", list[Goods], offset=offset,
                per_page=size, orderby="id", order="asc", _fields=_FIELDS)  # fmt: skip

        while not mark.done:
            kinds, mark = advance(mark, ask, lambda kind: kind.id, _MANY)
            yield from kinds

    def _product(self, row: Goods, of: Goods) -> Iterator[Product]:
        """Without a SKU or a price nobody can sell it."""
        if not row.sku or not row.price:
            return
        currency, taxes = self._shop.facts.currency, self._shop.taxes
        # Net prices may be kept to the last part of a cent, to come out even with their tax.
        factor = 1 if taxes.included else taxes.factor(row.tax_class, row.tax_status)
        price = rounded(number(row.price).scaleb(decimals_of(currency)) * factor)
        name = plain(of.name)
        kind = plain(row.name)
        sort = Sort(
            category=plain(of.categories[0].name) if of.categories else "",
            brand=plain(of.brands[0].name) if of.brands else "",
            tags=tuple(plain(tag.name) for tag in of.tags),
            tax=taxes.hundredths(row.tax_class, row.tax_status),
        )
        detail = kind if row is not of and kind != name else ""
        yield Product(row.sku, name, price, currency, detail, row.global_unique_id, sort)
