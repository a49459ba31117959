"""Words: texts, numbers, money and dates in a person's language, for screen and for paper.

Texts are gettext catalogues (``terminal/locale``), formats are Babel's with the corrections that
shops want (24-hour times, whole forints). On a right-to-left screen every value is isolated with
U+2068/U+2069 so that digits and Latin names keep their order; paper gets no control characters and
only characters that printers' code pages can hold.
"""

import gettext
import io
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from pathlib import Path

DOMAIN = "terminal"
LOCALE_DIR = Path(__file__).parent / "locale"
RTL_LANGUAGES = frozenset({"he"})

_LOCALES = {
    "en": "en_GB",
    "el": "el_GR",
    "bg": "bg_BG",
    "hu": "hu_HU",
    "pl": "pl_PL",
    "he": "he_IL",
}
_DAY = {
    "en": "d MMM yyyy", "el": "dd/MM/yyyy", "bg": "dd.MM.yyyy 'г.'", "hu": "yyyy. MM. dd.",
    "pl": "dd.MM.yyyy", "he": "dd.MM.yyyy",
}  # fmt: skip
_DAY_MONTH = {
    "en": "d MMM", "el": "d MMM", "bg": "d MMM", "hu": "MMM d.", "pl": "d MMM", "he": "d בMMM",
}  # fmt: skip
_MONTH = {"en": "MMMM yyyy", "el": "LLLL yyyy", "bg": "LLLL yyyy 'г.'", "hu": "yyyy. MMMM",
          "pl": "LLLL yyyy", "he": "MMMM yyyy"}  # fmt: skip
_QUOTES = {
    "en": ("“", "”"), "el": ("«", "»"), "bg": ("„", "“"), "hu": ("„", "”"), "pl": ("„", "”"),
    "he": ('"', '"'),
}  # fmt: skip
_SIGNS = {"EUR": "€", "HUF": "Ft", "PLN": "zł", "ILS": "₪", "GBP": "£", "USD": "$"}
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069"))
_PAPER = {**_MARKS, **dict.fromkeys(map(ord, "\u00a0\u202f\u2009"), " "), 0x2212: "-"}


@dataclass(frozen=True)
class Words:
    """Everything said to a person in one language. ``paper`` for slips, else for the screen.

    ``zone`` is the shop's time zone; None takes this machine's.
    """

    language: str = "en"
    paper: bool = False
    zone: tzinfo | None = None

    @property
    def rtl(self) -> bool:
        """Whether lines run from right to left."""
        return self.language in RTL_LANGUAGES

    @property
    def arrow(self) -> str:
        """From before to after, the way this language is read."""
        return "←" if self.rtl else "→"

    def t(self, message: str, **values: object) -> str:
        """The text for an English ``message``, its {placeholders} filled in."""
        text = _catalogue(self.language).gettext(message)
        return self._filled(text, values)

    def n(self, singular: str, plural: str, n: int, **values: object) -> str:
        """The right plural for ``n``, which fills {n} as a formatted number."""
        text = _catalogue(self.language).ngettext(singular, plural, n)
        return self._filled(text, {"n": self.number(n), **values})

    def _filled(self, text: str, values: dict[str, object]) -> str:
        if not values:
            return text
        return text.format(**{name: self.isolate(str(value)) for name, value in values.items()})

    def isolate(self, text: str) -> str:
        """A value that keeps its own direction inside a right-to-left line on the screen."""
        if self.paper or not self.rtl or not text or text[0] in "\u2066\u2067\u2068":
            return text
        return f"\u2068{text}\u2069"

    def quoted(self, text: str) -> str:
        """What somebody says, in whatever language, in this language's quotation marks."""
        opening, closing = _QUOTES[self.language]
        return f"{opening}{self.isolate(text)}{closing}"

    def number(self, value: int) -> str:
        """A whole number with the language's separators and a true minus."""
        return self._number(value, "")

    def signed(self, value: int) -> str:
        """A whole number with its sign, plus included."""
        return self._number(value, "+" if value > 0 else "")

    def _number(self, value: int, sign: str) -> str:
        text = _whole(abs(value), _LOCALES[self.language])
        return self._ltr((sign or ("−" if value < 0 else "")) + text)

    def money(self, minor: int, currency: str, *, signed: bool = False) -> str:
        """An amount of minor units; whole forints; minus before everything."""
        sign = "−" if minor < 0 else "+" if signed and minor > 0 else ""
        return self._amount(sign, _money(abs(minor), currency, _LOCALES[self.language]))

    def round_money(self, minor: int, currency: str) -> str:
        """An amount without decimals where it has none: "€5" in a reason or a reward's name."""
        sign = "−" if minor < 0 else ""
        text = _money(abs(minor), currency, _LOCALES[self.language], short=True)
        return self._amount(sign, text)

    def _amount(self, sign: str, text: str) -> str:
        """From right to left a currency's sign goes before the digits: so it is read left of them,
        alone and within a sentence, with marks or (on paper) without."""
        number, _, unit = text.translate(_MARKS).rpartition("\u00a0")
        if self.rtl and not unit.isalpha():
            return self._ltr(sign + unit + number)
        return self._ltr(sign + text)

    def _ltr(self, text: str) -> str:
        if self.paper:
            return text.translate(_PAPER)
        text = text.translate(_MARKS)
        return f"\u2066{text}\u2069" if self.rtl else text

    def day(self, moment: datetime | date) -> str:
        """Day, month and year."""
        return self._date(moment, _DAY)

    def day_month(self, moment: datetime | date) -> str:
        """Day and month, where the year goes without saying."""
        return self._date(moment, _DAY_MONTH)

    def month(self, moment: datetime | date) -> str:
        """Month and year."""
        return self._date(moment, _MONTH)

    def _date(self, moment: datetime | date, patterns: dict[str, str]) -> str:
        day = self.local(moment).date() if isinstance(moment, datetime) else moment
        text = _day(day, patterns[self.language], _LOCALES[self.language])
        return text.translate(_PAPER) if self.paper else self.isolate(text)

    def time(self, moment: datetime) -> str:
        """Hours and minutes of the 24-hour clock."""
        return self._ltr(f"{self.local(moment):%H:%M}")

    def local(self, moment: datetime) -> datetime:
        """The moment on the shop's clock."""
        return moment.astimezone(self.zone)


