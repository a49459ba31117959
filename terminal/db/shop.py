"""Staff, programme versions and products, in SQLite."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import func, select

from terminal.db import tables
from terminal.db.search_sql import WordSearch, starts
from terminal.db.searching import joined, parse, product_key, product_words
from terminal.db.statements import (
    AnyRow,
    Runner,
    Statement,
    beyond,
    limited,
    number,
    param,
    plain_insert,
    upsert,
    word,
)
from terminal.db.values import (
    goods,
    goods_columns,
    id_list,
    micros,
    micros_or_none,
    moment_or_none,
    program,
    to_json,
)
from terminal.errors import BadgeTaken, ProgramInForce
from terminal.folding import fold
from terminal.ids import StaffId
from terminal.programs.model import Program
from terminal.sales import Product
from terminal.staff import Role, Staff

_S, _G, _P, _W = tables.staff, tables.programs, tables.products, tables.product_words
_BATCH = 500

_PUT_STAFF = upsert(_S, ["id"])
_STAFF = Statement(select(_S).where(_S.c.id == param("id")))
_ACTIVE = Statement(select(_S).where(_S.c.active == param("active")))
# Written as in the partial index, or SQLite would not use it.
_BY_BADGE = Statement(
    select(_S).where(_S.c.badge == param("badge"), _S.c.badge != word(""), _S.c.active == number(1))
)

_PUT_PROGRAM = upsert(_G, ["code", "version"])
_PROGRAM_AT = Statement(
    limited(
        select(_G.c.body)
        .where(_G.c.effective_from <= param("moment"))
        .order_by(_G.c.effective_from.desc(), _G.c.version.desc(), _G.c.code)
    )
)

_PROGRAM_AFTER = Statement(
    limited(
        select(_G.c.body)
        .where(_G.c.effective_from > param("moment"))
        .order_by(_G.c.effective_from, _G.c.version.desc(), _G.c.code)
    )
)
_PROGRAM = Statement(
    select(_G.c.body).where(_G.c.code == param("code"), _G.c.version == param("version"))
)
_PROGRAMS = Statement(select(_G.c.body).order_by(_G.c.effective_from, _G.c.version, _G.c.code))

_PUT_PRODUCT = upsert(_P, ["sku"], "no")
_BY_EAN = Statement(
    select(_P).where(_P.c.ean == param("ean"), _P.c.ean != word("")).order_by(_P.c.no)
)
_BY_SKU = Statement(select(_P).where(_P.c.sku == param("sku")))
_SKUS = func.json_each(param("skus")).table_valued("value")
_KNOWN = Statement(select(_P).where(_P.c.sku.in_(select(_SKUS.c.value))))
_PUT_WORD = Statement(plain_insert(_W))
_DROP_WORDS = Statement(
    _W.delete().where(
        _W.c.word == param("word"),
        _W.c.name_key == param("name_key"),
        _W.c.product_no == param("product_no"),
    )
)
_ALL = Statement(limited(select(_P).order_by(_P.c.name_key, _P.c.no)))
_SKU_STARTS = Statement(select(_P).where(starts(_P.c.sku_key)).order_by(_P.c.sku_key, _P.c.no))
_WORDS = WordSearch(_P, _W, _W.c.product_no)


class SqlStaff:
    """``StaffRecords`` over the table staff."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def get(self, staff_id: StaffId) -> Staff | None:
        row = self._runner.one(_STAFF, id=staff_id)
        return None if row is None else _staff(row)

    def all(self) -> list[Staff]:
        active = [_staff(row) for row in self._runner.all(_ACTIVE, active=1)]
        return sorted(active, key=lambda person: (fold(person.name), person.id))

    def by_badge(self, badge: str) -> Staff | None:
        row = self._runner.one(_BY_BADGE, badge=badge)
        return None if row is None else _staff(row)

    def put(self, staff: Staff) -> None:
        """Insert or replace by id."""
        wearer = self.by_badge(staff.badge) if staff.active else None
        if wearer is not None and wearer.id != staff.id:
            raise BadgeTaken(staff_id=wearer.id, name=wearer.name)
        self._runner.do(
            _PUT_STAFF, id=staff.id, name=staff.name, role=staff.role.value,
            pin_hash=staff.pin_hash, failed=staff.failed,
            locked_until=micros_or_none(staff.locked_until), active=int(staff.active),
            badge=staff.badge,
        )  # fmt: skip


