"""What the sync page shows: each connection, what needs a person, what is on its way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from terminal.connecting import Person
from terminal.errors import TerminalError
from terminal.events import ImportMoved, MemberChanged, SaleBooked, SyncStatus
from terminal.i18n import Words
from terminal.ids import Clock
from terminal.outbox import MessageState, MessageStep
from terminal.services.connecting import ConnectingService, Leaving
from terminal.services.deciding import Deciding
from terminal.services.models import MessageView, SignedIn
from terminal.services.overview import HUB, Overview, StoreView, SyncOverview, TaskView
from ui.messages import refusal
from ui.tasks import Runs
from ui.viewmodels.sync_comparing import Compare, Walks
from ui.viewmodels.sync_faces import Blocked, Connection, Faces, QueueRow
from ui.viewmodels.sync_words import Pairs, TaskText, task_told


class Sends(Protocol):
    """What sets messages going."""

    def send_again(self, key: str) -> None: ...
    def sync_now(self) -> None: ...


@dataclass(frozen=True, slots=True)
class SyncDesk:
    """What the page works with. ``compare``: both sides of a store, member by member; None where
    that can't be asked for here. ``walks``: what is known of that."""

    overview: SyncOverview
    sends: Sends
    deciding: Deciding
    connecting: ConnectingService | None = None
    compare: Compare | None = None
    walks: Walks = field(default_factory=Walks)


@dataclass(slots=True)
class Opened:
    """What a person has opened on the page."""

    message: str = ""
    steps: tuple[MessageStep, ...] = ()
    people: tuple[Person, ...] | None = None
    linking: str = ""
    settings: bool = False
    leaving: Leaving | None = None
    given_up: bool = False


