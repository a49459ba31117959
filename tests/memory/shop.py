"""Programmes and products in memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from terminal.db.searching import (
    parse,
    product_key,
    product_words,
)
from terminal.programs.model import Program
from terminal.sales import Product
from tests.memory.state import Books, in_place


@dataclass(slots=True)
class MemoryPrograms:
    """``ProgramRecords``."""

    _books: Books

    def put(self, program: Program) -> None:
        self._books.change().programs[(program.code, program.version)] = program

    def at(self, moment: datetime) -> Program | None:
        past = [p for p in self._books.look().programs.values() if p.effective_from <= moment]
        return max(past, key=lambda p: (p.effective_from, p.version), default=None)


@dataclass(slots=True)
class MemoryProducts:
    """``ProductRecords``."""

    _books: Books

    def put_all(self, products: Iterable[Product]) -> None:
        self._books.change().products.update({product.sku: product for product in products})

    def by_code(self, code: str) -> Product | None:
        products = self._books.look().products
        by_ean = (product for product in products.values() if code and product.ean == code)
        return next(by_ean, products.get(code))

    def search(self, query: str, limit: int) -> list[Product]:
        asked = parse(query)
        everything = sorted(self._books.look().products.values(), key=product_key)
        if not asked.sku:
            return everything[:limit]
        hits = []
        if asked.words:
            hits += in_place(everything, asked.words, product_key, product_words)
        by_sku = sorted(everything, key=lambda product: product.sku.casefold())
        hits += [p for p in by_sku if p.sku.casefold().startswith(asked.sku)]
        return list({product.sku: product for product in hits}.values())[:limit]
