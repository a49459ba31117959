"""What the law of a country asks of a slip, as data.

Every line must be confirmed by someone with local knowledge (the shop's accountant); the evidence
for each wording is in ``docs/decisions``. In Bulgaria a slip carries points only: nothing on it may
look like a receipt.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CountryRules:
    """``non_fiscal`` stands top and bottom, in the country's language, whatever the member's."""

    language: str
    non_fiscal: str
    zone: str
    """The time zone its days and hours are told in (IANA)."""
    amounts: bool = True
    """Whether prices, totals and money values may stand on a slip."""


COUNTRIES = {
    "GR": CountryRules("el", "ΔΕΝ ΑΠΟΤΕΛΕΙ ΦΟΡΟΛΟΓΙΚΟ ΣΤΟΙΧΕΙΟ", "Europe/Athens"),
    "BG": CountryRules(
        "bg", "Информация за Вашите точки. Не замества касовия бон.", "Europe/Sofia", amounts=False
    ),
    "HU": CountryRules("hu", "NEM ADÓÜGYI BIZONYLAT", "Europe/Budapest"),
    "PL": CountryRules("pl", "Wydruk informacyjny. Nie jest paragonem fiskalnym.", "Europe/Warsaw"),
    "IL": CountryRules("he", "פתק זה אינו מהווה חשבונית מס או קבלה", "Asia/Jerusalem"),
    "GB": CountryRules("en", "NOT A FISCAL RECEIPT", "Europe/London"),
}
