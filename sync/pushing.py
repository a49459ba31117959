"""Draining the outbox of one online store.

A failure has one of three consequences. The store is away: the round ends, and no message is any
worse for it, though the shop be offline for weeks. It is about this message: the message waits
longer each time, and after many times for a person. The set-up is wrong: nothing goes out until a
person mends it. Messages of one member leave in order; one that waits holds back that member's
later ones and nobody else's, but for the balance, which is told as it is.

Where a store takes several at once, those that do not depend on each other go together. A batch
whose answer is lost may have been done, wholly or in part: from then on each of its messages goes
alone and is looked up before it is told.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sync.bugs import log_bug
from sync.clock import ClockMeter
from sync.delivery import Delivery
from sync.errors import Misconfigured, Refused, Retryable, SyncError
from sync.going_on import GoOn
from sync.online_store import OnlineStore, SaleNews, Standing
from sync.report import Report
from sync.retry import backoff
from sync.under_way import UnderWay
from terminal.ids import Clock, MemberId
from terminal.outbox import BlockReason, MessageKind, MessageStep, OutboxMessage, StepKind
from terminal.ports import Database
from terminal.services.shown import TELLING, tell_outdated

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 12
BATCH = 200
CHUNK = 100
"""Rows per transaction: a cashier's sale never waits for more than this."""
T = TypeVar("T")
News = TypeVar("News")
_OF_PERSON = (MessageKind.MEMBER, MessageKind.ERASE)
_OF_ONE = ("in_progress", "internal")
"""What speaks of one message only, and never of the store."""


