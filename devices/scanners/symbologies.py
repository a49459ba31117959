"""From one frame to what it says: prefixes off, kind of code known, doubtful readings refused.

Pure. AIM identifiers (ISO/IEC 15424: `]cm`) are believed; without one the digits must speak for
themselves, so a bare number that looks like a piece of an EAN-13 is refused rather than guessed:
cutting one to five digits off an EAN-13 leaves a valid shorter code in 10-20 % of cards.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.scanners.base import Reason, Rejected, Scan, Symbology
from devices.scanners.payment import looks_like_payment_card

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GLUED_AIM_EANS = re.compile(r"(?:\]E0[0-9]{13}){2,}")
_GROUP_SEPARATOR = "\x1d"

_BY_AIM: Mapping[str, Symbology] = {
    "A": Symbology.CODE39,
    "C": Symbology.CODE128,
    "E": Symbology.EAN13,
    "F": Symbology.CODABAR,
    "G": Symbology.CODE93,
    "I": Symbology.ITF,
    "L": Symbology.PDF417,
    "Q": Symbology.QR,
    "d": Symbology.DATA_MATRIX,
    "e": Symbology.DATABAR,
    "z": Symbology.AZTEC,
}
_BY_FULL_AIM: Mapping[str, Symbology] = {
    "C1": Symbology.GS1_128,
    "E4": Symbology.EAN8,
    "Q3": Symbology.GS1_QR,
    "d2": Symbology.GS1_DATA_MATRIX,
}
_MATRIX = frozenset(
    (
        Symbology.QR,
        Symbology.GS1_QR,
        Symbology.DATA_MATRIX,
        Symbology.GS1_DATA_MATRIX,
        Symbology.AZTEC,
        Symbology.PDF417,
    )
)
_SEPARATED = frozenset(
    (Symbology.GS1_128, Symbology.GS1_QR, Symbology.GS1_DATA_MATRIX, Symbology.DATABAR)
)

# Letters some makers put in front of the data instead of AIM ids, from their manuals.
HONEYWELL_CODE_IDS: Mapping[str, Symbology] = {
    "d": Symbology.EAN13,
    "c": Symbology.EAN13,
    "D": Symbology.EAN8,
    "j": Symbology.CODE128,
    "I": Symbology.GS1_128,
    "b": Symbology.CODE39,
    "i": Symbology.CODE93,
    "a": Symbology.CODABAR,
    "e": Symbology.ITF,
    "s": Symbology.QR,
    "w": Symbology.DATA_MATRIX,
    "r": Symbology.PDF417,
    "z": Symbology.AZTEC,
}


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """What this shop's reader and cards look like.

    `own_prefix` is the first digits of the chain's EAN-13 cards: a shorter valid code that starts
    with them is a torn card. `own_lengths` are digit counts the chain uses for numbers without an
    EAN check digit, accepted bare. `code_ids` names the maker's letters, if the reader sends them.
    """

    own_prefix: str = ""
    own_lengths: frozenset[int] = frozenset()
    code_ids: Mapping[str, Symbology] = field(default_factory=dict)
    min_length: int = 4
    max_length: int = 64
    max_matrix_length: int = 512


def check_digit(digits: str) -> str:
    """Return the GS1 check digit of the digits before it (GS1 General Specifications 7.9.1)."""
    weighted = sum(int(digit) * (3, 1)[i % 2] for i, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)


def is_valid_ean(text: str) -> bool:
    """Say whether the text is 8, 12, 13 or 14 digits that end in their check digit."""
    return (
        len(text) in (8, 12, 13, 14)
        and text.isascii()
        and text.isdigit()
        and check_digit(text[:-1]) == text[-1]
    )


def read_frame(
    frame: bytes, port: str, rules: ReadingRules | None = None
) -> tuple[Scan | Rejected, ...]:
    """Return the scan in the frame, both scans when two stuck together, or the refusal."""
    return tuple(
        Rejected(found, port, len(frame)) if isinstance(found, Reason) else Scan(*found, port)
        for found in _read(frame, rules or ReadingRules())
    )


_Found = tuple[str, Symbology] | Reason


def _read(frame: bytes, rules: ReadingRules) -> list[_Found]:
    text = _decoded(frame)
    if text is None:
        return [Reason.GARBAGE]
    if looks_like_payment_card(text):
        return [Reason.PAYMENT_CARD]
    if _is_personal_document(text):
        return [Reason.PERSONAL_DOCUMENT]
    if _GLUED_AIM_EANS.fullmatch(text):
        return [_ean13(number) for number in text[3:].split("]E0")]
    kind, body = _identified(text, rules)
    return _unglued(body, rules) if kind is None else [_named(body, kind, rules)]


def _decoded(frame: bytes) -> str | None:
    try:
        return frame.decode("utf-8")
    except UnicodeDecodeError:
        pass
    text = frame.decode("latin-1")
    # Latin-1 turns any noise into letters: only a reader that names a 2D code is believed.
    named = _AIM.match(text)
    return text if named and _by_aim(named[0]) in _MATRIX else None


def _by_aim(aim: str) -> Symbology:
    return _BY_FULL_AIM.get(aim[1:], _BY_AIM.get(aim[1], Symbology.UNKNOWN))


def _is_personal_document(text: str) -> bool:
    body = text[3:] if _AIM.match(text) else text
    return body == "@" or "ANSI 6" in body


def _identified(text: str, rules: ReadingRules) -> tuple[Symbology | None, str]:
    if aim := _AIM.match(text):
        return _by_aim(aim[0]), _without_add_on(aim[0], text[3:])
    if text[0] in rules.code_ids and len(text) > 1:
        return rules.code_ids[text[0]], text[1:]
    return None, text


def _without_add_on(aim: str, body: str) -> str:
    # ]E3 carries the EAN-13 together with its two or five digit add-on.
    return body[:13] if aim == "]E3" and len(body) in (15, 18) else body


def _named(body: str, kind: Symbology, rules: ReadingRules) -> _Found:
    if kind is Symbology.EAN13:
        return _ean13(body)
    if kind is Symbology.EAN8:
        return _ean8(body)
    return _free(body, kind, rules)


def _ean13(body: str) -> _Found:
    number = f"0{body}" if len(body) == 12 else body
    if not (number.isascii() and number.isdigit()):
        return Reason.GARBAGE
    if len(number) != 13:
        return Reason.HALF_SCAN if len(number) < 13 else Reason.GLUED
    return (number, Symbology.EAN13) if is_valid_ean(number) else Reason.WRONG_CHECK_DIGIT


def _ean8(body: str) -> _Found:
    if len(body) != 8:
        return Reason.HALF_SCAN if len(body) < 8 else Reason.GLUED
    return (body, Symbology.EAN8) if is_valid_ean(body) else Reason.WRONG_CHECK_DIGIT


def _free(body: str, kind: Symbology, rules: ReadingRules) -> _Found:
    allowed = body.replace(_GROUP_SEPARATOR, "") if kind in _SEPARATED else body
    if not allowed.isprintable():
        return Reason.CONTROL_CHARACTERS
    if kind is Symbology.CODE39:
        body = _without_stars(body)
    if len(body) < rules.min_length:
        return Reason.TOO_SHORT
    longest = rules.max_matrix_length if kind in _MATRIX else rules.max_length
    return Reason.TOO_LONG if len(body) > longest else (body, kind)


def _without_stars(body: str) -> str:
    starred = len(body) > 2 and body[0] == body[-1] == "*"
    return body[1:-1] if starred else body


def _unglued(body: str, rules: ReadingRules) -> list[_Found]:
    if not (body.isascii() and body.isdigit()):
        return [_bare_text(body, rules)]
    if len(body) in rules.own_lengths:
        return [(body, Symbology.UNKNOWN)]
    parts = [body[i : i + 13] for i in range(0, len(body), 13)]
    if len(parts) > 1 and all(len(part) == 13 and is_valid_ean(part) for part in parts):
        return [(part, Symbology.EAN13) for part in parts]
    return [_bare_digits(body, rules)]


def _bare_digits(body: str, rules: ReadingRules) -> _Found:
    if len(body) == 13:
        return _ean13(body)
    if len(body) > 20:
        return Reason.GLUED
    if len(body) > 13:
        return body, Symbology.ITF if is_valid_ean(body) else Symbology.UNKNOWN
    return _short_digits(body, rules)


def _short_digits(body: str, rules: ReadingRules) -> _Found:
    torn = bool(rules.own_prefix) and body.startswith(rules.own_prefix)
    if torn or not is_valid_ean(body):
        return Reason.HALF_SCAN
    return _ean8(body) if len(body) == 8 else _ean13(body)


def _bare_text(body: str, rules: ReadingRules) -> _Found:
    # A 2D reader without AIM ids sends links and signed ids: only those may be long.
    kind = Symbology.QR if len(body) > rules.max_length else Symbology.UNKNOWN
    return _free(_without_stars(body), kind, rules)
