"""Every slip of every country's own language on paper of three widths, judged by a stranger."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from terminal.slips import Slip
from terminal.slips_written.parts import spaced
from tests import judges
from tests.slips.every import HOME, every
from tests.slips.sheets import PAPERS, press, side_by_side


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("escpos")


def read_all(pictures: list[Path]) -> list[Counter[str]]:
    """What zbarimg reads off each picture, in one go."""
    run = subprocess.run(
        [judges.tool("zbarimg", "zbar-tools"), "--quiet", "--xml", "--nodbus", *map(str, pictures)],
        capture_output=True, timeout=judges.PATIENCE_S,
    )  # fmt: skip
    found = {str(picture): Counter[str]() for picture in pictures}
    for href, symbols in re.findall(
        r"<source href='([^']+)'>(.*?)</source>", run.stdout.decode(), re.DOTALL
    ):
        found[href].update(re.findall(r"<!\[CDATA\[(.*?)\]\]>", symbols, re.DOTALL))
    return list(found.values())


def codes(slip: Slip) -> Counter[str]:
    return Counter(block.text for block in slip.blocks if block.kind in ("qr", "barcode"))


@pytest.mark.parametrize("columns", PAPERS)
@pytest.mark.parametrize(("country", "language"), HOME)
def test_a_stranger_reads_every_code_and_every_sign_is_printed(
    country, language, columns, cache, tmp_path
):
    slips = every(country, language)
    pictures = []
    with press(columns, cache) as printer:
        for number, (name, slip) in enumerate(slips):
            sheet = printer.sheet(slip)
            pictures.append(sheet.to_png(tmp_path / f"{number}.png"))
            written = "".join(text for block in slip.blocks for text in (block.text, block.value))
            assert sheet.text.count("?") <= written.count("?"), name
            assert max(len(line.columns()) for line in sheet.lines) <= columns, name
    assert read_all(pictures) == [codes(slip) for _, slip in slips]


@pytest.mark.parametrize(("country", "language"), HOME)
def test_everything_fits_the_narrowest_paper(country, language):
    for name, slip in every(country, language):
        for block in slip.blocks:
            room = 32 // block.size
            words = [*block.text.split(), block.value] if block.kind in ("text", "pair") else []
            assert [word for word in words if len(word) > room] == [], (name, block)
            assert len(block.text) <= 3 * room or block.kind not in ("text", "pair"), (name, block)


def test_slips_stand_side_by_side_to_be_looked_at(cache):
    slips = every("GB", "en")[:3]
    with press(32, cache) as printer:
        pictures = [(name, printer.sheet(slip).image()) for name, slip in slips]
    sheet = side_by_side(pictures, 2)
    assert sheet.width > 2 * pictures[0][1].width


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("", ""),
        ("ABC", "ABC"),
        ("ABCD", "ABCD"),
        ("ABCDE", "ABCDE"),
        ("ABCDEF", "ABCD EF"),
        ("CA0M6Q1H2FX2W", "CA0M 6Q1H 2FX2W"),
        ("CA0M6Q1H2FX2WZ", "CA0M 6Q1H 2FX2 WZ"),
    ],
)
def test_no_sign_of_a_code_stands_alone(code, told):
    assert spaced(code) == told
