"""What a key types on an American keyboard, by its place: the layout that readers think in.

A reader that plays keyboard sends places of keys, not letters. Where the till's own layout is
Greek, Hebrew, Bulgarian or Hungarian, the letters that arrive are other ones (ö for 0), but the
places still tell. Places are Qt's native scan codes: evdev codes plus 8 under X11 and Wayland, set
1 codes under Windows (256 more for extended keys). macOS tells none.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Keys = Mapping[int, tuple[str, str]]
"""Scan code to what it types, without and with Shift."""

_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (55, "*", "*"),
    (57, " ", " "),
    (71, "789-456+1230.", "789-456+1230."),  # the key pad
)
_EVDEV_OFFSET = 8


def _table(offset: int, slash_on_pad: int) -> Keys:
    keys = {
        first + offset + place: (plain, shifted)
        for first, low, high in _ROWS
        for place, (plain, shifted) in enumerate(zip(low, high, strict=True))
    }
    return keys | {slash_on_pad: ("/", "/")}


X11_KEYS = _table(_EVDEV_OFFSET, 98 + _EVDEV_OFFSET)
WINDOWS_KEYS = _table(0, 0x135)
PLATFORM_KEYS = WINDOWS_KEYS if sys.platform == "win32" else X11_KEYS


@dataclass(frozen=True, slots=True)
class Keystroke:
    """One key and what it typed ("": a dead key); `at` is milliseconds of one steady clock."""

    text: str
    scan_code: int
    shift: bool
    alt_gr: bool
    at: float

    def __repr__(self) -> str:
        """Say nothing of what was typed: it may be a password or a card."""
        return f"Keystroke(at={self.at})"


def us_text(strokes: Sequence[Keystroke], keys: Keys = PLATFORM_KEYS) -> str | None:
    """What an American keyboard would have typed; None where a key's place is not known.

    Caps Lock does not matter here. A control character is what it is in every layout.
    """
    typed = [_us_character(stroke, keys) for stroke in strokes]
    known = [one for one in typed if one is not None]
    return "".join(known) if len(known) == len(typed) else None


def _us_character(stroke: Keystroke, keys: Keys) -> str | None:
    if stroke.text < " " and stroke.text:
        return stroke.text
    if stroke.alt_gr or stroke.scan_code not in keys:
        return None
    return keys[stroke.scan_code][stroke.shift]


def caps_lock_was_on(strokes: Iterable[Keystroke]) -> bool:
    """Whether every letter came in the other case than Shift asked for."""
    cased = [stroke for stroke in strokes if stroke.text.lower() != stroke.text.upper()]
    return bool(cased) and all(stroke.text.isupper() != stroke.shift for stroke in cased)


def typed_text(strokes: Sequence[Keystroke]) -> str:
    """What was typed, with Caps Lock undone."""
    text = "".join(stroke.text for stroke in strokes)
    return text.swapcase() if caps_lock_was_on(strokes) else text
