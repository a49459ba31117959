"""The search field of the top bar. While typed in, Enter, Escape and the arrows are its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.theme import fonts
from ui.views.components.field import TextField

if TYPE_CHECKING:
    from ui.viewmodels.search import SearchViewModel

_SLACK = 8
_KEYS: dict[int, str] = {
    Qt.Key.Key_Return: "enter",
    Qt.Key.Key_Enter: "enter",
    Qt.Key.Key_Escape: "escape",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}


class SearchBox(TextField):
    """``left`` when the search is over and the focus should go back to the page; it carries whether
    something was chosen. Disabled until it has something to search (``serve``).
    """

    left = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(size="search", icon="magnifying-glass", key="F2", parent=parent)
        self._vm: SearchViewModel | None = None
        self._texts: tuple[str, ...] = ()
        self.setReservesHelp(False)
        self.setEnabled(False)
        self.edit.installEventFilter(self)
        self.edited.connect(self._typed)
        self.submitted.connect(self._submit)

    def setPlaceholders(self, texts: Sequence[str]) -> None:
        """What may stand in the empty field, longest first: the first one that fits does."""
        self._texts = tuple(texts)
        self._choose_text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out anew which words fit."""
        super().resizeEvent(event)
        self._choose_text()

    def _choose_text(self) -> None:
        room = self.edit.width() - _SLACK
        fitting = [text for text in self._texts if fonts.width(text, "body") <= room]
        if self._texts:
            self.setPlaceholder(fitting[0] if fitting else self._texts[-1])

    def serve(self, vm: SearchViewModel) -> None:
        """There is something to search now."""
        self._vm = vm
        self.setEnabled(True)
        vm.changed.connect(self._changed)

    def take_focus(self) -> None:
        """F2: take the typing, what was typed is replaced."""
        if self._vm is not None:
            self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.edit.selectAll()

    def take_typing(self, text: str) -> None:
        """Somebody began to type while nothing had the focus: what was left there is replaced."""
        if self._vm is not None:
            if not self.edit.hasFocus():
                self.edit.selectAll()
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            self.edit.insert(text)
            self._typed(self.text())

    def _typed(self, text: object) -> None:
        if self._vm is not None:
            self._vm.typed(str(text))

    def _submit(self) -> None:
        if self._vm is not None:
            self._vm.submit()

    def _changed(self) -> None:
        """Chosen or cleared elsewhere: the field follows."""
        if self._vm is not None and self._vm.text != self.text():
            self.setText(self._vm.text)
            if not self._vm.text and self.edit.hasFocus():
                self.left.emit(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep our keys from the window's shortcuts."""
        if isinstance(event, QKeyEvent) and self._vm is not None:
            ours = _KEYS.get(event.key())
            if ours is not None and event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if ours in ("up", "down", "escape") and event.type() == QEvent.Type.KeyPress:
                self._press(self._vm, ours)
                return True
        return super().eventFilter(watched, event)

    def _press(self, vm: SearchViewModel, key: str) -> None:
        if key == "escape":
            self.clear()
            vm.clear()
            self.left.emit(False)
        else:
            vm.move(1 if key == "down" else -1)
