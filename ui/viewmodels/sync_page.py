"""The sync page: what a person does about connections, messages and tasks."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer, Signal

from terminal.connecting import Person
from terminal.errors import NotAllowed
from terminal.i18n import Words
from terminal.ids import Clock, MemberId
from terminal.outbox import MessageStep
from terminal.services.connecting import Leaving
from terminal.services.models import MessageView, SignedIn
from terminal.services.overview import HUB
from terminal.staff import Role
from ui.tasks import Runs
from ui.viewmodels.sync_comparing import Walk
from ui.viewmodels.sync_faces import Blocked, Connection, QueueRow
from ui.viewmodels.sync_reading import Opened, SyncDesk, SyncReading

__all__ = ["Blocked", "Connection", "QueueRow", "SyncDesk", "SyncModel"]

_TICK_MS: Final = 300
"""How often a person sees that comparing gets on."""


class SyncModel(SyncReading):
    """Sync as a person sees it and acts on it. ``walked``: comparing got further."""

    walked = Signal()

    def __init__(
        self,
        desk: SyncDesk,
        runs: Runs,
        words: Words,
        clock: Clock,
        who: Callable[[], SignedIn | None] = lambda: None,
        slow: Runs | None = None,
    ) -> None:
        super().__init__(desk, runs, words, clock, who, slow)
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK_MS)
        self._ticks.timeout.connect(self._look)
        if self.comparing:  # begun on a page that was left
            self._ticks.start()

    # -- tasks -------------------------------------------------------------------------------

    def answer(self, task_id: str, answer: str) -> None:
        """A person has decided."""
        self._as_person(lambda who: self._desk.deciding.answer(task_id, answer, who), self._decided)

    def _decided(self, settled: object) -> None:
        t = self.words.t
        self.told.emit(t("Done.") if settled else t("Somebody has decided it already."))
        self.read()

    # -- acting on messages ------------------------------------------------------------------

    def open_message(self, key: str) -> None:
        """See what a message tells and what became of it; once more closes it."""
        if self.open.message == key:
            self.open.message, self.open.steps = "", ()
            self.changed.emit()
            return
        self.open.message, self.open.steps = key, ()
        self._runs.run(
            lambda: self._desk.overview.history(key), self._opened, self._refuse, key="history"
        )

    def _opened(self, steps: tuple[MessageStep, ...]) -> None:
        self.open.steps = steps
        self.changed.emit()

    def sync_now(self) -> None:
        """Don't wait for the timer."""
        self._runs.run(self._desk.sends.sync_now, self._hurried, self._refuse)

    def _hurried(self, _: None) -> None:
        self.told.emit(self.words.t("Sending and fetching now."))
        self.read()

    def send_again(self, key: str) -> None:
        """A person has looked at it: try once more."""
        self._runs.run(lambda: self._desk.sends.send_again(key), self._released, self._refuse)

    def _released(self, _: object) -> None:
        self.open.linking, self.open.people = "", None
        self.told.emit(self.words.t("It is sent again now."))
        self.read()

    def give_up(self, key: str, reason: str) -> None:
        """It need not be told, for a reason."""
        self._as_person(lambda who: self._desk.deciding.give_up(key, reason, who), self._gave_up)

    def _gave_up(self, _: object) -> None:
        self.told.emit(self.words.t("Given up. It stays in the list of what was given up."))
        self.read()

    def look_for_people(self, key: str, email: str = "") -> None:
        """Whom the store may mean by this member."""
        connecting, view = self._desk.connecting, self._view(key)
        if connecting is None or view is None:
            return
        self.open.linking, self.open.people = key, None
        self.changed.emit()
        name, member = view.message.store, view.member_id
        self._slow.run(
            lambda: connecting.people(name, member, email), self._found, self._refuse, key="people"
        )

    def _found(self, people: tuple[Person, ...]) -> None:
        self.open.people = people
        self.changed.emit()

    def stop_linking(self) -> None:
        """Nobody of them."""
        self.open.linking, self.open.people = "", None
        self.changed.emit()

    def link(self, key: str, customer_id: str) -> None:
        """The member is this customer there."""
        work = self._desk.deciding.link
        self._as_person(lambda who: work(key, customer_id, who), self._released)

    def _view(self, key: str) -> MessageView | None:
        return next((v for v in self.page.messages if v.message.key == key), None)

    def member_of(self, key: str) -> MemberId | None:
        """Whose message it is."""
        view = self._view(key)
        return view.member_id if view else None

    # -- the connection itself ---------------------------------------------------------------

    def toggle_settings(self) -> None:
        """What can be changed of this connection."""
        self.open.settings, self.open.leaving = not self.open.settings, None
        self.changed.emit()

    def ask_to_leave(self) -> None:
        """What would stay untold if it were disconnected."""
        connecting, store = self._desk.connecting, self.chosen
        if connecting is not None and store is not None:
            name = store.place.name
            self._runs.run(lambda: connecting.leaving(name), self._may_leave, self._refuse)

    def _may_leave(self, leaving: Leaving) -> None:
        self.open.leaving = leaving
        self.changed.emit()

    def leaving_told(self) -> str:
        """What happens to what waits."""
        leaving, w = self.open.leaving, self.words
        if leaving is None:
            return ""
        parts = [w.t("Members, points and sales stay here; there nothing is deleted.")]
        waiting = leaving.waiting + leaving.blocked
        if waiting:
            parts.append(w.n(
                "{n} message was not told yet: it is kept, and leaves if this store is connected "
                "again.",
                "{n} messages were not told yet: they are kept, and leave if this store is "
                "connected again.",
                waiting,
            ))  # fmt: skip
        if leaving.erasures:
            parts.append(w.n(
                "{n} person asked to be forgotten and is still known there: do it by hand.",
                "{n} people asked to be forgotten and are still known there: do it by hand.",
                leaving.erasures,
            ))  # fmt: skip
        return " ".join(parts)

    def leave(self) -> None:
        """Take it out of the settings."""
        connecting, store = self._desk.connecting, self.chosen
        if connecting is not None and store is not None:
            name = store.place.name
            self._as_person(lambda who: connecting.disconnect(name, who), self._left)

    def _left(self, _: object) -> None:
        self.open = Opened()
        self.told.emit(self.words.t("Disconnected. Its key is forgotten here."))
        self.read()

    # -- comparing ---------------------------------------------------------------------------

    @property
    def can_compare(self) -> bool:
        """Whether both sides can be compared on demand."""
        store = self.chosen
        return (
            self._desk.compare is not None and store is not None and store.place.kind != HUB
            and store.place.talks
        )  # fmt: skip

    @property
    def comparing(self) -> bool:
        """Whether both sides are compared now, though another page began it."""
        return self._desk.walks.now is not None

    def compare(self) -> None:
        """Compare both sides, member by member."""
        compare, store, walks = self._desk.compare, self.chosen, self._desk.walks
        if compare is None or store is None or self.comparing:
            return
        walk = walks.now = Walk(store.place.name)
        self._ticks.start()
        self.changed.emit()
        self._slow.run(
            lambda: walks.walk(compare, walk, self._clock), lambda _: self._look(), self._refuse
        )

    def stop_comparing(self) -> None:
        """After the member under way; the next walk goes on from there."""
        self._desk.walks.stop()
        self.walked.emit()

    def walk_told(self) -> str:
        """How far comparing is; "" where nobody compares."""
        walk = self._desk.walks.now
        return walk.told(self.words) if walk is not None else ""

    @property
    def may_stop(self) -> bool:
        """Whether comparing goes on and nobody has stopped it."""
        walk = self._desk.walks.now
        return walk is not None and walk.goes_on()

    @property
    def report(self) -> str:
        """What comparing came to last, now or by night."""
        store = self.chosen
        return self._desk.walks.told(store, self.words) if store is not None else ""

    def _look(self) -> None:
        """See how far comparing is; once it has ended, what it came to."""
        if self.comparing:
            self.walked.emit()
            return
        self._ticks.stop()
        self.read()

    # -- people ------------------------------------------------------------------------------

    @property
    def is_manager(self) -> bool:
        """Whether a manager is signed in."""
        who = self._who()
        return who is not None and who.role is Role.MANAGER

    def _as_person(
        self, work: Callable[[SignedIn], object], done: Callable[[object], None]
    ) -> None:
        who = self._who()
        if who is None:
            self._refuse(NotAllowed(role="", needed=Role.MANAGER.value))
            return
        self._runs.run(lambda: work(who), done, self._refuse)
