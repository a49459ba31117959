"""What the customer sees: a pole display of two lines, or a second screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace
from PySide6.QtCore import QObject

from terminal.i18n import Words
from terminal.services.setup import Found, SetupService
from terminal.settings import DisplaySettings
from ui.tasks import Runs
from ui.viewmodels.setup.step import StepModel

Protocol = Literal["escpos", "cd5220"]
Charset = Literal["ascii", "latin", "greek", "cyrillic", "central"]
PROTOCOLS: tuple[Protocol, ...] = ("escpos", "cd5220")
CHARSETS: tuple[Charset, ...] = ("ascii", "latin", "greek", "cyrillic", "central")
BEHIND_PRINTER = "printer"


@dataclass(frozen=True, slots=True)
class ScreenFace:
    """A screen of this machine: its number beside the till's own (1 the first), its name."""

    number: int
    name: str


class DisplayModel(StepModel):
    """``target`` is the pole that is tried, ``screen`` the second screen that is chosen."""

    def __init__(
        self,
        service: SetupService,
        runs: Runs,
        words: Words,
        screens: Sequence[ScreenFace] = (),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(service, runs, words, parent)
        now = service.settings.display
        self.screens = tuple(screens)
        self.target, self.screen = now.target, now.screen
        self.protocol: Protocol = now.protocol
        self.charset: Charset = now.charset
        self.shown = False

    @property
    def choices(self) -> list[tuple[str, Found | None]]:
        """Where a pole can be: a free serial line, or behind the printer."""
        taken = {one.port for one in self.settings.scanners}
        printers = " ".join(one.target for one in self.settings.printers)
        lines: list[tuple[str, Found | None]] = [
            (f"serial://{one.lasting}?baud=9600", one)
            for one in self.found
            if one.kind == "serial"
            and not taken & {one.address, one.identity or one.address}
            and one.lasting not in printers
        ]
        behind = [(BEHIND_PRINTER, None)] if self.settings.printer.target else []
        return [*lines, *behind]

    def choose(self, target: str) -> None:
        """Try a pole there; the same again takes it away."""
        self.target = "" if target == self.target else target
        self.shown = False
        self.say("")
        if self.target:
            self.show_sample()

    def choose_protocol(self, number: int) -> None:
        """The language it is spoken to in."""
        self.protocol = PROTOCOLS[number]
        self.show_sample()

    def choose_charset(self, number: int) -> None:
        """The letters it is believed to have."""
        self.charset = CHARSETS[number]
        self.show_sample()

    def choose_screen(self, number: int) -> None:
        """The second screen; 0 for none."""
        self.screen = number
        self.changed.emit()

    def show_sample(self) -> None:
        """Show two lines on the pole; a person looks whether they can be read."""
        if not self.target or not self._begin():
            return
        target, printer, devices = (
            self.target, self.settings.printer.target, self._service.devices,
        )  # fmt: skip
        protocol, charset = self.protocol, self.charset
        self._runs.run(
            lambda: devices.show(target, printer, protocol, charset), self._was_shown, self._refused
        )

    def _was_shown(self, cause: str) -> None:
        self.busy, t = False, self.words.t
        self.shown = not cause
        if cause:
            text = t("Check its cable and power, then try again.")
            self.say(t("The display can't be reached"), text, "warning")
        else:
            text = t("If not, try other letters or the other language of displays.")
            self.say(t("Can both lines be read?"), text, "accent")

    @property
    def made(self) -> DisplaySettings:
        """What was chosen."""
        return replace(
            self.settings.display, target=self.target, protocol=self.protocol,
            charset=self.charset, screen=self.screen,
        )  # fmt: skip

    @property
    def has_news(self) -> bool:
        """Whether something else was chosen than is kept."""
        return self.made != self.settings.display

    def keep(self) -> None:
        """Keep what was chosen."""
        if not self.has_news or not self._begin():
            return
        made, keep = self.made, self._service.keep_display
        self._runs.run(lambda: keep(made), self._kept, self._refused)
