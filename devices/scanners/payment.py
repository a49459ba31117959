"""Payment cards are dropped unseen.

Pure. A magnetic stripe track, or a bare number in a range that payment schemes issue with a right
Luhn digit, is never passed on, kept or logged. EAN-13 and GTIN-14 codes that happen to pass both
tests stay codes: no scheme has issued 13 digit numbers for decades.
"""

import re

_TRACK = re.compile(r"%?B[0-9 ]{12,19}\^|;[0-9]{12,19}[=D?]|^[0-9]{12,19}[=D][0-9]{4}")
_RANGES = re.compile(
    r"""
      4[0-9]{15} | 4[0-9]{18}
    | 5[1-5][0-9]{14}
    | (?:222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}
    | 3[47][0-9]{13}
    | 3(?:0[0-5]|[68][0-9])[0-9]{11}
    | 35(?:2[89]|[3-8][0-9])[0-9]{12}
    | (?:6011|64[4-9][0-9]|65[0-9]{2}|62[0-9]{2})[0-9]{12,15}
    | (?:5018|5020|5038|5893|6304|6759|676[1-3])[0-9]{8,15}
    """,
    re.VERBOSE,
)


def luhn_holds(digits: str) -> bool:
    """Say whether the last digit is right by ISO/IEC 7812-1 annex B."""
    doubled = (int(d) * (1, 2)[i % 2] for i, d in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def looks_like_payment_card(text: str) -> bool:
    """Say whether the text is a stripe track or a bare payment card number."""
    bare = text[3:] if text.startswith("]") else text
    number = bare.replace(" ", "").replace("-", "")
    if _TRACK.search(bare):
        return True
    return len(number) != 13 and _RANGES.fullmatch(number) is not None and luhn_holds(number)
