"""The ways to a printer: addresses, bounded waits, answers that are always read."""

import errno
import select
import socket
import subprocess
import threading
import time

import pytest
import serial

from devices.errors import (
    BadAddress,
    DeviceBusy,
    DeviceClosed,
    DeviceUnplugged,
    DeviceUnreachable,
)
from devices.printers.line_transport import LineTransport
from devices.printers.tcp_transport import TcpTransport
from devices.printers.transport import NoPrinter, open_transport
from tests.devices.lines import PtyLine, need_tool, open_descriptors


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def to(server, **options):
    return TcpTransport("tcp://here", "127.0.0.1", server.getsockname()[1], **options)


@pytest.mark.parametrize(
    ("address", "kind", "speed"),
    [
        ("tcp://127.0.0.1", TcpTransport, 20_000),
        ("tcp://printer.example:9101", TcpTransport, 20_000),
        ("serial:///dev/ttyUSB0?baud=38400&flow=rtscts", LineTransport, 3840),
        ("serial:///dev/ttyUSB0", LineTransport, 960),
        ("serial://COM3?baud=115200", LineTransport, 11_520),
        ("/dev/ttyUSB0", LineTransport, 960),
        ("/dev/usb/lp0", LineTransport, 100_000),
        ("COM3", LineTransport, 960),
        ("none:", NoPrinter, 1),
    ],
)
def test_an_address_says_which_way_to_go(address, kind, speed):
    transport = open_transport(address)
    assert isinstance(transport, kind)
    assert transport.address == address
    assert transport.bytes_per_second == speed


@pytest.mark.parametrize(
    "address",
    [
        "",
        "tcp://",
        "tcp://host:nine",
        "http://host",
        "serial:///dev/ttyUSB0?baud=fast",
        "serial:///dev/ttyUSB0?flow=magic",
    ],
)
def test_an_address_nobody_understands_is_refused_at_once(address):
    with pytest.raises(BadAddress):
        open_transport(address)


@pytest.mark.parametrize("address", ["/dev/no-such-line", "/dev/null", "/dev/usb/lp99", "none:"])
def test_what_is_not_there_or_no_line_cannot_be_reached(address):
    before = open_descriptors()
    with pytest.raises(DeviceUnreachable):
        open_transport(address).open()
    assert open_descriptors() == before


def test_answers_that_come_while_sending_are_read_and_kept(server):
    transport = to(server)
    transport.open()
    printer, _ = server.accept()
    with printer:
        printer.sendall(b"\x12" * 100_000)
        heard, left = b"", bytes(200_000)
        reading = threading.Thread(target=lambda: _read_all(printer))
        reading.start()
        while left:
            left = left[transport.send(left) :]
        while len(heard) < 100_000:
            heard += transport.receive(2)
        transport.abort()
        reading.join()
    assert heard == b"\x12" * 100_000


def _read_all(connection):
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        return


def test_a_printer_that_reads_nothing_is_noticed_in_bounded_time(server):
    transport = to(server, stall_seconds=0.3)
    transport.open()
    printer, _ = server.accept()
    with printer:
        while transport.send(bytes(65536)):
            pass
        began = time.monotonic()
        assert transport.send(b"more") == 0
        assert 0.2 < time.monotonic() - began < 5
        transport.abort()


def test_the_end_of_a_slip_is_not_lost_when_the_line_is_closed(server):
    transport = to(server)
    transport.open()
    printer, _ = server.accept()
    with printer:
        printer.sendall(b"\x12" * 5000)  # unread answers make a plain close() a reset
        slip, received = bytes(range(256)) * 100, bytearray()
        ended = threading.Event()

        def read_slowly():
            while data := printer.recv(1024):
                received.extend(data)
            ended.set()
            printer.close()

        reading = threading.Thread(target=read_slowly)
        reading.start()
        left = slip
        while left:
            left = left[transport.send(left) :]
        transport.finish()
        reading.join()
    assert ended.is_set()
    assert bytes(received) == slip


def test_a_goodbye_to_a_printer_that_never_closes_is_bounded(server):
    transport = to(server)
    transport.open()
    printer, _ = server.accept()
    with printer:
        began = time.monotonic()
        transport.finish(0.3)
        assert time.monotonic() - began < 5


def test_hanging_up_without_a_word_and_leaving_later_are_told_apart(server):
    for words, error in ((b"", DeviceBusy), (b"\x12", DeviceUnplugged)):
        transport = to(server)
        transport.open()
        printer, _ = server.accept()
        printer.sendall(words)
        printer.shutdown(socket.SHUT_WR)
        with pytest.raises(error):
            _heard_to_the_end(transport)
        transport.finish(0)
        printer.close()


def _heard_to_the_end(transport):
    while True:
        assert transport.receive(1) in (b"", b"\x12")


@pytest.mark.parametrize("way", ["tcp", "line"])
def test_a_wait_can_be_ended_from_another_thread(server, tmp_path, way):
    line = PtyLine(tmp_path / "line")
    transport = to(server) if way == "tcp" else LineTransport("line", line.path)
    transport.open()
    threading.Timer(0.1, transport.cancel).start()
    began = time.monotonic()
    with pytest.raises(DeviceClosed):
        transport.receive(30)
    assert time.monotonic() - began < 5
    transport.abort()
    line.unplug()


def test_a_line_that_is_pulled_is_gone_and_leaves_nothing_open(tmp_path):
    before = open_descriptors()
    line = PtyLine(tmp_path / "line")
    transport = LineTransport("line", line.path)
    transport.open()
    line.unplug()
    with pytest.raises(DeviceUnplugged):
        transport.receive(1)
    with pytest.raises(DeviceUnplugged):
        transport.send(b"x")
    transport.finish()
    assert open_descriptors() == before