class Pushing:
    """Tells one store what waits. ``alone``: nobody but this process ever tells it, so that what
    was put since it began and never left it can't be there yet."""

    def __init__(
        self,
        database: Database,
        store: OnlineStore,
        delivery: Delivery,
        *,
        clock: Clock,
        jitter: Callable[[], float],
        meter: ClockMeter,
        alone: bool = True,
    ) -> None:
        self._database = database
        self._store = store
        self._delivery = delivery
        self._clock = clock
        self._jitter = jitter
        self._meter = meter
        self._alone = alone
        settles = store.capabilities.settles
        self._under_way = UnderWay(database, clock, store.name, settles)
        self._since = clock()
        self._left: set[str] = set()
        """Keys that went out at least once and were not confirmed."""
        self._suspect: set[str] = set()
        """Those that went out in a batch whose answer never came."""

    def push(self, go_on: GoOn) -> Report:
        """Tell everything that is due. ``go_on`` is asked between messages."""
        report = Report()
        self._under_way.read()
        while go_on() and report.failure is None:
            with self._database.read() as uow:
                batch = uow.outbox.due(self._clock(), BATCH, self._store.name)
            step = self._push_batch(batch, go_on) if batch else Report()
            report = report + step
            if not step.moved:
                break
        return report

    def _push_batch(self, batch: list[OutboxMessage], go_on: GoOn) -> Report:
        report, queue = Report(), _Queue(batch)
        self._sent(queue.superseded)
        queue.leave([one for one in batch if self._under_way.rests(one)])
        while go_on() and report.failure is None:
            group = queue.next(self._size)
            if not group:
                break
            report = report + self._push_group(group, queue)
        return report

    def _size(self, message: OutboxMessage) -> int:
        """How many messages of this kind may go together with this one."""
        if message.key in self._suspect:
            return 1
        can = self._store.capabilities
        return {MessageKind.SALE: can.sale_batch, MessageKind.STANDING: can.standing_batch}.get(
            message.kind, 1
        )

    def _push_group(self, group: list[OutboxMessage], queue: "_Queue") -> Report:
        if len(group) == 1:
            return self._push_one(group[0], queue)
        self._meter.ask()
        together = self._sales if group[0].kind is MessageKind.SALE else self._standings
        report = together(group, queue)
        self._meter.heard(self._store.store_time)
        return report

    # -- several at once -------------------------------------------------------------------------

    def _sales(self, group: list[OutboxMessage], queue: "_Queue") -> Report:
        report = Report()
        ready: list[tuple[OutboxMessage, SaleNews]] = []
        for message in group:
            told = self._try(message, lambda m: self._delivery.sale_news(m, fresh=self._fresh(m)))
            if isinstance(told, SaleNews):
                ready.append((message, told))
            else:
                report = report + self._settle(message, told, queue)
                if report.failure is not None:
                    return report
        return report + self._together(ready, self._delivery.put_sales, queue)

    def _standings(self, group: list[OutboxMessage], queue: "_Queue") -> Report:
        report = Report()
        ready: list[tuple[OutboxMessage, tuple[str, Standing]]] = []
        for message in group:
            told = self._delivery.standing_news(message)
            if told is not None:
                ready.append((message, told))
                continue
            report = report + self._push_one(message, queue)
            if report.failure is not None:
                return report
        return report + self._together(ready, self._delivery.put_standings, queue)

    def _together(
        self,
        ready: Sequence[tuple[OutboxMessage, News]],
        put: Callable[[Sequence[News]], list[SyncError | None]],
        queue: "_Queue",
    ) -> Report:
        """One request for all; each alone where nothing is known of how it went."""
        if not ready:
            return Report()
        messages = [message for message, _ in ready]
        self._leave(messages)
        try:
            outcomes = put([news for _, news in ready])
        except Misconfigured as failure:
            return Report(failure=failure)
        except Retryable as failure:
            if _never_left(failure):
                self._back(messages)
            if failure.away:
                return Report(failure=failure)
            self._suspect.update(message.key for message in messages)
            if self._is_away(failure):
                return Report(failure=failure)
        except Refused as refusal:
            log.info("a batch is refused (%s): each goes alone", refusal)
        except Exception as error:  # noqa: BLE001 (the sync loop: one batch must not end it)
            log_bug(log, "telling a batch failed", error)
        else:
            return self._settle_all(messages, outcomes, queue)
        self._suspect.update(message.key for message in messages)
        return self._each_alone(messages, queue)

    def _settle_all(
        self,
        messages: Sequence[OutboxMessage],
        outcomes: Sequence[SyncError | None],
        queue: "_Queue",
    ) -> Report:
        pairs = list(zip(messages, outcomes, strict=True))
        done = [message for message, error in pairs if error is None]
        self._sent(done)
        # Alone it is looked up, made anew where its customer is gone, or refused for good.
        rest = [message for message, error in pairs if error is not None]
        self._suspect.update(message.key for message in rest)
        return Report(sent=len(done)) + self._each_alone(rest, queue)

    def _each_alone(self, messages: Sequence[OutboxMessage], queue: "_Queue") -> Report:
        report = Report()
        for message in messages:
            if report.failure is None:
                report = report + self._push_one(message, queue)
        return report

    # -- one at a time ---------------------------------------------------------------------------

    def _push_one(self, message: OutboxMessage, queue: "_Queue") -> Report:
        fresh = self._fresh(message)
        self._leave([message])
        self._meter.ask()
        told = self._try(message, lambda m: self._delivery.deliver(m, fresh=fresh))
        self._meter.heard(self._store.store_time)
        return self._settle(message, told, queue)

    def _fresh(self, message: OutboxMessage) -> bool:
        untried = message.attempts == 0 and message.key not in self._left
        untried = untried and not self._under_way.was_asked(message)
        return self._alone and untried and message.created_at >= self._since

    def _leave(self, messages: Sequence[OutboxMessage]) -> None:
        """These go out now; it is written down before, for whoever comes after a power cut."""
        self._under_way.asks(messages)
        self._left.update(message.key for message in messages)

    def _back(self, messages: Sequence[OutboxMessage]) -> None:
        """These never left after all."""
        keys = [message.key for message in messages]
        self._left.difference_update(keys)
        self._under_way.heard(keys)

    def _try(self, message: OutboxMessage, ask: Callable[[OutboxMessage], T]) -> T | SyncError:
        try:
            return ask(message)
        except SyncError as error:
            return error
        except Exception as error:  # noqa: BLE001 (the sync loop: one message must not end it)
            log_bug(log, f"telling a {message.kind.value} failed", error)
            return Retryable("internal")

    def _settle(self, message: OutboxMessage, told: object, queue: "_Queue") -> Report:
        """``told``: why nothing was told, "" when it was; or what went wrong."""
        match told:
            case Refused():
                report = self._block(message, BlockReason.REFUSED, told)
            case Misconfigured():
                return Report(failure=told)
            case Retryable():
                if _never_left(told):
                    self._back([message])
                if told.away or (told.problem not in _OF_ONE and self._is_away(told)):
                    return Report(failure=told)
                report = self._put_off(message, told)
            case _:
                self._sent([message], str(told))
                return Report(sent=1)
        queue.hold(message)
        return report

    def _is_away(self, failure: Retryable) -> bool:
        """Whether it is the online store that fails, and not this message."""
        try:
            self._store.check()
        except SyncError:
            return True
        log.info("one message fails (%s) while the online store answers", failure)
        return False

    # -- what became of it -----------------------------------------------------------------------

    def _put_off(self, message: OutboxMessage, failure: Retryable) -> Report:
        if failure.of_message and message.attempts + 1 >= MAX_ATTEMPTS:
            return self._block(message, BlockReason.EXHAUSTED, failure)
        wait = backoff(message.attempts + 1, jitter=self._jitter, retry_after=failure.retry_after)
        with self._database.write() as uow:
            now = self._clock()
            uow.outbox.defer(message.key, now + wait, failure.problem, failure.where)
            uow.outbox.add_step(_step(message, StepKind.DEFERRED, failure, now))
            uow.commit()
        return Report(deferred=1)

    def _block(self, message: OutboxMessage, why: BlockReason, error: SyncError) -> Report:
        log.warning("message %s (%s) is blocked: %s", message.key, message.kind.value, error)
        with self._database.write() as uow:
            uow.outbox.block(message.key, why, error.problem, error.where)
            uow.outbox.add_step(_step(message, StepKind.BLOCKED, error, self._clock()))
            uow.commit()
        return Report(blocked=1)

    def _sent(self, messages: Sequence[OutboxMessage], untold: str = "") -> None:
        for start in range(0, len(messages), CHUNK):
            with self._database.write() as uow:
                some = messages[start : start + CHUNK]
                for message in some:
                    uow.outbox.sent(message.key, self._clock(), untold)
                # Heard of while they were on their way.
                told = {m.member_id for m in some if m.kind in TELLING and m.member_id}
                tell_outdated(uow, told, self._clock())
                uow.commit()
        keys = {message.key for message in messages}
        self._left -= keys
        self._suspect -= keys
        self._under_way.heard(keys)


