"""Setting the devices of a till up: what the pages need from outside, and what they keep.

``SetupDevices`` is the hardware as the pages see it; ``devices.probing.Probe`` is it. Everything
it answers is data: what a device can do wrong is a cause, never an exception. ``SetupService``
writes what was learnt into settings.toml and tells who uses the devices.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec

from terminal import settings_file
from terminal.services.setup_learning import Burst
from terminal.settings import (
    DisplaySettings,
    DrawerSettings,
    PrinterSettings,
    ScannerSettings,
    Settings,
)

Step = Literal["scanner", "printer", "sheet", "drawer", "display"]
STEPS: tuple[Step, ...] = ("scanner", "printer", "sheet", "drawer", "display")


class Found(Protocol):
    """Something that is plugged in or was found, now."""

    @property
    def kind(self) -> str:
        """``serial``, ``usb_printer`` (a device file), ``queue`` (a spooler), ``network``."""
        ...

    @property
    def address(self) -> str:
        """Where it is now: a path, ``tcp://…``, ``cups:…``."""
        ...

    @property
    def identity(self) -> str:
        """Where it is found from now on, ``usb:VID:PID…``; "" where only the address is known."""
        ...

    @property
    def lasting(self) -> str:
        """A path that stays when it is plugged in elsewhere, or the address."""
        ...

    @property
    def name(self) -> str:
        """What it calls itself, or its address."""
        ...

    @property
    def problem(self) -> str:
        """Why it can't be opened: ``not_allowed``, ``busy``, ``missing`` …; "" when it can."""
        ...

    @property
    def holder(self) -> str:
        """The program that holds it, where that can be seen."""
        ...


class PrinterFacts(Protocol):
    """What a printer said of itself."""

    @property
    def target(self) -> str:
        """The address that answered, with the speed that was found."""
        ...

    @property
    def cause(self) -> str:
        """Why it can't print now ("" when it can): the codes of ``ui.messages.printer_cause``."""
        ...

    @property
    def answers(self) -> bool:
        """Whether it said anything at all; a queue or a one-way cable never does."""
        ...

    @property
    def model(self) -> str:
        """Maker and model as it names them, or ""."""
        ...

    @property
    def profile(self) -> str:
        """The profile (``paper`` in the settings) of that model, else the one that was chosen."""
        ...

    @property
    def paper_low(self) -> bool: ...

    @property
    def picture_seconds(self) -> int:
        """How long a slip of 25 lines takes over this way when all of it is a picture."""
        ...


class SheetFacts(Protocol):
    """What became of a test sheet."""

    @property
    def state(self) -> str:
        """``printed``, ``sent``, ``waiting`` or ``unknown``."""
        ...

    @property
    def cause(self) -> str: ...

    @property
    def confirms(self) -> bool:
        """Whether it said by ``GS ( H`` that the sheet was out."""
        ...


class SetupDevices(Protocol):
    """The hardware, while it is being set up. All but ``listen`` and ``hush`` may block.

    Callbacks come on threads of its own, and none after ``hush``.
    """

    def found(self) -> Sequence[Found]:
        """What is plugged into this machine now; quick."""
        ...

    def listen(
        self, heard: Callable[[Burst], None], changed: Callable[[], None], extra: Sequence[str]
    ) -> None:
        """Read every serial line that can be, and the ``extra`` addresses, as they come and go.

        ``changed``: something was plugged in or out, seen within a second.
        """
        ...

    def set_speed(self, address: str, baudrate: int) -> None:
        """Read a line at another speed from now on."""
        ...

    def hush(self) -> None:
        """Let go of every line."""
        ...

    def papers(self) -> Sequence[tuple[str, str]]:
        """Printers to choose from: what ``paper`` in the settings calls them, and their names."""
        ...

    def try_printer(self, target: str, paper: str) -> PrinterFacts:
        """Ask a printer what it is and how it stands; a serial line at several speeds."""
        ...

    def search_network(self, found: Callable[[str], None], stopped: Callable[[], bool]) -> None:
        """Look for printers on port 9100 of this machine's own small network, politely."""
        ...

    def variants(self) -> Sequence[tuple[str, str, str]]:
        """The lines of the test sheet: language, letter, and what it stands for (``windows``,
        ``dos``, ``picture``).
        """
        ...

    def print_sheet(self, target: str, paper: str) -> SheetFacts:
        """Print the test sheet."""
        ...

    def kick(self, target: str, pin: int, way: str, pulse_ms: int) -> str:
        """Open the drawer; answers a cause, "" when the printer took the order."""
        ...

    def drawer_level(self, target: str) -> bool | None:
        """How the drawer's switch reads now, or None where nobody says."""
        ...

    def show(self, target: str, printer: str, protocol: str, charset: str) -> str:
        """Show a test on a pole display; ``target`` may be ``printer``. Answers a cause or ""."""
        ...


