"""The cash drawer: does it open, which way does its switch read, when may it open by itself."""

from typing import Literal

from msgspec.structs import replace
from PySide6.QtCore import QObject

from terminal.i18n import Words
from terminal.services.setup import SetupService
from terminal.settings import DrawerSettings
from ui.messages import printer_cause
from ui.tasks import Runs
from ui.viewmodels.setup.step import Mark, StepModel

Stage = Literal["closed", "opened?", "closing", "done"]
Opens = Literal["never", "cash", "always"]
OPENS: tuple[Opens, ...] = ("never", "cash", "always")

# What is tried one after the other when it did not open: the other plug, the slow way, longer.
_TRIES = (
    DrawerSettings(),
    DrawerSettings(pin=5),
    DrawerSettings(way="queued"),
    DrawerSettings(way="queued", pulse_ms=300),
    DrawerSettings(pin=5, way="queued", pulse_ms=300),
)


class DrawerModel(StepModel):
    """``stage`` says what is asked next. It opens by itself at no sale until somebody says so."""

    def __init__(
        self, service: SetupService, runs: Runs, words: Words, parent: QObject | None = None
    ) -> None:
        super().__init__(service, runs, words, parent)
        self.stage: Stage = "closed"
        self.opens: Opens = service.settings.drawer.opens
        self._try = 0
        self._drawer = _TRIES[0]
        self._levels: dict[str, bool | None] = {}

    @property
    def there_is_one(self) -> bool:
        """Whether a printer is set up for it to hang on."""
        return bool(self.settings.printer.target)

    @property
    def tells(self) -> bool:
        """Whether its switch was seen to change."""
        return None not in self._levels.values() and len(set(self._levels.values())) == 2

    def kick(self) -> None:
        """Read the switch of the closed drawer, then open it."""
        if not self.there_is_one or not self._begin():
            return
        target, drawer, devices = (
            self.settings.printer.target, _TRIES[self._try], self._service.devices,
        )  # fmt: skip
        self._drawer = drawer

        def work() -> tuple[bool | None, str]:
            level = devices.drawer_level(target)
            return level, devices.kick(target, drawer.pin, drawer.way, drawer.pulse_ms)

        self._runs.run(work, self._kicked, self._refused)

    def _kicked(self, told: tuple[bool | None, str]) -> None:
        self.busy = False
        level, cause = told
        t = self.words.t
        if cause == "too_soon":
            self.say(t("Wait a second, then try again."), "", "accent")
            return
        if cause:
            self.say(t("The printer did not take it"), printer_cause(cause, self.words), "warning")
            return
        self._levels = {"closed": level}
        self.stage = "opened?"
        self.say(t("Did the drawer open?"), "", "accent")

    def opened(self, did: bool) -> None:
        """What the person saw: read the switch of the open drawer, or try another way."""
        if did:
            self._look("open", self._saw_open)
            return
        self._try = (self._try + 1) % len(_TRIES)
        self.stage = "closed"
        t = self.words.t
        if self._try:
            self.say(t("Then another way."), t("Close it and try again."), "accent")
        else:
            text = t("Is its cable in the printer’s drawer plug? Is it locked with the key?")
            self.say(t("No way opened it"), text, "warning")

    def _look(self, when: str, done: object) -> None:
        if not self._begin():
            return
        target, devices = self.settings.printer.target, self._service.devices

        def seen(level: bool | None) -> None:
            self.busy = False
            self._levels[when] = level
            done()  # type: ignore[operator]

        self._runs.run(lambda: devices.drawer_level(target), seen, self._refused)

    def _saw_open(self) -> None:
        self.stage = "closing"
        self.say(self.words.t("Good. Now close it."), "", "accent")

    def closed(self) -> None:
        """The person closed it: does its switch say so?"""
        self._look("closed", self._saw_closed)

    def _saw_closed(self) -> None:
        self.stage, t = "done", self.words.t
        if self.tells:
            text = t("The till sees whether it is open.")
            self.say(t("The drawer works"), text, "positive")
        else:
            text = t("It does not tell whether it is open. The till works without knowing.")
            self.say(t("The drawer opens"), text, "positive")

    def choose(self, opens: Opens) -> None:
        """At which sales it opens by itself."""
        self.opens = opens
        self.changed.emit()

    @property
    def marks(self) -> list[Mark]:
        """What was learnt."""
        t = self.words.t
        if self.stage != "done":
            return []
        plug = t("plug {number}", number=str(self._drawer.pin))
        return [Mark(plug), *([Mark(t("tells open from closed"))] if self.tells else [])]

    @property
    def has_news(self) -> bool:
        """Whether a drawer was seen to open, or its opening was chosen anew."""
        return self.stage == "done" or self.opens != self.settings.drawer.opens

    def keep(self) -> None:
        """Keep how it opens and reads."""
        if not self.has_news or not self._begin():
            return
        made = replace(self.settings.drawer, opens=self.opens)
        if self.stage == "done":
            made = replace(
                self._drawer, opens=self.opens,
                open_is_high=self.tells and bool(self._levels["open"]),
            )  # fmt: skip
        keep = self._service.keep_drawer
        self._runs.run(lambda: keep(made), self._kept, self._refused)
