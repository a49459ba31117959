"""Keys of the window: one shortcut a key, made once and switched on and off.

Shortcuts are never deleted: dropping their wrappers by the dozen at every change of the screen was
seen to end the process inside Shiboken (PySide6 6.11.3), and there are only some forty keys.
"""

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
        self._shortcuts: dict[str, QShortcut] = {}
        self._bound: dict[str, bool] = {}

    def bind(self, actions: Sequence[KeyAction]) -> None:
        """These keys and no others."""
        bound = {key: a.enabled for a in reversed(actions) for key in (a.key, *a.aliases)}
        if bound == self._bound:
            return
        self._bound = bound
        for key in bound:
            if key not in self._shortcuts:
                self._shortcuts[key] = self._make(key)
        for key, shortcut in self._shortcuts.items():
            shortcut.setEnabled(bound.get(key, False))

    def _make(self, key: str) -> QShortcut:
        shortcut = QShortcut(sequence(key), self._window)
        shortcut.setObjectName(key)
        shortcut.setAutoRepeat(key in _REPEATING)
        shortcut.activated.connect(self._tell)
        shortcut.activatedAmbiguously.connect(self._tell)
        return shortcut

    def _tell(self) -> None:
        sender = self.sender()
        if isinstance(sender, QShortcut):
            self.pressed.emit(sender.objectName())
