"""Coupons, gift cards and store credit in SQLite."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import func, select, update
from sqlalchemy import text as sql

from terminal.db import programme_tables as tables
from terminal.db.failures import RuleError
from terminal.db.programme import put_of_member
from terminal.db.statements import (
    AnyRow,
    Runner,
    Statement,
    insert_once,
    limited,
    number,
    param,
    upsert,
    word,
)
from terminal.db.values import micros, micros_or_none, moment, moment_or_none
from terminal.errors import UnknownCode
from terminal.ids import MemberId, StaffId, TillCode
from terminal.vouchers import (
    ValueEntry,
    ValueKind,
    Voucher,
    VoucherCode,
    VoucherKind,
    is_over,
    value_lots,
)

_V, _U, _E = tables.vouchers, tables.voucher_uses, tables.voucher_entries
_PUT = upsert(_V, ["code"], "no")
_GET = Statement(select(_V).where(_V.c.code == param("code")))
_OF_MEMBER = Statement(
    select(_V).where(_V.c.owner == param("owner")).order_by(_V.c.issued_at, _V.c.no)
)
_OF_SOURCE = Statement(
    select(_V)
    .where(_V.c.source_id == param("source_id"), _V.c.source_id != word(""))
    .order_by(_V.c.issued_at, _V.c.no)
)
# As in the index: a reward that became a coupon, and that can still be used.
_WEB = sql("coupon GLOB 'web:*' AND blocked = 0 AND uses_left > 0")
_UNUSED = Statement(
    limited(select(_V).where(_WEB, _V.c.ends <= param("ended")).order_by(_V.c.ends, _V.c.code))
)
_LEFT = (_V.c.uses_left.is_(None)) | (_V.c.uses_left > number(0))
_TAKE_USE = Statement(
    update(_V).where(_V.c.code == param("of"), _LEFT).values(uses_left=_V.c.uses_left - number(1))
)
_GIVE_USE = Statement(
    update(_V).where(_V.c.code == param("of")).values(uses_left=_V.c.uses_left + number(1))
)
_PUT_USE = insert_once(_U, ["code", "sale_id"])
_DROP_USE = Statement(
    _U.delete().where(_U.c.code == param("code"), _U.c.sale_id == param("sale_id"))
)
_USES_BY = Statement(
    select(func.count())
    .select_from(_U)
    .where(_U.c.code == param("code"), _U.c.member_id == param("member_id"))
)
_USES = Statement(select(_U.c.sale_id).where(_U.c.code == param("code")).order_by(_U.c.sale_id))
_INSERT = insert_once(_E, ["id"], "no")
_ENTRIES = Statement(
    select(_E).where(_E.c.code == param("code")).order_by(_E.c.decided_at, _E.c.seq, _E.c.id)
)
_VALUE = Statement(
    select(func.coalesce(func.sum(_E.c.amount), number(0))).where(_E.c.code == param("code"))
)
_OTHERS = _E.alias("others")
_HOLDS = select(func.sum(_OTHERS.c.amount)).where(_OTHERS.c.code == _E.c.code).scalar_subquery()
_OVER = Statement(
    select(_E.c.code)
    .where(_E.c.lapses_at.is_not(None), _E.c.lapses_at <= param("now"), number(0) < _HOLDS)
    .group_by(_E.c.code)
    .order_by(func.min(_E.c.lapses_at), _E.c.code)
)


class SqlVouchers:
    """``VoucherRecords`` over the tables vouchers, voucher_uses and voucher_entries."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put(self, voucher: Voucher) -> None:
        """Raises UnknownMember."""
        put_of_member(self._runner, _PUT, _columns(voucher), voucher.owner)

    def get(self, code: VoucherCode) -> Voucher | None:
        row = self._runner.one(_GET, code=code)
        return None if row is None else _voucher(row)

    def of_member(self, member_id: MemberId) -> list[Voucher]:
        return [_voucher(row) for row in self._runner.all(_OF_MEMBER, owner=member_id)]

    def unused(self, ended: datetime, limit: int) -> list[Voucher]:
        rows = self._runner.all(_UNUSED, ended=micros(ended), limit=limit)
        return [_voucher(row) for row in rows]

    def of_source(self, source_id: str) -> list[Voucher]:
        return [_voucher(row) for row in self._runner.all(_OF_SOURCE, source_id=source_id)]

    def used(self, code: VoucherCode, member_id: MemberId | None, sale_id: str) -> bool:
        known = self._runner.one(_GET, code=code)
        if known is None or known.uses_left == 0:
            return False
        use = {"code": code, "sale_id": sale_id, "member_id": member_id or ""}
        return self._runner.do(_PUT_USE, **use) == 1 and self._runner.do(_TAKE_USE, of=code) == 1

    def given_back(self, code: VoucherCode, sale_id: str) -> bool:
        given = self._runner.do(_DROP_USE, code=code, sale_id=sale_id) == 1
        if given:
            self._runner.do(_GIVE_USE, of=code)
        return given

    def uses_by(self, code: VoucherCode, member_id: MemberId) -> int:
        return int(self._runner.value(_USES_BY, code=code, member_id=member_id))

    def uses(self, code: VoucherCode) -> list[str]:
        return [row[0] for row in self._runner.all(_USES, code=code)]

    def append(self, entries: Sequence[ValueEntry]) -> list[str]:
        """Raises UnknownCode for a card that is not there."""
        return [entry.id for entry in entries if self._insert(entry)]

    def entries(self, code: VoucherCode) -> list[ValueEntry]:
        return [_entry(row) for row in self._runner.all(_ENTRIES, code=code)]

    def value(self, code: VoucherCode) -> int:
        return int(self._runner.value(_VALUE, code=code))

    def lapsing(self, now: datetime, limit: int) -> Iterable[VoucherCode]:
        """Those first whose time was over first."""
        codes = [VoucherCode(row[0]) for row in self._runner.all(_OVER, now=micros(now))]
        return list(islice((code for code in codes if self._holds_over(code, now)), limit))

    def _holds_over(self, code: VoucherCode, now: datetime) -> bool:
        return any(is_over(lot, now) for lot in value_lots(self.entries(code)))

    def _insert(self, entry: ValueEntry) -> bool:
        try:
            return self._runner.do(_INSERT, **_entry_columns(entry)) == 1
        except RuleError as error:
            if error.foreign:
                raise UnknownCode(text=entry.code) from error
            raise


