"""What a service and a window on the same data tell each other, by files in their folder ``sync``.

The service, which syncs, keeps how it stands in ``status.json``, anew with every change and at
least every few seconds. The window leaves notes beside it, which the service takes away before it
acts, so that none is lost and the same wish twice is one. Nothing in these files is about people,
and only their owner can read them.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from terminal.errors import FileNotWritten
from terminal.events import ImportMoved, SyncStatus
from terminal.files import write_whole
from terminal.ids import Clock

log = logging.getLogger(__name__)

TELLS_EVERY: Final = 5.0
"""Seconds after which the service says how it stands, though nothing changed."""
_NOTE, _TAKEN = ".note", ".taken"


class Wish(StrEnum):
    """What a window may want. In the order in which they are granted."""

    STORES = "stores"
    """Settings or keys of online stores are others."""
    BEGIN = "open"
    """The first import of a store is to begin, or to go on."""
    PAUSE = "paused"
    """It is to rest."""
    WAKE = "wake"
    HURRY = "hurry"


class Note(msgspec.Struct, frozen=True):
    """A wish; ``store`` where it is about one."""

    wish: Wish
    store: str = ""


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """How the service stands. ``imports``: first imports, wherever they are; ``members``: how many
    it has changed since it was started."""

    at: datetime
    stores: tuple[SyncStatus, ...] = ()
    imports: tuple[ImportMoved, ...] = ()
    members: int = 0


class Board:
    """The files, for both sides and any thread. What can't be written or read is logged, and tried
    again by whoever comes next."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "sync"
        self._status = self._folder / "status.json"

    def put(self, beat: Beat) -> bool:
        """Say how it stands; whether it could be said."""
        return self._write(self._status, msgspec.json.encode(beat))

    def read(self) -> Beat | None:
        """What was said last; None where nothing was, or nothing that can be read."""
        try:
            return msgspec.json.decode(self._status.read_bytes(), type=Beat)
        except (OSError, msgspec.DecodeError):
            return None

    def ask(self, wish: Wish, store: str = "") -> None:
        """Leave a note; a later one about the same takes its place."""
        path = self._folder / f"{_about(wish, store)}{_NOTE}"
        if store or not path.exists():
            self._write(path, msgspec.json.encode(Note(wish, store)))

    def taken(self) -> list[Note]:
        """The notes that are there, taken away."""
        try:
            for path in list(self._folder.glob(f"*{_NOTE}")):
                path.replace(path.with_suffix(_TAKEN))
            notes = [_opened(path) for path in self._folder.glob(f"*{_TAKEN}")]
        except OSError as error:
            log.info("what the window asks can't be read now: %s", error.strerror)
            return []
        order = list(Wish)
        return sorted((one for one in notes if one), key=lambda one: order.index(one.wish))

    def _write(self, path: Path, content: bytes) -> bool:
        try:
            with suppress(OSError):
                self._folder.mkdir(mode=0o700, exist_ok=True)
            write_whole(path, content, mode=0o600)
        except FileNotWritten as error:
            log.info("%s can't be written now: %s", path.name, error.details["problem"])
            return False
        return True


def _about(wish: Wish, store: str) -> str:
    if not store:
        return wish.value
    return f"import-{hashlib.sha256(store.encode()).hexdigest()[:16]}"


def _opened(path: Path) -> Note | None:
    """Read once; one that was torn by a full disk says nothing."""
    content = path.read_bytes()
    path.unlink()
    try:
        return msgspec.json.decode(content, type=Note)
    except msgspec.DecodeError:
        return None


class Herald:
    """Says how the service stands, when that is news and every few seconds. For one thread at a
    time."""

    def __init__(self, board: Board, clock: Clock, seconds: Callable[[], float]) -> None:
        self._board, self._clock, self._seconds = board, clock, seconds
        self._told: Beat | None = None
        self._told_at = float("-inf")

    def tell(
        self, stores: Sequence[SyncStatus], imports: Sequence[ImportMoved], members: int
    ) -> None:
        """How all of it stands now; where an import stopped stays in the books."""
        beat = Beat(
            at=self._clock(), stores=tuple(stores), members=members,
            imports=tuple(replace(one, where="") for one in imports),
        )  # fmt: skip
        seconds = self._seconds()
        told = self._told
        same = told is not None and msgspec.structs.replace(told, at=beat.at) == beat
        if same and seconds - self._told_at < TELLS_EVERY:
            return
        if self._board.put(beat):
            self._told, self._told_at = beat, seconds
