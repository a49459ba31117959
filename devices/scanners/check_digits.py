"""Check digits, and the short form of UPC codes. Pure; every text is ASCII digits or is refused."""


def check_digit(digits: str) -> str:
    """Return the GS1 check digit of the digits before it (GS1 General Specifications 7.9.1)."""
    weighted = sum(int(digit) * (3, 1)[i % 2] for i, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)


def is_digits(text: str) -> bool:
    """Say whether the text is digits as a bar code knows them, and at least one."""
    return text.isascii() and text.isdigit()


def is_valid_ean(text: str) -> bool:
    """Say whether the text is 8, 12, 13 or 14 digits that end in their check digit."""
    return len(text) in (8, 12, 13, 14) and is_digits(text) and check_digit(text[:-1]) == text[-1]


def luhn_holds(digits: str) -> bool:
    """Say whether the last digit is right by ISO/IEC 7812-1 annex B."""
    doubled = (int(d) * (1, 2)[i % 2] for i, d in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def expanded_upc_e(text: str) -> str | None:
    """Return the 13 digits that eight digits of UPC-E stand for, or None where they stand for none.

    The check digit is that of the long form (GS1 General Specifications 5.2.2.4.2).
    """
    if len(text) != 8 or not is_digits(text) or text[0] not in "01":
        return None
    system, body, last = text[0], text[1:7], text[6]
    if last in "012":
        middle = f"{body[:2]}{last}0000{body[2:5]}"
    elif last == "3":
        middle = f"{body[:3]}00000{body[3:5]}"
    elif last == "4":
        middle = f"{body[:4]}00000{body[4]}"
    else:
        middle = f"{body[:5]}0000{last}"
    whole = f"0{system}{middle}{text[7]}"
    return whole if is_valid_ean(whole) else None


_CODE39 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"


def code39_check_holds(text: str) -> bool:
    """Say whether the last sign is the modulo 43 check of those before it (ISO/IEC 16388)."""
    if len(text) < 2 or not set(text) <= set(_CODE39):
        return False
    return _CODE39[sum(map(_CODE39.index, text[:-1])) % 43] == text[-1]
