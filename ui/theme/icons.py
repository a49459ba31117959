"""Phosphor icons, painted as glyphs of the bundled icon font.

The font (1.4 MB) is read when the first icon is painted, or by ``load`` after the first paint of
the window; before that an icon simply has no shape yet. Icons that point somewhere are mirrored
in right-to-left layouts; clocks, checks, logos and the backspace key are not.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter

IconWeight = Literal["regular", "bold", "fill"]
FOLDER = Path(__file__).with_name("icons")

_FONT_FILE = "phosphor.ttf"
_CODES_FILE = "icons.json"
_SETS: dict[IconWeight, str] = {"regular": "ph", "bold": "ph-bold", "fill": "ph-fill"}
_CENTRE = Qt.AlignmentFlag.AlignCenter.value
_POINTING_PREFIXES = ("arrow-", "caret-", "chart-line", "paper-plane", "sign-", "text-align-")
_POINTING = frozenset({"list-bullets", "list-numbers", "trend-up", "trend-down", "truck"})
_NEVER = frozenset(
    {
        "arrow-clockwise",
        "arrow-counter-clockwise",
        "arrow-down",
        "arrow-up",
        "arrows-clockwise",
        "arrows-counter-clockwise",
        "caret-down",
        "caret-up",
    }
)


_unknown: set[str] = set()


def unknown() -> frozenset[str]:
    """Return the names that were to be painted and are not in the bundled font."""
    return frozenset(_unknown)


@lru_cache(maxsize=1)
def _codes() -> dict[str, dict[str, int]]:
    path = FOLDER / _CODES_FILE
    if not path.exists():
        return {}
    codes: dict[str, dict[str, int]] = json.loads(path.read_text(encoding="ascii"))
    return codes


@lru_cache(maxsize=1)
def load() -> str:
    """Register the icon font once and return its family, empty if the file is not there."""
    number = QFontDatabase.addApplicationFont(str(FOLDER / _FONT_FILE))
    families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return families[0] if families else ""


@lru_cache(maxsize=64)
def _font(px: int) -> QFont:
    font = QFont(load())
    font.setPixelSize(px)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
    return font


def exists(name: str, weight: IconWeight = "regular") -> bool:
    """Tell whether the bundled font has icon ``name``."""
    return name in _codes().get(_SETS[weight], {})


@lru_cache(maxsize=512)
def _glyph(name: str, weight: IconWeight) -> str:
    code = _codes().get(_SETS[weight], {}).get(name)
    if code is None and name:
        _unknown.add(name)
    return chr(code) if code is not None else ""


@lru_cache(maxsize=256)
def points(name: str) -> bool:
    """Tell whether ``name`` shows a direction and so turns round in right-to-left layouts."""
    if name in _NEVER:
        return False
    return name in _POINTING or name.startswith(_POINTING_PREFIXES)


def paint_icon(
    painter: QPainter,
    rect: QRectF,
    name: str,
    color: QColor,
    weight: IconWeight = "regular",
    *,
    rtl: bool = False,
) -> None:
    """Paint icon ``name`` as large as fits ``rect``, centred; an unknown name paints nothing."""
    glyph = _glyph(name, weight)
    if not glyph or not load():
        return
    painter.setFont(_font(round(min(rect.width(), rect.height()))))
    painter.setPen(color)
    if not (rtl and points(name)):
        painter.drawText(rect, _CENTRE, glyph)
        return
    painter.save()
    painter.translate(rect.center().x() * 2, 0)
    painter.scale(-1, 1)
    painter.drawText(rect, _CENTRE, glyph)
    painter.restore()
