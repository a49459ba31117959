"""How sync stands, read at one moment: each store, what waits for it, what needs a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from terminal.desk_tasks import Task
from terminal.events import ImportMoved
from terminal.ids import Clock, MemberId, ReturnId, SaleId
from terminal.outbox import MessageKind, MessageStep, OutboxCounts, OutboxMessage, day_start
from terminal.ports import Contact, Database, UnitOfWork
from terminal.services.filling import where_it_is
from terminal.services.models import MessageView
from terminal.services.reconciling import Figures, last_report

HUB = "hub"
"""The hub's kind, and its name."""
MOST = 500
"""Rows of each kind that are read; what is beyond is counted, not listed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A remote as the settings know it. ``kind`` of the hub is ``hub``; ``talks`` False: another
    till talks to it."""

    name: str
    kind: str
    url: str = ""
    talks: bool = True


@dataclass(frozen=True, slots=True)
class StoreView:
    """A remote, how long its queue is, when it answered last, where its first import stands, and
    what comparing both sides found last."""

    place: Place
    counts: OutboxCounts
    contact: Contact | None = None
    filling: ImportMoved | None = None
    compared: Figures | None = None


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task and the names in it; ``other`` is the second member of a duplicate."""

    task: Task
    member: str
    other: str = ""
    other_id: MemberId | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it."""

    stores: tuple[StoreView, ...] = ()
    messages: tuple[MessageView, ...] = ()
    given_up: tuple[MessageView, ...] = ()
    tasks: tuple[TaskView, ...] = ()
    open_tasks: int = 0


class SyncOverview:
    """Reads it. ``places`` answers what is set up now."""

    def __init__(
        self, database: Database, *, clock: Clock, places: Callable[[], Sequence[Place]]
    ) -> None:
        self._database, self._clock, self._places = database, clock, places

    def read(self) -> Overview:
        """As it is now."""
        today = day_start(self._clock())
        with self._database.read() as uow:
            return Overview(
                tuple(self._store(uow, place, uow.outbox.counts(today, place.name))
                      for place in self._places()),
                tuple(_message(uow, one) for one in uow.outbox.open(MOST)),
                tuple(_message(uow, one) for one in uow.outbox.given_up(MOST)),
                tuple(_task(uow, one) for one in uow.tasks.open(MOST)),
                uow.tasks.count(),
            )  # fmt: skip

    def history(self, key: str) -> tuple[MessageStep, ...]:
        """What became of one message, oldest first."""
        with self._database.read() as uow:
            return tuple(uow.outbox.steps(key))

    def _store(self, uow: UnitOfWork, place: Place, counts: OutboxCounts) -> StoreView:
        name = place.name
        filling, compared = where_it_is(uow, name), last_report(uow, name)
        return StoreView(place, counts, uow.sync.contact(name), filling, compared)


def _message(uow: UnitOfWork, message: OutboxMessage) -> MessageView:
    member = uow.members.get(message.member_id) if message.member_id else None
    name = member.name if member else ""
    return MessageView(message, name, message.member_id, _ref(uow, message))


def _ref(uow: UnitOfWork, message: OutboxMessage) -> str:
    """The slip a message is about, as a person knows it."""
    if message.kind is MessageKind.SALE:
        sale = uow.sales.get(SaleId(message.subject_id))
        return sale.ref if sale else ""
    if message.kind is MessageKind.RETURN:
        back = uow.sales.get_return(ReturnId(message.subject_id))
        return back.ref if back else ""
    return message.subject_id if message.kind is MessageKind.COUPON else ""


def _task(uow: UnitOfWork, task: Task) -> TaskView:
    other_id = MemberId(task.details["other"]) if task.details.get("other") else None
    names = [
        member.name if (member := uow.members.get(one)) else ""
        for one in (task.member_id, other_id)
        if one is not None
    ]
    has_member = task.member_id is not None
    return TaskView(task, names[0] if has_member else "", names[-1] if other_id else "", other_id)
