"""Numbers as people's spreadsheets write them: "1.234", "1 234", "1,234", "12,50 €", "(5)".

Everything stays text until it is an integer: points whole, money in minor units. No float is made
anywhere. A lone mark with exactly three digits behind it groups thousands, because neither points
nor any of our currencies have three decimals; ``decimal`` in the mapping settles it otherwise.
"""

import re
from typing import Literal

from terminal.importing.problems import BadValue
from terminal.money import CURRENCIES

Decimal = Literal["", ".", ","]

LARGEST = 10**12
"""Beyond this a number is a mistake: a card number in the wrong column."""

_SHORTENED = re.compile(r"[+-]?\d([.,]\d+)?[eE][+-]?\d+")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’_]+")
_TOKEN = re.compile(r"[^\W\d_]+\.?|[€₪£$]")
_MINUS = "-−–"
_SIGNS = {
    "€": "EUR", "eur": "EUR", "ευρω": "EUR", "евро": "EUR", "ft": "HUF", "huf": "HUF",
    "zł": "PLN", "zl": "PLN", "pln": "PLN", "₪": "ILS", "ils": "ILS", "nis": "ILS",
    "£": "GBP", "gbp": "GBP", "$": "USD", "usd": "USD", "лв": "BGN", "bgn": "BGN",
}  # fmt: skip


def _shape(group: str, decimal: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<whole>\d+|[1-9]\d{{0,2}}(?:[{group}]\d{{3}})+)(?:[{decimal}](?P<rest>\d*))?"
    )


_SHAPES: dict[Decimal, tuple[re.Pattern[str], ...]] = {
    ",": (_shape(" ", ","), _shape(".", ",")),
    ".": (_shape(" ", "."), _shape(",", ".")),
}
# Thousands are tried before decimals; of two different marks the last one is the decimal mark.
_SHAPES[""] = (
    re.compile(r"(?P<whole>[1-9]\d{0,2}(?:[.]\d{3})+|[1-9]\d{0,2}(?:[,]\d{3})+)(?P<rest>)"),
    *_SHAPES[","],
    *_SHAPES["."],
)


def whole_number(text: str, decimal: Decimal = "") -> int:
    """Points. Raises BadValue for what is no number, not whole, or too large."""
    negative, whole, rest, sign = _taken_apart(text, decimal)
    if sign:
        raise BadValue("not_a_number")
    if rest.strip("0"):
        raise BadValue("not_whole")
    return _signed(negative, int(whole))


def minor_units(text: str, currency: str, decimal: Decimal = "") -> int:
    """Money in minor units of ``currency``. Raises BadValue, also for another currency's sign."""
    negative, whole, rest, sign = _taken_apart(text, decimal)
    if sign and sign != currency:
        raise BadValue("other_currency", found=sign, expected=currency)
    places = CURRENCIES[currency].decimals
    if rest[places:].strip("0"):
        raise BadValue("too_many_decimals", places=places)
    return _signed(negative, int(whole + rest[:places].ljust(places, "0")))


def is_shortened(text: str) -> bool:
    """Whether a spreadsheet wrote a long number as "2,95E+12", so that its digits are gone."""
    return _SHORTENED.fullmatch(text.strip()) is not None


def _signed(negative: bool, number: int) -> int:
    if number > LARGEST:
        raise BadValue("too_large")
    return -number if negative else number


def _taken_apart(text: str, decimal: Decimal) -> tuple[bool, str, str, str]:
    """Negative or not, digits before and after the decimal mark, currency or ""."""
    if is_shortened(text):
        raise BadValue("shortened_number")
    body, sign = _without_sign(_SPACES.sub(" ", text.strip()))
    negative, body = _without_minus(body)
    for shape in _SHAPES[decimal]:
        found = shape.fullmatch(body)
        if found and body.isascii():
            whole = re.sub(r"\D", "", found["whole"])
            return negative, whole, found["rest"] or "", sign
    raise BadValue("not_a_number")


def _without_sign(body: str) -> tuple[str, str]:
    tokens = _TOKEN.findall(body)
    if not tokens:
        return body, ""
    sign = _SIGNS.get(tokens[0].rstrip(".").casefold().replace("ώ", "ω"), "")
    if len(tokens) > 1 or not sign:
        raise BadValue("not_a_number")
    return _TOKEN.sub("", body).strip(), sign


def _without_minus(body: str) -> tuple[bool, str]:
    if body.startswith("(") and body.endswith(")"):
        return True, body[1:-1].strip()
    if body[:1] and body[0] in _MINUS:
        return True, body[1:].strip()
    if body[:1] and body[-1] in _MINUS:
        return True, body[:-1].strip()
    return False, body.removeprefix("+").strip()
