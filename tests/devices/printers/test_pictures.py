"""Rows as pictures: trimmed, banded, harmless, and in the right order."""

import re

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont, features

from devices.printers import raster
from devices.printers.codes import barcode_for, fits_qr, qr_module_dots
from devices.printers.layout import Cell, Row

HEAD = re.compile(rb"\x1dv0\x00(..)(..)", re.DOTALL)


def picture_of(row, dots, **options):
    return b"".join(raster.pieces_of(row, dots, **options))


def bands(commands):
    found, at = [], 0
    while match := HEAD.search(commands, at):
        width, height = (int.from_bytes(part, "little") for part in match.groups())
        found.append((width, height, commands[match.end() : match.end() + width * height]))
        at = match.end() + width * height
    return found


@pytest.mark.parametrize("size", [1, 2])
def test_a_row_is_sent_in_bands_that_bound_what_a_torn_job_can_swallow(size):
    row = Row((Cell("שלום"), Cell("₪153.60", "end")), bold=True, size=size)
    pieces = bands(picture_of(row, 576, rtl=True, flowing=True))
    assert pieces
    assert all(width <= 72 and height <= 24 for width, height, _ in pieces)
    assert all(len(dots) == width * height for width, height, dots in pieces)


def test_an_empty_row_is_only_paper():
    assert picture_of(Row((Cell(""),)), 576, rtl=True, flowing=True) == b"\x1bJ\x1e"


@given(st.binary(max_size=400))
def test_no_picture_can_open_the_drawer(dots):
    safe = raster.without_real_time_commands(dots)
    assert len(safe) == len(dots)
    assert not re.search(rb"\x10[\x04\x05\x14]", safe)
    assert all(a == b or (a, b) == (0x10, 0x30) for a, b in zip(dots, safe, strict=True))


def test_hebrew_is_drawn_in_the_order_people_read_it():
    """The shaped picture equals one drawn from an order that another library worked out."""
    if not features.check("raqm"):
        pytest.skip("this Pillow shapes nothing")
    text = "זהב, פי 1.5"
    file = raster.resources.files("devices.printers").joinpath("fonts", "DejaVuSans.ttf")
    font = ImageFont.truetype(str(file), 22.0, layout_engine=ImageFont.Layout.BASIC)
    expected = Image.new("1", (400, 30))
    draw = ImageDraw.Draw(expected)
    draw.fontmode = "1"
    draw.text((0, 22), get_display(text, base_dir="R"), fill=1, font=font, anchor="ls")
    box = expected.getbbox()
    expected = expected.crop((box[0], box[1], box[2], box[3]))
    ((width, height, dots),) = bands(
        picture_of(Row((Cell(text, "end"),)), 400, rtl=True, flowing=True)
    )
    drawn = Image.frombytes("1", (width * 8, height), dots)
    box = drawn.getbbox()
    drawn = drawn.crop(box)
    assert abs(drawn.width - expected.width) <= 2
    assert drawn.height == expected.height
    assert _likeness(drawn, expected) > 0.9


def _likeness(one, other):
    pairs = list(
        zip(
            one.crop((0, 0, 400, 30)).tobytes(),
            other.crop((0, 0, 400, 30)).tobytes(),
            strict=True,
        )
    )
    return sum(a == b for a, b in pairs) / len(pairs)


@pytest.mark.parametrize("flowing", [True, False])
def test_a_picture_never_leaves_the_paper(flowing):
    row = Row((Cell("W" * 60, "end"),))
    assert all(w <= 48 for w, _, _ in bands(picture_of(row, 384, rtl=False, flowing=flowing)))


@given(st.text("0123456789", min_size=1, max_size=40))
def test_no_barcode_can_carry_a_real_time_command(digits):
    code = barcode_for(digits)
    assert code is not None
    assert not re.search(rb"\x10[\x04\x05\x14]", code.payload)


@given(st.integers(1, 500))
def test_a_qr_code_is_readable_and_fits(length):
    for dots in (384, 512, 576):
        assert 3 <= qr_module_dots("x" * length, dots) <= 6


def test_data_no_qr_code_holds_is_known_before():
    assert fits_qr("https://example.test")
    assert not fits_qr("")
    assert not fits_qr("x" * 3000)
    assert not fits_qr("a\x10\x04\x01")
