"""Find your printer: what is plugged in, what the network has, or an address that is typed."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from ui.viewmodels.setup.model import SetupModel
from ui.viewmodels.setup.printer import PrinterModel
from ui.viewmodels.setup.step import Mark
from ui.views.components.field import TextField
from ui.views.components.label import Label
from ui.views.components.rows import ListRow
from ui.views.components.scroll import ScrollArea
from ui.views.counter.fitting import FitButton
from ui.views.setup.step_view import StepView, show_those


class ChoiceList(QWidget):
    """Things to try, one below the other; the one that is tried is selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ListRow] = []
        self._chosen: ListRow | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addStretch(1)

    def need(self, count: int, clicked: object) -> None:
        """Have at least so many rows."""
        while len(self.rows) < count:
            row = ListRow()
            row.clicked.connect(clicked)
            self._column.insertWidget(len(self.rows), row)
            self.rows.append(row)
        for number, row in enumerate(self.rows):
            row.setVisible(number < count)

    def show_chosen(self, area: ScrollArea) -> None:
        """Bring the selected row into sight when it is another than before."""
        chosen = next((row for row in self.rows if row.isVisible() and row.isChecked()), None)
        if chosen is not self._chosen and chosen is not None:
            area.ensureWidgetVisible(chosen, 0, 8)
        self._chosen = chosen


class PrinterView(StepView):
    """Asks a printer only when a person chose it."""

    advice_tone = "warning"

    def __init__(
        self, model: PrinterModel, whole: SetupModel, parent: QWidget | None = None
    ) -> None:
        t = model.words.t
        super().__init__(
            model,
            t("Slip printer"),
            t("Find your printer"),
            t("Switch it on and choose where it is. It is asked what it is; nothing prints yet."),
            parent,
        )
        self._printer, self._whole = model, whole
        self.list = ChoiceList()
        self.empty = Label(
            t("Nothing is plugged in that could be one. Plug it in, or type its address."),
            "body",
            role="muted",
            wrap=True,
        )
        self.address = TextField(
            t("Or its address in the network, or its line"), ltr=True, placeholder="192.0.2.7"
        )
        self.ask = FitButton(t("Ask there"))
        self.search = FitButton(t("Look in the network"), icon="wifi-high")
        self.paper = FitButton("", icon="caret-down")
        self.another = FitButton(t("Keep it and add another"), "quiet", icon="plus")
        self._lay_out()
        self.ask.clicked.connect(self._ask)
        self.address.submitted.connect(self._ask)
        self.search.clicked.connect(self._search)
        self.paper.clicked.connect(self.open_papers)
        self.another.clicked.connect(model.another)
        self.show_state()

    def _lay_out(self) -> None:
        self.address.setReservesHelp(False)
        self.area = area = ScrollArea(self.list)
        area.setMinimumHeight(72)
        typed = QHBoxLayout()
        typed.setSpacing(8)
        typed.addWidget(self.address, 1)
        typed.addWidget(self.ask, 0, Qt.AlignmentFlag.AlignBottom)
        more = QHBoxLayout()
        more.setSpacing(8)
        for button in (self.paper, self.search, self.another):
            more.addWidget(button, 1)
        self.place(self.empty)
        self._column.addWidget(area, 1)
        self.place(typed, more)
        self.place_results()

    def show_state(self) -> None:
        """Show choices and what the chosen one said."""
        super().show_state()
        model, t = self._printer, self._printer.words.t
        choices = model.choices
        self.list.need(len(choices), self._row_clicked)
        for row, (target, found) in zip(self.list.rows, choices, strict=False):
            trouble = self._whole.trouble(found) if found is not None and found.problem else ""
            name = found.name if found is not None else t("In the network")
            icon = "lightning" if found is not None and found.kind == "serial" else "printer"
            told = trouble or model.words.isolate(target)
            row.setRow(name, told, icon=icon, tone="warning" if trouble else "neutral")
            row.setChecked(target == model.chosen)
        self.list.show_chosen(self.area)
        self.empty.setVisible(not choices)
        self.search.setText(t("Stop looking") if model.searching else t("Look in the network"))
        self.paper.setText(model.words.isolate(model.paper_name))
        show_those({self.another: model.has_news, self.search: not model.has_news})
        for button in (self.ask, self.another):
            button.setEnabled(not model.busy)

    @property
    def known(self) -> list[Mark]:
        """What is known of it."""
        return self._printer.marks

    @property
    def advised(self) -> str:
        """What would be quicker."""
        return self._printer.advice

    @property
    def help(self) -> list[tuple[str, str]]:
        """What to try with a printer that is not found."""
        t = self.model.words.t
        return [
            (t("It is not in the list"), t(
                "A network printer prints its own address: switch it off, hold its feed button, "
                "switch it on. Type what stands after IP."
            )),
            (t("Nothing answers on a serial line"), t(
                "The same print names its speed. Set 38400 baud or more in its switches: pictures "
                "are slow below. Printer cables are crossed (null modem)."
            )),
            (t("Another program uses it"), t(
                "A network printer takes one program at a time. Give it to the till alone."
            )),
            (t("This user may not open it"), t(
                "Add the user to the group lp (USB printers) or dialout (serial lines), then sign "
                "in to the computer anew."
            )),
            (t("Which kind?"), t(
                "A printer that says its name is known by it. Else choose the width of the paper: "
                "80 mm is as wide as a hand, 58 mm as three fingers."
            )),
        ]  # fmt: skip

    def papers_menu(self) -> QMenu:
        """The kinds of printers to choose from."""
        menu = QMenu(self)
        for key, name in self._printer.papers:
            action = menu.addAction(self._printer.words.isolate(name))
            action.setData(key)
        menu.triggered.connect(self._paper_chosen)
        return menu

    def open_papers(self) -> None:
        """Show them under the button."""
        menu = self.papers_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.paper.mapToGlobal(QPoint(0, self.paper.height())))

    def _paper_chosen(self, action: object) -> None:
        self._printer.choose_paper(str(action.data()))  # type: ignore[attr-defined]

    def _row_clicked(self) -> None:
        for row, (target, _) in zip(self.list.rows, self._printer.choices, strict=False):
            if row is self.sender():
                self._printer.choose(target)
                return

    def _ask(self) -> None:
        self._printer.type(self.address.text())

    def _search(self) -> None:
        if self._printer.searching:
            self._printer.stop_search()
        else:
            self._printer.search()
