"""What the customer sees: a pole of two lines, a second screen, or nothing."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.viewmodels.setup.display import BEHIND_PRINTER, CHARSETS, PROTOCOLS, DisplayModel
from ui.views.components.button import Button
from ui.views.components.choice import Segmented
from ui.views.components.label import Label
from ui.views.components.scroll import ScrollArea
from ui.views.setup.printer import ChoiceList
from ui.views.setup.step_view import StepView


class DisplayView(StepView):
    """Writes on a pole only when a person chose it."""

    def __init__(self, model: DisplayModel, parent: QWidget | None = None) -> None:
        t = model.words.t
        super().__init__(
            model,
            t("Customer display"),
            t("What does the customer see?"),
            t("A pole with two lines, a second screen, or nothing: all three work."),
            parent,
        )
        self._display = model
        self.list = ChoiceList()
        self.protocol = Segmented(["ESC/POS", "CD5220"])
        self.charset = Segmented(["ABC", "ÄÖÜ", "ΑΒΓ", "АБВ", "ĄŁŐ"])
        self.again = Button(t("Show it again"))
        self.second = Segmented([t("No second screen"), *(one.name for one in model.screens)])
        self._lay_out()
        self.protocol.chosen.connect(self._protocol)
        self.charset.chosen.connect(self._charset)
        self.again.clicked.connect(model.show_sample)
        self.second.chosen.connect(self._screen)
        self.show_state()

    def _lay_out(self) -> None:
        t = self._display.words.t
        self.area = area = ScrollArea(self.list)
        area.setMinimumHeight(72)
        self._spoken = Label(t("Its language"), "body", "medium")
        self._letters = Label(t("Its letters"), "body", "medium")
        spoken, letters, screens = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row, widgets in (
            (spoken, (self._spoken, self.protocol, self.again)),
            (letters, (self._letters, self.charset)),
            (screens, (self.second,)),
        ):
            row.setSpacing(12)
            for widget in widgets:
                row.addWidget(widget)
            row.addStretch(1)
        self._column.addWidget(area, 1)
        self.place(spoken, letters)
        self.place_results()
        self.place(Label(t("Second screen"), "body", "medium"), screens)

    def show_state(self) -> None:
        """Show what was chosen."""
        super().show_state()
        model, t = self._display, self._display.words.t
        choices = model.choices
        self.list.need(len(choices), self._row_clicked)
        for row, (target, found) in zip(self.list.rows, choices, strict=False):
            if target == BEHIND_PRINTER or found is None:
                row.setRow(t("Behind the printer"), t("daisy chain"), icon="printer")
            else:
                row.setRow(found.name, model.words.isolate(target), icon="lightning")
            row.setChecked(target == model.target)
        self.list.show_chosen(self.area)
        for widget in (self.protocol, self.charset, self.again, self._spoken, self._letters):
            widget.setVisible(bool(model.target))
        self.protocol.setIndex(PROTOCOLS.index(model.protocol))
        self.charset.setIndex(CHARSETS.index(model.charset))
        numbers = [0, *(one.number for one in model.screens)]
        self.second.setIndex(numbers.index(model.screen) if model.screen in numbers else 0)

    @property
    def help(self) -> list[tuple[str, str]]:
        """What to try."""
        t = self.model.words.t
        return [
            (t("The pole stays dark"), t(
                "Most poles take their power from a plug of their own. Try both languages: the "
                "pole’s manual or its own sticker names it."
            )),
            (t("The letters are wrong"), t(
                "Choose letters until both lines read well. What a pole does not have is written "
                "in Latin letters, nothing is left out."
            )),
            (t("A second screen"), t(
                "Plug it in before the till starts. It shows points and what they will earn, "
                "never another customer’s."
            )),
        ]  # fmt: skip

    def _row_clicked(self) -> None:
        for row, (target, _) in zip(self.list.rows, self._display.choices, strict=False):
            if row is self.sender():
                self._display.choose(target)
                return

    def _protocol(self, index: object) -> None:
        self._display.choose_protocol(int(str(index)))

    def _charset(self, index: object) -> None:
        self._display.choose_charset(int(str(index)))

    def _screen(self, index: object) -> None:
        numbers = [0, *(one.number for one in self._display.screens)]
        self._display.choose_screen(numbers[int(str(index))])
