"""What a frame says, and what is refused rather than guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean as stdnum_ean
from stdnum import luhn as stdnum_luhn

from devices.scanners import ReadingRules, Reason, Rejected, Scan, Symbology
from devices.scanners.payment import luhn_holds
from devices.scanners.symbologies import (
    HONEYWELL_CODE_IDS,
    check_digit,
    is_valid_ean,
    read_frame,
)

CARD = "2912345678906"
twelve_digits = st.text("0123456789", min_size=12, max_size=12)


def one(frame, rules=None):
    (outcome,) = read_frame(frame.encode() if isinstance(frame, str) else frame, "P", rules)
    return outcome


def reason(frame, rules=None):
    outcome = one(frame, rules)
    assert isinstance(outcome, Rejected), outcome
    return outcome.reason


@pytest.mark.parametrize(
    ("frame", "text", "symbology"),
    [
        (CARD, CARD, Symbology.EAN13),
        ("]E0" + CARD, CARD, Symbology.EAN13),
        ("]E0012345678905", "0012345678905", Symbology.EAN13),
        ("012345678905", "0012345678905", Symbology.EAN13),
        ("]E0" + "0012345678905", "0012345678905", Symbology.EAN13),
        ("]E3400638133393112", "4006381333931", Symbology.EAN13),
        ("]E3400638133393151999", "4006381333931", Symbology.EAN13),
        ("]E496385074", "96385074", Symbology.EAN8),
        ("96385074", "96385074", Symbology.EAN8),
        ("]C0MEMBER-0042", "MEMBER-0042", Symbology.CODE128),
        ("]C02912345678900", "2912345678900", Symbology.CODE128),
        ("]A0*CARD1*", "CARD1", Symbology.CODE39),
        ("*CARD1*", "CARD1", Symbology.UNKNOWN),
        ("]F0A12345B", "12345", Symbology.CODABAR),
        ("]G0AB12", "AB12", Symbology.CODE93),
        ("]I004006381333931", "04006381333931", Symbology.ITF),
        ("04006381333931", "04006381333931", Symbology.ITF),
        ("]Q0v1.0042.mac", "v1.0042.mac", Symbology.QR),
        ("]Q3https://id.gs1.org/01/1", "https://id.gs1.org/01/1", Symbology.GS1_QR),
        ("]d1v1.0042", "v1.0042", Symbology.DATA_MATRIX),
        ("]z0v1.0042", "v1.0042", Symbology.AZTEC),
        ("]L0v1.0042", "v1.0042", Symbology.PDF417),
        ("v1.0042.mac", "v1.0042.mac", Symbology.UNKNOWN),
        ("0123456789012345", "0123456789012345", Symbology.UNKNOWN),
        ("]Q0Κάρτα", "Κάρτα", Symbology.QR),
        ("]Q0card é".encode("latin-1"), "card é", Symbology.QR),
        ("]X0SOMETHING", "SOMETHING", Symbology.UNKNOWN),
    ],
)
def test_what_the_code_says(frame, text, symbology):
    assert one(frame) == Scan(text, symbology, "P")


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        ("291234567891", Reason.HALF_SCAN),
        ("912345678906", Reason.HALF_SCAN),
        ("29123", Reason.HALF_SCAN),
        ("]E0291234567", Reason.HALF_SCAN),
        ("]E49638507", Reason.HALF_SCAN),
        ("2912345678907", Reason.WRONG_CHECK_DIGIT),
        ("]E02912345678907", Reason.WRONG_CHECK_DIGIT),
        ("]E496385075", Reason.WRONG_CHECK_DIGIT),
        ("]E0" + CARD + "5", Reason.GLUED),
        (CARD + "2912345678914", Reason.GLUED),
        (CARD + CARD[:12], Reason.GLUED),
        ("]C0AB\x01CD", Reason.CONTROL_CHARACTERS),
        ("AB\x1dCD", Reason.CONTROL_CHARACTERS),
        (b"\x00\x00\x00", Reason.CONTROL_CHARACTERS),
        (b"\xff\xf8\xff\xf8", Reason.GARBAGE),
        (b"]C0\xff\xf8", Reason.GARBAGE),
        ("]E0ABC", Reason.GARBAGE),
        ("]C0AB", Reason.TOO_SHORT),
        ("]C0", Reason.TOO_SHORT),
        ("]C0" + "A" * 65, Reason.TOO_LONG),
        ("@", Reason.PERSONAL_DOCUMENT),
        ("]L0@", Reason.PERSONAL_DOCUMENT),
        ("ANSI 636000090002DL00", Reason.PERSONAL_DOCUMENT),
    ],
)
def test_what_is_refused(frame, why):
    assert reason(frame) is why


def test_a_long_link_is_fine_in_a_matrix_code():
    link = "https://example.test/" + "a" * 200
    assert one("]Q0" + link) == Scan(link, Symbology.QR, "P")
    assert one(link) == Scan(link, Symbology.QR, "P")


def test_two_cards_stuck_together_are_two_scans():
    other = "2912345678913"
    expected = tuple(Scan(text, Symbology.EAN13, "P") for text in (CARD, other))
    assert read_frame(f"{CARD}{other}".encode(), "P") == expected
    assert read_frame(f"]E0{CARD}]E0{other}".encode(), "P") == expected


def test_a_torn_card_that_is_a_valid_shorter_code_is_refused_by_its_prefix():
    torn = next(f"29{i:05}{check_digit(f'29{i:05}')}" for i in range(9) if i)
    assert isinstance(one(torn), Scan)
    assert reason(torn, ReadingRules(own_prefix="29")) is Reason.HALF_SCAN


def test_own_numbers_without_a_check_digit_are_believed_when_the_shop_says_so():
    rules = ReadingRules(own_lengths=frozenset({10}))
    assert one("1234567890", rules) == Scan("1234567890", Symbology.UNKNOWN, "P")
    assert reason("1234567890") is Reason.HALF_SCAN


def test_the_makers_letters_are_taken_off_only_when_the_reader_sends_them():
    rules = ReadingRules(code_ids=HONEYWELL_CODE_IDS)
    assert one("d" + CARD, rules) == Scan(CARD, Symbology.EAN13, "P")
    assert one("sv1.0042", rules) == Scan("v1.0042", Symbology.QR, "P")
    assert one("d" + CARD) == Scan("d" + CARD, Symbology.UNKNOWN, "P")


@pytest.mark.parametrize(
    "frame",
    [
        "%B4111111111111111^EXAMPLE/CARD^30121010000?",
        ";4111111111111111=30121010000?",
        "4111111111111111=30121010000",
        "4111111111111111",
        "4111 1111 1111 1111",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "6011111111111117",
        "3530111333300000",
        "30569309025904",
        "]C04111111111111111",
    ],
)
def test_a_payment_card_is_dropped_and_nothing_of_it_is_kept(frame):
    outcome = one(frame)
    assert outcome == Rejected(Reason.PAYMENT_CARD, "P", len(frame))
    assert "1111" not in repr(outcome)


def test_an_article_that_happens_to_pass_as_an_old_card_number_stays_an_article():
    number = next(
        f"400{i:09}{check_digit(f'400{i:09}')}"
        for i in range(1000)
        if luhn_holds(f"400{i:09}{check_digit(f'400{i:09}')}")
    )
    assert one(number) == Scan(number, Symbology.EAN13, "P")


def test_a_scan_shows_only_its_last_four_characters_in_a_log():
    assert CARD not in repr(one(CARD))
    assert "8906" in repr(one(CARD))


@given(twelve_digits)
def test_the_check_digit_is_the_one_strangers_compute(digits):
    assert check_digit(digits) == stdnum_ean.calc_check_digit(digits)
    assert is_valid_ean(digits + check_digit(digits))


@given(st.text("0123456789", min_size=1, max_size=19))
def test_luhn_is_the_one_strangers_compute(digits):
    assert luhn_holds(digits) == stdnum_luhn.is_valid(digits)


@given(twelve_digits, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_never_becomes_another_card(digits, place, by):
    number = digits + check_digit(digits)
    wrong = f"{number[:place]}{(int(number[place]) + by) % 10}{number[place + 1 :]}"
    assert reason(wrong) is Reason.WRONG_CHECK_DIGIT


@given(st.binary(min_size=1, max_size=600))
def test_whatever_arrives_is_a_printable_scan_or_a_refusal(frame):
    for outcome in read_frame(frame, "P"):
        if isinstance(outcome, Scan):
            assert outcome.text.replace("\x1d", "").isprintable()
            assert len(outcome.text) >= 4
        else:
            assert outcome.length == len(frame)