def test_a_deaf_line_never_holds_a_slip_for_ever(tmp_path):
    line = PtyLine(tmp_path / "line")
    transport = LineTransport("line", line.path, stall_seconds=0.2)
    transport.open()
    while transport.send(bytes(512)):
        pass
    began = time.monotonic()
    transport.finish(0.2)
    assert time.monotonic() - began < 5
    line.unplug()


def test_a_strangers_line_carries_every_byte_both_ways(tmp_path):
    program = need_tool("socat")
    near, far = tmp_path / "near", tmp_path / "far"
    ends = [f"pty,raw,echo=0,link={end}" for end in (near, far)]
    with subprocess.Popen([program, *ends], stderr=subprocess.DEVNULL) as cable:
        while not (near.exists() and far.exists()):
            time.sleep(0.005)
        one, other = LineTransport("one", str(near)), LineTransport("other", str(far))
        one.open()
        other.open()
        data, heard = bytes(range(256)) * 8, b""
        left = data
        while left:
            left = left[one.send(left) :]
            heard += other.receive(0.05)
        while len(heard) < len(data):
            heard += other.receive(1)
        assert heard == data
        other.send(b"\x12")
        assert one.receive(1) == b"\x12"
        one.finish()
        other.finish()
        cable.kill()


@pytest.fixture
def dsr(monkeypatch):
    """The wire a printer says with that it may be sent to; the last word holds."""
    words = [True]
    wire = property(lambda port: words.pop(0) if len(words) > 1 else words[0])
    monkeypatch.setattr(serial.Serial, "dsr", wire)
    return words


def test_a_printer_that_drops_dtr_is_waited_for(tmp_path, dsr):
    """The hand-shake most printers are delivered with, and Linux does not know."""
    line = PtyLine(tmp_path / "line")
    transport = open_transport(f"serial://{line.path}?baud=115200&flow=dsrdtr")
    transport.open()
    assert transport.send(b"x" * 100) == 32, "little at a time: the printer stops us late"
    assert line.receive(32) == b"x" * 32
    dsr[:] = [False, False, True]
    assert transport.send(b"y") == 1
    assert dsr == [True]
    assert line.receive(1) == b"y"
    dsr[:] = [False]
    assert transport.send(b"z") == 0
    transport.abort()
    line.unplug()


def test_a_cable_of_three_wires_prints_too(tmp_path, dsr):
    line = PtyLine(tmp_path / "line")
    dsr[:] = [False]
    transport = open_transport(f"serial://{line.path}?flow=dsrdtr")
    transport.open()
    assert transport.send(b"x") == 1
    transport.abort()
    line.unplug()


def test_the_hand_shake_is_the_printers_unless_the_address_says_another(monkeypatch):
    asked = []
    monkeypatch.setattr(
        "devices.printers.line_transport.LineTransport.__init__",
        lambda self, *args, **options: asked.append(options.get("flow", "")),
    )
    for address in ("serial:///dev/x", "serial:///dev/x?flow=none", "serial:///dev/x?flow=rtscts",
                    "/dev/x"):  # fmt: skip
        open_transport(address, "dsrdtr")
    assert asked == ["dsrdtr", "", "rtscts", "dsrdtr"]


def test_a_line_without_such_wires_is_free_and_another_trouble_is_told(tmp_path, monkeypatch):
    line = PtyLine(tmp_path / "line")
    transport = LineTransport("line", line.path, flow="dsrdtr")
    transport.open()
    assert transport.send(b"abc") == 3

    def broken(port):
        raise OSError(errno.EIO, "gone")

    monkeypatch.setattr(serial.Serial, "dsr", property(broken))
    line.receive(3)
    with pytest.raises(DeviceUnplugged):
        transport.send(b"abc")
    transport.abort()
    line.unplug()


@pytest.fixture
def usb(tmp_path, monkeypatch):
    """A terminal that stands in for `/dev/usb/lp0`: opened as a plain file, without blocking."""
    monkeypatch.setattr("devices.printers.line_transport._is_plain_device", lambda path: True)
    line = PtyLine(tmp_path / "lp0")
    yield line
    line.unplug()


def test_a_usb_printer_is_a_file_that_never_blocks(usb):
    transport = open_transport(usb.path)
    transport.open()
    assert transport.send(b"abc") == 3
    assert usb.receive(3) == b"abc"
    usb.send(b"\x12")
    assert transport.receive(1) == b"\x12"
    while transport.send(bytes(512)):
        pass
    began = time.monotonic()
    assert transport.send(b"x") == 0, "the printer is off line: the kernel would block for ever"
    transport.finish(0.1)
    assert time.monotonic() - began < 5


def test_a_usb_printer_that_only_listens_is_no_endless_loop(tmp_path, monkeypatch):
    """A file that is always at its end is not read from again and again."""
    path = tmp_path / "lp9"
    path.write_bytes(b"")
    transport = open_transport(str(path))
    transport.open()
    assert transport.receive(0.05) == b""
    assert transport.send(b"slip") == 4
    transport.finish()
    assert path.read_bytes() == b"slip"


def test_one_look_is_taken_however_short_the_time(server):
    transport = to(server)
    transport.open()
    printer, _ = server.accept()
    with printer:
        printer.sendall(b"\x12")
        select.select([transport._connected()], [], [], 2)
        assert transport.receive(0) == b"\x12"
        assert transport.receive(-1) == b""
        transport.abort()


def test_a_link_that_goes_away_while_it_is_followed_is_no_usb_printer(monkeypatch):
    def gone(self, strict=False):
        raise FileNotFoundError(str(self))

    monkeypatch.setattr("pathlib.Path.resolve", gone)
    assert LineTransport("line", "/dev/receipt").bytes_per_second == 960
