"""How many points to redeem: a slider with the rewards' prices as ticks."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.tokens import RING, SIZE
from ui.views.components.base import begin, is_rtl, ring_after

_TRACK = 8
_ROW = 36


class PointsSlider(QAbstractSlider):
    """From nothing to ``most`` points, in steps; ``changed`` carries what a person chose.

    Ticks name prices worth stopping at: a pointer near one snaps to it. Everything mirrors but
    the figures. Plus, minus, the arrows, Home and End work where it has the focus. Points are
    whole and below 2³¹, as any slider's value.
    """

    changed = Signal(object)

    def __init__(self, most: int = 0, step: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ring = False
        self._ticks: tuple[int, ...] = ()
        self._least_text, self._most_text = "0", str(most)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSteps(most, step)

    def setSteps(
        self, most: int, step: int, ticks: Sequence[int] = (), most_text: str = ""
    ) -> None:
        """Set the limit, the step, the prices to stop at, and how the limit is written."""
        self.setRange(0, most)
        self.setSingleStep(max(step, 1))
        self._ticks = tuple(ticks)
        self._most_text = most_text or str(most)
        self.update()

    def choose(self, value: int) -> None:
        """Choose as a person does: tell about it."""
        before = self.value()
        self.setValue(value)
        if self.value() != before:
            self.changed.emit(self.value())

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        """Repaint on any change."""
        super().sliderChange(change)
        self.update()

    @property
    def rtl(self) -> bool:
        """Whether this widget reads right to left."""
        return is_rtl(self)

    @property
    def ring(self) -> bool:
        """Whether the focus ring shows."""
        return self._ring and self.hasFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember whether the ring is to show."""
        self._ring = ring_after(event.reason(), self._ring)
        super().focusInEvent(event)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: points are never changed by scrolling past."""
        event.ignore()

    def sizeHint(self) -> QSize:
        """Return the room of slider and figures."""
        return QSize(308, _ROW + 22)

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(160, _ROW + 22)

    def _x(self, value: int) -> float:
        half = SIZE.slider_thumb / 2
        share = value / self.maximum() if self.maximum() else 0.0
        x = half + share * (self.width() - 2 * half)
        return self.width() - x if self.rtl else x

    def _value_at(self, x: float) -> int:
        half = SIZE.slider_thumb / 2
        place = self.width() - x if self.rtl else x
        share = (place - half) / max(self.width() - 2 * half, 1)
        near = [tick for tick in (*self._ticks, self.maximum()) if abs(self._x(tick) - x) <= 8]
        if near:
            return near[0]
        return (
            round(max(0.0, min(share, 1.0)) * self.maximum() / self.singleStep())
            * self.singleStep()
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the pointer is."""
        self.choose(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.choose(self._value_at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by key."""
        key, ahead = event.key(), Qt.Key.Key_Left if self.rtl else Qt.Key.Key_Right
        back = Qt.Key.Key_Right if self.rtl else Qt.Key.Key_Left
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Up, ahead):
            self.choose(self.value() + self.singleStep())
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Down, back):
            self.choose(self.value() - self.singleStep())
        elif key == Qt.Key.Key_End:
            self.choose(self.maximum())
        elif key == Qt.Key.Key_Home:
            self.choose(0)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint track, ticks, thumb and figures."""
        painter, width, middle = begin(self), float(self.width()), _ROW / 2
        track = QRectF(0, middle - _TRACK / 2, width, _TRACK)
        line = theme.color("line_strong") if theme.current().is_contrast else None
        painting.box(painter, track, _TRACK / 2, theme.color("sunken"), line)
        x = self._x(self.value())
        done = QRectF(track)
        if self.rtl:
            done.setLeft(x)
        else:
            done.setRight(x)
        painting.box(painter, done, _TRACK / 2, theme.color("accent"))
        for tick in self._ticks:
            if self.value() < tick <= self.maximum():
                mark = QRectF(self._x(tick) - 1, middle + 9, 2, 6)
                painter.fillRect(mark, theme.color("outline"))
        side = SIZE.slider_thumb - 2.0
        thumb = QRectF(x - side / 2, middle - side / 2, side, side)
        if self.ring:
            grow = RING.width + RING.gap
            around = thumb.adjusted(-grow, -grow, grow, grow)
            ring = theme.color("focus")
            painting.disc(painter, around, theme.color("raised"), ring, RING.width)
        painting.disc(painter, thumb, theme.color("raised"), theme.color("accent"), 2)
        row, font, muted = (
            QRectF(0, _ROW + 2, width, 18),
            fonts.font("caption"),
            theme.color("muted"),
        )
        least, most = painting.ltr(self._least_text), painting.ltr(self._most_text)
        painting.text(painter, row, least, font, muted, rtl=self.rtl)
        painting.text(painter, row, most, font, muted, align="end", rtl=self.rtl)
