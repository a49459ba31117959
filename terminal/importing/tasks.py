"""What is done with a row of a file: of the members', or the history of a member who was there."""

from dataclasses import dataclass, replace
from pathlib import Path

from terminal.ids import CardNumber, MemberId
from terminal.importing.booking import NO_PAST
from terminal.importing.history import HistoryReader
from terminal.importing.planning import Plan, Planner, is_gone
from terminal.importing.problems import Level, RowRefused
from terminal.importing.reading import Shape, records
from terminal.importing.records import RowAct, RowState
from terminal.importing.rows import MemberReader, MemberRow
from terminal.importing.running import LIMIT, Run, Task
from terminal.importing.scratch import Past
from terminal.ports import UnitOfWork


def keep_history(run: Run, shape: Shape, reader: HistoryReader) -> None:
    """Read the history onto the scratch paper; what is wrong in it is told at once."""
    for record in records(shape):
        run.read_one()
        try:
            row = reader.read(record)
        except RowRefused as refused:
            run.tell(Level.REFUSED, shape.path, record.line, refused)
        else:
            if row is not None:
                run.scratch.keep(row)
        if run.tally.read % LIMIT == 0:
            run.tell_all()
            run.between()


def book_members(
    run: Run, shape: Shape, reader: MemberReader, planner: Planner, *, with_history: bool
) -> None:
    """Read and book the members' file."""
    for record in records(shape):
        run.read_one()
        try:
            row = reader.read(record)
        except RowRefused as refused:
            run.tell(Level.REFUSED, shape.path, record.line, refused)
            continue
        run.add(MemberTask(run, shape.path, row, planner, with_history))
    run.flush()


def book_history(run: Run, shape: Shape) -> None:
    """Book what history is left, for members who were there before."""
    last = ""
    while tokens := run.scratch.unclaimed(last, LIMIT):
        for token in tokens:
            run.add(HistoryTask(run, shape.path, token))
        run.flush()
        last = tokens[-1]


@dataclass(slots=True)
class MemberTask:
    """A row of the members' file, with the history that came for it."""

    run: Run
    path: Path
    row: MemberRow
    planner: Planner
    with_history: bool
    _past: Past | None = None

    @property
    def past(self) -> Past:
        """Found when first asked for, by which time the rows before it have taken theirs."""
        if self._past is None:
            self._past = self.run.scratch.past(self.row.tokens) if self.with_history else NO_PAST
        return self._past

    @property
    def weight(self) -> int:
        return min(1 + len(self.past.rows), LIMIT)

    def do(self, uow: UnitOfWork) -> Task | None:
        try:
            return self._book(uow)
        except RowRefused as refused:
            self.run.tell(Level.REFUSED, self.path, self.row.line, refused)
            return None

    def _book(self, uow: UnitOfWork) -> Task | None:
        run, row = self.run, self._checked(self.row)
        plan = self.planner.plan(uow, row)
        for dropped in row.dropped:
            run.tell(Level.NOTE, self.path, row.line, dropped)
        if plan.note:
            told = {"line": plan.note_of, "name": plan.note_of}
            run.note(self.path, row.line, plan.note, **told)
        if plan.act is None:
            self._nothing(plan)
            return None
        past = NO_PAST if plan.act is RowAct.UPDATED else self.past
        run.scratch.claim(past)
        self._differs(plan, past)
        return run.book(uow, plan, past)

    def _checked(self, row: MemberRow) -> MemberRow:
        """What is doubtful about the balance or the level, by policy. Raises RowRefused."""
        booking = self.run.booking
        policy, columns = booking.mapping.policy, booking.mapping.columns
        tiers = [tier.code for tier in booking.program.tiers]
        if row.tier and row.tier not in tiers:
            raise RowRefused("unknown_tier", columns.tier, row.tier, tiers=", ".join(tiers))
        points = row.points or 0
        if points < 0 and policy.debt == "refuse":
            raise RowRefused("debt", columns.points, str(points))
        if points > 0 and row.lapses_at is not None and row.lapses_at <= booking.now:
            if policy.lapsed_points == "refuse":
                raise RowRefused("lapsed", columns.points, str(points))
            self.run.note(self.path, row.line, "dropped_lapsed")
            return replace(row, points=0, lapses_at=None)
        return row

    def _nothing(self, plan: Plan) -> None:
        """Count a row that does nothing, and let go of the history that was booked with it."""
        tally = self.run.tally
        tally.repeated += plan.note == "repeated"
        tally.skipped += plan.note == "skipped"
        tally.known += plan.known is not None
        if plan.known is not None and plan.known.history and self.past.rows:
            self.run.scratch.claim(self.past)
            if plan.known.history != self.past.digest:
                raise RowRefused("changed_since")

    def _differs(self, plan: Plan, past: Past) -> None:
        """Say so where the balance is not what the history adds up to."""
        opening = self.run.booking.opening(plan, past)
        if past.rows and opening:
            self.run.note(
                self.path, self.row.line, "history_differs",
                sum=past.points, stated=self.row.points, opening=opening,
            )  # fmt: skip


@dataclass(slots=True)
class HistoryTask:
    """The history of a member who is there already, or was skipped or updated."""

    run: Run
    path: Path
    token: str
    _past: Past | None = None

    @property
    def past(self) -> Past:
        """All movements under this name."""
        if self._past is None:
            self._past = self.run.scratch.past([self.token])
        return self._past

    @property
    def weight(self) -> int:
        return min(len(self.past.rows), LIMIT)

    def do(self, uow: UnitOfWork) -> Task | None:
        known = uow.imports.row(self.run.booking.import_id, f"h:{self.token}")
        if known is not None and known.state is RowState.BOOKED:
            self.run.tally.known += len(self.past.rows)
            if known.history != self.past.digest:
                self._refuse("changed_since")
            return None
        member_id = self._whose(uow)
        if member_id is None:
            self._refuse("nobody")
            return None
        row = MemberRow(line=self.past.rows[0].line, key=f"h:{self.token}", digest="")
        plan = Plan(row=row, key=row.key, act=RowAct.HISTORY, member_id=member_id, known=known)
        return self.run.book(uow, plan, self.past)

    def _refuse(self, code: str) -> None:
        for row in self.past.rows:
            refused = RowRefused(code, self._column, self.token[2:])
            self.run.tell(Level.REFUSED, self.path, row.line, refused)

    @property
    def _column(self) -> str:
        return self.run.booking.mapping.history.columns.member

    def _whose(self, uow: UnitOfWork) -> MemberId | None:
        """The member by this name, in the files or in the books."""
        if (seen := self.run.scratch.seen(self.token)) is not None:
            return seen.member_id
        kind, value = self.token[0], self.token[2:]
        if kind == "n":
            row = uow.imports.row(self.run.booking.import_id, self.token)
            return row.member_id if row and row.state is not RowState.UNDONE else None
        if kind == "c":
            held = uow.members.by_card(CardNumber(value))
            found = held[0] if held else None
        else:
            by = uow.members.by_phone if kind == "p" else uow.members.by_email
            found = by(value)
        return found.id if found and not is_gone(found) else None
