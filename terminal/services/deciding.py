"""What only a person can decide about sync: tasks, and messages that can't go as they are.

A decision is written down with who took it. Giving a message up and everything that changes a
member is a manager's; having seen something is anybody's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from terminal.desk_tasks import Task, TaskKind
from terminal.errors import NotAllowed, ReasonMissing
from terminal.ids import Clock, MemberId, NewId, StaffId
from terminal.outbox import MessageKind, MessageStep, StepKind
from terminal.ports import Database, RemoteLink, UnitOfWork
from terminal.services.models import SignedIn
from terminal.services.whose import survivor_of, tell
from terminal.staff import Role

SEEN: Final = "seen"
ANSWERS: Final[dict[TaskKind, tuple[str, ...]]] = {
    TaskKind.PROFILE_CONFLICT: ("ours", "theirs"),
    TaskKind.DUPLICATE: ("merge", "into_other", "two"),
    TaskKind.OVERDRAW: (SEEN,),
    TaskKind.DIFFERENCE: ("tell", SEEN),
    TaskKind.REFUND_UNCLEAR: (SEEN,),
    TaskKind.CUSTOMER_GONE: ("tell", "erase", "leave"),
    TaskKind.ALSO_FORGET: ("erase", "leave"),
    TaskKind.TILL_CLONED: (SEEN,),
    TaskKind.TILL_RESTORED: (SEEN,),
    TaskKind.COUPON_STUCK: (SEEN,),
}
"""What can be answered to each kind of task."""
_ANYBODYS: Final = frozenset({SEEN})


@dataclass(frozen=True, slots=True)
class Hands:
    """What carries decisions out. ``keep_field``: (task, ``ours`` or ``theirs``, who) settles a
    conflict; ``merge``: (who stays, who is taken in, who); ``erase``: (whom, who)."""

    keep_field: Callable[[Task, str, StaffId], object]
    merge: Callable[[MemberId, MemberId, StaffId], object]
    erase: Callable[[MemberId, StaffId], object]


class Deciding:
    """Carries out what people decide. ``wake`` sets the sync workers going."""

    def __init__(
        self,
        database: Database,
        hands: Hands,
        *,
        clock: Clock,
        new_id: NewId,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._database, self._hands = database, hands
        self._clock, self._new_id, self._wake = clock, new_id, wake

    # -- tasks -------------------------------------------------------------------------------

    def answer(self, task_id: str, answer: str, who: SignedIn) -> bool:
        """Settle a task; False where somebody did before, or it has no such answer. Raises
        NotAllowed, UnknownMember."""
        if answer not in _ANYBODYS:
            _only_manager(who)
        with self._database.read() as uow:
            task = uow.tasks.get(task_id)
        if task is None or task.outcome or answer not in ANSWERS[task.kind]:
            return False
        self._carry_out(task, answer, who.id)
        with self._database.write() as uow:
            uow.tasks.settle(task_id, answer, who.id, self._clock())
            uow.commit()
        self._wake()
        return True

    def _carry_out(self, task: Task, answer: str, by: StaffId) -> None:
        other = task.details.get("other", "")
        member_id = task.member_id
        if task.kind is TaskKind.PROFILE_CONFLICT:
            self._hands.keep_field(task, answer, by)
        elif member_id is None:
            return
        elif answer == "merge":
            self._hands.merge(member_id, MemberId(other), by)
        elif answer == "into_other":
            self._hands.merge(MemberId(other), member_id, by)
        elif answer == "erase":
            self._hands.erase(member_id, by)
        elif answer == "tell":
            self._tell_anew(task, member_id)

    def _tell_anew(self, task: Task, member_id: MemberId) -> None:
        if not task.store:
            return  # tills differed among themselves: what moved since told every store of it
        with self._database.write() as uow:
            who = survivor_of(uow, member_id)
            if task.kind is TaskKind.CUSTOMER_GONE:
                uow.sync.drop_link(task.store, "member", who)
                self._queue(uow, MessageKind.MEMBER, who, task.store)
            self._queue(uow, MessageKind.STANDING, who, task.store)
            uow.commit()

    def _queue(self, uow: UnitOfWork, kind: MessageKind, member_id: MemberId, store: str) -> None:
        tell(uow, (store,), kind, member_id, member_id, self._clock(), self._new_id)

    # -- messages ----------------------------------------------------------------------------

    def give_up(self, key: str, reason: str, who: SignedIn) -> None:
        """A message need not be told, for a reason. Raises NotAllowed, ReasonMissing."""
        _only_manager(who)
        if not reason.strip():
            raise ReasonMissing
        now = self._clock()
        with self._database.write() as uow:
            uow.outbox.give_up(key, reason.strip(), now)
            uow.outbox.add_step(MessageStep(key, now, StepKind.GIVEN_UP, by=who.id))
            uow.commit()
        self._wake()

    def link(self, key: str, customer_id: str, who: SignedIn) -> None:
        """The member of a message is this customer of its store; it is sent again. Raises
        NotAllowed."""
        _only_manager(who)
        now = self._clock()
        with self._database.write() as uow:
            message = uow.outbox.get(key)
            if message is None or message.member_id is None:
                return
            owner = survivor_of(uow, message.member_id)
            uow.sync.put_link(RemoteLink(message.store, "member", owner, customer_id))
            uow.outbox.release(key, now)
            uow.outbox.add_step(MessageStep(key, now, StepKind.RELEASED, by=who.id))
            uow.commit()
        self._wake()


def _only_manager(who: SignedIn) -> None:
    if who.role is not Role.MANAGER:
        raise NotAllowed(role=who.role.value, needed=Role.MANAGER.value)
