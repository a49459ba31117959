"""What writing other tills' facts needs at hand: one transaction, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sync.hub.facts import Head, subject
from sync.hub.remote import Fact
from sync.hub.untold import Heard
from terminal.desk_tasks import Task, TaskKind
from terminal.ids import MemberId, TillCode, derived_id
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.stamps import Change, Stamps


class WaitsError(Exception):
    """Something that the fact names is not here yet."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"{kind} is not here")
        self.waits_for = subject(kind, key)


@dataclass(slots=True)
class Scene:
    """One transaction in which facts are written. ``till`` is ours. ``moved``: members to look at
    again. ``told``: those of whom another till told an online store. ``made``: what became known
    and others may wait for. ``heard``: sales and returns that were not known.
    ``shared``: two who have one account of an online store."""

    uow: UnitOfWork
    till: TillCode
    now: datetime
    stamps: Stamps
    moved: set[MemberId] = field(default_factory=set)
    told: set[MemberId] = field(default_factory=set)
    made: list[str] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    shared: set[tuple[MemberId, MemberId]] = field(default_factory=set)
    _programs: dict[tuple[str, int], Program | None] = field(default_factory=dict)

    def program(self, code: str, version: int) -> Program | None:
        """A version of the programme."""
        if (code, version) not in self._programs:
            self._programs[code, version] = self.uow.programs.version(code, version)
        return self._programs[code, version]

    def known(self, kind: str, key: str) -> None:
        """Something became known."""
        self.made.append(subject(kind, key))

    def is_later(self, fact: Fact, head: Head) -> bool:
        """Whether this change of something is later than what is known; then it is remembered."""
        about = subject(fact.kind, fact.key)
        self.stamps.heard(head.stamp)
        if head.stamp <= self.uow.journal.changes(about).get("", Change()).stamp:
            return False
        self.uow.journal.put_change(about, "", Change(head.stamp, head.before))
        return True

    def ask(
        self,
        kind: TaskKind,
        *about: str,
        member_id: MemberId | None = None,
        subject_id: str = "",
        details: Mapping[str, str] | None = None,
        at: datetime | None = None,
        tell: bool = False,
    ) -> bool:
        """Ask a person, once; ``about`` makes the task's id. ``tell``: others don't see it by
        themselves."""
        task = Task(
            id=derived_id(kind.value, *about), kind=kind, made_at=at or self.now,
            member_id=member_id, subject_id=subject_id, details=details or {},
        )  # fmt: skip
        new = self.uow.tasks.put(task)
        if new and tell:
            self.uow.journal.note("task", task.id)
        return new
