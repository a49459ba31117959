"""Sales and returns in SQLite; what members did is in ``past``."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import func, select, update

from terminal.db import tables
from terminal.db.failures import RuleError
from terminal.db.past import SqlPast
from terminal.db.statements import (
    AnyRow,
    Statement,
    insert_once,
    limited,
    param,
    plain_insert,
    upsert,
)
from terminal.db.values import (
    goods,
    goods_columns,
    micros,
    moment,
    offers,
    return_lines,
    tenders,
    to_json,
)
from terminal.errors import UnknownMember, UnknownSale
from terminal.ids import MemberId, ReturnId, SaleId, StaffId, TillCode
from terminal.records import counted_back
from terminal.returns import Return
from terminal.sales import PLAIN, Sale, SaleLine

_S, _L, _R = tables.sales, tables.sale_lines, tables.returns

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
_COUNT_RETURN = Statement(update(_R).where(_R.c.id == param("of")).values(counted=param("less")))
_RETURN = Statement(select(_R).where(_R.c.id == param("id")))
_RETURN_OF = Statement(
    select(_R).where(_R.c.sale_id == param("sale_id")).order_by(_R.c.returned_at, _R.c.id)
)
_RETURNS_BETWEEN = Statement(
    select(_R)
    .where(_R.c.returned_at >= param("since"), _R.c.returned_at < param("until"))
    .order_by(_R.c.returned_at, _R.c.no)
)
_RETURNS_OF_MEMBER = Statement(
    limited(
        select(_R)
        .join(_S, _S.c.id == _R.c.sale_id)
        .where(_S.c.member_id == param("member_id"))
        .order_by(_R.c.returned_at.desc(), _R.c.no.desc())
    )
)

_PLAIN = goods_columns(PLAIN)


class SqlSales(SqlPast):
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
        sale = self.get(back.sale_id)
        if sale is None:
            raise UnknownSale(ref=back.sale_id)
        self._runner.do(_PUT_RETURN, **_return_columns(back), counted=0)
        self._count_back(sale)

    def return_of(self, sale_id: SaleId) -> Return | None:
        """The first one."""
        row = self._runner.one(_RETURN_OF, sale_id=sale_id)
        return None if row is None else _return(row)

    def returns_of(self, sale_id: SaleId) -> list[Return]:
        return [_return(row) for row in self._runner.all(_RETURN_OF, sale_id=sale_id)]

    def get_return(self, return_id: ReturnId) -> Return | None:
        row = self._runner.one(_RETURN, id=return_id)
        return None if row is None else _return(row)

    def returns_between(self, since: datetime, until: datetime) -> list[Return]:
        window = {"since": micros(since), "until": micros(until)}
        return [_return(row) for row in self._runner.all(_RETURNS_BETWEEN, **window)]

    def returns_of_member(self, member_id: MemberId, limit: int) -> list[Return]:
        rows = self._runner.all(_RETURNS_OF_MEMBER, member_id=member_id, limit=limit)
        return [_return(row) for row in rows]

    def stream(self, since: datetime, until: datetime) -> Iterator[Sale]:
        for rows in self._sale_rows(since, until):
            yield from self._sales(rows)

    def _count_back(self, sale: Sale) -> None:
        """What each return took from what counts, in the order in which goods came back."""
        returns, before = self.returns_of(sale.id), 0
        for number, each in enumerate(returns, start=1):
            back = counted_back(sale, returns[:number])
            self._runner.do(_COUNT_RETURN, of=each.id, less=back - before)
            before = back

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
        "offers": to_json(sale.offers) if sale.offers else "[]",
        "counted": sale.counted,
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
            "points_paid": line.points_paid,
            "free": line.free,
            **(_PLAIN if line.goods is PLAIN else goods_columns(line.goods)),
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
        offers=offers(row.offers),
    )


def _line(row: AnyRow) -> SaleLine:
    (
        _sale_no, _place, sku, name, unit_price, quantity, discount, detail, points_paid, free, *of
    ) = row  # fmt: skip
    return SaleLine(
        sku, name, unit_price, quantity, discount, detail, points_paid, goods(*of), free
    )


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
        "lines": to_json(back.lines) if back.lines else "[]",
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
        lines=return_lines(row.lines),
    )
