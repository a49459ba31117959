"""Pictures come out dot for dot, and the drawn sheet is the paper at eight dots per millimetre."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from devices.printers.emulator import PrinterEmulator, Sheet
from tests.devices.emulator.conftest import Client

Print = Callable[[bytes], Sheet]
ROWS = bytes([0b10000001, 0b11110000, 0b10101010, 0b00000001])


def graphics(rows: bytes, width: int, height: int, scale: int = 1) -> bytes:
    head = bytes([0x30, 0x70, 0x30, scale, scale, 0x31])
    body = head + width.to_bytes(2, "little") + height.to_bytes(2, "little") + rows
    return b"\x1d(L" + len(body).to_bytes(2, "little") + body + b"\x1d(L\x02\x0002"


def black_dots(sheet: Sheet) -> set[tuple[int, int]]:
    image = sheet.image(margin=0)
    return {
        (x, y - 24)
        for y in range(image.height)
        for x in range(image.width)
        if not image.getpixel((x, y))
    }


def wanted(scale_x: int = 1, scale_y: int = 1, left: int = 0) -> set[tuple[int, int]]:
    return {
        (left + x * scale_x + dx, y * scale_y + dy)
        for y, row in enumerate(ROWS)
        for x in range(8)
        if row & 0x80 >> x
        for dx in range(scale_x)
        for dy in range(scale_y)
    }


@pytest.mark.parametrize(
    ("mode", "scale"),
    [(0, (1, 1)), (1, (2, 1)), (2, (1, 2)), (3, (2, 2)), (48, (1, 1)), (51, (2, 2))],
)
def test_raster_comes_out_dot_for_dot(
    print_sheet: Print, mode: int, scale: tuple[int, int]
) -> None:
    sheet = print_sheet(b"\x1dv0" + bytes([mode, 1, 0, 4, 0]) + ROWS)
    assert black_dots(sheet) == wanted(*scale)
    assert sheet.height == 4 * scale[1]


def test_stored_graphics_are_printed_once(print_sheet: Print) -> None:
    sheet = print_sheet(graphics(ROWS, 8, 4) + b"\x1d(L\x02\x0002")
    assert black_dots(sheet) == wanted()
    assert len(sheet.pictures) == 1
    assert black_dots(print_sheet(graphics(ROWS, 8, 4, scale=2))) == wanted(2, 2)


def test_graphics_with_a_long_length_are_the_same(print_sheet: Print) -> None:
    short = graphics(ROWS, 8, 4)
    long = b"\x1d8L" + short[3:5] + b"\x00\x00" + short[5:]
    assert black_dots(print_sheet(long)) == wanted()


def test_column_images_stand_in_the_line(print_sheet: Print) -> None:
    columns = bytes(sum((ROWS[y] >> (7 - x) & 1) << (7 - y) for y in range(4)) for x in range(8))
    triple = b"".join(bytes([column, 0, 0]) for column in columns)
    sheet = print_sheet(b"\x1b*\x21\x08\x00" + triple + b"\n")
    assert black_dots(sheet) == wanted()
    assert sheet.height == 30
    eight = print_sheet(b"\x1b*\x01\x08\x00" + columns + b"\n")
    assert black_dots(eight) == wanted(1, 3)
    assert black_dots(print_sheet(b"\x1b*\x00\x08\x00" + columns + b"\n")) == wanted(2, 3)


def test_pictures_are_aligned(print_sheet: Print) -> None:
    sheet = print_sheet(b"\x1ba\x01\x1dv0\x00\x01\x00\x04\x00" + ROWS)
    assert black_dots(sheet) == wanted(left=284)


def test_bands_follow_each_other_without_a_gap(print_sheet: Print) -> None:
    band = b"\x1dv0\x00\x01\x00\x04\x00" + b"\xff" * 4
    sheet = print_sheet(band * 6)
    assert [picture.top for picture in sheet.pictures] == [0, 4, 8, 12, 16, 20]
    assert len(black_dots(sheet)) == 8 * 24


def test_a_picture_wider_than_the_paper_is_cut_at_the_edge(print_sheet: Print) -> None:
    sheet = print_sheet(b"\x1dv0\x00\x64\x00\x01\x00" + b"\xff" * 100)
    assert black_dots(sheet) == {(x, 0) for x in range(576)}
    assert sheet.image().getpixel((32 + 576, 24))  # and the margin stays white


def test_the_sheet_is_eighty_millimetres_at_eight_dots(print_sheet: Print, tmp_path: Path) -> None:
    path = print_sheet(b"Sample\n\n").to_png(tmp_path / "sheet.png")
    with Image.open(path) as picture:
        assert picture.size == (640, 60 + 48)
        assert picture.mode == "1"


def test_a_narrow_printer_has_narrow_paper() -> None:
    with PrinterEmulator(width=384) as printer:
        client = Client(printer.serve_tcp())
        client.send(b"x" * 33 + b"\n\x1dV\x00")
        sheet = printer.wait_sheets()[0]
        client.close()
    assert sheet.text == "x" * 32 + "\nx"
    assert sheet.image(margin=0).width == 384


def ink(print_sheet: Print, job: bytes) -> int:
    return len(black_dots(print_sheet(b"\x1b@" + job)))


def test_every_style_can_be_seen(print_sheet: Print) -> None:
    plain = ink(print_sheet, b"Same\n")
    assert ink(print_sheet, b"\x1bE\x01Same\n") > plain
    assert ink(print_sheet, b"\x1b-\x02Same\n") == plain + 2 * 48
    assert ink(print_sheet, b"\x1dB\x01Same\n") == 4 * 12 * 24 - plain
    assert ink(print_sheet, b"\x1d!\x11Same\n") == 4 * plain
    assert ink(print_sheet, b"\x1b{\x01Same\n") == plain
    assert ink(print_sheet, b"\x1bM\x01Same\n") < plain


def test_upside_down_turns_the_whole_line_round(print_sheet: Print) -> None:
    upright = black_dots(print_sheet(b"Same 12\n"))
    turned = black_dots(print_sheet(b"\x1b{\x01Same 12\n"))
    assert turned == {(575 - x, 23 - y) for x, y in upright}


@pytest.mark.parametrize(
    ("page", "codec", "letters"),
    [
        (47, "cp1253", "ΑΩάώΐ€"),
        (46, "cp1251", "БЖЯщю№€"),
        (45, "cp1250", "ŐŰőűŁłŻżąę"),
        (49, "cp1255", "אבגשתםץ₪"),
        (19, "cp858", "äöüé€ñ"),
    ],
)
def test_every_letter_has_a_shape_of_its_own(
    print_sheet: Print, page: int, codec: str, letters: str
) -> None:
    cells = []
    for letter in letters:
        sheet = print_sheet(b"\x1b@\x1bt" + bytes([page]) + letter.encode(codec) + b"\n")
        dots = frozenset(black_dots(sheet))
        assert all(x < 12 and y < 24 for x, y in dots)
        cells.append(dots)
    missing = frozenset(black_dots(print_sheet(b"\x1b@\x1bt\x2f\xd2\n")))
    assert len({*cells, missing, frozenset[tuple[int, int]]()}) == len(letters) + 2
