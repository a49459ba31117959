"""The first import from one online store, on a thread of its own, until it is done or paused.

Where it stands is kept in the books beside its cursors, so that it goes on when the till is opened
again; what a person paused stays paused. A store that is away is waited for, longer each time.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import msgspec

from terminal.connecting import Part, StoreVisit
from terminal.errors import StoreTrouble, TerminalError
from terminal.events import ImportMoved
from terminal.ports import Database, UnitOfWork

log = logging.getLogger(__name__)

FEED: Final = "first_import"
TELLS_EVERY: Final = 0.25
KEEPS_EVERY: Final = 5.0
LONGEST_WAIT: Final = 60.0


def where_it_stands(database: Database, store: str) -> ImportMoved | None:
    """As it was kept last; None: none was ever begun."""
    with database.read() as uow:
        return where_it_is(uow, store)


def where_it_is(uow: UnitOfWork, store: str) -> ImportMoved | None:
    """The same within the caller's transaction."""
    kept = uow.sync.cursor(store, FEED)
    return msgspec.json.decode(kept, type=ImportMoved) if kept else None


def kept_as(state: ImportMoved) -> str:
    """As it is kept beside the cursors."""
    return msgspec.json.encode(state).decode()


def keep_where(database: Database, state: ImportMoved) -> None:
    """Keep where it stands."""
    with database.write() as uow:
        uow.sync.put_cursor(state.store, FEED, kept_as(state))
        uow.commit()


class Filling:
    """One store's first import. ``tell`` is called on its thread, ``filled`` once all is in."""

    def __init__(
        self,
        store: str,
        database: Database,
        knock: Callable[[], StoreVisit],
        *,
        tell: Callable[[ImportMoved], None],
        filled: Callable[[str], None],
        seconds: Callable[[], float],
    ) -> None:
        self._database, self._knock = database, knock
        self._tell, self._filled, self._seconds = tell, filled, seconds
        self.state = where_it_stands(database, store) or ImportMoved(store, "open")
        self._visit: StoreVisit | None = None
        self._thread: threading.Thread | None = None
        self._bell = threading.Event()
        self._stopping = False
        self._told_at = self._kept_at = float("-inf")

    def begin(self) -> None:
        """Begin, or go on; harmless while it runs."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._stopping = False
        self._bell.clear()
        self._move("open")
        self._thread = threading.Thread(target=self._run, name="first-import", daemon=True)
        self._thread.start()

    def pause(self, patience: float = 5.0) -> None:
        """Stop after what is under way; it stays stopped until somebody goes on."""
        self.stop(patience)
        if self.state.state != "done":
            self._move("paused")

    def stop(self, patience: float = 5.0) -> None:
        """Stop; the next start of the till goes on, unless a person paused it."""
        self._stopping = True
        self._bell.set()
        visit = self._visit
        if self._thread is not None:
            self._thread.join(patience / 2)
            if self._thread.is_alive() and visit is not None:
                visit.close()
                self._thread.join(patience / 2)

    def _run(self) -> None:
        misses = 0
        while not self._stopping:
            done_before = (self.state.part, self.state.done)
            trouble = self._once()
            if trouble is None:
                return
            if not trouble.details.get("passes"):
                self._fail(trouble)
                return
            misses = 1 if (self.state.part, self.state.done) != done_before else misses + 1
            self._wait(trouble, misses)

    def _once(self) -> StoreTrouble | None:
        """One run; what stopped it."""
        try:
            self._visit = self._knock()
            try:
                whole = self._visit.run(self._went_on, self._goes_on)
            finally:
                self._visit.close()
        except StoreTrouble as trouble:
            return None if self._stopping else trouble
        except TerminalError as error:
            return StoreTrouble(problem="internal", where=error.code)
        except Exception:
            log.exception("a first import failed")
            return StoreTrouble(problem="internal", where="")
        if whole:
            self._move("done")
            self._filled(self.state.store)
        return None

    def _wait(self, trouble: StoreTrouble, misses: int) -> None:
        asked = trouble.details.get("wait")
        least = float(asked) if isinstance(asked, int | float) else 0.0
        self._move("waiting", str(trouble.details.get("problem", "")))
        self._bell.wait(max(min(2.0**misses, LONGEST_WAIT), least))
        if not self._stopping:
            self._move("open")

    def _fail(self, trouble: StoreTrouble) -> None:
        problem, where = (str(trouble.details.get(key, "")) for key in ("problem", "where"))
        self._move("failed", problem, where)

    def _goes_on(self) -> bool:
        return not self._stopping

    def _went_on(self, part: Part) -> None:
        now = self._seconds()
        self.state = replace(self.state, part=part.name, done=part.done, total=part.total)
        if now - self._told_at >= TELLS_EVERY:
            self._told_at = now
            self._tell(self.state)
        if now - self._kept_at >= KEEPS_EVERY:
            self._kept_at = now
            keep_where(self._database, self.state)

    def _move(self, state: str, problem: str = "", where: str = "") -> None:
        self.state = replace(self.state, state=state, problem=problem, where=where)
        keep_where(self._database, self.state)
        self._tell(self.state)
