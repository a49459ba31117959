"""What a worker says of itself, to be waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable

from terminal.events import SyncStatus


class Heard:
    """A listener that can be waited for."""

    def __init__(self) -> None:
        self.events: list[object] = []
        self._news = threading.Condition()

    def __call__(self, event: object) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def until(self, fits: Callable[[SyncStatus], bool]) -> SyncStatus:
        """The first status since the start, or since ``forget``, that fits."""

        def found() -> bool:
            return any(fits(e) for e in self.events if isinstance(e, SyncStatus))

        with self._news:
            assert self._news.wait_for(found, 10), self.events
            return next(e for e in self.events if isinstance(e, SyncStatus) and fits(e))

    def forget(self) -> None:
        with self._news:
            self.events.clear()

    def states(self) -> list[tuple[str, str]]:
        """How it stood and why, one after the other."""
        told = [(e.state, e.problem) for e in self.events if isinstance(e, SyncStatus)]
        return [one for n, one in enumerate(told) if n == 0 or one != told[n - 1]]


def rested(status: SyncStatus) -> bool:
    """Whether a round is over."""
    return not status.busy
