"""Sales, returns and what a member spent, in SQLite."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import func, literal_column, select

from terminal.db import tables
from terminal.db.failures import RuleError
from terminal.db.orders import SqlOrders
from terminal.db.statements import (
    AnyRow,
    Statement,
    insert_once,
    limited,
    param,
    plain_insert,
    upsert,
    word,
)
from terminal.db.values import micros, moment, tenders, to_json
from terminal.errors import UnknownMember, UnknownSale
from terminal.ids import MemberId, ReturnId, SaleId, StaffId, TillCode
from terminal.returns import Return
from terminal.sales import Sale, SaleLine

_S, _L, _R, _O = tables.sales, tables.sale_lines, tables.returns, tables.online_orders

_INSERT = insert_once(_S, ["id"], "no")
_REPLACE = upsert(_S, ["id"], "no")
_NO = Statement(select(_S.c.no).where(_S.c.id == param("id")))
_PUT_LINE = Statement(plain_insert(_L))
_DROP_LINES = Statement(_L.delete().where(_L.c.sale_no == param("sale_no")))

_BY_ID = Statement(select(_S).where(_S.c.id == param("id")))
_BY_REF = Statement(select(_S).where(_S.c.ref == param("ref")))
_LAST = Statement(limited(select(_S).where(_S.c.till == param("till")).order_by(_S.c.seq.desc())))
_OF_MEMBER = Statement(
    limited(
        select(_S)
        .where(_S.c.member_id == param("member_id"))
        .order_by(_S.c.sold_at.desc(), _S.c.no.desc())
    )
)
_NUMBERS = func.json_each(param("numbers")).table_valued("value")
_LINES = Statement(
    select(_L).where(_L.c.sale_no.in_(select(_NUMBERS.c.value))).order_by(_L.c.sale_no, _L.c.place)
)

_PUT_RETURN = upsert(_R, ["id"], "no")
_RETURN = Statement(select(_R).where(_R.c.id == param("id")))
_RETURN_OF = Statement(
    select(_R).where(_R.c.sale_id == param("sale_id")).order_by(_R.c.returned_at, _R.c.no)
)
_RETURNS_OF_MEMBER = Statement(
    limited(
        select(_R)
        .join(_S, _S.c.id == _R.c.sale_id)
        .where(_S.c.member_id == param("member_id"))
        .order_by(_R.c.returned_at.desc(), _R.c.no.desc())
    )
)

_BACK = select(literal_column("1")).where(_R.c.sale_id == _S.c.id).exists()
_SPENT_IN_SHOP = (
    select(func.coalesce(func.sum(_S.c.net), literal_column("0")))
    .where(
        _S.c.member_id == param("member_id"),
        _S.c.currency == param("currency"),
        _S.c.sold_at >= param("since"),
        _S.c.sold_at < param("until"),
        ~_BACK,
    )
    .scalar_subquery()
)
_SPENT_ONLINE = (
    select(func.coalesce(func.sum(_O.c.goods), literal_column("0")))
    .where(
        _O.c.member_id == param("member_id"),
        _O.c.currency == param("currency"),
        _O.c.placed_at >= param("since"),
        _O.c.placed_at < param("until"),
        _O.c.sale_id == word(""),
    )
    .scalar_subquery()
)
_SPENT = Statement(select(_SPENT_IN_SHOP + _SPENT_ONLINE))


class SqlSales(SqlOrders):
    """``SaleRecords`` over the tables sales, sale_lines, returns and online_orders."""

    __slots__ = ()

    def put(self, sale: Sale) -> None:
        """Insert or replace by id, with its lines."""
        columns = _columns(sale)
        try:
            result = self._runner.run(_INSERT, columns)
            new = result.lastrowid if result.rowcount == 1 else None
            sale_no = self._replace(columns) if new is None else new
        except RuleError as error:
            if error.foreign:
                raise UnknownMember(member_id=sale.member_id) from error
            raise
        self._runner.do_each(_PUT_LINE, _line_rows(sale_no, sale.lines))

    def get(self, sale_id: SaleId) -> Sale | None:
        return self._first(_BY_ID, id=sale_id)

    def by_ref(self, ref: str) -> Sale | None:
        return self._first(_BY_REF, ref=ref)

    def last(self, till: TillCode) -> Sale | None:
        """The one with the till's highest number."""
        return self._first(_LAST, till=till, limit=1)

    def of_member(self, member_id: MemberId, limit: int) -> list[Sale]:
        return self._sales(self._runner.all(_OF_MEMBER, member_id=member_id, limit=limit))

    def put_return(self, back: Return) -> None:
        """Insert or replace by id. Raises UnknownSale."""
        try:
            self._runner.do(_PUT_RETURN, **_return_columns(back))
        except RuleError as error:
            if error.foreign:
                raise UnknownSale(ref=back.sale_id) from error
            raise

    def return_of(self, sale_id: SaleId) -> Return | None:
        """The first one."""
        row = self._runner.one(_RETURN_OF, sale_id=sale_id)
        return None if row is None else _return(row)

    def get_return(self, return_id: ReturnId) -> Return | None:
        row = self._runner.one(_RETURN, id=return_id)
        return None if row is None else _return(row)

    def returns_of_member(self, member_id: MemberId, limit: int) -> list[Return]:
        rows = self._runner.all(_RETURNS_OF_MEMBER, member_id=member_id, limit=limit)
        return [_return(row) for row in rows]

    def spent(self, member_id: MemberId, currency: str, since: datetime, until: datetime) -> int:
        """Orders that are our own sales on their way back count once: as sales."""
        window = {"since": micros(since), "until": micros(until)}
        return int(self._runner.value(_SPENT, member_id=member_id, currency=currency, **window))

    def _replace(self, columns: dict[str, object]) -> int:
        self._runner.run(_REPLACE, columns)
        sale_no = int(self._runner.value(_NO, id=columns["id"]))
        self._runner.do(_DROP_LINES, sale_no=sale_no)
        return sale_no

    def _first(self, statement: Statement, **params: object) -> Sale | None:
        row = self._runner.one(statement, **params)
        return None if row is None else self._sales([row])[0]

    def _sales(self, rows: Sequence[AnyRow]) -> list[Sale]:
        if not rows:
            return []
        numbers = to_json([row.no for row in rows])
        found = self._runner.all(_LINES, numbers=numbers)
        lines = {
            sale_no: tuple(_line(row) for row in group)
            for sale_no, group in groupby(found, key=lambda row: row[0])
        }
        return [_sale(row, lines.get(row.no, ())) for row in rows]


