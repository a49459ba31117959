"""Every kind of code a shop meets: one text for it, however its reader is set up to send it."""

import subprocess
import sys

import pytest
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import ean as stdnum_ean

from devices.scanners import ReadingRules, Reason, Rejected, Scan, Symbology
from devices.scanners.check_digits import check_digit, code39_check_holds, expanded_upc_e
from devices.scanners.setup import ReaderSetup
from devices.scanners.symbologies import HONEYWELL_CODE_IDS, read_frame

CARD = "2950000001234"[:12] + check_digit("295000000123")
HONEYWELL = ReadingRules(code_ids=HONEYWELL_CODE_IDS)
UPC_E = ReadingRules(upc_e=True)
TEN = ReadingRules(own_lengths=frozenset({10}))
OWN = ReadingRules(own_prefix="2950")


def read(frame, rules=None):
    (outcome,) = read_frame(frame.encode() if isinstance(frame, str) else frame, "P", rules)
    return outcome.reason if isinstance(outcome, Rejected) else outcome


@pytest.mark.parametrize(
    ("frame", "rules", "text", "symbology", "ai"),
    [
        # UPC-E, sent short or written out
        ("]E0" + "0042100005264", None, "0042100005264", Symbology.EAN13, ""),
        ("]E004252614", UPC_E, "0042100005264", Symbology.EAN13, ""),
        ("04252614", UPC_E, "0042100005264", Symbology.EAN13, ""),
        ("E04252614", HONEYWELL, "0042100005264", Symbology.EAN13, ""),
        ("E042100005264", HONEYWELL, "0042100005264", Symbology.EAN13, ""),
        ("96385074", UPC_E, "96385074", Symbology.EAN8, ""),
        # interleaved 2 of 5: lengths that are known
        ("]I0" + "1234567890", TEN, "1234567890", Symbology.ITF, ""),
        ("e1234567890", ReadingRules(code_ids=HONEYWELL_CODE_IDS, own_lengths=frozenset({10})),
         "1234567890", Symbology.ITF, ""),
        ("]I114006381333938", None, "14006381333938", Symbology.ITF, ""),
        # Code 39
        ("]A0*CARD-1*", None, "CARD-1", Symbology.CODE39, ""),
        ("]A0+C+A+R+D1", None, "card1", Symbology.CODE39, ""),
        ("]A4+Card", None, "+Card", Symbology.CODE39, ""),
        ("]A1ABC123$", None, "ABC123", Symbology.CODE39, ""),
        ("*+A+B12*", None, "ab12", Symbology.UNKNOWN, ""),
        # Codabar
        ("]F0a40156b", None, "40156", Symbology.CODABAR, ""),
        ("]F040156", None, "40156", Symbology.CODABAR, ""),
        ("]F0A401-56D", None, "401-56", Symbology.CODABAR, ""),
        # GS1 in its symbologies
        ("]C1010400638133393121A\x1d10B", None, "4006381333931", Symbology.GS1_128, "01"),
        ("]C1\x1d0104006381333931", None, "4006381333931", Symbology.GS1_128, "01"),
        ("]d2011400638133393817261231", None, "14006381333938", Symbology.GS1_DATA_MATRIX, "01"),
        ("]e00100000096385074", None, "96385074", Symbology.DATABAR, "01"),
        ("]e001040063813339313103000195", None, "4006381333931", Symbology.DATABAR, "01"),
        ("]Q30104006381333931", None, "4006381333931", Symbology.GS1_QR, "01"),
        ("I0104006381333931", HONEYWELL, "4006381333931", Symbology.GS1_128, "01"),
        ("]C18018123456789012345675", None, "123456789012345675", Symbology.GS1_128, "8018"),
        ("]d22559501101530003000001", None, "9501101530003000001", Symbology.GS1_DATA_MATRIX,
         "255"),
        ("]C110LOT7", None, "10LOT7", Symbology.GS1_128, ""),
        ("]C1ZZZZZ", None, "ZZZZZ", Symbology.GS1_128, ""),
        # links
        ("]Q1https://id.gs1.org/01/09506000134352", None, "9506000134352", Symbology.QR, "01"),
        ("]Q3https://id.gs1.org/01/09506000134352/10/AB?17=261231", None, "9506000134352",
         Symbology.GS1_QR, "01"),
        ("]d1https://shop.example/x/01/09506000134352/21/7", None, "9506000134352",
         Symbology.DATA_MATRIX, "01"),
        ("https://shop.example/01/9506000134352", None, "9506000134352", Symbology.QR, "01"),
        ("]Q1https://shop.example/01/9506000134351", None,
         "https://shop.example/01/9506000134351", Symbology.QR, ""),
        ("]Q1https://[broken/01/9506000134352", None, "https://[broken/01/9506000134352",
         Symbology.QR, ""),
        # what readers add to matrix codes
        (r"]Q2\000026v1.4711", None, "v1.4711", Symbology.QR, ""),
        # magnetic stripes
        ("%CARD0042?", None, "CARD0042", Symbology.STRIPE, ""),
        (";004200117?", None, "004200117", Symbology.STRIPE, ""),
        ("%C42^EXAMPLE/ELENI^?;004200117=9912?", None, "004200117", Symbology.STRIPE, ""),
        ("%CARD0042?;E?+E?", None, "CARD0042", Symbology.STRIPE, ""),
        ("+00420011?", None, "00420011", Symbology.STRIPE, ""),
        ("%CARD0042?X;004200117?5", None, "004200117", Symbology.STRIPE, ""),
    ],
)  # fmt: skip
def test_one_code_is_one_text(frame, rules, text, symbology, ai):
    assert read(frame, rules) == Scan(text, symbology, "P", ai)


