"""Imports and their rows in SQLite: their keys as columns, all else as JSON of the record."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import func, select

from terminal.db import programme_tables as tables
from terminal.db.programme import put_of_member
from terminal.db.statements import Runner, Statement, limited, number, param, upsert
from terminal.db.values import micros, to_json
from terminal.ids import MemberId
from terminal.importing.records import ImportedRow, ImportId, ImportRecord

_I, _R = tables.imports, tables.import_rows
_PUT = upsert(_I, ["id"])
_GET = Statement(select(_I.c.record).where(_I.c.id == param("id")))
_ALL = Statement(select(_I.c.record).order_by(_I.c.started_at.desc(), _I.c.id))
_PUT_ROW = upsert(_R, ["import_id", "key"])
_ROW = Statement(
    select(_R.c.record).where(_R.c.import_id == param("import_id"), _R.c.key == param("key"))
)
_ROWS = Statement(
    limited(
        select(_R.c.record)
        .where(_R.c.import_id == param("import_id"), _R.c.number > param("after"))
        .order_by(_R.c.number)
    )
)
_OF_MEMBER = Statement(
    select(_R.c.record)
    .where(_R.c.member_id == param("member_id"))
    .order_by(_R.c.import_id, _R.c.key)
)
_LAST_NUMBER = Statement(
    select(func.coalesce(func.max(_R.c.number), number(0))).where(
        _R.c.import_id == param("import_id")
    )
)
_record = msgspec.json.Decoder(ImportRecord).decode
_row = msgspec.json.Decoder(ImportedRow).decode


class SqlImports:
    """``ImportRecords`` over the tables imports and import_rows."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put(self, record: ImportRecord) -> None:
        self._runner.do(
            _PUT, id=record.id, started_at=micros(record.started_at), record=to_json(record)
        )

    def get(self, import_id: ImportId) -> ImportRecord | None:
        text = self._runner.value(_GET, id=import_id)
        return None if text is None else _record(text)

    def all(self) -> list[ImportRecord]:
        return [_record(row[0]) for row in self._runner.all(_ALL)]

    def put_row(self, row: ImportedRow) -> None:
        columns = {
            "import_id": row.import_id,
            "key": row.key,
            "number": row.number,
            "member_id": row.member_id,
            "record": to_json(row),
        }
        put_of_member(self._runner, _PUT_ROW, columns, row.member_id)

    def row(self, import_id: ImportId, key: str) -> ImportedRow | None:
        text = self._runner.value(_ROW, import_id=import_id, key=key)
        return None if text is None else _row(text)

    def rows(self, import_id: ImportId, after: int, limit: int) -> Sequence[ImportedRow]:
        found = self._runner.all(_ROWS, import_id=import_id, after=after, limit=limit)
        return [_row(each[0]) for each in found]

    def of_member(self, member_id: MemberId) -> list[ImportedRow]:
        return [_row(each[0]) for each in self._runner.all(_OF_MEMBER, member_id=member_id)]

    def last_number(self, import_id: ImportId) -> int:
        return int(self._runner.value(_LAST_NUMBER, import_id=import_id))
