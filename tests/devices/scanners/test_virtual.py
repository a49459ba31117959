"""The virtual scanner: a real line, also when nobody listens or the cable is out."""

import os
import threading

import pytest
import serial

from devices.scanners.virtual import VirtualScanner, _SocketLine


def test_what_is_sent_arrives_on_the_line() -> None:
    scanner = VirtualScanner()
    try:
        with serial.serial_for_url(scanner.port, 9600, timeout=20) as line:
            scanner.send(b"]E0123\r")
            assert line.read(7) == b"]E0123\r"
    finally:
        scanner.close()


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal, which Windows has not")
def test_a_line_nobody_reads_holds_nobody_up() -> None:
    scanner = VirtualScanner()
    try:
        pressing = threading.Thread(
            target=lambda: [scanner.send(b"]E04006381333931\r") for _ in range(5000)], daemon=True
        )
        pressing.start()
        pressing.join(30)
        assert not pressing.is_alive()
    finally:
        scanner.close()


@pytest.mark.skipif(os.name == "nt", reason="counts descriptors")
def test_closing_twice_closes_nobody_elses_descriptor() -> None:
    scanner = VirtualScanner()
    scanner.close()
    read, write = os.pipe()  # takes the numbers that have become free
    scanner.close()
    scanner.send(b"lost\r")
    os.write(write, b"x")
    assert os.read(read, 1) == b"x"
    os.close(read)
    os.close(write)


def test_the_line_of_systems_without_pseudo_terminals() -> None:
    line = _SocketLine()
    line.send(b"lost\r")
    with serial.serial_for_url(line.port, timeout=20) as reader:
        while line._client is None:  # accepted on a thread of its own
            threading.Event().wait(0.01)
        line.send(b"4006381333931\r")
        assert reader.read(14) == b"4006381333931\r"
    line.close()
    assert "virtual-scanner" not in {thread.name for thread in threading.enumerate()}
