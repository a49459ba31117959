"""A slip as bytes, judged by a printer that was not written from them."""

import logging
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from bidi import get_display

from devices.printers.emulator import PrinterEmulator
from devices.printers.encoder import FLUSH_BYTES, SlipEncoder
from devices.printers.profiles import OLD_PAGES, PAPER_58, PAPER_80, PAPER_80_42
from devices.printers.text import has_rtl
from tests.devices.lines import need_tool
from tests.devices.printers.slips import CARD, LANGUAGES, QR, WORDS, Block, Slip, slip

ROOT = Path(__file__).parents[3]
PROFILES = {
    "80": PAPER_80,
    "80-42": PAPER_80_42,
    "58": PAPER_58,
    "old": replace(PAPER_80, pages=OLD_PAGES),
}
# What a person reads when a page has no such sign; written here again, by hand.
SIGNS = {"−": "-", "×": "x", "ѝ": "и", "…": "...", "–": "-", "„": '"', "”": '"', "«": '"', "»": '"'}
SIGNS["\u200e"] = ""


@pytest.fixture
def paper():
    """Give back what one job looks like on paper."""
    emulators = []

    def printed(job, width=576):
        emulators.append(PrinterEmulator(width=width))
        emulator = emulators[-1]
        path = emulator.serve_pty()
        with Path(path).open("wb", buffering=0) as line:
            line.write(job)
            assert emulator.wait_executed(len(job), 10)
        assert emulator.unknown == ()
        assert not [event for event in emulator.events if event.kind == "drawer"]
        return emulator.sheets[-1] if emulator.sheets else emulator.tear_off()

    yield printed
    for emulator in emulators:
        emulator.close()


def encoder(cache_dir, profile=PAPER_80):
    return SlipEncoder(profile, cache_dir)


def plain(text):
    """Fold what may differ between a source and its print: spaces and replaced signs."""
    for sign, instead in SIGNS.items():
        text = text.replace(sign, instead)
    return re.sub(r"\s+", "", text)


def words_of(language):
    texts, pairs = WORDS[language]
    return [*texts, *(word for pair in pairs for word in pair)]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "he"])
def test_the_paper_says_what_the_slip_says(cache_dir, paper, language, profile):
    profile = PROFILES[profile]
    job = encoder(cache_dir, profile).encode(slip(language), b"A1b2")
    sheet = paper(job, profile.dots)
    on_paper = plain(sheet.text)
    assert [word for word in words_of(language) if plain(word) not in on_paper] == []
    assert len(sheet.pictures) == 0
    assert "?" not in sheet.text
    assert max(len(line.columns()) for line in sheet.lines) <= profile.columns


