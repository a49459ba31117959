"""The numeric pad: digits as on a telephone, one extra key, backspace. Never mirrored."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.theme.tokens import RADIUS, SIZE, Role
from ui.views.components.base import PaintedButton, begin
from ui.views.components.button import key_width, paint_key

BACKSPACE = "backspace"


class PadKey(PaintedButton):
    """One key of a pad. It never takes the focus, so the typing goes on where it was."""

    def __init__(
        self, text: str, height: int, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._height = height
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAutoRepeat(text == BACKSPACE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name or text)

    def sizeHint(self) -> QSize:
        """Return the room of a key."""
        if self._words == BACKSPACE:
            return QSize(SIZE.touch, self._height)
        need = fonts.width(self._words, "title", "medium") + 16
        return QSize(max(SIZE.touch, need), self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the key."""
        painter, rect = begin(self), self.area()
        back = self._words == BACKSPACE
        role: Role = "raised"
        if back or self.isDown():
            role = "sunken"
        elif self.is_hovered():
            role = "surface"
        line = None if back and not theme.current().is_contrast else theme.color("line_strong")
        painting.box(painter, rect, RADIUS.control, theme.color(role), line)
        ink = theme.color("text" if self.isEnabled() else "disabled")
        if back:
            place = QRectF(0, 0, 22, 22)
            place.moveCenter(rect.center())
            paint_icon(painter, place, BACKSPACE, ink)
            return
        font = fonts.font("title", "medium")
        painting.text(painter, rect, painting.ltr(self._words), font, ink, align="center")


class NumericPad(QWidget):
    """Twelve keys. ``typed`` carries a digit or the extra key's text, ``erased`` is backspace.

    ``extra`` is what the key at the bottom start does: the decimal sign of the locale, ``000``
    where money has no parts, ``+`` for telephone numbers.
    """

    typed = Signal(object)
    erased = Signal()

    def __init__(
        self,
        extra: str = ".",
        *,
        key_height: int = 58,
        gap: int = 8,
        backspace_name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._keys: dict[str, PadKey] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(gap)
        texts = [*"123456789", extra, "0", BACKSPACE]
        for number, text in enumerate(texts):
            key = PadKey(text, key_height, backspace_name if text == BACKSPACE else "")
            key.clicked.connect(self._press)
            grid.addWidget(key, number // 3, number % 3)
            self._keys["extra" if number == 9 else text] = key
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def key(self, name: str) -> PadKey:
        """Return the key of a digit, ``extra`` or ``backspace``."""
        return self._keys[name]

    def setExtra(self, text: str) -> None:
        """Change the key at the bottom start; empty switches it off."""
        key = self._keys["extra"]
        key.setText(text)
        key.setEnabled(bool(text))

    def _press(self) -> None:
        key = self.sender()
        if not isinstance(key, PadKey):
            return
        if key.text() == BACKSPACE:
            self.erased.emit()
        else:
            self.typed.emit(key.text())


class CashChoice(PaintedButton):
    """A sum to give, with what comes back: ``€40 · change €1.60``, and its key."""

    def __init__(
        self, amount: str = "", change: str = "", key: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(amount, parent)
        self._change, self._key = change, key
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def setChoice(self, amount: str, change: str, key: str = "") -> None:
        """Show another sum."""
        self._change, self._key = change, key
        self.setText(amount)
        self.setAccessibleName(f"{amount}, {change}")
        self.refresh()

    def nextCheckState(self) -> None:
        """Leave choosing to the screen."""

    def sizeHint(self) -> QSize:
        """Return the room of both lines and the key."""
        top = fonts.width(painting.isolate(self._words), "lead", "semibold") + 8
        top += key_width(self._key)
        return QSize(16 + max(top, fonts.width(self._change, "caption")) + 12, SIZE.row)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the choice."""
        painter, rect, rtl = begin(self), self.area(), self.rtl
        width, chosen = rect.width(), self.isChecked()
        fill = theme.color(
            "accent_soft" if chosen else "surface" if self.is_hovered() else "raised"
        )
        line = theme.color("accent" if chosen else "line_strong")
        painting.box(painter, rect, RADIUS.control, fill, line, 2 if chosen else 1)
        if self.ring:
            painting.focus_ring(painter, rect, RADIUS.control)
        wide = key_width(self._key)
        if wide:
            cap = painting.visual(QRectF(width - 12 - wide, 10, wide, SIZE.key_cap), width, rtl)
            paint_key(painter, cap, self._key, theme.color("muted"), theme.color("line_strong"))
        tail = wide + 8 if wide else 0
        first = painting.visual(QRectF(16, 9, width - 28 - tail, 26), width, rtl)
        font, words = fonts.font("lead", "semibold"), painting.isolate(self._words)
        painting.text(painter, first, words, font, theme.color("text"), rtl=rtl)
        second = painting.visual(QRectF(16, 35, width - 28, 18), width, rtl)
        small, muted = fonts.font("caption"), theme.color("muted")
        painting.text(painter, second, self._change, small, muted, rtl=rtl)
