"""What the law of a country asks of a slip, as data.

Every line must be confirmed by someone with local knowledge (``confirm``); the evidence for each
wording is in ``docs/decisions``. In Bulgaria a slip carries points only: nothing on it may look
like a receipt.
"""

import re
from dataclasses import dataclass

CONFIRM = "Confirm with your accountant."

_SIGNS = r"€|\$|£|₪|zł|Ft|лв\.?|ש״ח|EUR|HUF|PLN|ILS|GBP|USD|BGN"
_MONEY = re.compile(rf"(?:{_SIGNS})\s?[-−+]?\d|\d(?:[\d .,\u00a0\u202f]*\d)?\s?(?:{_SIGNS})(?!\w)")


@dataclass(frozen=True, slots=True)
class CountryRules:
    """``non_fiscal`` stands top and bottom, in the country's language, whatever the member's."""

    language: str
    non_fiscal: str
    zone: str
    """The time zone its days and hours are told in (IANA)."""
    amounts: bool = True
    """Whether prices, totals and money values may stand on a slip."""
    forbidden: tuple[str, ...] = ()
    """Words that may stand nowhere on it, whoever wrote them: a fiscal document's own."""
    confirm: str = CONFIRM
    """What must happen before a shop relies on any of this; empty once somebody answers for it."""

    def allows(self, text: str) -> bool:
        """Whether a text may stand on a slip here: no forbidden words, and no money where none
        may be told."""
        if not self.amounts and _MONEY.search(text):
            return False
        said = text.casefold()
        return not any(re.search(rf"\b{word}\b", said) for word in self.forbidden)


COUNTRIES = {
    "GR": CountryRules("el", "ΔΕΝ ΑΠΟΤΕΛΕΙ ΦΟΡΟΛΟΓΙΚΟ ΣΤΟΙΧΕΙΟ", "Europe/Athens"),
    "BG": CountryRules(
        "bg",
        "Информация за Вашите точки. Не замества касовия бон.",
        "Europe/Sofia",
        amounts=False,
        forbidden=("служебен бон", "фискален бон", "сума", "общо", "тотал", "цена"),
    ),
    "HU": CountryRules("hu", "NEM ADÓÜGYI BIZONYLAT", "Europe/Budapest"),
    "PL": CountryRules("pl", "Wydruk informacyjny. Nie jest paragonem fiskalnym.", "Europe/Warsaw"),
    "IL": CountryRules("he", "פתק זה אינו מהווה חשבונית מס או קבלה", "Asia/Jerusalem"),
    "GB": CountryRules("en", "NOT A FISCAL RECEIPT", "Europe/London"),
}
