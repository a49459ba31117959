"""Outbox, slips, the drawer's log and sync's place in memory."""

from dataclasses import dataclass, replace
from datetime import datetime

from terminal.drawer import DrawerKick, KickId
from terminal.ids import MemberId, SaleId, SlipId
from terminal.outbox import BlockReason, MessageState, OutboxCounts, OutboxMessage
from terminal.ports import RemoteLink
from terminal.slips import SlipJob, SlipState
from tests.memory.state import Books


@dataclass(slots=True)
class MemoryOutbox:
    """``OutboxRecords``."""

    _books: Books

    def put(self, message: OutboxMessage) -> None:
        queue = self._books.change().outbox
        if message.key not in queue:
            queue[message.key] = replace(message, number=len(queue) + 1)

    def get(self, key: str) -> OutboxMessage | None:
        return self._books.look().outbox.get(key)

    def due(self, now: datetime, limit: int) -> list[OutboxMessage]:
        held: set[MemberId] = set()
        ready = []
        for message in self._unsent():
            waits = message.state is MessageState.BLOCKED or message.due_at > now
            if waits and message.member_id is not None:
                held.add(message.member_id)
            elif not waits and message.member_id not in held:
                ready.append(message)
        return ready[:limit]

    def sent(self, key: str, at: datetime) -> None:
        if self._set(key, state=MessageState.SENT, blocked=None, problem=""):
            self._books.change().sent_at[key] = at

    def defer(self, key: str, until: datetime, problem: str) -> None:
        if message := self._open(key):
            self._set(key, due_at=until, problem=problem, attempts=message.attempts + 1)

    def block(self, key: str, why: BlockReason, problem: str) -> None:
        if self._open(key):
            self._set(key, state=MessageState.BLOCKED, blocked=why, problem=problem)

    def release(self, key: str, now: datetime) -> None:
        if self._open(key):
            self._set(key, state=MessageState.WAITING, blocked=None, attempts=0, due_at=now)

    def hurry(self, now: datetime) -> None:
        for message in self._unsent():
            if message.state is MessageState.WAITING and message.due_at > now:
                self._set(message.key, due_at=now)

    def open(self, limit: int) -> list[OutboxMessage]:
        blocked_first = sorted(self._unsent(), key=lambda m: m.state is not MessageState.BLOCKED)
        return blocked_first[:limit]

    def counts(self, day_start: datetime) -> OutboxCounts:
        state = self._books.look()
        states = [message.state for message in state.outbox.values()]
        return OutboxCounts(
            waiting=states.count(MessageState.WAITING),
            blocked=states.count(MessageState.BLOCKED),
            sent_today=sum(at >= day_start for at in state.sent_at.values()),
            last_sent_at=max(state.sent_at.values(), default=None),
        )

    def _unsent(self) -> list[OutboxMessage]:
        queue = self._books.look().outbox.values()
        return [message for message in queue if message.state is not MessageState.SENT]

    def _open(self, key: str) -> OutboxMessage | None:
        message = self._books.change().outbox.get(key)
        return None if message is None or message.state is MessageState.SENT else message

    def _set(self, key: str, **changes: object) -> bool:
        queue = self._books.change().outbox
        if key in queue:
            queue[key] = replace(queue[key], **changes)  # type: ignore[arg-type]
        return key in queue


@dataclass(slots=True)
class MemorySlips:
    """``SlipRecords``."""

    _books: Books

    def put(self, job: SlipJob) -> None:
        self._books.change().slips[job.id] = job

    def get(self, slip_id: SlipId) -> SlipJob | None:
        return self._books.look().slips.get(slip_id)

    def queued(self, limit: int) -> list[SlipJob]:
        return [j for j in self._sorted() if j.state is SlipState.QUEUED][:limit]

    def move(
        self, slip_id: SlipId, state: SlipState, cause: str, *, printer: str | None = None
    ) -> None:
        slips = self._books.change().slips
        if job := slips.get(slip_id):
            slips[slip_id] = replace(
                job,
                state=state,
                cause=cause,
                attempts=job.attempts + (state is SlipState.SENDING),
                printer=job.printer if printer is None else printer,
            )

    def unsettled(self) -> list[SlipJob]:
        open_states = (SlipState.QUEUED, SlipState.SENDING, SlipState.UNKNOWN)
        return [job for job in self._sorted() if job.state in open_states]

    def of_sale(self, sale_id: SaleId) -> list[SlipJob]:
        return [job for job in self._sorted() if job.sale_id == sale_id]

    def _sorted(self) -> list[SlipJob]:
        return sorted(self._books.look().slips.values(), key=lambda job: job.created_at)


@dataclass(slots=True)
class MemoryDrawer:
    """``DrawerRecords``."""

    _books: Books

    def put(self, kick: DrawerKick) -> None:
        self._books.change().kicks[kick.id] = kick

    def settle(self, kick_id: KickId, outcome: str) -> None:
        kicks = self._books.change().kicks
        if kick_id in kicks and not kicks[kick_id].outcome:
            kicks[kick_id] = replace(kicks[kick_id], outcome=outcome)

    def between(self, since: datetime, until: datetime) -> list[DrawerKick]:
        kicks = self._books.look().kicks.values()
        return sorted((k for k in kicks if since <= k.at < until), key=lambda kick: kick.at)


@dataclass(slots=True)
class MemorySync:
    """``SyncRecords``."""

    _books: Books

    def cursor(self, store: str, feed: str) -> str | None:
        return self._books.look().cursors.get((store, feed))

    def put_cursor(self, store: str, feed: str, cursor: str) -> None:
        self._books.change().cursors[(store, feed)] = cursor

    def link(self, store: str, kind: str, local_id: str) -> RemoteLink | None:
        return self._books.look().links.get((store, kind, local_id))

    def link_back(self, store: str, kind: str, remote_id: str) -> RemoteLink | None:
        named = (store, kind, remote_id)
        links = reversed(self._books.look().links.values())
        return next((k for k in links if (k.store, k.kind, k.remote_id) == named), None)

    def put_link(self, link: RemoteLink) -> None:
        links = self._books.change().links
        links.pop((link.store, link.kind, link.local_id), None)
        links[(link.store, link.kind, link.local_id)] = link
