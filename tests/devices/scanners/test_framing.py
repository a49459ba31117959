"""Frames come out whole whatever the line does to the chunks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.scanners import Reason
from devices.scanners.framing import FrameFormat, Framer, Spoilt, Suffix

SCANS = (b"2912345678906", b"]E04006381333931", b"]Q0https://example.test/c/1", b"AB-12")
ENDINGS = (b"\r", b"\n", b"\r\n", b"\t", b"\x03")


def frames_of(stream, cuts):
    framer, frames, start = Framer(), [], 0
    for cut in [*cuts, len(stream)]:
        frames += framer.feed(stream[start:cut], now=0.0)
        start = cut
    return frames


@given(
    st.lists(st.tuples(st.sampled_from(SCANS), st.sampled_from(ENDINGS)), max_size=8),
    st.lists(st.integers(0, 200)),
)
def test_scans_do_not_depend_on_how_bytes_are_chunked(scans, cuts):
    stream = b"".join(data + ending for data, ending in scans)
    cuts = sorted(min(cut, len(stream)) for cut in cuts)
    assert frames_of(stream, cuts) == [data for data, _ in scans]


@given(st.binary(max_size=2000), st.lists(st.integers(0, 2000)))
def test_not_even_noise_depends_on_how_bytes_are_chunked(noise, cuts):
    cuts = sorted(min(cut, len(noise)) for cut in cuts)
    assert frames_of(noise, cuts) == frames_of(noise, [])


@pytest.mark.parametrize("cut", range(1, 15))
def test_a_scan_cut_at_any_byte_is_one_scan(cut):
    assert frames_of(b"2912345678906\r\n", [cut]) == [b"2912345678906"]


def test_empty_frames_are_nothing():
    assert frames_of(b"\r\n\r\n\n\t\x02\x03", []) == []


def test_stx_starts_afresh_and_leaves_the_block_check_of_the_last_frame_behind():
    assert frames_of(b"\x02AB-12\x03K\x02AB-13\x03", []) == [b"AB-12", b"AB-13"]


def test_a_reader_without_end_is_dropped_with_one_warning_and_then_heard_again():
    stream = b"U" * 5000 + b"\r" + b"2912345678906\r"
    assert frames_of(stream, [100, 900, 3000]) == [
        Spoilt(Reason.NO_TERMINATOR, 513),
        b"2912345678906",
    ]


def test_a_frame_at_the_limit_is_still_a_frame():
    assert frames_of(b"U" * 512 + b"\r", []) == [b"U" * 512]


def test_silence_ends_a_code_only_when_the_reader_sends_no_suffix():
    with_suffix, without = Framer(), Framer(FrameFormat(suffix=Suffix.NONE, idle=0.15))
    for framer in (with_suffix, without):
        assert framer.feed(b"29123456", now=1.0) == []
        assert framer.feed(b"78906", now=1.1) == []
    assert (with_suffix.waits, without.waits) == (False, True)
    assert with_suffix.expire(now=9.0) == []
    assert without.expire(now=1.2) == []
    assert without.expire(now=1.26) == [b"2912345678906"]
    assert without.expire(now=9.0) == []


def test_the_next_code_ends_the_one_before_when_nobody_looked_in_between():
    framer = Framer(FrameFormat(suffix=Suffix.NONE))
    framer.feed(b"2912345678906", now=1.0)
    assert framer.feed(b"2912345678913", now=2.0) == [b"2912345678906"]
    assert framer.expire(now=3.0) == [b"2912345678913"]
