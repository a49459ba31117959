"""The first import: how far, how quick, how long still; pause, go on, what happens afterwards."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from terminal.events import ImportMoved
from ui.sync_advice import advice
from ui.viewmodels.connecting.step import Desk, StepModel

_RATE_OVER = 20.0
"""Seconds over which the rate is taken: steady enough to read, quick enough to be true."""


class BringingModel(StepModel):
    """Follows an import that runs by itself; closing the page stops nothing."""

    def __init__(
        self, desk: Desk, seconds: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(desk, parent)
        self._seconds = seconds
        self.state: ImportMoved | None = None
        self._marks: deque[tuple[float, str, int]] = deque()

    def enter(self) -> None:
        """Begin, unless it is done or rests."""
        name = self.plan.name
        self.state = self._service.import_state(name)
        if self.state is None or self.is_running:  # harmless while it runs
            self._ask(lambda: self._service.bring_in(name), self._went_on)
        else:
            self.changed.emit()

    def leave(self) -> None:
        """It goes on by itself."""

    @Slot(object)
    def heard(self, event: object) -> None:
        """Follow the import of this store."""
        if isinstance(event, ImportMoved) and event.store == self.plan.name:
            self._went_on(event)
            self.changed.emit()

    def _went_on(self, state: ImportMoved) -> None:
        if self.state is None or (state.part, state.state) != (self.state.part, self.state.state):
            self._marks.clear()
        self.state = state
        now = self._seconds()
        self._marks.append((now, state.part, state.done))
        while self._marks and now - self._marks[0][0] > _RATE_OVER:
            self._marks.popleft()

    # -- acting ------------------------------------------------------------------------------

    def pause(self) -> None:
        """Stop after what is under way."""
        name = self.plan.name
        self._ask(lambda: self._service.pause(name), self._paused)

    def _paused(self, state: ImportMoved | None) -> None:
        if state is not None:
            self._went_on(state)

    def resume(self) -> None:
        """Go on where it stopped."""
        name = self.plan.name
        self._ask(lambda: self._service.bring_in(name), self._went_on)

    # -- faces -------------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether it can be paused."""
        return self.state is not None and self.state.state in ("open", "waiting")

    @property
    def is_done(self) -> bool:
        """Whether all of it is in."""
        return self.state is not None and self.state.state == "done"

    @property
    def action(self) -> str:
        """What the filled button does."""
        t = self.words.t
        return t("Done") if self.is_done else t("Go on in the background")

    def go(self) -> None:
        """Leave; what runs goes on."""
        self.went_on.emit()

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1, of the part that is brought in now."""
        state = self.state
        if state is None:
            return 0.0
        if state.state == "done":
            return 1.0
        return min(state.done / state.total, 1.0) if state.total else 0.0

    @property
    def title(self) -> str:
        """What goes on, in a sentence."""
        t, state = self.words.t, self.state
        if state is None:
            return t("Getting ready")
        if state.state == "done":
            return t("Everything is in")
        if state.state == "paused":
            return t("Paused")
        if state.state == "waiting":
            return t("The online store is away. It goes on by itself.")
        if state.state == "failed":
            return advice(state.problem, self.words).happened
        return {
            "customers": t("Bringing customers in"),
            "orders": t("Bringing orders in"),
            "products": t("Bringing products in"),
            "members": t("Telling the store of members"),
        }.get(state.part, t("Bringing everything in"))

    @property
    def text(self) -> str:
        """How far, or what to do."""
        w, state = self.words, self.state
        if state is None:
            return ""
        if state.state == "failed":
            told = advice(state.problem, self.words)
            return f"{told.todo} {told.safe}"
        if state.state == "done":
            return w.t("Members and orders are in. Whoever has points here sees them there.")
        done = w.number(state.done)
        if state.total is None:
            return w.t("{done} so far", done=done) if state.done else ""
        return w.t("{done} of {total}", done=done, total=w.number(state.total))

    @property
    def pace(self) -> str:
        """How quick, and how long still; "" while it is not known."""
        w, state = self.words, self.state
        rate = self._rate()
        if state is None or state.state != "open" or rate is None:
            return ""
        quick = w.t("{n} a second", n=w.number(max(round(rate), 1)))
        if not state.total:
            return quick
        return f"{quick} · {self._left((state.total - state.done) / rate)}"

    def _left(self, seconds: float) -> str:
        w = self.words
        if seconds < 60:
            return w.t("less than a minute left")
        minutes = round(seconds / 60)
        if minutes < 90:
            return w.n("about {n} minute left", "about {n} minutes left", minutes)
        hours = round(minutes / 60)
        return w.n("about {n} hour left", "about {n} hours left", hours)

    def _rate(self) -> float | None:
        if len(self._marks) < 2:
            return None
        (since, _, before), (now, _, done) = self._marks[0], self._marks[-1]
        return (done - before) / (now - since) if now > since and done > before else None

    @property
    def next_things(self) -> list[str]:
        """What happens now."""
        t = self.words.t
        told = {
            "sales": t("Each sale here becomes an order there, with its points."),
            "points": t("Points and levels are shown there; sales stay here."),
        }[self.plan.tells]
        members = {
            "known": t("Who shops there with a member’s e-mail address gets points for it."),
            "all": t("Everybody who shops there is a member and gets points for it."),
        }[self.plan.members]
        return [
            t("New orders there are looked for every minute."),
            members,
            told,
            t("Without a connection selling goes on, and what waits is sent later."),
            t("The Sync page says how it stands, and what needs you."),
        ]
