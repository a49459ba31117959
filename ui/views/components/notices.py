"""What the till says by itself: toast, banner, and the empty, loading and error states.

One sentence, one thing to do. A banner lives inside the place it limits.
"""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import IconWeight, paint_icon
from ui.theme.tokens import RADIUS, SIZE, Role
from ui.views.components.base import PaintedWidget, begin, grow, is_rtl
from ui.views.components.button import Button
from ui.views.components.chip import TONES, Icon, Tone
from ui.views.components.label import Label
from ui.views.components.words import DETAIL_LINE, TITLE_LINE

SHOWN_MS = 6000
_ICONS: dict[Tone, str] = {
    "neutral": "info",
    "accent": "info",
    "positive": "check-circle",
    "warning": "warning",
    "danger": "warning-circle",
}


class Toast(QWidget):
    """One thing that happened and the one thing to do about it.

    Goes by itself after six seconds, but not while hovered or focused. ``acted`` comes from its
    link, ``gone`` when it leaves.
    """

    acted = Signal()
    gone = Signal()

    def __init__(self, parent: QWidget | None = None, *, shown_ms: int = SHOWN_MS) -> None:
        super().__init__(parent)
        self._tone: Tone = "positive"
        self._text = ""
        self._button = Button("", "link")
        self._button.clicked.connect(self._act)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(shown_ms)
        self._timer.timeout.connect(self._leave)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.addStretch(1)
        row.addWidget(self._button)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(SIZE.toast)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def say(self, text: str, tone: Tone = "positive", action: str = "", key: str = "") -> None:
        """Show ``text``; an older toast is replaced."""
        self._text, self._tone = text, tone
        self._button.setText(action)
        self._button.setKey(key if action else "")
        self._button.setVisible(bool(action))
        self.setAccessibleName(text)
        self.show()
        self._timer.start()
        self.updateGeometry()
        self.update()

    def button(self) -> Button:
        """Return the link."""
        return self._button

    def _act(self) -> None:
        self.acted.emit()
        self._leave()

    def _leave(self) -> None:
        if self.underMouse() or self._button.hasFocus():
            self._timer.start()
            return
        self._timer.stop()
        self.hide()
        self.gone.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay while somebody reads."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Count again."""
        self._timer.start()
        super().leaveEvent(event)

    def _room_after(self) -> int:
        return 6 + self._button.sizeHint().width() if not self._button.isHidden() else 16

    def sizeHint(self) -> QSize:
        """Return the room of sign, sentence and link."""
        return QSize(
            50 + fonts.width(self._text, "body", "medium") + self._room_after(), SIZE.toast
        )

    def minimumSizeHint(self) -> QSize:
        """Return the room with the sentence on two lines."""
        words = fonts.width(self._text, "body", "medium")
        return QSize(50 + min(words, max(140, words // 2 + 60)) + self._room_after(), SIZE.toast)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, sign and sentence."""
        painter, rtl = begin(self), is_rtl(self)
        rect, width = QRectF(self.rect()), float(self.width())
        painting.box(
            painter, rect, RADIUS.large, theme.color("overlay"), theme.color("line_strong")
        )
        ink = theme.color(TONES[self._tone].ink)
        sign = painting.visual(QRectF(18, 18, 20, 20), width, rtl)
        paint_icon(painter, sign, _ICONS[self._tone], ink, "fill")
        room = painting.visual(QRectF(50, 0, width - 50 - self._room_after(), 56), width, rtl)
        font = fonts.font("body", "medium")
        lines = painting.wrap(self._text, font, room.width())[:2]
        top = room.center().y() - len(lines) * TITLE_LINE / 2
        for number, words in enumerate(lines):
            place = QRectF(room.x(), top + number * TITLE_LINE, room.width(), TITLE_LINE)
            painting.text(painter, place, words, font, theme.color("text"), rtl=rtl)


class Banner(PaintedWidget):
    """Something that limits the place it stands in: sign, title, one more line."""

    def __init__(
        self, title: str = "", text: str = "", tone: Tone = "warning", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = ""
        grow(self)
        self.setBanner(title, text, tone)

    def setBanner(self, title: str, text: str = "", tone: Tone = "warning", icon: str = "") -> None:
        """Say something else."""
        self._title, self._text, self._icon = title, text, icon or _ICONS[tone]
        self._tone: Tone = tone
        self.setAccessibleName(f"{title}. {text}" if text else title)
        self.refresh()

    def _lines(self, width: float) -> tuple[list[str], list[str]]:
        room = width - 48 - 16
        title = painting.wrap(self._title, fonts.font("body", "semibold"), room)
        text = painting.wrap(self._text, fonts.font("caption"), room) if self._text else []
        return title, text

    def hasHeightForWidth(self) -> bool:
        """Grow downwards."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the broken words."""
        title, text = self._lines(width)
        return 12 + len(title) * TITLE_LINE + len(text) * DETAIL_LINE + 13

    def sizeHint(self) -> QSize:
        """Return a comfortable width."""
        return QSize(360, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, sign and words."""
        painter, rect, width = begin(self), self.area(), float(self.width())
        colours = TONES[self._tone]
        line = theme.color("line_strong") if theme.current().is_contrast else None
        painting.box(painter, rect, RADIUS.large, theme.color(colours.ground), line)
        sign = painting.visual(QRectF(15, 14, 20, 20), width, self.rtl)
        paint_icon(painter, sign, self._icon, theme.color(colours.ink))
        title, text = self._lines(width)
        top, ink = 12.0, theme.color("text")
        for rows, style, step in (
            (title, fonts.font("body", "semibold"), TITLE_LINE),
            (text, fonts.font("caption"), DETAIL_LINE),
        ):
            for words in rows:
                place = painting.visual(QRectF(48, top, width - 64, step), width, self.rtl)
                painting.text(painter, place, words, style, ink, rtl=self.rtl)
                top += step


class EmptyState(QWidget):
    """Nothing here, or not yet, or not possible: icon, title, one sentence, actions."""

    acted = Signal()

    def __init__(
        self,
        icon: str,
        title: str,
        text: str = "",
        *,
        role: Role = "muted",
        weight: IconWeight = "regular",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.icon = Icon(icon, 32, role, weight)
        self.title = Label(title, "lead", "semibold", align="center", wrap=True)
        self.text = Label(text, "body", role="muted", align="center", wrap=True)
        self._actions = QHBoxLayout()
        self._actions.setSpacing(8)
        self._actions.setContentsMargins(0, 0, 0, 0)
        self._actions.addStretch(1)
        self._actions.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 16, 8, 16)
        column.setSpacing(3)
        column.addStretch(1)
        column.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addLayout(self._actions)
        column.addStretch(1)

    def offer(self, button: Button) -> None:
        """Offer something to do."""
        self._actions.setContentsMargins(0, 9, 0, 0)
        self._actions.insertWidget(self._actions.count() - 1, button)

    def setTexts(self, title: str, text: str) -> None:
        """Change title and sentence."""
        self.title.setText(title)
        self.text.setText(text)
