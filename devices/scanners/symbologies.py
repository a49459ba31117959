"""From one frame to what it says: prefixes off, kind of code known, doubtful readings refused.

Pure. AIM identifiers (ISO/IEC 15424: `]cm`) are believed; without one the digits must speak for
themselves, so a bare number that looks like a piece of an EAN-13 is refused rather than guessed:
cutting one to five digits off an EAN-13 leaves a valid shorter code in 10-20 % of cards. Whatever
belongs to a payment or says who somebody is is dropped first, and once more in its normal form.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from devices.scanners import gs1, normal_forms
from devices.scanners.base import Reason, Rejected, Scan, Symbology
from devices.scanners.check_digits import check_digit, expanded_upc_e, is_digits, is_valid_ean
from devices.scanners.documents import is_personal_document
from devices.scanners.normal_forms import GS1_KINDS, MATRIX, normal
from devices.scanners.payment import looks_like_payment_card
from devices.scanners.reading_rules import Code, Found, ReadingRules
from devices.scanners.stripes import is_stripe, stripe_number

__all__ = ["HONEYWELL_CODE_IDS", "ReadingRules", "check_digit", "is_valid_ean", "read_frame"]

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_SECOND_AIM = re.compile(r"\][ACEFGILQdez][0-9]")
_GLUED_AIM_EANS = re.compile(r"(?:\]E0[0-9]{13}){2,}")
# Readers set up for extended channels name the character set in front of the data.
_ECI = re.compile(r"(?:\\[0-9]{6})+")
_LONGEST_NUMBER = 20
"""More bare digits than that are two codes."""

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

# Letters some makers put in front of the data instead of AIM ids, from their manuals.
HONEYWELL_CODE_IDS: Mapping[str, Symbology] = {
    "d": Symbology.EAN13,
    "c": Symbology.EAN13,
    "D": Symbology.EAN8,
    "E": Symbology.UPC_E,
    "j": Symbology.CODE128,
    "I": Symbology.GS1_128,
    "y": Symbology.DATABAR,
    "b": Symbology.CODE39,
    "i": Symbology.CODE93,
    "a": Symbology.CODABAR,
    "e": Symbology.ITF,
    "s": Symbology.QR,
    "w": Symbology.DATA_MATRIX,
    "r": Symbology.PDF417,
    "z": Symbology.AZTEC,
}


class _Named(NamedTuple):
    """What the reader says it read; `kind` None: it does not say."""

    kind: Symbology | None
    body: str
    modifier: str = ""


def read_frame(
    frame: bytes, port: str, rules: ReadingRules | None = None
) -> tuple[Scan | Rejected, ...]:
    """Return the scan in the frame, both scans when two stuck together, or the refusal."""
    return tuple(
        Rejected(found, port, len(frame))
        if isinstance(found, Reason)
        else Scan(found.text, found.symbology, port, found.ai)
        for found in map(_without_payment, _read(frame, rules or ReadingRules()))
    )


def _without_payment(found: Found) -> Found:
    """A number may only show itself once start signs and prefixes are off."""
    if isinstance(found, Code) and looks_like_payment_card(found.text, message=bool(found.ai)):
        return Reason.PAYMENT_CARD
    return found


def _read(frame: bytes, rules: ReadingRules) -> list[Found]:
    text = _decoded(frame)
    if text is None:
        return [Reason.GARBAGE]
    named = _identified(text, rules)
    kind, body = named.kind, named.body
    if kind is None and len(body) > _LONGEST_NUMBER and is_digits(body):
        return _unnamed(body, rules)  # stuck together: no need to look for what is in it
    if looks_like_payment_card(body, message=kind in GS1_KINDS):
        return [Reason.PAYMENT_CARD]
    if is_personal_document(body):
        return [Reason.PERSONAL_DOCUMENT]
    if kind is None:
        return _unnamed(body, rules)
    if _GLUED_AIM_EANS.fullmatch(text):
        parts = text[3:].split("]E0")
        return [normal(number, Symbology.EAN13, rules) for number in parts]
    if kind not in MATRIX and _SECOND_AIM.search(body):
        return [Reason.GLUED]
    return [normal(body, kind, rules, named.modifier)]


def _decoded(frame: bytes) -> str | None:
    try:
        return frame.decode("utf-8")
    except UnicodeDecodeError:
        pass
    text = frame.decode("latin-1")
    # Latin-1 turns any noise into letters: only a reader that names a 2D code is believed.
    named = _AIM.match(text)
    return text if named and _by_aim(named[0]) in MATRIX else None


def _by_aim(aim: str) -> Symbology:
    return _BY_FULL_AIM.get(aim[1:], _BY_AIM.get(aim[1], Symbology.UNKNOWN))


def _identified(text: str, rules: ReadingRules) -> _Named:
    if aim := _AIM.match(text):
        kind, body = _by_aim(aim[0]), _without_add_on(aim[0], text[3:])
        return _Named(kind, _ECI.sub("", body, count=1) if kind in MATRIX else body, aim[0][2])
    if text[:1] in rules.code_ids and len(text) > 1:
        return _Named(rules.code_ids[text[0]], text[1:])
    return _Named(None, text)


def _without_add_on(aim: str, body: str) -> str:
    # ]E3 carries the EAN-13 together with its two or five digit add-on.
    return body[:13] if aim == "]E3" and len(body) in (15, 18) else body


# -- codes whose reader does not say what they are -------------------------------------------------


def _unnamed(body: str, rules: ReadingRules) -> list[Found]:
    if not is_digits(body):
        return [_bare_text(body, rules)]
    if len(body) in rules.own_lengths:
        return [Code(body, Symbology.UNKNOWN)]
    parts = [body[i : i + 13] for i in range(0, len(body), 13)]
    if len(parts) > 1 and all(len(part) == 13 and is_valid_ean(part) for part in parts):
        return [Code(part, Symbology.EAN13) for part in parts]
    return [_bare_digits(body, rules)]


def _bare_digits(body: str, rules: ReadingRules) -> Found:
    if len(body) == 13:
        return normal_forms.ean13(body, Symbology.EAN13, rules)
    if len(body) > _LONGEST_NUMBER or _holds_own(body, rules):
        return Reason.GLUED
    if len(body) > 13:
        return Code(body, Symbology.ITF if is_valid_ean(body) else Symbology.UNKNOWN)
    return _short_digits(body, rules)


def _holds_own(body: str, rules: ReadingRules) -> bool:
    """Whether a whole card of the chain stands at an end of it, or a number of the chain twice."""
    if len(body) % 2 == 0 and len(body) // 2 in rules.own_lengths:
        return True
    own = [part for part in (body[:13], body[-13:]) if part.startswith(rules.own_prefix)]
    return bool(rules.own_prefix) and len(body) > 13 and any(map(is_valid_ean, own))


def _short_digits(body: str, rules: ReadingRules) -> Found:
    if rules.own_prefix and body.startswith(rules.own_prefix):
        return Reason.HALF_SCAN
    if rules.upc_e and (whole := expanded_upc_e(body)):
        return Code(whole, Symbology.EAN13)
    if not is_valid_ean(body):
        return Reason.HALF_SCAN
    kind = Symbology.EAN8 if len(body) == 8 else Symbology.EAN13
    return normal(body, kind, rules)


def _bare_text(body: str, rules: ReadingRules) -> Found:
    if is_stripe(body):
        number = stripe_number(body)
        return Code(number, Symbology.STRIPE) if number else Reason.HALF_SCAN
    plain = normal_forms.without_stars(body)
    if plain != body:  # only Code 39 has stars around it
        plain = normal_forms.small_letters(plain)
    if gs1.is_link(plain):
        return normal(plain, Symbology.QR, rules)
    # A 2D reader without AIM ids sends links and signed ids: only those may be long.
    kind = Symbology.QR if len(plain) > rules.max_length else Symbology.UNKNOWN
    return normal_forms.free(plain, kind, rules)
