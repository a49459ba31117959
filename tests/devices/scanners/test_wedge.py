"""A reader that types: its scans are scans, a person's typing is typing."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.scanners import Reason, Symbology
from devices.scanners.symbologies import ReadingRules
from devices.scanners.us_keys import (
    WINDOWS_KEYS,
    X11_KEYS,
    Keystroke,
    caps_lock_was_on,
    typed_text,
    us_text,
)
from devices.scanners.wedge import Timing
from tests.devices.scanners.keyboards import (
    CARD,
    GREEK,
    HEBREW,
    HUNGARIAN,
    OTHER,
    PLACES,
    Desk,
    keys,
)

ZEBRA = Timing(median_ms=80, longest_ms=100)
READERS = [[8], [7, 8, 16], [10], [1], [2, 30, 2], [25, 33]]


@pytest.mark.parametrize("gaps", READERS)
@pytest.mark.parametrize("end", ["\r", "\t", ""])
def test_a_burst_is_a_scan_and_leaves_nothing_in_the_field(gaps, end):
    desk = Desk().type(keys(CARD, gaps, end=end))
    assert (desk.texts, desk.field) == ([CARD], "")


def test_a_code_with_an_identifier_says_what_it_is():
    desk = Desk().type(keys("]Q0https://shop.example/c/1", [8]))
    assert [(scan.text, scan.symbology, scan.port) for scan in desk.scans] == [
        ("https://shop.example/c/1", Symbology.QR, "keyboard")
    ]


def test_a_prefix_is_taken_off_where_it_is():
    desk = Desk(prefix="~").type(keys("~" + CARD, [8]) + keys(OTHER, [8], start=9000))
    assert desk.texts == [CARD, OTHER]


def test_a_scan_that_is_only_the_prefix_is_nothing():
    assert Desk(prefix="~~~~~~").type(keys("~~~~~~", [8])).texts == []
    desk = Desk(prefix="~~ABCD", rules=ReadingRules()).type(keys("~~ABCD", [0]))
    assert (desk.texts, desk.field) == ([], "~~ABCD\r")


def test_a_scan_that_reads_as_nothing_is_a_refusal_and_no_typing():
    desk = Desk().type(keys(CARD[:-1] + "7", [8]))
    assert (desk.rejected, desk.field) == ([Reason.WRONG_CHECK_DIGIT], "")


def test_a_payment_card_is_dropped_and_never_typed():
    desk = Desk().type(keys(";4111111111111111=30122010000?", [5]))
    assert (desk.rejected, desk.scans, desk.field) == ([Reason.PAYMENT_CARD], [], "")


def test_a_card_that_lies_before_the_reader_is_one_scan():
    desk = Desk().type(keys(CARD, [8]) + keys(CARD, [8], start=1500))
    assert (desk.texts, desk.field) == ([CARD], "")


def test_two_scans_in_a_row_are_two():
    desk = Desk().type(keys(CARD, [8]) + keys(OTHER, [8], start=1300))
    assert (desk.texts, desk.field) == ([CARD, OTHER], "")


def test_a_reader_without_suffix_is_ended_by_silence_even_when_nobody_looked():
    desk = Desk()
    desk.type(keys(CARD, [8], end=""))
    desk._silence = lambda lasted: None  # the window was busy
    first = keys(CARD, [8], start=5000, end="")
    answers = [
        desk.reader.press(one.text, one.scan_code, shift=False, alt_gr=False, at=one.at)
        for one in [*first, *keys(OTHER, [8], start=9000, end="")]
    ]
    assert answers.count("next") == 1
    assert answers[len(first)] == "next"


@pytest.mark.parametrize("late", [5, 60, 130])
def test_the_second_end_of_a_scan_presses_no_button(late):
    scan = keys(CARD, [8])
    after = Keystroke("\r", 36, shift=False, alt_gr=False, at=scan[-1].at + late)
    assert Desk().type([*scan, after]).field == ""


def test_an_end_that_comes_late_after_silence_presses_no_button():
    scan = keys(CARD, [8], end="")
    after = Keystroke("\r", 36, shift=False, alt_gr=False, at=scan[-1].at + 100)
    desk = Desk().type([*scan, after])
    assert (desk.texts, desk.field) == ([CARD], "")


@pytest.mark.parametrize("timing", [None, ZEBRA])
def test_a_clock_that_begins_anew_takes_no_keys_away(timing):
    """X11 counts milliseconds in 32 bits: after seven weeks they begin at 0."""
    last = 2.0**32
    desk = Desk(timing=timing or Timing())
    desk.type(keys("the quick 1", [90, 140, 60], start=last - 2000, end=""))
    desk.type(keys(CARD, [8] if timing is None else [80], start=last - 90))
    desk.type(keys("ok", [90], start=50))
    assert desk.field.startswith("the quick 1")
    assert desk.field.endswith("ok\r")
    desk.type(keys(OTHER, [8] if timing is None else [80], start=5000))
    assert desk.texts[-1] == OTHER


def test_enter_by_hand_is_enter():
    desk = Desk().type(keys("", [8]))
    assert desk.field == "\r"
    scan = keys(CARD, [8])
    by_hand = Keystroke("\r", 36, shift=False, alt_gr=False, at=scan[-1].at + 400)
    assert Desk().type([*scan, by_hand]).field == "\r"


def test_a_scan_after_typing_is_a_scan_and_the_typing_stays():
    typed = keys("Exam", [130], end="")
    desk = Desk().type(typed + keys(CARD, [8], start=typed[-1].at + 36))
    assert (desk.texts, desk.field) == ([CARD], "Exam")


def test_typing_right_after_a_scan_is_typing():
    desk = Desk().type(keys(CARD, [8]) + keys("ok", [90], start=1150, end=""))
    assert (desk.texts, desk.field) == ([CARD], "ok")


def test_few_keys_at_any_speed_are_typing():
    assert Desk().type(keys("12345", [5])).field == "12345\r"


def test_a_key_held_down_is_typing():
    assert Desk().type(keys("a" * 20, [33])).field == "a" * 20 + "\r"


def test_a_burst_without_rhythm_is_typing():
    text = "abcdefgh"
    assert Desk().type(keys(text, [2, 34])).field == text + "\r"


def test_keys_that_waited_for_a_busy_window_count_only_when_the_code_is_sure():
    assert Desk().type(keys("hello world", [0])).field == "hello world\r"
    desk = Desk().type(keys(CARD, [0]))
    assert (desk.texts, desk.field) == ([CARD], "")


def test_a_pause_within_a_burst_hands_both_halves_back():
    halves = keys(CARD[:7], [8], end="") + keys(CARD[7:], [8], start=1100)
    desk = Desk().type(halves)
    assert (desk.texts, desk.rejected) == ([], [Reason.HALF_SCAN] if desk.rejected else [])
    assert CARD[:7] in desk.field


def test_what_was_let_go_of_is_forgotten():
    desk = Desk()
    desk.reader.press("1", 10, shift=False, alt_gr=False, at=0)
    assert desk.reader.wait_ms == 35
    assert desk.reader.quiet(5) == "hold"
    desk.reader.forget()
    assert desk.reader.wait_ms == 0
    assert desk.reader.quiet(100) == "release"


# -- people ----------------------------------------------------------------------------------------

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789 .@-"
words = st.text(LETTERS, min_size=1, max_size=40)
by_hand = st.one_of(st.integers(60, 400), st.integers(40, 1500))


@st.composite
def hands(draw, slowest=400):
    """Typing: gaps of 60 ms and more, now and then two keys rolled in 15 to 30 ms."""
    text = draw(words)
    strokes, at, rolled = [], 1000.0, False
    for stroke in keys(text, [0], end=draw(st.sampled_from(["", "\r", "\t"]))):
        rolled = not rolled and draw(st.integers(0, 4)) == 0
        at += draw(st.integers(15, 30)) if rolled else draw(st.integers(60, slowest))
        strokes.append(Keystroke(stroke.text, stroke.scan_code, stroke.shift, alt_gr=False, at=at))
    return strokes


@given(hands())
def test_no_hand_is_ever_taken_for_a_reader(strokes):
    desk = Desk().type(strokes)
    assert desk.field == "".join(stroke.text for stroke in strokes)
    assert not desk.scans
    assert not desk.rejected


@given(hands(slowest=1500), st.integers(5, 23))
def test_nor_after_a_quick_reader_was_learnt(strokes, gap):
    desk = Desk(timing=Timing(gap, gap)).type(strokes)
    assert desk.field == "".join(stroke.text for stroke in strokes)


@pytest.mark.parametrize("mean", [70, 80, 100, 120, 160])
def test_nor_a_quick_hand_beside_a_slow_reader_that_was_learnt(mean):
    """People's gaps scatter by a third; rolls come on top."""
    chance = random.Random(mean)
    swallowed = 0
    for _ in range(400):
        text = "".join(chance.choice(LETTERS) for _ in range(chance.randint(6, 30)))
        at, strokes = 0.0, []
        for stroke in keys(text, [0]):
            scattered = chance.lognormvariate(0, 0.35) * mean
            at += chance.randint(15, 30) if chance.random() < 0.1 else scattered
            strokes.append(
                Keystroke(stroke.text, stroke.scan_code, stroke.shift, alt_gr=False, at=at)
            )
        for timing in (ZEBRA, Timing(100, 100)):
            desk = Desk(timing=timing).type(strokes)
            swallowed += desk.field != "".join(one.text for one in strokes)
    assert swallowed == 0


