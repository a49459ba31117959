"""Several readers at one till: together, and none in another's way."""

import queue
import threading

import pytest

from devices.registry import ReaderSetup, make_scanners
from devices.scanners import ScannerState
from devices.scanners.framing import Suffix
from devices.scanners.symbologies import HONEYWELL_CODE_IDS, check_digit
from terminal.settings import ScannerSettings
from tests.devices.lines import PtyLine, open_descriptors
from tests.devices.scanners.keyboards import keys
from tests.devices.scanners.test_discovery import Plug
from tests.devices.scanners.test_many_scans import cards

CARD, OTHER = "2912345678906", "2912345678913"


class Till:
    """Makes a group of readers and hears them."""

    def __init__(self):
        self.scans, self.rejected, self.changes = queue.Queue(), queue.Queue(), queue.Queue()
        self.groups = []

    def group(self, *setups, **options):
        group = make_scanners(
            [ReaderSetup(one) if isinstance(one, str) else one for one in setups],
            scanned=self.scans.put,
            rejected=self.rejected.put,
            changed=lambda port, cause: self.changes.put((port, cause)),
            **options,
        )
        self.groups.append(group)
        group.start()
        return group

    def changed(self, count):
        return {self.changes.get(timeout=20) for _ in range(count)}

    def heard(self, count):
        scans = [self.scans.get(timeout=20) for _ in range(count)]
        return sorted((scan.port, scan.text) for scan in scans)


@pytest.fixture
def till():
    till = Till()
    yield till
    for group in till.groups:
        group.stop()


@pytest.fixture
def lines(tmp_path):
    lines = [PtyLine(tmp_path / f"reader{number}") for number in range(3)]
    yield lines
    for line in lines:
        line.unplug()


def say(line, code):
    line.send(f"]E0{code}\r".encode())


def test_three_readers_are_heard_through_one_callback(till, lines):
    ports = [line.path for line in lines]
    till.group(*ports)
    assert till.changed(3) == {(port, "") for port in ports}
    codes = cards(3)
    for line, code in zip(lines, codes, strict=True):
        say(line, code)
    assert till.heard(3) == sorted(zip(ports, codes, strict=True))


def test_two_cashiers_scan_the_same_product_and_it_counts_twice(till, lines):
    first, second, _ = lines
    till.group(first.path, second.path)
    till.changed(2)
    for line in (first, second, first, second):
        say(line, CARD)
    say(first, OTHER)
    assert till.heard(3) == [(first.path, CARD), (first.path, OTHER), (second.path, CARD)]


def test_a_broken_address_never_stops_the_others(till, lines, caplog):
    group = till.group("nonsense://x", lines[0].path, "usb:1:2")
    assert till.changed(3) == {
        ("nonsense://x", "bad_address"), ("usb:1:2", "bad_address"), (lines[0].path, ""),
    }  # fmt: skip
    assert group.causes == {
        "nonsense://x": "bad_address", "usb:1:2": "bad_address", lines[0].path: "",
    }  # fmt: skip
    assert group.cause == "bad_address"
    say(lines[0], CARD)
    assert till.heard(1) == [(lines[0].path, CARD)]
    group.answer("nonsense://x", good=False)


def test_one_reader_that_is_pulled_leaves_the_others_listening(till, lines):
    first, second, _ = lines
    group = till.group(first.path, second.path)
    till.changed(2)
    assert group.cause == ""
    first.unplug()
    assert till.changed(1) == {(first.path, "away")}
    assert (group.cause, group.causes[second.path]) == ("away", "")
    say(second, CARD)
    assert till.heard(1) == [(second.path, CARD)]
    first.plug()
    assert till.changed(1) == {(first.path, "")}


def test_an_address_written_twice_is_one_reader(till, lines):
    group = till.group(lines[0].path, ReaderSetup(lines[0].path, baudrate=115200))
    till.changed(1)
    assert list(group.causes) == [lines[0].path]
    say(lines[0], CARD)
    assert till.heard(1) == [(lines[0].path, CARD)]


