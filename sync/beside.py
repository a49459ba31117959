"""The window's side where a service syncs the same data: it says how that stands, asks it for what
is wanted here, and goes on itself once the service is gone.

Who syncs is whoever holds the lock ``sync``. A lock that was let go of is taken after a while that
a service needs which is only started anew. A service that holds the lock and says nothing for a
minute is told of as what it is. What waits is counted in the books here, so that it is true though
the service is not.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from sync.bugs import log_bug
from sync.crew import stop_all, together
from sync.looking import Looking, Talks
from sync.notes import Beat, Board, Wish
from terminal.errors import TerminalError
from terminal.events import Event, ImportMoved, MemberChanged, SyncStatus
from terminal.ids import Clock, MemberId
from terminal.outbox import OutboxCounts
from terminal.services.overview import HUB

log = logging.getLogger(__name__)

SILENT: Final = 60.0
"""Seconds after which a service that says nothing is taken to hang."""
SILENCE: Final = "service_silent"
_RECENT: Final = 5


class Place(Protocol):
    """The till that stands beside a service."""

    def is_free(self) -> bool:
        """Whether nobody syncs."""

    def take_over(self) -> bool:
        """Sync from now on; False where somebody else was quicker."""

    def names(self) -> Sequence[str]:
        """Online stores that the till talks to, and the hub."""

    def counts(self, store: str) -> OutboxCounts:
        """What waits for it. Raises TerminalError."""

    def looking(self, store: str, talks: Talks) -> Looking:
        """What looks at members there, over a line of its own."""

    def heard(self, status: SyncStatus) -> None:
        """How all of it stands, before it is told."""


@dataclass(slots=True)
class _Seen:
    """What was read last, since when nothing new was, and what was made of it."""

    beat: Beat | None = None
    at: float = 0.0
    free_since: float | None = None
    shown: bool = False
    silent: bool = False
    status: SyncStatus | None = None
    imports: dict[str, ImportMoved] = field(default_factory=dict)


class Beside:
    """Looks at the service, on a thread of its own, ``every`` so many seconds; ``grace``: how long
    a lock that was let go of is left to a service which is started anew. All but ``start`` and
    ``stop`` is for any thread and returns at once."""

    def __init__(
        self,
        place: Place,
        board: Board,
        *,
        clock: Clock,
        listener: Callable[[Event], None],
        seconds: Callable[[], float] = time.monotonic,
        every: float,
        grace: float,
    ) -> None:
        self._place, self._board = place, board
        self._clock, self._listener, self._seconds = clock, listener, seconds
        self._every, self._grace = every, grace
        self._seen = _Seen(at=seconds())
        self._recent: deque[MemberId] = deque(maxlen=_RECENT)
        self._looking: dict[str, Looking] = {}
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._moved = threading.Event()
        self._moved.set()
        self._thread = threading.Thread(target=self._run, name="beside", daemon=True)

    def start(self) -> None:
        """Begin, with a look at once."""
        self._thread.start()

    def stop(self, patience: float = 5.0) -> bool:
        """End; whether it ended within ``patience`` seconds."""
        self._ending.set()
        if self._thread is not threading.current_thread() and self._thread.ident is not None:
            self._thread.join(patience)
        return self._stop_looking() and not self._thread.is_alive()

    # -- what is wanted here -----------------------------------------------------------------

    def wake(self) -> None:
        """Something was booked here."""
        if threading.current_thread() is not self._thread:  # else what the service did itself
            self._board.ask(Wish.WAKE)
            self._moved.set()

    def hurry(self, store: str = "") -> None:
        """A person asked; the service asks all stores then."""
        self._board.ask(Wish.HURRY)
        self._moved.set()

    def ask(self, wish: Wish, store: str) -> None:
        """Something about one store."""
        self._board.ask(wish, store)

    def anew(self) -> None:
        """Other stores, or other keys."""
        self._board.ask(Wish.STORES)
        self._stop_looking()
        self._moved.set()

    def look_at(self, member_id: MemberId) -> None:
        """A member stands at the till: see what is new of them, in the background."""
        self._recent.append(member_id)
        for store in self._place.names():
            if store != HUB:
                self._looking_at(store).look_at(member_id)

    def _looking_at(self, store: str) -> Looking:
        with self._lock:
            if store not in self._looking:
                self._looking[store] = self._place.looking(store, _Far(self, store))
            return self._looking[store]

    def _stop_looking(self) -> bool:
        with self._lock:
            looking, self._looking = self._looking, {}
        return stop_all((one.stop for one in looking.values()), 5.0)

    def is_online(self, store: str) -> bool:
        """Whether the service gets through to it."""
        beat = self._seen.beat
        stores = beat.stores if beat is not None and self._seen.shown else ()
        return any(one.store == store and one.state == "online" for one in stores)

    # -- looking at the service --------------------------------------------------------------

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                if self._is_ours():
                    self._stop_looking()
                    return
                self._look()
            except TerminalError as error:
                log.info("how the service stands can't be told now: %s", error.code)
            except Exception as error:  # noqa: BLE001 (the next look must come, whatever happens)
                log_bug(log, "looking at the service failed", error)
            self._ending.wait(self._every)

    def _is_ours(self) -> bool:
        """Whether the service is gone for good, and this till syncs from now on."""
        seen, now = self._seen, self._seconds()
        if not self._place.is_free():
            seen.free_since = None
            return False
        if seen.free_since is None:
            seen.free_since = now
        return now - seen.free_since >= self._grace and self._place.take_over()

    def _look(self) -> None:
        seen, beat, now = self._seen, self._board.read(), self._seconds()
        if beat != seen.beat and beat is not None:
            before, seen.beat = seen.beat, beat
            # One that lies there from before this till was opened may be a week old.
            if before is not None or self._is_fresh(beat):
                self._tell_imports(beat)
                self._tell_members(before, beat)
                seen.at, seen.shown = now, True
                self._moved.set()
        silent = now - seen.at > SILENT
        if self._moved.is_set() or silent != seen.silent:
            self._moved.clear()
            seen.silent = silent
            try:
                self._tell_status()
            except BaseException:
                self._moved.set()  # it is still to be told
                raise

    def _is_fresh(self, beat: Beat) -> bool:
        return abs((self._clock() - beat.at).total_seconds()) < SILENT

    def _tell_members(self, before: Beat | None, beat: Beat) -> None:
        """The service changed somebody: who was at the till lately is read anew."""
        if before is not None and before.members != beat.members:
            for member_id in tuple(self._recent):
                self._listener(MemberChanged(member_id))

    def _tell_imports(self, beat: Beat) -> None:
        for one in beat.imports:
            known = self._seen.imports.get(one.store)
            self._seen.imports[one.store] = one
            if one != known and (self._seen.shown or one.state != "done"):
                self._listener(one)

    def _tell_status(self) -> None:
        beat = self._seen.beat if self._seen.shown else None
        told = {one.store: one for one in beat.stores} if beat is not None else {}
        names = self._place.names()
        status = together([self._as_it_is(told.get(name), name) for name in names])
        if status != self._seen.status:
            self._seen.status = status
            self._place.heard(status)
            self._listener(status)

    def _as_it_is(self, told: SyncStatus | None, name: str) -> SyncStatus:
        status = told or SyncStatus("connecting", store=name)
        if self._seen.silent:
            status = replace(status, state="offline", problem=SILENCE, busy=False)
        if name == HUB:  # is told facts: only its engine counts them
            return status
        counts = self._place.counts(name)
        return replace(
            status, waiting=counts.waiting, blocked=counts.blocked, given_up=counts.given_up,
            oldest=counts.oldest, tasks=counts.tasks,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Far:
    """A store's worker, in the service."""

    beside: Beside
    store: str

    @property
    def is_open(self) -> bool:
        return self.beside.is_online(self.store)

    def wake(self) -> None:
        self.beside.wake()
