"""Real lines: ptys, foreign socat pairs, TCP; unplugged, back, and stopped without a trace."""

import logging
import queue
import socket
import threading
import time

import pytest

from devices.errors import BadAddress
from devices.scanners import FrameFormat, Reason, Rejected, Scan, ScannerState, SerialScanner
from devices.scanners.framing import Suffix
from devices.scanners.symbologies import check_digit
from tests.devices.lines import open_descriptors

CARD, OTHER = "2912345678906", "2912345678913"


def test_a_scan_on_a_real_line_arrives_with_its_port(counter, line):
    counter.scanner(line.path)
    counter.expect(ScannerState.CONNECTED)
    line.send(b"]E0" + CARD.encode() + b"\r\n")
    assert counter.heard() == [Scan(CARD, "ean13", line.path)]


def test_a_scan_torn_into_single_bytes_is_one_scan(counter, line):
    counter.scanner(line.path)
    counter.expect(ScannerState.CONNECTED)
    for byte in CARD.encode() + b"\r":
        line.send(bytes([byte]))
    assert counter.texts() == [CARD]


def test_a_thousand_scans_in_a_burst_and_none_is_lost(counter, line):
    counter.scanner(line.path)
    counter.expect(ScannerState.CONNECTED)
    codes = [f"29{n:010}" for n in range(1000)]
    codes = [code + check_digit(code) for code in codes]
    line.send("".join(f"{code}\r" for code in codes).encode())
    assert counter.texts(1000) == codes


def test_a_foreign_line_is_pulled_and_comes_back_within_three_seconds(counter, socat):
    near, far, plug, unplug = socat
    counter.scanner(str(near))
    counter.expect(ScannerState.CONNECTED)
    far.write_bytes(CARD.encode() + b"\r")
    assert counter.texts() == [CARD]
    unplug()
    counter.expect(ScannerState.AWAY)
    plug()
    back = time.monotonic()
    counter.expect(ScannerState.CONNECTED)
    assert time.monotonic() - back < 3
    far.write_bytes(OTHER.encode() + b"\r")
    assert counter.texts() == [OTHER]


def test_a_reader_that_comes_back_under_another_name_is_found_by_its_link(counter, line):
    counter.scanner(line.path)
    counter.expect(ScannerState.CONNECTED)
    line.send(CARD.encode() + b"\r")
    assert counter.texts() == [CARD]
    line.unplug()
    counter.expect(ScannerState.AWAY)
    line.plug()
    counter.expect(ScannerState.CONNECTED)
    line.send(OTHER.encode() + b"\r")
    assert counter.texts() == [OTHER]


def test_half_a_scan_before_the_cable_was_pulled_does_not_join_the_next(counter, line):
    counter.scanner(line.path)
    counter.expect(ScannerState.CONNECTED)
    line.send(OTHER[:7].encode())
    line.unplug()
    counter.expect(ScannerState.AWAY)
    line.plug()
    counter.expect(ScannerState.CONNECTED)
    line.send(CARD.encode() + b"\r")
    assert counter.texts() == [CARD]


def test_coming_and_going_is_said_once_in_the_log_and_never_with_a_card(counter, line, caplog):
    caplog.set_level(logging.DEBUG)
    counter.scanner(line.path)
    counter.expect(ScannerState.CONNECTED)
    line.unplug()
    counter.expect(ScannerState.AWAY)
    threading.Event().wait(1.0)  # two more attempts fail meanwhile
    line.plug()
    counter.expect(ScannerState.CONNECTED)
    line.send(b";4111111111111111=3012?\r" + CARD.encode() + b"\r")
    assert counter.texts(2) == [Reason.PAYMENT_CARD, CARD]
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    assert len([line for line in said if " is away" in line]) == 1
    assert len([line for line in said if " is connected" in line]) == 2
    assert not [line for line in said if "4111" in line or "5678" in line]


