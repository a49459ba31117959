"""From a shop's settings to its printer: what was learnt on the test sheet is how slips print."""

import pytest

from devices.errors import BadAddress
from devices.printers.emulator import PrinterEmulator
from devices.printers.profile_file import load_profiles
from devices.registry import PrinterSetup, make_printer
from tests.devices.printers.slips import slip


@pytest.fixture
def emulator():
    with PrinterEmulator() as emulator:
        yield emulator


def at(emulator, cache_dir, profiles=None, **setup):
    target = f"tcp://127.0.0.1:{emulator.serve_tcp()}"
    options = {} if profiles is None else {"profiles": profiles}
    return make_printer(PrinterSetup(target, **setup), cache_dir=cache_dir, **options)


@pytest.mark.parametrize(
    ("setup", "sign"),
    [
        ({}, b"\x1bt\x2f"),
        ({"pages": "dos"}, b"\x1bt\x0e"),
        ({"pages": "windows"}, b"\x1bt\x2f"),
        ({"pictures": ("el",)}, b"\x1dv0\x00"),
        ({"confirms": False}, b"\x1dr\x01"),
        ({"confirms": True}, b"\x1d(H\x06\x00"),
        ({"cutter": "full"}, b"\x1dVA\x00"),
        ({"cutter": "none"}, b"\x1bd\x05"),
        ({"paper": "epson-tm-t88iii"}, b"\x1dv0\x00"),
    ],
)
def test_what_the_settings_say_is_what_is_sent(emulator, cache_dir, setup, sign):
    assert at(emulator, cache_dir, **setup).print(slip("el")).state == "printed"
    assert sign in emulator.received
    assert emulator.unknown == ()


def test_the_logo_of_the_shop_is_on_top(emulator, cache_dir, tmp_path):
    from PIL import Image

    from tests.devices.printers.slips import Block, Slip

    Image.new("L", (200, 40), 0).save(tmp_path / "logo.png")
    printer = at(emulator, cache_dir, logo=str(tmp_path / "logo.png"))
    blocks = (Block("logo"), Block("text", "Below"))
    assert printer.print(Slip("1", "en", False, blocks)).state == "printed"
    (sheet,) = emulator.wait_sheets()
    assert sum(one.height for one in sheet.pictures) == 40
    assert "Below" in sheet.text


def test_a_printer_nobody_knows_is_said_at_once(cache_dir):
    with pytest.raises(BadAddress, match="known: 80, 80-42"):
        make_printer(PrinterSetup("tcp://127.0.0.1:9", "lp2000"), cache_dir=cache_dir)


def test_a_printer_of_the_shops_own(emulator, cache_dir, tmp_path):
    path = tmp_path / "printers.toml"
    path.write_text('[mine]\nlike = "80"\npages = {en = [16, "cp1252"]}\n', "utf-8")
    printer = at(emulator, cache_dir, load_profiles(path), paper="mine")
    assert printer.profile.name == "mine"
    assert printer.print(slip("en")).state == "printed"
    assert b"\x1bt\x10" in emulator.received
