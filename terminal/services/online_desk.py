"""Setting sync going by hand: how much waits, a blocked message once more, everything now.

What waits and what is blocked, one by one, is read by ``terminal.services.overview``.
"""

from collections.abc import Callable

from terminal.ids import Clock
from terminal.outbox import MessageStep, OutboxCounts, StepKind, day_start
from terminal.ports import Database


class OnlineDesk:
    """What a person can do about sync. ``wake`` sets the sync worker going."""

    def __init__(self, database: Database, *, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake

    def counts(self) -> OutboxCounts:
        """How long the queue is."""
        with self._database.read() as uow:
            return uow.outbox.counts(day_start(self._clock()))

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