def test_quick_typing_is_not_held_up_by_a_slow_reader_for_more_than_a_few_keys():
    desk = Desk(timing=ZEBRA)
    held = []
    for stroke in keys("the quick brown fox jumps", [70, 140, 95, 120]):
        desk._judged(
            desk.reader.press(
                stroke.text, stroke.scan_code, shift=False, alt_gr=False, at=stroke.at
            ),
            stroke.text,
        )
        held.append(len(desk.held))
    assert max(held) <= 4
    assert held[6:] == [0] * len(held[6:])


# -- slow readers ----------------------------------------------------------------------------------

ZEBRA_GAPS = [80, 78, 82, 100, 80, 79, 81]


def test_a_slow_reader_is_recognised_only_after_learning():
    assert Desk().type(keys(CARD, ZEBRA_GAPS)).field == CARD + "\r"
    for timing in (ZEBRA, Timing(100, 100)):
        desk = Desk(timing=timing).type(keys(CARD, ZEBRA_GAPS))
        assert (desk.texts, desk.field) == ([CARD], "")


def test_a_slow_reader_that_is_uneven_loses_no_scan():
    chance = random.Random(3)
    for code in [CARD, OTHER] * 150:
        gaps = [chance.gauss(80, 4) + 20 * (chance.random() < 0.05) for _ in code]
        assert Desk(timing=ZEBRA).type(keys(code, gaps)).texts == [code]


