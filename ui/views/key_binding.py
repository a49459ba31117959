"""Keys of the window: one shortcut a key, made anew only when the set of keys changes."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QWidget

from ui.views.counter.keys import sequence
from ui.views.page import KeyAction

_REPEATING = frozenset({"+", "-", "=", "Up", "Down"})


class KeyBinding(QObject):
    """``pressed`` carries the key's name. A field that takes typing keeps its own keys."""

    pressed = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._shortcuts: list[QShortcut] = []
        self._bound: tuple[tuple[str, bool], ...] = ()

    def bind(self, actions: Sequence[KeyAction]) -> None:
        """These keys and no others."""
        bound = tuple((key, a.enabled) for a in actions for key in (a.key, *a.aliases))
        if bound == self._bound:
            return
        self._bound = bound
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts = [self._make(key, enabled) for key, enabled in bound]

    def _make(self, key: str, enabled: bool) -> QShortcut:
        shortcut = QShortcut(sequence(key), self._window)
        shortcut.setObjectName(key)
        shortcut.setAutoRepeat(key in _REPEATING)
        shortcut.setEnabled(enabled)
        shortcut.activated.connect(self._tell)
        shortcut.activatedAmbiguously.connect(self._tell)
        return shortcut

    def _tell(self) -> None:
        sender = self.sender()
        if isinstance(sender, QShortcut):
            self.pressed.emit(sender.objectName())
