"""What the middle of every step shares: what to do, the result, what is known by now."""

from collections.abc import Mapping

from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from ui.viewmodels.setup.step import Mark, StepModel
from ui.views.components.chip import Tone
from ui.views.components.label import Label
from ui.views.components.notices import Banner
from ui.views.counter.layout import fill
from ui.views.setup.parts import Marks, ResultBox


def show_those(wanted: Mapping[QWidget, bool]) -> None:
    """Hide what is not wanted, then show the rest: showing lays the whole window out at once, and
    what is still there from before would make it grow.
    """
    for widget, shown in sorted(wanted.items(), key=lambda item: item[1]):
        widget.setVisible(shown)


class StepView(QWidget):
    """A step. Subclasses put their own things with ``place`` and show them in ``show_state``.

    ``name`` is the step in a word, ``help`` what to try when nothing happens.
    """

    advice_tone: Tone = "accent"

    def __init__(
        self, model: StepModel, name: str, title: str, what: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model, self.name = model, name
        self.title = Label(title, "display", "semibold", wrap=True)
        self.what = Label(what, "lead", role="muted", wrap=True)
        self.result, self.marks = ResultBox(), Marks()
        self.advice = Banner("", "", "accent")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addWidget(self.title)
        self._column.addWidget(self.what)
        self._column.addSpacing(4)
        model.changed.connect(self.show_state)

    @property
    def help(self) -> list[tuple[str, str]]:
        """What to try, each with its heading."""
        return []

    @property
    def known(self) -> list[Mark]:
        """Chips."""
        return []

    @property
    def advised(self) -> str:
        """What would be better."""
        return ""

    def place(self, *things: QLayout | QWidget | None) -> None:
        """Add things from the top; None takes the spare room. The rest of a step follows."""
        fill(self._column, *things)

    def place_results(self) -> None:
        """Add result, chips and advice."""
        self.place(self.result, self.marks, self.advice)

    def set_narrow(self, narrow: bool) -> None:
        """Take less room for the heading."""
        self.title.setTextStyle("big" if narrow else "display", "semibold")

    def show_state(self) -> None:
        """Show the model."""
        self.result.show_result(self.model.result)
        known, advised = self.known, self.advised
        self.marks.show_marks(known)
        self.advice.setBanner(advised, "", self.advice_tone)
        show_those({self.marks: bool(known), self.advice: bool(advised)})

    def focus_first(self) -> bool:
        """Take the focus; False leaves it to the way on."""
        return False
