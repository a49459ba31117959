"""Find your printer: choose a line, a file, a queue or an address, and ask it what it is."""

import threading
from collections.abc import Sequence

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from terminal.i18n import Words
from terminal.services.setup import Found, PrinterFacts, SetupService
from terminal.settings import PrinterSettings
from ui.messages import printer_cause
from ui.tasks import Runs
from ui.viewmodels.setup.step import Mark, StepModel

TOO_LONG_SECONDS = 6
"""A slip that takes longer than this on its way is not waited for by anybody."""
_PLACES = {"serial": "serial://", "usb_printer": "", "queue": "", "network": ""}


def target_of(typed: str) -> str:
    """An address as a person types it: ``192.0.2.7``, ``COM3``, ``/dev/ttyUSB1``, or whole."""
    text = typed.strip()
    if "://" in text or text.startswith(("cups:", "windows:")) or not text:
        return text
    if text.upper().startswith("COM") and text[3:].isdigit():
        return f"serial://{text}"
    if text.startswith("/"):
        return text if text.rpartition("/")[2].startswith("lp") else f"serial://{text}"
    host, _, port = text.partition(":")
    return f"tcp://{host}:{port or '9100'}"


class PrinterModel(StepModel):
    """``choices`` are what can be tried; ``facts`` what the chosen one said."""

    _neighbour = Signal(object)

    def __init__(
        self, service: SetupService, runs: Runs, words: Words, parent: QObject | None = None
    ) -> None:
        super().__init__(service, runs, words, parent)
        self.chosen = ""
        self.paper = service.settings.printer.paper
        self.papers: Sequence[tuple[str, str]] = service.devices.papers()
        self.facts: PrinterFacts | None = None
        self.searching = False
        self.neighbours: list[str] = []
        self._stop = threading.Event()
        self._stays = self._beside = False
        self._neighbour.connect(self._heard_neighbour)

    def enter(self) -> None:
        """Say what is set up now."""
        targets = [one.target for one in self.settings.printers]
        if targets and not self.result.title:
            t = self.words.t
            text = t("Choose it to see how it is, or another to put in its place.")
            self.say(t("Set up now: {name}", name=", ".join(targets)), text, "accent")

    # -- choosing ----------------------------------------------------------------------------

    @property
    def choices(self) -> list[tuple[str, Found | None]]:
        """Targets to try, each with what is plugged in there; readers are left alone."""
        readers = {one.port for one in self.settings.scanners}
        made: list[tuple[str, Found | None]] = [
            (f"{_PLACES[one.kind]}{one.lasting}", one)
            for one in self.found
            if one.address not in readers and one.identity not in {*readers} - {""}
        ]
        return [*made, *((address, None) for address in self.neighbours)]

    @property
    def paper_name(self) -> str:
        """The profile that is chosen, by its name."""
        return dict(self.papers).get(self.paper, self.paper)

    def choose_paper(self, paper: str) -> None:
        """Choose what kind of printer it is."""
        self.paper = paper
        self.changed.emit()

    def type(self, text: str) -> None:
        """Try an address as it was typed."""
        target = target_of(text)
        if target:
            self.choose(target)

    def choose(self, target: str) -> None:
        """Ask what is there."""
        if not self._begin():
            return
        self.stop_search()  # or the question would have to wait for the end of it
        self.chosen, self.facts = target, None
        paper, ask = self.paper, self._service.devices.try_printer
        self.say(self.words.t("Asking the printer."), target)
        self._runs.run(lambda: ask(target, paper), self._answered, self._refused)

    def _answered(self, facts: PrinterFacts) -> None:
        self.busy, self.facts = False, facts
        if facts.answers:
            self.paper = facts.profile or self.paper
        self._say_facts(facts)

    def _say_facts(self, facts: PrinterFacts) -> None:
        t = self.words.t
        if facts.answers and not facts.cause:
            name = facts.model or t("A printer that does not say its name")
            self.say(t("It answers"), name, "positive")
        elif facts.answers:
            self.say(t("It answers, but can't print now"), self._cause(facts.cause), "warning")
        elif not facts.cause:
            text = t("It takes slips and says nothing back. The test sheet shows whether it works.")
            self.say(t("It is there"), text, "accent")
        else:
            self.say(t("Nothing answers there"), self._cause(facts.cause), "warning")

    def _cause(self, cause: str) -> str:
        t = self.words.t
        known = {
            "busy": t("Another program uses it. Close that, then try again."),
            "not_allowed": t("This user may not open it. Help says what to do."),
            "bad_address": t("This is no address of a printer. Look for a typing mistake."),
            "timeout": t("Check its power, its cable, and the speed on its self-test print."),
        }
        return known.get(cause) or printer_cause(cause, self.words)

    # -- the network -------------------------------------------------------------------------

    def search(self) -> None:
        """Ask the neighbours on this network; found ones come as choices one by one."""
        if self.searching:
            return
        self.searching = True
        self._stop = stop = threading.Event()
        self.neighbours = []
        self.changed.emit()
        look, found = self._service.devices.search_network, self._neighbour.emit
        self._runs.run(lambda: look(found, stop.is_set), self._searched, self._refused)

    def stop_search(self) -> None:
        """Look no further."""
        self._stop.set()

    def _heard_neighbour(self, address: object) -> None:
        self.neighbours.append(str(address))
        self.changed.emit()

    def _searched(self, _: None) -> None:
        self.searching = False
        if not self.neighbours and not self.busy:
            t = self.words.t
            text = t("Its self-test print (hold the feed button while switching on) has it.")
            self.say(t("No printer answered. Type its address."), text, "accent")
        self.changed.emit()

    def leave(self) -> None:
        """Look no further."""
        self.stop_search()

    # -- what it comes to --------------------------------------------------------------------

    @property
    def marks(self) -> list[Mark]:
        """What is known of it by now."""
        facts, t = self.facts, self.words.t
        if facts is None or not facts.answers:
            return []
        marks = [Mark(t("says how it is"))]
        if facts.paper_low:
            marks.append(Mark(t("paper is nearly out"), good=False))
        return marks

    @property
    def advice(self) -> str:
        """A line too slow for slips that are pictures, with the way out."""
        facts = self.facts
        if facts is None or facts.picture_seconds <= TOO_LONG_SECONDS:
            return ""
        return self.words.t(
            "At this speed a slip printed as a picture (Hebrew is) takes about {seconds} seconds. "
            "Set the printer to 38400 baud or more, or use its USB or network plug.",
            seconds=self.words.number(facts.picture_seconds),
        )

    @property
    def has_news(self) -> bool:
        """Whether a printer is there that is not kept yet."""
        facts = self.facts
        return facts is not None and (facts.answers or not facts.cause)

    def another(self) -> None:
        """Keep this one and look for one to fall back on."""
        self._stays = True
        self.keep()

    def keep(self) -> None:
        """Keep the printer that was chosen."""
        if self.facts is None or not self.has_news or not self._begin():
            return
        made = replace(PrinterSettings(), target=self.facts.target, paper=self.paper)
        keep, beside = self._service.keep_printer, self._beside
        self._runs.run(lambda: keep(made, another=beside), self._was_kept, self._refused)

    def _was_kept(self, settings: object) -> None:
        del settings
        self.busy, self.facts, self.chosen = False, None, ""
        if not self._stays:
            self.say("")
            self.kept.emit()
            return
        self._stays, self._beside, t = False, True, self.words.t
        self.say(t("Kept."), t("Now choose the one to use when this one can't."), "positive")