def test_stopping_leaves_no_thread_and_no_descriptor(till, lines):
    before, threads = open_descriptors(), threading.active_count()
    for _ in range(5):
        group = till.group(*(line.path for line in lines))
        till.changed(3)
        group.stop()
        assert {cause for _, cause in till.changed(3)} == {ScannerState.STOPPED}
    assert (open_descriptors(), threading.active_count()) == (before, threads)


def test_a_reader_that_waits_gets_the_tills_word(till, lines):
    first, second, _ = lines
    waits = ReaderSetup(first.path, acknowledge=True)
    group = till.group(waits, second.path)
    till.changed(2)
    say(first, CARD)
    scan = till.scans.get(timeout=20)
    group.answer(second.path, good=True)
    group.answer(scan.port, good=False, text=scan.text)
    assert first.receive(1) == b"\x15"


def test_a_reader_that_types_is_one_of_them(till, lines):
    group = till.group("keyboard", lines[0].path, card_prefix="2912")
    assert till.changed(2) == {("keyboard", ""), (lines[0].path, "")}
    assert group.causes == {"keyboard": "", lines[0].path: ""}
    for stroke in keys(CARD, [8]):
        group.keyboard.press(stroke.text, stroke.scan_code, shift=False, alt_gr=False, at=stroke.at)
    say(lines[0], CARD)
    assert till.heard(2) == sorted([("keyboard", CARD), (lines[0].path, CARD)])


def test_without_readers_there_is_nothing_to_hear(till):
    group = till.group()
    assert (group.causes, group.cause, group.keyboard) == ({}, "", None)


def test_readers_are_found_by_what_they_are(till, lines):
    first, second, _ = lines
    plugs = [
        Plug(first.path, serial_number="S1", location="1-1"),
        Plug(second.path, serial_number="S2", location="1-2"),
    ]
    till.group("usb:0C2E:0901:S2", "usb:0c2e:0901:S1", lister=lambda: plugs)
    assert till.changed(2) == {("usb:0C2E:0901:S2", ""), ("usb:0c2e:0901:S1", "")}
    say(second, CARD)
    assert till.heard(1) == [("usb:0C2E:0901:S2", CARD)]


def test_a_torn_card_is_known_by_the_shops_own_prefix(till, lines, caplog):
    torn = "2950000" + check_digit("2950000")
    till.group(lines[0].path, card_prefix="2950")
    till.changed(1)
    lines[0].send(torn.encode() + b"\r")
    assert till.rejected.get(timeout=20).reason == "half_scan"


def test_the_setup_has_the_fields_of_the_settings():
    wanted = ScannerSettings(port="/dev/ttyS0")
    fields = ReaderSetup.__dataclass_fields__
    assert set(fields) == set(ScannerSettings.__struct_fields__)
    defaults = ReaderSetup("/dev/ttyS0")
    assert all(getattr(wanted, name) == getattr(defaults, name) for name in fields)


def test_a_setup_says_how_codes_are_framed_and_what_they_look_like():
    setup = ReaderSetup("P", prefix="~", suffix="none", idle_ms=80, code_ids="honeywell")
    format_ = setup.frame_format
    assert (format_.suffix, format_.prefix, format_.idle) == (Suffix.NONE, b"~", 0.08)
    assert not format_.check_block
    assert setup.rules("").code_ids == HONEYWELL_CODE_IDS
    assert ReaderSetup("P").rules("2950").own_prefix == "2950"
    assert not ReaderSetup("P").rules("").code_ids


def test_a_typing_readers_timing_is_what_was_learnt():
    assert ReaderSetup("keyboard").timing.gap == 35
    assert ReaderSetup("keyboard", idle_ms=20).timing.gap == 35
    assert ReaderSetup("keyboard", idle_ms=100).timing.gap == 150
