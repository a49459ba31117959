"""The way through the set-up: which step is in front, what is connected, and on."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from terminal.i18n import Words
from terminal.services.setup import STEPS, Found, SetupService, Step
from terminal.services.setup_learning import KEYBOARD
from ui.tasks import Runs
from ui.viewmodels.setup.display import DisplayModel, ScreenFace
from ui.viewmodels.setup.drawer import DrawerModel
from ui.viewmodels.setup.printer import PrinterModel
from ui.viewmodels.setup.scanner import ScannerModel
from ui.viewmodels.setup.sheet import SheetModel
from ui.viewmodels.setup.step import StepModel

LOOK_MS = 1000
MINUTES = {"scanner": 1, "printer": 2, "sheet": 2, "drawer": 1, "display": 1}
_ICONS = {"serial": "lightning", "usb_printer": "printer", "queue": "printer", "network": "printer"}


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One line of "What is connected"."""

    title: str
    detail: str
    icon: str
    chosen: bool = False
    trouble: bool = False


class SetupModel(QObject):
    """``changed``: another step, or something was plugged in or out. ``finished``: the way ends.

    ``start`` when the page shows, ``stop`` when it goes: between them devices belong to the set-up.
    """

    changed = Signal()
    finished = Signal()

    def __init__(
        self,
        service: SetupService,
        runs: Runs,
        words: Words,
        screens: Sequence[ScreenFace] = (),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.words = words
        self._service, self._runs = service, runs
        self.scanner = ScannerModel(service, runs, words, self)
        self.printer = PrinterModel(service, runs, words, self)
        self.sheet = SheetModel(service, runs, words, self)
        self.drawer = DrawerModel(service, runs, words, self)
        self.display = DisplayModel(service, runs, words, screens, self)
        self.models: dict[Step, StepModel] = {
            "scanner": self.scanner, "printer": self.printer, "sheet": self.sheet,
            "drawer": self.drawer, "display": self.display,
        }  # fmt: skip
        self.step: Step = service.first_open()
        self.found: tuple[Found, ...] = ()
        self._running = False
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self.look)
        self.scanner.changed.connect(self.changed)
        for model in self.models.values():
            model.kept.connect(self._on)

    # -- life --------------------------------------------------------------------------------

    def start(self, step: str = "") -> None:
        """The page is there; ``step`` names one to begin with."""
        if self._running:
            return
        self._running = True
        self.step = next((one for one in STEPS if one == step), self.step)
        self._runs.run(self._service.begin, self._begun, self._nothing)

    def _begun(self, _: None) -> None:
        if self._running:
            self.models[self.step].enter()
            self.look()
            self._look.start()
            self.changed.emit()

    def stop(self) -> None:
        """The page is gone: devices go back to who uses them."""
        if not self._running:
            return
        self._running = False
        self._look.stop()
        self.models[self.step].leave()
        self._runs.run(self._service.end, self._nothing, self._nothing)

    def work_failed(self) -> None:
        """Work failed in a way nobody foresaw: no step waits for it."""
        for model in self.models.values():
            model.work_failed()

    def look(self) -> None:
        """See what is connected now."""
        self._runs.run(self._service.devices.found, self._seen, self._nothing, key="found")

    def _seen(self, found: Sequence[Found]) -> None:
        self.found = tuple(found)
        for model in self.models.values():
            model.show_found(self.found)
        self.changed.emit()

    # -- going -------------------------------------------------------------------------------

    @property
    def model(self) -> StepModel:
        """The step in front."""
        return self.models[self.step]

    @property
    def number(self) -> int:
        """Which step this is, from 1."""
        return STEPS.index(self.step) + 1

    @property
    def is_last(self) -> bool:
        """Whether nothing comes after it."""
        return self.step == STEPS[-1]

    @property
    def minutes_left(self) -> int:
        """About how long the rest takes."""
        return sum(MINUTES[one] for one in STEPS[self.number - 1 :])

    def next(self) -> None:
        """Keep what was learnt, then on; nothing learnt: on."""
        if self.model.has_news:
            self.model.keep()
        elif not self.model.busy:
            self._on()

    def later(self) -> None:
        """On without keeping anything of this step."""
        self._on()

    def back(self) -> None:
        """The step before; from the first one out."""
        if self.number == 1:
            self.finished.emit()
        else:
            self.go(STEPS[self.number - 2])

    def go(self, step: Step) -> None:
        """To a step by name."""
        self.model.leave()
        self.step = step
        self.model.enter()
        self.changed.emit()

    def _on(self) -> None:
        if self.is_last:
            self.finished.emit()
        else:
            self.go(STEPS[self.number])

    # -- faces -------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """How far one is."""
        return self.words.n(
            "step {at} of {all}, about {n} minute left",
            "step {at} of {all}, about {n} minutes left",
            self.minutes_left,
            at=self.words.number(self.number),
            all=self.words.number(len(STEPS)),
        )

    def is_done(self, step: Step) -> bool:
        """Whether something of this step is kept."""
        settings = self._service.settings
        return {
            "scanner": bool(settings.scanners),
            "printer": bool(settings.printers),
            "sheet": settings.printer.pictures is not None,
            "drawer": settings.drawer != type(settings.drawer)(),
            "display": settings.display != type(settings.display)(),
        }[step]

    @property
    def rows(self) -> list[DeviceRow]:
        """What is connected, the reader that spoke first on top."""
        rows = [self._row(one) for one in self.found]
        t = self.words.t
        if self.scanner.source == KEYBOARD or self._types:
            told = t("like a keyboard · just now") if self.scanner.source else t("like a keyboard")
            rows.insert(0, DeviceRow(t("Scanner that types"), told, "barcode", chosen=True))
        return sorted(rows, key=lambda row: not row.chosen)

    @property
    def _types(self) -> bool:
        return any(one.port == KEYBOARD for one in self._service.settings.scanners)

    def _row(self, found: Found) -> DeviceRow:
        t, settings = self.words.t, self._service.settings
        if found.problem:
            return DeviceRow(found.name, self.trouble(found), "warning", trouble=True)
        readers = {one.port for one in settings.scanners}
        spoke = found.address == self.scanner.source
        if spoke or readers & {found.address, found.identity or found.address}:
            told = t("scanner · just now") if spoke else t("scanner, set up")
            return DeviceRow(found.name, told, "barcode", chosen=True)
        if any(found.lasting in one.target for one in settings.printers):
            return DeviceRow(found.name, t("printer, set up"), "printer", chosen=True)
        plain = t("no scanner on it yet") if found.kind == "serial" else t("printer, not set up")
        return DeviceRow(found.name, plain, _ICONS[found.kind])

    def trouble(self, found: Found) -> str:
        """Why it can't be used, with the remedy first."""
        t = self.words.t
        if found.problem == "not_allowed":
            return t("This user may not open it: see Help.")
        if found.problem == "busy" and found.holder:
            return t("Close {program}, which uses it.", program=found.holder)
        if found.problem == "busy":
            return t("Close the program that uses it.")
        return t("Not there. Plug it in.")

    def _nothing(self, _: object) -> None:
        """Nothing to show."""
