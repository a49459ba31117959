"""Three scans of one code tell how a reader speaks."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.services.setup_learning import (
    KEYBOARD,
    SPEEDS,
    TEST_CODE,
    TEST_QR,
    Learner,
    Sample,
    Stroke,
    next_speed,
    read_burst,
    read_strokes,
)
from terminal.settings import ScannerSettings

CODE = TEST_CODE.encode()


@dataclass(frozen=True)
class Heard:
    data: bytes
    address: str = "/dev/ttyUSB0"
    baudrate: int = 9600
    took_ms: int = 14
    longest_gap_ms: int = 2


def learn(*bursts):
    learner = Learner()
    for burst in bursts:
        assert learner.take(read_burst(burst))
    return learner


@pytest.mark.parametrize(
    ("data", "learnt"),
    [
        (CODE + b"\r", {"suffix": "cr"}),
        (CODE + b"\r\n", {"suffix": "any"}),
        (CODE + b"\n", {"suffix": "lf"}),
        (CODE + b"\t", {"suffix": "tab"}),
        (CODE, {"suffix": "none"}),
        (b"\x02" + CODE + b"\x03", {"suffix": "etx"}),
        (b"\x02" + CODE + b"\x03\x41", {"suffix": "etx", "check_block": True}),
        (b"]E0" + CODE + b"\r", {"suffix": "cr"}),
        (b"T1-]E0" + CODE + b"\r", {"suffix": "cr", "prefix": "T1-"}),
        (b"T1-" + CODE + b"\r", {"suffix": "cr", "prefix": "T1-"}),
        (b"d" + CODE + b"\r", {"suffix": "cr", "code_ids": "honeywell"}),
        (b"\x00\xff" + CODE + b"\r", {"suffix": "cr"}),
    ],
)
def test_framing_is_learnt_from_what_stands_around_the_code(data, learnt):
    learner = learn(*[Heard(data)] * 3)
    assert learner.done
    assert learner.settings("usb:1:2") == ScannerSettings(port="usb:1:2", **learnt)


@pytest.mark.parametrize(
    ("data", "miss"),
    [
        (b"2950000041099\r", "other"),
        (b"12\r", "other"),
        (b"\xf8\xfe\x80\xf0", "garbage"),
        (b"\x01\x1e5\x07\r", "garbage"),
        (CODE[:-1] + b"\r", "no_check_digit"),
        (CODE[:7] + b"\r", "half"),
        (CODE[4:] + b"\r", "half"),
        (CODE[3:11] + b"\r", "half"),
        (CODE + CODE + b"\r", "half"),
    ],
)
def test_what_is_not_the_code_on_the_page_says_why(data, miss):
    assert read_burst(Heard(data)) == miss


@given(st.binary(max_size=60))
def test_no_bytes_are_ever_taken_for_the_code_by_mistake(data):
    found = read_burst(Heard(data))
    if isinstance(found, Sample):
        assert CODE in data or TEST_QR.encode() in data


def test_the_first_that_speaks_is_the_reader_and_others_are_not_heard():
    learner = learn(Heard(CODE + b"\r"))
    assert not learner.take(read_burst(Heard(CODE + b"\r", address="/dev/ttyUSB1")))
    assert (learner.source, len(learner.samples), learner.done) == ("/dev/ttyUSB0", 1, False)


def test_a_qr_code_is_a_bonus_and_no_scan_of_three():
    learner = learn(Heard(CODE + b"\r"), Heard(b"]Q1" + TEST_QR.encode() + b"\r"))
    assert learner.reads_qr
    assert len(learner.samples) == 1


def test_a_reader_without_a_suffix_gets_the_silence_its_longest_pause_asks_for():
    slow = [Heard(CODE, longest_gap_ms=90)] * 3
    assert learn(*slow).settings("x").idle_ms == 270
    assert learn(*[Heard(CODE, longest_gap_ms=900)] * 3).settings("x").idle_ms == 1000


def typed(text, gap=8, *, places=None, end="\r"):
    made = [
        Stroke(sign, places[n] if places else 10 + int(sign), n * gap)
        for n, sign in enumerate(text)
    ]
    return [*made, *(Stroke(sign, 36, len(text) * gap) for sign in end)]


def test_a_reader_that_types_is_learnt_with_its_pace():
    learner = Learner()
    for gap in (8, 16, 9):
        learner.take(read_strokes(typed(TEST_CODE, gap)))
    assert learner.settings(KEYBOARD) == ScannerSettings(port="keyboard", suffix="cr", idle_ms=20)
    slow = Learner()
    slow.take(read_strokes(typed(TEST_CODE, 85, end="\t")))
    assert slow.settings(KEYBOARD).idle_ms == 85
    assert slow.last.suffix == "tab"
    assert read_strokes(typed(TEST_CODE, end="")).suffix == "none"


def test_a_hungarian_layout_is_recognised_by_the_places_of_the_keys():
    places = [10 + int(digit) for digit in TEST_CODE]
    strokes = typed(TEST_CODE.replace("0", "ö"), places=places)
    sample = read_strokes(strokes)
    assert sample.us_layout
    learner = Learner([sample] * 3)
    assert learner.settings(KEYBOARD).us_layout


@pytest.mark.parametrize(
    "strokes",
    [
        typed("5201234567899", places=[10 + int(d) for d in "5201234567899"]),
        typed("52ö1234567894", places=[0] * 13),
        typed("52ö123", places=[5, 2, 10, 1, 2, 3]),
        typed("52ö1234567894", places=[15] * 13),
        [],
    ],
)
def test_other_keys_are_another_code(strokes):
    assert read_strokes(strokes) in ("other", "half")


def test_a_hand_is_not_a_reader():
    assert read_strokes(typed(TEST_CODE, 300)) == "typed"


def test_every_speed_is_tried_once_and_then_from_the_start():
    tried = []
    for _ in SPEEDS:
        tried.append(next_speed(tried))
    assert tuple(tried) == SPEEDS
    assert next_speed(tried) == SPEEDS[0]
