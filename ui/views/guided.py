"""How a guided page is laid out: its steps, the step in hand, what helps beside it, the way on."""

from collections.abc import Iterable, Mapping
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.i18n import Words
from ui.views.components.button import Button
from ui.views.components.label import Label
from ui.views.components.scroll import ScrollArea
from ui.views.components.surface import Sheet
from ui.views.counter.layout import Stack
from ui.views.page import Page
from ui.views.setup.parts import StepRow

NARROW_BELOW = 1200
ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS, _STEPS_NARROW = 256, 52
_SIDE, _SIDE_NARROW = 320, 244

S = TypeVar("S", bound=str)


class Tips(QWidget):
    """What helps, each with its heading; in a scroll area of its own, ``area``."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.area = ScrollArea(self)

    def show_tips(self, tips: Iterable[tuple[str, str]]) -> None:
        """Show these in place of those before."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()  # it is painted until it is deleted
                widget.deleteLater()
        for title, text in tips:
            self._column.addWidget(Label(title, "body", "semibold", wrap=True))
            self._column.addWidget(Label(text, "body", role="muted", wrap=True))
            self._column.addSpacing(10)
        self._column.addStretch(1)


class GuidedView(Protocol):
    """The middle of a step. ``name`` is the step in a word."""

    name: str

    def set_narrow(self, narrow: bool) -> None: ...


class GuidedPage(Page, Generic[S]):
    """Steps at the start, the step in hand in the middle, what helps at the end.

    Subclasses make their ``views`` and call ``lay_out`` once, show themselves in ``_show`` and go
    to a step in ``_go``. Too narrow a window shows the steps by their numbers alone.
    """

    wants_key_bar = False
    views: Mapping[S, GuidedView]
    steps: Mapping[S, StepRow]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Narrow to begin with, or a small window would have to grow before it is known.
        self._narrow = True
        self._frame = QHBoxLayout(self)
        self._frame.setContentsMargins(16, 4, 16, 16)
        self._frame.setSpacing(16)

    def lay_out(
        self,
        words: Words,
        heading: str,
        steps: Iterable[S],
        side: QWidget,
        *between: QWidget,
        foot: str = "",
    ) -> None:
        """Build the frame: ``side`` at the end, ``between`` beside the button to go on."""
        t = words.t
        self.steps = {step: StepRow(n, self.views[step].name) for n, step in enumerate(steps, 1)}
        self.head = Label(heading, "body", "semibold", wrap=True)
        self.far = Label("", "caption", role="muted", wrap=True)
        self.foot = Label(foot, "caption", role="muted", wrap=True)
        self.places = Stack()
        self.back = Button(t("Back"), "quiet", size="large", icon="arrow-left", key="Esc")
        self.next = Button("", "primary", size="large", key=t("Enter"))
        self._start, self._sheet, self._end = self._step_column(), Sheet(), side
        inside = QHBoxLayout(self._sheet)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self._middle(between), 1)
        inside.addWidget(side)
        self._frame.addWidget(self._start)
        self._frame.addWidget(self._sheet, 1)
        for row in self.steps.values():
            row.clicked.connect(self._step_clicked)

    def _step_column(self) -> QWidget:
        column = QWidget()
        inside = QVBoxLayout(column)
        inside.setContentsMargins(0, 20, 0, 12)
        inside.setSpacing(0)
        inside.addWidget(self.head)
        inside.addWidget(self.far)
        inside.addSpacing(20)
        for row in self.steps.values():
            inside.addWidget(row)
        inside.addStretch(1)
        inside.addWidget(self.foot)
        return column

    def _middle(self, between: Iterable[QWidget]) -> QWidget:
        middle = QWidget()
        inside = QVBoxLayout(middle)
        inside.setContentsMargins(32, 28, 32, 24)
        inside.setSpacing(12)
        inside.addWidget(self.places, 1)
        on = QHBoxLayout()
        on.setSpacing(8)
        on.addWidget(self.back)
        on.addStretch(1)
        for widget in (*between, self.next):
            on.addWidget(widget)
        inside.addLayout(on)
        return middle

    def show_way_to(self, words: Words, step: S, taken: int = 0) -> None:
        """Name the next step on the button where there is room; ``taken`` pixels are another's."""
        name = self.views[step].name
        self.next.setText(words.t("Next: {step}", step=name[:1].lower() + name[1:]))
        room = self.places.width() - self.back.sizeHint().width() - 24 - taken
        if self.next.sizeHint().width() > room:
            self.next.setText(words.t("Next"))

    def take_scan(self, text: str) -> bool:
        """Meanwhile nothing is sold."""
        del text
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the grid that there is room for."""
        super().resizeEvent(event)
        if self._frame.count():
            self.fit(narrow=self.width() < NARROW_BELOW)

    def fit(self, *, narrow: bool) -> None:
        """Take the room of a narrow window, or of a wide one."""
        self._narrow = narrow
        self._start.setFixedWidth(_STEPS_NARROW if narrow else _STEPS)
        self.back.setKey("" if narrow else "Esc")
        side = _SIDE_NARROW if narrow else _SIDE
        self._end.setFixedWidth(side)
        self._sheet.setColumn(side)
        for label in (self.head, self.far, self.foot):
            label.setVisible(not narrow and (label is not self.foot or bool(label.text())))
        for view in self.views.values():
            view.set_narrow(narrow)
        self._show()

    def _show(self) -> None:
        raise NotImplementedError

    def _go(self, step: S) -> None:
        raise NotImplementedError

    def _step_clicked(self) -> None:
        clicked: QObject = self.sender()
        self._go(next(step for step, row in self.steps.items() if row is clicked))


def side_column(*, top: int, gap: int) -> tuple[QWidget, QVBoxLayout]:
    """What stands at the end of a page, to be filled from the top."""
    side = QWidget()
    inside = QVBoxLayout(side)
    inside.setContentsMargins(20, top, 20, 24)
    inside.setSpacing(gap)
    return side, inside
