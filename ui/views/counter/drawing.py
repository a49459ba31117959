"""The picture of an idle till: a card, its barcode, and the scanner's line over it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import painting, theme
from ui.views.components.base import PaintedWidget, begin
from ui.views.components.card import paint_card_ground

_BARS = "1011001101001101110100110010110100111011001010011010111001001101"


class CardDrawing(PaintedWidget):
    """Decoration only: nothing to press, nothing to read aloud. Never mirrored, like a barcode."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """Return the size of the drawing."""
        return QSize(264, 164)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground line, card and the light of the scanner."""
        painter = begin(self)
        middle = self.width() / 2
        painting.hairline(painter, 2, 148, self.width() - 4, "line_strong")
        painter.save()
        painter.translate(middle, 75)
        painter.rotate(-6)
        card = QRectF(-100, -62, 200, 126)
        shadow = painting.with_alpha(theme.color("scrim"), 18)
        painting.box(painter, card.translated(3, 7), 14, shadow)
        paint_card_ground(painter, card)
        self._paint_face(painter, card)
        painter.restore()
        self._paint_beam(painter, middle)

    def _paint_face(self, painter: QPainter, card: QRectF) -> None:
        left, top = card.left() + 18, card.top() + 22
        painting.box(painter, QRectF(left, top, 54, 9), 4.5, theme.color("on_card_muted"))
        painting.box(painter, QRectF(left, top + 18, 96, 13), 5, theme.color("on_card"))
        label = QRectF(left - 2, card.bottom() - 55, 166, 40)
        painting.box(painter, label, 6, theme.color("paper"))
        bars = label.adjusted(10, 6, -10, -6)
        step = bars.width() / len(_BARS)
        for number, sign in enumerate(_BARS):
            if sign == "1":
                bar = QRectF(bars.left() + number * step, bars.top(), step, bars.height())
                painter.fillRect(bar, theme.color("ink"))

    def _paint_beam(self, painter: QPainter, middle: float) -> None:
        clear = painting.with_alpha(theme.color("focus"), 0)
        beam = QLinearGradient(QPointF(0, 0), QPointF(self.width(), 0))
        beam.setColorAt(0.0, clear)
        beam.setColorAt(0.2, theme.color("focus"))
        beam.setColorAt(0.8, theme.color("focus"))
        beam.setColorAt(1.0, clear)
        path = QPainterPath()
        path.addRoundedRect(QRectF(0, 106, self.width(), 3), 1.5, 1.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillPath(path, beam)
