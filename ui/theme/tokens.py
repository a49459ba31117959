"""The numbers of the design: colours by role, sizes, type, space, motion.

Colours are ``#RRGGBB`` text, lengths are logical pixels, times milliseconds. Nothing here knows
Qt, so the numbers can be checked (contrast, completeness) without a window. Every theme has every
role, and the pairs in ``CONTRAST_PAIRS`` keep the WCAG 2.2 ratio named beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

ThemeName = Literal["light", "dark", "contrast"]
Weight = Literal["regular", "medium", "semibold"]
TextStyle = Literal["key", "caption", "body", "lead", "title", "big", "display", "hero"]
Role = Literal[
    "surface",
    "sunken",
    "raised",
    "overlay",
    "line",
    "line_strong",
    "outline",
    "text",
    "muted",
    "disabled",
    "accent",
    "accent_hover",
    "accent_pressed",
    "on_accent",
    "on_accent_muted",
    "accent_soft",
    "on_accent_soft",
    "card",
    "card_line",
    "on_card",
    "on_card_muted",
    "positive",
    "positive_soft",
    "warning",
    "warning_soft",
    "danger",
    "danger_soft",
    "on_danger",
    "focus",
    "scrim",
    "tier_bronze",
    "tier_bronze_soft",
    "tier_silver",
    "tier_silver_soft",
    "tier_gold",
    "tier_gold_soft",
    "tier_platinum",
    "tier_platinum_soft",
    "chart_1",
    "chart_2",
    "chart_3",
    "paper",
    "ink",
]


@dataclass(frozen=True, slots=True)
class TypeStep:
    """One step of the type scale: glyph size and line height."""

    px: int
    line: int


@dataclass(frozen=True, slots=True)
class Space:
    """Distances between and inside things."""

    xs: int = 4
    s: int = 8
    m: int = 12
    l: int = 16  # noqa: E741 - the scale is xs s m l xl xxl everywhere
    xl: int = 24
    xxl: int = 32


@dataclass(frozen=True, slots=True)
class Radius:
    """Corner radii."""

    key: int = 6
    chip: int = 6
    control: int = 10
    large: int = 12
    panel: int = 16
    pill: int = 999


@dataclass(frozen=True, slots=True)
class Size:
    """Heights and fixed sides of the components."""

    touch: int = 44
    button: int = 44
    button_large: int = 56
    button_primary: int = 72
    field_search: int = 44
    field: int = 48
    field_form: int = 56
    row: int = 64
    row_compact: int = 52
    fact: int = 54
    basket_line: int = 60
    basket_line_selected: int = 68
    timeline: int = 56
    timeline_detail: int = 60
    top_bar: int = 64
    key_bar: int = 60
    nav: int = 184
    icon: int = 20
    icon_small: int = 16
    icon_large: int = 28
    stepper_width: int = 132
    check: int = 24
    switch_width: int = 44
    switch_height: int = 26
    key_cap: int = 22
    chip: int = 26
    card: int = 208
    card_least_width: int = 288
    disc: int = 40
    toast: int = 56
    dialog_width: int = 420
    slider_thumb: int = 28


@dataclass(frozen=True, slots=True)
class FocusRing:
    """The ring around what has the keyboard."""

    width: float = 2.5
    gap: float = 1.5


@dataclass(frozen=True, slots=True)
class Motion:
    """The two durations; neither is ever on the way of a scan."""

    fast_ms: int = 90
    base_ms: int = 160
    spinner_ms: int = 900


SPACE: Final = Space()
RADIUS: Final = Radius()
SIZE: Final = Size()
RING: Final = FocusRing()
MOTION: Final = Motion()

TYPE: Final[Mapping[TextStyle, TypeStep]] = {
    "key": TypeStep(12, 16),
    "caption": TypeStep(13, 18),
    "body": TypeStep(15, 22),
    "lead": TypeStep(18, 24),
    "title": TypeStep(24, 30),
    "big": TypeStep(32, 38),
    "display": TypeStep(40, 46),
    "hero": TypeStep(56, 60),
}
WEIGHTS: Final[Mapping[Weight, int]] = {"regular": 400, "medium": 500, "semibold": 600}
FAMILIES: Final = ("IBM Plex Sans", "IBM Plex Sans Hebrew", "Noto Sans", "DejaVu Sans")
