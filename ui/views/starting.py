"""While the till starts: the shape of the counter, and why when it can't start."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from terminal.i18n import Words
from ui.viewmodels.shell import Phase
from ui.views.components.label import Label
from ui.views.components.notices import EmptyState
from ui.views.components.spinner import Skeleton
from ui.views.components.surface import Sheet
from ui.views.counter.layout import column, fill, row
from ui.views.page import Page


class StartingPage(Page):
    """The first thing painted; needs nothing but words."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._skeleton = Skeleton(4)
        self._text = Label(words.t("Starting…"), "lead", role="muted", align="center")
        self._problem = EmptyState(
            "warning-circle", words.t("The till can't start"), "", role="danger", weight="fill"
        )
        sheet = Sheet()
        inside = column(sheet, margin=24)
        fill(inside, None)
        inside.addWidget(self._skeleton, 0, Qt.AlignmentFlag.AlignHCenter)
        fill(inside, 16, self._text, self._problem, None)
        made = row(self)
        made.setContentsMargins(16, 4, 16, 0)
        made.addWidget(sheet)
        self.show_phase("starting", "")

    def show_phase(self, phase: Phase, problem: str) -> None:
        """Starting, or why not."""
        broken = phase == "broken"
        self._skeleton.setVisible(not broken)
        self._text.setVisible(not broken)
        self._problem.setVisible(broken)
        if broken:
            self._problem.setTexts(self._words.t("The till can't start"), problem)
