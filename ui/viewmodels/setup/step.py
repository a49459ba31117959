"""What every step of the set-up has, and how it says a result."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal

from terminal.errors import TerminalError
from terminal.i18n import Words
from terminal.services.setup import Found, SetupService
from terminal.settings import Settings
from ui.messages import refusal
from ui.tasks import Runs

Tone = Literal["neutral", "accent", "positive", "warning", "danger"]


@dataclass(frozen=True, slots=True)
class Result:
    """What a try led to: a sentence in bold, one more, and how it is meant."""

    title: str = ""
    text: str = ""
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that was seen on the way, as a chip."""

    text: str
    good: bool = True


class StepModel(QObject):
    """One step. ``changed``: look again. ``kept`` comes when what it learnt is in the settings.

    Everything that asks a device runs through ``_ask``, one thing at a time: ``busy`` meanwhile.
    """

    changed = Signal()
    kept = Signal()

    def __init__(
        self, service: SetupService, runs: Runs, words: Words, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.words = words
        self._service, self._runs = service, runs
        self.busy = False
        self.result = Result()
        self.found: tuple[Found, ...] = ()

    @property
    def settings(self) -> Settings:
        """As they are now."""
        return self._service.settings

    @property
    def has_news(self) -> bool:
        """Whether something was learnt that is not kept yet."""
        return False

    def enter(self) -> None:
        """The step is in front."""

    def leave(self) -> None:
        """Another one is."""

    def show_found(self, found: tuple[Found, ...]) -> None:
        """What is connected now."""
        if found != self.found:
            self.found = found
            self.changed.emit()

    def keep(self) -> None:
        """Put what was learnt into the settings; ``kept`` follows, or a sentence."""
        self.kept.emit()

    def say(self, title: str, text: str = "", tone: Tone = "neutral") -> None:
        """Show another result."""
        self.result = Result(title, text, tone)
        self.changed.emit()

    def work_failed(self) -> None:
        """Work failed in a way nobody foresaw: stop waiting for it."""
        self.busy = False
        self.changed.emit()

    def _refused(self, error: TerminalError) -> None:
        self.busy = False
        self.say(self.words.t("That could not be kept."), refusal(error, self.words), "danger")

    def _kept(self, settings: Settings) -> None:
        del settings
        self.busy = False
        self.changed.emit()
        self.kept.emit()

    def _begin(self) -> bool:
        """Whether work may begin; it is busy from now on."""
        if self.busy:
            return False
        self.busy = True
        self.changed.emit()
        return True
