"""What every painted widget shares: the focus ring's manners, hover, direction, repaint.

The ring shows where the keyboard is. It appears when focus came by key, by a shortcut or from the
program (a scan puts focus on the new line), and not when it came by a click.
"""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.theme import painting

_KEPT = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
_CLICKS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CHANGES = (QEvent.Type.LayoutDirectionChange, QEvent.Type.EnabledChange, QEvent.Type.FontChange)


def ring_after(reason: Qt.FocusReason, before: bool) -> bool:
    """Tell whether focus that came for ``reason`` shows a ring; coming back keeps what was."""
    if reason in _KEPT:
        return before
    return reason != Qt.FocusReason.MouseFocusReason


def is_rtl(widget: QWidget) -> bool:
    """Tell whether ``widget`` reads right to left."""
    return widget.layoutDirection() == Qt.LayoutDirection.RightToLeft


def grow(widget: QWidget) -> None:
    """Let a widget be as high as its width asks, whatever it was before.

    A box layout keeps a widget's greatest height from before a resize; with a fixed vertical policy
    that is the height of the old width, and broken lines are cut. ``Minimum`` has no greatest one.
    """
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    widget.setSizePolicy(policy)


def begin(widget: QWidget) -> QPainter:
    """Open an antialiased painter on ``widget``."""
    return painting.crisp(QPainter(widget))


class PaintedWidget(QWidget):
    """A painted widget without click: knows its direction and whether to show the ring."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ring = False

    @property
    def rtl(self) -> bool:
        """Whether this widget reads right to left."""
        return is_rtl(self)

    @property
    def ring(self) -> bool:
        """Whether the focus ring shows."""
        return self._ring and self.hasFocus()

    def area(self) -> QRectF:
        """Return the whole widget as a rectangle to paint in."""
        return QRectF(self.rect())

    def refresh(self) -> None:
        """Take a changed content: ask for a new size and a repaint."""
        self.updateGeometry()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember whether the ring is to show."""
        self._ring = ring_after(event.reason(), self._ring)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Repaint when the direction or the state turned."""
        super().changeEvent(event)
        if event.type() in _CHANGES:
            self.update()


class PaintedButton(QAbstractButton):
    """A painted thing to press: keeps Qt's keyboard, ``clicked`` and accessible role.

    Its words live here and not in ``QAbstractButton.text``, where an ampersand would become a
    mnemonic. Space and Enter press it; a screen's own Enter shortcut goes first.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ring = False
        self._words = text
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    @property
    def rtl(self) -> bool:
        """Whether this widget reads right to left."""
        return is_rtl(self)

    @property
    def ring(self) -> bool:
        """Whether the focus ring shows."""
        return self._ring and self.hasFocus()

    def area(self) -> QRectF:
        """Return the whole widget as a rectangle to paint in."""
        return QRectF(self.rect())

    def text(self) -> str:
        """Return the text as it was given."""
        return self._words

    def setText(self, text: str) -> None:
        """Change the words, and with them the accessible name."""
        if text != self._words:
            self._words = text
            self.setAccessibleName(text)
            self.refresh()

    def refresh(self) -> None:
        """Take a changed content: ask for a new size and a repaint."""
        self.updateGeometry()
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Never be smaller than the words need."""
        return self.sizeHint()

    def is_hovered(self) -> bool:
        """Whether the pointer is over an enabled button."""
        return self.isEnabled() and self.underMouse()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button, as Space does."""
        if event.key() in _CLICKS and not event.isAutoRepeat():
            self.click()
            event.accept()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember whether the ring is to show."""
        self._ring = ring_after(event.reason(), self._ring)
        super().focusInEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Repaint when the direction or the state turned."""
        super().changeEvent(event)
        if event.type() in _CHANGES:
            self.update()
