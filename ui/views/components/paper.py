"""The slip on the screen, lying on the page: a raster between a straight and a torn edge."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.theme import painting, theme
from ui.views.components.base import PaintedWidget, begin
from ui.views.components.scroll import BAR_WIDTH, ScrollArea

_EDGE = 10
_PAD = 18
_TOOTH = 8.0
_TEAR = 6.0


class _Sheet(PaintedWidget):
    """The paper itself, as long as the slip is."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_image(self, image: QImage) -> None:
        """Show another raster."""
        self._image = image
        self.refresh()
        self.resize(self.sizeHint())

    def set_paper_width(self, width: int) -> None:
        """Change how wide the paper is."""
        self._width = width
        self.refresh()

    def _image_rect(self) -> QRectF:
        inner = self._width - 2 * _PAD
        if self._image.isNull():
            return QRectF(_EDGE + _PAD, _EDGE + _PAD, inner, 320)
        tall = inner * self._image.height() / self._image.width()
        return QRectF(_EDGE + _PAD, _EDGE + _PAD, inner, tall)

    def sizeHint(self) -> QSize:
        """Return the room of the paper and its shadow."""
        tall = self._image_rect().bottom() + _PAD + _TEAR + _EDGE
        return QSize(self._width + 2 * _EDGE, round(tall))

    def minimumSizeHint(self) -> QSize:
        """Return the room of the paper and its shadow."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint shadow, paper, torn edge and raster."""
        painter = begin(self)
        image = self._image_rect()
        body = QRectF(_EDGE, _EDGE, self._width, image.bottom() + _PAD - _EDGE)
        self._paint_shadow(painter, body)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("paper"))
        painter.drawPolygon(self._outline(body))
        if self._image.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.drawImage(image, self._image)

    def _paint_shadow(self, painter: QPainter, body: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(painting.with_alpha(theme.color("scrim"), 7))
        for step in range(1, 5):
            grow = step * 0.8
            around = body.adjusted(-grow, -grow + 1, grow, grow + 1 + _TEAR)
            painter.drawRoundedRect(around, 2 + grow, 2 + grow)

    def _outline(self, body: QRectF) -> QPolygonF:
        corners = [body.topLeft(), body.topRight(), body.bottomRight()]
        teeth = max(1, round(body.width() / _TOOTH))
        step = body.width() / teeth
        for number in range(teeth):
            x = body.right() - number * step
            corners.append(QPointF(x - step / 2, body.bottom() + _TEAR))
            corners.append(QPointF(x - step, body.bottom()))
        return QPolygonF(corners)


class Paper(QWidget):
    """A slip to look at: ``setSlip`` takes its raster and its text for screen readers.

    The raster is shown as wide as the paper allows (330 px for 80 mm, 288 on narrow screens, 258
    for 58 mm) and scrolls when it is longer than its place. White becomes the paper's colour, so
    it does not glare in the dark theme.
    """

    def __init__(self, width: int = 308, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet = _Sheet(width)
        self._scroll = ScrollArea()
        self._scroll.setWidgetResizable(False)
        self._scroll.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._scroll.take(self._sheet)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)

    def setSlip(self, image: QImage, spoken: str = "") -> None:
        """Show a slip from its top."""
        self._sheet.show_image(image)
        self._sheet.setAccessibleName(spoken)
        self.setAccessibleName(spoken)
        self._scroll.verticalScrollBar().setValue(0)

    def setPaperWidth(self, width: int) -> None:
        """Change how wide the paper is shown."""
        self._sheet.set_paper_width(width)
        self._sheet.resize(self._sheet.sizeHint())

    def sizeHint(self) -> QSize:
        """Return the room of the whole paper, and of the bar if it has to scroll."""
        return self._sheet.sizeHint() + QSize(BAR_WIDTH, 0)

    def minimumSizeHint(self) -> QSize:
        """Return the width of the paper and some of its length."""
        return QSize(self._sheet.sizeHint().width() + BAR_WIDTH, 200)
