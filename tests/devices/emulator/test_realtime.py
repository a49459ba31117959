"""Real-time commands act on receipt: inside other data, off line, and with a full buffer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.printers.emulator import PrinterEmulator
from devices.printers.emulator.realtime import Order, RealTimeScanner
from tests.devices.emulator.conftest import CUT, Client

RASTER = b"\x1dv0\x00\x48\x00\x40\x00"  # 72 bytes by 64 rows


def test_status_is_answered_in_the_middle_of_a_picture(
    printer: PrinterEmulator, client: Client
) -> None:
    client.send(RASTER, b"\x55" * 1000)
    assert client.ask(b"\x10\x04\x01") == b"\x16"
    client.send(b"\x55" * (72 * 64 - 1003), CUT)
    picture = printer.wait_sheets()[0].pictures[0]
    assert (picture.width, picture.height) == (576, 64)
    assert picture.rows[1000:1003] == b"\x10\x04\x01"  # the question is in the picture, as in life


def test_picture_data_that_looks_like_an_order_opens_the_drawer(
    printer: PrinterEmulator, client: Client
) -> None:
    client.send(RASTER, b"\x00" * 100 + b"\x10\x14\x01\x00\x02" + b"\x00" * (72 * 64 - 105), CUT)
    sheet = printer.wait_sheets()[0]
    assert printer.drawer_open
    assert sheet.events[0].text == "pin 2, 200 ms"
    assert len(sheet.pictures) == 1


def test_a_question_may_arrive_one_byte_at_a_time(client: Client) -> None:
    for byte in b"ab\x10\x04":
        client.send(bytes([byte]))
    assert client.ask(b"\x02") == b"\x12"


def test_status_is_answered_with_a_full_buffer(printer: PrinterEmulator, client: Client) -> None:
    printer.paper = "out"
    client.send(b"x" * 4096)
    assert printer.wait_received(4096)
    assert client.ask(b"\x10\x04\x04") == b"\x7e"
    assert printer.executed == 0


@pytest.mark.parametrize("size", [0, 4000, 4094, 4096, 4200])
def test_a_printer_without_paper_can_be_asked_all_night(
    printer: PrinterEmulator, client: Client, size: int
) -> None:
    printer.paper = "out"
    client.send(b"x" * size)
    for _ in range(500):
        assert (
            client.ask(b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", 4)
            == b"\x1e\x32\x12\x7e"
        )
    printer.paper = "ok"
    client.send(b"\n", CUT)
    assert printer.wait_sheets()[0].text.replace("\n", "") == "x" * size


def test_a_full_buffer_stops_reading(printer: PrinterEmulator, client: Client) -> None:
    printer.cover_open = True
    client.send(b"x" * 20_000)
    assert printer.wait_received(4096)
    assert client.hears_nothing()
    assert 4096 <= len(printer.received) <= 4096 + 256
    printer.cover_open = False
    assert printer.wait_executed(20_000)


def test_the_computer_recovers_the_printer_from_a_cutter_error(
    printer: PrinterEmulator, client: Client
) -> None:
    printer.error = "cutter"
    client.send(b"kept\n")
    assert client.ask(b"\x10\x04\x03") == b"\x1a"
    client.send(b"\x10\x05\x01", CUT)
    assert printer.wait_sheets()[0].text == "kept"


def test_recovering_may_throw_the_rest_of_the_job_away(
    printer: PrinterEmulator, client: Client
) -> None:
    printer.error = "cutter"
    client.send(b"lost\n\x1dv0\x00\x48", b"\x10\x05\x02", b"new\n", CUT)
    assert printer.wait_sheets()[0].text == "new"


def test_a_broken_printer_does_not_recover(printer: PrinterEmulator, client: Client) -> None:
    printer.error = "fatal"
    client.send(b"\x10\x05\x01")
    assert client.ask(b"\x10\x04\x03") == b"\x32"


def test_the_buffer_can_be_cleared_at_once(printer: PrinterEmulator, client: Client) -> None:
    printer.paper = "out"
    client.send(b"lost\n")
    assert client.ask(b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", 3) == b"7%\x00"
    printer.paper = "ok"
    client.send(b"new\n", CUT)
    assert printer.wait_sheets()[0].text == "new"


def test_the_drawer_opens_at_once_even_without_paper(
    printer: PrinterEmulator, client: Client
) -> None:
    printer.paper = "out"
    client.send(b"\x1bp\x00\x19\x19")
    assert client.ask(b"\x10\x04\x01") == b"\x1e"
    client.send(b"\x10\x14\x01\x01\x01")
    assert client.ask(b"\x10\x04\x01") == b"\x1a"
    assert [event.text for event in printer.events] == ["pin 5, 100 ms"]


def test_real_time_pulses_can_be_forbidden(printer: PrinterEmulator, client: Client) -> None:
    client.ask(b"\x1d(D\x03\x00\x14\x01\x00\x1dr\x01")
    client.send(b"\x10\x14\x01\x00\x01")
    assert client.ask(b"\x10\x04\x01") == b"\x16"


def test_the_computer_switches_it_off(printer: PrinterEmulator, client: Client) -> None:
    client.send(b"\x10\x14\x02\x01\x08")
    assert printer.wait_until(lambda: not printer.online)
    with pytest.raises(ConnectionResetError):
        client.take(1)
    assert printer.events[-1].text == "off"


orders = st.sampled_from(
    [b"\x10\x04\x01", b"\x10\x04\x04", b"\x10\x05\x02", b"\x10\x14\x01\x00\x03"]
)
noise = st.binary(max_size=6).filter(lambda data: 0x10 not in data)


@given(st.lists(st.tuples(noise, orders), max_size=6), st.lists(st.integers(1, 5), min_size=40))
def test_orders_are_found_however_the_bytes_are_split(
    parts: list[tuple[bytes, bytes]], sizes: list[int]
) -> None:
    stream = b"".join(before + order for before, order in parts)
    whole = [order for _, order in RealTimeScanner().feed(stream)]
    assert len(whole) == len(parts)
    scanner, split, start = RealTimeScanner(), list[Order](), 0
    for size in [*sizes, len(stream)]:
        split += [order for _, order in scanner.feed(stream[start : start + size])]
        start += size
    assert split == whole


def test_a_repeated_escape_byte_begins_anew() -> None:
    assert [order.kind for _, order in RealTimeScanner().feed(b"\x10\x10\x04\x01")] == ["status"]
    assert not list(RealTimeScanner().feed(b"\x10\x04\x09\x10\x14\x01\x02\x01\x10\x14\x01\x00\x09"))
