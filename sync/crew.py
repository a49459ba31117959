"""The workers of one till, one for each online store, as one: what the window and ``main`` hold.

Each worker has its own thread and its own troubles. What they tell is told on, their states put
together: one light for all of them, the worst of what they say, with each of them in it.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sync.clock import is_off
from sync.health import SyncHealth
from sync.looking import Looking
from sync.worker import SyncWorker
from terminal.events import Event, SyncStatus
from terminal.ids import Clock, MemberId

_WORST = ("misconfigured", "offline", "connecting", "online", "off")


def together(each: Sequence[SyncStatus]) -> SyncStatus:
    """All of them as one: the worst state with its problem, sums, the oldest of what waits."""
    if not each:
        return SyncStatus()
    worst = min(each, key=lambda one: _WORST.index(one.state))
    succeeded = [one.last_success for one in each]
    offset = least_off(one.clock_ms for one in each)
    return SyncStatus(
        state=worst.state,
        problem=worst.problem,
        waiting=sum(one.waiting for one in each),
        blocked=sum(one.blocked for one in each),
        given_up=sum(one.given_up for one in each),
        busy=any(one.busy for one in each),
        last_success=_earliest(succeeded) if all(succeeded) else None,
        oldest=_earliest([one.oldest for one in each]),
        clock_ms=offset,
        clock_off=is_off(offset),
        tasks=max(one.tasks for one in each),  # each counts all of them
        stores=tuple(each),
    )  # fmt: skip


def least_off(offsets: Iterable[int | None]) -> int | None:
    """How far this machine's clock is off, by several others: one that agrees with it outweighs
    those that do not."""
    return min((one for one in offsets if one is not None), key=abs, default=None)


def _earliest(moments: Sequence[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


class SyncCrew:
    """Workers under one roof. For any thread, once all are hired. ``offset`` is told how far this
    machine's clock is off, in milliseconds, when that is known or found to be another."""

    def __init__(
        self,
        listener: Callable[[Event], None],
        *,
        clock: Clock,
        offset: Callable[[int | None], None] = lambda offset_ms: None,
    ) -> None:
        self._listener = listener
        self._clock = clock
        self._offset = offset
        self._workers: list[SyncWorker] = []
        self._looking: dict[str, Looking] = {}
        self._running: set[str] = set()
        self._lock = threading.Lock()
        self._statuses: dict[str, SyncStatus] = {}
        self._coming: tuple[SyncStatus, ...] = ()
        self._told: SyncStatus | None = None

    def hire(self, worker: SyncWorker, looking: Looking | None = None) -> None:
        """Take in a worker that tells ``heard``, and what looks at members for it."""
        self._workers.append(worker)
        self._statuses[worker.name] = worker.status
        if looking is not None:
            self._looking[worker.name] = looking

    def dismiss(self, keep: str) -> None:
        """Stop and forget all workers but one; others may be hired and started then."""
        gone = [worker for worker in self._workers if worker.name != keep]
        self._workers = [worker for worker in self._workers if worker.name == keep]
        looks = [self._looking.pop(worker.name) for worker in gone if worker.name in self._looking]
        for worker in gone:
            self._running.discard(worker.name)
            self._statuses.pop(worker.name, None)
        stop_all([*(one.stop for one in looks), *(one.stop for one in gone)], 5.0)

    def heard(self, event: Event) -> None:
        """What a worker tells."""
        if not isinstance(event, SyncStatus):
            self._listener(event)
            return
        with self._lock:
            self._statuses[event.store] = event
        self._tell()

    def settle(self, coming: Iterable[str] = ()) -> None:
        """Others were hired or dismissed: tell how all stand now. ``coming``: stores that get their
        worker when their first import is done."""
        self._coming = tuple(SyncStatus("connecting", store=name) for name in coming)
        if self._workers or self._coming or self._told is not None:
            self._tell()

    def _tell(self) -> None:
        with self._lock:
            status = together(self._each())
            before = self._told
            self._told = status
        if before is None or before.clock_ms != status.clock_ms:
            self._offset(status.clock_ms)
        if before != status:
            self._listener(status)

    def _each(self) -> list[SyncStatus]:
        return [*(self._statuses[worker.name] for worker in self._workers), *self._coming]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the online stores."""
        return tuple(worker.name for worker in self._workers)

    @property
    def status(self) -> SyncStatus:
        """How all of them stand, as they told last."""
        return together([worker.status for worker in self._workers])

    def start(self) -> None:
        """Begin with those that do not run yet, with a round of each at once."""
        for worker in self._workers:
            if worker.name not in self._running:
                self._running.add(worker.name)
                worker.start()

    def wake(self) -> None:
        """Something was booked."""
        for worker in self._workers:
            worker.wake()

    def hurry(self, store: str = "") -> None:
        """A person asked: don't wait out the back-off either; of one store, or of all."""
        for worker in self._workers:
            if store in ("", worker.name):
                worker.hurry()

    def look_at(self, member_id: MemberId) -> None:
        """A member stands at the till: see what is new of them, in the background."""
        for looking in tuple(self._looking.values()):
            looking.look_at(member_id)

    def run_once(self) -> SyncStatus:
        """One round of each in this thread."""
        for worker in self._workers:
            worker.run_once()
        return self.status

    def health(self) -> SyncHealth:
        """How all of it stands, for monitoring."""
        return SyncHealth(self._clock(), tuple(worker.health() for worker in self._workers))

    def stop(self, patience: float = 5.0) -> bool:
        """End all of them; whether they ended within ``patience`` seconds."""
        looks = [looking.stop for looking in self._looking.values()]
        return stop_all([*looks, *(worker.stop for worker in self._workers)], patience)


def stop_all(stopping: Iterable[Callable[[float], bool]], patience: float) -> bool:
    """All at once, since each may take its time; whether they ended."""
    ended: list[bool] = []
    threads = [
        threading.Thread(target=lambda stop=stop: ended.append(stop(patience))) for stop in stopping
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return all(ended)
