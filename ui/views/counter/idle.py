"""Ready for the next customer: what to do first, what waits, and the last sale."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from terminal.slips import SlipJob, SlipState
from ui.viewmodels.counter import CounterViewModel
from ui.views.components.button import Button
from ui.views.components.label import Divider, Label
from ui.views.components.rows import FactRow
from ui.views.components.surface import Sheet
from ui.views.counter.drawing import CardDrawing
from ui.views.counter.layout import column, fill, grid_for, row

_MOST_SLIPS = 3


class SlipRow(QWidget):
    """A slip that is not settled: what is with it, what to do, and the answers if one is asked."""

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm, t = vm, vm.words.t
        self._job: SlipJob | None = None
        self._fact = FactRow()
        self._remedy = Label("", "caption", role="muted", wrap=True)
        self.yes = Button(t("Yes, it did"), "secondary", icon="check")
        self.copy = Button(t("Print a copy"), "secondary", icon="printer")
        self.other = Button(t("Other printer"), "quiet")
        self.skip = Button(t("Skip"), "quiet")
        answers = row()
        fill(answers, self.yes, self.copy, self.other, self.skip, None)
        made = column(self)
        fill(made, self._fact, self._remedy, 6, answers)
        self.yes.clicked.connect(self._came_out)
        self.copy.clicked.connect(self._print)
        self.other.clicked.connect(self._to_other)
        self.skip.clicked.connect(self._cancel)

    def show_slip(self, job: SlipJob) -> None:
        """Show one slip."""
        w = self._vm.words
        self._job = job
        state, remedy = self._vm.idle.slip_line(job)
        asks = job.state is SlipState.UNKNOWN
        ref = self._vm.idle.ref_of(job)
        title = w.t("Did slip {ref} come out?", ref=ref) if asks else w.t("Slip {ref}", ref=ref)
        icon = "question" if asks else "printer"
        self._fact.setFact(icon, title, "" if asks else state, "warning" if asks or job.cause else
                           "neutral")  # fmt: skip
        self._remedy.setText(remedy)
        self._remedy.setVisible(bool(remedy))
        self.yes.setVisible(asks)
        self.copy.setVisible(asks)
        self.other.setVisible(bool(self._vm.slips.other_printer(job)))
        self.skip.setVisible(not asks and bool(job.cause))

    def _came_out(self) -> None:
        if self._job is not None:
            self._vm.slips.came_out(self._job.id)

    def _print(self) -> None:
        if self._job is not None:
            self._vm.slips.copy(self._job.id)

    def _to_other(self) -> None:
        if self._job is not None:
            self._vm.slips.to_other_printer(self._job)

    def _cancel(self) -> None:
        if self._job is not None:
            self._vm.slips.cancel(self._job.id)


class IdleView(QWidget):
    """``search_asked`` asks for the search field."""

    search_asked = Signal()

    def __init__(self, vm: CounterViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm = vm
        self._slips = [SlipRow(vm) for _ in range(_MOST_SLIPS)]
        self._more = Label("", "caption", role="muted")
        self._waiting = self._make_waiting()
        self._last = self._make_last()
        sheet = Sheet()
        self._end = QWidget()
        end = column(self._end, margin=20)
        fill(end, self._waiting, self._last, None)
        inside = row(sheet, spacing=0)
        inside.addLayout(self._make_middle(), 1)
        inside.addWidget(Divider(Qt.Orientation.Vertical))
        inside.addWidget(self._end)
        made = row(self)
        made.setContentsMargins(16, 4, 16, 0)
        made.addWidget(sheet)

    def _make_middle(self) -> QVBoxLayout:
        vm, t = self._vm, self._vm.words.t
        ready = Label(t("Ready"), "display", "semibold", align="center")
        first = Label(t("Scan a card, a product or a slip."), "lead", role="muted", align="center")
        second = Label(
            t("No card? Just start with the products."), "lead", role="muted", align="center"
        )
        self.enrol = Button(t("Enrol"), size="large", icon="user-plus", key="F6")
        self.back = Button(t("Return"), size="large", icon="arrow-u-up-left", key="F8")
        self.search = Button(t("Find a member"), size="large", icon="magnifying-glass", key="F2")
        self.price = Button(t("Open price"), size="large", icon="tag", key="F3")
        self.enrol.clicked.connect(vm.enrol)
        self.back.clicked.connect(vm.open_return)
        self.search.clicked.connect(self.search_asked)
        self.price.clicked.connect(vm.open_price)
        self._buttons = QGridLayout()
        self._buttons.setSpacing(12)
        self._arrange(narrow=False)
        made = column(margin=16)
        made.addStretch(1)
        made.addWidget(CardDrawing(), 0, Qt.AlignmentFlag.AlignHCenter)
        fill(made, 36, ready, 14, first, 4, second, 28)
        middle = row()
        fill(middle, None, self._buttons, None)
        made.addLayout(middle)
        made.addStretch(1)
        return made

    def _arrange(self, *, narrow: bool) -> None:
        across = 2 if narrow else 4
        for number, button in enumerate((self.enrol, self.back, self.search, self.price)):
            self._buttons.addWidget(button, number // across, number % across)

    def _make_waiting(self) -> QWidget:
        part = QWidget()
        made = column(part)
        title = Label(self._vm.words.t("Slips that wait"), "lead", "semibold")
        fill(made, title, 10)
        for slip in self._slips:
            fill(made, slip, 8)
        fill(made, self._more, 14, Divider(), 22)
        return part

    def _make_last(self) -> QWidget:
        part, t = QWidget(), self._vm.words.t
        self._time = Label("", "body", role="muted", number=True)
        self._fact = FactRow()
        self.reprint = Button(t("Reprint"), icon="printer", key="Ctrl P")
        self.reprint.clicked.connect(self._vm.copy_slip)
        head = row()
        fill(head, Label(t("Last sale"), "lead", "semibold"), None, self._time)
        made = column(part)
        fill(made, head, 10, self._fact, 14, self.reprint)
        return part

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the grid that the window has room for."""
        self._end.setFixedWidth(grid_for(self.width()).idle_end)
        room = self.width() - self._end.width() - 70
        need = sum(b.sizeHint().width() + 12 for b in (self.enrol, self.back, self.search,
                                                       self.price))  # fmt: skip
        self._arrange(narrow=need > room)
        super().resizeEvent(event)

    def slip_rows(self) -> list[SlipRow]:
        """The slips that are shown as not settled."""
        return [row for row in self._slips if not row.isHidden()]

    def show_state(self) -> None:
        """Show what waits and the last sale."""
        jobs, idle, w = self._vm.slips.troubled(), self._vm.idle, self._vm.words
        self._waiting.setVisible(bool(jobs))
        for number, widget in enumerate(self._slips):
            widget.setVisible(number < len(jobs))
            if number < len(jobs):
                widget.show_slip(jobs[number])
        more = len(jobs) - len(self._slips)
        self._more.setText(w.n("and {n} more", "and {n} more", more) if more > 0 else "")
        self._more.setVisible(more > 0)
        self._last.setVisible(idle.last is not None)
        self._time.setText(idle.time)
        self._fact.setFact("check", idle.title, idle.detail, "positive")
