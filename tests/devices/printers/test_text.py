"""Text before it is printed: nothing lost, nothing broken inside a number."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.printers.profiles import EPSON_PAGES, OLD_PAGES
from devices.printers.text import clean, encode, for_page, has_rtl, wrap
from tests.devices.printers.slips import WORDS

CODECS = sorted({page.codec for pages in (EPSON_PAGES, OLD_PAGES) for page in pages.values()})


def as_printed(text, codec):
    return encode(for_page(text, codec), codec).decode(codec)


@pytest.mark.parametrize("language", ["en", "el", "bg", "hu", "pl"])
def test_every_language_fits_its_own_page(language):
    texts, pairs = WORDS[language]
    for text in (*texts, *(word for pair in pairs for word in pair)):
        assert encode(for_page(text, EPSON_PAGES[language].codec), EPSON_PAGES[language].codec)


@pytest.mark.parametrize(
    ("text", "codec", "printed"),
    [
        ("cafe\u0301", "cp858", "café"),
        ("1\u202f234\u00a0Ft", "cp1250", "1 234 Ft"),
        ("−5,00", "cp1253", "-5,00"),
        ("ѝ и Ѝ", "cp1251", "и и И"),
        ("„Így” – ezt…", "cp1250", "„Így” – ezt…"),
        ("„Így” – ezt…", "cp852", '"Így" - ezt...'),
        ("×1,5", "cp1251", "x1,5"),
        ("×1,5", "cp858", "×1,5"),
        ("\u2066+38\u2069\u200e", "cp858", "+38"),
        ("№ 5", "cp1251", "№ 5"),
        ("№ 5", "cp858", "No. 5"),
    ],
)
def test_what_a_page_lacks_is_replaced_and_only_that(text, codec, printed):
    assert as_printed(text, codec) == printed


@pytest.mark.parametrize("text", ["Ωραία", "שלום", "漢字", "Ж"])
def test_a_letter_no_replacement_exists_for_is_never_a_question_mark(text):
    assert encode(for_page(text, "cp858"), "cp858") is None


@given(st.text(max_size=60), st.sampled_from(CODECS))
def test_no_text_can_give_the_printer_a_command(text, codec):
    sent = encode(for_page(text, codec), codec) or b""
    assert not any(byte < 0x20 or byte == 0x7F for byte in sent)


@given(st.text(max_size=60), st.sampled_from(CODECS))
def test_question_marks_come_only_from_the_text(text, codec):
    sent = encode(for_page(text, codec), codec)
    if sent is not None:
        assert sent.count(b"?") == unicodedata.normalize("NFC", text).count("?")


def test_clean_text_keeps_what_pictures_need():
    assert clean("\u2067שלום\u2069\n\x1bx") == "\u2067שלום\u2069 x"


def test_right_to_left_letters_are_seen_and_marks_alone_count():
    assert has_rtl("abc ש")
    assert has_rtl("\u200f5 ₪")
    assert not has_rtl("₪153.60 +38 €")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, [""]),
        ("aa bb cc", 5, ["aa bb", "cc"]),
        ("Összesen 14\u00a0926 Ft", 12, ["Összesen", "14\u00a0926\u00a0Ft"]),
        ("Összesen 14 926 Ft", 12, ["Összesen", "14\u00a0926\u00a0Ft"]),
        ("most 38,40 €", 10, ["most", "38,40\u00a0€"]),
        ("abcdefghijkl", 5, ["abcde", "fghij", "kl"]),
        ("ab abcdefg", 5, ["ab", "abcde", "fg"]),
    ],
)
def test_lines_break_by_word_and_never_inside_a_number(text, width, lines):
    assert wrap(clean(text), width) == lines


@given(st.text("ab 1", max_size=80), st.integers(1, 20))
def test_breaking_keeps_every_letter_and_every_line_fits(text, width):
    lines = wrap(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) <= width for line in lines)