def _columns(sale: Sale) -> dict[str, object]:
    return {
        "id": sale.id,
        "ref": sale.ref,
        "till": sale.till,
        "seq": sale.seq,
        "cashier_id": sale.cashier_id,
        "member_id": sale.member_id,
        "currency": sale.currency,
        "points_redeemed": sale.points_redeemed,
        "redeemed_value": sale.redeemed_value,
        "rounding": sale.rounding,
        "tenders": to_json(sale.tenders),
        "change": sale.change,
        "net": sale.net,
        "sold_at": micros(sale.sold_at),
    }


def _line_rows(sale_no: int, lines: Sequence[SaleLine]) -> list[dict[str, object]]:
    return [
        {
            "sale_no": sale_no,
            "place": place,
            "sku": line.sku,
            "name": line.name,
            "unit_price": line.unit_price,
            "quantity": line.quantity,
            "discount": line.discount,
            "detail": line.detail,
        }
        for place, line in enumerate(lines)
    ]


def _sale(row: AnyRow, lines: tuple[SaleLine, ...]) -> Sale:
    return Sale(
        id=SaleId(row.id),
        ref=row.ref,
        till=TillCode(row.till),
        seq=row.seq,
        cashier_id=StaffId(row.cashier_id),
        member_id=None if row.member_id is None else MemberId(row.member_id),
        currency=row.currency,
        lines=lines,
        points_redeemed=row.points_redeemed,
        redeemed_value=row.redeemed_value,
        rounding=row.rounding,
        tenders=tenders(row.tenders),
        change=row.change,
        sold_at=moment(row.sold_at),
    )


def _line(row: AnyRow) -> SaleLine:
    _sale_no, _place, sku, name, unit_price, quantity, discount, detail = row
    return SaleLine(sku, name, unit_price, quantity, discount, detail)


def _return_columns(back: Return) -> dict[str, object]:
    return {
        "id": back.id,
        "ref": back.ref,
        "sale_id": back.sale_id,
        "till": back.till,
        "seq": back.seq,
        "cashier_id": back.cashier_id,
        "reason": back.reason,
        "money_back": back.money_back,
        "currency": back.currency,
        "returned_at": micros(back.returned_at),
    }


def _return(row: AnyRow) -> Return:
    return Return(
        id=ReturnId(row.id),
        ref=row.ref,
        sale_id=SaleId(row.sale_id),
        till=TillCode(row.till),
        seq=row.seq,
        cashier_id=StaffId(row.cashier_id),
        reason=row.reason,
        money_back=row.money_back,
        currency=row.currency,
        returned_at=moment(row.returned_at),
    )
