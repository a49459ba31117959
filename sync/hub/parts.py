"""All that a till needs of its hub, made over a way to connect: the worker, the election of who
talks to an online store, and who is asked for points.

Joining takes two steps. ``sync.hub.joining`` gets the till in; ``join_books`` lets its database
note what it commits from then on, and tells all that is there already.
"""

import hashlib
import logging
import platform
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from sync.hub.elected import Election
from sync.hub.engine import HubEngine
from sync.hub.granting import HubGrants
from sync.hub.remote import Hub, Identity
from sync.worker import SyncWorker
from terminal.events import Event, SyncStatus
from terminal.ids import Clock, NewId
from terminal.ports import Database
from terminal.settings import HubSettings

log = logging.getLogger(__name__)

INSTANCE = "instance"
"""In the journal's state: the name that the database got when the till joined."""
_MACHINE_ID = Path("/etc/machine-id")


class Connect(Protocol):
    """One more connection to the hub; ``patience`` bounds each call, in seconds."""

    def __call__(self, patience: float) -> Hub: ...


@dataclass(frozen=True, slots=True)
class HubParts:
    """What runs beside a till that has joined. ``close`` ends all of it."""

    worker: SyncWorker
    election: Election
    grants: HubGrants

    def close(self) -> None:
        """End it; what was elected is free for others."""
        self.worker.stop()
        self.grants.close()
        self.election.close()


def machine(name: str = "") -> str:
    """Which computer this is: a hash, the same at every start. ``name``: what to go by."""
    known = name or _machine_id() or f"{uuid.getnode()} {platform.node()}"
    return hashlib.sha256(f"till {known}".encode()).hexdigest()[:32]


def _machine_id() -> str:
    try:
        return _MACHINE_ID.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def identity(database: Database, till: str, run: str) -> Identity | None:
    """Who this till is at the hub; None where its database has not joined."""
    with database.read() as uow:
        instance = uow.journal.state(INSTANCE)
    return Identity(till, instance, machine(), run) if instance else None


def join_books(database: Database, instance: str) -> int:
    """From now on everything is noted, and all that is there is told; how much that is.

    One transaction: a till with half a million entries is held up for a second or two.
    """
    with database.write() as uow:
        uow.journal.join(instance)
        notes = uow.journal.fill()
        uow.commit()
    return notes


def leave_books(database: Database) -> None:
    """Nothing is noted any more; what was shared stays as it is here."""
    with database.write() as uow:
        uow.journal.leave()
        uow.commit()


def make_hub(
    database: Database,
    me: Identity,
    connect: Connect,
    wanted: HubSettings,
    *,
    clock: Clock,
    jitter: Callable[[], float],
    listener: Callable[[Event], None],
    patience: float = 10.0,
    stores: Callable[[], Sequence[str]] = tuple,
) -> HubParts:
    """The parts, not started. ``clock`` is the machine's own; ``stores``: what the till names."""
    asked = wanted.patience_ms / 1000
    grants = HubGrants(lambda: connect(asked), me.till, patience=asked, seconds=time.monotonic)

    def heard(event: Event) -> None:
        if isinstance(event, SyncStatus) and event.state == "online":
            grants.heard()
        listener(event)

    engine = HubEngine(database, connect(patience), me, clock=clock, listener=heard, stores=stores)
    worker = SyncWorker(
        engine, clock=clock, jitter=jitter, listener=heard,
        interval=timedelta(seconds=wanted.pull_seconds),
    )  # fmt: skip
    return HubParts(worker, Election(lambda: connect(patience)), grants)


def new_identity(till: str, new_id: NewId) -> Identity:
    """Who a till will be that is about to join."""
    return Identity(till, new_id(), machine(), new_id())
