"""Correcting points: a signed amount, a reason, and the result said before it is booked."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.viewmodels.member_page import MemberPageModel
from ui.views.components.button import Button
from ui.views.components.field import TextField
from ui.views.components.label import Label
from ui.views.components.notices import Banner
from ui.views.components.surface import PanelHeader


class CorrectPanel(QWidget):
    """Takes the side's place. ``closed`` asks for going back; nothing was changed then."""

    closed = Signal()

    def __init__(self, model: MemberPageModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        w = model.words
        self._model = model
        self.head = PanelHeader(w.t("Correct points"), w.t("Close"))
        self.points = TextField(w.t("Points, with + or −"), size="form", ltr=True)
        self.result = Label("", "body", "medium", wrap=True)
        self.reason = TextField(w.t("Reason"), size="form", placeholder=w.t("What happened?"))
        self.refused = Banner(tone="danger")
        self.note = Label(w.t("Nothing is booked before this"), "caption", role="muted",
                          align="center", wrap=True)  # fmt: skip
        self.book = Button(w.t("Book it"), "primary", size="primary", key="F12")
        self._lay_out()
        self._connect()
        self.clear()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.head, self.points, self.result, self.reason, self.refused):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self.book)
        column.addWidget(self.note)

    def _connect(self) -> None:
        self.head.closed.connect(self.closed)
        self.points.edited.connect(self._typed)
        self.points.submitted.connect(self.reason.setFocus)
        self.reason.submitted.connect(self.submit)
        self.book.clicked.connect(self.submit)
        self._model.refused.connect(self._refused)
        self._model.changed.connect(self._show)

    def clear(self) -> None:
        """Start anew; a cashier is told to ask a manager."""
        self.points.clear()
        self.reason.clear()
        allowed = self._model.may_correct
        for widget in (self.points, self.reason, self.book):
            widget.setEnabled(allowed)
        self._say("" if allowed else self._model.not_allowed())
        self._typed("")

    def start(self) -> None:
        """Put the typing where it begins."""
        first: QWidget = self.points if self._model.may_correct else self.head.close_button
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _typed(self, _text: object) -> None:
        self.result.setText(self._model.result(self.points.text()))
        if self._model.may_correct:
            self._say("")

    def _say(self, text: str) -> None:
        self.refused.setBanner(text, "", "danger" if self._model.may_correct else "warning")
        self.refused.setVisible(bool(text))

    def _refused(self, text: object) -> None:
        if self.isVisible():
            self._say(str(text))

    def _show(self) -> None:
        self.book.setBusy(self._model.busy)
        self.result.setText(self._model.result(self.points.text()))

    def submit(self) -> None:
        """Book the correction."""
        if self.book.isEnabled() and not self.book.is_busy():
            self._model.correct(self.points.text(), self.reason.text())
