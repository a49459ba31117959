"""All of one till's sync in one place: the hub, the workers of its online stores, and what the sync
page works with. Made by ``main`` over the books; knows no window.

The hub's parts are made with the books, since a sale with points asks the hub; the workers when the
till begins to sync. Which stores there are may change while it runs: then the workers are made
anew, and those of a store whose first import is under way wait for its end.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from terminal.clock import CorrectedClock, known_offset
from terminal.connecting import LateDoor
from terminal.errors import StoreTrouble
from terminal.events import Event
from terminal.granting import GrantsPoints
from terminal.ids import Clock, MemberId, NewId
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
    from sync.at_the_desk import AtTheDesk
    from sync.connecting import Door
    from sync.crew import SyncCrew
    from sync.deadline import Deadline
    from sync.hub.parts import HubParts
    from sync.hub.remote import Hub
    from sync.online_store import OnlineStore
    from sync.reconcile import Reconciled


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
    _begun: bool = False
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
        self.services = services
        self.stores = ConnectingService(
            LateDoor(self._door), self.database, self.secrets, self.folder / "settings.toml",
            self.settings, clock=self.clock, seconds=time.monotonic, applied=self._applied,
            ready=lambda _name: self.anew(), tell=self.tell,
        )  # fmt: skip

    def desk(
        self,
    ) -> tuple[
        SyncOverview, OnlineDesk, Deciding, ConnectingService, "Callable[[str], Reconciled]"
    ]:
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
            self.crew = SyncCrew(self.tell, clock=self.clock, offset=self.clock.learn)
            if self.hub is not None:
                self.crew.hire(self.hub.worker)
        self._hire_stores(self.crew)
        return self.crew

    def _hire_stores(self, crew: "SyncCrew") -> None:
        from sync.connect import Parts, hire_stores
        from sync.hub.elected import ElectedEngine

        hub = self.hub
        parts = Parts(
            database=self.database, till=self.services.till, clock=self.clock, new_id=self.new_id,
            jitter=random.random, listener=self.tell, machine=self.machine,
            offset=self.clock.learn, alone=hub is None,
            elected=(lambda e: ElectedEngine(e, hub.election, e.name)) if hub else lambda e: e,
        )  # fmt: skip
        stores = self.settings.online_stores
        filled = [one for one in stores if self.stores.is_filled(one.called)]
        hire_stores(crew, filled, self.open_store, parts)

    @property
    def filling(self) -> tuple[str, ...]:
        """Online stores that this till talks to and whose first import is not done."""
        mine = [one.called for one in self.settings.online_stores if one.talks]
        return tuple(name for name in mine if not self.stores.is_filled(name))

    def start(self) -> None:
        """Begin, and go on with a first import that was broken off."""
        self._begun = True
        self.anew()
        self.stores.go_on()

    def anew(self) -> None:
        """Other online stores, or one more that is filled: other workers."""
        if not self._begun:
            return
        with self._lock:
            if self.crew is not None:
                self.crew.dismiss(keep=HUB)
            self.build().start()

    def wake(self) -> None:
        """Something was booked."""
        if self.crew is not None:
            self.crew.wake()

    def hurry(self, store: str = "") -> None:
        """A person asked for it."""
        if self.crew is not None:
            self.crew.hurry(store)

    def look_at(self, member_id: MemberId) -> None:
        """Somebody stands at the till: see what is new of them online, in the background."""
        if self.crew is not None:
            self.crew.look_at(member_id)

    def close(self) -> None:
        """End all of it."""
        self._begun = False
        if hasattr(self, "stores"):
            self.stores.close()
        with self._lock:
            if self.crew is not None:
                self.crew.stop()
            if self.hub is not None:
                self.hub.close()

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

    def compare(self, name: str) -> "Reconciled":
        """Both sides of a store, member by member."""
        draft = self.stores.draft_of(name)
        if draft is None:
            raise StoreTrouble(problem="no_address")
        return self._at_the_desk().compare(self._store(draft.wanted, draft.secret), draft.wanted)

    def _applied(self, settings: Settings) -> None:
        self.settings = replace(
            self.settings, online_store=settings.online_store,
            more_online_stores=settings.more_online_stores,
        )  # fmt: skip
        stores_changed(self.services.till, self.settings)
        self.anew()

    def _door(self) -> "Door":
        from sync.connecting import Door

        return Door(self._store, self._at_the_desk().importing)

    def _at_the_desk(self) -> "AtTheDesk":
        from sync.at_the_desk import AtTheDesk

        return AtTheDesk(
            database=self.database, till=self.services.till, clock=self.clock,
            new_id=self.new_id, listener=self.tell, wake=self.hurry,
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
        )  # fmt: skip

    def _heard(self, event: Event) -> None:
        """What the hub's worker tells."""
        (self.crew.heard if self.crew is not None else self.tell)(event)


def remotes(
    settings: Settings, secrets: Secrets, say: Callable[[str], str], say_hub: Callable[[str], str]
) -> list[Remote]:
    """What the doctor asks: every online store and the hub."""
    from sync.connect import connect_store, try_store

    def asked(one: OnlineStoreSettings) -> tuple[str, str] | None:
        if not one.talks:
            return "another till talks to it", ""
        secret = secrets.get(secret_name(settings, one.called)) or ""
        login = (secrets.get("proxy") or "") if one.proxy else ""
        return try_store(connect_store(one, secret, proxy_login=login))

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
