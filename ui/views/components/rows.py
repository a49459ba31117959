"""Rows: facts about a member, people and things found, pairs of a word and a figure.

The whole row is the target. Titles must fit or wrap; only a second line may be cut.
"""

from PySide6.QtCore import QEvent, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.tokens import RADIUS, SIZE, Role, TextStyle, Weight
from ui.views.components.base import PaintedButton, PaintedWidget, begin, is_rtl
from ui.views.components.button import Button
from ui.views.components.chip import TONES, Tone, initials, paint_avatar
from ui.views.components.words import DETAIL_LINE, TITLE_LINE, paint_two_lines

_GAP = 12


class FactRow(QWidget):
    """One thing worth knowing about a member: icon, title, reason, and at most one action.

    ``acted`` is emitted when the action's button is pressed. An empty fact keeps its height, so
    that a late one moves nothing.
    """

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = ""
        self._tone: Tone = "neutral"
        self._title = ""
        self._reason = ""
        self._button: Button | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setFact(self, icon: str, title: str, reason: str = "", tone: Tone = "neutral") -> None:
        """Show a fact; an empty title empties the row."""
        self._icon, self._title, self._reason, self._tone = icon, title, reason, tone
        self.setAccessibleName(", ".join(part for part in (title, reason) if part))
        self.update()

    def setAction(self, text: str, key: str = "") -> None:
        """Offer an action; an empty text takes it away."""
        if self._button is None:
            self._button = Button("", "secondary", parent=self)
            self._button.clicked.connect(self._act)
        self._button.setText(text)
        self._button.setKey(key)
        self._button.setVisible(bool(text))
        self._place()

    def button(self) -> Button | None:
        """Return the action's button if there ever was one."""
        return self._button

    def _act(self) -> None:
        self.acted.emit()

    def sizeHint(self) -> QSize:
        """Return the height of a fact."""
        return QSize(SIZE.card_least_width, SIZE.fact)

    def minimumSizeHint(self) -> QSize:
        """Return the least width: disc, a few words and the action."""
        return QSize(52 + self._action_width() + 80, SIZE.fact)

    def _action_width(self) -> int:
        button = self._button
        return button.sizeHint().width() + 10 if button and not button.isHidden() else 0

    def changeEvent(self, event: QEvent) -> None:
        """Mirror with the direction."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the action at the end edge."""
        self._place()
        super().resizeEvent(event)

    def _place(self) -> None:
        if self._button is None:
            return
        size = self._button.sizeHint()
        x = 0 if is_rtl(self) else self.width() - size.width()
        self._button.setGeometry(
            x, (self.height() - size.height()) // 2, size.width(), size.height()
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint disc and words."""
        if not self._title:
            return
        painter, rtl, width = begin(self), is_rtl(self), float(self.width())
        colours = TONES[self._tone]
        place = QRectF(0, (self.height() - SIZE.disc) / 2, SIZE.disc, SIZE.disc)
        disc = painting.visual(place, width, rtl)
        paint_avatar(painter, disc, "", colours.ground, colours.ink, self._icon, rtl=rtl)
        start = SIZE.disc + _GAP
        room = QRectF(start, 0, width - start - self._action_width(), self.height())
        words = painting.visual(room, width, rtl)
        paint_two_lines(painter, words, self._title, self._reason, rtl=rtl)


class ListRow(PaintedButton):
    """Somebody or something found: disc, title with its match underlined, detail, end text."""

    def __init__(self, title: str = "", detail: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._detail = detail
        self._match: tuple[int, int] = (0, 0)
        self._end = ""
        self._icon = ""
        self._tone: Tone = "neutral"
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setRow(
        self,
        title: str,
        detail: str = "",
        *,
        match: tuple[int, int] = (0, 0),
        end: str = "",
        icon: str = "",
        tone: Tone = "neutral",
    ) -> None:
        """Show a row; ``match`` is start and length of the part that was searched for."""
        self._detail, self._match, self._end = detail, match, end
        self._icon, self._tone = icon, tone
        self.setText(title)
        self.setAccessibleDescription(detail)
        self.update()

    def nextCheckState(self) -> None:
        """Leave selecting to the screen: a click alone changes nothing."""

    def sizeHint(self) -> QSize:
        """Return the room of a row."""
        return QSize(256, 60)

    def minimumSizeHint(self) -> QSize:
        """Return the least room of a row."""
        return QSize(160, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the row."""
        painter = begin(self)
        rect = self.area()
        if self.ring:
            painting.focus_ring(painter, rect, RADIUS.control)
        paint_list_row(
            painter,
            rect,
            self._words,
            self._detail,
            match=self._match,
            end=self._end,
            icon=self._icon,
            tone=self._tone,
            selected=self.isChecked(),
            hovered=self.is_hovered(),
            rtl=self.rtl,
        )


def paint_list_row(
    painter: QPainter,
    rect: QRectF,
    title: str,
    detail: str,
    *,
    match: tuple[int, int] = (0, 0),
    end: str = "",
    icon: str = "",
    tone: Tone = "neutral",
    selected: bool = False,
    hovered: bool = False,
    rtl: bool = False,
) -> None:
    """Paint a found row; lists with a delegate paint with this too."""
    if selected:
        painting.selection(painter, rect, RADIUS.control)
    elif hovered:
        painting.box(painter, rect, RADIUS.control, theme.color("surface"))
    painter.save()
    painter.translate(rect.topLeft())
    width, height = rect.width(), rect.height()
    place = painting.visual(QRectF(12, (height - 36) / 2, 36, 36), width, rtl)
    ground_role: Role = "raised" if selected else TONES[tone].ground
    ink: Role = TONES[tone].ink if icon else "text"
    paint_avatar(painter, place, initials(title), ground_role, ink, icon, rtl=rtl)
    tail = fonts.width(end, "caption") + 8 if end else 0
    room = QRectF(59, 0, width - 59 - 12 - tail, height)
    words = painting.visual(room, width, rtl)
    paint_two_lines(painter, words, painting.isolate(title), detail, rtl=rtl)
    if match[1]:
        _paint_match(painter, words, title, match, bool(detail), rtl=rtl)
    if end:
        box = painting.visual(QRectF(width - 12 - tail, 0, tail, height), width, rtl)
        font, muted = fonts.font("caption"), theme.color("muted")
        painting.text(painter, box, painting.ltr(end), font, muted, align="end", rtl=rtl)
    painter.restore()


def _paint_match(
    painter: QPainter, rect: QRectF, title: str, match: tuple[int, int], two: bool, *, rtl: bool
) -> None:
    """Paint the matched part again in accent over the title, underlined."""
    if fonts.width(title, "body", "medium") > rect.width():
        return
    font = fonts.font("body", "medium")
    advance = fonts.measure(font).horizontalAdvance
    before, part = title[: match[0]], title[match[0] : match[0] + match[1]]
    whole, shift, wide = advance(title), advance(before), advance(part)
    left = rect.right() - whole if rtl else rect.left()
    x = left + whole - shift - wide if _reads_rtl(title) else left + shift
    top = rect.center().y() - ((TITLE_LINE + DETAIL_LINE) if two else TITLE_LINE) / 2
    accent = theme.color("accent")
    painter.save()
    painter.setClipRect(QRectF(x, top, wide, TITLE_LINE))
    row = QRectF(rect.x(), top, rect.width(), TITLE_LINE)
    painting.text(painter, row, painting.isolate(title), font, accent, rtl=rtl)
    painter.restore()
    painter.fillRect(QRectF(x, top + TITLE_LINE, wide, 1.5), accent)


def _reads_rtl(words: str) -> bool:
    return any("\u0590" <= sign <= "\u08ff" for sign in words)


class PairRow(PaintedWidget):
    """A word at the start, a figure at the end: ``Subtotal  €44.40``."""

    def __init__(
        self,
        label: str = "",
        value: str = "",
        *,
        label_role: Role = "muted",
        label_weight: Weight = "regular",
        value_role: Role = "text",
        value_weight: Weight = "semibold",
        style: TextStyle = "body",
        value_style: TextStyle | None = None,
        height: int = 28,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label, self._value = label, value
        self._label_role: Role = label_role
        self._value_role: Role = value_role
        self._style: TextStyle = style
        self._value_style: TextStyle = value_style or style
        self._label_weight: Weight = label_weight
        self._value_weight: Weight = value_weight
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._name()

    def _name(self) -> None:
        self.setAccessibleName(f"{self._label} {self._value}".strip())

    def setPair(self, label: str, value: str, value_role: Role | None = None) -> None:
        """Change word and figure."""
        self._label, self._value = label, value
        self._value_role = value_role or self._value_role
        self._name()
        self.refresh()

    def setValue(self, value: str, role: Role | None = None) -> None:
        """Change the figure."""
        self.setPair(self._label, value, role)

    def sizeHint(self) -> QSize:
        """Return the room of both and a gap."""
        label = fonts.width(self._label, self._style, self._label_weight)
        return QSize(label + _GAP + self._value_width(), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        """Return the room of the figure and of the longest word broken once."""
        hint = self.sizeHint()
        return QSize(self._value_width() + _GAP + 40, hint.height())

    def _value_width(self) -> int:
        return fonts.width(painting.isolate(self._value), self._value_style, self._value_weight)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both; a word too long for its place gets smaller before it is cut."""
        painter, width, height = begin(self), float(self.width()), float(self.height())
        wide = self._value_width()
        style: TextStyle = self._style
        room = QRectF(0, 0, width - wide - _GAP, height)
        if fonts.width(self._label, style, self._label_weight) > room.width():
            style = "caption"
        ink = theme.color(self._label_role)
        words = painting.visual(room, width, self.rtl)
        font = fonts.font(style, self._label_weight)
        lines = [self._label]
        if fonts.width(self._label, style, self._label_weight) > room.width() and height >= 28:
            lines = painting.wrap(self._label, font, room.width())[:2]
        step = min(height / len(lines), 24.0 if len(lines) == 1 else 15.0)
        top = (height - step * len(lines)) / 2
        for number, line in enumerate(lines):
            place = QRectF(words.x(), top + number * step, words.width(), step)
            painting.text(painter, place, line, font, ink, rtl=self.rtl)
        place = painting.visual(QRectF(width - wide, 0, wide, height), width, self.rtl)
        value = painting.isolate(self._value)
        bold = fonts.font(self._value_style, self._value_weight)
        painting.text(
            painter, place, value, bold, theme.color(self._value_role), align="end", rtl=self.rtl
        )
