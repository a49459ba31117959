"""Outbox, slips, the drawer's log, sync's place and people's tasks in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from terminal.desk_tasks import Task
from terminal.drawer import DrawerKick, KickId
from terminal.ids import MemberId, SaleId, SlipId, StaffId
from terminal.outbox import (
    BlockReason,
    MessageKind,
    MessageState,
    MessageStep,
    OutboxCounts,
    OutboxMessage,
)
from terminal.ports import Contact, RemoteLink
from terminal.slips import SlipJob, SlipState, slip_text
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

    def due(self, now: datetime, limit: int, store: str) -> list[OutboxMessage]:
        held: dict[MemberId, bool] = {}
        """Who waits, and whether for what tells of the person, which standings wait for too."""
        ready = []
        for message in self._unsent(store):
            who = message.member_id
            of_person = message.kind in (MessageKind.MEMBER, MessageKind.ERASE)
            if message.state is MessageState.BLOCKED or message.due_at > now:
                if who is not None:
                    held[who] = held.get(who, False) or of_person
            elif who not in held or (message.kind is MessageKind.STANDING and not held[who]):
                ready.append(message)
        return ready[:limit]

    def sent(self, key: str, at: datetime, untold: str = "") -> None:
        sent = MessageState.SENT
        if self._set(key, state=sent, blocked=None, problem="", where="", reason=untold):
            self._books.change().sent_at[key] = at

    def defer(self, key: str, until: datetime, problem: str, where: str = "") -> None:
        if message := self._open(key):
            attempts = message.attempts + 1
            self._set(key, due_at=until, problem=problem, where=where, attempts=attempts)

    def block(self, key: str, why: BlockReason, problem: str, where: str = "") -> None:
        if self._open(key):
            self._set(key, state=MessageState.BLOCKED, blocked=why, problem=problem, where=where)

    def give_up(self, key: str, reason: str, at: datetime) -> None:
        if self._open(key):
            self._set(key, state=MessageState.GIVEN_UP, blocked=None, reason=reason, due_at=at)

    def release(self, key: str, now: datetime) -> None:
        if self._open(key):
            self._set(key, state=MessageState.WAITING, blocked=None, attempts=0, due_at=now)

    def hurry(self, now: datetime, store: str | None = None) -> None:
        for message in self._unsent(store):
            if message.state is MessageState.WAITING and message.due_at > now:
                self._set(message.key, due_at=now)

    def open(self, limit: int) -> list[OutboxMessage]:
        blocked_first = sorted(self._unsent(), key=lambda m: m.state is not MessageState.BLOCKED)
        return blocked_first[:limit]

    def given_up(self, limit: int) -> list[OutboxMessage]:
        queue = self._books.look().outbox.values()
        return [m for m in reversed(queue) if m.state is MessageState.GIVEN_UP][:limit]

    def add_step(self, step: MessageStep) -> None:
        steps = self._books.change().steps
        steps[step.key] = (*steps.get(step.key, ()), step)

    def steps(self, key: str) -> list[MessageStep]:
        return list(self._books.look().steps.get(key, ()))

    def of_subject(self, kind: MessageKind, subject_id: str) -> list[OutboxMessage]:
        about = (kind, subject_id)
        queue = self._books.look().outbox.values()
        return [message for message in queue if (message.kind, message.subject_id) == about]

    def counts(self, day_start: datetime, store: str | None = None) -> OutboxCounts:
        state = self._books.look()
        unsent = self._unsent(store)
        waiting = [m for m in unsent if m.state is MessageState.WAITING]
        sent = [
            at for key, at in state.sent_at.items()
            if store is None or state.outbox[key].store == store
        ]  # fmt: skip
        return OutboxCounts(
            waiting=len(waiting),
            blocked=len(unsent) - len(waiting),
            sent_today=sum(at >= day_start for at in sent),
            last_sent_at=max(sent, default=None),
            oldest=min((message.created_at for message in waiting), default=None),
            given_up=sum(
                m.state is MessageState.GIVEN_UP and store in (None, m.store)
                for m in state.outbox.values()
            ),
        )

    def _unsent(self, store: str | None = None) -> list[OutboxMessage]:
        queue = self._books.look().outbox.values()
        open_states = (MessageState.WAITING, MessageState.BLOCKED)
        return [m for m in queue if m.state in open_states and store in (None, m.store)]

    def _open(self, key: str) -> OutboxMessage | None:
        message = self._books.change().outbox.get(key)
        open_states = (MessageState.WAITING, MessageState.BLOCKED)
        return None if message is None or message.state not in open_states else message

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

    def naming(self, text: str) -> list[SlipJob]:
        return [job for job in self._sorted() if text in slip_text(job.slip.blocks)]

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

    def stores(self) -> list[str]:
        return sorted({store for store, _feed in self._books.look().cursors})

    def link(self, store: str, kind: str, local_id: str) -> RemoteLink | None:
        return self._books.look().links.get((store, kind, local_id))

    def link_back(self, store: str, kind: str, remote_id: str) -> RemoteLink | None:
        return next(iter(self.links_back(store, kind, remote_id)), None)

    def links_back(self, store: str, kind: str, remote_id: str) -> list[RemoteLink]:
        named = (store, kind, remote_id)
        links = reversed(self._books.look().links.values())
        return [k for k in links if (k.store, k.kind, k.remote_id) == named]

    def put_link(self, link: RemoteLink) -> None:
        links = self._books.change().links
        links.pop((link.store, link.kind, link.local_id), None)
        links[(link.store, link.kind, link.local_id)] = link

    def drop_link(self, store: str, kind: str, local_id: str) -> None:
        self._books.change().links.pop((store, kind, local_id), None)

    def links(self, store: str, kind: str, after: str, limit: int) -> list[RemoteLink]:
        known = self._books.look().links.values()
        wanted = [k for k in known if (k.store, k.kind) == (store, kind) and k.local_id > after]
        return sorted(wanted, key=lambda link: link.local_id)[:limit]

    def agreed(self, store: str, member_id: MemberId) -> Mapping[str, str] | None:
        return self._books.look().agreed.get((store, member_id))

    def put_agreed(
        self, store: str, member_id: MemberId, fields: Mapping[str, str], at: datetime
    ) -> None:
        self._books.change().agreed[(store, member_id)] = dict(fields)

    def contact(self, remote: str) -> Contact | None:
        kept = self._books.look().contacts.get(remote)
        return kept[-1] if kept else None

    def put_contact(self, contact: Contact) -> None:
        kept = self.contacts(contact.remote)
        before = kept[-1].offset_ms if kept else None
        offset = contact.offset_ms
        if offset is not None and (before is None or abs(before - offset) >= 1000):
            kept.append(contact)
        # Those that changed, and behind them the latest.
        self._books.change().contacts[contact.remote] = (*kept, contact)

    def contacts(self, remote: str) -> list[Contact]:
        return list(self._books.look().contacts.get(remote, ())[:-1])


@dataclass(slots=True)
class MemoryTasks:
    """``TaskRecords``."""

    _books: Books

    def put(self, task: Task) -> bool:
        tasks = self._books.change().tasks
        return tasks.setdefault(task.id, task) is task

    def get(self, task_id: str) -> Task | None:
        return self._books.look().tasks.get(task_id)

    def open(self, limit: int) -> list[Task]:
        return [task for task in self._books.look().tasks.values() if not task.outcome][:limit]

    def of_member(self, member_id: MemberId) -> list[Task]:
        return [t for t in self._books.look().tasks.values() if t.member_id == member_id]

    def count(self) -> int:
        return sum(not task.outcome for task in self._books.look().tasks.values())

    def settle(self, task_id: str, outcome: str, by: StaffId | None, at: datetime) -> bool:
        tasks = self._books.change().tasks
        task = tasks.get(task_id)
        if task is None or task.outcome:
            return False
        tasks[task_id] = replace(task, outcome=outcome, settled_by=by, settled_at=at)
        return True

    def overrule(self, task_id: str, outcome: str, by: StaffId | None, at: datetime) -> None:
        tasks = self._books.change().tasks
        tasks[task_id] = replace(tasks[task_id], outcome=outcome, settled_by=by, settled_at=at)

    def forget(self, member_id: MemberId) -> int:
        tasks = self._books.change().tasks
        theirs = [task for task in tasks.values() if task.member_id == member_id]
        for task in theirs:
            tasks[task.id] = replace(task, details={})
        return len(theirs)
