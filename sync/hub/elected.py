"""Only one talks to an online store: the others leave it to the till that was elected.

The election holds as long as the connection to the hub; a till that can't reach the hub is not
elected and tells the store nothing. Messages are facts, so that whoever is elected goes on where
another one stopped, and telling twice is a look.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from sync.errors import Misconfigured, Retryable, SyncError
from sync.hub.remote import Hub
from sync.report import Report
from sync.worker import Engine
from terminal.outbox import OutboxCounts

log = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 10.0
"""How long a round goes on without looking whether another till was elected meanwhile."""


class Election:
    """Who talks to which store, for all stores of this process, on one connection."""

    def __init__(self, connect: Callable[[], Hub]) -> None:
        self._connect = connect
        self._hub: Hub | None = None
        self._closed = False
        self._lock = threading.Lock()

    def talks_to(self, store: str) -> bool:
        """Whether this process is the one, now. Raises Retryable and Misconfigured where the hub
        can't say, or this election is over."""
        with self._lock:
            if self._closed:
                raise Retryable("unreachable")
            try:
                if self._hub is None:
                    self._hub = self._connect()
                return self._hub.elect(f"store:{store}")
            except SyncError:
                self._let_go()
                raise

    def close(self) -> None:
        """Leave it to others, for good; whoever asks at this moment is let go of."""
        self._closed = True
        hub = self._hub
        if hub is not None:
            hub.close()
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        if self._hub is not None:
            self._hub.close()
            self._hub = None


class StoreEngine(Engine, Protocol):
    """An engine that any till may let look for what the store did unheard."""

    def seek(self) -> Report: ...


class ElectedEngine:
    """A store's engine that runs only while this process is elected. ``elsewhere`` says after each
    round whether another till tells the store. ``seconds`` is a clock that only goes forward."""

    def __init__(
        self,
        engine: StoreEngine,
        election: Election,
        store: str = "",
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._election = election
        self._store = store or engine.name
        self._seconds = seconds
        self._asked = 0.0
        self.elsewhere = False

    def push(self, go_on: Callable[[], bool]) -> Report:
        """As the engine; where another till does it, only what nobody else knows of is looked for,
        and what is to be done of it is that till's."""
        told = self._if_elected(self._engine.push, go_on)
        if self.elsewhere and told.failure is None:
            self._engine.seek()
        return told

    def pull(self, go_on: Callable[[], bool]) -> Report:
        """As the engine; nothing where another till does it."""
        return self._if_elected(self._engine.pull, go_on)

    @property
    def name(self) -> str:
        """As the engine."""
        return self._engine.name

    @property
    def requests(self) -> int:
        """As the engine."""
        return self._engine.requests

    def probe(self) -> Report:
        """As the engine; nothing where another till tells the store."""
        return self._if_elected(lambda _: self._engine.probe(), lambda: True)

    def contact(self) -> int | None:
        """As the engine."""
        return self._engine.contact()

    def counts(self, day_start: datetime) -> OutboxCounts:
        """As the engine."""
        return self._engine.counts(day_start)

    def back_again(self) -> None:
        """As the engine."""
        self._engine.back_again()

    def close(self) -> None:
        """Let go of the store."""
        self._engine.close()

    def _if_elected(
        self, run: Callable[[Callable[[], bool]], Report], go_on: Callable[[], bool]
    ) -> Report:
        try:
            elected = self._election.talks_to(self._store)
        except (Retryable, Misconfigured) as failure:
            return Report(failure=failure)
        if elected is self.elsewhere:
            log.info("%s is told by %s", self._store, "this till" if elected else "another till")
        self.elsewhere = not elected
        self._asked = self._seconds()
        return run(lambda: go_on() and self._is_still_elected()) if elected else Report()

    def _is_still_elected(self) -> bool:
        """Looked at now and then, as a round may last for hours. Where the hub can't say, the next
        round tells why."""
        if self._seconds() - self._asked < AGAIN_SECONDS:
            return True
        try:
            elected = self._election.talks_to(self._store)
        except SyncError:
            return False
        self._asked = self._seconds()
        return elected
