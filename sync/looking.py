"""Looking at one member while they stand at the till, beside everything else.

The counter works with what the books hold and never waits for this. A look has a thread and a line
of its own (an online store is for one thread at a time; how long a look may take and who needs none
is ``sync.refresh``'s), and is left out where the store is known to be away. Of several members who
came up meanwhile the latest is looked at first, and nobody twice.
"""

import logging
import threading
from collections.abc import Callable
from typing import Final, Protocol

from sync.bugs import log_bug
from sync.refresh import Refreshed
from terminal.errors import TerminalError
from terminal.ids import MemberId

log = logging.getLogger(__name__)

MOST: Final = 5
"""Members who wait to be looked at; who came up before them has left the till."""


class Looks(Protocol):
    """Takes in what is new of one member. For one thread, but for ``close``."""

    def refresh(self, member_id: MemberId) -> Refreshed: ...
    def close(self) -> None: ...


class Talks(Protocol):
    """Who talks to the store otherwise: whether it is thought to answer; woken, it tells what a
    look has moved."""

    @property
    def is_open(self) -> bool: ...
    def wake(self) -> None: ...


class Looking:
    """Its thread begins with the first look, and so does its line. ``worth_it``: whether the store
    is thought to answer; ``after`` is called when something moved."""

    def __init__(
        self,
        open_one: Callable[[], Looks],
        *,
        worth_it: Callable[[], bool] = lambda: True,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        self._open = open_one
        self._worth_it = worth_it
        self._after = after
        self._bell = threading.Condition()
        self._wanted: list[MemberId] = []
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._looks: Looks | None = None

    def look_at(self, member_id: MemberId) -> None:
        """See what is new of a member, soon; harmless at any time and from any thread."""
        if not self._worth_it():
            return
        with self._bell:
            if self._stopping or member_id in self._wanted:
                return
            self._wanted = [*self._wanted, member_id][-MOST:]
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="looking", daemon=True)
                self._thread.start()
            self._bell.notify_all()

    def stop(self, patience: float = 5.0) -> bool:
        """End; whether it ended within ``patience`` seconds."""
        with self._bell:
            self._stopping = True
            self._bell.notify_all()
            looks, thread = self._looks, self._thread
        if looks is not None:
            looks.close()
        if thread is None:
            return True
        thread.join(patience)
        return not thread.is_alive()

    def _run(self) -> None:
        while (member_id := self._next()) is not None:
            self._look(member_id)

    def _next(self) -> MemberId | None:
        with self._bell:
            self._bell.wait_for(lambda: self._stopping or self._wanted)
            return None if self._stopping else self._wanted.pop()

    def _look(self, member_id: MemberId) -> None:
        try:
            moved = self._opened().refresh(member_id).moved
        except TerminalError as error:
            log.info("a member could not be looked at: %s", error.code)
        except Exception as error:  # noqa: BLE001 (a look must not end those that come after)
            log_bug(log, "looking at a member failed", error)
        else:
            if moved:
                self._after()

    def _opened(self) -> Looks:
        """The line of its own, made when it is first needed."""
        with self._bell:
            if self._looks is None:
                self._looks = self._open()
            return self._looks
