"""All of one till's sync in one place: the hub, the workers of its online stores, and what the sync
page works with. Made by ``main`` over the books; knows no window.

The hub's parts are made with the books, since a sale with points asks the hub; the workers when the
till begins to sync. Which stores there are may change while it runs: then the workers are made
anew, and those of a store whose first import is under way wait for its end. One process at a time
syncs the same data: a window beside a service looks on and asks (``sync.beside``), and the service
does what it is asked (``sync.tending``).
"""

import dataclasses
import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from terminal.clock import CorrectedClock, known_offset
from terminal.connecting import LateDoor
from terminal.errors import DataInUse, StoreTrouble
from terminal.events import Event, MemberChanged, SyncStatus
from terminal.granting import GrantsPoints
from terminal.ids import Clock, MemberId, NewId
from terminal.instance import InstanceLock, is_held
from terminal.outbox import OutboxCounts, day_start
from terminal.ports import Database
from terminal.secrets import Secrets
from terminal.services.checkup import Remote
from terminal.services.connecting import ConnectingService, secret_name
from terminal.services.deciding import Deciding
from terminal.services.online_desk import OnlineDesk
from terminal.services.overview import HUB, SyncOverview
from terminal.services.suite import Services, stores_changed
from terminal.services.sync_parts import deciding, overview, places_of
from terminal.settings import OnlineStoreSettings, Settings

if TYPE_CHECKING:
    from sync.at_the_desk import AtTheDesk, Compare
    from sync.beside import Beside
    from sync.connect import Parts
    from sync.connecting import Door
    from sync.crew import SyncCrew
    from sync.deadline import Deadline
    from sync.going_on import GoOn
    from sync.hub.parts import HubParts
    from sync.hub.remote import Hub
    from sync.looking import Looking, Talks
    from sync.notes import Board
    from sync.online_store import OnlineStore
    from sync.reconcile import Progress, Reconciled

