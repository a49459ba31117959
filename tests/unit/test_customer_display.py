"""What the two lines for the customer say, and that they always fit."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.customer_display import COLUMNS, Frame, PoleTexts, cut

CODECS = {"en": "cp858", "el": "cp737", "bg": "cp866", "hu": "cp852", "pl": "cp852", "he": "cp858"}
CURRENCIES = {"hu": "HUF", "pl": "PLN", "he": "ILS"}


def has(codec):
    return lambda char: len(char.encode(codec, "ignore")) == 1


def pole(language="en", codec=""):
    return PoleTexts(language, has(codec or CODECS[language]), CURRENCIES.get(language, "EUR"))


def said(frame):
    return frame.upper, frame.lower


def test_the_welcome_takes_turns_with_offers():
    shown = pole().idle("Elia Deli", ["Points on every purchase: ask for a card"])
    assert said(shown[0]) == ("      Welcome!      ", "     Elia Deli      ")
    assert said(shown[1]) == ("  Points on every   ", "purchase: ask for a ")


def test_a_long_name_of_a_shop_has_both_lines():
    (shown,) = pole(codec="ascii").idle("Παντοπωλείο Θεσσαλονίκη")
    assert said(shown) == ("    Pantopoleio     ", "    Thessaloniki    ")


def test_a_closed_till_says_so():
    assert said(pole().closed("Elia Deli")) == ("     Elia Deli      ", "    Till closed     ")


def test_the_member_is_greeted_with_the_points():
    assert said(pole().hello("Eleni", 1284)) == ("Hello, Eleni!       ", "Points         1,284")


def test_a_line_names_the_goods_and_what_they_cost():
    one = pole().line("Olive oil, extra virgin 750 ml", 1, 980)
    assert said(one) == ("Olive oil, extra    ", "               €9.80")
    two = pole().line("Ground coffee", 2, 640)
    assert said(two) == ("Ground coffee       ", "2 × €6.40     €12.80")


def test_where_there_is_little_room_the_figure_stays():
    assert pole("el").line("Καφές", 2, 640).lower == "2 x 6,40   12,80 EUR"
    assert pole("el").line("Καφές", 12, 1_299_000).lower == "12 x  155.880,00 EUR"
    assert pole("el").line("Καφές", 120, 129_900_000).lower == "  155.880.000,00 EUR"
    assert pole("hu").line("Kávé", 2, 64_000).lower == "2 × 640 Ft  1 280 Ft"


def test_a_label_is_whole_or_not_there():
    assert pole("pl").paid(99_999).upper == "Zapłacono  999,99 zł"
    assert pole("pl").paid(1_234_567).upper == "Zapłacono  12 345,67"
    assert pole("pl").paid(123_456_789).upper == "     1 234 567,89 zł"
    assert pole("el").thanks("Ελένη", 284).lower == "Υπόλοιπο πόντων  284"
    assert pole("el").thanks("Ελένη", 12_840).lower == "Υπόλοιπο      12.840"


def test_the_total_and_what_it_would_give():
    assert said(pole().total(4340, 114)) == ("Total         €43.40", "You earn        +114")
    assert pole().total(4340).lower == " " * COLUMNS


def test_paying_in_cash_and_what_comes_back():
    assert said(pole().to_pay(4340, 660)) == ("To pay        €43.40", "Change         €6.60")
    assert pole().to_pay(4340).lower == " " * COLUMNS
    assert said(pole().paid(4340, 660)) == ("Paid          €43.40", "Change         €6.60")
    assert pole().paid(4340).lower == " " * COLUMNS


def test_goodbye_with_the_points_now_or_for_a_guest_without():
    assert said(pole().thanks("Eleni", 1398)) == ("Thank you, Eleni!   ", "Points now     1,398")
    assert said(pole().thanks()) == (" Thank you! See you ", "    again soon.     ")


def test_hebrew_customers_read_our_words_in_english_and_names_in_latin():
    shown = pole("he").line("קפה טחון", 2, 640)
    assert said(shown) == ("kfa thon            ", "2 × 6.40   NIS 12.80")
    assert pole("he").total(4340).upper == "Total      NIS 43.40"


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("Olive oil", 20, "Olive oil"),
        ("Olive oil, extra", 10, "Olive oil"),
        ("Olive oil, extra", 12, "Olive oil"),
        ("Konstantinoupolis", 10, "Konstantin"),
        ("A Konstantinoupolis", 10, "A Konstant"),
        ("Olive", 0, ""),
    ],
)
def test_texts_are_cut_at_words(text, room, expected):
    assert cut(text, room) == expected


NAMES = st.text(
    st.sampled_from(string.printable + "ΆέΨώщЪѝőŁזשׁ׳€×“中\u0301\u200f\u00a0"), max_size=50
)


@given(
    language=st.sampled_from(sorted(CODECS)),
    codec=st.sampled_from([*sorted(set(CODECS.values())), "ascii"]),
    name=NAMES,
    amount=st.integers(-(10**10), 10**10),
    quantity=st.integers(0, 999),
    points=st.integers(-(10**9), 10**9),
)
def test_every_frame_fits_and_has_only_what_the_display_has(
    language, codec, name, amount, quantity, points
):
    texts = pole(language, codec)
    frames: list[Frame] = [
        *texts.idle(name, [name]), texts.closed(name), texts.hello(name, points),
        texts.line(name, quantity, amount // 1000), texts.total(amount, points),
        texts.to_pay(amount, amount), texts.paid(amount, 5), texts.thanks(name, points),
        texts.thanks(),
    ]  # fmt: skip
    for frame in frames:
        for line in said(frame):
            assert len(line) == COLUMNS
            assert all(has(codec)(char) and char.isprintable() for char in line)
