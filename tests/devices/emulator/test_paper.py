"""Cuts make sheets, and what the knife has not passed stays in the printer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devices.printers.emulator import PrinterEmulator, Sheet
from tests.devices.emulator.conftest import Client

Print = Callable[[bytes], Sheet]


@pytest.mark.parametrize(
    ("command", "cut"),
    [
        (b"\x1dV\x00", "full"),
        (b"\x1dV\x01", "partial"),
        (b"\x1dV0", "full"),
        (b"\x1dV1", "partial"),
        (b"\x1dVA\x00", "full"),
        (b"\x1dVB\x10", "partial"),
        (b"\x1dVa\x00", "full"),
        (b"\x1dVb\x00", "partial"),
        (b"\x1dVg\x00", "full"),
        (b"\x1dVh\x00", "partial"),
        (b"\x1bi", "full"),
        (b"\x1bm", "partial"),
    ],
)
def test_every_kind_of_cut_ends_a_sheet(
    printer: PrinterEmulator, client: Client, command: bytes, cut: str
) -> None:
    client.send(b"one\n", command, b"two\n", command, b"three\n", command)
    sheets = printer.wait_sheets(3)
    assert [(sheet.text, sheet.cut) for sheet in sheets] == [
        ("one", cut),
        ("two", cut),
        ("three", cut),
    ]


def test_feeding_before_the_cut_makes_the_sheet_longer(print_sheet: Print) -> None:
    assert print_sheet(b"one\n").height == 30
    assert print_sheet(b"one\n\x1bd\x06").height == 210


def test_a_knife_behind_the_head_leaves_unfed_lines_to_the_next_customer() -> None:
    with PrinterEmulator(knife_distance=96) as printer:
        client = Client(printer.serve_tcp())
        client.send(b"one\ntwo\nthree\nfour\nfive\n\x1dV\x00", b"six\n\x1dVB\x00")
        first, second = printer.wait_sheets(2)
        client.close()
    assert first.text == "one\ntwo"
    assert second.text == "three\nfour\nfive\nsix"


def test_events_belong_to_the_sheet_they_happened_on(
    printer: PrinterEmulator, client: Client
) -> None:
    client.send(b"\x1bp\x00\x19\x19one\n\x1dV\x00two\n\x1d(H\x06\x0000A001\x1dV\x00")
    first, second = printer.wait_sheets(2)
    assert [event.kind for event in first.events] == ["drawer", "cut"]
    assert [event.kind for event in second.events] == ["process id", "cut"]


def test_uncut_paper_can_be_seen_and_torn_off(printer: PrinterEmulator, client: Client) -> None:
    client.send(b"one\n")
    assert printer.wait_executed(4)
    assert printer.paper_in_printer.text == "one"
    assert printer.tear_off().cut == "torn"
    assert printer.sheets[0].text == "one"
    assert printer.paper_in_printer.text == ""


def test_paper_without_cuts_does_not_grow_for_ever(
    printer: PrinterEmulator, client: Client
) -> None:
    client.send(b"\x1bd\xff" * 12)
    assert printer.wait_sheets()[0].cut == "torn"


def test_only_so_many_sheets_are_remembered() -> None:
    with PrinterEmulator(history=3) as printer:
        client = Client(printer.serve_tcp())
        client.send(*(b"%d\n\x1dV\x00" % number for number in range(10)))
        assert printer.wait_until(
            lambda: printer.sheets[-1:][0].text == "9" if printer.sheets else False
        )
        client.close()
        assert [sheet.text for sheet in printer.sheets] == ["7", "8", "9"]


def test_sheets_compare_by_what_is_on_them(print_sheet: Print) -> None:
    first, second = print_sheet(b"one\n"), print_sheet(b"one\n")
    assert first.items == second.items
    assert first.items != print_sheet(b"two\n").items
