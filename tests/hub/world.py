"""A hub and tills of it, for stories that hold whatever the hub is made of."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from sync.hub import joining, owning
from sync.hub.driver import owner_link
from sync.hub.postgres import PostgresHub
from sync.hub.remote import Fact, Hub, Identity, Wish, Word

MORNING = datetime(2026, 11, 22, 9, 0, 0, 123_456, tzinfo=UTC)
MEMBER = "0199c0de-0000-7000-8000-000000000001"


class HubWorld(Protocol):
    """A hub of its own for each test. Times are the hub's; ``later`` moves its clock on."""

    def join(self, till: str, *, machine: str = "", run: str = "run-1") -> TillAtHub:
        """A till that joins now (again: with new data), with a connection of its own."""

    def connect(self, me: Identity) -> Hub:
        """One more connection of somebody who joined."""

    def revoke(self, till: str) -> None: ...

    def later(self, seconds: float) -> None: ...


class TillAtHub:
    """A till as the hub sees it: its identity, its connection, and what it tells next."""

    def __init__(self, hub: Hub, me: Identity) -> None:
        self.hub = hub
        self.me = me
        self._numbers = itertools.count(1)
        self.told: list[Fact] = []

    def fact(
        self, *, kind: str = "sale", key: str = "", member: str = MEMBER, body: bytes = b'{"v":1}',
        at: datetime = MORNING,
    ) -> Fact:  # fmt: skip
        """The next fact."""
        seq = next(self._numbers)
        made = Fact(
            till=self.me.till, seq=seq, kind=kind, key=key or f"{self.me.till}-{seq}",
            member_id=member, body=body, at=at + timedelta(seconds=seq),
        )  # fmt: skip
        self.told.append(made)
        return made

    def entry(
        self, points: int, *, member: str = MEMBER, sale: str = "", entry_id: str = ""
    ) -> Fact:
        """The next fact, an entry."""
        entry_id = entry_id or str(uuid.uuid4())
        said = {"v": 1, "id": entry_id, "member_id": member, "points": points, "source_id": sale}
        return self.fact(kind="entry", key=entry_id, member=member, body=json.dumps(said).encode())

    def tells(self, *facts: Fact) -> int:
        return self.hub.push(self.me, facts)

    def wish(self, points: int, sale: str, *, member: str = MEMBER, seconds: int = 300) -> Wish:
        return Wish(
            sale_id=sale, member_id=member, till=self.me.till, points=points, seconds=seconds
        )

    def reserves(self, points: int, sale: str, *, member: str = MEMBER, seconds: int = 300) -> Word:
        return self.hub.reserve(self.wish(points, sale, member=member, seconds=seconds))


def everything(hub: Hub, *, limit: int = 100, cursor: str = "") -> list[Fact]:
    """All facts behind a cursor, page by page; what is held back (any writer on the same server
    may do that, for a moment) is waited for."""
    found: list[Fact] = []
    patience = time.monotonic() + 20
    while time.monotonic() < patience:
        page = hub.pull(cursor, limit)
        found += page.facts
        cursor = page.cursor
        if not (page.more or page.held_back):
            return found
    raise AssertionError("facts are held back for long")


def of(till: TillAtHub, facts: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.till == till.me.till]


class PostgresWorld:
    """On a real server. ``url`` is the owner's, of a database that holds a hub."""

    def __init__(self, url: str, folder: Path, *, hostaddr: str = "") -> None:
        self.url = url
        self.folder = folder
        self.owner = owner_link(url)
        self._hostaddr = hostaddr
        self._kept: dict[str, joining.Credentials] = {}
        self._open: list[Hub] = []

    def join(self, till: str, *, machine: str = "", run: str = "run-1") -> TillAtHub:
        code = owning.invite(self.url, till, again=True)
        me = Identity(till, str(uuid.uuid4()), machine or f"machine-of-{till}", run)
        self.use(code, me)
        return TillAtHub(self.connect(me), me)

    def use(self, code: str, me: Identity) -> joining.Credentials:
        self.folder.mkdir(exist_ok=True)
        made = joining.join(
            code, me, folder=self.folder, clock=lambda: datetime.now(UTC), hostaddr=self._hostaddr
        )
        self._kept[made.till] = made
        return made

    def connect(self, me: Identity, *, patience: float = 10.0) -> PostgresHub:
        made = self._kept[me.till]
        hub = PostgresHub(
            made.address, made.password, ca=made.ca, hostaddr=self._hostaddr, patience=patience,
            patience_to_reserve=patience,
        )  # fmt: skip
        self._open.append(hub)
        return hub

    def till_url(self, till: str) -> str:
        """For psql and the like, as somebody with a till's password would use them."""
        made = self._kept[till]
        return made.address.replace("@", f":{made.password}@")

    def revoke(self, till: str) -> None:
        owning.revoke(self.url, till)

    def later(self, seconds: float) -> None:
        """What is kept of the past is moved into it: the server's clock is not ours to move."""
        for table, columns in _TIMES.items():
            moved = ", ".join(f"{name} = {name} - %s * interval '1 second'" for name in columns)
            sql = f"UPDATE loyalty.{table} SET {moved}"  # noqa: S608 (names from below)
            self.owner.rows(sql, *[seconds] * len(columns))

    def owner_comes_back(self) -> None:
        """The owner's own line is never made anew in silence; after a restart of the server a test
        says so."""
        self.owner.close()
        self.owner = owner_link(self.url)

    def close(self) -> None:
        for hub in self._open:
            hub.close()
        self.owner.close()


_TIMES = {
    "reservations": ("until",),
    "machines": ("first_heard", "heard_at"),
    "invitations": ("made_at", "expires_at"),
}
