"""How members and products are found by what somebody types. Pure: no tables here.

Names are found by the folded beginnings of their words, in any order; numbers by their beginning or
their end. ``name_key`` sorts people by family name, then given name, in folded letters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from terminal.folding import digits, fold
from terminal.members import Member
from terminal.sales import Product

SEPARATOR = "\x1f"
"""Stands between family and given name in a key: below every letter and the space."""

_PHONE_SIGNS = frozenset("+-/(). \t")
_TRUNK_PREFIXES = ("06", "00", "0")
"""What is dialled before a national number (Hungary 06, elsewhere 0) or before a country's code."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, taken apart. Empty parts find nothing; all empty means: show the newest.

    ``words`` are folded. ``phones`` are digits as stored and without a trunk prefix. ``card`` is a
    card number's beginning or end, ``email`` an address's beginning, ``sku`` a product code's.
    """

    words: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    card: str = ""
    email: str = ""
    sku: str = ""


def parse(text: str) -> Query:
    """Take apart what somebody typed."""
    typed = text.strip()
    compact = "".join(typed.split())
    return Query(
        words=tuple(fold(typed).split()),
        phones=_phones(typed),
        card=_card(compact),
        email=typed.lower() if typed == compact else "",
        sku=typed.casefold(),
    )


def name_key(member: Member) -> str:
    """What a member is sorted by."""
    return fold(member.family_name) + SEPARATOR + fold(member.given_name)


def name_words(member: Member) -> list[str]:
    """Every folded word a member is called by, each once, sorted."""
    names = (member.family_name, member.given_name, member.call_name)
    return sorted({word for name in names for word in fold(name).split()})


def product_key(product: Product) -> str:
    """What a product is sorted by."""
    return fold(product.name)


def product_words(product: Product) -> list[str]:
    """Every folded word of a product's name, each once, sorted."""
    return sorted(set(fold(product.name).split()))


def place(typed: Sequence[str], key: str, own: Sequence[str]) -> tuple[int, str, str] | None:
    """Where a hit stands among the hits; None when not all typed words begin one of its own.

    First those whose key starts with all that was typed, by key. Then those whose key starts with
    the first typed word, the second, and so on; last those who have all the words elsewhere. These
    stand by their own word that the first remaining typed word began, then by key.
    """
    if key.startswith(" ".join(typed)):
        return (0, "", key)
    if not all(any(word.startswith(beginning) for word in own) for beginning in typed):
        return None
    leads = range(len(typed)) if len(typed) > 1 else ()
    lead = next((index for index in leads if key.startswith(typed[index])), len(typed))
    rest = typed[1] if lead == 0 else typed[0]
    return (1 + lead, min(word for word in own if word.startswith(rest)), key)


def joined(words: list[str]) -> str:
    """Words in one text in which a space stands before each, so that beginnings can be found."""
    return "".join(f" {word}" for word in words)


def _phones(typed: str) -> tuple[str, ...]:
    number = digits(typed)
    if not number or not all(char in _PHONE_SIGNS or char in number for char in typed):
        return ()
    if len(number) < 8:
        return (number,)
    cut = [number[len(trunk) :] for trunk in _TRUNK_PREFIXES if number.startswith(trunk)]
    return tuple(dict.fromkeys([number, *cut]))


def _card(compact: str) -> str:
    number = compact.replace("-", "").upper()
    return number if number.isascii() and number.isalnum() and digits(number) else ""
