"""Yes or no, one of several: check box, radio, switch. Signs of 24 px in rows of 44."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.theme.tokens import SIZE, Role
from ui.views.components.base import PaintedButton, begin
from ui.views.components.words import paint_two_lines

_GAP = 12
_EDGE = 4
_CORNER = 6


def paint_check(painter: QPainter, rect: QRectF, checked: bool, *, enabled: bool = True) -> None:
    """Paint a check box of the size of ``rect``; the tick is never mirrored."""
    if checked:
        painting.box(painter, rect, _CORNER, theme.color("accent" if enabled else "disabled"))
        tick = rect.adjusted(5, 5, -5, -5)
        paint_icon(painter, tick, "check", theme.color("on_accent"), "bold")
        return
    line = theme.color("outline" if enabled else "disabled")
    painting.box(painter, rect, _CORNER, theme.color("raised"), line, 1.5)


def paint_radio(painter: QPainter, rect: QRectF, checked: bool, *, enabled: bool = True) -> None:
    """Paint a radio button."""
    ring = rect.adjusted(1, 1, -1, -1)
    role: Role = ("accent" if checked else "outline") if enabled else "disabled"
    pen = 2.0 if checked else 1.5
    painting.disc(painter, ring, theme.color("raised"), theme.color(role), pen)
    if checked:
        painting.disc(painter, rect.adjusted(7, 7, -7, -7), theme.color(role))


def paint_switch(
    painter: QPainter, rect: QRectF, checked: bool, *, enabled: bool = True, rtl: bool = False
) -> None:
    """Paint a switch; on is towards the end edge."""
    radius = rect.height() / 2
    at_right = checked is not rtl
    knob = rect.height() - 6
    x = rect.right() - 3 - knob if at_right else rect.left() + 3
    place = QRectF(x, rect.top() + 3, knob, knob)
    if checked:
        painting.box(painter, rect, radius, theme.color("accent" if enabled else "disabled"))
        painting.disc(painter, place, theme.color("on_accent"))
        return
    role: Role = "outline" if enabled else "disabled"
    painting.box(painter, rect, radius, theme.color("raised"), theme.color(role), 1.5)
    painting.disc(painter, place, theme.color(role))


class _Toggle(PaintedButton):
    """A sign, words, and a smaller second line; the whole row is the target."""

    _sign = QSize(SIZE.check, SIZE.check)

    def __init__(self, text: str = "", detail: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._detail = detail
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAccessibleDescription(detail)

    def setDetail(self, detail: str) -> None:
        """Change the second line."""
        self._detail = detail
        self.setAccessibleDescription(detail)
        self.refresh()

    def sizeHint(self) -> QSize:
        """Return the room of sign and words."""
        need = fonts.width(self._words, "body", "medium")
        room = max(need, min(fonts.width(self._detail, "caption"), max(need, 160)))
        side = 2 * _EDGE + self._sign.width()
        width = max(side + (_GAP + room if room else 0), SIZE.touch)
        return QSize(width, 56 if self._detail else SIZE.touch)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint sign, ring and words."""
        painter, width, height = begin(self), float(self.width()), float(self.height())
        size = self._sign
        sign = QRectF(_EDGE, (height - size.height()) / 2, size.width(), size.height())
        place = painting.visual(sign, width, self.rtl)
        if self.ring:
            around = place.adjusted(-4, -4, 4, 4)
            painting.focus_ring(painter, around, self._ring_radius())
        self._paint_sign(painter, place)
        start = sign.right() + _GAP
        words = painting.visual(QRectF(start, 0, width - start, height), width, self.rtl)
        ink: Role = "text" if self.isEnabled() else "disabled"
        paint_two_lines(painter, words, self._words, self._detail, rtl=self.rtl, ink=ink)

    def _ring_radius(self) -> float:
        return _CORNER + 3

    def _paint_sign(self, painter: QPainter, rect: QRectF) -> None:
        raise NotImplementedError


class CheckBox(_Toggle):
    """A check box with its words; ``toggled`` tells the new state."""

    def _paint_sign(self, painter: QPainter, rect: QRectF) -> None:
        paint_check(painter, rect, self.isChecked(), enabled=self.isEnabled())


class Radio(_Toggle):
    """One of several; those with the same parent exclude each other."""

    def __init__(self, text: str = "", detail: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(text, detail, parent=parent)
        self.setAutoExclusive(True)

    def _ring_radius(self) -> float:
        return 16

    def _paint_sign(self, painter: QPainter, rect: QRectF) -> None:
        paint_radio(painter, rect, self.isChecked(), enabled=self.isEnabled())


class Switch(_Toggle):
    """On or off, at once."""

    _sign = QSize(SIZE.switch_width, SIZE.switch_height)

    def _ring_radius(self) -> float:
        return 17

    def _paint_sign(self, painter: QPainter, rect: QRectF) -> None:
        enabled = self.isEnabled()
        paint_switch(painter, rect, self.isChecked(), enabled=enabled, rtl=self.rtl)