@pytest.mark.parametrize(
    ("frame", "rules", "why"),
    [
        ("]E004252614", None, Reason.HALF_SCAN),
        ("]E004252615", UPC_E, Reason.WRONG_CHECK_DIGIT),
        ("]E044252614", UPC_E, Reason.WRONG_CHECK_DIGIT),
        ("04252614", None, Reason.HALF_SCAN),
        ("04252613", UPC_E, Reason.HALF_SCAN),
        ("E04252615", HONEYWELL, Reason.WRONG_CHECK_DIGIT),
        ("]I0123456789", TEN, Reason.HALF_SCAN),
        ("]I01234567890", None, Reason.HALF_SCAN),
        ("]I014006381333937", None, Reason.WRONG_CHECK_DIGIT),
        ("]I0ABCD", None, Reason.GARBAGE),
        ("12345678901234567890", TEN, Reason.GLUED),
        ("]A1ABC123B", None, Reason.WRONG_CHECK_DIGIT),
        ("]A1abc", None, Reason.WRONG_CHECK_DIGIT),
        ("]C0ABCD]C0EFGH", None, Reason.GLUED),
        ("]E0" + CARD + "]C0EFGH", None, Reason.GLUED),
        (CARD + "5", OWN, Reason.GLUED),
        ("5" + CARD, OWN, Reason.GLUED),
        ("]C10104006381333930", None, Reason.WRONG_CHECK_DIGIT),
        ("]C18018123456789012345670", None, Reason.WRONG_CHECK_DIGIT),
        ("%CARD0042", None, Reason.HALF_SCAN),
        (";0042001", None, Reason.HALF_SCAN),
        ("%E?;E?+E?", None, Reason.HALF_SCAN),
        ("%CARD0042?;00420", None, Reason.HALF_SCAN),
        ("%AB?", None, Reason.HALF_SCAN),
        ("", None, Reason.TOO_SHORT),
    ],
)
def test_what_can_not_be_whole_is_refused(frame, rules, why):
    assert read(frame, rules) is why


