"""The journal in SQLite: what is noted, what was told, what waits, and who changed what last."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import func, select, update

from terminal.db import journaling, sync_tables, tables
from terminal.db.connections import driver_of
from terminal.db.journal_things import SqlThings
from terminal.db.statements import (
    AnyRow,
    Statement,
    beyond,
    insert_once,
    limited,
    number,
    param,
    plain_insert,
    upsert,
    word,
)
from terminal.db.values import micros, moment
from terminal.ids import SaleId, TillCode
from terminal.journal import Kept, Note
from terminal.stamps import Change

_J, _S, _T = sync_tables.journal, sync_tables.hub_state, sync_tables.told_facts
_P, _C, _N = sync_tables.parked_facts, sync_tables.stamps, tables.till_numbers
_NOTE = Statement(plain_insert(_J, "number"))
_NOTES = Statement(limited(select(_J).order_by(_J.c.number)))
_FORGET = Statement(_J.delete().where(_J.c.number <= param("until")))
_COUNT_NOTES = Statement(select(func.count()).select_from(_J))
_STATE = Statement(select(_S.c.value).where(_S.c.name == param("name")))
_PUT_STATE = upsert(_S, ["name"])
_DROP_STATE = Statement(_S.delete().where(_S.c.name == param("name")))
_KEEP = insert_once(_T, ["seq"])
_KEPT = Statement(limited(select(_T).where(_T.c.seq > param("after")).order_by(_T.c.seq)))
_DROP_KEPT = Statement(_T.delete().where(_T.c.seq <= param("until")))
_FIRST_KEPT = Statement(select(func.coalesce(func.min(_T.c.seq), number(0))))
_PARK = upsert(_P, ["till", "seq", "why"], "no")
_PARKED = Statement(select(_P).where(_P.c.waits_for == param("waits_for")).order_by(_P.c.no))
_PARKED_BECAUSE = Statement(select(_P).where(_P.c.why == param("why")).order_by(_P.c.no))
_UNPARK = Statement(_P.delete().where(_P.c.no == param("of_no")))
_COUNT_PARKED = Statement(select(func.count()).select_from(_P))
_CHANGES = Statement(
    select(_C.c.field, _C.c.stamp, _C.c.replaced).where(_C.c.subject == param("subject"))
)
_PUT_CHANGE = upsert(_C, ["subject", "field"])
_DROP_CHANGE = Statement(
    _C.delete().where(_C.c.subject == param("subject"), _C.c.field == param("field"))
)
_OLD_CHANGES = Statement(
    limited(
        select(_C.c.subject).where(
            _C.c.subject >= param("begins"),
            _C.c.subject < param("beyond_it"),
            _C.c.field == word(""),
            _C.c.replaced > word(""),
            _C.c.replaced < param("earlier_than"),
        )
    )
)
_FIRST = plain_insert(_N)
_REACH = Statement(
    _FIRST.on_conflict_do_update(
        index_elements=["till"], set_={"seq": func.max(_N.c.seq, _FIRST.excluded.seq)}
    )
)
_RENAME_SALE = Statement(
    update(tables.sales).where(tables.sales.c.id == param("of")).values(ref=param("as_ref"))
)
_RENAME_RETURN = Statement(
    update(tables.returns).where(tables.returns.c.id == param("of")).values(ref=param("as_ref"))
)
_RETURN_BY_REF = Statement(select(tables.returns.c.id).where(tables.returns.c.ref == param("ref")))
_ALL_OF_HUB = (_J, _S, _T, _P, _C)
_FORGET_ALL = [Statement(table.delete()) for table in _ALL_OF_HUB]


class SqlJournal(SqlThings):
    """``JournalRecords`` over the tables journal, hub_state, told_facts, parked_facts, stamps."""

    __slots__ = ()

    # -- noting ------------------------------------------------------------------------------

    def join(self, instance: str) -> None:
        self.put_state(journaling.INSTANCE, instance)
        journaling.make(driver_of(self._runner.require_open()))

    def leave(self) -> None:
        journaling.drop(driver_of(self._runner.require_open()))
        for forgetting in _FORGET_ALL:
            self._runner.do(forgetting)

    def fill(self) -> int:
        driver = driver_of(self._runner.require_open())
        for statement in journaling.FILL:
            driver.execute(statement)
        return self.count_notes()

    def count_notes(self) -> int:
        return int(self._runner.value(_COUNT_NOTES))

    def note(self, kind: str, key: str) -> None:
        self._runner.do(_NOTE, kind=kind, key=key)

    def notes(self, limit: int) -> list[Note]:
        return [Note(*row) for row in self._runner.all(_NOTES, limit=limit)]

    def forget(self, until: int) -> None:
        self._runner.do(_FORGET, until=until)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        self.put_state(journaling.APPLYING, "1")
        yield
        # Not in a finally: after a failure the transaction is rolled back, and the flag with it.
        self._runner.do(_DROP_STATE, name=journaling.APPLYING)

    # -- state -------------------------------------------------------------------------------

    def state(self, name: str) -> str:
        return str(self._runner.value(_STATE, name=name) or "")

    def put_state(self, name: str, value: str) -> None:
        self._runner.do(_PUT_STATE, name=name, value=value)

    def keep(self, facts: Sequence[Kept]) -> None:
        self._runner.do_each(_KEEP, [_columns(fact) for fact in facts])

    def kept(self, after: int, limit: int) -> list[Kept]:
        return [_told(row) for row in self._runner.all(_KEPT, after=after, limit=limit)]

    def drop_kept(self, until: int) -> None:
        self._runner.do(_DROP_KEPT, until=until)

    def first_kept(self) -> int:
        return int(self._runner.value(_FIRST_KEPT))

    def park(self, fact: Kept) -> None:
        more = {"why": fact.why, "waits_for": fact.waits_for}
        self._runner.do(_PARK, **_columns(fact), **more)

    def parked(self, waits_for: str) -> list[Kept]:
        return [_parked(row) for row in self._runner.all(_PARKED, waits_for=waits_for)]

    def parked_because(self, why: str) -> list[Kept]:
        return [_parked(row) for row in self._runner.all(_PARKED_BECAUSE, why=why)]

    def unpark(self, number: int) -> None:
        self._runner.do(_UNPARK, of_no=number)

    def count_parked(self) -> int:
        return int(self._runner.value(_COUNT_PARKED))

    def changes(self, subject: str) -> Mapping[str, Change]:
        rows = self._runner.all(_CHANGES, subject=subject)
        return {field: Change(stamp, replaced) for field, stamp, replaced in rows}

    def put_change(self, subject: str, field: str, change: Change) -> None:
        self._runner.do(
            _PUT_CHANGE, subject=subject, field=field, stamp=change.stamp, replaced=change.before
        )

    def drop_change(self, subject: str, field: str) -> None:
        self._runner.do(_DROP_CHANGE, subject=subject, field=field)

    def old_changes(self, begins: str, before: str, limit: int) -> list[str]:
        given = {"begins": begins, "beyond_it": beyond(begins), "earlier_than": before}
        return [row[0] for row in self._runner.all(_OLD_CHANGES, limit=limit, **given)]

    # -- what only facts of others do --------------------------------------------------------

    def rename_sale(self, sale_id: SaleId, ref: str) -> None:
        self._runner.do(_RENAME_SALE, of=sale_id, as_ref=ref)

    def rename_return(self, return_id: str, ref: str) -> None:
        self._runner.do(_RENAME_RETURN, of=return_id, as_ref=ref)

    def return_by_ref(self, ref: str) -> str:
        return str(self._runner.value(_RETURN_BY_REF, ref=ref) or "")

    def reach(self, till: TillCode, seq: int) -> None:
        self._runner.do(_REACH, till=till, seq=seq)


def _columns(fact: Kept) -> dict[str, object]:
    return {
        "seq": fact.seq,
        "till": fact.till,
        "kind": fact.kind,
        "key": fact.key,
        "member_id": fact.member_id,
        "body": fact.body.decode(),
        "at": micros(fact.at),
    }


def _told(row: AnyRow) -> Kept:
    return Kept(
        till=row.till, seq=row.seq, kind=row.kind, key=row.key, member_id=row.member_id,
        body=row.body.encode(), at=moment(row.at),
    )  # fmt: skip


def _parked(row: AnyRow) -> Kept:
    return Kept(
        till=row.till, seq=row.seq, kind=row.kind, key=row.key, member_id=row.member_id,
        body=row.body.encode(), at=moment(row.at), number=row.no, why=row.why,
        waits_for=row.waits_for,
    )  # fmt: skip
