"""What a store was asked for and may still be at, kept where a killed till finds it again.

Some stores go on with a request though nobody listens any more, and have no key of ours by which
they would notice the same one twice: there only a look can tell, and a look while they are at it
finds nothing. So what is asked of such a store is written down before it leaves, and a till that
was killed and started again, or another one that goes on for it, leaves these alone until the
store has settled. Times are this machine's; one of the future counts from now on.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from terminal.ids import Clock
from terminal.outbox import MessageKind, OutboxMessage
from terminal.ports import Database

FEED: Final = "under_way"
"""The cursor beside which it stands."""
_MADE: Final = frozenset({MessageKind.SALE, MessageKind.RETURN})
"""What is made anew each time it is asked for; the others can be said twice."""


class UnderWay:
    """Of one store. ``settles``: how long it may go on; nothing: it knows our keys, and nothing is
    kept."""

    def __init__(self, database: Database, clock: Clock, store: str, settles: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._store = store
        self._settles = settles
        self._mine: dict[str, datetime] = {}
        self._others: dict[str, datetime] = {}
        self._written: str | None = None

    def read(self) -> None:
        """Look what was asked for before this till was started, or by another one."""
        if not self._settles:
            return
        with self._database.read() as uow:
            kept = uow.sync.cursor(self._store, FEED)
        if kept == self._written:
            return
        now = self._clock()
        for key, at in _told(kept).items():
            if key not in self._mine:
                self._others.setdefault(key, min(at, now))

    def asks(self, messages: Iterable[OutboxMessage]) -> None:
        """These leave now."""
        keys = [message.key for message in messages if message.kind in _MADE]
        if not (self._settles and keys):
            return
        now = self._clock()
        self._mine |= dict.fromkeys(keys, now)
        known = {**self._others, **self._mine}
        recent = {key: at for key, at in known.items() if at + self._settles > now}
        self._mine = {key: at for key, at in self._mine.items() if key in recent}
        told = msgspec.json.encode(recent).decode()
        with self._database.write() as uow:
            uow.sync.put_cursor(self._store, FEED, told)
            uow.commit()
        self._written = told

    def heard(self, keys: Iterable[str]) -> None:
        """What became of these is known."""
        for key in keys:
            self._mine.pop(key, None)
            self._others.pop(key, None)

    def was_asked(self, message: OutboxMessage) -> bool:
        """Whether it left before, from another process."""
        return message.key in self._others

    def rests(self, message: OutboxMessage) -> bool:
        """Whether it must be left alone for now."""
        at = self._others.get(message.key)
        return at is not None and at + self._settles > self._clock()


def _told(kept: str | None) -> Mapping[str, datetime]:
    return msgspec.json.decode(kept, type=dict[str, datetime]) if kept else {}
