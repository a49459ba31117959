"""Orders of online stores, in SQLite."""

from collections.abc import Sequence

from sqlalchemy import select

from terminal.db import tables
from terminal.db.failures import RuleError
from terminal.db.statements import (
    AnyRow,
    Runner,
    Statement,
    insert_once,
    limited,
    param,
    upsert,
    word,
)
from terminal.db.values import codes, micros, moment, order_lines, order_refunds, to_json
from terminal.errors import UnknownMember
from terminal.ids import MemberId
from terminal.online import OnlineOrder

_O = tables.online_orders
_KEY = ("store", "remote_id")
_INSERT = insert_once(_O, _KEY, "no")
_REPLACE = upsert(_O, _KEY, "no")
_GET = Statement(
    select(_O).where(_O.c.store == param("store"), _O.c.remote_id == param("remote_id"))
)
_OF_MEMBER = Statement(
    limited(
        select(_O)
        .where(_O.c.member_id == param("member_id"))
        .order_by(_O.c.placed_at.desc(), _O.c.no.desc())
    )
)
_FREE = (_O.c.member_id.is_(None), _O.c.sale_id == word(""))
_UNCLAIMED = Statement(
    select(_O).where(_O.c.email == param("email"), _O.c.email != word(""), *_FREE)
)
_OF_CARD = Statement(
    select(_O).where(_O.c.card_number == param("card"), _O.c.card_number != word(""), *_FREE)
)
_OF_CUSTOMER = Statement(
    select(_O).where(
        _O.c.customer_id == param("customer"),
        _O.c.store == param("store"),
        _O.c.customer_id != word(""),
        *_FREE,
    )
)


class SqlOrders:
    """The part of ``SaleRecords`` that is about online orders."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put_order(self, order: OnlineOrder) -> bool:
        columns = _columns(order)
        try:
            new = self._runner.do(_INSERT, **columns) == 1
            if not new:
                self._runner.do(_REPLACE, **columns)
        except RuleError as error:
            if error.foreign:
                raise UnknownMember(member_id=order.member_id) from error
            raise
        return new

    def get_order(self, store: str, remote_id: str) -> OnlineOrder | None:
        row = self._runner.one(_GET, store=store, remote_id=remote_id)
        return None if row is None else order_of(row)

    def orders_of_member(self, member_id: MemberId, limit: int) -> list[OnlineOrder]:
        rows = self._runner.all(_OF_MEMBER, member_id=member_id, limit=limit)
        return [order_of(row) for row in rows]

    def unclaimed_orders(
        self,
        email: str,
        cards: Sequence[str] = (),
        customers: Sequence[tuple[str, str]] = (),
    ) -> list[OnlineOrder]:
        """Without our own sales on their way back, which earned already."""
        rows = self._runner.all(_UNCLAIMED, email=email)
        for card in cards:
            rows = [*rows, *self._runner.all(_OF_CARD, card=card)]
        for store, customer in customers:
            rows = [*rows, *self._runner.all(_OF_CUSTOMER, store=store, customer=customer)]
        free = {row.no: row for row in rows}
        return [order_of(row) for row in sorted(free.values(), key=_by_time)]


def _by_time(row: AnyRow) -> tuple[int, int]:
    return row.placed_at, row.no


def _columns(order: OnlineOrder) -> dict[str, object]:
    return {
        "store": order.store,
        "remote_id": order.remote_id,
        "code": order.code,
        "customer_id": order.customer_id,
        "email": order.email,
        "card_number": order.card_number,
        "placed_at": micros(order.placed_at),
        "currency": order.currency,
        "goods": order.goods,
        "total": order.total,
        "lines": to_json(order.lines),
        "sale_id": order.sale_id,
        "member_id": order.member_id,
        "refunds": to_json(order.refunds),
        "cancelled": int(order.cancelled),
        "coupons": to_json(order.coupons),
    }


def order_of(row: AnyRow) -> OnlineOrder:
    """The order in a row of the table."""
    return OnlineOrder(
        store=row.store,
        remote_id=row.remote_id,
        code=row.code,
        customer_id=row.customer_id,
        email=row.email,
        card_number=row.card_number,
        placed_at=moment(row.placed_at),
        currency=row.currency,
        goods=row.goods,
        total=row.total,
        lines=order_lines(row.lines),
        sale_id=row.sale_id,
        member_id=None if row.member_id is None else MemberId(row.member_id),
        refunds=order_refunds(row.refunds),
        cancelled=bool(row.cancelled),
        coupons=codes(row.coupons),
    )
