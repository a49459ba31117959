"""The printer's answers: DLE EOT, GS r, ESC v/u, GS I, automatic status and process ids."""

from __future__ import annotations

import pytest

from devices.printers.emulator import PrinterEmulator, apply_order
from tests.devices.emulator.conftest import Client

# order, then the answers to DLE EOT 1-4
STATES = [
    ("paper ok", "16 12 12 12"),
    ("paper low", "16 12 12 1e"),
    ("paper out", "1e 32 12 7e"),
    ("cover open", "1e 16 12 12"),
    ("button down", "1e 1a 12 12"),
    ("drawer open", "12 12 12 12"),
    ("error cutter", "1e 52 1a 12"),
    ("error mechanical", "1e 52 16 12"),
    ("error fatal", "1e 52 32 12"),
    ("error auto", "1e 52 52 12"),
]


@pytest.mark.parametrize(("order", "answers"), STATES)
def test_real_time_status_tells_what_is_wrong(
    printer: PrinterEmulator, client: Client, order: str, answers: str
) -> None:
    apply_order(printer, order)
    assert client.ask(b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", 4).hex(" ") == answers


def test_a_printer_without_near_end_sensor_never_sees_the_end_coming() -> None:
    with PrinterEmulator(near_end_sensor=False) as printer:
        client = Client(printer.serve_tcp())
        printer.paper = "low"
        assert client.ask(b"\x10\x04\x04") == b"\x12"
        printer.paper = "out"
        assert client.ask(b"\x10\x04\x04") == b"\x72"
        client.close()


def test_a_drawer_wired_the_other_way_round_reads_the_other_way_round() -> None:
    with PrinterEmulator(drawer_open_is_high=True) as printer:
        client = Client(printer.serve_tcp())
        assert client.ask(b"\x10\x04\x01") == b"\x12"
        printer.drawer_open = True
        assert client.ask(b"\x10\x04\x01") == b"\x16"
        client.close()


def test_status_in_order_tells_paper_and_drawer(printer: PrinterEmulator, client: Client) -> None:
    assert client.ask(b"\x1dr\x01\x1dr2\x1bv\x1bu\x00", 4) == b"\x00\x01\x00\x01"
    printer.paper, printer.drawer_open = "low", True
    assert client.ask(b"\x1dr1\x1dr\x02", 2) == b"\x03\x00"


def test_status_in_order_is_silent_while_off_line(printer: PrinterEmulator, client: Client) -> None:
    printer.paper = "out"
    client.send(b"\x1dr\x01")
    assert client.hears_nothing()
    assert client.ask(b"\x10\x04\x04") == b"\x7e"
    printer.paper = "ok"
    assert client.take(1) == b"\x00"


def test_it_says_who_it_is(client: Client) -> None:
    assert client.ask(b"\x1dIB\x1dIC", 17) == b"_EPSON\x00_TM-T20II\x00"
    assert client.ask(b"\x1dI\x01\x1dI2", 2) == b"\x20\x02"
    assert client.ask(b"\x1dIA", 1) == b"_"


def test_automatic_status_comes_at_once_and_at_every_change(
    printer: PrinterEmulator, client: Client
) -> None:
    assert client.ask(b"\x1da\x0f", 4).hex(" ") == "14 00 00 0f"
    for order, answer in [
        ("paper low", "14 00 03 0f"),
        ("paper out", "1c 00 0f 0f"),
        ("cover open", "3c 00 0f 0f"),
        ("error cutter", "3c 08 0f 0f"),
        ("drawer open", "38 08 0f 0f"),
        ("button down", "78 0a 0f 0f"),
    ]:
        apply_order(printer, order)
        assert client.take(4).hex(" ") == answer, order


def test_automatic_status_tells_only_what_was_asked_for(
    printer: PrinterEmulator, client: Client
) -> None:
    client.ask(b"\x1da\x01", 4)
    printer.paper = "low"
    assert client.hears_nothing()
    printer.drawer_open = True
    assert client.take(4)[0] == 0x10
    client.send(b"\x1b@")
    assert printer.wait_executed(5)
    printer.drawer_open = False
    assert client.hears_nothing()


def test_a_process_id_comes_back_after_everything_before_it(
    printer: PrinterEmulator, client: Client
) -> None:
    assert client.ask(b"text\n\x1d(H\x06\x0000A001", 7) == b'7"A001\x00'
    assert printer.paper_in_printer.text == "text"
    assert [(event.kind, event.text) for event in printer.events] == [("process id", "A001")]


def test_a_process_id_waits_for_paper(printer: PrinterEmulator, client: Client) -> None:
    printer.paper = "out"
    client.send(b"text\n\x1d(H\x06\x0000A002")
    assert client.hears_nothing()
    assert client.ask(b"\x10\x04\x04") == b"\x7e"
    assert printer.paper_in_printer.text == ""
    printer.paper = "ok"
    assert client.take(7) == b'7"A002\x00'


def test_paper_that_ends_in_the_middle_loses_nothing(
    printer: PrinterEmulator, client: Client
) -> None:
    lines = b"".join(b"line %d\n" % number for number in range(40))

    def run_out() -> None:
        printer.paper = "out"

    printer.at(100, run_out)
    client.send(lines, b"\x1d(H\x06\x0000A003\x1dV\x00")
    assert printer.wait_until(lambda: printer.paper == "out")
    assert printer.executed == 100
    assert client.hears_nothing()
    assert client.ask(b"\x10\x04\x02") == b"\x32"
    printer.paper = "ok"
    assert client.take(7) == b'7"A003\x00'
    assert printer.wait_sheets()[0].text == lines.decode().rstrip("\n")


def test_the_drawer_opens_by_pulse_and_only_a_person_closes_it(
    printer: PrinterEmulator, client: Client
) -> None:
    assert client.ask(b"\x1bp\x00\x32\x32\x1dr\x02") == b"\x00"
    assert client.ask(b"\x10\x04\x01") == b"\x12"
    printer.drawer_open = False
    client.ask(b"\x1bp1\x19\x19\x1dr\x02")
    assert [event.text for event in printer.events] == ["pin 2, 100 ms", "pin 5, 50 ms"]


def test_sounds_and_test_prints_are_noted(printer: PrinterEmulator, client: Client) -> None:
    client.send(b"\x07\x1bB\x02\x03\x1b(A\x04\x000\x31\x01\x01\x1d(A\x02\x00\x00\x02\x1dV\x01")
    sheet = printer.wait_sheets()[0]
    kinds = [event.kind for event in sheet.events]
    assert kinds == ["beep", "beep", "beep", "test print", "cut"]
    assert sheet.text == "*** TEST PRINT ***"
    assert sheet.cut == "partial"


def test_listeners_hear_of_sheets_events_and_changes() -> None:
    heard: list[str] = []
    with PrinterEmulator(
        on_sheet=lambda sheet: heard.append(f"sheet {sheet.text}"),
        on_event=lambda event: heard.append(event.kind),
        on_change=lambda: heard.append("change"),
    ) as printer:
        client = Client(printer.serve_tcp())
        client.send(b"abc\n\x1bp\x00\x19\x19\x1dV\x00")
        printer.wait_until(lambda: "sheet abc" in heard)
        printer.wait_until(lambda: heard[-1] == "change")
        client.close()
    assert [word for word in heard if word != "change"] == ["drawer", "cut", "sheet abc"]
    assert "change" in heard
