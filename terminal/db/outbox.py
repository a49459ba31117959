"""The outbox in SQLite."""

from datetime import datetime

from sqlalchemy import exists, func, null, select, update

from terminal.db import tables
from terminal.db.statements import (
    AnyRow,
    Runner,
    Statement,
    insert_once,
    limited,
    number,
    param,
    word,
)
from terminal.db.values import micros, moment, moment_or_none
from terminal.ids import MemberId
from terminal.outbox import BlockReason, MessageKind, MessageState, OutboxCounts, OutboxMessage

_O = tables.outbox
_EARLIER = tables.outbox.alias("earlier")
_WAITING, _BLOCKED, _SENT = (word(state.value) for state in MessageState)
_OPEN = _O.c.state != _SENT

_PUT = insert_once(_O, ["key"], "number", "sent_at")
_GET = Statement(select(_O).where(_O.c.key == param("key")))
_HELD_BACK = exists(
    select(number(1))
    .select_from(_EARLIER)
    .where(
        _EARLIER.c.member_id == _O.c.member_id,
        _EARLIER.c.number < _O.c.number,
        _EARLIER.c.state != _SENT,
        (_EARLIER.c.state == _BLOCKED) | (_EARLIER.c.due_at > param("now")),
    )
)
_DUE = Statement(
    limited(
        select(_O)
        .where(_OPEN, _O.c.state == _WAITING, _O.c.due_at <= param("now"), ~_HELD_BACK)
        .order_by(_O.c.number)
    )
)
_LIST = Statement(
    limited(select(_O).where(_OPEN).order_by((_O.c.state == _BLOCKED).desc(), _O.c.number))
)
_KEYED = _O.c.key == param("of_key")
_MARK_SENT = Statement(
    update(_O)
    .where(_KEYED)
    .values(state=_SENT, blocked=null(), problem=word(""), sent_at=param("at"))
)
_DEFER = Statement(
    update(_O)
    .where(_KEYED, _OPEN)
    .values(due_at=param("until"), problem=param("said"), attempts=_O.c.attempts + number(1))
)
_BLOCK = Statement(
    update(_O)
    .where(_KEYED, _OPEN)
    .values(state=_BLOCKED, blocked=param("why"), problem=param("said"))
)
_RELEASE = Statement(
    update(_O)
    .where(_KEYED, _OPEN)
    .values(state=_WAITING, blocked=null(), attempts=number(0), due_at=param("now"))
)
_HURRY = Statement(
    update(_O)
    .where(_OPEN, _O.c.state == _WAITING, _O.c.due_at > param("now"))
    .values(due_at=param("now"))
)
_COUNT_OPEN = Statement(
    select(
        func.count().filter(_O.c.state == _WAITING), func.count().filter(_O.c.state == _BLOCKED)
    ).where(_OPEN)
)
_COUNT_SENT = Statement(
    select(
        select(func.count())
        .select_from(_O)
        .where(_O.c.sent_at.is_not(None), _O.c.sent_at >= param("day_start"))
        .scalar_subquery(),
        select(func.max(_O.c.sent_at)).where(_O.c.sent_at.is_not(None)).scalar_subquery(),
    )
)


class SqlOutbox:
    """``OutboxRecords`` over the table outbox. Sent messages stay, as proof, but are never due."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put(self, message: OutboxMessage) -> None:
        self._runner.do(_PUT, **_columns(message))

    def get(self, key: str) -> OutboxMessage | None:
        row = self._runner.one(_GET, key=key)
        return None if row is None else _message(row)

    def due(self, now: datetime, limit: int) -> list[OutboxMessage]:
        return [_message(row) for row in self._runner.all(_DUE, now=micros(now), limit=limit)]

    def sent(self, key: str, at: datetime) -> None:
        self._runner.do(_MARK_SENT, of_key=key, at=micros(at))

    def defer(self, key: str, until: datetime, problem: str) -> None:
        self._runner.do(_DEFER, of_key=key, until=micros(until), said=problem)

    def block(self, key: str, why: BlockReason, problem: str) -> None:
        self._runner.do(_BLOCK, of_key=key, why=why.value, said=problem)

    def release(self, key: str, now: datetime) -> None:
        self._runner.do(_RELEASE, of_key=key, now=micros(now))

    def hurry(self, now: datetime) -> None:
        self._runner.do(_HURRY, now=micros(now))

    def open(self, limit: int) -> list[OutboxMessage]:
        return [_message(row) for row in self._runner.all(_LIST, limit=limit)]

    def counts(self, day_start: datetime) -> OutboxCounts:
        waiting, blocked = self._runner.all(_COUNT_OPEN)[0]
        today, last = self._runner.all(_COUNT_SENT, day_start=micros(day_start))[0]
        return OutboxCounts(waiting, blocked, today, moment_or_none(last))


def _columns(message: OutboxMessage) -> dict[str, object]:
    return {
        "key": message.key,
        "kind": message.kind.value,
        "subject_id": message.subject_id,
        "member_id": message.member_id,
        "created_at": micros(message.created_at),
        "due_at": micros(message.due_at),
        "attempts": message.attempts,
        "state": message.state.value,
        "blocked": None if message.blocked is None else message.blocked.value,
        "problem": message.problem,
    }


def _message(row: AnyRow) -> OutboxMessage:
    return OutboxMessage(
        key=row.key,
        kind=MessageKind(row.kind),
        subject_id=row.subject_id,
        member_id=None if row.member_id is None else MemberId(row.member_id),
        created_at=moment(row.created_at),
        due_at=moment(row.due_at),
        number=row.number,
        attempts=row.attempts,
        state=MessageState(row.state),
        blocked=None if row.blocked is None else BlockReason(row.blocked),
        problem=row.problem,
    )
