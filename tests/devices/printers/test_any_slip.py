"""Whatever stands in a slip: nothing leaves the paper, nothing is lost as a question mark."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.printers.codes import barcode_for
from devices.printers.drawn_codes import barcode_picture
from devices.printers.emulator import PrinterEmulator
from devices.printers.encoder import Job, SlipEncoder, estimated_seconds
from devices.printers.models import PROFILES
from devices.printers.profiles import PAPER_58, PAPER_80
from tests import judges
from tests.devices.printers.slips import CARD, LANGUAGES, QR, Block, Slip, slip

SETUPS = (PROFILES["80"], PROFILES["80-42"], PROFILES["pos-58"], PAPER_80.with_pages("dos"))
LETTERS = st.text(
    st.sampled_from(list("aZ 09.,€₪?!-ΩώЖѝŐłשלום\u200f\u00a0é汉🙂\u0301\x10\x1b"))
    | st.characters(),
    max_size=60,
)
BLOCKS = st.builds(
    Block,
    st.sampled_from(("text", "pair", "rule", "feed", "qr", "barcode", "logo", "unheard of")),
    LETTERS,
    LETTERS,
    st.sampled_from(("start", "center", "end", "askew")),
    st.booleans(),
    st.integers(0, 3),
)


def on_paper(data, dots):
    with PrinterEmulator(width=dots) as emulator, open_line(emulator) as line:
        line.write(data)
        assert emulator.wait_executed(len(data), 10)
        assert emulator.unknown == ()
        assert not emulator.drawer_open
        return emulator.sheets[-1] if emulator.sheets else emulator.tear_off()


def open_line(emulator):
    return Path(emulator.serve_pty()).open("wb", buffering=0)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(BLOCKS, max_size=6),
    st.sampled_from(LANGUAGES),
    st.sampled_from(SETUPS),
    st.booleans(),
)
def test_no_slip_leaves_its_paper(cache_dir, blocks, language, profile, rtl):
    slip = Slip("1", language, rtl, tuple(blocks))
    job = SlipEncoder(profile, cache_dir).job(slip, b"A1b2")
    assert not re.search(rb"\x10[\x04\x05\x14]", job.data)
    sheet = on_paper(job.data, profile.dots)
    assert max((len(line.columns()) for line in sheet.lines), default=0) <= profile.columns
    assert max((one.right for one in sheet.pictures), default=0) <= profile.dots
    for line in sheet.lines:
        cells = [(glyph.x, glyph.advance) for glyph in line.glyphs]
        assert all(x + wide <= after for (x, wide), (after, _) in pairwise(cells))
    source = "".join(block.text + block.value for block in blocks)
    assert sheet.text.count("?") <= source.count("?") * 2, "HRI may repeat the text of a code"
    assert "\ufffd" not in sheet.text


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize("side", ["start", "center", "end"])
def test_codes_that_are_drawn_stand_where_native_ones_would(cache_dir, tmp_path, side, rtl):
    blocks = (Block("qr", QR, align=side), Block("feed"), Block("barcode", CARD, align=side))
    profile = PROFILES["pos-58"]
    job = SlipEncoder(profile, cache_dir).encode(Slip("1", "en", rtl, blocks), b"A1b2")
    sheet = on_paper(job, profile.dots)
    read = judges.read_codes(sheet.to_png(tmp_path / "codes.png"))
    assert sorted(read) == [("EAN-13", CARD), ("QR-Code", QR)]
    assert CARD in sheet.text
    image = sheet.image(margin=0).convert("L").point(lambda value: 255 * (value < 128))
    left, _, right, _ = image.getbbox()
    middle = {"start": -1, "center": 0, "end": 1}[side] * (-1 if rtl else 1)
    assert ((left + right) / 2 - profile.dots / 2) * middle >= 0
    if not middle:
        assert abs((left + right) / 2 - profile.dots / 2) < 8


def test_a_drawn_code_as_wide_as_the_paper_loses_no_bar(cache_dir, tmp_path):
    data = "1234567890AB"
    blocks = (Block("barcode", data, align="end"), Block("barcode", "x" * 40))
    profile = PROFILES["pos-58"]
    job = SlipEncoder(profile, cache_dir).encode(Slip("1", "en", False, blocks), b"A1b2")
    sheet = on_paper(job, profile.dots)
    assert judges.read_codes(sheet.to_png(tmp_path / "code.png")) == [("CODE-128", data)]


def test_how_long_a_slip_takes_is_known_before():
    assert estimated_seconds(1000, 960, 95) == pytest.approx(1.34, abs=0.01)
    assert estimated_seconds(1000, 20_000, 95) == pytest.approx(1.25, abs=0.01)
    assert estimated_seconds(54_000, 960, 95) > 5


@pytest.mark.parametrize("profile", [PAPER_80, PAPER_58])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_length_of_paper_is_estimated_within_a_fifth(cache_dir, profile, language):
    job = SlipEncoder(profile, cache_dir).job(slip(language), b"A1b2")
    assert isinstance(job, Job)
    truth = on_paper(job.data, profile.dots).height / 8
    assert abs(job.millimetres - truth) <= 0.2 * truth + 10, truth


def test_bars_too_wide_for_the_paper_are_no_picture():
    code = barcode_for("x" * 40)
    assert code is not None
    assert barcode_picture(code, 384, "left") is None
