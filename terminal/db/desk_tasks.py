"""What a person must decide, in SQLite."""

from datetime import datetime

import msgspec
from sqlalchemy import func, select, update

from terminal.db.statements import AnyRow, Runner, Statement, insert_once, limited, param, word
from terminal.db.sync_tables import tasks
from terminal.db.values import micros, micros_or_none, moment, moment_or_none
from terminal.desk_tasks import Task, TaskKind
from terminal.ids import MemberId, StaffId

_T = tasks
_OPEN = _T.c.outcome == word("")
_PUT = insert_once(_T, ["id"], "no")
_GET = Statement(select(_T).where(_T.c.id == param("id")))
_LIST = Statement(limited(select(_T).where(_OPEN).order_by(_T.c.no)))
_OF_MEMBER = Statement(select(_T).where(_T.c.member_id == param("member_id")).order_by(_T.c.no))
_COUNT = Statement(select(func.count()).select_from(_T).where(_OPEN))
_SETTLE = Statement(
    update(_T)
    .where(_T.c.id == param("of_id"), _OPEN)
    .values(outcome=param("said"), settled_by=param("by"), settled_at=param("at"))
)
_OVERRULE = Statement(
    update(_T)
    .where(_T.c.id == param("of_id"))
    .values(outcome=param("said"), settled_by=param("by"), settled_at=param("at"))
)
_FORGET = Statement(
    update(_T).where(_T.c.member_id == param("of_member")).values(details=word("{}"))
)


class SqlTasks:
    """``TaskRecords`` over the table tasks. Nothing is ever deleted from it."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put(self, task: Task) -> bool:
        return self._runner.do(_PUT, **_columns(task)) == 1

    def get(self, task_id: str) -> Task | None:
        row = self._runner.one(_GET, id=task_id)
        return None if row is None else _task(row)

    def open(self, limit: int) -> list[Task]:
        return [_task(row) for row in self._runner.all(_LIST, limit=limit)]

    def of_member(self, member_id: MemberId) -> list[Task]:
        return [_task(row) for row in self._runner.all(_OF_MEMBER, member_id=member_id)]

    def count(self) -> int:
        return int(self._runner.value(_COUNT))

    def settle(self, task_id: str, outcome: str, by: StaffId | None, at: datetime) -> bool:
        done = self._runner.do(_SETTLE, of_id=task_id, said=outcome, by=by, at=micros(at))
        return done == 1

    def overrule(self, task_id: str, outcome: str, by: StaffId | None, at: datetime) -> None:
        self._runner.do(_OVERRULE, of_id=task_id, said=outcome, by=by, at=micros(at))

    def forget(self, member_id: MemberId) -> int:
        return self._runner.do(_FORGET, of_member=member_id)


def _columns(task: Task) -> dict[str, object]:
    return {
        "id": task.id,
        "kind": task.kind.value,
        "made_at": micros(task.made_at),
        "member_id": task.member_id,
        "store": task.store,
        "subject_id": task.subject_id,
        "details": msgspec.json.encode(dict(task.details)).decode(),
        "outcome": task.outcome,
        "settled_at": micros_or_none(task.settled_at),
        "settled_by": task.settled_by,
    }


def _task(row: AnyRow) -> Task:
    return Task(
        id=row.id,
        kind=TaskKind(row.kind),
        made_at=moment(row.made_at),
        member_id=None if row.member_id is None else MemberId(row.member_id),
        store=row.store,
        subject_id=row.subject_id,
        details=msgspec.json.decode(row.details, type=dict[str, str]),
        outcome=row.outcome,
        settled_at=moment_or_none(row.settled_at),
        settled_by=None if row.settled_by is None else StaffId(row.settled_by),
    )
