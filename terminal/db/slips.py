"""Slips on their way to the paper, in SQLite."""

from sqlalchemy import func, select, update

from terminal.db import tables
from terminal.db.statements import (
    AnyRow,
    Runner,
    Statement,
    limited,
    number,
    param,
    upsert,
    word,
)
from terminal.db.values import micros, moment, slip, to_json
from terminal.ids import SaleId, SlipId
from terminal.slips import SlipJob, SlipState

_S = tables.slips
# Written as in the partial index, or SQLite would not use it.
_UNSETTLED_STATES = _S.c.state.in_(
    [word(state.value) for state in (SlipState.QUEUED, SlipState.SENDING, SlipState.UNKNOWN)]
)

_PUT = upsert(_S, ["id"], "no")
_GET = Statement(select(_S).where(_S.c.id == param("id")))
_QUEUED = Statement(
    limited(
        select(_S)
        .where(_UNSETTLED_STATES, _S.c.state == word(SlipState.QUEUED.value))
        .order_by(_S.c.created_at, _S.c.no)
    )
)
_UNSETTLED = Statement(select(_S).where(_UNSETTLED_STATES).order_by(_S.c.created_at, _S.c.no))
_OF_SALE = Statement(
    select(_S).where(_S.c.sale_id == param("sale_id")).order_by(_S.c.created_at, _S.c.no)
)
_NAMING = Statement(
    select(_S)
    .where(func.instr(_S.c.slip, param("text")) > number(0))
    .order_by(_S.c.created_at, _S.c.no)
)
_MOVE = Statement(
    update(_S)
    .where(_S.c.id == param("of_id"))
    .values(
        state=param("to"),
        cause=param("why"),
        attempts=_S.c.attempts + param("attempt"),
        printer=func.coalesce(param("by"), _S.c.printer),
    )
)


class SqlSlips:
    """``SlipRecords`` over the table slips."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def put(self, job: SlipJob) -> None:
        """Insert or replace by id."""
        self._runner.do(_PUT, **_columns(job))

    def get(self, slip_id: SlipId) -> SlipJob | None:
        row = self._runner.one(_GET, id=slip_id)
        return None if row is None else _job(row)

    def queued(self, limit: int) -> list[SlipJob]:
        return [_job(row) for row in self._runner.all(_QUEUED, limit=limit)]

    def move(
        self, slip_id: SlipId, state: SlipState, cause: str, *, printer: str | None = None
    ) -> None:
        self._runner.do(
            _MOVE, of_id=slip_id, to=state.value, why=cause,
            attempt=int(state is SlipState.SENDING), by=printer,
        )  # fmt: skip

    def unsettled(self) -> list[SlipJob]:
        return [_job(row) for row in self._runner.all(_UNSETTLED)]

    def of_sale(self, sale_id: SaleId) -> list[SlipJob]:
        return [_job(row) for row in self._runner.all(_OF_SALE, sale_id=sale_id)]

    def naming(self, text: str) -> list[SlipJob]:
        within = to_json(text)[1:-1]  # as it stands in the document
        return [_job(row) for row in self._runner.all(_NAMING, text=within)]


def _columns(job: SlipJob) -> dict[str, object]:
    return {
        "id": job.id,
        "slip": to_json(job.slip),
        "sale_id": job.sale_id,
        "created_at": micros(job.created_at),
        "state": job.state.value,
        "cause": job.cause,
        "attempts": job.attempts,
        "copy_of": job.copy_of,
        "printer": job.printer,
    }


def _job(row: AnyRow) -> SlipJob:
    return SlipJob(
        id=SlipId(row.id),
        slip=slip(row.slip),
        sale_id=None if row.sale_id is None else SaleId(row.sale_id),
        created_at=moment(row.created_at),
        state=SlipState(row.state),
        cause=row.cause,
        attempts=row.attempts,
        copy_of=None if row.copy_of is None else SlipId(row.copy_of),
        printer=row.printer,
    )
