"""Ledger entries and the accounts folded from them, in SQLite."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from terminal.db import tables
from terminal.db.failures import RuleError
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
from terminal.db.values import (
    lots,
    micros,
    micros_or_none,
    moment,
    moment_or_none,
    parts,
    to_json,
)
from terminal.errors import UnknownMember
from terminal.ids import EntryId, MemberId, StaffId, TillCode
from terminal.ledger import Account, Channel, EntryKind, LedgerEntry, advance, is_late, replay

_E, _A = tables.ledger_entries, tables.accounts
_INSERT = insert_once(_E, ["id"], "no")
_REPLACE = Statement(
    update(_E)
    .where(_E.c.id == param("of_id"))
    .values({c.name: param(c.name) for c in _E.c if c.name not in ("no", "id")})
)
_GET = Statement(select(_E).where(_E.c.id == param("id")))
_OF_MEMBER = Statement(
    select(_E)
    .where(_E.c.member_id == param("member_id"))
    .order_by(_E.c.decided_at, _E.c.seq, _E.c.id)
)
_OF_SOURCE = Statement(
    select(_E)
    .where(_E.c.source_id == param("source_id"), _E.c.source_id != word(""))
    .order_by(_E.c.decided_at, _E.c.seq, _E.c.id)
)
_BETWEEN = Statement(
    select(_E)
    .where(_E.c.decided_at >= param("since"), _E.c.decided_at < param("until"))
    .order_by(_E.c.decided_at, _E.c.seq, _E.c.id)
)
_EARNED_SINCE = Statement(
    select(func.coalesce(func.sum(_E.c.points), number(0))).where(
        _E.c.member_id == param("member_id"),
        _E.c.decided_at >= param("since"),
        _E.c.kind == word(EntryKind.EARN.value),
    )
)
_REVERSED = _E.alias("reversed")
_COUNTS_AT = func.coalesce(_REVERSED.c.decided_at, _E.c.decided_at)
_QUALIFYING = Statement(
    select(func.coalesce(func.sum(_E.c.qualifying), number(0)))
    .select_from(_E)
    .outerjoin(_REVERSED, _REVERSED.c.id == _E.c.reverses)
    .where(
        _E.c.member_id == param("member_id"),
        _E.c.qualifying != number(0),
        _COUNTS_AT.between(param("since"), param("until") - number(1)),
    )
)
_ACCOUNT = Statement(select(_A).where(_A.c.member_id == param("member_id")))
_PUT_ACCOUNT = upsert(_A, ["member_id"])
_DROP_ACCOUNT = Statement(_A.delete().where(_A.c.member_id == param("member_id")))
_LAPSED = Statement(
    limited(
        select(_A.c.member_id)
        .where(_A.c.next_lapse.is_not(None), _A.c.next_lapse <= param("now"))
        .order_by(_A.c.next_lapse, _A.c.member_id)
    )
)


class SqlLedger:
    """``LedgerRecords`` over the tables ledger_entries and accounts.

    An account is a cache: whatever is in it follows from the entries, and ``verify`` compares.
    One of these lives as long as its transaction, which sees one moment and its own changes: the
    account that was looked at last is kept, since a sale looks at it again and again.
    """

    __slots__ = ("_last", "_runner")

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._last: tuple[MemberId, Account] | None = None

    def append(self, entries: Sequence[LedgerEntry]) -> list[EntryId]:
        new: dict[MemberId, list[LedgerEntry]] = {}
        ids = []
        for entry in entries:
            if self._insert(entry):
                new.setdefault(entry.member_id, []).append(entry)
                ids.append(entry.id)
        for member_id, theirs in new.items():
            self._put_account(member_id, self._moved(member_id, theirs))
        return ids

    def replace(self, entry: LedgerEntry) -> None:
        known = self.get(entry.id)
        columns = {**_columns(entry), "of_id": entry.id}
        del columns["id"]
        self._runner.do(_REPLACE, **columns)
        # An online order may have been given to two records of one person.
        for member_id in {entry.member_id, known.member_id if known else entry.member_id}:
            if entries := self.entries(member_id):
                self._put_account(member_id, replay(entries).account)
            else:
                self._runner.do(_DROP_ACCOUNT, member_id=member_id)
                self._last = None

    def account(self, member_id: MemberId) -> Account:
        if self._last is None or self._last[0] != member_id:
            row = self._runner.one(_ACCOUNT, member_id=member_id)
            self._last = (member_id, Account() if row is None else account_of(row))
        self._runner.require_open()
        return self._last[1]

    def get(self, entry_id: EntryId) -> LedgerEntry | None:
        row = self._runner.one(_GET, id=entry_id)
        return None if row is None else entry_of(row)

    def entries(self, member_id: MemberId) -> list[LedgerEntry]:
        return [entry_of(row) for row in self._runner.all(_OF_MEMBER, member_id=member_id)]

    def of_source(self, source_id: str) -> list[LedgerEntry]:
        return [entry_of(row) for row in self._runner.all(_OF_SOURCE, source_id=source_id)]

    def between(self, since: datetime, until: datetime) -> Iterator[LedgerEntry]:
        rows = self._runner.stream(_BETWEEN, since=micros(since), until=micros(until))
        yield from map(entry_of, rows)

    def earned_since(self, member_id: MemberId, since: datetime) -> int:
        found = self._runner.value(_EARNED_SINCE, member_id=member_id, since=micros(since))
        return int(found)

    def qualifying(self, member_id: MemberId, since: datetime, until: datetime) -> int:
        window = {"since": micros(since), "until": micros(until)}
        return int(self._runner.value(_QUALIFYING, member_id=member_id, **window))

    def with_lapsed(self, now: datetime, limit: int) -> list[MemberId]:
        """Those whose lot lapsed first come first."""
        rows = self._runner.all(_LAPSED, now=micros(now), limit=limit)
        return [MemberId(row[0]) for row in rows]

    def _insert(self, entry: LedgerEntry) -> bool:
        try:
            return self._runner.do(_INSERT, **_columns(entry)) == 1
        except RuleError as error:
            if error.foreign:
                raise UnknownMember(member_id=entry.member_id) from error
            raise

    def _moved(self, member_id: MemberId, new: list[LedgerEntry]) -> Account:
        account = self.account(member_id)
        ordered = sorted(new, key=lambda entry: entry.order)
        if is_late(account, ordered[0]):
            return replay(self.entries(member_id)).account
        for entry in ordered:
            account, _taken = advance(account, entry)
        return account

    def _put_account(self, member_id: MemberId, account: Account) -> None:
        self._runner.do(_PUT_ACCOUNT, **account_columns(member_id, account))
        self._last = (member_id, account)


def account_columns(member_id: MemberId, account: Account) -> dict[str, object]:
    """The row that caches an account with at least one entry."""
    if account.last is None:
        raise ValueError("an account without entries is not kept")
    at, seq, entry_id = account.last
    return {
        "member_id": member_id,
        "balance": account.balance,
        "lifetime_earned": account.lifetime_earned,
        "debt": account.debt,
        "lots": to_json(account.lots),
        "entries": account.entries,
        "last_at": micros(at),
        "last_seq": seq,
        "last_id": entry_id,
        "next_lapse": micros_or_none(account.next_lapse),
    }


def account_of(row: AnyRow) -> Account:
    """The account in a row of the table."""
    return Account(
        balance=row.balance,
        lifetime_earned=row.lifetime_earned,
        debt=row.debt,
        lots=lots(row.lots),
        entries=row.entries,
        last=(moment(row.last_at), row.last_seq, row.last_id),
    )


def entry_of(row: AnyRow) -> LedgerEntry:
    """The entry in a row of the table."""
    return LedgerEntry(
        id=EntryId(row.id),
        member_id=MemberId(row.member_id),
        kind=EntryKind(row.kind),
        points=row.points,
        decided_at=moment(row.decided_at),
        till=TillCode(row.till),
        seq=row.seq,
        channel=Channel(row.channel),
        cashier_id=None if row.cashier_id is None else StaffId(row.cashier_id),
        usable_at=moment_or_none(row.usable_at),
        lapses_at=moment_or_none(row.lapses_at),
        program=row.program,
        program_version=row.program_version,
        parts=parts(row.parts),
        basis=row.basis,
        currency=row.currency,
        rate=row.rate,
        source_id=row.source_id,
        reverses=None if row.reverses is None else EntryId(row.reverses),
        reason=row.reason,
        qualifying=row.qualifying,
        held=bool(row.held),
        keeps_until=moment_or_none(row.keeps_until),
        lot=None if row.lot is None else EntryId(row.lot),
    )


def _columns(entry: LedgerEntry) -> dict[str, object]:
    return {
        "id": entry.id,
        "member_id": entry.member_id,
        "kind": entry.kind.value,
        "points": entry.points,
        "decided_at": micros(entry.decided_at),
        "till": entry.till,
        "seq": entry.seq,
        "channel": entry.channel.value,
        "cashier_id": entry.cashier_id,
        "usable_at": micros_or_none(entry.usable_at),
        "lapses_at": micros_or_none(entry.lapses_at),
        "program": entry.program,
        "program_version": entry.program_version,
        "parts": to_json(entry.parts) if entry.parts else "[]",
        "basis": entry.basis,
        "currency": entry.currency,
        "rate": entry.rate,
        "source_id": entry.source_id,
        "reverses": entry.reverses,
        "reason": entry.reason,
        "qualifying": entry.qualifying,
        "held": int(entry.held),
        "keeps_until": micros_or_none(entry.keeps_until),
        "lot": entry.lot,
    }