def test_noise_at_the_plug_in_is_thrown_away(counter, line):
    line.send(b"\x00\xff\xf8" + OTHER[5:].encode() + b"\r")
    counter.scanner(line.path, settle=0.1)
    counter.expect(ScannerState.CONNECTED)
    line.send(CARD.encode() + b"\r")
    assert counter.texts() == [CARD]


def test_a_reader_without_suffix_is_ended_by_silence(counter, line):
    counter.scanner(line.path, format_=FrameFormat(suffix=Suffix.NONE, idle=0.05))
    counter.expect(ScannerState.CONNECTED)
    line.send(CARD.encode())
    assert counter.texts() == [CARD]


@pytest.mark.usefixtures("caplog")
def test_what_is_no_scan_is_reported_with_its_reason(counter, line, caplog):
    counter.scanner(line.path)
    counter.expect(ScannerState.CONNECTED)
    line.send(CARD[:11].encode() + b"\r")
    assert counter.heard() == [Rejected(Reason.HALF_SCAN, line.path, 11)]


def test_a_reader_that_is_not_there_yet_is_waited_for(counter, line):
    line.unplug()
    scanner = counter.scanner(line.path)
    counter.expect(ScannerState.AWAY)
    assert scanner.state is ScannerState.AWAY
    line.plug()
    counter.expect(ScannerState.CONNECTED)


def test_a_port_in_use_is_away_and_not_shared(counter, line):
    counter.scanner(line.path)
    counter.expect(ScannerState.CONNECTED)
    counter.scanner(line.path)
    counter.expect(ScannerState.AWAY)


def test_a_reader_behind_a_network_box_is_a_reader(counter):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        scanner = counter.scanner(f"socket://127.0.0.1:{port}")
        box, _ = server.accept()
        counter.expect(ScannerState.CONNECTED)
        box.sendall(CARD.encode() + b"\r")
        assert counter.texts() == [CARD]
        box.close()
        counter.expect(ScannerState.AWAY)
        box, _ = server.accept()
        counter.expect(ScannerState.CONNECTED)
        scanner.stop()
        box.close()


@pytest.mark.parametrize("plugged", [True, False])
def test_stopping_is_quick_and_leaves_no_thread_and_no_descriptor(counter, line, plugged):
    if not plugged:
        line.unplug()
    before, threads = open_descriptors(), threading.active_count()
    for _ in range(20):
        scanner = counter.scanner(line.path)
        counter.expect(ScannerState.CONNECTED if plugged else ScannerState.AWAY)
        began = time.monotonic()
        scanner.stop()
        assert time.monotonic() - began < 5
        counter.expect(ScannerState.STOPPED)
    assert threading.active_count() == threads
    assert open_descriptors() == before


def test_pulling_the_cable_many_times_leaks_nothing(counter, line):
    counter.scanner(line.path)
    counter.expect(ScannerState.CONNECTED)
    before = open_descriptors()
    for _ in range(5):
        line.unplug()
        counter.expect(ScannerState.AWAY)
        line.plug()
        counter.expect(ScannerState.CONNECTED)
    assert open_descriptors() == before


def test_a_stopped_scanner_says_nothing_more_and_can_start_again(counter, line):
    scanner = counter.scanner(line.path)
    counter.expect(ScannerState.CONNECTED)
    scanner.stop()
    counter.expect(ScannerState.STOPPED)
    line.send(OTHER.encode() + b"\r")
    scanner.start()
    counter.expect(ScannerState.CONNECTED)
    line.send(CARD.encode() + b"\r")
    assert counter.texts() == [CARD]


def test_a_callback_may_stop_the_scanner_itself(line):
    states = queue.Queue()
    scanner = SerialScanner(
        line.path, settle=0.0, on_scan=lambda _: scanner.stop(), on_state=states.put
    )
    scanner.start()
    assert states.get(timeout=20) is ScannerState.CONNECTED
    line.send(CARD.encode() + b"\r")
    assert states.get(timeout=20) is ScannerState.STOPPED


def test_an_address_nobody_can_open_is_refused_at_once():
    with pytest.raises(BadAddress):
        SerialScanner("nonsense://reader", on_scan=print)