Sheet = Mapping[str, str]
"""By language the letter of the line that reads right, "" where nobody looked."""
WIDTHS = {32: "58", 42: "80-42", 48: "80"}
"""The profile of a printer that is known by its paper only, by the characters on a line."""


class SetupService:
    """Keeps what was learnt. ``applied`` is told of every change: it may restart devices.

    ``rest`` asks whoever holds the devices to let go of them, so that they can be tried.
    """

    def __init__(
        self,
        devices: SetupDevices,
        path: Path,
        settings: Settings,
        *,
        rest: Callable[[], None] = lambda: None,
        applied: Callable[[Settings], None] = lambda settings: None,
    ) -> None:
        self.devices = devices
        self._path = path
        self._settings = settings
        self._rest, self._applied = rest, applied

    @property
    def settings(self) -> Settings:
        """As they are now."""
        return self._settings

    def begin(self) -> None:
        """The pages open: let go of the devices."""
        self._rest()

    def end(self) -> None:
        """The pages close: use the devices as they are set up now."""
        self.devices.hush()
        self._applied(self._settings)

    def first_open(self) -> Step:
        """The first step that nothing was kept of; the first of all when there is none."""
        s = self._settings
        known: dict[Step, bool] = {
            "scanner": bool(s.scanners),
            "printer": bool(s.printers),
            "sheet": s.printer.pictures is not None or not s.printers,
            "drawer": s.drawer != DrawerSettings() or not s.printers,
            "display": s.display != DisplaySettings(),
        }
        return next((step for step in STEPS if not known[step]), "scanner")

    def keep_scanner(self, scanner: ScannerSettings, *, another: bool = False) -> Settings:
        """Keep a reader, as the only first one or beside those there are. Raises SettingsBroken."""
        return self._keep_one("scanner", scanner, "port", another=another)

    def keep_printer(self, printer: PrinterSettings, *, another: bool = False) -> Settings:
        """Keep a printer, as the first or to fall back on. Raises SettingsBroken."""
        return self._keep_one("printer", printer, "target", another=another)

    def keep_sheet(
        self,
        answers: Sheet,
        *,
        confirms: bool,
        cuts: bool | None = None,
        columns: int | None = None,
    ) -> Settings:
        """Keep what a person saw on the test sheet. Raises SettingsBroken."""
        pages, pictures = sheet_choices(
            self.devices.variants(), answers, self._settings.shop.language
        )
        kept: dict[tuple[str, ...], object] = {
            ("printer", "pages"): pages,
            ("printer", "pictures"): pictures,
            ("printer", "confirms"): confirms,
        }
        if cuts is not None:
            kept["printer", "cutter"] = None if cuts else "none"
        if columns is not None and self._settings.printer.paper in WIDTHS.values():
            kept["printer", "paper"] = WIDTHS[columns]
        return self._keep(kept)

    def keep_drawer(self, drawer: DrawerSettings) -> Settings:
        """Keep how the drawer opens and reads. Raises SettingsBroken."""
        return self._keep(settings_file.as_changes("drawer", drawer, self._settings.drawer))

    def keep_display(self, display: DisplaySettings) -> Settings:
        """Keep what the customer sees. Raises SettingsBroken."""
        return self._keep(settings_file.as_changes("display", display, self._settings.display))

    def _keep_one(
        self,
        section: Literal["scanner", "printer"],
        made: ScannerSettings | PrinterSettings,
        key: str,
        *,
        another: bool,
    ) -> Settings:
        first = getattr(self._settings, section)
        place = getattr(made, key)
        more = getattr(self._settings, f"more_{section}s")
        if another and getattr(first, key) not in ("", place):
            kept = [one for one in more if getattr(one, key) != place]
            return self._keep(
                {(f"more_{section}s",): [settings_file.as_table(one) for one in (*kept, made)]}
            )
        if not another and section == "printer":
            made = _as_before(made, first, key)
        return self._keep(settings_file.as_changes(section, made, first))

    def _keep(self, changes: settings_file.Changes) -> Settings:
        self._settings = settings_file.change(self._path, changes)
        return self._settings


def sheet_choices(
    variants: Sequence[tuple[str, str, str]], answers: Sheet, own: str
) -> tuple[str, tuple[str, ...]]:
    """The pages that read right for most languages, the shop's own first; the rest as pictures."""
    right: dict[str, set[str]] = {pages: set() for _, _, pages in variants if pages != "picture"}
    for language, letter, pages in variants:
        if answers.get(language) == letter and pages in right:
            right[pages].add(language)
    best = max(right, key=lambda pages: (own in right[pages], len(right[pages])))
    return best, tuple(language for language in answers if language not in right[best])


def _as_before(made: Any, first: Any, key: str) -> Any:  # noqa: ANN401 - settings of one kind
    """What was learnt of a printer holds as long as it is the same one."""
    if getattr(made, key) != getattr(first, key):
        return made
    return msgspec.structs.replace(first, paper=made.paper)
