"""What the middle of every step shares: what to do, what is waited for, the result."""

from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from ui.viewmodels.connecting.step import StepModel
from ui.views.components.label import Label
from ui.views.components.spinner import Spinner
from ui.views.counter.layout import fill
from ui.views.setup.parts import ResultBox


class StepView(QWidget):
    """A step. Subclasses put their own things with ``place`` and show them in ``show_state``.

    ``name`` is the step in a word, ``tips`` what helps, each with its heading.
    """

    def __init__(
        self, model: StepModel, name: str, title: str, what: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model, self.name = model, name
        self.title = Label(title, "display", "semibold", wrap=True)
        self.what = Label(what, "lead", role="muted", wrap=True)
        self.result = ResultBox()
        self.waiting = QWidget()
        self.waits = Label("", "body", role="muted", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(2, 0, 2, 0)
        self._column.setSpacing(12)
        self._column.addWidget(self.title)
        self._column.addWidget(self.what)
        self.what.setVisible(bool(what))
        self._column.addSpacing(4)
        row = QHBoxLayout(self.waiting)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(Spinner(20))
        row.addWidget(self.waits, 1)
        model.changed.connect(self.show_state)

    @property
    def tips(self) -> list[tuple[str, str]]:
        """What helps."""
        return []

    def place(self, *things: QLayout | QWidget | int | None) -> None:
        """Add things from the top; None takes the spare room."""
        fill(self._column, *things)

    def place_result(self) -> None:
        """Add what is waited for, and what came of it."""
        self.place(self.waiting, self.result)

    def set_narrow(self, narrow: bool) -> None:
        """Take less room for the heading."""
        self.title.setTextStyle("big" if narrow else "display", "semibold")

    def show_state(self) -> None:
        """Show the model."""
        waits = self.model.waits()
        self.waits.setText(waits)
        self.result.show_result(self.model.result)
        self.waiting.setVisible(bool(waits))
        self.result.setVisible(bool(self.model.result.title) and not waits)

    def focus_first(self) -> bool:
        """Take the focus; False leaves it to the way on."""
        return False