class SqlPrograms:
    """``ProgramRecords`` over the table programs."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put(self, version: Program, now: datetime | None = None) -> None:
        known = self.version(version.code, version.version)
        if known == version:
            return
        if known is not None and (now is None or known.effective_from <= now):
            raise ProgramInForce(code=version.code, version=version.version)
        self._runner.do(
            _PUT_PROGRAM, code=version.code, version=version.version,
            effective_from=micros(version.effective_from), body=to_json(version),
        )  # fmt: skip

    def at(self, moment: datetime) -> Program | None:
        return self._first(_PROGRAM_AT, moment=micros(moment), limit=1)

    def next_after(self, moment: datetime) -> Program | None:
        return self._first(_PROGRAM_AFTER, moment=micros(moment), limit=1)

    def version(self, code: str, version: int) -> Program | None:
        return self._first(_PROGRAM, code=code, version=version)

    def all(self) -> list[Program]:
        return [program(row[0]) for row in self._runner.all(_PROGRAMS)]

    def _first(self, statement: Statement, **params: object) -> Program | None:
        body = self._runner.value(statement, **params)
        return None if body is None else program(body)


class SqlProducts:
    """``ProductRecords`` over the tables products and product_words."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put_all(self, products: Iterable[Product]) -> None:
        """Insert or replace by SKU."""
        for batch in _batches(products):
            self._put_batch({product.sku: product for product in batch})

    def by_code(self, code: str) -> Product | None:
        row = self._runner.one(_BY_EAN, ean=code) or self._runner.one(_BY_SKU, sku=code)
        return None if row is None else _product(row)

    def search(self, query: str, limit: int) -> list[Product]:
        """By name first, then by SKU; all by name for an empty query."""
        asked = parse(query)
        if not asked.sku:
            return [_product(row) for row in self._runner.all(_ALL, limit=limit)]
        found: dict[str, Product] = {}
        for row in self._hits(asked.words, asked.sku):
            found.setdefault(row.sku, _product(row))
            if len(found) >= limit:
                break
        return list(found.values())

    def _hits(self, words: Sequence[str], sku: str) -> Iterator[AnyRow]:
        if words:
            yield from _WORDS.rows(self._runner, words)
        yield from self._runner.stream(_SKU_STARTS, first=sku, beyond=beyond(sku))

    def _put_batch(self, products: dict[str, Product]) -> None:
        skus = id_list(list(products))
        for row in self._runner.all(_KNOWN, skus=skus):
            words = _word_rows(row.no, row.name_key, row.words.split())
            self._runner.do_each(_DROP_WORDS, words)
        self._runner.do_each(_PUT_PRODUCT, [_columns(product) for product in products.values()])
        for row in self._runner.all(_KNOWN, skus=skus):
            words = _word_rows(row.no, row.name_key, row.words.split())
            self._runner.do_each(_PUT_WORD, words)


def _batches(products: Iterable[Product]) -> Iterator[list[Product]]:
    rest = iter(products)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _word_rows(product_no: int, key: str, words: list[str]) -> list[dict[str, object]]:
    return [{"word": each, "name_key": key, "product_no": product_no} for each in words]


def _columns(product: Product) -> dict[str, object]:
    return {
        "sku": product.sku,
        "name": product.name,
        "price": product.price,
        "currency": product.currency,
        "detail": product.detail,
        "ean": product.ean,
        "name_key": product_key(product),
        "words": joined(product_words(product)),
        "sku_key": product.sku.casefold(),
        **goods_columns(product.goods),
    }


def _product(row: AnyRow) -> Product:
    of = goods(row.category, row.brand, row.tags, row.tax, row.fixed, row.kind)
    return Product(row.sku, row.name, row.price, row.currency, row.detail, row.ean, of)


def _staff(row: AnyRow) -> Staff:
    return Staff(
        StaffId(row.id), row.name, Role(row.role), row.pin_hash, row.failed,
        moment_or_none(row.locked_until), bool(row.active), row.badge,
    )  # fmt: skip
