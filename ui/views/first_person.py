"""A new till's first page: who is the manager?"""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.viewmodels.first_person import FirstPersonModel
from ui.views.components.button import Button
from ui.views.components.field import TextField
from ui.views.components.label import Label
from ui.views.components.surface import Sheet
from ui.views.page import KeyAction, Page


class FirstPersonPage(Page):
    """``finished`` carries ``SignedIn``. Nobody gets past it without a manager."""

    def __init__(self, model: FirstPersonModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        w = model.words
        self.name = TextField(w.t("Your name"), size="form")
        self.pin = TextField(w.t("PIN, four to eight digits"), size="form", ltr=True)
        self.again = TextField(w.t("The same PIN again"), size="form", ltr=True)
        for field in (self.pin, self.again):
            field.edit.setEchoMode(QLineEdit.EchoMode.Password)
            field.edit.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.start = Button(w.t("Open the till"), "primary", size="primary", key="F12")
        self._lay_out()
        self.start.clicked.connect(self._begin)
        self.again.submitted.connect(self._begin)
        model.changed.connect(self._show)
        model.signed_in.connect(self.finished)

    def _lay_out(self) -> None:
        w = self._model.words
        sheet = Sheet()
        sheet.setMaximumWidth(560)
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(32, 28, 32, 28)
        inside.setSpacing(12)
        inside.addWidget(Label(w.t("Welcome to your till"), "title", "semibold", wrap=True))
        hint = w.t("The first person here is the manager. Others can be added later.")
        inside.addWidget(Label(hint, "body", role="muted", wrap=True))
        for field in (self.name, self.pin, self.again):
            inside.addWidget(field)
        inside.addStretch(1)
        inside.addWidget(self.start)
        page = QHBoxLayout(self)
        page.setContentsMargins(16, 4, 16, 0)
        page.addStretch(1)
        page.addWidget(sheet, 100)
        page.addStretch(1)

    def _begin(self) -> None:
        self._model.begin(self.name.text(), self.pin.text(), self.again.text())

    def _show(self) -> None:
        model = self._model
        at_name = bool(model.error) and not self.name.text().strip()
        self.name.setError(model.error if at_name else "")
        self.again.setError("" if at_name else model.error)
        self.start.setBusy(model.busy)

    def take_scan(self, text: str) -> bool:
        """Nobody sells before there is somebody."""
        del text
        return True

    def focus_first(self) -> None:
        """The name comes first."""
        self.name.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def keys(self) -> Sequence[KeyAction]:
        """F12 goes on."""
        text = self._model.words.t("Open the till")
        return [KeyAction(text, "F12", "check", self._begin, in_bar=False)]
