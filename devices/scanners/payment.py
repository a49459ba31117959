"""Payment cards are dropped unseen.

Pure. A magnetic stripe track of a bank, a number in a range that payment schemes issue with a right
Luhn digit – alone, among other text or stuck to another scan – and codes that ask for a payment are
never passed on, kept or logged. Thirteen digits stay a code even when they pass: no scheme has
issued such numbers for decades. So do twelve with a right GS1 check digit.
"""

import re

from devices.scanners.check_digits import is_valid_ean, luhn_holds

_TRACK = re.compile(
    r"""
      %?B[0-9 ]{12,23}\^                # track 1, format B
    | ;[0-9]{12,19}[=D?]                # track 2
    | ^[0-9]{12,19}[=D][0-9]{4}         # track 2 without its sentinel
    | [;+_!\#][0-9]{14,21}=[0-9=]{8}    # track 3: format code, number, fields
    """,
    re.VERBOSE,
)
_RANGES = re.compile(
    r"""
      4[0-9]{15} | 4[0-9]{17,18}                                    # Visa
    | 5[1-5][0-9]{14}                                               # Mastercard
    | (?:222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}
    | 220[0-4][0-9]{12,15}                                          # Mir
    | 3[47][0-9]{13}                                                # American Express
    | 3(?:0[0-59]|[689][0-9])[0-9]{11,16}                           # Diners Club
    | 35(?:2[89]|[3-8][0-9])[0-9]{12,15}                            # JCB, RuPay
    | (?:6011|64[4-9][0-9]|65[0-9]{2}|62[0-9]{2})[0-9]{12,15}       # Discover, UnionPay, Elo, Troy
    | 81[0-9]{14,17} | 82[0-9]{14}                                  # UnionPay, RuPay
    | 60(?:69|7[0-9]|8[0-5])[0-9]{12} | 508[0-9]{13}                # RuPay
    | (?:606282|637095|637568)[0-9]{10}                             # Hipercard
    | (?:5018|5020|5038|5893|6304|6759|676[1-3])[0-9]{8,15}         # Maestro
    | (?:50|5[6-8]|67)[0-9]{13,17}                                  # Maestro, Verve, Elo
    | 63(?:33|34|62|63|7[0-9]|8[0-9]|90)[0-9]{12,15}                # Solo, Switch, Elo
    | 6277[0-9]{12}                                                 # Elo
    | (?:9792|9860|8600|9112)[0-9]{12}                              # Troy, Humo, Uzcard, Belkart
    | 1[0-9]{14}                                                    # UATP
    """,
    re.VERBOSE,
)
_RUN = re.compile(r"[0-9](?:[ \u00a0-]{0,2}[0-9]){11,}")
_LENGTHS = range(14, 20)

# First characters of codes that ask for a payment: EMVCo, the Polish slip, links of banks.
_PAYMENT_START = re.compile(r"000201.{24}|\|PL\||upi://pay|bitcoin:", re.DOTALL)
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def looks_like_payment_card(text: str, *, message: bool = False) -> bool:
    """Say whether the text, without its reader's prefix, belongs to a payment in any way.

    `message`: it is a GS1 message, one long run of digits by its nature, in which windows of digits
    mean nothing.
    """
    if _TRACK.search(text) or _PAYMENT_START.match(text) or _is_iban(text):
        return True
    if message:
        return is_payment_number(text)
    runs = _RUN.findall(text)
    return any(_holds_number(_only_digits(run), alone=run == text) for run in runs)


def is_payment_number(digits: str) -> bool:
    """Say whether these digits are a number of a payment scheme."""
    return _RANGES.fullmatch(digits) is not None and luhn_holds(digits) and not _is_article(digits)


def _is_article(digits: str) -> bool:
    return len(digits) == 13 or (len(digits) == 12 and is_valid_ean(digits))


def _holds_number(digits: str, *, alone: bool) -> bool:
    """Whole; or in what stuck together: anywhere among more digits than any one number has, at
    either end of digits beside another text. Two articles are two articles.
    """
    if len(digits) % 13 == 0 and all(map(is_valid_ean, _parts(digits))):
        return False
    if is_payment_number(digits) or is_payment_number(digits[:16]):
        return True
    if alone and len(digits) <= _LENGTHS[-1]:
        return False
    if len(digits) > _LENGTHS[-1]:
        starts = range(len(digits) - _LENGTHS[0] + 1)
        return any(is_payment_number(digits[i : i + n]) for i in starts for n in _LENGTHS)
    return any(is_payment_number(end) for n in _LENGTHS for end in (digits[:n], digits[-n:]))


def _parts(digits: str) -> list[str]:
    return [digits[i : i + 13] for i in range(0, len(digits), 13)]


def _only_digits(run: str) -> str:
    return run.replace(" ", "").replace("\u00a0", "").replace("-", "")


def _is_iban(text: str) -> bool:
    number = text.replace(" ", "")
    if not _IBAN.fullmatch(number):
        return False
    turned = number[4:] + number[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
