"""Grounds: the page, the sheet, the head of a panel, what lies over everything, the dialog."""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.tokens import RADIUS, SIZE, Role
from ui.views.components.base import PaintedWidget, begin
from ui.views.components.button import Button, IconButton
from ui.views.components.label import Label


class Ground(PaintedWidget):
    """The ground of a whole screen, in one colour role."""

    def __init__(self, role: Role = "surface", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role: Role = role

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the ground."""
        QPainter(self).fillRect(event.rect(), theme.color(self._role))


class Sheet(PaintedWidget):
    """The white sheet of a screen: rounded, with a line and no shadow.

    Give it its own layout. A column of another colour at one end is told with ``setColumn``; a
    line between columns is a standing ``Divider`` in the layout.
    """

    def __init__(
        self,
        role: Role = "raised",
        *,
        radius: int = RADIUS.panel,
        line: Role | None = "line",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role: Role = role
        self._radius, self._line = radius, line
        self._column: tuple[int, Role] | None = None

    def setRole(self, role: Role) -> None:
        """Change the colour role of the ground."""
        self._role = role
        self.update()

    def setColumn(self, width: int, role: Role = "surface") -> None:
        """Colour the last ``width`` pixels at the end edge differently; 0 takes it away."""
        self._column = (width, role) if width else None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, column and line."""
        painter, rect = begin(self), self.area()
        line = theme.color(self._line) if self._line else None
        painting.box(painter, rect, self._radius, theme.color(self._role), line)
        if self._column is None:
            return
        width, role = self._column
        strip = painting.visual(
            QRectF(rect.width() - width, 0, width, rect.height()), rect.width(), self.rtl
        )
        painter.save()
        painter.setClipRect(strip)
        painting.box(painter, rect, self._radius, theme.color(role), line)
        painter.restore()


class PanelHeader(QWidget):
    """The head of a side panel: title and a close button; ``closed`` asks for going back."""

    closed = Signal()

    def __init__(
        self, title: str = "", close_name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.title = Label(title, "lead", "semibold")
        self.close_button = IconButton("x", close_name)
        self.close_button.clicked.connect(self._tell_closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.title)
        row.addStretch(1)
        row.addWidget(self.close_button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _tell_closed(self) -> None:
        self.closed.emit()

    def setTexts(self, title: str, close_name: str) -> None:
        """Change the title and what the close button is called."""
        self.title.setText(title)
        self.close_button.setText(close_name)


class Overlay(PaintedWidget):
    """Something over everything: a scrim over the parent and a raised panel in the middle.

    Put the content into ``panel``'s layout. Escape emits ``closed``; the focus stays inside.
    """

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.panel = QWidget(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        parent.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Show over the parent and take the focus."""
        self._place()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        self.setGeometry(parent.rect())
        size = self.panel.sizeHint().boundedTo(self.size())
        self.panel.setGeometry(
            (self.width() - size.width()) // 2,
            (self.height() - size.height()) // 2,
            size.width(),
            size.height(),
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep Tab inside the panel."""
        inside = [
            w
            for w in self.panel.findChildren(QWidget)
            if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible() and w.isEnabled()
        ]
        if not inside:
            return True
        focused = self.focusWidget()
        at = inside.index(focused) if focused in inside else (-1 if forward else 0)
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        inside[(at + (1 if forward else -1)) % len(inside)].setFocus(reason)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint scrim, shadow and panel."""
        painter = begin(self)
        painter.fillRect(self.rect(), painting.with_alpha(theme.color("scrim"), 96))
        rect = QRectF(self.panel.geometry())
        painting.shadow(painter, rect, RADIUS.panel)
        painting.box(painter, rect, RADIUS.panel, theme.color("overlay"), theme.color("line"))


class Dialog(Overlay):
    """A question about what cannot be undone. The safe answer has Escape and the focus."""

    confirmed = Signal()

    def __init__(
        self,
        parent: QWidget,
        *,
        title: str,
        text: str,
        safe: str,
        danger: str,
        escape: str = "Esc",
    ) -> None:
        super().__init__(parent)
        self.title = Label(title, "title", "semibold", wrap=True)
        self.text = Label(text, "body", role="muted", wrap=True)
        self.safe = Button(safe, "secondary", key=escape)
        self.danger = Button(danger, "danger-filled")
        self.safe.clicked.connect(self._tell_closed)
        self.danger.clicked.connect(self._tell_confirmed)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addSpacing(18)
        column.addLayout(self._answers())
        self.panel.setFixedWidth(SIZE.dialog_width)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    def _answers(self) -> QBoxLayout:
        need = self.safe.sizeHint().width() + self.danger.sizeHint().width() + 8
        fits = need <= SIZE.dialog_width - 48
        row = QHBoxLayout() if fits else QVBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.safe)
        row.addWidget(self.danger)
        return row

    def _place(self) -> None:
        layout = self.panel.layout()
        if layout is not None:
            self.panel.setFixedHeight(layout.heightForWidth(SIZE.dialog_width))
        super()._place()

    def open(self) -> None:
        """Show, with the focus on the safe answer."""
        super().open()
        self.safe.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_closed(self) -> None:
        self.closed.emit()

    def _tell_confirmed(self) -> None:
        self.confirmed.emit()


class Quote(PaintedWidget):
    """A sentence to say to the member: caption, words in title size, on a quiet ground."""

    def __init__(self, caption: str = "", words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption, self._words = caption, words
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(words)

    def setQuote(self, caption: str, words: str) -> None:
        """Change caption and words."""
        self._caption, self._words = caption, words
        self.setAccessibleName(words)
        self.refresh()

    def _lines(self, width: float) -> list[str]:
        return painting.wrap(self._words, fonts.font("title", "semibold"), width - 40)

    def hasHeightForWidth(self) -> bool:
        """Grow downwards."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the broken words."""
        return 14 + 24 + len(self._lines(width)) * 32 + 16

    def sizeHint(self) -> QSize:
        """Return a comfortable width."""
        return QSize(480, self.heightForWidth(480))

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(240, 86)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, caption and words."""
        painter, rect = begin(self), self.area()
        line = theme.color("line_strong") if theme.current().is_contrast else None
        painting.box(painter, rect, RADIUS.large, theme.color("surface"), line)
        row = QRectF(20, 14, rect.width() - 40, 20)
        small = fonts.font("caption", "semibold")
        painting.text(painter, row, self._caption, small, theme.color("muted"), rtl=self.rtl)
        font, ink = fonts.font("title", "semibold"), theme.color("text")
        for number, words in enumerate(self._lines(rect.width())):
            place = QRectF(20, 38 + number * 32, rect.width() - 40, 32)
            painting.text(painter, place, words, font, ink, rtl=self.rtl)
