"""Scans: what a reader read, as the till takes it, and what it may be before anybody looks it up.

Pure. A reading is routed by the kind of its code, its prefix, length and check digit to candidates
in the order in which the books are asked: cards before anything else, then goods, coupons and money
cards, badges; only the number on a slip goes first, for its dash tells it from a card's. What is
found first is what it is; ``otherwise`` says what it is when none of them is in the books. Nothing
is guessed: a piece of one of our cards is looked up as nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from terminal.cards import check_digit_holds, is_ean13, is_own_card, plain_number
from terminal.vouchers import clean_code, is_badge_code


@dataclass(frozen=True, slots=True)
class Reading:
    """One code that was read whole. ``symbology`` is the reader's word for its kind (``ean13``,
    ``qr`` …; "" when typed), ``source`` the reader it came from ("" for the keyboard). ``ai``: the
    GS1 application identifier that the text stood under, "" for what was no GS1 message.
    """

    text: str
    symbology: str = ""
    source: str = ""
    ai: str = ""

    def __repr__(self) -> str:
        """Show the last four characters only: scans end up in logs and tracebacks."""
        return f"Reading(…{self.text[-4:]!r}, {self.symbology!r}, {self.source!r})"


_DIGITS = "0123456789"


class Kind(StrEnum):
    """What a reading may be."""

    SIGNED = "signed"
    """One of our signed codes: a card for the phone, or a slip."""
    CARD = "card"
    PRODUCT = "product"
    CAMPAIGN = "campaign"
    """A coupon's one code for everybody."""
    VOUCHER = "voucher"
    """A coupon, gift card or store credit; its own record says which."""
    SLIP = "slip"
    STAFF = "staff"


class Otherwise(StrEnum):
    """What a reading is when none of its candidates is in the books."""

    NEW_CARD = "new_card"
    TORN_CARD = "torn_card"
    WRONG_DIGIT = "wrong_digit"
    ARTICLE = "article"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Look ``code`` up as this."""

    kind: Kind
    code: str


@dataclass(frozen=True, slots=True)
class Route:
    """Candidates in the order in which they are asked for."""

    candidates: tuple[Candidate, ...]
    otherwise: Otherwise = Otherwise.UNKNOWN


@dataclass(frozen=True, slots=True)
class ScanRules:
    """What this shop's codes look like.

    ``card_prefix``: first digits of its own EAN-13 cards. ``card_lengths``: digit counts of cards
    without an EAN check digit. ``weighed_prefixes``: ranges that its scales print prices and
    weights in; the longest prefix that fits decides. ``campaigns``: coupons' codes for everybody,
    cleaned. ``till``: the code that this till's slips begin with; the shop's others are alike.
    """

    card_prefix: str = ""
    card_lengths: frozenset[int] = frozenset()
    weighed_prefixes: tuple[str, ...] = ()
    campaigns: frozenset[str] = frozenset()
    till: str = ""

    def is_ours(self, ref: str) -> bool:
        """Whether a slip's number is one of our tills', by the letters it begins with."""
        return ref.partition("-")[0].rstrip(_DIGITS) == self.till.rstrip(_DIGITS)

    def is_weighed(self, number: str) -> bool:
        """Whether a scale printed it, whatever stands in it."""
        fits = [len(p) for p in self.weighed_prefixes if number.startswith(p)]
        return max(fits, default=0) > (
            len(self.card_prefix) if number.startswith(self.card_prefix) else 0
        )

    def is_torn(self, number: str) -> bool:
        """Whether digits begin as one of our cards and are not as many."""
        return bool(self.card_prefix) and len(number) != 13 and number.startswith(self.card_prefix)


_SLIP = re.compile(r"[A-Z0-9]{1,6}-(?:[0-9]{6}|[1-9][0-9]{6,})")
_SIGNED = re.compile(r"v1\.[A-Za-z0-9.-]+\.[A-Za-z2-7]{16}")
_SIGNED_IN_LINK = re.compile(r"[/=](v1\.[A-Za-z0-9.-]+\.[A-Za-z2-7]{16})(?=$|[/?#&.])")
_LINK = re.compile(r"https?://[^\s/]+(?P<path>[^\s?#]*)(?:\?(?P<query>[^\s#]*))?(?:#\S*)?", re.I)
_TYPED = ("", "unknown")
"""Nobody vouches for the kind of these: digits may be a piece of more."""
_PIECES = ("unknown", "ean8")
"""A tenth of the pieces of longer numbers read as these. They are cards where the shop says that
its cards have so many digits."""


def route(reading: Reading, rules: ScanRules) -> Route:
    """What a reading may be, in the order in which the books are asked."""
    text = reading.text.strip()
    if reading.ai:
        return _message(text, reading.ai)
    if signed := signed_code(text):
        return Route((Candidate(Kind.SIGNED, signed),))
    if link := _LINK.fullmatch(text):
        codes = _codes_in(link)
        return Route(tuple(one for code in codes for one in _of_a_link(code, rules)))
    slip, other = _SLIP.fullmatch(text.upper()), _by_shape(text, reading.symbology, rules)
    if slip is None:
        return other
    first = Candidate(Kind.SLIP, slip[0])
    if rules.is_ours(slip[0]):
        # Without its dash it could be somebody's card: it is looked up as what it looks like.
        return Route((first, Candidate(Kind.PRODUCT, text)))
    return Route((first, *other.candidates), other.otherwise)


def signed_code(text: str) -> str | None:
    """A signed code, as it is or at its place in an address; None for any other text.

    Caps Lock at a reader that types turns small and capital letters round.
    """
    turned = text.swapcase() if text.startswith("V1.") else text
    if _SIGNED.fullmatch(turned):
        return turned
    found = _SIGNED_IN_LINK.search(text) if _LINK.fullmatch(text) else None
    return found[1] if found else None


def is_slip(text: str) -> bool:
    """Whether this is the number on a slip, or a code or address that leads to one."""
    clean = text.strip()
    link = _LINK.fullmatch(clean)
    signed = signed_code(clean)
    codes = [signed.split(".")[1]] if signed else _codes_in(link) if link else [clean]
    return any(_SLIP.fullmatch(code.upper()) for code in codes)


def _by_shape(text: str, symbology: str, rules: ScanRules) -> Route:
    plain = plain_number(text)
    if plain.isascii() and plain.isdigit():
        return _digits(text, plain, symbology, rules)
    card, product = Candidate(Kind.CARD, plain), Candidate(Kind.PRODUCT, text)
    return Route((card, product, *_rest(text, plain, rules)))


def _message(text: str, ai: str) -> Route:
    """A GS1 message says itself what it is: an article, a member's number, a coupon."""
    if ai == "8018":
        return Route((Candidate(Kind.CARD, text),))
    if ai == "255":
        return Route((Candidate(Kind.VOUCHER, text),))
    return _article(text)


