"""The test sheet: print it, then say for each language which line reads right."""

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from ui.viewmodels.setup.sheet import COLUMNS, SheetModel, language_name
from ui.viewmodels.setup.step import Mark
from ui.views.components.button import Button
from ui.views.components.choice import Segmented
from ui.views.components.label import Label
from ui.views.setup.step_view import StepView

_NOT_LOOKED = "–"
_CUTS = (None, True, False)


class SheetView(StepView):
    """One choice a language: not looked at, one of the letters, none of them."""

    def __init__(self, model: SheetModel, parent: QWidget | None = None) -> None:
        t = model.words.t
        super().__init__(
            model,
            t("Test sheet"),
            t("Does it read right?"),
            t("No list of printers is right about letters. Print a sheet and look at it."),
            parent,
        )
        self._sheet = model
        self.print = Button(t("Print the test sheet"), icon="printer", size="large")
        self.choices: dict[str, Segmented] = {}
        self.cut = Segmented([_NOT_LOOKED, t("Yes"), t("No")])
        self.longest = Segmented([_NOT_LOOKED, *map(str, COLUMNS)])
        self._lay_out()
        self.print.clicked.connect(model.print)
        self.cut.chosen.connect(self._cut)
        self.longest.chosen.connect(self._measure)
        self.show_state()

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(12)
        first.addWidget(self.print)
        first.addWidget(self.result, 1)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        w = self._sheet.words
        for number, (language, letters) in enumerate(self._sheet.lines.items()):
            choice = Segmented([_NOT_LOOKED, *letters])
            choice.setObjectName(language)
            choice.chosen.connect(self._chosen)
            self.choices[language] = choice
            self._put(grid, number, language_name(language, w), choice)
        self._put(grid, len(self.choices), w.t("Did it cut the paper?"), self.cut)
        self._put(grid, len(self.choices) + 1, w.t("The longest unbroken line"), self.longest)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        self.place(first, self.marks, self.advice, grid, None)

    def _put(self, grid: QGridLayout, number: int, name: str, choice: Segmented) -> None:
        """Two beside each other, each under its name."""
        row, column = number // 2 * 2, number % 2
        grid.addWidget(Label(name, "caption", "medium", wrap=True), row, column)
        grid.addWidget(choice, row + 1, column)

    def show_state(self) -> None:
        """Show what was said of the sheet."""
        super().show_state()
        model = self._sheet
        self.what.setVisible(not model.printed)
        self.print.setEnabled(model.there_is_one)
        self.print.setBusy(model.busy)
        for language, choice in self.choices.items():
            choice.setIndex((None, *model.lines[language]).index(model.answers.get(language)))
            choice.setEnabled(model.printed)
        self.cut.setEnabled(model.printed)
        self.cut.setIndex(_CUTS.index(model.cuts))
        self.longest.setEnabled(model.printed)
        self.longest.setIndex((None, *COLUMNS).index(model.columns))

    @property
    def known(self) -> list[Mark]:
        """What the printer can do."""
        return self._sheet.marks

    @property
    def advised(self) -> str:
        """Why nothing can be printed here yet."""
        if self._sheet.there_is_one:
            return ""
        return self._sheet.words.t("There is no printer yet. Go back one step, or carry on.")

    @property
    def help(self) -> list[tuple[str, str]]:
        """What to look for."""
        t = self.model.words.t
        return [
            (t("How to look"), t(
                "Each line names its language and a letter, then shows its signs. Choose the "
                "letter of the line in which every sign is right, accents and money signs too."
            )),
            (t("Only C is right"), t(
                "C is a picture of the line: always right, only slower on a slow line. "
                "Hebrew is best that way."
            )),
            (t("The paper was not cut"), t(
                "Say No, and slips end with room to tear them off."
            )),
        ]  # fmt: skip

    def _chosen(self, index: object) -> None:
        sender = self.sender()
        if isinstance(sender, Segmented):
            language, number = sender.objectName(), int(str(index))
            if number:
                self._sheet.answer(language, self._sheet.lines[language][number - 1])
            else:
                self._sheet.forget(language)

    def _cut(self, index: object) -> None:
        self._sheet.cut(_CUTS[int(str(index))])

    def _measure(self, index: object) -> None:
        self._sheet.measure((None, *COLUMNS)[int(str(index))])
