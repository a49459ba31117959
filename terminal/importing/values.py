"""Reading single values: answers, languages, names, phones, e-mails, cards."""

import re

from terminal.cards import card_number
from terminal.errors import BadEmail, BadPhone, InvalidCard
from terminal.folding import fold
from terminal.ids import CardNumber
from terminal.importing.numbers import is_shortened
from terminal.importing.problems import BadValue
from terminal.members import clean_email
from terminal.services.enrolment import clean_phone

_ANSWERS = {
    True: "yes y true t 1 x ✓ ✔ on ok accepted granted subscribed ναι ν да д igen i tak כן",
    False: "no n false f 0 off denied unsubscribed οχι ο не н nem nie לא",
}
_ANSWER = {fold(word): answer for answer, words in _ANSWERS.items() for word in words.split()}
_LANGUAGES = {
    "en": "en eng english αγγλικα английски angol angielski אנגלית gb uk us",
    "el": "el gr gre ell greek ελληνικα гръцки gorog grecki יוונית",
    "bg": "bg bul bulgarian βουλγαρικα български bolgar bulgarski בולגרית",
    "hu": "hu hun hungarian ουγγρικα унгарски magyar wegierski הונגרית",
    "pl": "pl pol polish πολωνικα полски lengyel polski פולנית",
    "he": "he iw heb hebrew εβραικα иврит heber hebrajski עברית il",
}
_LANGUAGE = {fold(word): code for code, words in _LANGUAGES.items() for word in words.split()}
_BETWEEN = re.compile(r"[;,|/\n]+")
_FRACTION = re.compile(r"(\d{5,})[.,]0+")


def read_answer(text: str) -> bool:
    """Yes or no in six languages. Raises BadValue."""
    answer = _ANSWER.get(fold(text))
    if answer is None:
        raise BadValue("not_yes_no")
    return answer


def read_language(text: str, known: dict[str, str]) -> str:
    """One of our languages by code or name; ``known`` is what the mapping says. Raises BadValue."""
    code = known.get(text) or _LANGUAGE.get(fold(text)) or _LANGUAGE.get(fold(text[:2]))
    if code is None:
        raise BadValue("unknown_language")
    return code


def read_phone(text: str, country: str) -> str:
    """E.164 by the shop's country. Raises BadValue."""
    try:
        return clean_phone(_as_typed(text), country)
    except BadPhone as error:
        raise BadValue("bad_phone") from error


def read_email(text: str) -> str:
    """Trimmed and lower case. Raises BadValue."""
    try:
        return clean_email(text)
    except BadEmail as error:
        raise BadValue("bad_email") from error


def read_cards(text: str) -> list[CardNumber]:
    """One card or several in a cell, check digits held. Raises BadValue."""
    try:
        return [card_number(_as_typed(piece)) for piece in _BETWEEN.split(text) if piece.strip()]
    except InvalidCard as error:
        raise BadValue("bad_card") from error


def split_name(text: str, *, family_first: bool) -> tuple[str, str]:
    """Given and family name; a comma says that the family name comes first."""
    if "," in text:
        family, _comma, given = text.partition(",")
        return " ".join(given.split()), " ".join(family.split())
    words = text.split()
    if family_first:
        return " ".join(words[1:]) or words[0], words[0] if words[1:] else ""
    return " ".join(words[:-1]) or words[0], words[-1] if words[1:] else ""


def _as_typed(text: str) -> str:
    """Without what spreadsheets put around long numbers. Raises BadValue for "2,95E+12"."""
    if is_shortened(text):
        raise BadValue("shortened_number")
    plain = text.strip().removeprefix("'").removeprefix('="').removesuffix('"')
    whole = _FRACTION.fullmatch(plain)
    return whole[1] if whole else plain
