"""The thread that keeps the till and the online store together; no Qt, and no window needed.

A round pushes, then pulls. Rounds come by the clock, when something was booked (``wake``), and
after a failure by a back-off that booking does not cut short. What changes is told once.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sync.bugs import log_bug
from sync.engine import SyncEngine
from sync.errors import Misconfigured
from sync.retry import backoff
from terminal.errors import TerminalError
from terminal.events import Event, SyncStatus
from terminal.ids import Clock
from terminal.outbox import OutboxCounts, day_start
from terminal.ports import Database

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(minutes=5)
_BUG = "internal"


class SyncWorker:
    """Runs an engine, in its own thread or for one round."""

    def __init__(
        self,
        engine: SyncEngine,
        database: Database,
        *,
        clock: Clock,
        jitter: Callable[[], float],
        listener: Callable[[Event], None] = lambda event: None,
        interval: timedelta = timedelta(seconds=60),
    ) -> None:
        self._engine = engine
        self._database = database
        self._clock = clock
        self._jitter = jitter
        self._listener = listener
        self._interval = interval
        self._thread: threading.Thread | None = None
        self._bell = threading.Condition()
        self._rung = self._pressed = self._stopping = False
        self._failures = 0
        self._pause = timedelta()
        self._status = SyncStatus(state="connecting")
        self._told: SyncStatus | None = None

    @property
    def status(self) -> SyncStatus:
        """How it stood at the end of the last round."""
        return self._status

    def start(self) -> None:
        """Begin, with a round at once."""
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something was booked; harmless at any time and from any thread."""
        with self._bell:
            self._rung = True
            self._bell.notify_all()

    def hurry(self) -> None:
        """A person asked: don't wait out the back-off either."""
        with self._bell:
            self._pressed = True
            self._bell.notify_all()

    def stop(self, patience: float = 5.0) -> bool:
        """End after the message under way; whether it ended within ``patience`` seconds.

        A request that hangs longer is left to its own time-out: the thread never keeps the program
        open, and whatever it was doing can be done again.
        """
        with self._bell:
            self._stopping = True
            self._bell.notify_all()
        self._engine.close()
        if self._thread is None:
            return True
        self._thread.join(patience)
        return not self._thread.is_alive()

    def run_once(self) -> SyncStatus:
        """One round in this thread."""
        self._tell(replace(self._counted(), busy=True))
        try:
            problem, retry_after = self._round()
        except Exception as error:  # noqa: BLE001 (the loop must outlive any bug)
            self._broke(error)
            problem, retry_after = _BUG, None
        self._failures = self._failures + 1 if problem else 0
        self._pause = self._next_pause(retry_after)
        self._tell(replace(self._counted(), busy=False))
        return self._status

    def _run(self) -> None:
        while not self._stopping:
            self.run_once()
            self._wait(self._pause)

    def _round(self) -> tuple[str, float | None]:
        """(problem, seconds the store asked us to wait)."""
        push = self._engine.push(self._go_on)
        pull = self._engine.pull(self._go_on) if push.failure is None else push
        if pull.taken and pull.failure is None:
            # What came in moved standings: the balance online must not lag a round behind.
            push = self._engine.push(self._go_on)
        failure = push.failure or pull.failure
        if failure is None:
            self._well()
            return "", None
        if self._stopping:
            return self._status.problem, None
        self._failed("misconfigured" if isinstance(failure, Misconfigured) else "offline", failure)
        return failure.problem, getattr(failure, "retry_after", None)

    def _well(self) -> None:
        if self._status.state != "online":
            log.info("the online store answers")
            if self._failures:
                self._engine.back_again()
                self._engine.push(self._go_on)
        self._status = replace(self._status, state="online", problem="", last_success=self._clock())

    def _failed(self, state: str, failure: Exception) -> None:
        problem = getattr(failure, "problem", _BUG)
        before = self._status
        if before.state != state or not before.problem:
            log.warning("the online store is %s: %s", _WORDS[state], failure)
        elif before.problem != problem:
            log.info("the online store is still %s: %s", _WORDS[state], failure)
        self._status = replace(self._status, state=state, problem=problem)

    def _broke(self, error: Exception) -> None:
        log_bug(log, "a round of sync failed", error)
        self._status = replace(self._status, state="offline", problem=_BUG)

    def _next_pause(self, retry_after: float | None) -> timedelta:
        if not self._failures:
            return self._interval
        return backoff(
            self._failures, jitter=self._jitter, retry_after=retry_after, longest=LONGEST_PAUSE
        )

    def _wait(self, pause: timedelta) -> None:
        """Until the time is over, or someone calls whom this pause lets through."""
        failing = self._failures > 0
        with self._bell:
            self._bell.wait_for(
                lambda: self._stopping or self._pressed or (self._rung and not failing),
                pause.total_seconds(),
            )
            self._rung = self._pressed = False

    def _go_on(self) -> bool:
        return not self._stopping

    def _counted(self) -> SyncStatus:
        """The status with what waits; with the last known where the books can't be read now."""
        try:
            with self._database.read() as uow:
                counts: OutboxCounts = uow.outbox.counts(day_start(self._clock()))
        except TerminalError as error:
            log.info("what waits can't be counted: %s", error.code)
            return self._status
        return replace(self._status, waiting=counts.waiting, blocked=counts.blocked)

    def _tell(self, status: SyncStatus) -> None:
        self._status = status
        if status != self._told:
            self._told = status
            self._listener(status)


_WORDS = {"offline": "away", "misconfigured": "not set up right"}
