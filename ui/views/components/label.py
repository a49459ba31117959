"""Words on a ground: a painted label, and the line between two things."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.painting import Align
from ui.theme.tokens import Role, TextStyle, Weight
from ui.views.components.base import PaintedWidget, begin

_LEAST_WRAPPED = 80


class Label(PaintedWidget):
    """One style of text, aligned by the widget's direction and not by the text's.

    By default the text must fit and the label is as wide as it; ``elide`` lets a second line be
    cut, ``wrap`` breaks it over as many lines as the width asks for.
    """

    def __init__(
        self,
        text: str = "",
        style: TextStyle = "body",
        weight: Weight = "regular",
        role: Role = "text",
        *,
        align: Align = "start",
        elide: bool = False,
        wrap: bool = False,
        number: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._style: TextStyle = style
        self._weight: Weight = weight
        self._role: Role = role
        self._align: Align = align
        self._elide = elide
        self._wrap = wrap
        self._number = number
        self.setAccessibleName(text)
        self._set_policy()

    def _set_policy(self) -> None:
        wide = QSizePolicy.Policy.Preferred if self._elide or self._wrap else None
        policy = QSizePolicy(wide or QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        if self._wrap:
            policy.setVerticalPolicy(QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def text(self) -> str:
        """Return the text as it was given."""
        return self._text

    def setText(self, text: str) -> None:
        """Change the text."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.refresh()

    def setRole(self, role: Role) -> None:
        """Change the colour role of the text."""
        self._role = role
        self.update()

    def setTextStyle(self, style: TextStyle, weight: Weight) -> None:
        """Change the text style."""
        self._style, self._weight = style, weight
        self.refresh()

    def _shown(self) -> str:
        return painting.ltr(self._text) if self._number else self._text

    def sizeHint(self) -> QSize:
        """Return the room of the text on one line."""
        width = fonts.width(self._shown(), self._style, self._weight)
        return QSize(width, fonts.line(self._style))

    def minimumSizeHint(self) -> QSize:
        """Return the least room: nothing less than the text, unless it may be cut or broken."""
        hint = self.sizeHint()
        if self._elide:
            return QSize(min(hint.width(), 24), hint.height())
        return QSize(min(hint.width(), _LEAST_WRAPPED), hint.height()) if self._wrap else hint

    def hasHeightForWidth(self) -> bool:
        """Tell layouts that a wrapped text grows downwards."""
        return self._wrap

    def heightForWidth(self, width: int) -> int:
        """Return the height of the text broken to ``width``."""
        return len(self._lines(width)) * fonts.line(self._style) if self._wrap else -1

    def _lines(self, width: float) -> list[str]:
        if not self._wrap:
            return [self._shown()]
        return painting.wrap(self._text, fonts.font(self._style, self._weight), width)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint line by line, centred in the height there is."""
        painter = begin(self)
        lines = self._lines(self.width())
        step = fonts.line(self._style)
        top = (self.height() - step * len(lines)) / 2
        ink = theme.color(self._role if self.isEnabled() else "disabled")
        font = fonts.font(self._style, self._weight)
        for number, words in enumerate(lines):
            rect = QRectF(0, top + number * step, self.width(), step)
            painting.text(
                painter, rect, words, font, ink, align=self._align, rtl=self.rtl, elide=self._elide
            )


class Divider(PaintedWidget):
    """A hairline, lying or standing."""

    def __init__(
        self,
        orientation: Qt.Orientation = Qt.Orientation.Horizontal,
        role: Role = "line",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role: Role = role
        if orientation == Qt.Orientation.Horizontal:
            self.setFixedHeight(1)
        else:
            self.setFixedWidth(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line."""
        painter = begin(self)
        painter.fillRect(self.rect(), theme.color(self._role))
