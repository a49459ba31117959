"""How many points to redeem: a slider with the rewards' prices as ticks."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.tokens import RING, SIZE
from ui.views.components.base import PaintedWidget, begin

_TRACK = 8
_ROW = 36


class PointsSlider(PaintedWidget):
    """From nothing to ``most`` points, in steps; ``changed`` carries the chosen points.

    Ticks name prices worth stopping at: a pointer near one snaps to it. Everything mirrors but
    the figures. Plus, minus, the arrows, Home and End work where it has the focus.
    """

    changed = Signal(object)

    def __init__(self, most: int = 0, step: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most, self._step, self._value = most, max(step, 1), 0
        self._ticks: tuple[int, ...] = ()
        self._least_text, self._most_text = "0", str(most)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def setRange(
        self, most: int, step: int, ticks: Sequence[int] = (), most_text: str = ""
    ) -> None:
        """Set the limit, the step, and the prices to stop at."""
        self._most, self._step, self._ticks = most, max(step, 1), tuple(ticks)
        self._most_text = most_text or str(most)
        self._value = min(self._value, most)
        self.update()

    def value(self) -> int:
        """Return the chosen points."""
        return self._value

    def setValue(self, value: int) -> None:
        """Choose without telling anybody."""
        self._value = max(0, min(value, self._most))
        self.setAccessibleName(str(self._value))
        self.update()

    def choose(self, value: int) -> None:
        """Choose as a person does: tell about it."""
        before = self._value
        self.setValue(value)
        if self._value != before:
            self.changed.emit(self._value)

    def sizeHint(self) -> QSize:
        """Return the room of slider and figures."""
        return QSize(308, _ROW + 22)

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(160, _ROW + 22)

    def _x(self, value: int) -> float:
        half = SIZE.slider_thumb / 2
        share = value / self._most if self._most else 0.0
        x = half + share * (self.width() - 2 * half)
        return self.width() - x if self.rtl else x

    def _value_at(self, x: float) -> int:
        half = SIZE.slider_thumb / 2
        place = self.width() - x if self.rtl else x
        share = (place - half) / max(self.width() - 2 * half, 1)
        near = [tick for tick in (*self._ticks, self._most) if abs(self._x(tick) - x) <= 8]
        if near:
            return near[0]
        return round(max(0.0, min(share, 1.0)) * self._most / self._step) * self._step

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
            self.choose(self._value + self._step)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Down, back):
            self.choose(self._value - self._step)
        elif key == Qt.Key.Key_End:
            self.choose(self._most)
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
        x = self._x(self._value)
        done = QRectF(track)
        if self.rtl:
            done.setLeft(x)
        else:
            done.setRight(x)
        painting.box(painter, done, _TRACK / 2, theme.color("accent"))
        for tick in self._ticks:
            if self._value < tick <= self._most:
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
