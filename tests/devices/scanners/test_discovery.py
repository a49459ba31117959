"""The same reader under another name, its twin, and what else is plugged in."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.errors import BadAddress, DeviceUnplugged
from devices.scanners import discovery
from devices.scanners.discovery import Identity, Whereabouts, candidates, checked, connected


@dataclass
class Plug:
    """A line as pyserial lists it."""

    device: str
    vid: int | None = 0x0C2E
    pid: int | None = 0x0901
    serial_number: str | None = "S1"
    location: str | None = "1-1.2:1.0"
    description: str | None = "Reader"


ONE = Plug("/dev/ttyACM0")
TWIN = Plug("/dev/ttyACM1", serial_number="S2", location="1-1.3:1.0")


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("usb:0c2e:0901", Identity(0x0C2E, 0x0901)),
        ("usb:0C2E:0901:S1", Identity(0x0C2E, 0x0901, "S1")),
        ("usb:0C2E:0901@1-1.2:1.0", Identity(0x0C2E, 0x0901, "", "1-1.2:1.0")),
        ("usb:0C2E:0901:S1@1-1.2:1.0", Identity(0x0C2E, 0x0901, "S1", "1-1.2:1.0")),
        (" usb:0C2E:0901:a%40b%25 ", Identity(0x0C2E, 0x0901, "a@b%")),
    ],
)
def test_an_identity_is_read_and_written(text, identity):
    assert Identity.parse(text) == identity
    assert Identity.parse(str(identity)) == identity


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.text(), st.text())
def test_every_identity_comes_back_as_it_was_written(vid, pid, number, place):
    identity = Identity(vid, pid, number, place)
    assert Identity.parse(str(identity)) == identity


@pytest.mark.parametrize(
    "text", ["", "usb:", "usb:12", "usb:xyzw:0001", "usb:0c2e:0901:", "usb:0c2e:0901@", "0c2e:0901"]
)
def test_nonsense_is_no_identity(text):
    with pytest.raises(BadAddress):
        Identity.parse(text)


def test_the_number_finds_it_wherever_it_is():
    moved = replace(ONE, device="/dev/ttyACM7", location="2-4:1.0")
    assert Identity.of(ONE).find([TWIN, moved]) is moved


def test_without_its_number_the_place_finds_it():
    changed = replace(ONE, serial_number=None)
    assert Identity.of(ONE).find([changed, TWIN]) is changed


def test_twins_with_one_number_are_told_by_their_place_or_not_at_all():
    twin = replace(TWIN, serial_number="S1")
    assert Identity.of(ONE).find([twin, ONE]) is ONE
    assert Identity(0x0C2E, 0x0901, "S1").find([twin, ONE]) is None


def test_two_interfaces_of_one_device_are_told_by_their_place():
    second = replace(ONE, device="/dev/ttyACM1", location="1-1.2:1.2")
    assert Identity.of(second).find([ONE, second]) is second


def test_the_only_one_of_its_kind_is_it_and_one_of_two_is_guesswork():
    stranger = Identity(0x0C2E, 0x0901, "S9", "9-9")
    other_kind = replace(TWIN, pid=0x0001)
    assert stranger.find([ONE, other_kind]) is ONE
    assert stranger.find([ONE, TWIN]) is None
    assert stranger.find([]) is None


@pytest.mark.parametrize("theirs", [Identity.of(ONE), Identity(0x0C2E, 0x0901, "", ONE.location)])
def test_another_readers_line_is_never_taken_for_ours(theirs):
    ours = Identity.of(TWIN)
    assert ours.find([ONE]) is ONE
    assert ours.find([ONE], [theirs]) is None
    third = replace(TWIN, device="/dev/ttyACM5", serial_number="S5", location="3-3")
    assert ours.find([ONE, third], [theirs]) is third
    assert ours.find([ONE], [Identity(0x0001, 0x0002)]) is ONE
    assert ours.find([ONE], [Identity(0x0C2E, 0x0901)]) is ONE


def test_where_it_is_is_asked_anew_each_time():
    plugged = [ONE]
    where = Whereabouts("usb:0C2E:0901:S1", lambda: plugged)
    assert where.moves
    assert where.path() == "/dev/ttyACM0"
    plugged[:] = [replace(ONE, device="/dev/ttyACM1")]
    assert where.path() == "/dev/ttyACM1"
    plugged.clear()
    with pytest.raises(DeviceUnplugged):
        where.path()


def test_a_path_is_where_it_is():
    where = Whereabouts("/dev/pts/7", lambda: [])
    assert (where.path(), where.moves) == ("/dev/pts/7", False)


def test_what_is_connected_is_listed_likely_readers_first():
    cable = Plug("/dev/ttyUSB0", 0x0403, 0x6001, "FT1", "1-2", "FT232R USB UART")
    printer = Plug("/dev/ttyUSB1", 0x04B8, 0x0202, None, "1-3", "Receipt printer")
    board = Plug("/dev/ttyS0", None, None, None, None, "n/a")
    found = candidates(lambda: [printer, board, cable, ONE])
    assert [(one.path, one.known, one.can_scan) for one in found] == [
        ("/dev/ttyACM0", True, True),
        ("/dev/ttyS0", False, True),
        ("/dev/ttyUSB0", False, True),
        ("/dev/ttyUSB1", False, False),
    ]
    assert [(one.address, one.description) for one in found[:2]] == [
        ("usb:0C2E:0901:S1@1-1.2:1.0", "Reader"),
        ("/dev/ttyS0", "/dev/ttyS0"),
    ]


def test_this_machines_own_lines_can_be_listed():
    assert all(port.device for port in connected())


@pytest.mark.parametrize(
    "text", ["/dev/ttyUSB0", "/dev/pts/7", "socket://127.0.0.1:4000", "rfc2217://box:4001"]
)
def test_a_typed_path_or_url_is_an_address(text):
    assert checked(f" {text} ") == text


def test_an_identity_is_an_address_in_one_spelling():
    assert checked("usb:0c2e:0901:S1") == "usb:0C2E:0901:S1"


@pytest.mark.parametrize(
    "text", ["", "scanner", "COM3", "nonsense://x", "usb:1:2", "/dev/\0", "http://shop.example"]
)
def test_nonsense_is_no_address(text):
    with pytest.raises(BadAddress):
        checked(text)


def test_windows_has_names_of_its_own(monkeypatch):
    monkeypatch.setattr(discovery.sys, "platform", "win32")
    for name in ("COM3", r"\\.\COM12", "com1"):
        assert discovery._is_path(name)
    for name in ("/dev/ttyUSB0", "a reader", ""):
        assert not discovery._is_path(name)
