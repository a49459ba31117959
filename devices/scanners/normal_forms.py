"""One code, one text: however a reader was set up to send a kind of code, it reads the same here.

Pure. Check digits are held, start and stop signs come off, short forms are written out; whatever
has the wrong length for its kind was not read whole and is refused rather than guessed.
"""

import re
from collections.abc import Callable, Mapping

from devices.scanners import gs1
from devices.scanners.base import Reason, Symbology
from devices.scanners.check_digits import (
    code39_check_holds,
    expanded_upc_e,
    is_digits,
    is_valid_ean,
)
from devices.scanners.reading_rules import Code, Found, ReadingRules

GS1_KINDS = frozenset(
    (Symbology.GS1_128, Symbology.GS1_QR, Symbology.GS1_DATA_MATRIX, Symbology.DATABAR)
)
MATRIX = frozenset(
    (
        Symbology.QR,
        Symbology.GS1_QR,
        Symbology.DATA_MATRIX,
        Symbology.GS1_DATA_MATRIX,
        Symbology.AZTEC,
        Symbology.PDF417,
    )
)
_GROUP_SEPARATOR = "\x1d"
_FULL_ASCII = re.compile(r"\+([A-Z])")
_CODABAR = re.compile(r"[A-DTN*E]([0-9$:/.+-]+)[A-DTN*E]", re.IGNORECASE)


def normal(body: str, kind: Symbology, rules: ReadingRules, modifier: str = "") -> Found:
    """Return the code in the normal form of its kind; `modifier` is the AIM identifier's last
    sign."""
    if kind is Symbology.CODE39:
        return _code39(body, rules, modifier)
    if kind in GS1_KINDS:
        return _message(body, kind, rules)
    return _FORMS.get(kind, free)(body, kind, rules)


def ean13(body: str, kind: Symbology, rules: ReadingRules) -> Found:
    """EAN-13, UPC-A with and without its leading zero, UPC-E where the reader sends it short."""
    if not is_digits(body):
        return Reason.GARBAGE
    if len(body) == 8 and rules.upc_e:
        return upc_e(body, kind, rules)
    number = f"0{body}" if len(body) == 12 else body
    if len(number) != 13:
        return Reason.HALF_SCAN if len(number) < 13 else Reason.GLUED
    return Code(number, Symbology.EAN13) if is_valid_ean(number) else Reason.WRONG_CHECK_DIGIT


def upc_e(body: str, kind: Symbology, rules: ReadingRules) -> Found:
    """UPC-E written out, whether the reader did it or not."""
    if len(body) != 8:
        return ean13(body, kind, rules)
    whole = expanded_upc_e(body)
    return Code(whole, Symbology.EAN13) if whole else Reason.WRONG_CHECK_DIGIT


def ean8(body: str, kind: Symbology, rules: ReadingRules) -> Found:
    """Eight digits, no more and no fewer."""
    if len(body) != 8:
        return Reason.HALF_SCAN if len(body) < 8 else Reason.GLUED
    return Code(body, kind) if is_valid_ean(body) else Reason.WRONG_CHECK_DIGIT


def _itf(body: str, kind: Symbology, rules: ReadingRules) -> Found:
    """Interleaved 2 of 5 is read in part without noticing: only lengths that are known count."""
    if not is_digits(body):
        return Reason.GARBAGE
    if len(body) in rules.own_lengths:
        return Code(body, kind)
    if len(body) != 14:
        return Reason.HALF_SCAN
    return Code(body, kind) if is_valid_ean(body) else Reason.WRONG_CHECK_DIGIT


def _code39(body: str, rules: ReadingRules, modifier: str) -> Found:
    plain = without_stars(body)
    if modifier == "1":  # the reader checked and sent the modulo 43 sign; others keep it back
        if not code39_check_holds(plain):
            return Reason.WRONG_CHECK_DIGIT
        plain = plain[:-1]
    if modifier not in ("4", "5", "7"):  # these were spelt out by the reader
        plain = small_letters(plain)
    return free(plain, Symbology.CODE39, rules)


def without_stars(body: str) -> str:
    """Code 39 without its start and stop signs."""
    starred = len(body) > 2 and body[0] == body[-1] == "*"
    return body[1:-1] if starred else body


def small_letters(body: str) -> str:
    """Code 39 full ASCII as it was meant: `+A` is `a`."""
    return _FULL_ASCII.sub(lambda pair: pair[1].lower(), body)


def _codabar(body: str, kind: Symbology, rules: ReadingRules) -> Found:
    """Without start and stop letters, which some readers send, in capitals or small."""
    framed = _CODABAR.fullmatch(body)
    return free(framed[1] if framed else body, kind, rules)


def _message(body: str, kind: Symbology, rules: ReadingRules) -> Found:
    if gs1.is_link(body):
        return _link(body, kind, rules)
    known = gs1.read_message(body)
    if isinstance(known, Reason):
        return known
    return Code(known.text, kind, known.ai) if known else free(body, kind, rules)


def _link(body: str, kind: Symbology, rules: ReadingRules) -> Found:
    known = gs1.read_link(body) if gs1.is_link(body) else None
    return Code(known.text, kind, known.ai) if known else free(body, kind, rules)


def free(body: str, kind: Symbology, rules: ReadingRules) -> Found:
    """Any printable text of a length that a code can have."""
    allowed = body.replace(_GROUP_SEPARATOR, "") if kind in GS1_KINDS else body
    if not allowed.isprintable():
        return Reason.CONTROL_CHARACTERS
    if len(body) < rules.min_length:
        return Reason.TOO_SHORT
    longest = rules.max_matrix_length if kind in MATRIX else rules.max_length
    return Reason.TOO_LONG if len(body) > longest else Code(body, kind)


_FORMS: Mapping[Symbology, Callable[[str, Symbology, ReadingRules], Found]] = {
    Symbology.EAN13: ean13,
    Symbology.UPC_E: upc_e,
    Symbology.EAN8: ean8,
    Symbology.ITF: _itf,
    Symbology.CODABAR: _codabar,
    Symbology.QR: _link,
    Symbology.DATA_MATRIX: _link,
}
