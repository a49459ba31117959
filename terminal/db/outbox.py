"""The outbox in SQLite."""

from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Select, Update, exists, func, null, select, update
from sqlalchemy import text as sql
from sqlalchemy.sql import ColumnElement

from terminal.db.statements import (
    AnyRow,
    Runner,
    Statement,
    insert_once,
    limited,
    number,
    param,
    plain_insert,
    word,
)
from terminal.db.sync_tables import outbox, outbox_steps
from terminal.db.values import micros, moment, moment_or_none
from terminal.ids import MemberId, StaffId
from terminal.outbox import (
    BlockReason,
    MessageKind,
    MessageState,
    MessageStep,
    OutboxCounts,
    OutboxMessage,
    StepKind,
)

Which: TypeAlias = ColumnElement[bool]
Counted: TypeAlias = Select[*tuple[Any, ...]]

_O, _S = outbox, outbox_steps
_EARLIER = outbox.alias("earlier")
_WAITING, _BLOCKED, _SENT, _GIVEN_UP = (word(state.value) for state in MessageState)
_STANDING = word(MessageKind.STANDING.value)
_OF_THE_PERSON = [word(kind.value) for kind in (MessageKind.MEMBER, MessageKind.ERASE)]
"""What a standing waits for; its own kind is told as it is then, and needs no turn."""
# As the partial indexes say it, letter by letter: or SQLite would not use them.
_OPEN = sql("outbox.state IN ('waiting', 'blocked')")
_IS_GIVEN_UP = sql("outbox.state = 'given_up'")
_OPEN_EARLIER = sql("earlier.state IN ('waiting', 'blocked')")
# Of one store or of all: each a statement of its own, as one for both would use no index.
_OF_STORE = (_O.c.store == param("of_store"),)

