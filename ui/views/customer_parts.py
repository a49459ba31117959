"""The parts of the customer's screen, painted: who, what, and the offers to touch.

Everything grows with the screen from a design of 1366 by 768; no text is smaller than 18 pixels,
so that it is read from where a customer stands. Nothing here takes the keyboard.
"""

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from ui.theme import fonts, painting, theme
from ui.theme.painting import Align
from ui.theme.tokens import RADIUS, Role, Weight
from ui.viewmodels.customer_face import Code, CustomerFace
from ui.views.components.base import PaintedWidget, begin

WIDTH, HEIGHT = 1366.0, 768.0
LEAST = 18
_RINGS = (640, 500, 360, 220)
_RING_ALPHA = 14
_QUIET = 4
_INK, _PAPER = QColor("#111111"), QColor("#FFFFFF")


@lru_cache(maxsize=8)
def _modules(payload: str) -> tuple[tuple[bool, ...], ...]:
    import segno

    matrix = segno.make_qr(payload, error="m").matrix
    return tuple(tuple(bool(dark) for dark in line) for line in matrix)


def code_side(payload: str, room: float) -> int:
    """Return the side of the largest code in whole pixels that has room, quiet zone included."""
    modules = len(_modules(payload)) + 2 * _QUIET
    return max(int(room // modules), 1) * modules


def paint_code(painter: QPainter, rect: QRectF, payload: str) -> None:
    """Paint a QR code on white with its quiet zone, in whole pixels; it is never mirrored."""
    modules = _modules(payload)
    side = max(int(rect.width() // (len(modules) + 2 * _QUIET)), 1)
    whole = side * (len(modules) + 2 * _QUIET)
    left, top = round(rect.center().x() - whole / 2), round(rect.center().y() - whole / 2)
    painting.box(painter, QRectF(left, top, whole, whole), RADIUS.control, _PAPER)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    left, top = left + side * _QUIET, top + side * _QUIET
    for y, line in enumerate(modules):
        for x, dark in enumerate(line):
            if dark:
                painter.fillRect(left + x * side, top + y * side, side, side, _INK)
    painter.restore()


class Scaled(PaintedWidget):
    """A part that is painted in the design's pixels, times ``scale``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = 1.0
        self.shown = CustomerFace("closed", "")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_face(self, shown: CustomerFace, scale: float) -> None:
        """Show this, at this size."""
        if (shown, scale) != (self.shown, self.scale):
            self.shown, self.scale = shown, scale
            self.setAccessibleName(self.spoken())
            self.refresh()

    def spoken(self) -> str:
        """Return what a screen reader says."""
        raise NotImplementedError

    def px(self, length: float) -> float:
        """Return a length of the design on this screen."""
        return length * self.scale

    def type(self, px: float, weight: Weight = "regular") -> QFont:
        """Return the typeface at a size of the design, never below what can be read."""
        return fonts.sized(max(round(px * self.scale), LEAST), weight)

    def fitting(self, words: str, sizes: Sequence[float], weight: Weight, room: float) -> QFont:
        """Return the largest of these sizes in which the words fit, else the smallest."""
        made = [self.type(px, weight) for px in sizes]
        found = (font for font in made if painting.ceil_width(words, font) <= room)
        return next(found, made[-1])

    def write(
        self,
        painter: QPainter,
        words: str,
        font: QFont,
        role: Role,
        y: float,
        *,
        x: float = 0.0,
        width: float = 0.0,
        align: Align = "start",
        elide: bool = False,
    ) -> None:
        """Paint one line, ``y`` being its middle, ``x`` from the start edge."""
        height = fonts.measure(font).height()
        rect = QRectF(x, y - height / 2, width, height)
        place = painting.visual(rect, self.width(), self.rtl)
        ink = theme.color(role)
        painting.text(painter, place, words, font, ink, align=align, rtl=self.rtl, elide=elide)

    def write_lines(
        self, painter: QPainter, words: str, font: QFont, role: Role, top: float, *,
        x: float, width: float, most: int = 3, align: Align = "start",
    ) -> float:  # fmt: skip
        """Paint a text over several lines and return where it ends."""
        step = fonts.measure(font).height() * 1.08
        lines = painting.wrap(words, font, width)[:most]
        for number, line in enumerate(lines):
            y = top + (number + 0.5) * step
            self.write(painter, line, font, role, y, x=x, width=width, align=align)
        return top + len(lines) * step


class Ground(Scaled):
    """The card's colour with its rings, mirrored where one reads from the right."""

    def paint_ground(self, painter: QPainter) -> None:
        """Paint the ground, once a size."""
        painter.drawPixmap(0, 0, self._ground(self.width(), self.height(), self.rtl))

    def _ground(self, width: int, height: int, rtl: bool) -> QPixmap:
        key = (width, height, rtl, self.devicePixelRatioF(), theme.current().name, self.scale)
        if key != getattr(self, "_key", None):
            self._key = key
            ratio = self.devicePixelRatioF()
            self._pixmap = QPixmap(self.size() * ratio)
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(theme.color("card"))
            painter = painting.crisp(QPainter(self._pixmap))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(painting.with_alpha(theme.color("on_card"), _RING_ALPHA))
            corner = QPointF(0.0 if rtl else float(width), 0.0)
            for radius in _RINGS:
                painter.drawEllipse(corner, self.px(radius), self.px(radius))
            painter.end()
        return self._pixmap


class WhoSide(Ground):
    """The start side: shop, greeting, points, level, what lapses; or the way to a card."""

    PAD = 56.0

    def spoken(self) -> str:
        """Return the greeting, points and level."""
        it = self.shown
        points = f"{it.points} {it.caption}".strip()
        parts = (it.shop, it.title, it.wish, points, it.level, it.to_next, it.foot)
        return ", ".join(part for part in parts if part)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint from the top down."""
        painter = begin(self)
        self.paint_ground(painter)
        it, x = self.shown, self.px(self.PAD)
        width = self.width() - 2 * x
        shop = painting.isolate(it.shop)
        top = self.height() * 0.094
        self.write(painter, shop, self.type(18, "semibold"), "on_card_muted", top, x=x, width=width,
                   elide=True)  # fmt: skip
        self._paint_greeting(painter, x, width)
        self._paint_points(painter, x, width)
        self._paint_below(painter, x, width)
        if theme.current().is_contrast:  # where all grounds are black a line parts them
            edge = QRectF(self.width() - 2, 0, 2, self.height())
            place = painting.visual(edge, self.width(), self.rtl)
            painter.fillRect(place, theme.color("line_strong"))

    def _paint_greeting(self, painter: QPainter, x: float, width: float) -> None:
        it = self.shown
        font = self.fitting(it.title, (56, 48, 40), "semibold", width)
        lines = painting.wrap(it.title, font, width)[:2]
        top = self.height() * (0.2 if len(lines) == 1 else 0.155)
        end = self.write_lines(
            painter, it.title, font, "on_card", top, x=x, width=width, most=2
        )  # fmt: skip
        self.write_lines(
            painter, it.wish, self.type(24), "on_card_muted", end + self.px(6), x=x, width=width,
            most=2,
        )  # fmt: skip

    def _paint_points(self, painter: QPainter, x: float, width: float) -> None:
        it, high = self.shown, self.height()
        font = self.fitting(it.points, (88, 72, 56), "semibold", width)
        self.write(painter, it.points, font, "on_card", high * 0.514, x=x, width=width)
        caption = self.fitting(it.caption, (24, 20), "regular", width)
        self.write_lines(
            painter, it.caption, caption, "on_card_muted", high * 0.572, x=x, width=width, most=2
        )

    def _paint_below(self, painter: QPainter, x: float, width: float) -> None:
        it = self.shown
        if it.code is not None and it.kind != "done":
            self._paint_code(painter, it.code, x, width)
            return
        if it.level:
            self._paint_level(painter, x, width)
        self.write_lines(
            painter, it.foot, self.type(18), "on_card_muted", self.height() * 0.86, x=x,
            width=width, most=3,
        )  # fmt: skip

    def _paint_level(self, painter: QPainter, x: float, width: float) -> None:
        it, high = self.shown, self.height()
        if it.progress is not None:
            rect = QRectF(x, high * 0.729, width, self.px(8))
            track = painting.with_alpha(theme.color("on_card"), 46)
            ink = theme.color("on_card")
            painting.bar(painter, rect, it.progress / 100, track, ink, rtl=self.rtl)
        strong, plain = self.type(18, "semibold"), self.type(18)
        room = width - painting.ceil_width(it.level, strong) - self.px(16)
        y = high * 0.775
        self.write(painter, it.level, strong, "on_card", y, x=x, width=width)
        if painting.ceil_width(it.to_next, plain) > room:  # on a line of its own
            y += fonts.measure(plain).height()
            self.write(painter, it.to_next, plain, "on_card_muted", y, x=x, width=width)
            return
        self.write(
            painter, it.to_next, plain, "on_card_muted", y, x=x, width=width, align="end"
        )  # fmt: skip

    def _paint_code(self, painter: QPainter, code: Code, x: float, width: float) -> None:
        side = code_side(code.payload, min(self.height() * 0.27, width * 0.42))
        top = self.height() * 0.94 - side
        place = QRectF(x, top, side, side)
        paint_code(painter, painting.visual(place, self.width(), self.rtl), code.payload)
        gap = self.px(20)
        room = width - side - gap
        font = self.type(20, "semibold")
        lines = painting.wrap(code.caption, font, room)
        high = fonts.measure(font).height() * 1.08 * len(lines)
        self.write_lines(
            painter, code.caption, font, "on_card", top + (side - high) / 2, x=x + side + gap,
            width=room, most=6,
        )  # fmt: skip


class WholeSide(Ground):
    """The whole screen while nobody is served: shop, invitation, the way to a card."""

    def spoken(self) -> str:
        """Return the invitation."""
        it = self.shown
        caption = it.code.caption if it.code else ""
        return ", ".join(part for part in (it.shop, it.title, it.wish, caption) if part)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint in the middle."""
        painter = begin(self)
        self.paint_ground(painter)
        it, high = self.shown, float(self.height())
        pad = self.px(80)
        width = self.width() - 2 * pad
        code = it.code
        name = painting.isolate(it.shop)
        shop = self.fitting(name, (28,), "semibold", width)
        title = self.fitting(it.title, (72, 56, 44), "semibold", width)
        wish = self.type(28)
        top = high * (0.14 if code else 0.3)
        self.write(painter, name, shop, "on_card_muted", top, x=pad, width=width, align="center",
                   elide=True)  # fmt: skip
        end = self.write_lines(
            painter, it.title, title, "on_card", top + self.px(34), x=pad, width=width, most=2,
            align="center",
        )  # fmt: skip
        end = self.write_lines(
            painter, it.wish, wish, "on_card_muted", end + self.px(8), x=pad, width=width, most=2,
            align="center",
        )  # fmt: skip
        if code is not None:
            self._paint_code(painter, code, end, pad, width)

    def _paint_code(
        self, painter: QPainter, code: Code, top: float, pad: float, width: float
    ) -> None:
        font = self.type(24, "semibold")
        line = fonts.measure(font).height() * 1.08
        lines = len(painting.wrap(code.caption, font, width)[:2])
        bottom = self.height() - self.px(44) - lines * line
        side = min(bottom - self.px(16) - top - self.px(28), self.px(280))
        middle = (top + self.px(28) + bottom - self.px(16)) / 2
        place = QRectF(self.width() / 2 - side / 2, middle - side / 2, side, side)
        paint_code(painter, place, code.payload)
        self.write_lines(
            painter, code.caption, font, "on_card", bottom, x=pad, width=width, most=2,
            align="center",
        )  # fmt: skip
