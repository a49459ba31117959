"""Buttons and the caps that name their keys.

One filled (``primary``) button a screen. Sizes come from the words, never the other way round:
a longer language makes a wider button. While busy a spinner takes the icon's place and clicks
are ignored; the width stays.
"""

from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.theme.tokens import RADIUS, SIZE, Role, TextStyle, Weight
from ui.views.components.base import PaintedButton, PaintedWidget, begin
from ui.views.components.spinner import Turning

Variant = Literal["primary", "secondary", "quiet", "danger", "danger-filled", "soft", "link"]
ButtonSize = Literal["normal", "large", "primary"]

_GAP = 10
_KEY_PAD = 6
_HEIGHT: dict[ButtonSize, int] = {
    "normal": SIZE.button,
    "large": SIZE.button_large,
    "primary": SIZE.button_primary,
}
_PAD: dict[ButtonSize, int] = {"normal": 14, "large": 18, "primary": 20}
_FONT: dict[ButtonSize, tuple[TextStyle, Weight]] = {
    "normal": ("body", "medium"),
    "large": ("lead", "medium"),
    "primary": ("lead", "semibold"),
}
_FILL: dict[Variant, tuple[Role | None, Role | None, Role | None]] = {
    "primary": ("accent", "accent_hover", "accent_pressed"),
    "secondary": ("raised", "surface", "sunken"),
    "quiet": (None, "sunken", "line"),
    "danger": ("raised", "danger_soft", "danger_soft"),
    "danger-filled": ("danger", "danger", "danger"),
    "soft": ("accent_soft", "accent_soft", "sunken"),
    "link": (None, None, None),
}
_INK: dict[Variant, Role] = {
    "primary": "on_accent",
    "secondary": "text",
    "quiet": "text",
    "danger": "danger",
    "danger-filled": "on_danger",
    "soft": "on_accent_soft",
    "link": "accent",
}
_BORDER: dict[Variant, Role] = {"secondary": "line_strong", "danger": "danger"}
_FILLED: frozenset[Variant] = frozenset({"primary", "danger-filled"})


def key_width(key: str) -> int:
    """Return how wide the cap of ``key`` is."""
    need = fonts.width(key, "key", "medium") - 1 + 2 * _KEY_PAD
    return max(need, SIZE.key_cap + 2) if key else 0


def paint_key(painter: QPainter, rect: QRectF, key: str, ink: QColor, line: QColor) -> None:
    """Paint a key cap; keys are never mirrored."""
    painting.box(painter, rect, RADIUS.key, None, line)
    font = fonts.font("key", "medium")
    painting.text(painter, rect, painting.ltr(key), font, ink, align="center")


