"""Keys that come as quick as a reader types them, taken before anything else sees them."""

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from terminal.services.setup_learning import HAND_MS, Stroke

_ENDS = {Qt.Key.Key_Return: "\r", Qt.Key.Key_Enter: "\r", Qt.Key.Key_Tab: "\t"}
_LEAST = 6
_READER_WAITS_MS, _HAND_WAITS_MS = 300, 1500


class ReaderKeys(QObject):
    """``typed`` carries the strokes of one burst, its Enter or Tab included.

    Between ``start`` and ``stop`` no letter or digit reaches a button; a field that takes typing
    keeps its own, and a lone Enter still presses what has the focus.
    """

    typed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._strokes: list[Stroke] = []
        self._clock = QElapsedTimer()
        self._clock.start()
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.timeout.connect(self._ended)
        self._on = False

    def start(self) -> None:
        """Listen to the keys of the whole program."""
        app = QApplication.instance()
        if app is not None and not self._on:
            self._on = True
            app.installEventFilter(self)

    def stop(self) -> None:
        """Let every key go where it belongs."""
        app = QApplication.instance()
        if app is not None and self._on:
            self._on = False
            app.removeEventFilter(self)
        self._strokes = []
        self._silence.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what a reader types, and the end of it."""
        if event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        types = isinstance(watched, QLineEdit) or isinstance(QApplication.focusWidget(), QLineEdit)
        if not isinstance(event, QKeyEvent) or types:
            return False
        mine = self._is_mine(event)
        if event.type() == QEvent.Type.ShortcutOverride:
            if mine:
                event.accept()  # or a shortcut would get the key first
            return mine
        if mine:
            self._take(event)
        return mine

    def _is_mine(self, event: QKeyEvent) -> bool:
        held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if event.modifiers() & held or event.isAutoRepeat():
            return False
        if event.key() in _ENDS or event.text() == " ":
            return self._is_quick()
        return bool(event.text()) and event.text().isprintable()

    def _is_quick(self) -> bool:
        if len(self._strokes) < 2:
            return False
        return self._clock.elapsed() - self._strokes[-1].at_ms <= _HAND_WAITS_MS and (
            len(self._strokes) >= _LEAST or self._pace() <= HAND_MS
        )

    def _pace(self) -> int:
        first, last = self._strokes[0], self._strokes[-1]
        return (last.at_ms - first.at_ms) // max(len(self._strokes) - 1, 1)

    def _take(self, event: QKeyEvent) -> None:
        text = _ENDS.get(Qt.Key(event.key()), event.text())
        self._strokes.append(Stroke(text, event.nativeScanCode(), self._clock.elapsed()))
        if event.key() in _ENDS:
            self._ended()
        else:
            quick = len(self._strokes) > 1 and self._pace() <= HAND_MS // 2
            self._silence.start(_READER_WAITS_MS if quick else _HAND_WAITS_MS)

    def _ended(self) -> None:
        strokes, self._strokes = self._strokes, []
        self._silence.stop()
        if len(strokes) > _LEAST:
            self.typed.emit(strokes)
