"""A day at the counter on real lines: thousands of scans, torn, glued and noisy, and cables pulled.

`LONG=1` runs the foreign cable a hundred times instead of a few.
"""

import os
import random
import socket
import threading
import time
from itertools import pairwise

import pytest

from devices.scanners import FrameFormat, Reason, ScannerState
from devices.scanners.framing import Suffix
from devices.scanners.symbologies import check_digit
from tests.devices.lines import open_descriptors

CUTS = 100 if os.environ.get("LONG") else 3
PAUSE = 0.002
CARD, OTHER = "2912345678906", "2912345678913"


def cards(count, first=0):
    codes = (f"29{number:010}" for number in range(first, first + count))
    return [code + check_digit(code) for code in codes]


def connected(counter, port, **options):
    scanner = counter.scanner(port, **options)
    counter.expect(ScannerState.CONNECTED)
    return scanner


def test_a_thousand_paced_scans_each_torn_at_another_byte_all_arrive(counter, line):
    connected(counter, line.path)
    codes = cards(1000)
    for turn, code in enumerate(codes):
        data = f"]E0{code}\r\n".encode()
        cut = turn % (len(data) + 1)
        line.send(data[:cut])
        time.sleep(PAUSE)  # as a hand would: this is what is tried
        line.send(data[cut:])
    assert counter.texts(len(codes)) == codes


def test_a_thousand_scans_glued_into_random_pieces_all_arrive(counter, line):
    connected(counter, line.path)
    codes = cards(1000)
    stream = "".join(f"]E0{code}\r" for code in codes).encode()
    chance = random.Random(4)
    cuts = sorted(chance.sample(range(len(stream)), 400))
    for start, end in pairwise([0, *cuts, len(stream)]):
        line.send(stream[start:end])
    assert counter.texts(len(codes)) == codes


def test_a_network_box_that_tears_and_glues_loses_nothing(counter):
    codes = cards(500)
    stream = "".join(f"{code}\r\n" for code in codes).encode()
    with socket.create_server(("127.0.0.1", 0)) as server:
        scanner = counter.scanner(f"socket://127.0.0.1:{server.getsockname()[1]}")
        box, _ = server.accept()
        counter.expect(ScannerState.CONNECTED)
        with box:
            box.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for start in range(0, len(stream), 37):
                box.sendall(stream[start : start + 37])
            assert counter.texts(len(codes)) == codes
        scanner.stop()


def test_block_checks_on_a_real_line(counter, line):
    connected(counter, line.path, format_=FrameFormat(check_block=True))
    for code in (CARD, OTHER):
        check = 3
        for byte in code.encode():
            check ^= byte
        line.send(b"\x02" + code.encode() + b"\x03" + bytes([check]))
    assert counter.texts(2) == [CARD, OTHER]


@pytest.mark.usefixtures("caplog")
def test_a_reader_at_another_speed_is_called_that_after_three_tries(counter, line, caplog):
    connected(counter, line.path, format_=FrameFormat(Suffix.NONE, idle=0.03))
    reasons = []
    for _ in range(3):
        line.send(b"\xff\x00\xf8\x80\xfe")
        reasons += counter.texts()
    assert reasons == [Reason.GARBAGE, Reason.GARBAGE, Reason.WRONG_SPEED]


def test_a_hundred_cards_between_noise_are_right_or_refused(counter, line, caplog):
    """Whatever the noise does, no card that nobody scanned ever comes."""
    connected(counter, line.path, debounce_seconds=0)
    chance, codes = random.Random(7), cards(100)
    for code in codes:
        noise = bytes(chance.choice(b"\x00\xff\xf8\x80") for _ in range(chance.randint(0, 3)))
        line.send(noise + b"]E0" + code.encode() + b"\r")
    line.send(b"]E0" + OTHER.encode() + b"\r")
    heard = []
    while OTHER not in heard:
        heard += counter.texts()
    assert {one for one in heard if not isinstance(one, Reason)} <= {*codes, OTHER}


def test_empty_lines_and_double_reads_are_nothing(counter, line):
    connected(counter, line.path)
    line.send(b"\r\n\r\n\n" + CARD.encode() + b"\r\n\r\n" + CARD.encode() + b"\r\n")
    line.send(OTHER.encode() + b"\r\n")
    assert counter.texts(2) == [CARD, OTHER]
    assert counter.said.empty()


def test_a_foreign_cable_pulled_again_and_again_leaks_nothing(counter, socat):
    near, far, plug, unplug = socat
    connected(counter, str(near))
    descriptors, threads = open_descriptors(), threading.active_count()
    slowest = 0.0
    for turn, code in enumerate(cards(CUTS)):
        far.write_bytes(code.encode()[: turn % 14])  # pulled in the middle of a scan
        unplug()
        counter.expect(ScannerState.AWAY)
        plug()
        began = time.monotonic()
        counter.expect(ScannerState.CONNECTED)
        slowest = max(slowest, time.monotonic() - began)
        far.write_bytes(f"]E0{code}\r".encode())
        assert counter.texts() == [code]
    assert slowest < 3
    assert (open_descriptors(), threading.active_count()) == (descriptors, threads)
    print(f"{CUTS} cuts, back within {slowest:.2f} s")