@pytest.mark.parametrize("text", ["]C0AB-1234", "https://shop.example/c/1"])
def test_a_slow_readers_codes_need_not_be_digits(text):
    desk = Desk(timing=ZEBRA).type(keys(text, ZEBRA_GAPS))
    assert len(desk.scans) == 1


@pytest.mark.parametrize("text", ["Sample", "6912345678", "thessaloniki"])
def test_what_a_hand_may_type_in_a_slow_readers_rhythm_is_typing(text):
    assert Desk(timing=ZEBRA).type(keys(text, [80])).field == text + "\r"


# -- layouts ---------------------------------------------------------------------------------------


def test_a_hungarian_till_reads_the_zero():
    strokes = keys(CARD, [8], layout=HUNGARIAN)
    assert "ö" in "".join(stroke.text for stroke in strokes)
    desk = Desk().type(strokes)
    assert (desk.texts, desk.scans[0].symbology) == ([CARD], Symbology.EAN13)


@pytest.mark.parametrize("layout", [HUNGARIAN, GREEK, HEBREW])
def test_links_survive_other_layouts_once_the_set_up_saw_it(layout):
    link = "https://shop.example/c/zebra-10"
    assert Desk(us_layout=True).type(keys(link, [8], layout=layout)).texts == [link]


@pytest.mark.parametrize("layout", [GREEK, HEBREW])
def test_letters_of_another_script_are_read_by_their_places(layout):
    code = "]C0shop-99"
    desk = Desk().type(keys(code, [8], layout=layout))
    assert [(scan.text, scan.symbology) for scan in desk.scans] == [("shop-99", Symbology.CODE128)]


