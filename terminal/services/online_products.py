"""Taking the online store's products into the counter's own list: names, prices, article numbers.

Found by SKU. What the shop set itself for its rules (category, brand, tags, tax, deposits) is never
overwritten: the store fills in what is not there. Other currencies are not ours to sell in.
A size that the store's name holds already is not said below it once more; the name stays whole, as
slips and the store's orders say nothing else.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from terminal.ports import Database, UnitOfWork
from terminal.sales import PLAIN, Goods, Product

CHUNK = 100
"""Rows per transaction: a cashier's sale never waits for more than this."""


class OnlineProducts:
    """Keeps the counter's products as one online store sells them."""

    def __init__(self, database: Database, currency: str) -> None:
        self._database = database
        self._currency = currency

    def take(self, products: Iterable[Product]) -> int:
        """How many were new or changed."""
        ours = [each for each in products if each.sku and each.currency == self._currency]
        changed = 0
        for start in range(0, len(ours), CHUNK):
            some = {each.sku: each for each in ours[start : start + CHUNK]}
            with self._database.write() as uow:
                moved = [new for each in some.values() if (new := _as_ours(uow, each)) is not None]
                uow.products.put_all(moved)
                uow.commit()
            changed += len(moved)
        return changed


def _as_ours(uow: UnitOfWork, theirs: Product) -> Product | None:
    """The product as it is to be kept; None: as it is already."""
    known = uow.products.by_code(theirs.sku)
    if known is None or known.sku != theirs.sku:
        detail = _unsaid(theirs.name, theirs.detail)
        return replace(theirs, ean=_free_ean(uow, theirs), detail=detail)
    new = replace(
        theirs, ean=_free_ean(uow, theirs) or known.ean,
        detail=_unsaid(theirs.name, theirs.detail or known.detail),
        goods=_goods(known.goods, theirs.goods),
    )  # fmt: skip
    return None if new == known else new


def _unsaid(name: str, detail: str) -> str:
    """The detail, unless the name says it: at its end, or anywhere if it is a measure ("500 ml",
    and not a size "S" in somebody's name)."""
    words = r"\s*".join(map(re.escape, detail.split()))
    end = "" if re.search(r"\d", detail) else r"\W*$"
    said = re.search(rf"(?<![\w'’])(?<!\d[.,]){words}(?!\w){end}", name, re.IGNORECASE)
    return "" if said else detail


def _free_ean(uow: UnitOfWork, theirs: Product) -> str:
    """The article number, unless another article of ours has it."""
    other = uow.products.by_code(theirs.ean) if theirs.ean else None
    return "" if other is not None and other.sku != theirs.sku else theirs.ean


def _goods(ours: Goods, theirs: Goods) -> Goods:
    return Goods(
        category=ours.category or theirs.category,
        brand=ours.brand or theirs.brand,
        tags=ours.tags or theirs.tags,
        tax=ours.tax or theirs.tax,
        fixed=ours.fixed or theirs.fixed,
        kind=ours.kind if ours.kind != PLAIN.kind else theirs.kind,
    )
