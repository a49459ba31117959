"""The member, as a card: seen from the corner of an eye.

A dark card means somebody is attached, a dashed slot means a guest. The name shrinks and is never
cut; so do the points. Everything is painted at once, so a change costs one repaint.
"""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.theme.tokens import RADIUS, SIZE, Role, TextStyle
from ui.views.components.base import PaintedButton, begin
from ui.views.components.chip import TIER_ICONS, TIERS, Tier, chip_width, paint_chip

_PAD = 20
_RINGS = (270, 210, 150, 90)
_RING_ALPHA = 9


@dataclass(frozen=True, slots=True)
class CardFace:
    """What the card shows; every text as it is to be read."""

    name: str = ""
    points: str = ""
    points_word: str = ""
    tier: Tier = "bronze"
    tier_word: str = ""
    number: str = ""
    worth: str = ""
    progress: float = 0.0
    progress_text: str = ""
    note: str = ""

    def spoken(self) -> str:
        """Return the card as a screen reader says it."""
        parts = (
            self.name,
            self.tier_word,
            f"{self.points} {self.points_word}".strip(),
            self.worth,
            self.progress_text,
            self.note,
        )
        return ", ".join(part for part in parts if part)


class MemberCard(PaintedButton):
    """The card of the attached member; pressing it is up to the screen.

    ``note`` takes the card number's place when the balance needs a reservation, such as
    ``as of 14:02`` while offline.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._face = CardFace()
        self._ground = QPixmap()
        self._ground_key: tuple[object, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def face(self) -> CardFace:
        """Return what the card shows."""
        return self._face

    def setFace(self, face: CardFace) -> None:
        """Show another face, with one repaint."""
        if face == self._face:
            return
        self._face = face
        self.setAccessibleName(face.spoken())
        self.update()

    def setPoints(self, points: str, worth: str) -> None:
        """Change the balance and what it is worth."""
        self.setFace(replace(self._face, points=points, worth=worth))

    def setNote(self, note: str) -> None:
        """Say how far the balance can be trusted; empty takes it away."""
        self.setFace(replace(self._face, note=note))

    def setProgress(self, share: float, text: str) -> None:
        """Set the way to the next tier, from 0 to 1, and its words."""
        self.setFace(replace(self._face, progress=share, progress_text=text))

    def sizeHint(self) -> QSize:
        """Return the card of the counter's member column."""
        return QSize(360, SIZE.card)

    def minimumSizeHint(self) -> QSize:
        """Return the narrowest card."""
        return QSize(SIZE.card_least_width, SIZE.card)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, then the words."""
        painter = begin(self)
        painter.drawPixmap(0, 0, self._painted_ground())
        width = float(self.width())
        self._paint_top(painter, width)
        self._paint_name(painter, width)
        self._paint_points(painter, width)
        self._paint_progress(painter, width)
        if self.ring:
            inset = self.area().adjusted(2, 2, -2, -2)
            painting.focus_ring(painter, inset, RADIUS.panel - 2)

    def _painted_ground(self) -> QPixmap:
        key = (self.size(), self.devicePixelRatioF(), theme.current().name, self.rtl)
        if key != self._ground_key:
            ratio = self.devicePixelRatioF()
            self._ground = QPixmap(self.size() * ratio)
            self._ground.setDevicePixelRatio(ratio)
            self._ground.fill(Qt.GlobalColor.transparent)
            painter = painting.crisp(QPainter(self._ground))
            paint_card_ground(painter, self.area(), rtl=self.rtl)
            painter.end()
            self._ground_key = key
        return self._ground

    def _paint_top(self, painter: QPainter, width: float) -> None:
        face, rtl = self._face, self.rtl
        muted, x = theme.color("on_card_muted"), float(_PAD)
        if face.tier_word:
            icon = TIER_ICONS[face.tier]
            wide = chip_width(face.tier_word, icon)
            place = painting.visual(QRectF(x, 18, wide, SIZE.chip), width, rtl)
            paint_chip(painter, place, face.tier_word, icon, TIERS[face.tier], rtl=rtl)
            x += wide + 8
        room = painting.visual(QRectF(x, 18, width - _PAD - x, SIZE.chip), width, rtl)
        words = face.note or painting.ltr(face.number)
        font = fonts.font("caption", "medium")
        painting.text(painter, room, words, font, muted, align="end", rtl=rtl)

    def _paint_name(self, painter: QPainter, width: float) -> None:
        room = width - 2 * _PAD
        name = painting.isolate(self._face.name)
        ink = theme.color("on_card")
        style = fonts.fitting(name, room, ("big", "title", "lead"), "semibold")
        font = fonts.font(style, "semibold")
        if fonts.width(name, style, "semibold") <= room:
            painting.text(painter, QRectF(_PAD, 53, room, 40), name, font, ink, rtl=self.rtl)
            return
        for row, words in enumerate(painting.wrap(self._face.name, font, room)[:2]):
            place = QRectF(_PAD, 50 + row * 23, room, 24)
            line = painting.isolate(words)
            painting.text(painter, place, line, font, ink, rtl=self.rtl)

    def _paint_points(self, painter: QPainter, width: float) -> None:
        face, rtl = self._face, self.rtl
        ink, muted = theme.color("on_card"), theme.color("on_card_muted")
        points, worth = painting.ltr(face.points), painting.ltr(face.worth)
        worth_wide = fonts.width(worth, "lead", "semibold")
        word_wide = fonts.width(face.points_word, "body", "medium")
        room = width - 2 * _PAD - worth_wide - word_wide - (22 if worth else 11)
        style = fonts.fitting(points, room, ("hero", "display", "big", "title"), "semibold")
        wide = fonts.width(points, style, "semibold")
        big = fonts.font(style, "semibold")
        box = QRectF(_PAD, 163 - ascent_in_line(style), wide, fonts.line(style))
        painting.text(painter, painting.visual(box, width, rtl), points, big, ink, rtl=rtl)
        word = QRectF(_PAD + wide + 9, 141, word_wide, 22)
        normal = fonts.font("body", "medium")
        painting.text(
            painter, painting.visual(word, width, rtl), face.points_word, normal, muted, rtl=rtl
        )
        value = QRectF(width - _PAD - worth_wide, 138, worth_wide, 24)
        lead = fonts.font("lead", "semibold")
        painting.text(painter, painting.visual(value, width, rtl), worth, lead, ink, rtl=rtl)

    def _paint_progress(self, painter: QPainter, width: float) -> None:
        face, rtl = self._face, self.rtl
        if not face.progress_text:
            return
        text_wide = fonts.width(face.progress_text, "caption", "medium")
        font, muted = fonts.font("caption", "medium"), theme.color("on_card_muted")
        start = width - _PAD - text_wide
        room = painting.visual(QRectF(start, 175, text_wide, 18), width, rtl)
        painting.text(painter, room, face.progress_text, font, muted, rtl=rtl)
        length = start - 18 - _PAD
        if length >= 24:
            track = painting.visual(QRectF(_PAD, 181, length, 5), width, rtl)
            contrast = theme.current().is_contrast
            ink, rail = theme.color("on_card"), theme.color("line" if contrast else "card_line")
            painting.bar(painter, track, face.progress, rail, ink, rtl=rtl)


def ascent_in_line(style: TextStyle) -> float:
    """Return how far above its baseline a centred line of ``style`` begins."""
    measure = fonts.measure(fonts.font(style, "semibold"))
    return (fonts.line(style) - measure.height()) / 2 + measure.ascent()


def paint_card_ground(painter: QPainter, rect: QRectF, *, rtl: bool = False) -> None:
    """Paint the card without its words: colour, and four circles round its top end corner."""
    if theme.current().is_contrast:
        line = theme.color("card_line")
        painting.box(painter, rect, RADIUS.panel, theme.color("card"), line, 2)
        return
    shape = QPainterPath()
    shape.addRoundedRect(rect, RADIUS.panel, RADIUS.panel)
    painter.fillPath(shape, theme.color("card"))
    veil = painting.with_alpha(QColor(255, 255, 255), _RING_ALPHA)
    centre = QPointF(rect.left() if rtl else rect.right(), rect.top() + 10)
    for radius in _RINGS:
        circle = QPainterPath()
        circle.addEllipse(centre, radius, radius)
        painter.fillPath(circle.intersected(shape), veil)


class GuestSlot(PaintedButton):
    """The place of the card while nobody is attached: dashed, with one sentence."""

    def __init__(self, title: str = "", hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._hint = hint
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the room of a card."""
        return QSize(360, SIZE.card)

    def minimumSizeHint(self) -> QSize:
        """Return the narrowest slot."""
        return QSize(SIZE.card_least_width, SIZE.card)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dashes, the icon and the words."""
        painter = begin(self)
        rect = self.area()
        if self.ring:
            rect = painting.focus_ring(painter, rect, RADIUS.panel)
        role: Role = "accent" if self.is_hovered() else "outline"
        pen = QPen(theme.color(role), 1.5)
        pen.setDashPattern([6, 4])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), RADIUS.panel, RADIUS.panel)
        middle = self.width() / 2
        muted = theme.color("muted")
        place = QRectF(middle - 16, 44, 32, 32)
        paint_icon(painter, place, "identification-card", muted)
        title = fonts.font("lead", "semibold")
        row = QRectF(12, 88, self.width() - 24, 24)
        painting.text(
            painter, row, self._words, title, theme.color("text"), align="center", rtl=self.rtl
        )
        self._paint_hint(painter)

    def _paint_hint(self, painter: QPainter) -> None:
        font, muted = fonts.font("caption"), theme.color("muted")
        for number, words in enumerate(painting.wrap(self._hint, font, self.width() - 40)[:3]):
            row = QRectF(12, 115 + number * 18, self.width() - 24, 18)
            painting.text(painter, row, words, font, muted, align="center", rtl=self.rtl)
