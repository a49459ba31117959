"""Slip text before it is printed: cleaned, replaced where a page has no letter, broken into lines.

Pure. A replacement is made only when the page lacks the character, except for spaces of all
kinds, the minus sign and `ѝ`, which no printer page has. What is left and still not in the page
makes the line a picture; nothing ever becomes a question mark.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache

_NO_BREAK = "\u00a0"
_REPLACEMENTS = {
    "“": '"',
    "”": '"',
    "„": '"',
    "‟": '"',
    "«": '"',
    "»": '"',
    "‘": "'",
    "’": "'",
    "‚": "'",
    "′": "'",
    "״": '"',
    "׳": "'",
    "־": "-",
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "−": "-",
    "…": "...",
    "×": "x",
    "•": "*",
    "·": ".",
    "№": "No.",
    "→": "->",
    "ѝ": "и",
    "Ѝ": "И",
    "Ș": "Ş",
    "ș": "ş",
    "Ț": "Ţ",
    "ț": "ţ",
}
_NUMBER_SPACE = re.compile(r"(?<=[0-9]) (?=[0-9€₪$£%]|Ft\b|zł|лв|EUR\b|HUF\b|PLN\b|ILS\b|BGN\b)")

Measure = Callable[[str], int]


def clean(text: str) -> str:
    """Return the text composed (NFC), without control characters, its odd spaces made plain.

    Spaces inside a number become no-break spaces; bidi marks stay, for pictures need them.
    """
    composed = unicodedata.normalize("NFC", text)
    kept = composed if composed.isprintable() else "".join(map(_kept, composed))
    return _NUMBER_SPACE.sub(_NO_BREAK, kept)


def _kept(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Zs":
        return " " if char == " " else _NO_BREAK
    if char in "\n\r\t\v\f\u2028\u2029":
        return " "
    return "" if category in ("Cc", "Cs", "Co", "Cn") or char == "\u00ad" else char


class _PageTable(dict[int, str]):
    """What each character becomes on one page, worked out when it is first met."""

    def __init__(self, codec: str) -> None:
        super().__init__()
        self._codec = codec

    def __missing__(self, code: int) -> str:
        self[code] = found = self._found(chr(code))
        return found

    def _found(self, char: str) -> str:
        if unicodedata.category(char) == "Cf":
            return ""
        if char == _NO_BREAK or encodable(char, self._codec):
            return char
        return _REPLACEMENTS.get(char, char)


@cache
def _table(codec: str) -> _PageTable:
    return _PageTable(codec)


def for_page(text: str, codec: str) -> str:
    """Return clean text with replacements for what the page lacks, ready to be laid out."""
    return clean(text).translate(_table(codec))


def encode(text: str, codec: str) -> bytes | None:
    """Return the bytes of laid-out text, or None when the page lacks a character."""
    try:
        return text.replace(_NO_BREAK, " ").encode(codec)
    except UnicodeEncodeError:
        return None


def encodable(text: str, codec: str) -> bool:
    """Say whether the page has every character of the text."""
    return encode(text, codec) is not None


def has_rtl(text: str) -> bool:
    """Say whether any letter of the text runs from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


def wrap(text: str, width: int, measure: Measure = len) -> list[str]:
    """Break text by word into lines no wider than `width`; only a word wider than that is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if measure(longer) <= width:
            line = longer
            continue
        lines += [line] if line else []
        *whole, line = _pieces(word, width, measure)
        lines += whole
    return [*lines, line] if line or not lines else lines


def _pieces(word: str, width: int, measure: Measure) -> Sequence[str]:
    pieces = [""]
    for char in word:
        if measure(pieces[-1] + char) > width and pieces[-1]:
            pieces.append("")
        pieces[-1] += char
    return pieces
