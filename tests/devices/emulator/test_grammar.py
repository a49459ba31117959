"""Commands are cut out of the stream however it arrives, and nothing makes the printer stumble."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.printers.emulator import PrinterEmulator, Sheet
from devices.printers.emulator.codepages import CodePages
from devices.printers.emulator.grammar import Command, Grammar
from devices.printers.emulator.interpreter import Interpreter
from devices.printers.emulator.paper import Event
from devices.printers.emulator.status import State
from devices.printers.emulator.typesetter import Roll
from tests.devices.emulator.conftest import CUT, Client

JOB = (
    b"\x1b@\x1bt\x2f\x1b!\x08Hi\n\x1b$\x10\x00x\x1bD\x08\x10\x00\x1dV\x42\x03\x1dk\x02123\x00"
    b"\x1dkC\x03123\x1d(k\x03\x001C\x06\x1dv0\x00\x01\x00\x02\x00\xaa\x55\x1b*\x21\x02\x00123456"
    b"\x1d8L\x0c\x00\x00\x000p0\x01\x011\x08\x00\x02\x00\xf0\x0f\x1d(L\x02\x0002\x10\x04\x01"
    b"\x10\x14\x01\x00\x01\x1c.\x1b&\x03AA\x02123456\x1b=\x02abc\x1b=\x01end\n\x1b\x06\x01\x1dV0"
)


def test_every_command_has_its_own_length() -> None:
    commands = Grammar().feed(JOB)
    unknown = [command.code for command in commands if not command.known]
    assert unknown == [b"\x1b\x06"]
    assert commands[-1] == Command(b"\x1dV", b"0", len(JOB) - 3)


@given(st.lists(st.integers(1, 9), min_size=30, max_size=80))
def test_commands_do_not_depend_on_how_bytes_are_split(sizes: list[int]) -> None:
    grammar, split, start = Grammar(), list[Command](), 0
    for size in [*sizes, len(JOB)]:
        split += grammar.feed(JOB[start : start + size])
        start += size
    assert split == Grammar().feed(JOB)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1b\x06\x01", "1b 06 01 at 3"),
        (b"\x1bZ", "1b 5a at 3"),
        (b"\x1d\x01", "1d 01 at 3"),
        (b"\x05", "05 at 3"),
        (b"\x10\x04\x09", "10 04 09 at 3"),
        (b"\x10A", "10 41 at 3"),
        (b"\x1b&\x03AA\x01123", "1b 26 03 41 41 01 31 32 33 at 3"),
    ],
)
def test_what_it_does_not_know_is_noted_with_its_place(
    printer: PrinterEmulator, client: Client, data: bytes, text: str
) -> None:
    client.send(b"ab\n", data, b"cd\n", CUT)
    sheet = printer.wait_sheets()[0]
    assert [(event.text, event.offset) for event in sheet.unknown] == [(text, 3)]
    assert sheet.text == "ab\ncd"
    assert printer.unknown == sheet.unknown


def test_extended_commands_without_meaning_are_skipped_by_their_length(
    printer: PrinterEmulator, client: Client
) -> None:
    client.send(b"a\x1d(Z\x04\x00\x1dV\x00xb\x1c(A\x02\x0000c\x1bc5\x00\x1cC0\x1cS\x00\x00d\n", CUT)
    assert printer.wait_sheets()[0].text == "abcd"
    assert not printer.unknown


def test_a_broken_off_picture_swallows_the_next_job(
    printer: PrinterEmulator, connect: Callable[[], Client]
) -> None:
    first = connect()
    first.send(b"\x1dv0\x00\x48\x00\x18\x00" + b"\x00" * 100)
    assert printer.wait_executed(108)
    first.close()
    second = connect()
    second.send(b"\x1b@" + b"swallowed\n" * 20, CUT)
    assert printer.wait_executed(108 + 202 + 4)
    assert not printer.sheets
    second.send(b"\x00" * 2048, b"\x1b@new\n", CUT)
    assert printer.wait_sheets()[0].text == "new"


def test_zero_bytes_end_a_broken_off_picture_and_are_nothing_otherwise(
    printer: PrinterEmulator, connect: Callable[[], Client]
) -> None:
    first = connect()
    first.send(b"\x1dv0\x00\x48\x00\x18\x00" + b"\x55" * 500)
    assert printer.wait_executed(508)
    first.close()
    connect().send(b"\x00" * 2048 + b"\x18\x1b@clean\n", CUT)
    sheet = printer.wait_sheets()[0]
    assert sheet.text == "clean"
    assert not sheet.unknown


class Alone:
    """A host with nobody behind it."""

    def __init__(self) -> None:
        self.state = State()
        self.pages = CodePages()
        self.sheets: list[Sheet] = []
        self.answers = b""

    def answer(self, data: bytes) -> None:
        self.answers += data

    def record(self, event: Event) -> None: ...

    def deliver(self, sheet: Sheet) -> None:
        self.sheets.append(sheet)

    def pulse(self, pin: int, milliseconds: int, offset: int) -> None: ...

    def report_automatically(self, mask: int) -> None: ...

    def show(self, data: bytes) -> None: ...

    def allow(self, function: int, allowed: bool) -> None: ...


_prefixes = st.sampled_from(
    [b"\x1b", b"\x1d", b"\x1c", b"\x1d(k", b"\x1d(L", b"\x1dk", b"\x1dv0", b""]
)
_commands = st.tuples(_prefixes, st.binary(max_size=12)).map(b"".join)
_functions = st.tuples(
    st.sampled_from([b"\x1d(k", b"\x1d(L", b"\x1d(H", b"\x1d(D", b"\x1d(A", b"\x1b("]),
    st.binary(max_size=14),
).map(lambda each: each[0] + len(each[1]).to_bytes(2, "little") + each[1])
_codes = st.tuples(st.integers(65, 79), st.binary(max_size=20)).map(
    lambda each: b"\x1dk" + bytes([each[0], len(each[1])]) + each[1]
)


@given(st.lists(_commands | _functions | _codes, max_size=12))
def test_garbage_never_stops_the_printer(pieces: list[bytes]) -> None:
    host = Alone()
    roll = Roll(576)
    Interpreter(host, roll).feed(b"".join(pieces))
    assert roll.snapshot().text is not None
    assert roll.y <= 80_000 + 255 * 8 * 65_535


@given(st.lists(_commands | _codes, max_size=6))
def test_whatever_was_printed_can_be_drawn(pieces: list[bytes]) -> None:
    host = Alone()
    roll = Roll(576)
    Interpreter(host, roll).feed(b"".join(pieces))
    sheets = [*host.sheets, roll.snapshot()]
    for sheet in sheets:
        if sheet.height < 20_000:
            assert sheet.image().width == 640