def _article(number: str) -> Route:
    """An article is looked up as it stands on it, and by the shorter form of the same number."""
    forms = dict.fromkeys((number, *_shorter(number)))
    return Route(tuple(Candidate(Kind.PRODUCT, form) for form in forms), Otherwise.ARTICLE)


def _shorter(number: str) -> Iterator[str]:
    if len(number) == 14 and number.startswith("0"):
        number = number[1:]
        yield number
    if len(number) == 13 and number.startswith("0"):
        yield number[1:]
    if len(number) == 13 and number.startswith("00000"):
        yield number[5:]


# -- addresses -------------------------------------------------------------------------------------


def _codes_in(link: re.Match[str]) -> list[str]:
    """What an address may carry: a value behind its question mark, or the end of its path."""
    values = [part.partition("=")[2] for part in (link["query"] or "").split("&")]
    return [code for code in (*values, link["path"].rstrip("/").rpartition("/")[2]) if code]


def _of_a_link(code: str, rules: ScanRules) -> Iterator[Candidate]:
    """Never a card: any page in the world may have a number at its end."""
    clean = clean_code(code)
    if clean in rules.campaigns:
        yield Candidate(Kind.CAMPAIGN, clean)
    yield Candidate(Kind.VOUCHER, clean)
    if _SLIP.fullmatch(code.upper()):
        yield Candidate(Kind.SLIP, code.upper())


# -- digits ----------------------------------------------------------------------------------------


def _digits(text: str, number: str, symbology: str, rules: ScanRules) -> Route:
    if len(number) in rules.card_lengths:
        return _either(text, number, rules, Otherwise.UNKNOWN)
    if rules.is_torn(number) and symbology in _TYPED:
        return _torn(text, symbology)
    if len(number) in (12, 13):
        return _thirteen(text, number, rules)
    good = len(number) in (8, 14) and check_digit_holds(number)
    otherwise = Otherwise.ARTICLE if good else Otherwise.UNKNOWN
    if symbology == "itf":
        return _article(number)
    if symbology in _PIECES:
        return Route((*_goods(text, number), *_rest(text, number, rules)), otherwise)
    return _either(text, number, rules, otherwise)


def _torn(text: str, symbology: str) -> Route:
    """A piece is looked up as nothing; but somebody may type a number that the shop sells by."""
    typed = () if symbology else (Candidate(Kind.PRODUCT, text),)
    return Route(typed, Otherwise.TORN_CARD)


def _thirteen(text: str, number: str, rules: ScanRules) -> Route:
    wide = number.zfill(13)
    if not is_ean13(wide):
        # Nobody's card, but the shop may sell by numbers of its own.
        return Route((Candidate(Kind.PRODUCT, text),), Otherwise.WRONG_DIGIT)
    if rules.is_weighed(wide):
        return _article(wide)
    own = is_own_card(wide, rules.card_prefix)
    return _either(text, wide, rules, Otherwise.NEW_CARD if own else Otherwise.ARTICLE)


def _either(text: str, number: str, rules: ScanRules, otherwise: Otherwise) -> Route:
    first = (Candidate(Kind.CARD, number), *_goods(text, number))
    return Route((*first, *_rest(text, number, rules)), otherwise)


def _goods(text: str, number: str) -> tuple[Candidate, ...]:
    """By every form of the number, and as it was written: a shop's own may have dashes."""
    goods = (*_article(number).candidates, Candidate(Kind.PRODUCT, text))
    return tuple(dict.fromkeys(goods))


def _rest(text: str, plain: str, rules: ScanRules) -> Iterator[Candidate]:
    clean = clean_code(text)
    if clean in rules.campaigns:
        yield Candidate(Kind.CAMPAIGN, clean)
    yield Candidate(Kind.VOUCHER, clean)
    yield Candidate(Kind.STAFF, clean if is_badge_code(clean) else plain)