def test_eight_bare_digits_are_an_article_and_never_a_gs1_message():
    assert read("96385074") == Scan("96385074", Symbology.EAN8, "P")
    assert read("]E496385074") == Scan("96385074", Symbology.EAN8, "P")
    assert read("]C196385074") == Scan("96385074", Symbology.GS1_128, "P")


def test_gs1_is_loaded_by_the_first_gs1_code_and_not_before():
    code = (
        "import sys; from devices.scanners.symbologies import read_frame;"
        "read_frame(b'2950000001233', 'P'); assert 'biip' not in sys.modules;"
        "read_frame(b']C10104006381333931', 'P'); assert 'biip' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@given(st.sampled_from("01"), st.text("0123456789", min_size=6, max_size=6))
def test_upc_e_is_written_out_as_the_standard_shortens_it(system, body):
    """The long form, shortened by the rules for printing, is the short form again."""
    whole = next((w for c in "0123456789" if (w := expanded_upc_e(f"{system}{body}{c}"))), None)
    assert whole is not None
    assert stdnum_ean.is_valid(whole)
    maker, item = whole[2:7], whole[7:12]
    if maker[2:] in ("000", "100", "200"):
        short = maker[:2] + item[2:] + maker[2]
    elif maker[3:] == "00":
        short = maker[:3] + item[3:] + "3"
    elif maker[4] == "0":
        short = maker[:4] + item[4] + "4"
    else:
        short = maker + item[4]
    # 3 and 4 at the end may stand for what a smaller form says as well.
    assert expanded_upc_e(whole[1] + short + whole[12]) == whole


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%", max_size=12))
def test_exactly_one_sign_checks_a_code_39(body):
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
    right = [sign for sign in signs if code39_check_holds(body + sign)]
    assert len(right) == (1 if body else 0)


@given(st.integers(1, 10**13 - 1), st.text("ABCDEF0123456789", min_size=1, max_size=20))
def test_an_article_is_the_same_by_message_and_by_link(number, serial):
    body = f"{number:013d}"
    gtin = body + check_digit(body)
    by_message = read(f"]C101{gtin}21{serial}")
    by_link = read(f"]Q1https://example.com/01/{gtin}/21/{serial}")
    if by_message is Reason.PAYMENT_CARD:
        return
    assert by_message.text == by_link.text
    assert by_message.ai == by_link.ai == "01"
    strangers = GS1DigitalLinkURI.parse(f"https://example.com/01/{gtin}")
    assert by_message.text.zfill(14) == strangers.element_strings[0].value


_PREFIXES = st.sampled_from(
    ["", "]E0", "]E4", "]C0", "]C1", "]A0", "]A1", "]F0", "]I0", "]I1", "]e0", "]d1", "]d2", "]Q1",
     "]Q3", "]L0", "]X0", "https://a.b/01/", "%", ";", "+", "01", "8018", "255"]
)  # fmt: skip


@given(_PREFIXES, st.text(max_size=80))
@example("https://a.b/01/", "12345678?a=https://[")
@example("]C1", "1799139901")
@example("]C1", "3103")
def test_no_text_behind_any_prefix_breaks_the_reading(prefix, rest):
    frame = (prefix + rest).encode("utf-8", "surrogatepass")
    for rules in (None, HONEYWELL, UPC_E, TEN, OWN):
        for outcome in read_frame(frame, "P", rules):
            assert isinstance(outcome, Scan | Rejected)


@given(_PREFIXES, st.binary(max_size=60))
def test_no_bytes_behind_any_prefix_break_the_reading(prefix, rest):
    for outcome in read_frame(prefix.encode() + rest, "P", HONEYWELL):
        assert isinstance(outcome, Scan | Rejected)


def test_the_settings_of_a_reader_and_of_the_shop_s_cards_reach_the_reading():
    rules = ReaderSetup("P", upc_e=True).rules("2950", frozenset({10}))
    assert rules == ReadingRules(own_prefix="2950", own_lengths=frozenset({10}), upc_e=True)
    assert read("1234567890", rules) == Scan("1234567890", Symbology.UNKNOWN, "P")
