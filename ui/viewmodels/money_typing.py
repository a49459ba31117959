"""Money as a cashier types it, and the notes that customers hand over."""

from terminal.money import CURRENCIES
from terminal.sales import Product
from ui.viewmodels.basket import OPEN_PRICE_SKU

MOST = 99_999_999
"""The largest amount taken from a keyboard, in minor units: more is a slip of the finger."""

_NOTES: dict[str, tuple[int, ...]] = {
    "EUR": (5, 10, 20, 50, 100, 200),
    "HUF": (500, 1000, 2000, 5000, 10_000, 20_000),
    "PLN": (10, 20, 50, 100, 200, 500),
    "ILS": (20, 50, 100, 200),
    "GBP": (5, 10, 20, 50),
    "USD": (5, 10, 20, 50, 100),
}
_WITHOUT_PARTS = frozenset({"HUF"})


def has_parts(currency: str) -> bool:
    """Whether amounts are typed with decimals."""
    return currency not in _WITHOUT_PARTS


def decimal_sign(language: str) -> str:
    """What stands before the decimals."""
    return "." if language in ("en", "he") else ","


def extra_key(currency: str, language: str) -> str:
    """The pad's key beside the zero."""
    return decimal_sign(language) if has_parts(currency) else "000"


def typed_amount(text: str, currency: str) -> int | None:
    """Minor units of an amount as typed, with point or comma; None for what is no amount."""
    whole, _, part = text.strip().replace(",", ".").replace(" ", "").partition(".")
    decimals = CURRENCIES[currency].decimals
    if part and not has_parts(currency):
        return None
    if not (whole + part) or not (whole + part).isascii() or not (whole + part).isdigit():
        return None
    if len(part) > decimals:
        return None
    minor = int((whole or "0") + part.ljust(decimals, "0"))
    return minor if minor <= MOST else None


def as_typed(minor: int, currency: str, language: str) -> str:
    """An amount as it stands in the field: "40.00", "15000"."""
    scale: int = 10 ** CURRENCIES[currency].decimals
    if not has_parts(currency):
        return str(minor // scale)
    return f"{minor // scale}{decimal_sign(language)}{minor % scale:02d}"


def type_key(text: str, key: str, currency: str) -> str:
    """The field's text after one key of the pad; a key that makes no amount changes nothing."""
    if key in ".," and text == "":
        text = "0"
    made = text + key
    return made if typed_amount(made, currency) is not None else text


def likely_notes(due: int, currency: str) -> tuple[int, ...]:
    """What a customer likely hands over for ``due`` minor units, at most three sums above it."""
    scale = 10 ** CURRENCIES[currency].decimals
    sums = {-(-due // (note * scale)) * note * scale for note in _NOTES[currency]}
    return tuple(sorted(amount for amount in sums if amount > due)[:3])


def open_price(amount: int, currency: str, name: str) -> Product:
    """A line for something without a code."""
    return Product(OPEN_PRICE_SKU, name, amount, currency)
