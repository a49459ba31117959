"""What a printer says back, in any cut and any mixture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.printers.status import (
    Automatic,
    Confirmed,
    Information,
    PaperSensor,
    PrinterStatus,
    RealTime,
    StatusParser,
    status_of,
    status_of_automatic,
)

ANSWERS = (
    (b"\x12", RealTime(0x12)),
    (b"\x7e", RealTime(0x7E)),
    (b"\x00", PaperSensor(0)),
    (b"\x0c", PaperSensor(0x0C)),
    (b"\x14\x00\x0f\x0f", Automatic(b"\x14\x00\x0f\x0f")),
    (b"\x37\x22A1b2\x00", Confirmed(b"A1b2")),
    (b"\x5fTM-T20II\x00", Information(b"TM-T20II")),
)


@given(st.lists(st.sampled_from(ANSWERS)), st.lists(st.integers(1, 5)))
def test_answers_are_told_apart_however_they_are_cut(answers, sizes):
    stream, parser, heard = b"".join(data for data, _ in answers), StatusParser(), []
    for size in [*sizes, len(stream)]:
        heard += parser.feed(stream[:size])
        stream = stream[size:]
    assert heard == [answer for _, answer in answers]


@given(st.binary(max_size=300))
def test_noise_breaks_nothing_and_is_got_over(noise):
    parser = StatusParser()
    parser.feed(noise)
    assert Confirmed(b"A1b2") in parser.feed(b"\x00" * 100 + b"\x37\x22A1b2\x00")


def test_flow_control_is_no_answer():
    assert StatusParser().feed(b"\x11\x13") == []


@pytest.mark.parametrize(
    ("bytes_", "cause"),
    [
        ((0x12, 0x12, 0x12, 0x12), ""),
        ((0x16, 0x12, 0x12, 0x1E), ""),
        ((0x1A, 0x32, 0x12, 0x7E), "paper_out"),
        ((0x1A, 0x16, 0x12, 0x12), "cover_open"),
        ((0x1A, 0x36, 0x12, 0x7E), "cover_open"),
        ((0x1A, 0x52, 0x1A, 0x12), "cutter"),
        ((0x1A, 0x52, 0x32, 0x12), "offline"),
        ((0x1A, 0x1A, 0x12, 0x12), "offline"),
    ],
)
def test_the_cause_is_the_remedy(bytes_, cause):
    assert status_of(*bytes_).cause == cause
    assert status_of(*bytes_).ready is (cause == "")


def test_little_paper_is_known_and_stops_nothing():
    assert status_of(0x12, 0x12, 0x12, 0x1E).paper_low
    assert not status_of(0x12, 0x12, 0x12, 0x12).paper_low


@pytest.mark.parametrize(
    ("frame", "cause"),
    [
        (b"\x14\x00\x00\x0f", ""),
        (b"\x1c\x00\x0c\x0f", "paper_out"),
        (b"\x3c\x00\x00\x0f", "cover_open"),
        (b"\x1c\x08\x00\x0f", "cutter"),
    ],
)
def test_what_the_printer_says_unasked_means_the_same(frame, cause):
    assert status_of_automatic(frame).cause == cause


def test_of_a_printer_that_cannot_be_reached_nothing_else_is_claimed():
    assert PrinterStatus(reachable=False).cause == "unreachable"
    assert PrinterStatus(reachable=False, why_unreachable="busy").cause == "busy"