@lru_cache(maxsize=2048)
def _whole(value: int, locale: str) -> str:
    from babel.numbers import format_decimal

    return str(format_decimal(value, locale=locale))


@lru_cache(maxsize=512)
def _day(day: date, pattern: str, locale: str) -> str:
    from babel.dates import format_date

    return str(format_date(day, pattern, locale=locale))


@lru_cache(maxsize=512)
def _money(minor: int, currency: str, locale: str, *, short: bool = False) -> str:
    from decimal import Decimal

    from babel.numbers import format_currency

    from terminal.money import decimals_of

    decimals = decimals_of(currency)
    amount = Decimal(minor).scaleb(-decimals)
    whole = minor % 10**decimals == 0
    pattern = _whole_pattern(locale) if whole and (short or currency == "HUF") else None
    text = str(
        format_currency(
            amount, currency, locale=locale, format=pattern, currency_digits=pattern is None
        )
    )
    return text.replace(currency, _SIGNS.get(currency, currency))


@lru_cache(maxsize=16)
def _whole_pattern(locale: str) -> str:
    from babel import Locale

    pattern = str(Locale.parse(locale).currency_formats["standard"].pattern)
    return pattern.replace("0.00", "0").replace("#0.00", "#0")


@lru_cache(maxsize=16)
def _catalogue(language: str) -> gettext.NullTranslations:
    source = LOCALE_DIR / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not source.exists():
        return gettext.NullTranslations()
    try:
        content = compiled(source).read_bytes()
    except OSError:  # a till whose program nobody may write to
        content = _binary(source)
    return gettext.GNUTranslations(io.BytesIO(content))


def compiled(source: Path) -> Path:
    """The binary catalogue of a ``.po`` file, made anew where it is missing or older."""
    target = source.with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        half = source.with_suffix(f".{os.getpid()}.mo")  # two tills may start at once
        half.write_bytes(_binary(source))
        half.replace(target)
    return target


def compile_all() -> None:
    """Make every language's binary catalogue: set-up does, so that no window waits for it."""
    for source in LOCALE_DIR.glob(f"*/LC_MESSAGES/{DOMAIN}.po"):
        compiled(source)


def _binary(source: Path) -> bytes:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    content = io.BytesIO()
    with source.open("rb") as file:
        write_mo(content, read_po(file))
    return content.getvalue()


def utc(moment: datetime) -> datetime:
    """The same moment in UTC."""
    return moment.astimezone(UTC)
