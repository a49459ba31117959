"""Every text is there in every language, with the same values, and a form for every number."""

from __future__ import annotations

import pytest

from terminal.i18n import Words
from tests.languages.reading import everything, placeholders
from tools.messages import PLURALS, load, problems

LANGUAGES = tuple(PLURALS)
SAME_AS_ENGLISH = {"Enter", "PIN", "OK", "{n} × {goods}", "{device}: {sentence}"}
"""What is written on a key or known by its letters."""

TAKES_MORE_ROOM = {"Card", "Guest", "Name", "Say"}
"""Said in several words elsewhere: "payment card", "customer without a card", "what to say"."""


def test_every_text_is_there_in_every_language():
    assert problems() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_has_the_values_of_its_source(language):
    """The singular may say the number in a word; Hebrew says two in a word as well."""
    in_words = {"he": (0, 1)}.get(language, (0,) if language != "hu" else ())
    wrong = []
    for said in everything(language):
        one = said.singular and said.form == 0 and language != "hu"  # it has one form only
        here, there = placeholders(said.text), placeholders(said.singular if one else said.source)
        counted = "n" in there and said.form in in_words
        if here != there and not (counted and here == there - {"n"}):
            wrong.append(said)
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_counts_as_its_speakers_do(language):
    catalogue = load(language)
    assert catalogue.plural_forms == PLURALS[language]
    short = [
        message.id
        for message in catalogue
        if isinstance(message.id, tuple) and len(message.string) != catalogue.num_plurals
    ]
    assert short == []


@pytest.mark.parametrize(
    ("language", "n", "text"),
    [
        ("el", 1, "1 πόντος"), ("el", 0, "0 πόντοι"),
        ("bg", 1, "1 точка"), ("bg", 21, "21 точки"),
        ("hu", 1, "1 pont"), ("hu", 5, "5 pont"),
        ("pl", 1, "1 punkt"), ("pl", 22, "22 punkty"), ("pl", 12, "12 punktów"),
        ("he", 1, "נקודה אחת"), ("he", 2, "שתי נקודות"), ("he", 12, "12 נקודות"),
    ],
)  # fmt: skip
def test_points_are_counted(language, n, text):
    assert Words(language, paper=True).n("{n} point", "{n} points", n) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_spaces_and_stops_are_those_of_the_source(language):
    """A sentence ends as one, a label stays a label: both are put together by code."""
    wrong = [
        said
        for said in everything(language)
        if said.text != said.text.strip()
        or "  " in said.text
        or said.text.endswith(".") != said.source.endswith(".")
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_was_left_in_english(language):
    left = {
        said.source
        for said in everything(language)
        if said.text == said.source and any(sign.isalpha() for sign in said.source)
    }
    assert left <= SAME_AS_ENGLISH


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_keep_to_the_room_that_screens_give_them(language):
    """A short label may be twice as long as in English, a sentence one and a half times."""
    long = [
        (said.source, said.text)
        for said in everything(language)
        if (
            len(said.text) > max(2 * len(said.source) + 3, 14)
            and said.source not in TAKES_MORE_ROOM
        )
        or (len(said.source) > 30 and len(said.text) > 1.6 * len(said.source))
    ]
    assert long == []
