"""Frames come out whole whatever the line does to the chunks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.scanners import Reason
from devices.scanners.framing import ETX, FrameFormat, Framer, Spoilt, Suffix

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


def test_pieces_of_two_codes_never_make_a_third():
    framer = Framer()
    assert framer.feed(b"291234567", now=1.0) == []
    assert framer.feed(b"8906\r", now=1.8) == [Spoilt(Reason.HALF_SCAN, 13)]
    assert framer.feed(b"2912345678906\r", now=9.0) == [b"2912345678906"]


def test_a_start_of_text_forgets_the_piece_before_it():
    framer = Framer()
    framer.feed(b"29123", now=1.0)
    assert framer.feed(b"\x022912345678906\x03", now=9.0) == [b"2912345678906"]


def test_a_pause_between_codes_is_only_a_pause():
    framer = Framer()
    assert framer.feed(b"AB-12\r", now=1.0) == [b"AB-12"]
    assert framer.feed(b"\nAB-13\r\n", now=9.0) == [b"AB-13"]


# -- every way in which a shop's reader may be set -------------------------------------------------

DATA = st.binary(min_size=1, max_size=30).filter(
    lambda data: not set(data) & {0x02, 0x03, 0x0D, 0x0A, 0x09} and not data.startswith(b"~~")
)
FORMATS = [
    FrameFormat(suffix=suffix, prefix=prefix, check_block=check_block)
    for suffix in Suffix
    for prefix in (b"", b"~~")
    for check_block in (False, True)
]


def block_check(body):
    check = ETX
    for byte in body:
        check ^= byte
    return bytes([check])


def sent(data, format_):
    """What a reader of this make puts on the line, as its manual says."""
    body = format_.prefix + data
    if format_.check_block:
        return b"\x02" + body + b"\x03" + block_check(body)
    ends = {
        "any": b"\r\n", "cr": b"\r", "lf": b"\n", "tab": b"\t", "etx": b"\x03", "none": b"\r",
    }  # fmt: skip
    return body + ends[format_.suffix.value]


def frames_in(stream, format_, cuts=()):
    framer, frames, start = Framer(format_), [], 0
    for cut in [*cuts, len(stream)]:
        frames += framer.feed(stream[start:cut], now=0.0)
        start = cut
    return frames


@given(st.lists(DATA, max_size=6), st.sampled_from(FORMATS), st.lists(st.integers(0, 300)))
def test_each_format_gives_back_what_was_sent_however_the_line_cuts_it(codes, format_, cuts):
    stream = b"".join(sent(code, format_) for code in codes)
    cuts = sorted(min(cut, len(stream)) for cut in cuts)
    assert frames_in(stream, format_, cuts) == codes


@given(st.binary(max_size=1500), st.sampled_from(FORMATS), st.lists(st.integers(0, 1500)))
def test_no_format_lets_noise_depend_on_the_chunks(noise, format_, cuts):
    cuts = sorted(min(cut, len(noise)) for cut in cuts)
    assert frames_in(noise, format_, cuts) == frames_in(noise, format_)


@pytest.mark.parametrize("format_", FORMATS, ids=str)
def test_each_format_survives_a_cut_at_every_byte(format_):
    stream = sent(b"2912345678906", format_) + sent(b"AB-12", format_)
    for cut in range(len(stream) + 1):
        assert frames_in(stream, format_, [cut]) == [b"2912345678906", b"AB-12"]


@pytest.mark.parametrize("suffix", list(Suffix))
def test_stx_and_etx_enclose_a_code_whatever_the_suffix_is(suffix):
    stream = b"noise\x02AB-12\x03\x02AB-13\x03"
    assert frames_in(stream, FrameFormat(suffix)) == [b"AB-12", b"AB-13"]


def test_a_set_suffix_leaves_the_other_ends_inside_the_code():
    assert frames_in(b"two\nlines\tand\x03more\r", FrameFormat(Suffix.CR)) == [
        b"two\nlines\tand\x03more"
    ]
    assert frames_in(b"one\rtwo\n", FrameFormat(Suffix.LF)) == [b"one\rtwo"]


@pytest.mark.parametrize("suffix", [Suffix.CR, Suffix.LF])
def test_cr_lf_is_one_end_even_where_only_half_of_it_was_set(suffix):
    assert frames_in(b"AB-12\r\nAB-13\r\n\r\n", FrameFormat(suffix))[:2] == [b"AB-12", b"AB-13"]


def test_a_prefix_goes_only_where_it_is_and_only_once():
    stream = b"~~AB-12\rAB-13\r~~~~AB-14\r~~\r"
    assert frames_in(stream, FrameFormat(prefix=b"~~")) == [b"AB-12", b"AB-13", b"~~AB-14"]


CHECKED = FrameFormat(check_block=True)


def test_a_wrong_block_check_is_refused_and_the_next_code_is_read():
    good = sent(b"2912345678906", CHECKED)
    bad = b"\x022912345678913\x03" + block_check(b"2912345678906")
    spoilt = Spoilt(Reason.WRONG_BLOCK_CHECK, 13)
    assert frames_in(bad + good, CHECKED) == [spoilt, b"2912345678906"]


@given(st.integers(0, 13), st.integers(1, 255))
def test_one_changed_byte_never_passes_the_block_check(place, change):
    stream = bytearray(sent(b"2912345678906", CHECKED))
    stream[1 + place] ^= change
    assert b"2912345678906" not in frames_in(bytes(stream), CHECKED)
    assert all(isinstance(one, Spoilt) for one in frames_in(bytes(stream), CHECKED))


def test_a_block_check_may_be_any_byte_even_one_that_means_something():
    for byte in (0x02, 0x03, 0x0D):
        body = bytes([byte ^ ETX ^ 0x41, 0x41])
        if set(body) & {0x02, 0x03}:
            body = b"\x40" + bytes([body[0] ^ 0x40, 0x41])
        assert block_check(body) == bytes([byte])
        stream = b"\x02" + body + b"\x03" + bytes([byte])
        assert frames_in(stream * 2, CHECKED) == [body.strip(b"\r\n")] * 2


def test_a_reader_that_sends_no_block_check_is_refused_code_by_code():
    stream = b"\x022912345678906\x03" * 3
    spoilt = Spoilt(Reason.WRONG_BLOCK_CHECK, 13)
    assert frames_in(stream, CHECKED) == [spoilt] * 2, "and the third waits for its check"


def test_an_empty_block_is_nothing():
    assert frames_in(b"\x02\x03\x03", CHECKED) == []


def test_with_a_block_check_silence_ends_nothing():
    framer = Framer(FrameFormat(Suffix.NONE, check_block=True))
    framer.feed(b"\x0229123", now=0.0)
    assert not framer.waits
    assert framer.expire(now=9.0) == []
