"""A reader that comes back under another name, on real lines; and twins that must not be mixed."""

import itertools
import logging
import threading
import time

import pytest

from devices.scanners import FrameFormat, Reason, ScannerState
from devices.scanners.discovery import Identity, Whereabouts
from devices.scanners.framing import Suffix
from tests.devices.lines import PtyLine
from tests.devices.scanners.test_discovery import Plug
from tests.devices.scanners.test_many_scans import cards

CARD, OTHER = "2912345678906", "2912345678913"
ADDRESS = "usb:0C2E:0901:S1"


class Hub:
    """USB: what is plugged in has another name each time."""

    def __init__(self, folder):
        self._names = (folder / f"ttyACM{number}" for number in itertools.count())
        self.plugs = {}

    def plug(self, number, location="1-1"):
        line = PtyLine(next(self._names))
        plug = Plug(line.path, serial_number=number, location=location)
        self.plugs[number] = (plug, line)
        return line

    def unplug(self, number):
        self.plugs.pop(number)[1].unplug()

    def listed(self):
        return [plug for plug, _ in list(self.plugs.values())]

    def where(self, address, *others):
        return Whereabouts(address, self.listed, tuple(map(Identity.parse, others)))


@pytest.fixture
def hub(tmp_path):
    hub = Hub(tmp_path)
    yield hub
    for number in list(hub.plugs):
        hub.unplug(number)


def test_a_reader_comes_back_under_a_new_name_in_the_middle_of_scanning(counter, hub, caplog):
    caplog.set_level(logging.INFO)
    line = hub.plug("S1")
    counter.scanner(ADDRESS, where=hub.where(ADDRESS))
    counter.expect(ScannerState.CONNECTED)
    for code in cards(4):
        line.send(f"]E0{code}\r".encode())
        assert counter.texts() == [code]
        line.send(b"]E02912")  # bumped in the middle of a scan
        hub.unplug("S1")
        counter.expect(ScannerState.AWAY)
        line = hub.plug("S1")
        began = time.monotonic()
        counter.expect(ScannerState.CONNECTED)
        assert time.monotonic() - began < 3
    told = [record.getMessage() for record in caplog.records]
    assert sum(" is away" in one for one in told) == 4
    assert sum(" is connected at /" in one for one in told) == 5
    assert all(ADDRESS in one for one in told)


def test_a_reader_that_is_away_for_long_is_back_within_three_seconds(counter, hub):
    counter.scanner(ADDRESS, where=hub.where(ADDRESS), settle=0.3)
    counter.expect(ScannerState.AWAY)
    threading.Event().wait(2.0)  # the pauses between attempts have grown as long as they get
    hub.plug("S1")
    began = time.monotonic()
    counter.expect(ScannerState.CONNECTED)
    assert time.monotonic() - began < 3


def test_the_new_name_may_come_before_the_old_one_is_gone(counter, hub, monkeypatch):
    """Some drivers keep a dead line open without a word: the reader is looked for all the same."""
    monkeypatch.setattr("devices.scanners.serial_port._LOOK_SECONDS", 0.05)
    hub.plug("S1")
    counter.scanner(ADDRESS, where=hub.where(ADDRESS))
    counter.expect(ScannerState.CONNECTED)
    _, dead = hub.plugs["S1"]
    threading.Event().wait(0.15)  # looked for, and there
    assert counter.states.empty()
    line = hub.plug("S1")
    counter.expect(ScannerState.AWAY, ScannerState.CONNECTED)
    line.send(f"]E0{CARD}\r".encode())
    assert counter.texts() == [CARD]
    dead.unplug()


def test_twins_keep_their_own_lines_whoever_is_unplugged(counter, hub):
    first, second = "usb:0C2E:0901:S1", "usb:0C2E:0901:S2"
    hub.plug("S1", "1-1")
    line = hub.plug("S2", "1-2")
    counter.scanner(first, where=hub.where(first, second))
    counter.expect(ScannerState.CONNECTED)
    counter.scanner(second, where=hub.where(second, first))
    counter.expect(ScannerState.CONNECTED)
    hub.unplug("S1")
    counter.expect(ScannerState.AWAY)
    threading.Event().wait(0.6)  # the first looks around, and leaves the second's alone
    assert counter.states.empty()
    line.send(f"]E0{CARD}\r".encode())
    assert [(one.text, one.port) for one in counter.heard()] == [(CARD, second)]


def test_a_new_reader_of_the_same_kind_takes_the_place_of_the_broken_one(counter, hub):
    counter.scanner("usb:0C2E:0901:S1@1-1", where=hub.where("usb:0C2E:0901:S1@1-1"))
    counter.expect(ScannerState.AWAY)
    line = hub.plug("S7")
    counter.expect(ScannerState.CONNECTED)
    line.send(f"]E0{OTHER}\r".encode())
    assert counter.texts() == [OTHER]


@pytest.mark.usefixtures("caplog")
def test_noise_of_plugging_in_is_no_scan(counter, hub, caplog):
    line = hub.plug("S1")
    line.send(b"\x00\xff" + OTHER.encode()[3:] + b"\r")
    counter.scanner(ADDRESS, where=hub.where(ADDRESS), settle=0.1)
    counter.expect(ScannerState.CONNECTED)
    line.send(CARD[:11].encode() + b"\r" + CARD.encode() + b"\r")
    assert counter.texts(2) == [Reason.HALF_SCAN, CARD]


def test_a_reader_without_suffix_moves_too(counter, hub):
    line = hub.plug("S1")
    counter.scanner(ADDRESS, where=hub.where(ADDRESS), format_=FrameFormat(Suffix.NONE, idle=0.03))
    counter.expect(ScannerState.CONNECTED)
    line.send(CARD.encode())
    assert counter.texts() == [CARD]
