"""The thread that keeps the till and the online store together; no Qt, and no window needed.

A round pushes, then pulls. Rounds come by the clock, when something was booked (``wake``), and
after a failure by a back-off that booking does not cut short, but a person and another network do.
After some failures in a row a round begins with one cheap question, and is nothing but that until
it is answered. What changes is told once. Between two good rounds there is time for what nobody
waits for; it ends when a round is wanted.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from sync.bugs import log_bug
from sync.circuit import Circuit
from sync.clock import is_off
from sync.errors import Misconfigured
from sync.going_on import GoOn
from sync.health import StoreHealth
from sync.network import NetworkWatch
from sync.report import Report
from sync.retry import backoff
from terminal.errors import TerminalError
from terminal.events import Event, SyncStatus
from terminal.ids import Clock
from terminal.outbox import OutboxCounts, day_start

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(minutes=5)
LOOKS_EVERY: Final = timedelta(seconds=3)
"""How often it is looked whether the network is another, while nothing gets through."""
TAKES_IN_FOR: Final = 5.0
"""Seconds after which taking in lets somebody through who wants a round; it goes on after that."""
_BUG = "internal"
_WORDS: Final = {"offline": "away", "misconfigured": "not set up right"}


class Engine(Protocol):
    """What a worker runs: the sync with one online store, or with the hub."""

    @property
    def name(self) -> str: ...
    @property
    def requests(self) -> int:
        """How many were made so far."""

    def push(self, go_on: GoOn) -> Report: ...
    def pull(self, go_on: GoOn) -> Report: ...
    def probe(self) -> Report:
        """One cheap question."""

    def contact(self) -> int | None:
        """Keep that it answered; its clock less this machine's, in milliseconds."""

    def counts(self, day_start: datetime) -> OutboxCounts:
        """How much waits. Raises TerminalError."""

    def back_again(self) -> None: ...
    def close(self) -> None: ...