class SyncReading(QObject):
    """Sync as it was read last. ``changed``: anything; ``told`` carries a sentence."""

    changed = Signal()
    told = Signal(object)

    def __init__(
        self,
        desk: SyncDesk,
        runs: Runs,
        words: Words,
        clock: Clock,
        who: Callable[[], SignedIn | None] = lambda: None,
        slow: Runs | None = None,
    ) -> None:
        super().__init__()
        self.words = words
        self._desk, self._runs, self._slow = desk, runs, slow or runs
        self._clock, self._who = clock, who
        self._statuses: dict[str, SyncStatus] = {}
        self._status = SyncStatus()
        self._chosen = ""
        self.page = Overview()
        self.open = Opened()

    # -- hearing -----------------------------------------------------------------------------

    def read(self) -> None:
        """Read the queue again."""
        self._runs.run(self._desk.overview.read, self._show, self._refuse, key="sync page")

    @Slot(object)
    def heard(self, event: object) -> None:
        """Follow the connections, and the queue where it may have moved."""
        if isinstance(event, SyncStatus):
            self._status = event
            self._statuses |= {one.store: one for one in event.stores or (event,)}
            self.changed.emit()
        if isinstance(event, SyncStatus | SaleBooked | MemberChanged | ImportMoved):
            self.read()

    def _show(self, page: Overview) -> None:
        self.page = page
        self.changed.emit()

    def _refuse(self, error: TerminalError) -> None:
        self.told.emit(refusal(error, self.words))
        self.changed.emit()

    def work_failed(self) -> None:
        """Work failed in a way nobody foresaw: stop waiting for it."""
        self.changed.emit()

    # -- the connections ---------------------------------------------------------------------

    @property
    def faces(self) -> Faces:
        """What rows and cards are made with now."""
        stores = sum(one.place.kind != HUB for one in self.page.stores)
        return Faces(self.words, self._clock(), several=stores > 1)

    @property
    def chosen(self) -> StoreView | None:
        """The connection whose page shows."""
        stores = self.page.stores
        return next((one for one in stores if one.place.name == self._chosen), None) or (
            stores[0] if stores else None
        )

    def choose(self, name: str) -> None:
        """Show another connection."""
        self._chosen, self.open = name, Opened()
        self.changed.emit()

    def status_of(self, store: StoreView) -> SyncStatus:
        """How it stands; a status without a name is of the only one there is."""
        told_apart = self._status.store or self._status.stores
        alone = SyncStatus("connecting") if told_apart else self._status
        return self._statuses.get(store.place.name, alone)

    @property
    def status(self) -> SyncStatus:
        """Of the connection whose page shows."""
        store = self.chosen
        return self.status_of(store) if store else self._status

    def connections(self) -> list[Connection]:
        """One for each, in the order of the settings."""
        faces = self.faces
        return [
            faces.connection(one, self.status_of(one), len(self._tasks_of(one)))
            for one in self.page.stores
        ]

    def connection(self) -> Connection | None:
        """The one whose page shows."""
        store = self.chosen
        if store is None:
            return None
        return self.faces.connection(store, self.status_of(store), len(self._tasks_of(store)))

    def facts(self) -> Pairs:
        """Its figures."""
        store = self.chosen
        return self.faces.facts(store, self.status_of(store)) if store else ()

    def clock_warning(self) -> str:
        """That clocks differ."""
        store = self.chosen
        return self.faces.clock_warning(store) if store else ""

    @property
    def blocked_count(self) -> int:
        """How many things need a person."""
        counted = sum(one.counts.blocked for one in self.page.stores)
        return (counted if self.page.stores else self._status.blocked) + self.page.open_tasks

    @property
    def can_connect(self) -> bool:
        """Whether stores can be connected from here."""
        return self._desk.connecting is not None

    # -- tasks -------------------------------------------------------------------------------

    def _tasks_of(self, store: StoreView) -> list[TaskView]:
        """Those of a store; those of none are the hub's, or the first one's."""
        name, homeless = store.place.name, self._home_of_homeless()
        known = {one.place.name for one in self.page.stores}
        return [
            view
            for view in self.page.tasks
            if view.task.store == name or (view.task.store not in known and name == homeless)
        ]

    def _home_of_homeless(self) -> str:
        stores = self.page.stores
        hub = next((one.place.name for one in stores if one.place.kind == HUB), "")
        return hub or (stores[0].place.name if stores else "")

    @property
    def task_views(self) -> list[TaskView]:
        """Tasks of the page that shows; without any connection, all."""
        store = self.chosen
        return self._tasks_of(store) if store else list(self.page.tasks)

    def tasks(self) -> list[tuple[TaskView, TaskText]]:
        """The same, in words."""
        return [(view, task_told(view, self.words)) for view in self.task_views]

    # -- the queue ---------------------------------------------------------------------------

    def _messages(self) -> list[MessageView]:
        store = self.chosen
        listed = self.page.given_up if self.open.given_up else self.page.messages
        return [v for v in listed if store is None or v.message.store in ("", store.place.name)]

    def blocked(self) -> list[Blocked]:
        """Messages that a person must look at."""
        if self.open.given_up:
            return []
        faces = self.faces
        return [
            faces.blocked(view)
            for view in self._messages()
            if view.message.state is MessageState.BLOCKED
        ]

    def rows(self) -> list[QueueRow]:
        """Everything open, in the order of leaving; or what was given up."""
        return self.faces.rows(self._messages())

    @property
    def given_up_count(self) -> int:
        """How many messages of this connection were given up."""
        store = self.chosen
        return store.counts.given_up if store else 0

    def show_given_up(self, shown: bool) -> None:
        """List what was given up, or what is open."""
        self.open.given_up, self.open.message = shown, ""
        self.changed.emit()

    def nothing(self) -> tuple[str, str]:
        """What an empty queue means, in two sentences."""
        t, store = self.words.t, self.chosen
        if store is None:
            return t("No online store is set up"), t("Sales and points are kept on this till.")
        if store.filling is not None and store.filling.state != "done":
            return t("Nothing waits to go out"), t("Everything there is brought in first.")
        if self.task_views or self.status.state not in ("online", "off"):
            return t("Nothing waits to go out"), t("What is new is kept here until then.")
        return t("Nothing waits"), t("Both sides know the same.")

    def details(self) -> Pairs:
        """Of the message that is open."""
        for view in (*self.page.messages, *self.page.given_up):
            if view.message.key == self.open.message:
                return self.faces.pairs(view, self.open.steps)
        return ()
