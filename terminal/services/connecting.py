"""Connecting online stores: what the guided page does, and what it keeps.

Asking goes through ``StoreDoor``, one visit at a time; what is decided goes into settings.toml, the
key into the key ring, and nothing else ever holds it. A store's name is what its links and cursors
are kept under: a store that comes back gets its name again, another one never does.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

import msgspec

from terminal import settings_file
from terminal.cards import CardState
from terminal.connecting import (
    Draft,
    Found,
    Greeting,
    NeedSeen,
    Person,
    Rehearsal,
    RightSeen,
    StoreDoor,
    StoreVisit,
    Told,
)
from terminal.errors import NotAllowed, StoreThere, StoreTrouble
from terminal.events import ImportMoved
from terminal.ids import Clock, MemberId
from terminal.outbox import MessageKind, day_start
from terminal.ports import Database, UnitOfWork
from terminal.services.filling import FEED, Filling, kept_as, where_it_is, where_it_stands
from terminal.services.models import SignedIn
from terminal.settings import OnlineStoreSettings, Settings
from terminal.staff import Role

SECRET: Final = "online-store"  # noqa: S105 - the name of a secret, not one
_ADDRESS: Final = "address"
_MANY: Final = 1000


class SecretStore(Protocol):
    """Where keys are kept; ``terminal.secrets.Secrets`` is one."""

    def get(self, name: str) -> str | None: ...
    def put(self, name: str, secret: str) -> None: ...
    def drop(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Leaving:
    """What stays untold when a store is disconnected. ``erasures`` are people who asked to be
    forgotten and are still known there: somebody has to do it by hand."""

    waiting: int
    blocked: int
    erasures: int


def secret_name(settings: Settings, name: str) -> str:
    """Under which name the key of a connected store is kept."""
    first = settings.online_store
    return SECRET if first.kind != "none" and first.called == name else f"{SECRET}-{name}"


class ConnectingService:
    """``applied`` is told of every change of the stores, on the thread that made it; ``ready`` when
    a store's first import is in. ``hand_over`` gives a first import to the process that syncs these
    data, to begin (``open``) or to rest (``paused``); False: it is this one. ``stop`` may be called
    from any thread, the rest is for a lane."""

    def __init__(
        self,
        door: StoreDoor,
        database: Database,
        secrets: SecretStore,
        path: Path,
        settings: Settings,
        *,
        clock: Clock,
        seconds: Callable[[], float],
        applied: Callable[[Settings], None] = lambda settings: None,
        ready: Callable[[str], None] = lambda name: None,
        tell: Callable[[ImportMoved], None] = lambda event: None,
        hand_over: Callable[[str, str], bool] = lambda name, wish: False,
    ) -> None:
        self._door, self._database, self._secrets = door, database, secrets
        self._path, self._settings = path, settings
        self._clock, self._seconds = clock, seconds
        self._applied, self._ready, self._tell = applied, ready, tell
        self._hand_over = hand_over
        self._visit: tuple[Draft, StoreVisit] | None = None
        self._fillings: dict[str, Filling] = {}
        self._halt = threading.Event()

    @property
    def settings(self) -> Settings:
        """As they are now."""
        return self._settings

    @property
    def stores(self) -> tuple[OnlineStoreSettings, ...]:
        """Those that are connected."""
        return self._settings.online_stores

    def store(self, name: str) -> OnlineStoreSettings | None:
        """A connected store by its name."""
        return next((one for one in self.stores if one.called == name), None)

    # -- asking ------------------------------------------------------------------------------

    def recognise(self, typed: str, ca: str = "", own: str = "") -> Found:
        """What answers at an address. Raises StoreTrouble; StoreThere where it is connected, but
        for the store called ``own``."""
        self._halt.clear()
        found = self._door.recognise(typed, ca, self._halt.is_set)
        for known in self.stores:
            same = (known.kind, known.url.rstrip("/")) == (found.kind, found.url.rstrip("/"))
            if same and known.called != own:
                raise StoreThere(name=known.called, url=known.url)
        return found

    def greet(self, draft: Draft) -> Greeting:
        """Ask to be let in. Raises StoreTrouble."""
        greeting = self._at(draft).greet()
        if greeting.currency and greeting.currency != self._settings.shop.currency:
            raise StoreTrouble(problem="other_currency", where=greeting.currency)
        return greeting

    def rights(self, draft: Draft) -> tuple[RightSeen, ...]:
        """What the key may do there. Raises StoreTrouble."""
        return tuple(self._at(draft).rights())

    def needs(self, draft: Draft) -> tuple[NeedSeen, ...]:
        """What must be set up there. Raises StoreTrouble."""
        return tuple(self._at(draft).needs())

    def prepare(self, draft: Draft, codes: Sequence[str]) -> tuple[NeedSeen, ...]:
        """Make what a person agreed to, and look again. Raises StoreTrouble."""
        visit = self._at(draft)
        visit.prepare(codes)
        return tuple(visit.needs())

    def rehearse(self, draft: Draft, told: Told) -> Rehearsal:
        """Count what a first import would do. Raises StoreTrouble."""
        visit = self._at(self.named(draft))
        return visit.rehearse(told, lambda: not self._halt.is_set())

    def stop(self) -> None:
        """Whoever waits has lost patience: what is asked now ends soon."""
        self._halt.set()
        if self._visit is not None:
            self._visit[1].close()

    def leave(self) -> None:
        """The page is gone."""
        self.stop()
        self._visit = None

    def _at(self, draft: Draft) -> StoreVisit:
        """The visit that is under way, if it is this draft's: so that nobody signs in twice."""
        if self._visit is None or self._visit[0] != draft or self._halt.is_set():
            if self._visit is not None:
                self._visit[1].close()
            self._halt.clear()
            self._visit = draft, self._door.visit(draft)
        return self._visit[1]

    # -- keeping -----------------------------------------------------------------------------

    def named(self, draft: Draft) -> Draft:
        """The draft under the name that it will have."""
        if draft.wanted.name:
            return draft
        wanted = msgspec.structs.replace(draft.wanted, name=self._name(draft.wanted))
        return Draft(wanted, draft.secret)

    def keep(self, draft: Draft, who: SignedIn) -> str:
        """Connect the store: settings, key, and a first import that waits to begin. Answers its
        name. Raises NotAllowed, SettingsBroken, FileNotWritten."""
        _only_manager(who)
        draft = self.named(draft)
        name, before = draft.wanted.called, self.store(draft.wanted.called)
        changes = self._changes(draft.wanted, before)
        first = self._settings.online_store
        is_first = before is first or (before is None and first.kind == "none")
        self._secrets.put(SECRET if is_first else f"{SECRET}-{name}", draft.secret)
        self._remember(draft.wanted, is_new=before is None)
        self._settings = settings_file.change(self._path, changes)
        self._applied(self._settings)
        return name

    def disconnect(self, name: str, who: SignedIn) -> None:
        """Take a store out of the settings and its key out of the key ring. What it was not told
        stays in the outbox. Raises NotAllowed, SettingsBroken."""
        _only_manager(who)
        filling = self._fillings.pop(name, None)
        if filling is not None:
            filling.stop()
        before, key = self.store(name), secret_name(self._settings, name)
        if before is None:
            return
        if before is self._settings.online_store:
            gone = settings_file.as_changes("online_store", OnlineStoreSettings(), before)
            self._settings = settings_file.change(self._path, gone)
        else:
            self._settings = settings_file.change(self._path, self._others(name))
        self._secrets.drop(key)
        self._applied(self._settings)

    def leaving(self, name: str) -> Leaving:
        """What would stay untold."""
        with self._database.read() as uow:
            counts = uow.outbox.counts(day_start(self._clock()), name)
            erasures = sum(
                one.store == name and one.kind is MessageKind.ERASE
                for one in uow.outbox.open(_MANY)
            )
        return Leaving(counts.waiting, counts.blocked, erasures)

    def people(self, name: str, member_id: MemberId | None, email: str = "") -> tuple[Person, ...]:
        """Customers of a store who may be this member: by an address that was typed, else by the
        member's own address and newest card. Raises StoreTrouble."""
        emails, cards = ((email.strip().lower(),), ()) if email.strip() else self._marks(member_id)
        visit = self._door.visit(self._known(name))
        try:
            asked = [(one, "") for one in emails if one] + [("", one) for one in cards]
            seen = [visit.person(*one) for one in asked]
        finally:
            visit.close()
        return tuple({one.id: one for one in seen if one is not None}.values())

    def _marks(self, member_id: MemberId | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """By what a member is known: e-mail address, active cards."""
        if member_id is None:
            return (), ()
        with self._database.read() as uow:
            member, cards = uow.members.get(member_id), uow.members.cards(member_id)
        active = tuple(card.number for card in cards if card.state is CardState.ACTIVE)
        return (member.email if member else "",), active

    def draft_of(self, name: str) -> Draft | None:
        """A connected store with its key, to look again or to be given another one."""
        wanted = self.store(name)
        if wanted is None:
            return None
        return Draft(wanted, self._secrets.get(secret_name(self._settings, name)) or "")

    def _changes(
        self, wanted: OnlineStoreSettings, before: OnlineStoreSettings | None
    ) -> settings_file.Changes:
        first = self._settings.online_store
        if before is first or (before is None and first.kind == "none"):
            return settings_file.as_changes("online_store", wanted, first)
        kept = self._others(wanted.called)["more_online_stores",]
        return {("more_online_stores",): [*kept, settings_file.as_table(wanted)]}

    def _others(self, name: str) -> dict[tuple[str, ...], list[Mapping[str, object]]]:
        more = self._settings.more_online_stores
        kept: list[Mapping[str, object]] = [
            settings_file.as_table(one) for one in more if one.called != name
        ]
        return {("more_online_stores",): kept}

    def _name(self, wanted: OnlineStoreSettings) -> str:
        """Its name from before, else its kind, else its kind with a number."""
        taken = {one.called for one in self.stores}
        numbered = (f"{wanted.kind}-{number}" for number in range(2, len(taken) + _MANY))
        with self._database.read() as uow:
            for name in (wanted.kind, *numbered):
                if name not in taken and _free(uow, name, wanted.url):
                    return name
        raise StoreTrouble(problem="internal", where="name")  # a thousand stores of one kind

    def _remember(self, wanted: OnlineStoreSettings, *, is_new: bool) -> None:
        """Also that its first import is still to come: no worker may begin before."""
        name = wanted.called
        with self._database.write() as uow:
            uow.sync.put_cursor(name, _ADDRESS, wanted.url)
            if is_new and where_it_is(uow, name) is None:
                uow.sync.put_cursor(name, FEED, kept_as(ImportMoved(name, "open")))
            uow.commit()

    def changed_elsewhere(self, settings: Settings) -> None:
        """Another process has connected stores, disconnected them, or given another key."""
        known = {one.called for one in settings.online_stores}
        self._settings = settings
        for name in self._fillings.keys() - known:
            self._fillings.pop(name).stop()
        self._applied(settings)

    # -- the first import --------------------------------------------------------------------

    def bring_in(self, name: str) -> ImportMoved:
        """Begin the first import of a connected store, or go on with it."""
        if self._hand_over(name, "open"):
            return self._will_be(name, "open")
        filling = self._fillings.get(name)
        if filling is None:
            filling = self._fillings[name] = Filling(
                name, self._database, lambda: self._door.visit(self._known(name)),
                tell=self._tell, filled=self._ready, seconds=self._seconds,
            )  # fmt: skip
        filling.begin()
        return filling.state

    def pause(self, name: str) -> ImportMoved | None:
        """Stop until somebody goes on, if it runs."""
        if self._hand_over(name, "paused"):
            return self._will_be(name, "paused")
        filling = self._fillings.get(name)
        if filling is not None:
            filling.pause()
        return self.import_state(name)

    def _will_be(self, name: str, state: str) -> ImportMoved:
        """As it stands once the other process has done what it was asked for."""
        known = where_it_stands(self._database, name) or ImportMoved(name, state)
        if known.state == "done":
            return known
        return replace(known, state=state, problem="", where="")

    def import_state(self, name: str) -> ImportMoved | None:
        """Where it stands; None: never begun here."""
        filling = self._fillings.get(name)
        return filling.state if filling else where_it_stands(self._database, name)

    def is_filled(self, name: str) -> bool:
        """Whether its worker may run: no first import is under way or open."""
        state = self.import_state(name)
        return state is None or state.state == "done"

    def go_on(self) -> None:
        """The till was opened: go on with imports that nobody paused."""
        for one in self.stores:
            state = self.import_state(one.called)
            if one.talks and state is not None and state.state in ("open", "waiting"):
                self.bring_in(one.called)

    def close(self) -> None:
        """End what runs; it goes on with the next start."""
        self.leave()
        for filling in self._fillings.values():
            filling.stop()

    def _known(self, name: str) -> Draft:
        draft = self.draft_of(name)
        if draft is None:
            raise StoreTrouble(problem="no_address", where="")
        return draft


def _free(uow: UnitOfWork, name: str, url: str) -> bool:
    """Whether nothing is kept under this name, or what is kept is of this address."""
    address = uow.sync.cursor(name, _ADDRESS)
    if address is not None:
        return address == url
    return not any(uow.sync.links(name, kind, "", 1) for kind in ("member", "sale"))


def _only_manager(who: SignedIn) -> None:
    if who.role is not Role.MANAGER:
        raise NotAllowed(role=who.role.value, needed=Role.MANAGER.value)