log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class SyncRoom:
    """``machine`` is the machine's own clock, ``clock`` the corrected one that all else goes by."""

    folder: Path
    settings: Settings
    database: Database
    secrets: Secrets
    machine: Clock
    clock: CorrectedClock
    new_id: NewId
    tell: Callable[[Event], None]
    crew: "SyncCrew | None" = None
    hub: "HubParts | None" = None
    services: Services = field(init=False)
    stores: ConnectingService = field(init=False)
    beside: "Beside | None" = None
    board: "Board" = field(init=False)
    changed: int = 0
    """How many members were changed here."""
    _begun: bool = False
    _closed: bool = False
    _held: InstanceLock | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> GrantsPoints | None:
        """Learn the time, and how points are asked for; None where nobody need be asked."""
        with self.database.read() as uow:
            names = [HUB, *(store.called for store in self.settings.online_stores)]
            self.clock.learn(known_offset(uow.sync.contact(name) for name in names))
        self.hub = self._joined()
        return self.hub.grants if self.hub else None

    def furnish(self, services: Services) -> None:
        """The services are built."""
        from sync.notes import Board

        self.services = services
        self.board = Board(self.folder)
        self.stores = ConnectingService(
            LateDoor(self._door), self.database, self.secrets, self.folder / "settings.toml",
            self.settings, clock=self.clock, seconds=time.monotonic, applied=self._applied,
            ready=lambda _name: self.anew(), tell=self._tell_on, hand_over=self._hand_over,
        )  # fmt: skip

    def desk(self) -> tuple[SyncOverview, OnlineDesk, Deciding, ConnectingService, "Compare"]:
        """What the sync page works with."""
        services = self.services
        return (
            overview(services, self.clock, lambda: places_of(self.settings)),
            services.online,
            deciding(services, self.clock, self.new_id, self.hurry),
            self.stores,
            self.compare,
        )

    # -- the workers -------------------------------------------------------------------------

    def build(self) -> "SyncCrew":
        """The workers, not started: the hub's, and those of stores that are filled."""
        from sync.crew import SyncCrew

        if self.crew is None:
            self.crew = SyncCrew(self._tell_on, clock=self.clock, offset=self.clock.learn)
            if self.hub is not None:
                self.crew.hire(self.hub.worker)
        self._hire_stores(self.crew)
        return self.crew

    def _hire_stores(self, crew: "SyncCrew") -> None:
        from sync.connect import hire_stores

        stores = self.settings.online_stores
        filled = [one for one in stores if self.stores.is_filled(one.called)]
        hire_stores(crew, filled, self.open_store, self._parts())

    def _parts(self) -> "Parts":
        from sync.connect import Parts
        from sync.hub.elected import ElectedEngine

        hub = self.hub
        return Parts(
            database=self.database, till=self.services.till, clock=self.clock, new_id=self.new_id,
            jitter=random.random, listener=self._tell_on, machine=self.machine,
            offset=self.clock.learn, alone=hub is None,
            elected=(lambda e: ElectedEngine(e, hub.election, e.name)) if hub else lambda e: e,
        )  # fmt: skip

    @property
    def filling(self) -> tuple[str, ...]:
        """Online stores that this till talks to and whose first import is not done."""
        return tuple(n for n in self.names() if n != HUB and not self.stores.is_filled(n))

    def start(self) -> None:
        """Begin, and go on with a first import that was broken off."""
        self._begun = not self._closed
        self.anew()
        if self._begun:
            from sync.tending import obey

            self.stores.go_on()
            obey(self)

    def anew(self) -> None:
        """Other online stores, or one more that is filled: other workers."""
        if self._begun:
            with self._lock:
                if self.crew is not None:
                    self.crew.dismiss(keep=HUB)
                crew = self.build()
                crew.settle(self.filling)
                crew.start()
        elif self.beside is not None:
            self.beside.anew()

    @property
    def _doer(self) -> "SyncCrew | Beside | None":
        return self.beside if self.crew is None else self.crew

    def wake(self) -> None:
        """Something was booked."""
        if self._doer is not None:
            self._doer.wake()

    def hurry(self, store: str = "") -> None:
        """A person asked for it."""
        if self._doer is not None:
            self._doer.hurry(store)

    def look_at(self, member_id: MemberId) -> None:
        """Somebody stands at the till: see what is new of them online, in the background."""
        if self._doer is not None:
            self._doer.look_at(member_id)

    def stop(self, patience: float = 5.0) -> bool:
        """Rounds and imports end; whether they did within ``patience`` seconds."""
        self._begun, self._closed = False, True
        if hasattr(self, "stores"):
            self.stores.close()
        with self._lock:
            return self.crew is None or self.crew.stop(patience)

    def close(self) -> None:
        """End all of it; only then others may sync these data."""
        self._closed = True
        if self.beside is not None:
            self.beside.stop()
        self.stop()
        if self.hub is not None:
            self.hub.close()
        if self._held is not None:
            self._held.release()

    # -- a service, and a window beside it ----------------------------------------------------

    def attend(self, *, every: float = 1.0, grace: float = 15.0) -> None:
        """The window is open: sync, or look on where a service does so already, ``every`` so many
        seconds. ``grace``: how long the data are left to one that ended, since it may only be
        started anew."""
        if self.take_over():
            return
        from sync.beside import Beside

        log.info("another process syncs these data; this one looks on")
        self.beside = Beside(
            self, self.board, clock=self.machine, listener=self._tell_on, every=every, grace=grace
        )
        self.beside.start()

    def take_over(self) -> bool:
        """Sync from now on; False where another process does."""
        lock = InstanceLock(self.folder, "sync")
        try:
            lock.take()
        except DataInUse:
            return False
        self._held = lock
        self.start()
        return True

    def is_free(self) -> bool:
        """Whether nobody syncs these data."""
        return not is_held(self.folder, "sync")

    def names(self) -> Sequence[str]:
        """Online stores that this till talks to, and the hub."""
        stores = [one.called for one in self.settings.online_stores if one.talks]
        return [HUB, *stores] if self.hub is not None else stores

    def counts(self, store: str) -> OutboxCounts:
        """What waits for it. Raises TerminalError."""
        with self.database.read() as uow:
            counts = uow.outbox.counts(day_start(self.clock()), store)
            return dataclasses.replace(counts, tasks=uow.tasks.count())

    def looking(self, store: str, talks: "Talks") -> "Looking":
        """What looks at members there, without a worker."""
        from sync.connect import make_looking

        [wanted] = [one for one in self.settings.online_stores if one.called == store]
        return make_looking(self.open_store, wanted, self._parts(), talks)

    def heard(self, status: SyncStatus) -> None:
        """How the service stands: what it found out is good here too."""
        self.clock.learn(status.clock_ms)
        if self.hub is not None and any(
            one.store == HUB and one.state == "online" for one in status.stores
        ):
            self.hub.grants.heard()

    def _hand_over(self, name: str, wish: str) -> bool:
        """Whether another process sees to a first import."""
        from sync.notes import Wish

        if self.beside is None or self.crew is not None:
            return False
        self.beside.ask(Wish(wish), name)
        return True

    def _tell_on(self, event: Event) -> None:
        self.changed += isinstance(event, MemberChanged)
        self.tell(event)

    # -- what it is made of ------------------------------------------------------------------

    def open_store(
        self, wanted: OnlineStoreSettings, within: "Deadline | None" = None
    ) -> "OnlineStore":
        """An online store of the settings, with its key."""
        secret = self.secrets.get(secret_name(self.settings, wanted.called)) or ""
        return self._store(wanted, secret, within)

    def _store(
        self, wanted: OnlineStoreSettings, secret: str, within: "Deadline | None" = None
    ) -> "OnlineStore":
        from sync.connect import connect_store

        login = (self.secrets.get("proxy") or "") if wanted.proxy else ""
        return connect_store(wanted, secret, proxy_login=login, within=within)

    def compare(self, name: str, go_on: "GoOn", progress: "Progress") -> "Reconciled":
        """Both sides of a store, member by member, as long as ``go_on`` says so."""
        draft = self.stores.draft_of(name)
        if draft is None:
            raise StoreTrouble(problem="no_address")
        return self._at_the_desk().compare(
            self._store(draft.wanted, draft.secret), draft.wanted,
            lambda: not self._closed and go_on(), progress,
        )  # fmt: skip

    def _applied(self, settings: Settings) -> None:
        self.settings = replace(
            self.settings, online_store=settings.online_store,
            more_online_stores=settings.more_online_stores,
        )  # fmt: skip
        stores_changed(self.services.till, self.settings)
        self.anew()
        if self._begun:
            self.stores.go_on()

    def _door(self) -> "Door":
        from sync.connecting import Door

        return Door(self._store, self._at_the_desk().importing)

    def _at_the_desk(self) -> "AtTheDesk":
        from sync.at_the_desk import AtTheDesk

        return AtTheDesk(
            database=self.database, till=self.services.till, clock=self.clock,
            new_id=self.new_id, listener=self._tell_on, wake=self.hurry,
        )  # fmt: skip

    def _joined(self) -> "HubParts | None":
        """What runs beside a till that has joined a hub, not started."""
        if not self.settings.hub.address:
            return None
        from sync.hub.parts import identity, make_hub

        me = identity(self.database, self.settings.till.code, self.new_id())
        if me is None:
            return None
        return make_hub(
            self.database, me, partial(_hub, self.settings, self.secrets.get("hub") or ""),
            self.settings.hub, clock=self.machine, jitter=random.random, listener=self._heard,
            stores=lambda: [one.called for one in self.settings.online_stores],
        )  # fmt: skip

    def _heard(self, event: Event) -> None:
        """What the hub's worker tells."""
        (self.crew.heard if self.crew is not None else self._tell_on)(event)


