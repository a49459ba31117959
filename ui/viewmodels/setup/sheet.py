"""The test sheet: one line a language and code page; a person says which of them read right."""

from PySide6.QtCore import QObject

from terminal.i18n import Words
from terminal.services.setup import SetupService, SheetFacts
from ui.messages import printer_cause
from ui.tasks import Runs
from ui.viewmodels.setup.step import Mark, StepModel

NOBODY_LOOKED = ""
COLUMNS = (32, 42, 48)


class SheetModel(StepModel):
    """``answers`` by language: the letter of the line that reads right; ``columns``: how long the
    longest line was that did not break.
    """

    def __init__(
        self, service: SetupService, runs: Runs, words: Words, parent: QObject | None = None
    ) -> None:
        super().__init__(service, runs, words, parent)
        self.lines: dict[str, tuple[str, ...]] = {}
        self._pictures: set[tuple[str, str]] = set()
        for language, letter, pages in service.devices.variants():
            self.lines[language] = (*self.lines.get(language, ()), letter)
            if pages == "picture":
                self._pictures.add((language, letter))
        self.columns: int | None = None
        self.answers: dict[str, str] = {}
        self.cuts: bool | None = None
        self.facts: SheetFacts | None = None

    @property
    def there_is_one(self) -> bool:
        """Whether a printer is set up at all."""
        return bool(self.settings.printer.target)

    @property
    def printed(self) -> bool:
        """Whether a sheet is out, as far as anybody can say."""
        return self.facts is not None and self.facts.state in ("printed", "sent")

    def print(self) -> None:
        """Print the sheet."""
        if not self.there_is_one or not self._begin():
            return
        printer, print_sheet = self.settings.printer, self._service.devices.print_sheet
        self.say(self.words.t("Printing the test sheet."))
        self._runs.run(lambda: print_sheet(printer.target, printer.paper), self._out, self._refused)

    def _out(self, facts: SheetFacts) -> None:
        self.busy, self.facts = False, facts
        t = self.words.t
        if facts.state == "printed":
            text = t("Now say for each language which line reads right.")
            self.say(t("The sheet is out"), text, "positive")
        elif facts.state == "sent":
            text = t("This printer does not tell when it is done. Look at the paper.")
            self.say(t("The sheet is sent"), text, "accent")
        elif facts.state == "unknown":
            text = t("Check power, paper and cable, then print it again.")
            self.say(t("The line broke off"), text, "warning")
        else:
            self.say(t("The sheet waits"), printer_cause(facts.cause, self.words), "warning")

    def answer(self, language: str, letter: str) -> None:
        """This line reads right."""
        self.answers[language] = letter
        self.changed.emit()

    def forget(self, language: str) -> None:
        """Not looked at."""
        self.answers.pop(language, None)
        self.changed.emit()

    def cut(self, cuts: bool | None) -> None:
        """Whether the sheet came off by itself."""
        self.cuts = cuts
        self.changed.emit()

    def measure(self, columns: int | None) -> None:
        """How many characters the longest line had that did not break."""
        self.columns = columns
        self.changed.emit()

    @property
    def has_news(self) -> bool:
        """Whether a person has looked at the sheet in the shop's own language at least."""
        return self.printed and self.settings.shop.language in self.answers

    @property
    def marks(self) -> list[Mark]:
        """What the printer can do, as seen."""
        t = self.words.t
        if self.facts is None or not self.printed:
            return []
        marks = [Mark(t("confirms every slip"))] if self.facts.confirms else []
        pictures = [one for one in self.answers.items() if one in self._pictures]
        if pictures:
            names = ", ".join(language_name(one, self.words) for one, _ in pictures)
            marks.append(Mark(t("as pictures: {languages}", languages=names)))
        return marks

    def keep(self) -> None:
        """Keep what was seen; languages that nobody looked at print as pictures, which is safe."""
        facts = self.facts
        if facts is None or not self.has_news or not self._begin():
            return
        answers = {language: self.answers.get(language, NOBODY_LOOKED) for language in self.lines}
        keep, cuts, columns = self._service.keep_sheet, self.cuts, self.columns
        self._runs.run(
            lambda: keep(answers, confirms=facts.confirms, cuts=cuts, columns=columns),
            self._kept,
            self._refused,
        )


def language_name(language: str, words: Words) -> str:
    """A language by its name in the till's language."""
    t = words.t
    names = {
        "en": t("English"), "el": t("Greek"), "bg": t("Bulgarian"),
        "hu": t("Hungarian"), "pl": t("Polish"), "he": t("Hebrew"),
    }  # fmt: skip
    return names.get(language, language)