_PUT = insert_once(_O, ["key"], "number", "sent_at")
_GET = Statement(select(_O).where(_O.c.key == param("key")))
_HELD_BACK = exists(
    select(number(1))
    .select_from(_EARLIER)
    .where(
        _EARLIER.c.member_id == _O.c.member_id,
        _EARLIER.c.store == _O.c.store,
        _EARLIER.c.number < _O.c.number,
        _OPEN_EARLIER,
        (_EARLIER.c.state == _BLOCKED) | (_EARLIER.c.due_at > param("now")),
        (_O.c.kind != _STANDING) | _EARLIER.c.kind.in_(_OF_THE_PERSON),
    )
)
_DUE = Statement(
    limited(
        select(_O)
        .where(
            _OPEN,
            _O.c.store == param("of_store"),
            _O.c.state == _WAITING,
            _O.c.due_at <= param("now"),
            ~_HELD_BACK,
        )
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
    .values(
        state=_SENT,
        blocked=null(),
        problem=word(""),
        part=word(""),
        reason=param("untold"),
        sent_at=param("at"),
    )
)
_DEFER = Statement(
    update(_O)
    .where(_KEYED, _OPEN)
    .values(
        due_at=param("until"),
        problem=param("said"),
        part=param("said_of"),
        attempts=_O.c.attempts + number(1),
    )
)
_BLOCK = Statement(
    update(_O)
    .where(_KEYED, _OPEN)
    .values(state=_BLOCKED, blocked=param("why"), problem=param("said"), part=param("said_of"))
)
_GIVE_UP = Statement(
    update(_O)
    .where(_KEYED, _OPEN)
    .values(state=_GIVEN_UP, blocked=null(), reason=param("because"), due_at=param("at"))
)
_RELEASE = Statement(
    update(_O)
    .where(_KEYED, _OPEN)
    .values(state=_WAITING, blocked=null(), attempts=number(0), due_at=param("now"))
)


def _hurry(*which: Which) -> Update:
    later = (_O.c.state == _WAITING, _O.c.due_at > param("now"))
    return update(_O).where(_OPEN, *which, *later).values(due_at=param("now"))


def _count_open(*which: Which) -> Counted:
    return select(
        func.count().filter(_O.c.state == _WAITING),
        func.count().filter(_O.c.state == _BLOCKED),
        func.min(_O.c.created_at).filter(_O.c.state == _WAITING),
    ).where(_OPEN, *which)


def _count_given_up(*which: Which) -> Counted:
    return select(func.count()).select_from(_O).where(_IS_GIVEN_UP, *which)


def _count_sent(*which: Which) -> Counted:
    sent = (_O.c.sent_at.is_not(None), *which)
    today = select(func.count()).select_from(_O).where(*sent, _O.c.sent_at >= param("day_start"))
    last = select(func.max(_O.c.sent_at)).where(*sent)
    return select(today.scalar_subquery(), last.scalar_subquery())


_HURRY, _HURRY_OF = Statement(_hurry()), Statement(_hurry(*_OF_STORE))
_COUNT_OPEN, _COUNT_OPEN_OF = Statement(_count_open()), Statement(_count_open(*_OF_STORE))
_COUNT_GIVEN_UP = Statement(_count_given_up())
_COUNT_GIVEN_UP_OF = Statement(_count_given_up(*_OF_STORE))
_COUNT_SENT, _COUNT_SENT_OF = Statement(_count_sent()), Statement(_count_sent(*_OF_STORE))
_LIST_GIVEN_UP = Statement(limited(select(_O).where(_IS_GIVEN_UP).order_by(_O.c.number.desc())))
_PUT_STEP = Statement(plain_insert(_S, "no"))
_STEPS = Statement(select(_S).where(_S.c.key == param("key")).order_by(_S.c.no))
_OF_SUBJECT = Statement(
    select(_O)
    .where(_O.c.subject_id == param("subject_id"), _O.c.kind == param("kind"))
    .order_by(_O.c.number)
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

    def due(self, now: datetime, limit: int, store: str) -> list[OutboxMessage]:
        rows = self._runner.all(_DUE, now=micros(now), limit=limit, of_store=store)
        return [_message(row) for row in rows]

    def sent(self, key: str, at: datetime, untold: str = "") -> None:
        self._runner.do(_MARK_SENT, of_key=key, at=micros(at), untold=untold)

    def defer(self, key: str, until: datetime, problem: str, where: str = "") -> None:
        self._runner.do(_DEFER, of_key=key, until=micros(until), said=problem, said_of=where)

    def block(self, key: str, why: BlockReason, problem: str, where: str = "") -> None:
        self._runner.do(_BLOCK, of_key=key, why=why.value, said=problem, said_of=where)

    def give_up(self, key: str, reason: str, at: datetime) -> None:
        self._runner.do(_GIVE_UP, of_key=key, because=reason, at=micros(at))

    def release(self, key: str, now: datetime) -> None:
        self._runner.do(_RELEASE, of_key=key, now=micros(now))

    def hurry(self, now: datetime, store: str | None = None) -> None:
        hurry = _HURRY if store is None else _HURRY_OF
        self._runner.do(hurry, now=micros(now), of_store=store)

    def open(self, limit: int) -> list[OutboxMessage]:
        return [_message(row) for row in self._runner.all(_LIST, limit=limit)]

    def given_up(self, limit: int) -> list[OutboxMessage]:
        return [_message(row) for row in self._runner.all(_LIST_GIVEN_UP, limit=limit)]

    def of_subject(self, kind: MessageKind, subject_id: str) -> list[OutboxMessage]:
        rows = self._runner.all(_OF_SUBJECT, kind=kind.value, subject_id=subject_id)
        return [_message(row) for row in rows]

    def counts(self, day_start: datetime, store: str | None = None) -> OutboxCounts:
        every = store is None
        given = {"day_start": micros(day_start), "of_store": store}
        opened = self._runner.all(_COUNT_OPEN if every else _COUNT_OPEN_OF, **given)
        [(waiting, blocked, oldest)] = opened
        [(today, last)] = self._runner.all(_COUNT_SENT if every else _COUNT_SENT_OF, **given)
        given_up = int(
            self._runner.value(_COUNT_GIVEN_UP if every else _COUNT_GIVEN_UP_OF, **given)
        )
        return OutboxCounts(
            waiting, blocked, today, moment_or_none(last), moment_or_none(oldest), given_up
        )

    def add_step(self, step: MessageStep) -> None:
        self._runner.do(
            _PUT_STEP, key=step.key, at=micros(step.at), step=step.kind.value,
            problem=step.problem, part=step.where, by=step.by,
        )  # fmt: skip

    def steps(self, key: str) -> list[MessageStep]:
        return [_step(row) for row in self._runner.all(_STEPS, key=key)]


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
        "store": message.store,
        "part": message.where,
        "reason": message.reason,
    }


def _step(row: AnyRow) -> MessageStep:
    by = None if row.by is None else StaffId(row.by)
    return MessageStep(row.key, moment(row.at), StepKind(row.step), row.problem, row.part, by)


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
        store=row.store,
        where=row.part,
        reason=row.reason,
    )