class _Queue:
    """Messages that are due, in order; given out so that each member's stay in order."""

    def __init__(self, batch: Sequence[OutboxMessage]) -> None:
        last: dict[str, str] = {
            one.subject_id: one.key for one in batch if one.kind is MessageKind.STANDING
        }
        # A standing is told as it is when it is sent, so only the member's last one need be; that
        # one waits for nothing that an earlier one would not wait for.
        self.superseded = [
            one
            for one in batch
            if one.kind is MessageKind.STANDING and last[one.subject_id] != one.key
        ]
        passed = {one.key for one in self.superseded}
        self._open = [one for one in batch if one.key not in passed]
        self._held: dict[MemberId, bool] = {}
        """Who waits, and whether their balance does too."""

    def next(self, size_of: Callable[[OutboxMessage], int]) -> list[OutboxMessage]:
        """The next message and those that may go with it; nothing at the end."""
        self._open = [one for one in self._open if not self._is_held(one)]
        if not self._open:
            return []
        first, size = self._open[0], size_of(self._open[0])
        group, busy = [first], {first.member_id}
        for one in self._open[1:] if size > 1 else ():
            if len(group) == size:
                break
            free = one.member_id is None or one.member_id not in busy
            if one.kind is first.kind and free and size_of(one) > 1:
                group.append(one)
            busy.add(one.member_id)
        taken = {one.key for one in group}
        self._open = [one for one in self._open if one.key not in taken]
        return group

    def leave(self, messages: Sequence[OutboxMessage]) -> None:
        """Not these, this time."""
        keys = {message.key for message in messages}
        self._open = [one for one in self._open if one.key not in keys]
        for message in messages:
            self.hold(message)

    def hold(self, message: OutboxMessage) -> None:
        """It was not sent: its member's later ones wait, and the balance too where it was about
        the person."""
        if message.member_id is not None:
            strict = message.kind in (*_OF_PERSON, MessageKind.STANDING)
            self._held[message.member_id] = self._held.get(message.member_id, False) or strict

    def _is_held(self, message: OutboxMessage) -> bool:
        if message.member_id is None or message.member_id not in self._held:
            return False
        return message.kind is not MessageKind.STANDING or self._held[message.member_id]


def _never_left(failure: Retryable) -> bool:
    """Whether the store certainly did nothing."""
    return failure.away and failure.problem != "busy"


def _step(message: OutboxMessage, kind: StepKind, error: SyncError, at: datetime) -> MessageStep:
    return MessageStep(message.key, at, kind, error.problem, error.where)
