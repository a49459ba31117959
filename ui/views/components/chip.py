"""Small marks: chips, the tier chip, the count pill, the avatar.

A colour never stands alone: a chip has its word, a tier its icon and its word.
"""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, painting, theme
from ui.theme.icons import IconWeight, paint_icon
from ui.theme.tokens import RADIUS, SIZE, Role, TextStyle
from ui.views.components.base import PaintedWidget, begin

Tone = Literal["neutral", "accent", "positive", "warning", "danger"]
Tier = Literal["bronze", "silver", "gold", "platinum"]

_PAD = 9
_ICON = 14
_GAP = 5


@dataclass(frozen=True, slots=True)
class Colours:
    """Ground and ink that belong together."""

    ground: Role
    ink: Role


TONES: dict[Tone, Colours] = {
    "neutral": Colours("sunken", "muted"),
    "accent": Colours("accent_soft", "on_accent_soft"),
    "positive": Colours("positive_soft", "positive"),
    "warning": Colours("warning_soft", "warning"),
    "danger": Colours("danger_soft", "danger"),
}
TIERS: dict[Tier, Colours] = {
    "bronze": Colours("tier_bronze_soft", "tier_bronze"),
    "silver": Colours("tier_silver_soft", "tier_silver"),
    "gold": Colours("tier_gold_soft", "tier_gold"),
    "platinum": Colours("tier_platinum_soft", "tier_platinum"),
}
TIER_ICONS: dict[Tier, str] = {
    "bronze": "medal",
    "silver": "medal",
    "gold": "crown-simple",
    "platinum": "sketch-logo",
}


def chip_width(text: str, icon: str) -> int:
    """Return how wide a chip with ``text`` is."""
    return 2 * _PAD + fonts.width(text, "caption", "semibold") + (_ICON + _GAP if icon else 0)


def paint_chip(
    painter: QPainter, rect: QRectF, text: str, icon: str, colours: Colours, *, rtl: bool
) -> None:
    """Paint a chip; ``rect`` is where it is, already mirrored."""
    line = theme.color("line_strong") if theme.current().is_contrast else None
    painting.box(painter, rect, RADIUS.chip, theme.color(colours.ground), line)
    ink, x = theme.color(colours.ink), float(_PAD)
    painter.save()
    painter.translate(rect.topLeft())
    width, height = rect.width(), rect.height()
    if icon:
        place = QRectF(x, (height - _ICON) / 2, _ICON, _ICON)
        paint_icon(painter, painting.visual(place, width, rtl), icon, ink, rtl=rtl)
        x += _ICON + _GAP
    room = painting.visual(QRectF(x, 0, width - x - _PAD, height), width, rtl)
    painting.text(painter, room, text, fonts.font("caption", "semibold"), ink, rtl=rtl)
    painter.restore()


class Chip(PaintedWidget):
    """A word on a soft ground, with an icon if it has one."""

    def __init__(
        self, text: str = "", tone: Tone = "neutral", icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text, self._icon = text, icon
        self._colours = TONES[tone]
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def text(self) -> str:
        """Return the word."""
        return self._text

    def setText(self, text: str, icon: str | None = None) -> None:
        """Change the word, and the icon if one is given."""
        self._text = text
        self._icon = self._icon if icon is None else icon
        self.setAccessibleName(text)
        self.refresh()

    def setTone(self, tone: Tone) -> None:
        """Change what the chip means."""
        self._colours = TONES[tone]
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of icon and word."""
        return QSize(chip_width(self._text, self._icon), SIZE.chip)

    def minimumSizeHint(self) -> QSize:
        """Return the room of icon and word."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chip."""
        rect = self.area()
        paint_chip(begin(self), rect, self._text, self._icon, self._colours, rtl=self.rtl)


class TierChip(Chip):
    """A tier: its metal as icon and colour, its name as the shop says it."""

    def __init__(
        self, text: str = "", tier: Tier = "bronze", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, "neutral", TIER_ICONS[tier], parent)
        self._colours = TIERS[tier]

    def setTier(self, tier: Tier, text: str) -> None:
        """Change metal and name together."""
        self._colours = TIERS[tier]
        self.setText(text, TIER_ICONS[tier])


def initials(name: str) -> str:
    """Return up to two initials of ``name``."""
    words = [word for word in name.split() if word[:1].isalpha()]
    chosen = words[:1] + words[-1:] if len(words) > 1 else words[:1]
    return "".join(word[0].upper() for word in chosen)


def paint_avatar(
    painter: QPainter,
    rect: QRectF,
    letters: str,
    ground: Role,
    ink: Role,
    icon: str = "",
    *,
    rtl: bool = False,
) -> None:
    """Paint a disc with initials or an icon."""
    line = theme.color("line_strong") if theme.current().is_contrast else None
    painting.disc(painter, rect, theme.color(ground), line)
    if icon:
        side = 18 if rect.height() >= SIZE.disc else 16
        place = QRectF(0, 0, side, side)
        place.moveCenter(rect.center())
        paint_icon(painter, place, icon, theme.color(ink), rtl=rtl)
        return
    style: TextStyle = "lead" if rect.height() >= 48 else "caption"
    font = fonts.font(style, "semibold")
    painting.text(painter, rect, letters, font, theme.color(ink), align="center")


class Avatar(PaintedWidget):
    """The initials of a person, or an icon, on a disc."""

    def __init__(
        self,
        name: str = "",
        size: int = 36,
        *,
        icon: str = "",
        tone: Tone = "neutral",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._letters, self._icon = initials(name), icon
        self._ground: Role = TONES[tone].ground
        self._ink: Role = "text" if tone == "neutral" and not icon else TONES[tone].ink
        self.setFixedSize(size, size)
        self.setAccessibleName(name)

    def setName(self, name: str) -> None:
        """Change the person."""
        self._letters = initials(name)
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the disc."""
        painter = begin(self)
        letters, ground, ink = self._letters, self._ground, self._ink
        paint_avatar(painter, self.area(), letters, ground, ink, self._icon, rtl=self.rtl)


class Icon(PaintedWidget):
    """One icon in a square."""

    def __init__(
        self,
        name: str,
        size: int = SIZE.icon,
        role: Role = "text",
        weight: IconWeight = "regular",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._role: Role = role
        self._weight: IconWeight = weight
        self.setFixedSize(size, size)

    def setIconName(self, name: str, role: Role | None = None) -> None:
        """Change the icon, and its colour role if one is given."""
        self._name = name
        self._role = role or self._role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon."""
        rect, ink = self.area(), theme.color(self._role)
        paint_icon(begin(self), rect, self._name, ink, self._weight, rtl=self.rtl)
