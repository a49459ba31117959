"""The bundled typeface and the text styles, in pixels.

IBM Plex Sans (Latin, Greek, Cyrillic) and IBM Plex Sans Hebrew lie beside this module; all their
digits are equally wide, so figures line up by themselves. Where a file is missing the system's
Noto Sans or DejaVu Sans takes over and nothing fails. Fonts and metrics are shared: copy before
changing one.
"""

import math
from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from ui.theme.tokens import FAMILIES, TYPE, WEIGHTS, TextStyle, Weight

FOLDER = Path(__file__).with_name("fonts")


@lru_cache(maxsize=1)
def load() -> tuple[str, ...]:
    """Register the bundled files once and return the families they brought."""
    families: list[str] = []
    for path in sorted(FOLDER.glob("*.ttf")):
        number = QFontDatabase.addApplicationFont(str(path))
        if number >= 0:
            families += QFontDatabase.applicationFontFamilies(number)
    measure.cache_clear()
    return tuple(dict.fromkeys(families))


@lru_cache(maxsize=256)
def sized(px: int, weight: Weight = "regular") -> QFont:
    """Return the typeface at ``px`` pixels."""
    load()  # a font that was measured before its file is there keeps the stand-in for ever
    made = QFont()
    made.setFamilies(list(FAMILIES))
    made.setPixelSize(px)
    made.setWeight(QFont.Weight(WEIGHTS[weight]))
    made.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return made


@lru_cache(maxsize=64)
def font(style: TextStyle, weight: Weight = "regular") -> QFont:
    """Return the font of a text style."""
    return sized(TYPE[style].px, weight)


@lru_cache(maxsize=256)
def measure(made: QFont) -> QFontMetricsF:
    """Return the metrics of a font, measured once."""
    return QFontMetricsF(made)


def width(text: str, style: TextStyle, weight: Weight = "regular") -> int:
    """Return how many whole pixels ``text`` needs on one line."""
    return math.ceil(measure(font(style, weight)).horizontalAdvance(text))


def line(style: TextStyle) -> int:
    """Return the line height of a text style."""
    return TYPE[style].line


def fitting(text: str, room: float, steps: tuple[TextStyle, ...], weight: Weight) -> TextStyle:
    """Return the largest of ``steps`` in which ``text`` fits ``room``, else the smallest."""
    for style in steps:
        if width(text, style, weight) <= room:
            return style
    return steps[-1]
