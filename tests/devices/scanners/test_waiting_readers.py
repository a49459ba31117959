"""Readers that wait for ACK, on real lines: what the hand hears. Nobody else is written to."""

import select
import threading

import pytest

from devices.scanners import Reason, Scan, ScannerState
from tests.devices.scanners.test_many_scans import cards

ACK, NAK = b"\x06", b"\x15"
CARD, OTHER = "2912345678906", "2912345678913"


class WaitingReader:
    """Sends a code, again at NAK up to three times, then gives up with a long beep."""

    def __init__(self, line):
        self._line = line

    def scan(self, data, most=3):
        replies = b""
        while True:
            self._line.send(data + b"\r")
            replies += self._line.receive(1)
            if replies[-1:] == ACK or len(replies) == most:
                return replies


def silent(line):
    return not select.select([line.master], [], [], 0.05)[0]


@pytest.fixture
def till(counter, line):
    """A till that knows which codes are bad; what it was told stands in `counter.said`."""
    bad = set()

    def judge(outcome):
        counter.said.put(outcome)
        if isinstance(outcome, Scan):
            scanner.answer(good=outcome.text not in bad, text=outcome.text)

    scanner = counter.scanner(line.path, acknowledge=True, on_scan=judge)
    counter.expect(ScannerState.CONNECTED)
    return bad


def test_a_good_code_is_acknowledged(counter, line, till):
    assert WaitingReader(line).scan(CARD.encode()) == ACK
    assert counter.texts() == [CARD]


def test_a_code_the_till_refuses_makes_the_reader_complain_and_counts_once(counter, line, till):
    till.add(CARD)
    assert WaitingReader(line).scan(CARD.encode()) == NAK * 3
    assert WaitingReader(line).scan(OTHER.encode()) == ACK
    assert counter.texts(2) == [CARD, OTHER]
    assert counter.said.empty()


@pytest.mark.usefixtures("caplog")
def test_a_torn_code_is_complained_of_and_told_once(counter, line, till, caplog):
    assert WaitingReader(line).scan(CARD[:11].encode()) == NAK * 3
    assert WaitingReader(line).scan(CARD.encode()) == ACK
    assert counter.texts(2) == [Reason.HALF_SCAN, CARD]


@pytest.mark.usefixtures("caplog")
def test_a_reader_that_never_gives_up_is_acknowledged_in_the_end(counter, line, till, caplog):
    assert WaitingReader(line).scan(CARD[:11].encode(), most=100) == NAK * 3 + ACK
    assert counter.texts() == [Reason.HALF_SCAN]


@pytest.mark.usefixtures("caplog")
def test_a_code_that_was_disturbed_comes_right_the_second_time(counter, line, till, caplog):
    line.send(b"29123\xff5678906\r")
    assert line.receive(1) == NAK
    assert WaitingReader(line).scan(CARD.encode()) == ACK
    assert counter.texts(2) == [Reason.GARBAGE, CARD]


def test_a_card_left_before_the_reader_is_acknowledged_and_counts_once(counter, line, till):
    assert (
        WaitingReader(line).scan(CARD.encode()) + WaitingReader(line).scan(CARD.encode()) == ACK * 2
    )
    assert counter.texts() == [CARD]
    assert counter.said.empty()


def test_a_till_that_says_nothing_lets_the_reader_go_on_after_a_moment(counter, line):
    counter.scanner(line.path, acknowledge=True)
    counter.expect(ScannerState.CONNECTED)
    for code in cards(3):
        assert WaitingReader(line).scan(code.encode()) == ACK
        assert counter.texts() == [code]


def test_stopping_does_not_wait_for_the_tills_word(counter, line):
    told = threading.Event()
    scanner = counter.scanner(line.path, acknowledge=True, on_scan=lambda _: told.set())
    counter.expect(ScannerState.CONNECTED)
    line.send(CARD.encode() + b"\r")
    assert told.wait(20)
    scanner.stop()
    assert scanner.state is ScannerState.STOPPED


def test_a_reader_pulled_before_its_answer_is_away(counter, line):
    def pull(_):
        line.unplug()

    scanner = counter.scanner(line.path, acknowledge=True, on_scan=pull)
    counter.expect(ScannerState.CONNECTED)
    line.send(CARD.encode() + b"\r")
    counter.expect(ScannerState.AWAY)
    scanner.stop()


@pytest.mark.usefixtures("caplog")
def test_nothing_is_ever_written_to_a_reader_that_does_not_wait(counter, line, caplog):
    scanner = counter.scanner(line.path)
    counter.expect(ScannerState.CONNECTED)
    codes = cards(50)
    for code in codes:
        line.send(f"]E0{code}\r".encode())
        scanner.answer(good=False, text=code)
    line.send(b"\x05\x06\x15" + CARD[:11].encode() + b"\r\xff\xff\r")
    assert len(counter.heard(len(codes) + 2)) == len(codes) + 2
    scanner.answer(good=False)
    assert silent(line)
