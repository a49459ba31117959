"""The sync page: what waits for the online store, what is blocked and why, and the next step."""

from collections.abc import Callable

from terminal.ids import Clock, ReturnId, SaleId
from terminal.outbox import (
    MessageKind,
    MessageStep,
    OutboxCounts,
    OutboxMessage,
    StepKind,
    day_start,
)
from terminal.ports import Database, UnitOfWork
from terminal.services.models import MessageView, SyncPage


class OnlineDesk:
    """What a person can see and do about sync. ``wake`` sets the sync worker going."""

    def __init__(self, database: Database, *, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake

    def counts(self) -> OutboxCounts:
        """How long the queue is."""
        with self._database.read() as uow:
            return uow.outbox.counts(day_start(self._clock()))

    def page(self, limit: int = 100) -> SyncPage:
        """The queue, blocked messages first."""
        with self._database.read() as uow:
            messages = tuple(_view(uow, message) for message in uow.outbox.open(limit))
            return SyncPage(uow.outbox.counts(day_start(self._clock())), messages)

    def send_again(self, key: str) -> None:
        """A person has looked at a blocked message: try it once more."""
        now = self._clock()
        with self._database.write() as uow:
            uow.outbox.release(key, now)
            uow.outbox.add_step(MessageStep(key, now, StepKind.RELEASED))
            uow.commit()
        self._wake()

    def sync_now(self) -> None:
        """Don't wait for the timer."""
        with self._database.write() as uow:
            uow.outbox.hurry(self._clock())
            uow.commit()
        self._wake()


def _view(uow: UnitOfWork, message: OutboxMessage) -> MessageView:
    member = uow.members.get(message.member_id) if message.member_id else None
    return MessageView(
        message, member.name if member else "", message.member_id, _ref(uow, message)
    )


def _ref(uow: UnitOfWork, message: OutboxMessage) -> str:
    """The slip a message is about, as a person knows it."""
    if message.kind is MessageKind.SALE:
        sale = uow.sales.get(SaleId(message.subject_id))
        return sale.ref if sale else ""
    if message.kind is MessageKind.RETURN:
        back = uow.sales.get_return(ReturnId(message.subject_id))
        return back.ref if back else ""
    return ""
