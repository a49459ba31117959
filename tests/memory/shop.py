"""Programmes and products in memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from terminal.db.searching import (
    parse,
    product_key,
    product_words,
)
from terminal.errors import ProgramInForce
from terminal.programs.model import Program
from terminal.sales import Product
from tests.memory.state import Books, in_place


@dataclass(slots=True)
class MemoryPrograms:
    """``ProgramRecords``."""

    _books: Books

    def put(self, program: Program, now: datetime | None = None) -> None:
        programs = self._books.change().programs
        key = (program.code, program.version)
        known = programs.setdefault(key, program)
        if known != program:
            if now is None or known.effective_from <= now:
                raise ProgramInForce(code=program.code, version=program.version)
            programs[key] = program

    def at(self, moment: datetime) -> Program | None:
        past = [p for p in self._books.look().programs.values() if p.effective_from <= moment]
        return max(past, key=lambda p: (p.effective_from, p.version), default=None)

    def next_after(self, moment: datetime) -> Program | None:
        to_come = [p for p in self._books.look().programs.values() if p.effective_from > moment]
        return min(to_come, key=lambda p: (p.effective_from, -p.version), default=None)

    def version(self, code: str, version: int) -> Program | None:
        return self._books.look().programs.get((code, version))

    def all(self) -> list[Program]:
        programs = self._books.look().programs.values()
        return sorted(programs, key=lambda p: (p.effective_from, p.version, p.code))


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