def _columns(voucher: Voucher) -> dict[str, object]:
    return {
        "code": voucher.code,
        "kind": voucher.kind.value,
        "issued_at": micros(voucher.issued_at),
        "currency": voucher.currency,
        "coupon": voucher.coupon,
        "owner": voucher.owner,
        "starts": micros_or_none(voucher.starts),
        "ends": micros_or_none(voucher.ends),
        "uses_left": voucher.uses_left,
        "source_id": voucher.source_id,
        "blocked": int(voucher.blocked),
    }


def _voucher(row: AnyRow) -> Voucher:
    return Voucher(
        code=VoucherCode(row.code),
        kind=VoucherKind(row.kind),
        issued_at=moment(row.issued_at),
        currency=row.currency,
        coupon=row.coupon,
        owner=None if row.owner is None else MemberId(row.owner),
        starts=moment_or_none(row.starts),
        ends=moment_or_none(row.ends),
        uses_left=row.uses_left,
        source_id=row.source_id,
        blocked=bool(row.blocked),
    )


def _entry_columns(entry: ValueEntry) -> dict[str, object]:
    return {
        "id": entry.id,
        "code": entry.code,
        "kind": entry.kind.value,
        "amount": entry.amount,
        "currency": entry.currency,
        "decided_at": micros(entry.decided_at),
        "till": entry.till,
        "seq": entry.seq,
        "cashier_id": entry.cashier_id,
        "lapses_at": micros_or_none(entry.lapses_at),
        "source_id": entry.source_id,
        "reverses": entry.reverses,
        "reason": entry.reason,
    }


def _entry(row: AnyRow) -> ValueEntry:
    return ValueEntry(
        id=row.id,
        code=VoucherCode(row.code),
        kind=ValueKind(row.kind),
        amount=row.amount,
        currency=row.currency,
        decided_at=moment(row.decided_at),
        till=TillCode(row.till),
        seq=row.seq,
        cashier_id=None if row.cashier_id is None else StaffId(row.cashier_id),
        lapses_at=moment_or_none(row.lapses_at),
        source_id=row.source_id,
        reverses=row.reverses,
        reason=row.reason,
    )
