"""Reconciling: all linked members walked through, both sides compared, differences mended.

At night and on demand, page by page; where it is stands beside the cursors, so that it goes on
where it was stopped, also after a crash. Two requests a member, one after the other, and nothing in
between but a look whether somebody wants it to end. A store that goes away in the middle is gone on
with the next time.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import msgspec

from sync.bugs import log_bug
from sync.errors import Refused, Retryable, SyncError
from sync.going_on import GoOn, always
from sync.online_store import OnlineStore
from terminal.errors import DataInUse, DiskFull
from terminal.events import Event, MemberChanged
from terminal.ids import Clock, MemberId, NewId
from terminal.ports import Database, RemoteLink
from terminal.services.online_members import OnlineMembers
from terminal.services.online_orders import OnlineOrders
from terminal.services.reconciling import (
    SEEN,
    Difference,
    Figures,
    Reconciling,
    Seen,
    keep_report,
)
from terminal.services.whose import is_erased, survivor_of

log = logging.getLogger(__name__)

CURSOR: Final = "reconcile"
ENDED: Final = "reconciled"
"""Where it is kept when the last walk came to its end."""
PAGE: Final = 100
Progress = Callable[[Figures], None]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How a walk ended. ``whole``: it came to its end; ``problem``: what stopped it, as of
    ``sync.errors``."""

    store: str
    figures: Figures
    whole: bool
    problem: str = ""


class Place(msgspec.Struct, frozen=True):
    """Where a walk is."""

    after: str
    figures: Figures


def nobody(figures: Figures) -> None:
    """Nobody watches."""


class Reconciler:
    """Walks through one store's members. For one thread at a time, over a store of its own or
    between two rounds of the engine."""

    def __init__(
        self,
        database: Database,
        store: OnlineStore,
        members: OnlineMembers,
        orders: OnlineOrders,
        *,
        clock: Clock,
        new_id: NewId,
        tells_sales: bool = True,
        listener: Callable[[Event], None] = lambda event: None,
    ) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._listener = listener
        self._service = Reconciling(
            store.name, members, orders, clock=clock, new_id=new_id, tells_sales=tells_sales
        )

    def reconcile(
        self, progress: Progress = nobody, go_on: GoOn = always, *, limit: int | None = None
    ) -> Reconciled:
        """Go on where the last walk was stopped, or begin one. ``limit``: so many members at most
        this time."""
        place = self._begin()
        looked = 0
        while True:
            page = self._page(place.after)
            if not page:
                return self._end(place)
            for link in page:
                if not go_on() or (limit is not None and looked >= limit):
                    return self._stop(place)
                try:
                    found = self._one(link)
                except SyncError as error:
                    log.info("reconciling was interrupted: %s", error)
                    if not self._is_of_one(error):
                        return self._stop(place, error.problem)
                    found = None
                looked += 1
                figures = place.figures if found is None else place.figures.add(found)
                place = Place(link.local_id, figures)
                progress(place.figures)
            self._keep(place)

    def _one(self, link: RemoteLink) -> list[Difference] | None:
        """None: nobody to be compared."""
        with self._database.read() as uow:
            member_id = survivor_of(uow, MemberId(link.local_id))
            if member_id != link.local_id or is_erased(uow, member_id):
                return None
        customer = self._store.customer(link.remote_id)
        orders = self._store.orders_of(link.remote_id) if customer is not None else ()
        try:
            found = self._compare(member_id, Seen(link.remote_id, customer, orders))
        except (DataInUse, DiskFull):
            raise
        except Exception as error:  # noqa: BLE001 (one member must not end the walk)
            log_bug(log, "a member could not be compared", error)
            return None
        if found:
            self._listener(MemberChanged(member_id))
        return found

    def _is_of_one(self, error: SyncError) -> bool:
        """Whether the store fails for this one member only: then the walk goes on without them."""
        if isinstance(error, Refused):
            return True
        if not isinstance(error, Retryable) or error.away:
            return False
        try:
            self._store.check()
        except SyncError:
            return False
        return True

    def _compare(self, member_id: MemberId, seen: Seen) -> list[Difference] | None:
        with self._database.write() as uow:
            member = uow.members.get(member_id)
            found = self._service.compare(uow, member, seen) if member else None
            uow.commit()
        return found

    def last(self) -> datetime | None:
        """When the last walk came to its end."""
        with self._database.read() as uow:
            ended = uow.sync.cursor(self._store.name, ENDED)
        return datetime.fromisoformat(ended) if ended else None

    def is_under_way(self) -> bool:
        """Whether a walk was begun and did not come to its end."""
        with self._database.read() as uow:
            return bool(uow.sync.cursor(self._store.name, CURSOR))

    def first_seen(self) -> datetime:
        """Since when there might have been a walk: now, where nobody asked before."""
        with self._database.read() as uow:
            kept = uow.sync.cursor(self._store.name, SEEN)
        if kept:
            return datetime.fromisoformat(kept)
        now = self._clock()
        with self._database.write() as uow:
            uow.sync.put_cursor(self._store.name, SEEN, now.isoformat())
            uow.commit()
        return now

    # -- where it is -----------------------------------------------------------------------------

    def _begin(self) -> Place:
        with self._database.read() as uow:
            kept = uow.sync.cursor(self._store.name, CURSOR)
        if kept:
            try:
                return msgspec.json.decode(kept, type=Place)
            except msgspec.MsgspecError:
                log.info("where the last walk was can't be read: it begins anew")
        return Place("", Figures(began_at=self._clock()))

    def _page(self, after: str) -> list[RemoteLink]:
        with self._database.read() as uow:
            return uow.sync.links(self._store.name, "member", after, PAGE)

    def _stop(self, place: Place, problem: str = "") -> Reconciled:
        self._keep(place)
        return Reconciled(self._store.name, place.figures, False, problem)

    def _end(self, place: Place) -> Reconciled:
        figures = replace(place.figures, ended_at=self._clock())
        with self._database.write() as uow:
            uow.sync.put_cursor(self._store.name, CURSOR, "")
            uow.sync.put_cursor(self._store.name, ENDED, self._clock().isoformat())
            keep_report(uow, self._store.name, figures)
            uow.commit()
        log.info("reconciled %d members: %s", figures.members, dict(figures.counts) or "all alike")
        return Reconciled(self._store.name, figures, True)

    def _keep(self, place: Place) -> None:
        with self._database.write() as uow:
            uow.sync.put_cursor(self._store.name, CURSOR, msgspec.json.encode(place).decode())
            uow.commit()


def is_due(last: datetime | None, now: datetime, hour: int = 3) -> bool:
    """Whether tonight's walk is due: after ``hour`` where the till stands, once a night. ``last``:
    when the last one ended."""
    here = now.astimezone()
    tonight = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    return here >= tonight and (last is None or last < tonight)