def test_digits_that_come_as_other_plain_signs_are_read_where_the_check_digit_agrees():
    shifted = dict(zip("1234567890", "!@#$%^&*()", strict=True))
    assert Desk().type(keys(CARD, [8], layout=shifted)).texts == [CARD]


GREEK_DEAD = GREEK | {":": "", ";": ""}


@pytest.mark.parametrize("us_layout", [True, False])
def test_letters_that_dead_keys_ate_are_read_by_their_places(us_layout):
    link = "https://shop.example/c/1"
    desk = Desk(us_layout=us_layout).type(keys(link, [8], layout=GREEK_DEAD))
    assert (desk.texts, desk.field) == ([link], "")


def test_a_code_with_a_letter_that_nobody_knows_is_no_code():
    strokes = keys("ab:cd-123", [8], layout={":": ""})
    strokes[0] = Keystroke("a", 0, shift=False, alt_gr=False, at=strokes[0].at)
    desk = Desk().type(strokes)
    assert (desk.scans, desk.field) == ([], "abcd-123\r")


def test_a_reader_set_to_the_tills_own_layout_is_believed():
    swapped = [
        Keystroke(stroke.text, PLACES["y"][0] if stroke.text == "z" else stroke.scan_code,
                  stroke.shift, alt_gr=False, at=stroke.at)
        for stroke in keys("zebra-123", [8])
    ]  # fmt: skip
    assert Desk().type(swapped).texts == ["zebra-123"]
    assert Desk(us_layout=True).type(swapped).texts == ["yebra-123"]


def test_places_nobody_knows_leave_what_was_typed():
    strokes = [
        Keystroke(stroke.text, 0, stroke.shift, alt_gr=False, at=stroke.at)
        for stroke in keys(CARD, [8])
    ]
    assert Desk(us_layout=True).type(strokes).texts == [CARD]


def test_caps_lock_is_seen_and_undone():
    strokes = keys("]E0" + CARD, [8], caps=True)
    assert caps_lock_was_on(strokes)
    assert typed_text(strokes[:-1]) == "]E0" + CARD
    desk = Desk().type(strokes)
    assert [scan.symbology for scan in desk.scans] == [Symbology.EAN13]
    assert not caps_lock_was_on(keys("]E0" + CARD, [8]))
    assert not caps_lock_was_on(keys(CARD, [8]))


def test_a_group_separator_is_one_in_every_layout():
    text = "]C1" + "0104006381333931" + "10AB\x1d" + "21X"
    strokes = keys(text, [8], layout=HUNGARIAN)
    assert us_text(strokes[:-1], X11_KEYS) == text


def test_alt_gr_is_no_american_key():
    assert us_text([Keystroke("]", 42, shift=False, alt_gr=True, at=0)], X11_KEYS) is None


def test_both_tables_have_every_character_a_reader_types():
    printable = {chr(code) for code in range(0x20, 0x7F)}
    for table in (X11_KEYS, WINDOWS_KEYS):
        assert printable <= {character for pair in table.values() for character in pair}
    assert X11_KEYS[18 + 0] == ("9", "(")
    assert WINDOWS_KEYS[0x10] == ("q", "Q")
    assert X11_KEYS[24] == ("q", "Q")
    assert WINDOWS_KEYS[0x52] == X11_KEYS[90] == ("0", "0")


def test_a_keystroke_never_shows_what_was_typed():
    assert "7" not in repr(Keystroke("7", 16, shift=False, alt_gr=False, at=1.5))
