"""Money never rounds by itself; a card is never anybody else's."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.cards import (
    card_number,
    ean13_check_digit,
    is_ean13,
    is_own_card,
    last_four,
    own_card,
)
from terminal.errors import BadEmail, InvalidCard, OtherCurrency
from terminal.folding import digits, fold
from terminal.ids import derived_id, id_maker, uuid7
from terminal.members import Member, clean_email
from terminal.money import CURRENCIES, Money, decimals_of, round_for_cash, spread
from tests.unit.making import START


def test_money_of_one_currency_adds_and_of_two_does_not():
    assert Money(150, "EUR") + Money(50, "EUR") - Money(20, "EUR") == Money(180, "EUR")
    assert -Money(5, "EUR") == Money(-5, "EUR")
    with pytest.raises(OtherCurrency):
        Money(1, "EUR") + Money(1, "HUF")


def test_money_of_other_shops_is_counted_in_its_own_minor_units():
    """A web shop may take orders in money that no till counts in."""
    assert [decimals_of(code) for code in ("JPY", "KWD", "SEK", "???")] == [0, 3, 2, 2]
    assert {decimals_of(code) for code in CURRENCIES} == {2}


@pytest.mark.parametrize(
    ("minor", "currency", "cash"),
    [
        (1_492_600, "HUF", 1_492_500),
        (1_492_700, "HUF", 1_492_500),
        (1_492_800, "HUF", 1_493_000),
        (250, "HUF", 500),
        (1995, "ILS", 2000),
        (1994, "ILS", 1990),
        (-1995, "ILS", -2000),
        (1999, "EUR", 1999),
    ],
)
def test_cash_is_rounded_to_what_coins_can_settle(minor, currency, cash):
    assert round_for_cash(minor, currency) == cash


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_a_discount_is_spread_to_the_last_cent(amount, weights):
    shares = spread(amount, weights)
    assert sum(shares) == amount
    if sum(weights):
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share - amount * weight / sum(weights)) < 1


def test_equal_remainders_go_to_the_earlier_line():
    assert spread(100, [1, 1, 1]) == [34, 33, 33]
    assert spread(5, [0, 0]) == [5, 0]
    assert spread(5, []) == []


def test_check_digits_of_known_codes():
    assert ean13_check_digit("400638133393") == "1"
    assert is_ean13("4006381333931")
    assert not is_ean13("4006381333932")
    assert not is_ean13("400638133393")
    assert not is_ean13("40063813339３1"[:13])


def test_a_typed_card_may_have_spaces_and_a_upc_becomes_thirteen_digits():
    assert card_number(" 4006381-333931 ") == "4006381333931"
    assert card_number("012345678905") == "0012345678905"
    assert card_number("ab-12345") == "AB12345"


@pytest.mark.parametrize("text", ["4006381333932", "12345", "", "7" * 33, "καρτα123", "12 34;56"])
def test_what_is_no_card_is_refused(text):
    with pytest.raises(InvalidCard):
        card_number(text)


@given(st.integers(0, 99_999_999), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_never_makes_another_card(serial, place, change):
    number = own_card("2950", serial)
    assert is_own_card(number, "2950")
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :] \
        if place < 13 else number  # fmt: skip
    if wrong != number:
        assert not is_ean13(wrong)


def test_own_cards_are_known_by_prefix():
    assert not is_own_card("4006381333931", "2950")
    assert not is_own_card("4006381333931", "")
    assert last_four(own_card("2950", 441)) == own_card("2950", 441)[-4:]
    with pytest.raises(InvalidCard):
        own_card("2950", 10**9)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("παπαδοπουλος", "Παπαδόπουλος"),
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ", "Παπαδόπουλος"),
        ("lukasz", "Łukasz"),
        ("gyozo", "Győző"),
        ("иорданова", "Иорданова"),
        ("strasse", "Straße"),
        ("oconnor", "O’Connor"),
        ("לוי", "לוי"),
        ("מרים", "מרימ"),
        ("anna maria", "Anna-Maria"),
    ],
)
def test_names_are_found_however_they_are_typed(typed, stored):
    assert fold(typed) == fold(stored)


def test_bulgarian_short_i_is_a_letter_of_its_own():
    assert fold("Йордан") != fold("Иордан")
    assert fold("ѝ") == fold("и")


def test_digits_are_all_that_is_left_of_a_phone():
    assert digits("+30 690-000 4417 ٣") == "306900004417"


def test_a_uuid7_is_one_and_sorts_by_time():
    import uuid

    early, late = uuid7(1_000, (1 << 74) - 1), uuid7(1_001, 0)
    assert early < late
    assert uuid.UUID(early).version == 7
    assert uuid.UUID(early).variant == uuid.RFC_4122


def test_ids_are_made_at_the_moment_of_deciding():
    moment = datetime(2026, 11, 21, 14, 32, tzinfo=UTC)
    make = id_maker(lambda: moment, lambda bits: 7)
    assert make() == uuid7(int(moment.timestamp() * 1000), 7)
    assert len({id_maker(lambda: moment)() for _ in range(100)}) == 100


def test_what_follows_from_an_order_has_one_id_everywhere():
    assert derived_id("earn", "vendure", "12") == derived_id("earn", "vendure", "12")
    assert derived_id("earn", "vendure", "12") != derived_id("earn", "vendure1", "2")


def test_emails_are_kept_as_online_stores_keep_them():
    assert clean_email("  Eleni@Example.COM ") == "eleni@example.com"
    assert clean_email("") == ""
    for wrong in ("eleni@example", "eleni", "a b@c.de", "a@@b.de"):
        with pytest.raises(BadEmail):
            clean_email(wrong)


def test_hungarians_say_the_family_name_first():
    moment = START + timedelta(0)
    names = {
        "given_name": "Ilona",
        "family_name": "Példa",
        "joined_at": moment,
        "updated_at": moment,
    }
    assert Member(id="m", language="hu", **names).name == "Példa Ilona"
    assert Member(id="m", language="pl", **names).name == "Ilona Példa"
    assert Member(id="m", call_name="Ili", **names).called == "Ili"
    assert Member(id="m", **{**names, "given_name": ""}).called == "Példa"
