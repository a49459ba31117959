"""Nothing of a payment card or a personal paper gets past the reading, however it comes."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean as stdnum_ean
from stdnum import iban as stdnum_iban
from stdnum import luhn as stdnum_luhn

from devices.scanners import ReadingRules, Reason, Rejected, Scan
from devices.scanners.check_digits import check_digit
from devices.scanners.framing import FrameFormat, Framer
from devices.scanners.reader import ScanReader
from devices.scanners.symbologies import HONEYWELL_CODE_IDS, read_frame

# Published test numbers, and numbers made up in each scheme's range.
NUMBERS = {
    "Visa": "4111111111111111",
    "Visa of 19": "4000000000000000006",
    "Mastercard": "5555555555554444",
    "Mastercard, 2 series": "2223003122003222",
    "American Express": "378282246310005",
    "Discover": "6011111111111117",
    "Diners Club": "30569309025904",
    "Diners Club of 16": "3056930009020004",
    "JCB": "3530111333300000",
    "UnionPay": "6200000000000005",
    "UnionPay of 19": "6205500000000000004",
    "UnionPay, 81": "8100000000000000",
    "Maestro": "6759649826438453",
    "Maestro of 19": "6799990100000000019",
    "Mir": "2200000000000053",
    "RuPay": "6521000000000000",
    "Troy": "9792000000000001",
    "Verve": "5061000000000000",
    "Hipercard": "6062820000000000",
    "Dankort": "5019717010103742",
}
for _name, _number in NUMBERS.items():
    if not stdnum_luhn.is_valid(_number):
        NUMBERS[_name] = _number[:-1] + stdnum_luhn.calc_check_digit(_number[:-1])
PAN = NUMBERS["Visa"]
EAN = "4006381333931"
FRAMES = {
    "bare": "{}",
    "Code 128": "]C0{}",
    "Code 39": "]A0*{}*",
    "Codabar": "]F0A{}B",
    "2 of 5": "]I0{}",
    "QR": "]Q0{}",
    "PDF417": "]L2{}",
    "unknown AIM": "]X0{}",
    "EAN, wrongly": "]E0{}",
    "maker's letter": "j{}",
    "GS1, wrongly": "]C1{}",
    "track 1": "%B{}^EXAMPLE/CARD          ^3012101000000000000000?",
    "track 1 without its sentinel": "B{}^EXAMPLE/CARD^30121010000?",
    "track 2": ";{}=30121010000012300000?",
    "track 2 without its sentinel": "{}=30121010000012300000",
    "track 2 alone": ";{}?",
    "track 2 without its end": ";{}=3012",
    "track 3": ";01{}=724724100000000000030300000000000000=1?",
    "track 3, other sentinel": "+59{}=724724100000000000030300000000000000=1?",
    "both tracks": "%B{0}^EXAMPLE/CARD^30121010000?;{0}=30121010000?",
    "all tracks, the first unread": "%E?;{0}=30121010000?+E?",
    "a stripe that pretends": "%{}?",
    "in a sentence": "card {} of Example",
    "in a link": "https://shop.example/pay?card={}&x=1",
    "behind an article": EAN + "{}",
    "before an article": "{}" + EAN,
    "behind an article, with AIM": "]E0" + EAN + "]C0{}",
    "behind a code": "MEMBER-0042{}",
    "between spaces": " {} ",
}


def spaced(number):
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def dashed(number):
    return "-".join(number[i : i + 4] for i in range(0, len(number), 4))


def amex(number):
    return f"{number[:4]} {number[4:10]} {number[10:]}"


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES.keys())
@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS.keys())
def test_every_scheme_in_every_frame_is_dropped(number, frame):
    written = [number] if "=" in frame or frame.startswith((";", "+")) else [
        number, spaced(number), dashed(number), amex(number)
    ]  # fmt: skip
    for each in written:
        data = frame.format(each).encode()
        for rules in (ReadingRules(code_ids=HONEYWELL_CODE_IDS), ReadingRules(own_prefix="29")):
            if frame.startswith("j") and not rules.code_ids:
                continue
            for outcome in read_frame(data, "P", rules):
                assert isinstance(outcome, Rejected), (each, outcome)
                assert number[-4:] not in repr(outcome)
                assert outcome.length == len(data)


@pytest.mark.parametrize("frame", ["{}", "]C0{}", ";{}=30121010000?", "]Q0card {}"])
def test_the_reason_says_that_it_was_a_payment_card(frame):
    for number in NUMBERS.values():
        (outcome,) = read_frame(frame.format(number).encode(), "P")
        assert outcome.reason is Reason.PAYMENT_CARD


@pytest.mark.parametrize(
    "text",
    [
        "00020101021129370016A000000677010111011300669999999995802TH530376463040002",
        "]Q100020101021226280011example.com0209123456789520400005303978540512.305802GR63041234",
        "]Q1|PL|61114020040000300201355387|000123|EXAMPLE|PAYMENT|||",
        "upi://pay?pa=example@bank&am=10",
        "GB82WEST12345698765432",
        "GR16 0110 1250 0000 0001 2300 695",
    ],
)
def test_what_asks_for_a_payment_is_dropped(text):
    (outcome,) = read_frame(text.encode(), "P")
    assert outcome.reason is Reason.PAYMENT_CARD


def test_an_account_number_with_a_wrong_digit_is_only_a_text():
    assert stdnum_iban.is_valid("GB82WEST12345698765432")
    (outcome,) = read_frame(b"GB82WEST12345698765433", "P")
    assert isinstance(outcome, Scan)


@pytest.mark.parametrize(
    "text",
    [
        "@",
        "]L2@",
        "ANSI 636000090002DL00410278ZA03190008DLDAQT64235789",
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "P<UTOEXAMPLE<<ELENI<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        "]z0M1EXAMPLE/ELENI       EABC123 SKGLHRXX 0123 326J001A0025 100",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "EXAMPLE<<ELENI<MARIA<<<<<<<<<<",
        "HC1:NCFOXN%TS3DH3ZSUZK+.V0ETD%65NL-AH",
        "BEGIN:VCARD",
        "BCD",
        "]Q0HCT",
        "SPC",
        "]Q1MECARD:N:Example,Eleni;TEL:+306900000000;;",
    ],
)
def test_a_personal_paper_is_dropped(text):
    (outcome,) = read_frame(text.encode(), "P")
    assert outcome.reason is Reason.PERSONAL_DOCUMENT


@pytest.mark.parametrize(
    "paper",
    [
        b"BEGIN:VCARD\r\nFN:Eleni Example\r\nTEL:+306900000000\r\nEND:VCARD\r\n",
        b"BCD\n002\n1\nSCT\n\nEleni Example\nGR1601101250000000012300695\nEUR12.30\n\r",
    ],
)
def test_all_lines_of_a_personal_paper_are_dropped(paper):
    reader = ScanReader("P")
    outcomes = reader.feed(paper, 0.0)
    assert [outcome.reason for outcome in outcomes] == [Reason.PERSONAL_DOCUMENT]


@pytest.mark.parametrize(
    "text",
    [
        "6338240000000000000"[:16],  # a loyalty scheme's range
        "4111111111111112",  # nobody's: the check digit is wrong
        "]C100340123450000000018",  # a pallet
        "]C10104006381333931310300019511261231",  # a weighed article
        "]Q1v1.2950000001233.ABCDEFGHIJKLMNOP",
        "T1-000123",
        "CABCDEFGHJKLMNPQRSTVWXYZ23456723",
        "0042100005264",
        "]E0" + EAN,
        EAN * 2,
    ],
)
def test_what_is_no_payment_card_is_not_taken_for_one(text):
    for outcome in read_frame(text.encode(), "P"):
        assert isinstance(outcome, Scan), outcome


def test_an_article_of_twelve_digits_in_a_scheme_s_range_stays_an_article():
    numbers = (f"6759{i:07d}" for i in range(2000))
    codes = [n + check_digit(n) for n in numbers if stdnum_luhn.is_valid(n + check_digit(n))]
    assert len(codes) > 100
    for code in codes:
        (outcome,) = read_frame(code.encode(), "P")
        assert outcome == Scan("0" + code, "ean13", "P")


# Written anew from the schemes' published ranges, wider than the product's own.
_SCHEMES = re.compile(
    r"4\d{15}(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|5\d\d|4[4-9]\d)\d{12}"
    r"|62\d{14,17}|220[0-4]\d{12}|67\d{13,17}"
)


def is_number_of_a_scheme(text: str) -> bool:
    digits = re.sub(r"[ -]", "", text)
    return bool(
        _SCHEMES.fullmatch(digits)
        and stdnum_luhn.is_valid(digits)
        and not (len(digits) == 13 and stdnum_ean.is_valid(digits))
    )


_FIRST = st.sampled_from(["4", "51", "2221", "34", "300", "36", "3528", "6011", "62", "67", "2204"])
_LETTERS = st.text("ABCDabcdj*%;+?=^ ]E0C1Q-/", max_size=4)


@given(_FIRST, st.text("0123456789", min_size=10, max_size=16), _LETTERS, _LETTERS)
def test_no_scan_is_ever_a_payment_number(first, more, before, after):
    """Digits in the schemes' ranges with a right check, among what readers put around them."""
    number = first + more
    number += stdnum_luhn.calc_check_digit(number)
    for rules in (ReadingRules(), ReadingRules(code_ids=HONEYWELL_CODE_IDS)):
        for outcome in read_frame(f"{before}{number}{after}".encode(), "P", rules):
            if isinstance(outcome, Scan):
                assert not is_number_of_a_scheme(outcome.text), outcome.text


@given(st.lists(st.sampled_from([PAN, EAN, "]E0", "\r", "MEMBER-1", "2950", ";", "?", "="])))
def test_no_chunking_lets_a_payment_number_through(parts):
    line = "".join(parts).encode() + b"\r"
    whole = ScanReader("P").feed(line, 0.0)
    reader = ScanReader("P")
    by_bytes = [one for i in range(len(line)) for one in reader.feed(line[i : i + 1], 0.0)]
    assert by_bytes == whole
    for outcome in whole:
        assert PAN not in getattr(outcome, "text", "")


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=8))
def test_what_a_line_says_does_not_depend_on_its_chunks(line, cuts):
    places = sorted({0, len(line), *(cut for cut in cuts if cut < len(line))})
    chunks = [line[a:b] for a, b in pairwise(places)]
    one, many = Framer(FrameFormat()), Framer(FrameFormat())
    assert one.feed(line, 0.0) == [frame for c in chunks for frame in many.feed(c, 0.0)]
