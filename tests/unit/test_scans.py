"""What a reading may be, before anybody looks it up: candidates in order, and what it is else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.cards import check_digit_holds, ean13_check_digit, is_ean13, own_card, spread_card
from terminal.errors import InvalidCard
from terminal.scans import (
    Candidate,
    Kind,
    Otherwise,
    Reading,
    ScanRules,
    is_slip,
    route,
    signed_code,
)
from terminal.signing import Signer
from terminal.vouchers import BADGE, is_badge_code, is_voucher_code, voucher_code

OWN = own_card("2950", 4711)
RULES = ScanRules(card_prefix="2950", campaigns=frozenset({"PR0M010"}), till="T1")
SIGNER = Signer(b"k" * 32)
CARD_CODE = SIGNER.signed("card", OWN)
SLIP_CODE = SIGNER.signed("slip", "T1-000123")
COUPON = voucher_code("C", 2**54 + 99)
BADGE_CODE = voucher_code(BADGE, 2**54 + 7)
EAN = "4006381333931"
UPC = "042100005264"


def asked(text, symbology="", rules=RULES, ai=""):
    way = route(Reading(text, symbology, "P", ai), rules)
    return [(one.kind.value, one.code) for one in way.candidates], way.otherwise


@pytest.mark.parametrize(
    ("text", "symbology", "candidates", "otherwise"),
    [
        (OWN, "ean13", [("card", OWN), ("product", OWN), ("voucher", OWN), ("staff", OWN)],
         Otherwise.NEW_CARD),
        (f" {OWN[:4]} {OWN[4:8]}-{OWN[8:]} ", "", [("card", OWN), ("product", OWN)],
         Otherwise.NEW_CARD),
        (EAN, "ean13", [("card", EAN), ("product", EAN)], Otherwise.ARTICLE),
        (UPC, "", [("card", "0" + UPC), ("product", "0" + UPC), ("product", UPC)],
         Otherwise.ARTICLE),
        ("0" + UPC, "ean13", [("card", "0" + UPC), ("product", "0" + UPC), ("product", UPC)],
         Otherwise.ARTICLE),
        ("96385074", "ean8", [("product", "96385074"), ("voucher", "96385074")],
         Otherwise.ARTICLE),
        ("96385074", "", [("card", "96385074"), ("product", "96385074")], Otherwise.ARTICLE),
        ("1234567890123456", "unknown", [("product", "1234567890123456")], Otherwise.UNKNOWN),
        ("0000096385074", "ean13",
         [("card", "0000096385074"), ("product", "0000096385074"), ("product", "000096385074"),
          ("product", "96385074")], Otherwise.ARTICLE),
        ("04006381333931", "itf", [("product", "04006381333931"), ("product", EAN)],
         Otherwise.ARTICLE),
        ("14006381333938", "itf", [("product", "14006381333938")], Otherwise.ARTICLE),
        ("14006381333938", "", [("card", "14006381333938"), ("product", "14006381333938")],
         Otherwise.ARTICLE),
        ("12345678", "code128", [("card", "12345678"), ("product", "12345678")],
         Otherwise.UNKNOWN),
        ("100-250", "", [("card", "100250"), ("product", "100250"), ("product", "100-250")],
         Otherwise.UNKNOWN),
        ("CARD-0042", "code128", [("card", "CARD0042"), ("product", "CARD-0042")],
         Otherwise.UNKNOWN),
        (COUPON, "qr", [("card", COUPON), ("product", COUPON), ("voucher", COUPON)],
         Otherwise.UNKNOWN),
        ("promo-10", "", [("card", "PROMO10"), ("product", "promo-10"), ("campaign", "PR0M010"),
                          ("voucher", "PR0M010"), ("staff", "PROMO10")], Otherwise.UNKNOWN),
        ("t1-000123", "", [("slip", "T1-000123"), ("product", "t1-000123")], Otherwise.UNKNOWN),
        ("T22-000123", "", [("slip", "T22-000123"), ("product", "T22-000123")],
         Otherwise.UNKNOWN),
        ("1-000123", "qr", [("slip", "1-000123"), ("card", "1000123"), ("product", "1000123")],
         Otherwise.UNKNOWN),
        ("c-000123", "code128", [("slip", "C-000123"), ("card", "C000123"),
                                 ("product", "c-000123")], Otherwise.UNKNOWN),
        (BADGE_CODE.lower(), "code128",
         [("card", BADGE_CODE), ("product", BADGE_CODE.lower()), ("voucher", BADGE_CODE),
          ("staff", BADGE_CODE)], Otherwise.UNKNOWN),
        (CARD_CODE, "qr", [("signed", CARD_CODE)], Otherwise.UNKNOWN),
        (CARD_CODE.swapcase(), "", [("signed", CARD_CODE)], Otherwise.UNKNOWN),
        (f"https://shop.example/c/{SLIP_CODE}", "qr", [("signed", SLIP_CODE)], Otherwise.UNKNOWN),
        (f"https://shop.example/c?x=1&code={SLIP_CODE}#top", "qr", [("signed", SLIP_CODE)],
         Otherwise.UNKNOWN),
        ("https://shop.example/p?utm=1&code=promo10", "qr",
         [("voucher", "1"), ("campaign", "PR0M010"), ("voucher", "PR0M010"), ("voucher", "P")],
         Otherwise.UNKNOWN),
        ("https://shop.example/claim/T1-000123/", "qr",
         [("voucher", "T1000123"), ("slip", "T1-000123")], Otherwise.UNKNOWN),
        ("https://shop.example", "qr", [], Otherwise.UNKNOWN),
    ],
)  # fmt: skip
def test_what_it_may_be_in_the_order_of_asking(text, symbology, candidates, otherwise):
    got, rest = asked(text, symbology)
    assert got[: len(candidates)] == candidates
    assert rest is otherwise


@pytest.mark.parametrize(
    ("text", "ai", "candidates", "otherwise"),
    [
        (EAN, "01", [("product", EAN)], Otherwise.ARTICLE),
        (OWN, "01", [("product", OWN)], Otherwise.ARTICLE),
        ("14006381333938", "01", [("product", "14006381333938")], Otherwise.ARTICLE),
        ("123456789012345675", "8018", [("card", "123456789012345675")], Otherwise.UNKNOWN),
        ("9501101530003000001", "255", [("voucher", "9501101530003000001")], Otherwise.UNKNOWN),
    ],
)
def test_a_gs1_message_is_what_it_says_it_is(text, ai, candidates, otherwise):
    assert asked(text, "gs1_128", ai=ai) == (candidates, otherwise)


@pytest.mark.parametrize("symbology", ["", "unknown"])
@pytest.mark.parametrize("text", [OWN[:12], OWN[:8], OWN[:5], OWN + "1", OWN + OWN[:6]])
def test_a_piece_of_one_of_our_cards_is_looked_up_as_nothing(text, symbology):
    nothing = [] if symbology else [("product", text)]
    assert asked(text, symbology) == (nothing, Otherwise.TORN_CARD)


def test_a_kind_that_checks_itself_is_no_piece():
    assert ("card", OWN[:8]) in asked(OWN[:8], "code128")[0]


@pytest.mark.parametrize("text", [OWN[:-1] + str((int(OWN[-1]) + 1) % 10), "4006381333930"])
def test_a_wrong_check_digit_is_nobody_s_card(text):
    got, otherwise = asked(text, "code128")
    assert got == [("product", text)]
    assert otherwise is Otherwise.WRONG_DIGIT


def test_numbers_of_a_length_of_ours_are_cards_without_a_check_digit():
    rules = ScanRules(card_prefix="2950", card_lengths=frozenset({10, 14}))
    assert asked("2950471100", "unknown", rules)[0][0] == ("card", "2950471100")
    assert asked("14006381333937", "itf", rules)[0][0] == ("card", "14006381333937")
    rules = ScanRules(card_lengths=frozenset({8}))
    assert asked("96385074", "ean8", rules)[0][0] == ("card", "96385074")


def test_what_a_scale_prints_is_never_a_card():
    scale = own_card("2101", 12_345)
    weighed = ScanRules(card_prefix="2950", weighed_prefixes=("21", "2951"))
    assert asked(scale, "ean13")[0][0] == ("card", scale)
    assert asked(scale, "ean13", weighed) == ([("product", scale)], Otherwise.ARTICLE)
    assert asked(OWN, "ean13", weighed)[1] is Otherwise.NEW_CARD


@pytest.mark.parametrize(
    ("cards", "scales", "weighed"),
    [("29", ("2",), False), ("29", ("295",), True), ("2950", ("2950",), False), ("", ("29",), True),
     ("", (), False)],
)  # fmt: skip
def test_where_two_ranges_meet_the_longer_prefix_decides(cards, scales, weighed):
    rules = ScanRules(card_prefix=cards, weighed_prefixes=scales)
    assert rules.is_weighed(OWN) is weighed


def test_without_cards_of_its_own_a_shop_has_no_torn_ones():
    assert asked(OWN[:8], "", ScanRules())[1] is not Otherwise.TORN_CARD
    assert asked(OWN, "ean13", ScanRules())[1] is Otherwise.ARTICLE


def test_a_link_is_never_a_card():
    for link in (f"https://any.example/{OWN}", f"https://any.example/?code={OWN}"):
        assert "card" not in {kind for kind, _ in asked(link, "qr")[0]}


@given(st.text(max_size=60), st.sampled_from(["", "unknown", "qr", "ean13", "itf", "code128"]))
def test_any_text_has_a_route_and_asks_for_nothing_twice(text, symbology):
    way = route(Reading(text, symbology), RULES)
    assert len(set(way.candidates)) == len(way.candidates)
    kinds = [one.kind for one in way.candidates if one.kind is not Kind.SLIP]
    assert kinds.count(Kind.CARD) <= 1
    assert Kind.CARD not in kinds[1:], "cards before anything else"


@pytest.mark.parametrize(
    ("till", "ref", "ours"),
    [("T1", "T7-000001", True), ("T1", "T-000001", True), ("1", "2-000001", True),
     ("T1", "1-000001", False), ("BAR2", "T1-000001", False), ("", "T1-000001", False)],
)  # fmt: skip
def test_the_slips_of_a_shop_s_tills_begin_alike(till, ref, ours):
    assert ScanRules(till=till).is_ours(ref) is ours


@given(st.text("0123456789", min_size=1, max_size=20))
def test_digits_that_begin_as_our_card_are_a_whole_card_or_none(digits):
    way = route(Reading("2950" + digits), RULES)
    for one in way.candidates:
        if one.kind is Kind.CARD:
            assert is_ean13(one.code)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("T1-000123", True), (" t1-000123 ", True), ("1-1000000", True), ("T1-00012", False),
        ("T1-0000123", False), (OWN, False), ("OIL-500", False), (SLIP_CODE, True),
        (CARD_CODE, False), (f"https://a.example/{SLIP_CODE}", True),
        (f"https://a.example/{CARD_CODE}", False), ("https://a.example/?c=T1-000123", True),
        ("https://a.example/T1", False),
    ],
)  # fmt: skip
def test_what_leads_to_a_slip(text, is_one):
    assert is_slip(text) is is_one


def test_a_signed_code_is_found_only_where_it_stands_alone():
    assert signed_code(f"https://a.example/{CARD_CODE}x") is None
    assert signed_code(f"see {CARD_CODE}") is None
    assert signed_code("v1.short.MAC") is None


def test_badges_are_codes_like_vouchers_and_none_of_them():
    assert is_badge_code(BADGE_CODE)
    assert not is_voucher_code(BADGE_CODE)
    assert not is_badge_code(COUPON)
    assert not is_badge_code(BADGE_CODE[:-1] + ("0" if BADGE_CODE[-1] != "0" else "1"))


def test_a_reading_shows_only_its_end():
    assert OWN not in repr(Reading(OWN, "ean13", "P"))
    assert Candidate(Kind.CARD, OWN).code == OWN


@given(st.text("0123456789", min_size=12, max_size=12))
def test_the_check_digit_holds_for_every_length(digits):
    whole = digits + ean13_check_digit(digits)
    assert check_digit_holds(whole)
    assert check_digit_holds("0" + whole)


def test_a_serial_beyond_the_prefix_has_no_card():
    assert is_ean13(spread_card("2950", 10**8 - 1))
    with pytest.raises(InvalidCard):
        own_card("2950", 10**8)