def remotes(
    settings: Settings, secrets: Secrets, say: Callable[[str], str], say_hub: Callable[[str], str]
) -> list[Remote]:
    """What the doctor asks: every online store and the hub."""
    from sync.connect import connect_store, try_store

    def asked(one: OnlineStoreSettings) -> tuple[str, str] | None:
        if not one.talks:
            return "another till talks to it", ""
        name = secret_name(settings, one.called)
        secret = secrets.get(name) or ""
        login = (secrets.get("proxy") or "") if one.proxy else ""
        found = try_store(connect_store(one, secret, proxy_login=login))
        if not secret and found and found[1] in ("wrong_password", "wrong_key", "forbidden"):
            return "no key", f"no_key:{name}"
        return found

    stores = settings.online_stores
    name = "online store" if len(stores) == 1 else "online store {}"
    found = [Remote(name.format(one.called), partial(asked, one), say) for one in stores]
    if not stores:
        found.append(Remote("online store", lambda: None, say))
    if settings.hub.address:
        found.append(Remote(HUB, partial(_look_at_hub, settings, secrets), say_hub))
    return found


def _look_at_hub(settings: Settings, secrets: Secrets) -> tuple[str, str]:
    from sync.errors import SyncError

    hub = _hub(settings, secrets.get("hub") or "", 10.0)
    try:
        hub.pull("", 1)
    except SyncError as error:
        return error.problem, error.problem
    finally:
        hub.close()
    return settings.hub.address.rpartition("@")[2], ""


def _hub(settings: Settings, password: str, patience: float) -> "Hub":
    from sync.hub.postgres import PostgresHub

    return PostgresHub(
        settings.hub.address, password, ca=settings.hub.ca, patience=patience,
        patience_to_reserve=patience,
    )  # fmt: skip
