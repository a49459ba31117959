"""What every step of connecting has: one question at a time, which can be stopped; its result."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from terminal.errors import NotAllowed, StoreTrouble, TerminalError
from terminal.i18n import Words
from terminal.services.connecting import ConnectingService
from terminal.services.models import SignedIn
from terminal.staff import Role
from ui.messages import refusal
from ui.sync_advice import asked_advice
from ui.tasks import Runs
from ui.viewmodels.connecting.plan import Plan
from ui.viewmodels.setup.step import Result, Tone

T = TypeVar("T")
_SECOND_MS = 1000


@dataclass(frozen=True, slots=True)
class Desk:
    """What all steps work with. ``who`` answers who is signed in."""

    service: ConnectingService
    runs: Runs
    words: Words
    plan: Plan
    who: Callable[[], SignedIn | None]


class StepModel(QObject):
    """One step. ``changed``: look again; ``went_on``: the step is done, the next one comes."""

    changed = Signal()
    went_on = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words, self.plan = desk.words, desk.plan
        self._desk, self._service = desk, desk.service
        self.busy = False
        self.seconds = 0
        """How long the store has been thinking."""
        self.result = Result()
        self._asked: object | None = None
        self._ticks = QTimer(self)
        self._ticks.setInterval(_SECOND_MS)
        self._ticks.timeout.connect(self._tick)

    # -- what the frame asks -----------------------------------------------------------------

    @property
    def action(self) -> str:
        """What the filled button says; "" is "Next"."""
        return ""

    @property
    def may_go(self) -> bool:
        """Whether the filled button can be pressed."""
        return True

    def enter(self) -> None:
        """The step is in front."""

    def leave(self) -> None:
        """Another one is."""
        self.stop()

    def go(self) -> None:
        """The filled button: do what is left of this step, then on."""
        self.went_on.emit()

    def waits(self) -> str:
        """What is waited for, with the seconds; "" while nothing is."""
        if not self.busy:
            return ""
        w = self.words
        if not self.seconds:
            return w.t("Asking the online store")
        return w.n(
            "Asking the online store · {n} s", "Asking the online store · {n} s", self.seconds
        )

    # -- asking ------------------------------------------------------------------------------

    def say(self, title: str, text: str = "", tone: Tone = "neutral") -> None:
        """Show another result."""
        self.result = Result(title, text, tone)
        self.changed.emit()

    def stop(self) -> None:
        """Wait no longer; an answer that still comes reaches nobody."""
        if self.busy:
            self._over()
            self._service.stop()
            self.say(self.words.t("Stopped."), self.words.t("Nothing was changed."))

    def work_failed(self) -> None:
        """Work failed in a way nobody foresaw: stop waiting for it."""
        if self.busy:
            self._over()
            told = asked_advice("internal", self.words)
            self.say(told.happened, told.todo, "danger")

    def _ask(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """One question at a time, off the GUI thread."""
        if self.busy:
            return
        self.busy, self.seconds = True, 0
        asked = self._asked = object()
        self.result = Result()
        self._ticks.start()
        self.changed.emit()
        self._desk.runs.run(
            work, lambda answer: self._answered(asked, done, answer),
            lambda error: self._refused(asked, error),
        )  # fmt: skip

    def _keep(self) -> None:
        """Connect the store as it is planned, then on. A manager's, who may have left meanwhile."""
        who = self._desk.who()
        if who is None:
            self.trouble(NotAllowed(role="", needed=Role.MANAGER.value))
            return
        draft = self.plan.draft()
        self._ask(lambda: self._service.keep(draft, who), self._kept)

    def _kept(self, name: str) -> None:
        self.plan.name = name
        self.went_on.emit()

    def _answered(self, asked: object, done: Callable[[T], None], answer: T) -> None:
        if asked is self._asked:
            self._over()
            done(answer)
            self.changed.emit()

    def _refused(self, asked: object, error: TerminalError) -> None:
        if asked is self._asked:
            self._over()
            self.trouble(error)

    def trouble(self, error: TerminalError) -> None:
        """Say what went wrong, and the remedy."""
        if isinstance(error, StoreTrouble):
            told = asked_advice(str(error.details.get("problem", "")), self.words)
            tone: Tone = "warning" if error.details.get("passes") else "danger"
            self.say(told.happened, told.todo, tone)
        else:
            self.say(refusal(error, self.words), "", "danger")

    def _over(self) -> None:
        self.busy, self._asked = False, None
        self._ticks.stop()

    def _tick(self) -> None:
        self.seconds += 1
        self.changed.emit()
