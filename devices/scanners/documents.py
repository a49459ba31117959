"""Papers that say who somebody is are not read: they are dropped as payment cards are.

Pure. Driving licences (AAMVA), passports and identity cards (ICAO 9303 lines), boarding passes,
health certificates, visiting cards and the European, Hungarian and Swiss payment slips. Many come
as several lines: their first line tells.
"""

import re

_DOCUMENT = re.compile(
    r"""
      @$ | .*ANSI[ ]6[0-9]{2}                           # AAMVA: licence, identity card
    | [PIACV][A-Z<][A-Z<]{3}(?=.*<)[A-Z0-9<]{25,40}$    # ICAO 9303: first line,
    | [A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{7}[MFX<][0-9]{7}  # second line of a passport,
    | [0-9]{7}[MFX<][0-9]{7}[A-Z<]{3}[A-Z0-9<]{11}      # second line of an identity card,
    | [A-Z]+(?:<[A-Z]+)*<<[A-Z<]*$                      # its third line: the name
    | M[1-9][A-Z /]{20}[E ][A-Z0-9 ]{7}[A-Z]{6}         # IATA boarding pass
    | HC1: | shc:/                                      # health certificates
    | BEGIN:V(?:CARD|EVENT) | MECARD: | WIFI:           # visiting cards, door keys
    | (?:BCD|HCT|SPC)$                                  # payment slips: account, name, amount
    """,
    re.VERBOSE | re.DOTALL,
)


def is_personal_document(text: str) -> bool:
    """Say whether the text, without its reader's prefix, begins such a paper."""
    return _DOCUMENT.match(text) is not None
