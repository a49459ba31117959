"""The logo: on paper as it was drawn, no wider than the paper, never a reason not to print."""

import os
import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from devices.printers.emulator import PrinterEmulator
from devices.printers.encoder import SlipEncoder
from devices.printers.logo import Logo
from devices.printers.profiles import PAPER_58, PAPER_80
from tests.devices.printers.slips import Block, Slip

SLIP = Slip("1", "en", False, (Block("logo"), Block("text", "Below")))


def picture(tmp_path, size=(300, 100), name="logo.png"):
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((10, 10, size[0] - 11, size[1] - 11), fill=(0, 0, 0, 255))
    path = tmp_path / name
    image.save(path)
    return path


def printed(job, width=576):
    with PrinterEmulator(width=width) as emulator:
        path = emulator.serve_pty()
        with Path(path).open("wb", buffering=0) as line:
            line.write(job)
            assert emulator.wait_executed(len(job), 10)
        assert emulator.unknown == ()
        assert not emulator.drawer_open
        return emulator.sheets[-1] if emulator.sheets else emulator.tear_off()


def ink(sheet):
    image = sheet.image(margin=0).convert("L").point(lambda value: 255 * (value < 128))
    return image.crop((0, 0, image.width, 110)).getbbox()


def test_it_stands_in_the_middle_above_the_slip(cache_dir, tmp_path):
    coder = SlipEncoder(PAPER_80, cache_dir, str(picture(tmp_path)))
    sheet = printed(coder.encode(SLIP, b"A1b2"))
    left, _, right, bottom = ink(sheet)
    assert abs((left + right) // 2 - 288) <= 2
    assert 270 <= right - left <= 282
    assert 70 <= bottom <= 110
    assert "Below" in sheet.text


@pytest.mark.parametrize("profile", [PAPER_80, PAPER_58])
def test_one_wider_than_the_paper_is_made_smaller(cache_dir, tmp_path, profile):
    coder = SlipEncoder(profile, cache_dir, str(picture(tmp_path, (2000, 400))))
    sheet = printed(coder.encode(SLIP, b"A1b2"), profile.dots)
    assert max(one.right for one in sheet.pictures) <= profile.dots
    assert max(one.height for one in sheet.pictures) <= 24
    assert sum(one.height for one in sheet.pictures) <= 240


def test_grey_becomes_scattered_dots(tmp_path):
    path = tmp_path / "grey.jpg"
    Image.new("L", (64, 24), 128).save(path)
    (band,) = [piece for piece in Logo(str(path), 64).pieces() if piece.startswith(b"\x1dv0")]
    black = sum(byte.bit_count() for byte in band[8:])
    assert 0.4 < black / (64 * 24) < 0.6


def test_no_logo_ever_carries_a_real_time_command(tmp_path):
    path = tmp_path / "noise.png"
    Image.frombytes("L", (400, 200), os.urandom(80_000)).save(path)
    assert not re.search(rb"\x10[\x04\x05\x14]", b"".join(Logo(str(path), 576).pieces()))


def test_it_is_prepared_once_and_again_when_the_file_changes(tmp_path):
    path = picture(tmp_path)
    logo = Logo(str(path), 576)
    first = logo.pieces()
    assert logo.pieces() is first
    picture(tmp_path, (100, 100))
    os.utime(path, ns=(1, 1))
    assert logo.pieces() != first


@pytest.mark.parametrize("damage", ["missing", "torn", "huge"])
def test_a_picture_that_cannot_be_read_prints_nothing_and_is_named_once(
    tmp_path, caplog, cache_dir, damage
):
    path = picture(tmp_path)
    if damage == "missing":
        path.unlink()
    elif damage == "torn":
        path.write_bytes(path.read_bytes()[:60])
    else:
        Image.new("1", (8000, 8000)).save(path)
    coder = SlipEncoder(PAPER_80, cache_dir, str(path))
    for _ in range(3):
        assert "Below" in printed(coder.encode(SLIP, b"A1b2")).text
    assert caplog.text.count("can't be printed") == 1


def test_a_shop_without_a_logo_prints_none(cache_dir):
    assert printed(SlipEncoder(PAPER_80, cache_dir).encode(SLIP, b"A1b2")).pictures == ()