class SyncWorker:
    """Runs an engine, in its own thread or for one round. ``between``: what is done between rounds,
    while its question is answered with yes; answers whether there is more."""

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Clock,
        jitter: Callable[[], float],
        listener: Callable[[Event], None] = lambda event: None,
        interval: timedelta = timedelta(seconds=60),
        watch: NetworkWatch | None = None,
        looks_every: timedelta = LOOKS_EVERY,
        between: Callable[[GoOn], bool] = lambda go_on: False,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._jitter = jitter
        self._listener = listener
        self._interval = interval
        self._thread: threading.Thread | None = None
        self._bell = threading.Condition()
        self._rung = self._pressed = self._stopping = False
        self._watch = watch
        self._looks_every = looks_every
        self._between = between
        self._circuit = Circuit()
        self._rounds = 0
        self._step: float | None = None
        self._pause = timedelta()
        self._status = SyncStatus(state="connecting", store=engine.name)
        self._told: SyncStatus | None = None

    @property
    def status(self) -> SyncStatus:
        """How it stands, as it was told last."""
        return self._status

    @property
    def name(self) -> str:
        """What it keeps the till together with."""
        return self._engine.name

    @property
    def is_open(self) -> bool:
        """Whether it is worth asking: the store is not known to be away."""
        return self._circuit.failures == 0

    def health(self) -> StoreHealth:
        """How it stands; from any thread."""
        status, now, step = self._status, self._clock(), self._step
        last, oldest = status.last_success, status.oldest
        return StoreHealth(
            store=self.name, state=status.state, problem=status.problem, waiting=status.waiting,
            blocked=status.blocked, given_up=status.given_up, tasks=status.tasks,
            age=None if oldest is None else (now - oldest).total_seconds(),
            lag=None if last is None else (now - last).total_seconds(),
            last_success=last, clock_ms=status.clock_ms, circuit=self._circuit.state,
            failures=self._circuit.failures, rounds=self._rounds, requests=self._engine.requests,
            quiet=None if step is None else time.monotonic() - step,
        )  # fmt: skip

    def start(self) -> None:
        """Begin, with a round at once."""
        self._thread = threading.Thread(target=self._run, name=f"sync {self.name}", daemon=True)
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
        self._step = time.monotonic()
        self._tell(replace(self._counted(), busy=True))
        try:
            problem, retry_after = self._round()
        except Exception as error:  # noqa: BLE001 (the loop must outlive any bug)
            self._broke(error)
            problem, retry_after = _BUG, None
        if problem:
            self._circuit.failed()
        else:
            self._circuit.well()
        self._rounds += 1
        self._pause = self._next_pause(retry_after)
        self._tell(replace(self._measured(self._counted()), busy=False))
        self._step = None
        return self._status

    def _run(self) -> None:
        while not self._stopping:
            self._run_once()
            self._wait(timedelta() if self._more_between() else self._pause)

    def _run_once(self) -> None:
        """A round; whoever is told of it must not end the thread either."""
        try:
            self.run_once()
        except Exception as error:  # noqa: BLE001 (as in a round)
            log_bug(log, "how a round went can't be told", error)
            self._circuit.failed()
            self._pause = self._next_pause(None)

    def _more_between(self) -> bool:
        """Do what nobody waits for, as long as no round is wanted; whether there is more of it."""
        if self._circuit.failures:
            return False
        try:
            more = self._between(self._is_idle)
        except Exception as error:  # noqa: BLE001 (as in a round)
            log_bug(log, "what is done between two rounds failed", error)
            more = False
        self._step = None
        return more

    def _is_idle(self) -> bool:
        return self._go_on() and not (self._rung or self._pressed)

    def _round(self) -> tuple[str, float | None]:
        """(problem, seconds the store asked us to wait)."""
        push = self._probed()
        if push.failure is None:
            push = self._engine.push(self._go_on)
        pull = self._pull() if push.failure is None else push
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

    def _pull(self) -> Report:
        """A hundred thousand customers take minutes, for which no sale need wait."""
        until = time.monotonic() + TAKES_IN_FOR
        return self._engine.pull(
            lambda: self._go_on() and (self._is_idle() or time.monotonic() < until)
        )

    def _probed(self) -> Report:
        """What one cheap question says, where the store has failed again and again."""
        if self._circuit.is_closed:
            return Report()
        self._circuit.probe()
        return self._engine.probe()

    def _well(self) -> None:
        if self._status.state != "online":
            log.info("%s answers", self.name)
            if self._circuit.failures:
                self._engine.back_again()
                self._engine.push(self._go_on)
        self._status = replace(self._status, state="online", problem="", last_success=self._clock())

    def _failed(self, state: str, failure: Exception) -> None:
        problem = getattr(failure, "problem", _BUG)
        before = self._status
        if before.state != state or not before.problem:
            log.warning("%s is %s: %s", self.name, _WORDS[state], failure)
        elif before.problem != problem:
            log.info("%s is still %s: %s", self.name, _WORDS[state], failure)
        self._status = replace(self._status, state=state, problem=problem)

    def _broke(self, error: Exception) -> None:
        log_bug(log, "a round of sync failed", error)
        self._status = replace(self._status, state="offline", problem=_BUG)

    def _next_pause(self, retry_after: float | None) -> timedelta:
        failures = self._circuit.failures
        if not failures:
            return self._interval
        return backoff(
            failures, jitter=self._jitter, retry_after=retry_after, longest=LONGEST_PAUSE
        )

    def _wait(self, pause: timedelta) -> None:
        """Until the time is over, or someone calls whom this pause lets through."""
        failing = self._circuit.failures > 0
        until = time.monotonic() + pause.total_seconds()
        slice_ = self._looks_every.total_seconds() if failing and self._watch else None
        with self._bell:
            while (left := until - time.monotonic()) > 0:
                if self._bell.wait_for(
                    lambda: self._stopping or self._pressed or (self._rung and not failing),
                    left if slice_ is None else min(left, slice_),
                ):
                    break
                if slice_ is not None and self._watch is not None and self._watch.changed():
                    log.info("another network: %s is asked again", self.name)
                    break
            self._rung = self._pressed = False

    def _go_on(self) -> bool:
        self._step = time.monotonic()
        return not self._stopping

    def _counted(self) -> SyncStatus:
        """The status with what waits; with the last known where the books can't be read now."""
        try:
            counts = self._engine.counts(day_start(self._clock()))
        except TerminalError as error:
            log.info("what waits for %s can't be counted: %s", self.name, error.code)
            return self._status
        return replace(
            self._status, waiting=counts.waiting, blocked=counts.blocked,
            given_up=counts.given_up, oldest=counts.oldest, tasks=counts.tasks,
        )  # fmt: skip

    def _measured(self, status: SyncStatus) -> SyncStatus:
        """The status with how far the clocks are apart."""
        try:
            offset = self._engine.contact()
        except TerminalError as error:
            log.info("when %s answered can't be kept: %s", self.name, error.code)
            return status
        if is_off(offset) and not status.clock_off:
            seconds = round((offset or 0) / 1000)
            log.warning("by %s this machine's clock is %d seconds off", self.name, seconds)
        return replace(status, clock_ms=offset, clock_off=is_off(offset))

    def _tell(self, status: SyncStatus) -> None:
        self._status = status
        if status != self._told:
            self._told = status
            self._listener(status)
