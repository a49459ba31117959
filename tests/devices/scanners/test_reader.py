"""Bytes and times in, scans out: debounce, wrong speed, driving licences."""

from hypothesis import given
from hypothesis import strategies as st

from devices.scanners import Reason, Scan
from devices.scanners.debounce import Debounce
from devices.scanners.reader import ScanReader
from devices.scanners.symbologies import check_digit

CARD, OTHER = "2912345678906", "2912345678913"


def texts(outcomes):
    return [one.text if isinstance(one, Scan) else one.reason for one in outcomes]


def scan_at(reader, text, now):
    return texts(reader.feed(text.encode() + b"\r", now))


def test_a_card_left_in_front_of_the_reader_is_one_scan_and_counts_again_once_it_was_away():
    reader = ScanReader("P")
    assert scan_at(reader, CARD, 0.0) == [CARD]
    assert scan_at(reader, CARD, 0.3) == []
    assert scan_at(reader, CARD, 1.6) == []
    assert scan_at(reader, CARD, 3.1) == [CARD]


def test_another_card_counts_at_once():
    reader = ScanReader("P")
    assert scan_at(reader, CARD, 0.0) == [CARD]
    assert scan_at(reader, OTHER, 0.1) == [OTHER]
    assert scan_at(reader, CARD, 0.2) == [CARD]


def test_two_readers_do_not_silence_each_other():
    assert scan_at(ScanReader("P"), CARD, 0.0) == [CARD]
    assert scan_at(ScanReader("Q"), CARD, 0.1) == [CARD]


def test_the_window_is_half_open():
    debounce = Debounce(1.5)
    assert debounce.is_new("A", 0.0)
    assert debounce.is_new("A", 1.5)
    assert not debounce.is_new("A", 2.9)


def test_the_third_unreadable_frame_in_a_row_means_the_speed_is_wrong():
    reader = ScanReader("P")
    noise = b"\xff\xf8\xfe\r"
    assert texts(reader.feed(noise * 2, 0.0)) == [Reason.GARBAGE] * 2
    assert texts(reader.feed(noise, 1.0)) == [Reason.WRONG_SPEED]
    assert scan_at(reader, CARD, 2.0) == [CARD]
    assert texts(reader.feed(noise, 3.0)) == [Reason.GARBAGE]


def test_nothing_of_a_driving_licence_becomes_a_scan():
    reader = ScanReader("P")
    licence = b"@\n\x1e\rANSI 636000090002DL\nDAQEXAMPLE1\nDCSSAMPLE\r"
    assert texts(reader.feed(licence, 0.0)) == [Reason.PERSONAL_DOCUMENT]
    assert texts(reader.feed(b"DBB01011990\r", 0.5)) == []
    assert scan_at(reader, CARD, 1.6) == [CARD]


def test_a_payment_card_leaves_nothing_behind():
    reader = ScanReader("P")
    assert texts(reader.feed(b";4111111111111111=3012?\r", 0.0)) == [Reason.PAYMENT_CARD]


@given(st.lists(st.integers(0, 9999), max_size=20, unique=True), st.lists(st.integers(1, 7)))
def test_scans_do_not_depend_on_how_bytes_are_chunked(numbers, sizes):
    codes = [f"29{n:010}" for n in numbers]
    codes = [code + check_digit(code) for code in codes]
    stream = "".join(f"]E0{code}\r\n" for code in codes).encode()
    reader, seen, start = ScanReader("P"), [], 0
    for size in [*sizes, len(stream)]:
        seen += texts(reader.feed(stream[start : start + size], 0.0))
        start += size
    assert seen == codes


def test_a_line_that_never_ends_a_code_is_said_once():
    reader = ScanReader("P")
    assert texts(reader.feed(b"7" * 2000, 0.0)) == [Reason.NO_TERMINATOR]
    assert texts(reader.feed(b"\r" + CARD.encode() + b"\r", 1.0)) == [CARD]


def test_equal_frames_are_known_as_such_and_silence_is_none():
    reader = ScanReader("P")
    first, again, other = reader.heard(b"AB-12\rAB-12\rAB-13\r", 0.0)
    assert first.key == again.key != other.key
    assert (len(first.outcomes), again.outcomes) == (1, ())
    assert reader.heard(b"", 1.0) == []
