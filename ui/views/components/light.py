"""Status lights: a grey icon with a dot while all is well, a word on a soft ground when not."""

from typing import Literal

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import paint_icon
from ui.theme.tokens import RADIUS, SIZE, Role
from ui.views.components.base import PaintedButton, begin

State = Literal["well", "look", "broken", "off"]

_DOT: dict[State, Role] = {
    "well": "positive",
    "look": "warning",
    "broken": "danger",
    "off": "muted",
}
_SOFT: dict[State, Role] = {
    "well": "surface",
    "look": "warning_soft",
    "broken": "danger_soft",
    "off": "sunken",
}


class Light(PaintedButton):
    """One device or connection. ``clicked`` opens its page.

    ``name`` is what a screen reader says first, such as the kind of device; the word is shown
    only when something is not well.
    """

    def __init__(self, icon: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._icon, self._name = icon, name
        self._state: State = "well"
        self._compact = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setState("well")

    def setName(self, name: str) -> None:
        """Change what a screen reader says first."""
        self._name = name
        self.setState(self._state, self._words)

    def setState(self, state: State, word: str = "", icon: str = "") -> None:
        """Show a state; with ``word`` the light becomes a badge."""
        self._state = state
        self._words = "" if state == "well" else word
        self._icon = icon or self._icon
        said = f"{self._name}, {word}" if word else self._name
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.refresh()

    def setCompact(self, compact: bool) -> None:
        """Leave the word out where there is no room for it; the ground and the name stay."""
        if compact != self._compact:
            self._compact = compact
            self.refresh()

    def full_width(self) -> int:
        """Return how wide the light is with its word."""
        if not self._words:
            return SIZE.touch
        return 12 + 28 + fonts.width(self._words, "caption", "semibold") + 16

    def sizeHint(self) -> QSize:
        """Return a touch target, and the word if there is one."""
        return QSize(SIZE.touch if self._compact else self.full_width(), SIZE.touch)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, icon, dot and word."""
        painter, rect, rtl = begin(self), self.area(), self.rtl
        width, height = rect.width(), rect.height()
        badge = bool(self._words)
        if badge or self.is_hovered():
            role: Role = _SOFT[self._state] if badge else "sunken"
            line = theme.color("line_strong") if theme.current().is_contrast else None
            box = rect.adjusted(2, 4, -2, -4)
            painting.box(painter, box, RADIUS.control, theme.color(role), line)
        if self.ring:
            painting.focus_ring(painter, rect, RADIUS.control)
        x = 12.0
        place = painting.visual(QRectF(x + 1, height / 2 - 9, 18, 18), width, rtl)
        ink = theme.color(_DOT[self._state] if badge else "muted")
        paint_icon(painter, place, self._icon, ink)
        if self._state != "off":
            dot = painting.visual(QRectF(x + 14, height / 2 + 3, 8, 8), width, rtl)
            painting.disc(painter, dot, theme.color(_DOT[self._state]))
        if badge and not self._compact:
            room = painting.visual(QRectF(40, 0, width - 40 - 14, height), width, rtl)
            font = fonts.font("caption", "semibold")
            painting.text(painter, room, self._words, font, ink, rtl=rtl)