@pytest.mark.parametrize("profile", [PAPER_80, PAPER_58], ids=["80", "58"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_reads_both_codes_off_the_picture(cache_dir, paper, tmp_path, language, profile):
    program = need_tool("zbarimg")
    job = encoder(cache_dir, profile).encode(slip(language), b"A1b2")
    picture = paper(job, profile.dots).to_png(tmp_path / "slip.png")
    read = subprocess.run(
        [program, "--quiet", picture], capture_output=True, text=True, check=True
    ).stdout
    assert read.split() == [f"QR-Code:{QR}", f"EAN-13:{CARD}"]


def test_hebrew_labels_stand_right_and_amounts_left(cache_dir, paper):
    blocks = (Block("pair", "נקודות שנצברו היום", "+5"),)
    sheet = paper(encoder(cache_dir).encode(Slip("1", "he", True, blocks), b"A1b2"))
    image = sheet.image(margin=0).convert("L").point(lambda value: 255 * (value < 128))
    left, _, right, _ = image.getbbox()
    assert left <= 3
    assert right >= 573
    assert image.crop((0, 0, 60, image.height)).getbbox() is not None
    assert image.crop((60, 0, 300, image.height)).getbbox() is None
    assert image.crop((400, 0, 576, image.height)).getbbox() is not None


def test_hebrew_as_text_is_in_visual_order_and_mirrored(cache_dir, paper):
    profile = replace(PAPER_80, raster_languages=frozenset())
    sheet = paper(encoder(cache_dir, profile).encode(slip("he"), b"A1b2"))
    lines = [line.columns().rstrip() for line in sheet.lines]
    assert f"{'₪153.60':<43}{get_display('שולם', base_dir='R'):>5}" in lines
    assert get_display("יום הולדת שמח, דוגמה!", base_dir="R") in sheet.text
    assert len(sheet.pictures) == 0


def test_a_name_in_another_script_is_a_picture_of_that_line_alone(cache_dir, paper):
    blocks = (
        Block("pair", "Member", "Παράδειγμα"),
        Block("pair", "Member", "דוגמה"),
        Block("pair", "Paid", "€38.40"),
    )
    sheet = paper(encoder(cache_dir).encode(Slip("1", "en", False, blocks), b"A1b2"))
    assert len(sheet.pictures) == 2
    assert [line.columns().split() for line in sheet.lines] == [["Paid", "€38.40"]]


def test_a_slip_cannot_smuggle_commands_to_the_printer(cache_dir, paper):
    evil = "A\x1bp\x00\x32\x32B\x10\x14\x01\x00\x08C\x1dV\x00"
    blocks = tuple(
        Block(kind, evil, evil) for kind in ("text", "pair", "qr", "barcode", "something")
    )
    sheet = paper(encoder(cache_dir).encode(Slip("1", "en", False, blocks), b"A1b2"))
    assert sheet.text.count("A") >= 5


@pytest.mark.parametrize("data", ["10041005", "16041614", "9912345678", "CARD-{1}", "A" * 20])
def test_other_numbers_are_code_128_a_stranger_reads(cache_dir, paper, tmp_path, data):
    program = need_tool("zbarimg")
    blocks = (Block("barcode", data, align="center"),)
    sheet = paper(encoder(cache_dir).encode(Slip("1", "en", False, blocks), b"A1b2"))
    picture = sheet.to_png(tmp_path / "code.png")
    read = subprocess.run(
        [program, "--quiet", "--raw", picture], capture_output=True, text=True, check=True
    )
    assert read.stdout.strip() == data


@pytest.mark.parametrize("data", ["2912345678906" * 3, "Κάρτα 12", ""])
def test_a_code_nobody_could_read_is_printed_as_words(cache_dir, paper, data):
    blocks = (Block("barcode", data), Block("text", "end"))
    sheet = paper(encoder(cache_dir, PAPER_58).encode(Slip("1", "el", False, blocks), b"A1b2"), 384)
    assert not sheet.codes
    assert plain(data) in plain(sheet.text)


def test_thirteen_digits_with_a_wrong_check_digit_are_not_an_ean(cache_dir, paper):
    blocks = (Block("barcode", "2912345678907"),)
    sheet = paper(encoder(cache_dir).encode(Slip("1", "en", False, blocks), b"A1b2"))
    assert [code.refused for code in sheet.codes] == [""]
    assert "EAN" not in sheet.codes[0].kind.upper()


def test_every_job_sets_all_modes_whatever_the_printer_was_in(cache_dir, paper):
    job = encoder(cache_dir).encode(slip("el"), b"A1b2")
    left_over = b"\x1b!\xff\x1da\x00\x1ba\x02\x1bt\x11\x1bR\x05\x1bE\x01\x1dB\x01\x1b3\x60\x1b{\x01"
    assert paper(left_over + job).text == paper(job).text


@pytest.mark.parametrize("torn", ["text", "raster", "qr"])
def test_after_a_torn_job_the_next_one_is_whole(cache_dir, paper, torn):
    coder = encoder(cache_dir)
    language = "he" if torn == "raster" else "el"
    first = coder.encode(slip(language), b"A1b2")
    marks = {"text": b"\x1bt", "raster": b"\x1dv0", "qr": b"\x1d(k"}
    broken_off = first[: first.index(marks[torn]) + 9]
    whole = coder.encode(slip("el"), b"A1b3", after_unknown=True)
    assert plain(paper(coder.encode(slip("el"), b"A1b3")).text) in plain(
        paper(broken_off + whole).text
    )


def test_flushing_is_long_enough_for_the_largest_piece_of_any_slip(cache_dir):
    job = encoder(cache_dir).encode(slip("he"), b"A1b2")
    heads = [found.start() for found in re.finditer(rb"\x1dv0\x00", job)]
    sizes = [
        int.from_bytes(job[at + 4 : at + 6], "little")
        * int.from_bytes(job[at + 6 : at + 8], "little")
        for at in heads
    ]
    assert heads
    assert max(sizes) < FLUSH_BYTES


def test_nothing_in_a_job_is_a_real_time_command(cache_dir):
    coder = encoder(cache_dir)
    for language in LANGUAGES:
        assert not re.search(rb"\x10[\x04\x05\x14]", coder.encode(slip(language), b"A1b2"))


def test_the_cut_falls_behind_the_slip_and_not_through_it(cache_dir):
    with PrinterEmulator(knife_distance=120) as emulator:
        path = emulator.serve_pty()
        job = encoder(cache_dir).encode(slip("en"), b"A1b2")
        with Path(path).open("wb", buffering=0) as line:
            line.write(job)
            (sheet,) = emulator.wait_sheets()
        assert "# 0001" in sheet.text
        assert "# 0001" not in emulator.paper_in_printer.text


def test_a_job_id_the_printer_would_misread_is_refused(cache_dir):
    for wrong in (b"A1", b"A1b2c", b"A\x10\x04\x01"):
        with pytest.raises(ValueError, match="job id"):
            encoder(cache_dir).encode(slip("en"), wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slip_is_built_in_a_blink(cache_dir, language):
    coder = encoder(cache_dir)
    one = slip(language)
    coder.encode(one, b"A1b2")
    times = []
    for _ in range(50):
        began = time.perf_counter()
        coder.encode(one, b"A1b2")
        times.append(time.perf_counter() - began)
    assert statistics.median(times) <= 0.003


def test_the_library_comes_late_quietly_and_leaves_nothing_behind(tmp_path):
    script = f"""
import logging, sys, tempfile
from pathlib import Path
from devices.printers.encoder import SlipEncoder
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.profiles import PAPER_80
from tests.devices.printers.slips import slip
assert "escpos" not in sys.modules
before = set(Path(tempfile.gettempdir()).iterdir())
make = tempfile.mkdtemp
coder = SlipEncoder(PAPER_80, Path({str(tmp_path / "cache")!r}))
assert "escpos" not in sys.modules
coder.encode(slip("en"), b"A1b2")
assert logging.getLogger().handlers == [], logging.getLogger().handlers
assert tempfile.mkdtemp is make
assert set(Path(tempfile.gettempdir()).iterdir()) == before
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=ROOT,
        env={"TMPDIR": str(_empty(tmp_path / "tmp")), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".pickle"]


def _empty(path):
    path.mkdir()
    return path


@pytest.mark.parametrize("torn", [b"", b"\x80\x02}q\x00(X"])
def test_a_cache_half_written_when_the_power_went_does_not_stop_printing(tmp_path, torn):
    version = ".".join(map(str, sys.version_info[:3]))
    cache = tmp_path / f"{version}.capabilities.pickle"
    cache.write_bytes(torn)
    script = f"""
from pathlib import Path
from devices.printers.encoder import SlipEncoder
from devices.printers.profiles import PAPER_80
from tests.devices.printers.slips import slip
assert SlipEncoder(PAPER_80, Path({str(tmp_path)!r})).encode(slip("en"), b"A1b2")
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
    assert cache.stat().st_size > 1000


def test_the_cache_is_private(cache_dir, tmp_path):
    logging.getLogger(__name__).debug("the shared cache is %s", cache_dir)
    coder = SlipEncoder(PAPER_80, tmp_path / "own")
    coder.encode(slip("en"), b"A1b2")
    assert (tmp_path / "own").stat().st_mode & 0o077 == 0
    assert Path(tempfile.gettempdir()) != tmp_path / "own"


def test_no_hebrew_word_is_lost_to_the_text_path(cache_dir):
    texts = [word for word in words_of("he") if has_rtl(word)]
    job = encoder(cache_dir).encode(slip("he"), b"A1b2")
    assert job.count(b"\x1dv0\x00") >= len(texts) / 2
