"""Everything that goes wrong between a program and a printer can be made to go wrong."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.printers.emulator import BadOrder, PrinterEmulator, apply_order
from tests.devices.emulator.conftest import CUT, Client

Connect = Callable[[], Client]


def test_a_mute_printer_prints_and_says_nothing(printer: PrinterEmulator, client: Client) -> None:
    printer.mute = True
    client.send(b"one\n\x1dr\x01\x10\x04\x01\x1d(H\x06\x0000A001", CUT)
    assert printer.wait_sheets()[0].text == "one"
    assert client.hears_nothing()
    printer.mute = False
    assert client.ask(b"\x10\x04\x01") == b"\x16"


def test_a_frozen_printer_accepts_and_never_reads(printer: PrinterEmulator, client: Client) -> None:
    printer.freeze = True
    client.send(b"one\n", CUT)
    assert client.hears_nothing()
    assert printer.received == b""
    printer.freeze = False
    assert printer.wait_sheets()[0].text == "one"


def test_a_frozen_printer_lets_the_senders_buffers_fill(
    printer: PrinterEmulator, client: Client
) -> None:
    printer.freeze = True
    client.sock.settimeout(0.3)
    with pytest.raises(TimeoutError):
        client.send(b"\x00" * 20_000_000)


def test_a_slow_printer_takes_its_time_and_answers_meanwhile(
    printer: PrinterEmulator, client: Client
) -> None:
    printer.rate = 100
    begun = time.monotonic()
    client.send(b"x" * 999 + b"\n", CUT)
    assert client.ask(b"\x10\x04\x01") == b"\x16"
    assert printer.wait_executed(20)
    assert time.monotonic() - begun > 0.15
    assert not printer.sheets
    printer.rate = None
    assert printer.wait_sheets()


@pytest.mark.parametrize("count", [1, 2, 5, 11])
def test_a_dying_printer_resets_the_connection_at_the_byte(
    printer: PrinterEmulator, connect: Connect, count: int
) -> None:
    client = connect()
    printer.die_after(count)
    client.send(b"hello world, more to come")
    with pytest.raises(ConnectionResetError):
        client.take(1)
    assert printer.received == b"hello world"[:count]
    again = connect()
    assert again.ask(b"\x10\x04\x01") == b"\x16"


def test_dying_at_once_resets_before_anything_is_read(
    printer: PrinterEmulator, client: Client
) -> None:
    assert client.ask(b"\x10\x04\x01") == b"\x16"
    printer.die_after(0)
    with pytest.raises(ConnectionResetError):
        client.take(1)


def test_a_refusing_printer_refuses_and_comes_back_on_its_port(
    printer: PrinterEmulator, port: int
) -> None:
    for _ in range(3):
        printer.refuse = True
        assert _refused(port)
        printer.refuse = False
        client = Client(port)
        assert client.ask(b"\x10\x04\x01") == b"\x16"
        client.close()


def test_the_second_client_waits_until_the_first_has_gone(
    printer: PrinterEmulator, connect: Connect
) -> None:
    first = connect()
    assert first.ask(b"\x10\x04\x01") == b"\x16"
    second = connect()
    second.send(b"\x10\x04\x01")
    assert second.hears_nothing()
    first.close()
    assert second.take(1) == b"\x16"


def test_the_second_client_may_be_refused() -> None:
    with PrinterEmulator(second_client="refuse") as printer:
        port = printer.serve_tcp()
        first = Client(port)
        first.ask(b"\x10\x04\x01")
        assert _refused(port)
        first.close()
        _until_connected(port).close()


def test_what_a_second_client_gets_can_be_changed_while_the_first_is_served(
    printer: PrinterEmulator, port: int
) -> None:
    first = Client(port)
    first.ask(b"\x10\x04\x01")
    apply_order(printer, "second refuse")
    assert _refused(port)
    apply_order(printer, "second wait")
    second = _until_connected(port)
    second.send(b"\x10\x04\x01")
    assert second.hears_nothing()
    apply_order(printer, "second serve")
    assert second.take(1) == b"\x16"
    assert first.ask(b"\x10\x04\x01") == b"\x16"
    second.close()
    first.close()


def test_a_modern_printer_serves_several_clients_each_with_a_line_of_its_own() -> None:
    with PrinterEmulator(second_client="serve") as printer:
        port = printer.serve_tcp()
        first, second = Client(port), Client(port)
        first.send(b"\x1bt\x2f" + "Κα".encode("cp1253"))
        second.send(b"\x1bt\x2e" + "Да\n".encode("cp1251"))
        second.ask(b"\x1dr\x01")
        first.send("λά\n".encode("cp1253"))
        first.ask(b"\x1dr\x01")
        assert printer.paper_in_printer.text == "Да\nΚαλά"
        first.close()
        second.close()


def test_a_client_that_half_closes_still_gets_its_answer(
    printer: PrinterEmulator, client: Client
) -> None:
    client.send(b"one\n\x1d(H\x06\x0000A001")
    client.sock.shutdown(socket.SHUT_WR)
    assert client.take(7) == b'7"A001\x00'
    assert client.sock.recv(1) == b""


def test_a_client_that_left_in_a_paper_jam_does_not_block_the_next(
    printer: PrinterEmulator, connect: Connect
) -> None:
    printer.paper = "out"
    first = connect()
    first.send(b"one\n", CUT)
    printer.wait_received(8)
    first.close()
    second = connect()
    assert second.ask(b"\x10\x04\x04") == b"\x7e"
    printer.paper = "ok"
    assert printer.wait_sheets()[0].text == "one"


def test_a_client_that_reset_in_front_of_a_full_buffer_does_not_block_the_next(
    printer: PrinterEmulator, connect: Connect
) -> None:
    printer.paper = "out"
    first = connect()
    first.send(b"x" * 10_000)
    assert printer.wait_received(4352)
    linger = (1).to_bytes(4, "little") + bytes(4)
    first.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    first.close()
    second = connect()
    printer.paper = "ok"
    assert second.ask(b"\x10\x04\x01") == b"\x16"


def test_a_power_cut_loses_buffer_and_modes_but_not_the_paper(
    printer: PrinterEmulator, connect: Connect
) -> None:
    client = connect()
    client.send(b"printed\n\x1bE\x01\x1bt\x2funprinted")
    printer.wait_executed(23)
    printer.power_cycle()
    with pytest.raises(ConnectionResetError):
        client.take(1)
    again = connect()
    again.send(b"\x9bnew\n", CUT)
    sheet = printer.wait_sheets()[0]
    assert sheet.text == "printed\n¢new"
    assert not sheet.lines[1].spans[0].style.bold
    assert [event.text for event in printer.events if event.kind == "power"] == ["off", "on"]


def test_a_printer_without_power_is_not_there(printer: PrinterEmulator, port: int) -> None:
    printer.power_off()
    assert not printer.online
    assert _refused(port)
    printer.power_on()
    client = Client(port)
    assert client.ask(b"\x10\x04\x01") == b"\x16"
    client.close()


def test_a_pulled_cable_resets_and_refuses_until_it_is_plugged_in(
    printer: PrinterEmulator, port: int
) -> None:
    client = Client(port)
    client.send(b"kept\n")
    printer.wait_executed(5)
    printer.unplug()
    with pytest.raises(ConnectionResetError):
        client.take(1)
    client.close()
    assert _refused(port)
    printer.plug_in()
    again = Client(port)
    again.send(CUT)
    assert printer.wait_sheets()[0].text == "kept"
    again.close()


def test_every_fault_has_words(printer: PrinterEmulator) -> None:
    for words in (
        "paper low", "cover open", "drawer open", "button down", "error fatal", "mute on",
        "freeze on", "refuse on", "rate 200", "die 5", "page 18 cp862", "second refuse",
        "power off",
    ):  # fmt: skip
        apply_order(printer, words)
    assert (printer.paper, printer.cover_open, printer.drawer_open) == ("low", True, True)
    assert (printer.feed_button, printer.error, printer.rate) == (True, "fatal", 200)
    assert printer.mute
    assert printer.freeze
    assert printer.refuse
    assert printer.second_client == "refuse"
    for words in ("error none", "rate off", "die off", "power on", "unplug", "plug", "tear"):
        apply_order(printer, words)
    assert printer.error == ""
    assert printer.rate is None
    assert len(printer.sheets) == 1


@pytest.mark.parametrize(
    "words",
    [
        "",
        "paper",
        "paper none",
        "error bad",
        "cover ajar",
        "rate x",
        "page x y",
        "page 1 nope",
        "second rate",
        "fly",
    ],
)
def test_other_words_are_not_understood(printer: PrinterEmulator, words: str) -> None:
    with pytest.raises(BadOrder):
        apply_order(printer, words)


def test_closing_gives_everything_back_even_in_the_middle_of_a_job() -> None:
    threads, descriptors = threading.active_count(), _descriptors()
    for _ in range(10):
        printer = PrinterEmulator()
        client = Client(printer.serve_tcp())
        printer.serve_pty()
        printer.rate = 100
        client.send(b"x" * 5000)
        printer.close()
        printer.close()
        client.close()
    assert threading.active_count() == threads
    assert _descriptors() == descriptors


def test_a_listener_may_close_the_printer() -> None:
    closed = threading.Event()

    def close(_: object) -> None:
        printer.close()
        closed.set()

    printer = PrinterEmulator(on_sheet=close)
    client = Client(printer.serve_tcp())
    client.send(b"one\n", CUT)
    assert closed.wait(5)
    client.close()


def test_a_port_that_is_taken_says_so(printer: PrinterEmulator, port: int) -> None:
    with PrinterEmulator() as other, pytest.raises(OSError, match="in use"):
        other.serve_tcp(port=port)


def _refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


def _until_connected(port: int) -> Client:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            return Client(port)
        except ConnectionRefusedError:
            continue
    pytest.fail("the printer does not accept connections")


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
