"""Openings of the cash drawer, in SQLite."""

from datetime import datetime

from sqlalchemy import select, update

from terminal.db import tables
from terminal.db.statements import AnyRow, Runner, Statement, param, plain_insert, word
from terminal.db.values import micros, moment
from terminal.drawer import DrawerKick, KickId, KickReason
from terminal.ids import SaleId, StaffId, TillCode

_D = tables.drawer_kicks
_PUT = Statement(plain_insert(_D, "no"))
_SETTLE = Statement(
    update(_D)
    .where(_D.c.id == param("of_id"), _D.c.outcome == word(""))
    .values(outcome=param("became"))
)
_BETWEEN = Statement(
    select(_D).where(_D.c.at >= param("since"), _D.c.at < param("until")).order_by(_D.c.at, _D.c.no)
)


class SqlDrawer:
    """``DrawerRecords`` over the table drawer_kicks."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put(self, kick: DrawerKick) -> None:
        self._runner.do(
            _PUT, id=kick.id, at=micros(kick.at), till=kick.till, staff_id=kick.staff_id,
            reason=kick.reason.value, sale_id=kick.sale_id, outcome=kick.outcome,
        )  # fmt: skip

    def settle(self, kick_id: KickId, outcome: str) -> None:
        self._runner.do(_SETTLE, of_id=kick_id, became=outcome)

    def between(self, since: datetime, until: datetime) -> list[DrawerKick]:
        rows = self._runner.all(_BETWEEN, since=micros(since), until=micros(until))
        return [_kick(row) for row in rows]


def _kick(row: AnyRow) -> DrawerKick:
    return DrawerKick(
        id=KickId(row.id),
        at=moment(row.at),
        till=TillCode(row.till),
        staff_id=StaffId(row.staff_id),
        reason=KickReason(row.reason),
        sale_id=None if row.sale_id is None else SaleId(row.sale_id),
        outcome=row.outcome,
    )