class KeyCap(PaintedWidget):
    """A key that does something, as a cap: ``F12``, ``Esc``, ``Ctrl Z``."""

    def __init__(self, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(key)

    def setKey(self, key: str) -> None:
        """Change the key."""
        self._key = key
        self.setAccessibleName(key)
        self.refresh()

    def sizeHint(self) -> QSize:
        """Return the room of the cap."""
        return QSize(key_width(self._key), SIZE.key_cap)

    def minimumSizeHint(self) -> QSize:
        """Return the room of the cap."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cap."""
        ink, line = theme.color("muted"), theme.color("line_strong")
        paint_key(begin(self), self.area(), self._key, ink, line)


class Button(PaintedButton):
    """A button: icon, words, key cap at the end edge.

    ``align`` says where the words stand when there is room to spare: large buttons start at the
    start edge, normal ones are centred.
    """

    def __init__(
        self,
        text: str = "",
        variant: Variant = "secondary",
        *,
        size: ButtonSize = "normal",
        icon: str = "",
        key: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._variant: Variant = variant
        self._size: ButtonSize = size
        self._icon = icon
        self._key = key
        self._busy = False
        self._least_before = 0
        self._turning: Turning | None = None

    def setVariant(self, variant: Variant) -> None:
        """Change the variant."""
        self._variant = variant
        self.update()

    def setKey(self, key: str) -> None:
        """Change the key cap; empty takes it away."""
        if key != self._key:
            self._key = key
            self.refresh()

    def setIconName(self, icon: str) -> None:
        """Change the icon; empty takes it away."""
        if icon != self._icon:
            self._icon = icon
            self.refresh()

    def icon_name(self) -> str:
        """Return the icon that is shown, empty for none."""
        return self._icon

    def key(self) -> str:
        """Return the key that is shown on a cap, empty for none."""
        return self._key

    def is_busy(self) -> bool:
        """Whether the button waits for its own work."""
        return self._busy

    def setBusy(self, busy: bool) -> None:
        """Show a spinner in place of the icon, keep the width and ignore clicks."""
        if busy == self._busy:
            return
        if busy:
            self._least_before = self.minimumWidth()
        kept = max(self.width(), self._least_before) if self.isVisible() else self._least_before
        self.setMinimumWidth(kept if busy else self._least_before)
        self._busy = busy
        if self._turning is None:
            self._turning = Turning(self)
            self._turning.turned.connect(self.update)
        self._turning.run(busy)
        self.refresh()

    def event(self, event: QEvent) -> bool:
        """Swallow presses while busy."""
        if self._busy and isinstance(event, QMouseEvent | QKeyEvent):
            tab = isinstance(event, QKeyEvent) and event.key() in (
                Qt.Key.Key_Tab,
                Qt.Key.Key_Backtab,
            )
            if not tab and event.type() != QEvent.Type.ShortcutOverride:
                event.accept()
                return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        """Return what icon, words and key need."""
        height = _HEIGHT[self._size]
        if not self._words:
            return QSize(max(height, SIZE.touch + 4), height)
        return QSize(self.need(self._icon, self._key), height)

    def need(self, icon: str, key: str) -> int:
        """Return how wide the words on one line are with this icon and this key."""
        width = 2 * _PAD[self._size] + self._core_width(icon)
        if key:
            width += key_width(key) + _GAP
        return max(width, SIZE.touch)

    def _core_width(self, icon: str) -> int:
        need = fonts.width(self._words, *_FONT[self._size])
        if icon or self._busy:
            need += SIZE.icon + (_GAP if self._words else 0)
        return need

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, icon or spinner, words and key."""
        painter = begin(self)
        rect = self.area()
        radius = RADIUS.control if self._size == "normal" else RADIUS.large
        if self.ring:
            rect = painting.focus_ring(painter, rect, radius)
            radius -= 3
        self._paint_ground(painter, rect, radius)
        self.paint_content(painter)

    def _paint_ground(self, painter: QPainter, rect: QRectF, radius: float) -> None:
        fill, border = self._ground()
        if fill is not None or border is not None:
            painting.box(
                painter,
                rect,
                radius,
                theme.color(fill) if fill else None,
                theme.color(border) if border else None,
            )

    def _ground(self) -> tuple[Role | None, Role | None]:
        rest, hover, pressed = _FILL[self._variant]
        border = _BORDER.get(self._variant)
        contrast = theme.current().is_contrast
        if contrast and self._variant == "soft":
            border = "line_strong"
        if not self.isEnabled() and not self._busy:
            return self._disabled_ground(rest)
        if self.isDown():
            return ("accent_soft" if contrast and self._is_plain() else pressed), border
        if self.is_hovered():
            return ("accent_soft" if contrast and self._is_plain() else hover), border
        return rest, border

    def _is_plain(self) -> bool:
        return self._variant in ("secondary", "quiet")

    def _disabled_ground(self, rest: Role | None) -> tuple[Role | None, Role | None]:
        if rest is None:
            return None, None
        if self._variant in _FILLED:
            return "sunken", "line" if theme.current().is_contrast else None
        return "surface", "line"

    def ink(self) -> QColor:
        """Return the colour of icon and words now."""
        if not self.isEnabled() and not self._busy:
            return theme.color("disabled")
        return theme.color(_INK[self._variant])

    def paint_content(self, painter: QPainter) -> None:
        """Paint what stands on the ground; a kind of button may set its words otherwise."""
        width, height = float(self.width()), float(self.height())
        pad, core = float(_PAD[self._size]), self._core_width(self._icon)
        tail = key_width(self._key) + _GAP if self._key else 0
        spare = width - 2 * pad - core - tail
        centred = self._size == "normal" or not self._words
        x = pad + spare / 2 if centred else pad
        ink = self.ink()
        if self._icon or self._busy:
            place = QRectF(x, (height - SIZE.icon) / 2, SIZE.icon, SIZE.icon)
            self._paint_sign(painter, painting.visual(place, width, self.rtl), ink)
            x += SIZE.icon + _GAP
        limit = width - x - pad - tail
        room = painting.visual(QRectF(x, 0, limit, height), width, self.rtl)
        font = fonts.font(*_FONT[self._size])
        painting.text(painter, room, self._words, font, ink, rtl=self.rtl)
        if self._key:
            self._paint_cap(painter, width, height, pad, ink)

    def _paint_sign(self, painter: QPainter, place: QRectF, ink: QColor) -> None:
        if self._busy:
            turn = self._turning.turn if self._turning else 0.0
            track = painting.with_alpha(ink, 60)
            painting.arc(painter, place.adjusted(1, 1, -1, -1), turn, track, ink)
        else:
            small = place.adjusted(1, 1, -1, -1)
            paint_icon(painter, small, self._icon, ink, rtl=self.rtl)

    def _paint_cap(
        self, painter: QPainter, width: float, height: float, pad: float, ink: QColor
    ) -> None:
        wide = key_width(self._key)
        top = (height - SIZE.key_cap) / 2
        place = painting.visual(
            QRectF(width - pad - wide, top, wide, SIZE.key_cap), width, self.rtl
        )
        if not self.isEnabled():
            paint_key(painter, place, self._key, ink, theme.color("line"))
        elif self._variant in _FILLED:
            soft = theme.color("on_accent_muted") if self._variant == "primary" else ink
            paint_key(painter, place, self._key, soft, soft)
        else:
            paint_key(painter, place, self._key, theme.color("muted"), theme.color("line_strong"))


class IconButton(PaintedButton):
    """A button of one icon, 44 by 44 at least. ``name`` is what a screen reader says."""

    def __init__(
        self,
        icon: str,
        name: str,
        variant: Variant = "quiet",
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, parent)
        self._icon = icon
        self._variant: Variant = variant
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def setIconName(self, icon: str) -> None:
        """Change the icon."""
        self._icon = icon
        self.update()

    def setText(self, text: str) -> None:
        """Change the accessible name and the tool tip."""
        super().setText(text)
        self.setToolTip(text)

    def sizeHint(self) -> QSize:
        """Return a touch target."""
        return QSize(SIZE.touch, SIZE.touch)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground and icon."""
        painter = begin(self)
        rect = self.area()
        radius: float = RADIUS.control
        if self.ring:
            rect = painting.focus_ring(painter, rect, radius)
            radius -= 3
        rest, hover, pressed = _FILL[self._variant]
        fill = pressed if self.isDown() else hover if self.is_hovered() else rest
        border = _BORDER.get(self._variant)
        if fill is not None:
            line = theme.color(border) if border else None
            painting.box(painter, rect, radius, theme.color(fill), line)
        ink = theme.color(_INK[self._variant] if self.isEnabled() else "disabled")
        place = QRectF(0, 0, 18, 18)
        place.moveCenter(self.area().center())
        paint_icon(painter, place, self._icon, ink, rtl=self.rtl)
