"""Cards: what is scanned. A number is text; a member may have several.

The shop's own cards are EAN-13 in one restricted prefix (GS1 20-29); cards of other kinds are
looked up as they are. A scan that fails its check digit is never anybody's card.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from terminal.errors import InvalidCard
from terminal.ids import CardNumber, MemberId


class CardState(StrEnum):
    """What a card may do: only an active one names its member."""

    ACTIVE = "active"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Card:
    """One card of one member."""

    number: CardNumber
    member_id: MemberId
    issued_at: datetime
    symbology: str = "EAN-13"
    state: CardState = CardState.ACTIVE


def ean13_check_digit(first_twelve: str) -> str:
    """The thirteenth digit (GS1 General Specifications 7.9): weights 1, 3, 1, 3 …"""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(first_twelve))
    return str(-total % 10)


def check_digit_holds(digits: str) -> bool:
    """Whether ASCII digits of any length end in their GS1 check digit."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits[::-1]))
    return total % 10 == 0


def plain_number(text: str) -> str:
    """A number without the spaces and dashes that people and printers put in, in capitals."""
    return "".join(text.split()).replace("-", "").upper()


def is_ean13(text: str) -> bool:
    """Whether ``text`` is thirteen ASCII digits with the right check digit."""
    if len(text) != 13 or not (text.isascii() and text.isdigit()):
        return False
    return ean13_check_digit(text[:12]) == text[12]


def card_number(text: str) -> CardNumber:
    """A card number as typed or scanned: separators dropped, UPC-A widened, check digit held.

    Raises InvalidCard for digits that only look like an EAN-13; numbers of other shapes (6 to 32
    letters and digits) pass as they are.
    """
    number = plain_number(text)
    if number.isascii() and number.isdigit() and len(number) in (12, 13):
        wide = number.zfill(13)
        if not is_ean13(wide):
            raise InvalidCard(number=number)
        return CardNumber(wide)
    if not (6 <= len(number) <= 32 and number.isascii() and number.isalnum()):
        raise InvalidCard(number=number)
    return CardNumber(number)


def is_own_card(number: str, prefix: str) -> bool:
    """Whether the number lies in the range this shop prints on its cards."""
    return bool(prefix) and is_ean13(number) and number.startswith(prefix)


def own_card(prefix: str, serial: int) -> CardNumber:
    """The shop's own card with this serial number."""
    body = prefix + str(serial).zfill(12 - len(prefix))
    if len(body) != 12:
        raise InvalidCard(number=body)
    return CardNumber(body + ean13_check_digit(body))


_SPREAD = {5: 89_591, 6: 30_451, 7: 7_368_189, 8: 63_537_659, 9: 13_208_723, 10: 6_182_873_967}
"""By how many digits follow the prefix: how far apart two serials are whose cards stand side by
side. Chosen so that cards which differ in few digits stand for serials far apart."""
SPREAD_TO = {5: 1_799, 6: 11_189, 7: 88_179, 8: 638_294, 9: 6_261_689, 10: 57_134_296}
"""Up to this serial the promise of ``spread_card`` holds."""


def spread_card(prefix: str, serial: int) -> CardNumber:
    """The shop's own card with this serial number, far from the cards of its neighbours.

    Up to serial ``SPREAD_TO`` no two cards are alike enough for one to be misread or mistyped as
    the other by one or two wrong digits, or by two digits that changed places: their check digits
    alone miss every tenth of those. Each serial has a card, and each card one serial.
    """
    width = 12 - len(prefix)
    room: int = 10**width
    return own_card(prefix, serial * pow(_SPREAD[width], -1, room) % room)


def last_four(number: str) -> str:
    """What may stand on a screen, a slip or in a log of a card number."""
    return number[-4:]
