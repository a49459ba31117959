"""A slip on pages: the same words, as long as it is, with the shop's logo."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from terminal.ids import SlipId
from terminal.slips import Block, Slip
from tests.judges import read_codes
from tests.ui.paper.test_cards import logo, streams
from ui.paper.maker import Papers, picture
from ui.paper.slip import slip_image
from ui.theme import fonts

LINK = "https://slips.example/v1.T1-000123.ABCDEFGHABCDEFGH.html?lang=he&from=paper"


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> None:
    fonts.load()


def slip(*more: Block, rtl: bool = False) -> Slip:
    blocks = (
        Block("logo"),
        Block("text", "Elia Deli", align="center", bold=True, size=2),
        Block("pair", "Points now", "1,284", bold=True),
        *more,
    )
    return Slip(SlipId("1"), "he" if rtl else "en", rtl, blocks)


def test_a_logo_takes_its_place_and_without_one_there_is_none() -> None:
    plain, marked = slip_image(slip()), slip_image(slip(), logo=picture(logo()))
    assert marked.height() - plain.height() == 2 * (84 + 10)
    assert marked.pixelColor(marked.width() // 2, 60) == QColor("#31674a")


@pytest.mark.parametrize("width", [222, 272])
def test_an_address_in_a_code_reads_off_the_screen(tmp_path: Path, width: int) -> None:
    path = tmp_path / "slip.png"
    image = slip_image(slip(Block("qr", LINK), Block("barcode", "C0123456789AB")), width)
    image.save(str(path))
    assert {data for _, data in read_codes(path)} == {LINK, "C0123456789AB"}


@pytest.mark.parametrize("rtl", [False, True])
def test_the_pdf_is_one_page_as_long_as_the_slip(rtl: bool) -> None:
    short = Papers().slip_document(slip(rtl=rtl), b"")
    long = Papers().slip_document(slip(*[Block("text", "one more")] * 40, rtl=rtl), b"")
    heights = []
    for pdf in (short, long):
        assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
        box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
        assert box is not None
        assert 226 <= float(box[1]) <= 228, "80 mm"
        heights.append(float(box[2]))
        assert b"/Subtype /Image" not in pdf
        assert re.search(rb"T[jJ]\b", streams(pdf))
    assert heights[1] > heights[0] + 400


def test_the_picture_of_a_slip_has_an_edge_of_paper() -> None:
    made = QImage.fromData(Papers().slip_picture(slip(Block("rule")), logo()))
    assert made.width() == 544 + 2 * 40
    edges = [made.copy(x, 0, 40, made.height()) for x in (0, made.width() - 40)]
    white = QImage(40, made.height(), made.format())
    white.fill(QColor("white"))
    assert [edge == white for edge in edges] == [True, True]
