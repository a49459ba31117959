"""What goes on paper can be printed: every letter is in the language's code page."""

from __future__ import annotations

import unicodedata

import pytest

from devices.printers.text import encodable, for_page
from terminal.members import LANGUAGES
from terminal.slips import Block
from tests.languages.reading import PRINTED, everything
from tests.ui.pages.world import COFFEE, FREE_CARD, OIL, World

PAGES = {"el": "cp1253", "bg": "cp1251", "hu": "cp1250", "pl": "cp1250"}
"""Hebrew is printed as a picture: printers can't turn lines round."""


@pytest.mark.parametrize("language", PAGES)
def test_every_slip_text_is_in_the_printers_page(language):
    printed = [s.text for s in everything(language) if set(s.places) & set(PRINTED)]
    assert len(printed) > 20
    missing = {
        text: lacking
        for text in printed
        if (lacking := _lacking(unicodedata.normalize("NFC", text), PAGES[language]))
    }
    assert missing == {}


def _lacking(text: str, page: str) -> str:
    return "".join(sign for sign in text if not encodable(sign, page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_members_slips_are_written_in_the_members_language(language):
    world = World(language)
    member = world.enrol("Deigma", "Sample", language=language, card=FREE_CARD)
    sale = world.sell(member, (OIL, 30))
    again = world.sell(member, (COFFEE, 3), points=200, cash=5000)
    back = world.services.counter.take_back(again.ref, "Damaged", world.cashier.id)
    with world.database.read() as uow:
        first, second = (uow.slips.of_sale(done.id)[-1].slip for done in (sale, again))
    for slip in (first, second, back.slip.slip):
        texts = _texts(slip.blocks)
        assert (slip.language, slip.rtl) == (language, language == "he")
        assert not set("".join(texts)) & set("\u200e\u200f\u2066\u2067\u2068\u2069\u202f\u00a0")
        if language in PAGES:
            page = PAGES[language]
            own = [t for t in texts if t != "ΔΕΝ ΑΠΟΤΕΛΕΙ ΦΟΡΟΛΟΓΙΚΟ ΣΤΟΙΧΕΙΟ"]
            assert [t for t in own if not encodable(for_page(t, page), page)] == []


def _texts(blocks: tuple[Block, ...]) -> list[str]:
    return [text for block in blocks for text in (block.text, block.value) if text]


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_word_of_a_slip_is_wider_than_the_narrowest_paper(language):
    printed = [s for s in everything(language) if set(s.places) & set(PRINTED)]
    assert [s.text for s in printed for word in s.text.split() if len(word) > 32] == []
    heads = [s.text for s in printed if s.source in BIG]
    assert [text for text in heads if len(text) > 16] == []


BIG = ("RETURN", "COPY", "End of day", "{n} points")
"""Printed at twice the width."""
