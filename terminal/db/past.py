"""What members did: the questions that levels, limits and simulations ask of sales and orders."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Select, case, func, select, union_all

from terminal.db import tables
from terminal.db.orders import SqlOrders, order_of
from terminal.db.statements import AnyRow, Statement, number, param, word
from terminal.db.values import (
    id_list,
    micros,
    moment,
    moment_or_none,
    return_lines,
    texts,
)
from terminal.ids import MemberId
from terminal.online import OnlineOrder
from terminal.records import Bought, Counted, Purchases
from terminal.refunding import lines_kept

_S, _L, _R, _O = tables.sales, tables.sale_lines, tables.returns, tables.online_orders
_P = tables.products
STREAMED = 500
"""Rows read at a time while everything streams by."""

_BACK = (
    select(func.coalesce(func.sum(_R.c.counted), number(0)))
    .where(_R.c.sale_id == _S.c.id)
    .scalar_subquery()
)
_CAME_BACK = select(number(1)).where(_R.c.sale_id == _S.c.id).exists()
_SOLD = (
    _S.c.member_id == param("member_id"),
    _S.c.sold_at >= param("since"),
    _S.c.sold_at < param("until"),
)
_ORDERED = (
    _O.c.member_id == param("member_id"),
    _O.c.placed_at >= param("since"),
    _O.c.placed_at < param("until"),
    _O.c.sale_id == word(""),
)
_REFUND = func.json_each(_O.c.refunds).table_valued("value")
_REFUNDED = select(
    func.coalesce(func.sum(func.json_extract(_REFUND.c.value, word("$.goods"))), number(0))
).scalar_subquery()
# Almost every order has neither: then nothing is looked into.
_STILL = case(
    (_O.c.cancelled != number(0), number(0)),
    (_O.c.refunds == word("[]"), _O.c.goods),
    else_=func.max(_O.c.goods - _REFUNDED, number(0)),
)
_KEPT = (_S.c.counted - _BACK).label("counted")
_SPENT_IN_SHOP = (
    select(func.coalesce(func.sum(_KEPT), number(0)))
    .where(*_SOLD, _S.c.currency == param("currency"))
    .scalar_subquery()
)
_SPENT_ONLINE = (
    select(func.coalesce(func.sum(_STILL), number(0)))
    .where(*_ORDERED, _O.c.currency == param("currency"))
    .scalar_subquery()
)
_SPENT = Statement(select(_SPENT_IN_SHOP + _SPENT_ONLINE))
_HISTORY = Statement(
    union_all(
        select(_S.c.sold_at, _KEPT).where(*_SOLD, _S.c.currency == param("currency")),
        select(_O.c.placed_at, _STILL).where(*_ORDERED, _O.c.currency == param("currency")),
    ).order_by(number(1))
)
_VISITS = Statement(
    union_all(
        select(_S.c.sold_at).where(*_SOLD, ~_CAME_BACK | (_S.c.counted > _BACK)),
        select(_O.c.placed_at).where(*_ORDERED, (_O.c.goods == number(0)) | (number(0) < _STILL)),
    ).order_by(number(1))
)
_PURCHASES = Statement(
    union_all(
        select(func.count(), func.max(_S.c.sold_at)).where(
            _S.c.member_id == param("member_id"), _S.c.sold_at < param("before")
        ),
        select(func.count(), func.max(_O.c.placed_at)).where(
            _O.c.member_id == param("member_id"),
            _O.c.placed_at < param("before"),
            _O.c.sale_id == word(""),
        ),
    )
)
_BOUGHT = Statement(
    select(
        _S.c.no,
        _L.c.place,
        _S.c.sold_at,
        _L.c.sku,
        _L.c.category,
        _L.c.brand,
        _L.c.tags,
        _L.c.quantity,
        (_L.c.unit_price * _L.c.quantity - _L.c.discount).label("paid"),
    )
    .join_from(_S, _L, _L.c.sale_no == _S.c.no)
    .where(*_SOLD, (_L.c.free == number(0)) | (_L.c.unit_price != number(0)))
    .order_by(_S.c.sold_at, _S.c.no, _L.c.place)
)
_RETURNED = Statement(
    select(_S.c.no, _R.c.lines).join_from(_S, _R, _R.c.sale_id == _S.c.id).where(*_SOLD)
)
_ORDERED_LINES = Statement(select(_O).where(*_ORDERED).order_by(_O.c.placed_at, _O.c.no))
_SKUS = func.json_each(param("skus")).table_valued("value")
_GOODS = Statement(
    select(_P.c.sku, _P.c.category, _P.c.brand, _P.c.tags).where(
        _P.c.sku.in_(select(_SKUS.c.value))
    )
)


def _everybodys(of: Any, at: Any, *, guests: bool) -> "Select[*tuple[Any, ...]]":  # noqa: ANN401
    whose = of.c.member_id.is_(None) if guests else of.c.member_id.is_not(None)
    inside = select(of).where(whose, at >= param("since"), at < param("until"))
    return inside.order_by(at, of.c.no) if guests else inside.order_by(of.c.member_id, at, of.c.no)


_SALES_OF_MEMBERS = Statement(_everybodys(_S, _S.c.sold_at, guests=False))
_SALES_OF_GUESTS = Statement(_everybodys(_S, _S.c.sold_at, guests=True))
_TRUE_ORDER = _O.c.sale_id == word("")
_ORDERS_OF_MEMBERS = Statement(_everybodys(_O, _O.c.placed_at, guests=False).where(_TRUE_ORDER))
_ORDERS_OF_NOBODY = Statement(_everybodys(_O, _O.c.placed_at, guests=True).where(_TRUE_ORDER))


class SqlPast(SqlOrders):
    """The part of ``SaleRecords`` that looks back."""

    __slots__ = ()

    def spent(self, member_id: MemberId, currency: str, since: datetime, until: datetime) -> int:
        """Orders that are our own sales on their way back count once: as sales."""
        window = _window(member_id, since, until)
        return int(self._runner.value(_SPENT, currency=currency, **window))

    def history(
        self, member_id: MemberId, currency: str, since: datetime, until: datetime
    ) -> list[Counted]:
        window = _window(member_id, since, until)
        rows = self._runner.all(_HISTORY, currency=currency, **window)
        return [Counted(moment(at), counted) for at, counted in rows if counted]

    def visits(self, member_id: MemberId, since: datetime, until: datetime) -> Iterator[datetime]:
        for (at,) in self._runner.stream(_VISITS, **_window(member_id, since, until)):
            yield moment(at)

    def purchases(self, member_id: MemberId, before: datetime) -> Purchases:
        rows = self._runner.all(_PURCHASES, member_id=member_id, before=micros(before))
        last = max((at for _count, at in rows if at is not None), default=None)
        return Purchases(sum(count for count, _at in rows), moment_or_none(last))

    def bought(self, member_id: MemberId, since: datetime, until: datetime) -> list[Bought]:
        window = _window(member_id, since, until)
        back = _pieces_back(self._all(_RETURNED, window))
        kept = (_kept(row, back) for row in self._all(_BOUGHT, window))
        found = [each for each in kept if each.quantity > 0]
        return sorted([*found, *self._ordered(window)], key=lambda each: each.at)

    def orders_stream(self, since: datetime, until: datetime) -> Iterator[OnlineOrder]:
        window = {"since": micros(since), "until": micros(until)}
        for statement in (_ORDERS_OF_MEMBERS, _ORDERS_OF_NOBODY):
            yield from map(order_of, self._runner.stream(statement, **window))

    def _sale_rows(self, since: datetime, until: datetime) -> Iterator[list[AnyRow]]:
        """Everybody's sales, some rows at a time."""
        window = {"since": micros(since), "until": micros(until)}
        for statement in (_SALES_OF_MEMBERS, _SALES_OF_GUESTS):
            rows = self._runner.stream(statement, **window)
            while some := list(islice(rows, STREAMED)):
                yield some

    def _ordered(self, window: dict[str, object]) -> list[Bought]:
        orders = [order_of(row) for row in self._all(_ORDERED_LINES, window)]
        skus = {line.sku for order in orders for line in order.lines}
        goods = self._goods(skus) if skus else {}
        return [
            Bought(order.placed_at, sku, *goods.get(sku, _UNKNOWN), quantity, paid)
            for order in orders
            for sku, quantity, paid in lines_kept(order)
        ]

    def _goods(self, skus: set[str]) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        rows = self._runner.all(_GOODS, skus=id_list(sorted(skus)))
        return {sku: (category, brand, texts(tags)) for sku, category, brand, tags in rows}

    def _all(self, statement: Statement, window: dict[str, object]) -> "list[AnyRow]":
        return list(self._runner.all(statement, **window))


_WHOLE = -1
_UNKNOWN: tuple[str, str, tuple[str, ...]] = ("", "", ())


def _window(member_id: MemberId, since: datetime, until: datetime) -> dict[str, object]:
    return {"member_id": member_id, "since": micros(since), "until": micros(until)}


def _pieces_back(rows: Iterable[AnyRow]) -> Counter[tuple[int, int]]:
    """How many pieces came back by (sale, place); at ``_WHOLE``: a return of everything."""
    back: Counter[tuple[int, int]] = Counter()
    for sale_no, text in rows:
        back[sale_no, _WHOLE] += text == "[]"
        for line in return_lines(text):
            back[sale_no, line.place] += line.quantity
    return back


def _kept(row: AnyRow, back: Counter[tuple[int, int]]) -> Bought:
    sale_no, place, at, sku, category, brand, tags, quantity, paid = row
    gone = quantity if back[sale_no, _WHOLE] else min(back[sale_no, place], quantity)
    left = paid - paid * gone // quantity if gone else paid
    return Bought(moment(at), sku, category, brand, texts(tags), quantity - gone, left)
