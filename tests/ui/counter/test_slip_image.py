"""The slip on the screen: all of it, in the slip's own direction."""

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from terminal.ids import SlipId
from terminal.slips import Block, Slip
from ui.paper.slip import slip_image
from ui.theme import fonts, painting


def slip(*blocks: Block, rtl: bool = False) -> Slip:
    return Slip(SlipId("1"), "he" if rtl else "en", rtl, blocks)


def ink_centre(image: QImage) -> float:
    """Where the ink is, from 0 (left) to 1 (right)."""
    xs = [
        x
        for y in range(0, image.height(), 2)
        for x in range(0, image.width(), 2)
        if image.pixelColor(x, y).lightness() < 128
    ]
    return sum(xs) / len(xs) / image.width()


def test_labels_start_where_the_slips_language_starts(qapp: QApplication) -> None:
    fonts.load()
    assert ink_centre(slip_image(slip(Block("text", "Points")), 272)) < 0.3
    assert ink_centre(slip_image(slip(Block("text", "נקודות"), rtl=True), 272)) > 0.7


@pytest.mark.parametrize("width", [222, 272])
def test_nothing_on_the_slip_is_cut(qapp: QApplication, width: int) -> None:
    fonts.load()
    seen: list[painting.PaintedText] = []
    long = "Information about points only. Your receipt comes from the cash register."
    blocks = (
        Block("text", "Elia Deli", align="center", bold=True, size=2),
        Block("text", long, align="center"),
        Block("pair", "Points that lapse at the end of December this year", "1,234"),
        Block("rule"), Block("feed"), Block("qr", "T1-000123"),
    )  # fmt: skip
    with painting.watching(seen.append):
        slip_image(slip(*blocks), width)
    assert seen
    assert all(text.fits for text in seen)


def test_the_code_on_the_slip_is_as_dark_as_a_scanner_needs(qapp: QApplication) -> None:
    image = slip_image(slip(Block("qr", "T1-000123")), 272)
    dark = sum(
        image.pixelColor(x, y).lightness() < 128
        for y in range(0, image.height(), 2)
        for x in range(0, image.width(), 2)
    )
    assert dark > 500


def test_a_coupons_code_is_bars_in_its_own_room_and_never_mirrored(qapp: QApplication) -> None:
    fonts.load()
    alone = slip_image(slip(Block("barcode", "C0123456789AB", align="center")), 272)
    same = slip_image(slip(Block("barcode", "C0123456789AB", align="center"), rtl=True), 272)
    assert alone == same
    assert 0.45 < ink_centre(alone) < 0.55
    assert slip_image(slip(Block("barcode", "")), 272).height() == alone.height()


def ink_width(image: QImage, top: int, bottom: int) -> int:
    dark = [
        x
        for x in range(image.width())
        if any(image.pixelColor(x, y).lightness() < 128 for y in range(top, bottom))
    ]
    return max(dark) - min(dark)


def test_no_word_stands_alone_in_the_middle(qapp: QApplication) -> None:
    fonts.load()
    thanks = "Σας ευχαριστούμε πολύ για την αγορά σας και σας ευχόμαστε τα καλύτερα!"
    image = slip_image(slip(Block("text", thanks, align="center")), 272)
    half = image.height() // 2
    first, last = ink_width(image, 0, half), ink_width(image, half, image.height())
    assert last > first * 0.8
    greedy = slip_image(slip(Block("text", thanks)), 272)
    assert greedy.height() == image.height()
    assert ink_width(greedy, half, image.height()) < ink_width(greedy, 0, half) * 0.8
