"""Folding names for search, in every script of our languages.

SQLite's own folding stops at Latin letters, so both the stored names and what is typed go through
``fold``: no case, no accents, no final forms. Greek ς=σ, Polish ł=l, Bulgarian ѝ=и but й stays й,
Hebrew final letters and doubled vav and yod made plain.
"""

import unicodedata

_SPECIAL = str.maketrans(
    {
        "ς": "σ", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i",
        "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ",
        "׳": "", "״": "", "'": "", "’": "", '"': "", "־": " ", "-": " ", ".": " ", ",": " ",
    }
)  # fmt: skip
_KEPT = "й"  # a letter of its own, though Unicode decomposes it


def fold(text: str) -> str:
    """``text`` without case, accents, final forms and punctuation, single spaced."""
    plain = "".join(_fold_char(char) for char in unicodedata.normalize("NFC", text.casefold()))
    plain = plain.translate(_SPECIAL).replace("וו", "ו").replace("יי", "י")
    return " ".join(plain.split())


def _fold_char(char: str) -> str:
    if char == _KEPT or char.isascii():
        return char
    decomposed = unicodedata.normalize("NFKD", char)
    return "".join(part for part in decomposed if not unicodedata.combining(part))


def digits(text: str) -> str:
    """The ASCII digits in ``text``: what a phone or card number is searched by."""
    return "".join(char for char in text if char.isascii() and char.isdigit())
