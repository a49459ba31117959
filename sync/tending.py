"""What a service does beside its rounds: grants what a window on the same data asks, notices
settings that were changed, and says how it stands.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sync.bugs import log_bug
from sync.health import SyncHealth, of_import
from sync.notes import Herald, Note, Wish
from terminal.errors import TerminalError
from terminal.events import ImportMoved
from terminal.services.overview import HUB
from terminal.settings import load

if TYPE_CHECKING:
    from sync.room import SyncRoom

log = logging.getLogger(__name__)

_EVERY: Final = 1.0


class Tending:
    """One till's sync as a service keeps it going. For one thread, but for ``health``."""

    def __init__(self, room: "SyncRoom") -> None:
        self._room = room
        self._herald = Herald(room.board, room.machine, time.monotonic)
        self._settings_seen = _stamp(room)

    def start(self) -> None:
        """Begin, and say so."""
        self._room.start()
        self.announce()

    def stop(self, patience: float = 5.0) -> bool:
        """End; whether all of it did within ``patience`` seconds."""
        return self._room.stop(patience)

    def tend(self) -> None:
        """About once a second. What goes wrong is logged, and tried again where it is asked for
        again."""
        for work in (self._obey, self._look_at_settings, self.announce):
            try:
                work()
            except TerminalError as error:
                log.warning("what a window asks can't be done now: %s", error.code)
            except Exception as error:  # noqa: BLE001 (the service must outlive any bug)
                log_bug(log, "tending failed", error)

    def _obey(self) -> None:
        obey(self._room)

    def _look_at_settings(self) -> None:
        stamp = _stamp(self._room)
        if stamp != self._settings_seen:
            self._settings_seen = stamp
            reread(self._room)

    def announce(self) -> None:
        """How it stands, for a window on the same data."""
        room = self._room
        stores = room.crew.status.stores if room.crew is not None else ()
        self._herald.tell(stores, imports(room), room.changed)

    @contextmanager
    def announcing(self) -> Iterator[None]:
        """Say so meanwhile, from a thread of its own."""
        done = threading.Event()

        def go_on() -> None:
            self.announce()
            while not done.wait(_EVERY):
                self.announce()

        thread = threading.Thread(target=go_on, name="announcing", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join(5)

    def health(self) -> SyncHealth:
        """How all of it stands, for monitoring; first imports that are not done are in it, as far
        as the books can be read."""
        room, now = self._room, self._room.clock()
        rounds = room.crew.health().stores if room.crew is not None else ()
        try:
            under_way = [one for one in imports(room) if one.state != "done"]
            filling = tuple(of_import(one, room.counts(one.store), now) for one in under_way)
        except TerminalError as error:
            log.info("where first imports stand can't be read now: %s", error.code)
            filling = ()
        return SyncHealth(now, (*rounds, *filling))


def imports(room: "SyncRoom") -> tuple[ImportMoved, ...]:
    """First imports from stores that this till talks to, begun or over."""
    states = (room.stores.import_state(name) for name in room.names() if name != HUB)
    return tuple(one for one in states if one is not None)


def obey(room: "SyncRoom") -> None:
    """Do what was asked. Raises TerminalError."""
    for note in room.board.taken():
        _grant(room, note)


def _grant(room: "SyncRoom", note: Note) -> None:
    if note.wish is Wish.STORES:
        reread(room, always=True)
    elif note.wish is Wish.WAKE:
        room.wake()
    elif note.wish is Wish.HURRY:
        room.hurry()
    elif room.stores.store(note.store) is not None:
        begins = note.wish is Wish.BEGIN
        (room.stores.bring_in if begins else room.stores.pause)(note.store)


def reread(room: "SyncRoom", *, always: bool = False) -> None:
    """Take the online stores as the settings name them now; ``always``: also where they are the
    same, since a key may be another. Raises SettingsBroken; then all goes on as it was."""
    if _stamp(room) is None:
        return
    settings = load(room.folder / "settings.toml")
    if always or settings.online_stores != room.settings.online_stores:
        log.info("the online stores are taken from the settings anew")
        room.stores.changed_elsewhere(settings)


def _stamp(room: "SyncRoom") -> tuple[int, int] | None:
    """By which it is seen that the settings are others; None where there are none."""
    try:
        seen = (room.folder / "settings.toml").stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size
