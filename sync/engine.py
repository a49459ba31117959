"""Drains the outbox and takes the online store's orders in. Knows nothing of HTTP and of Qt.

A failure has one of three consequences. The store is away: the round ends, and no message is any
worse for it, though the shop be offline for weeks. It is about this message: the message waits
longer each time, and after many times for a person. The set-up is wrong: nothing goes out until a
person mends it. Messages of one member leave in order; one that waits holds back that member's
later ones and nobody else's.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from sync.bugs import log_bug
from sync.delivery import Delivery
from sync.errors import Misconfigured, Refused, Retryable, SyncError
from sync.online_store import OnlineStore
from sync.retry import backoff
from terminal.events import Event, MemberChanged
from terminal.ids import Clock, MemberId, NewId
from terminal.outbox import BlockReason, MessageKind, OutboxMessage
from terminal.ports import Database
from terminal.services.online_orders import OnlineOrders

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 12
BATCH = 200
ORDERS = "orders"
"""The name of the cursor into the online store's orders."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a round did. ``failure``: what ended it early; None when it went to its end."""

    sent: int = 0
    deferred: int = 0
    blocked: int = 0
    taken: int = 0
    failure: Retryable | Misconfigured | None = None


def _always() -> bool:
    return True


class SyncEngine:
    """One till's sync with one online store. For one thread at a time."""

    def __init__(
        self,
        database: Database,
        store: OnlineStore,
        *,
        clock: Clock,
        new_id: NewId,
        jitter: Callable[[], float],
        listener: Callable[[Event], None] = lambda event: None,
    ) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._jitter = jitter
        self._listener = listener
        self._delivery = Delivery(database, store, clock)
        self._orders = OnlineOrders(database, clock, new_id, stores=(store.name,))

    def push(self, go_on: Callable[[], bool] = _always) -> Report:
        """Tell everything that is due. ``go_on`` is asked between messages."""
        report = Report()
        while go_on() and report.failure is None:
            with self._database.read() as uow:
                batch = uow.outbox.due(self._clock(), BATCH, self._store.name)
            if not batch:
                break
            report = self._push_batch(batch, report, go_on)
        return report

    def pull(self, go_on: Callable[[], bool] = _always) -> Report:
        """Take in the orders that are new or changed over there."""
        report = Report()
        while go_on():
            with self._database.read() as uow:
                cursor = uow.sync.cursor(self._store.name, ORDERS)
            try:
                page = self._store.changes(cursor)
            except (Retryable, Misconfigured) as failure:
                return replace(report, failure=failure)
            except Refused as refusal:
                # A question that is refused will be refused again: a mistake in the set-up.
                mistake = Misconfigured(refusal.problem, where=refusal.where)
                return replace(report, failure=mistake)
            taken = self._orders.take(page.orders)
            self._keep_cursor(page.cursor, cursor)
            for member_id in sorted(taken.members):
                self._listener(MemberChanged(member_id))
            report = replace(report, taken=report.taken + taken.orders)
            if not page.more:
                break
        return report

    def back_again(self) -> None:
        """The online store answers again: nothing waits out its time."""
        with self._database.write() as uow:
            uow.outbox.hurry(self._clock(), self._store.name)
            uow.commit()

    def close(self) -> None:
        """Let go of the online store."""
        self._store.close()

    def _push_batch(
        self, batch: list[OutboxMessage], report: Report, go_on: Callable[[], bool]
    ) -> Report:
        held: set[MemberId] = set()
        for index, message in enumerate(batch):
            if not go_on():
                return report
            if message.member_id in held:
                continue
            if _is_superseded(message, batch[index + 1 :]):
                self._sent(message)
                continue
            step = self._push_one(message)
            report = Report(
                report.sent + step.sent, report.deferred + step.deferred,
                report.blocked + step.blocked, failure=step.failure,
            )  # fmt: skip
            if report.failure is not None:
                return report
            if not step.sent and message.member_id is not None:
                held.add(message.member_id)
        return report

    def _push_one(self, message: OutboxMessage) -> Report:
        try:
            self._delivery.deliver(message)
        except Refused as refusal:
            return self._block(message, BlockReason.REFUSED, refusal)
        except Misconfigured as failure:
            return Report(failure=failure)
        except Retryable as failure:
            if failure.away or (failure.problem != "in_progress" and self._is_away(failure)):
                return Report(failure=failure)
            return self._put_off(message, failure)
        except Exception as error:  # noqa: BLE001 (the sync loop: one message must not end it)
            log_bug(log, f"telling a {message.kind.value} failed", error)
            return self._put_off(message, Retryable("internal"))
        self._sent(message)
        return Report(sent=1)

    def _is_away(self, failure: Retryable) -> bool:
        """Whether it is the online store that fails, and not this message."""
        try:
            self._store.check()
        except SyncError:
            return True
        log.info("one message fails (%s) while the online store answers", failure)
        return False

    def _put_off(self, message: OutboxMessage, failure: Retryable) -> Report:
        if failure.of_message and message.attempts + 1 >= MAX_ATTEMPTS:
            return self._block(message, BlockReason.EXHAUSTED, failure)
        wait = backoff(message.attempts + 1, jitter=self._jitter, retry_after=failure.retry_after)
        with self._database.write() as uow:
            uow.outbox.defer(message.key, self._clock() + wait, failure.problem, failure.where)
            uow.commit()
        return Report(deferred=1)

    def _block(self, message: OutboxMessage, why: BlockReason, error: SyncError) -> Report:
        log.warning("message %s (%s) is blocked: %s", message.key, message.kind.value, error)
        with self._database.write() as uow:
            uow.outbox.block(message.key, why, error.problem, error.where)
            uow.commit()
        return Report(blocked=1)

    def _sent(self, message: OutboxMessage) -> None:
        with self._database.write() as uow:
            uow.outbox.sent(message.key, self._clock())
            uow.commit()

    def _keep_cursor(self, cursor: str, before: str | None) -> None:
        if cursor == before:
            return
        with self._database.write() as uow:
            uow.sync.put_cursor(self._store.name, ORDERS, cursor)
            uow.commit()


def _is_superseded(message: OutboxMessage, later: list[OutboxMessage]) -> bool:
    """A standing is told as it is when it is sent, so only the member's last one need be."""
    return message.kind is MessageKind.STANDING and any(
        other.kind is MessageKind.STANDING and other.member_id == message.member_id
        for other in later
    )
