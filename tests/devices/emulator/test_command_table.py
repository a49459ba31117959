"""Every command of the table is known and takes exactly its own bytes: the text behind each one is
printed whole. What the table does not have fails whoever sends it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devices.printers.emulator import PrinterEmulator
from tests.devices.emulator.conftest import CUT, Client

QR = (
    b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x04\x1d(k\x03\x001E0\x1d(k\x04\x001P0A\x1d(k\x03\x001Q0"
)
STORED = b"\x0b\x000p0\x01\x011\x08\x00\x01\x00\xff\x1d(L\x02\x0002"
STYLES = (
    b"\x1b@", b"\x1bt\x13", b"\x1bR\x00", b"\x1b!\x00", b"\x1d!\x00", b"\x1bE\x01", b"\x1bG\x01",
    b"\x1b-\x01", b"\x1dB\x01", b"\x1bM\x00", b"\x1b{\x00", b"\x1bV\x00", b"\x1db\x00", b"\x1ba0",
)  # fmt: skip
MOVES = (
    b"\n", b"\r", b"\t", b"\x0c", b"\x18", b"\x1bd\x01", b"\x1bJ\x01", b"\x1be\x01", b"\x1bK\x01",
    b"\x1b2", b"\x1b3\x1e", b"\x1b \x00", b"\x1dP\x00\x00", b"\x1b$\x00\x00", b"\x1b\\\x00\x00",
    b"\x1dL\x00\x00", b"\x1dW\x40\x02", b"\x1bD\x08\x00", b"\x1bL\x0c", b"\x1bL\x1bS",
)  # fmt: skip
MACHINE = (
    b"\x1bp\x00\x19\x19", b"\x1bp1\x19\x19", b"\x1dr1", b"\x1dr2", b"\x1da\xff\x1da\x00",
    b"\x1dI1", b"\x1dI2", b"\x1dI3", b"\x1dIA", b"\x1dIB", b"\x1dIC", b"\x1dID",
    b"\x1d(H\x06\x0000A1b2", b"\x1d(D\x03\x00\x14\x01\x01", b"\x1d(E\x03\x00\x01IN",
    b"\x1c(A\x02\x0000", b"\x1b=\x01", b"\x1b=\x02shown\x1b=\x01", b"\x1c.", b"\x1c&", b"\x1c!\x00",
    b"\x1c-\x00", b"\x1cW\x00", b"\x1cC\x00", b"\x1cS\x00\x00", b"\x1cp\x01\x00", b"\x1bc3\x0f",
    b"\x1bc4\x0f", b"\x1bc5\x01", b"\x1br\x00", b"\x1bu\x00", b"\x1bv", b"\x1bB\x02\x02", b"\x07",
    b"\x10\x04\x01", b"\x10\x05\x01", b"\x10\x14\x01\x00\x01",
)  # fmt: skip
CODES = (
    b"\x1dh\x40", b"\x1dw\x02", b"\x1df\x00", b"\x1dH\x00", QR,
    b"\x1dk\x00012345678905\x00", b"\x1dk\x010123456\x00", b"\x1dk\x022912345678906\x00",
    b"\x1dk\x0396385074\x00", b"\x1dk\x04ABC\x00", b"\x1dk\x051234\x00", b"\x1dk\x06A123A\x00",
    b"\x1dkA\x0c012345678905", b"\x1dkB\x070123456", b"\x1dkC\x0d2912345678906",
    b"\x1dkD\x0896385074", b"\x1dkE\x03ABC", b"\x1dkF\x041234", b"\x1dkG\x05A123A",
    b"\x1dkH\x03ABC", b"\x1dkI\x05{BABC", b"\x1dkJ\x0810ABC123",
    b"\x1dkK\x0d2401234567890", b"\x1dkL\x0d2401234567890",
)  # fmt: skip
PICTURES = (
    b"\x1dv0\x00\x01\x00\x01\x00\xff", b"\x1dv03\x01\x00\x01\x00\xff", b"\x1d(L" + STORED,
    b"\x1d8L\x0b\x00\x00\x00" + STORED[2:], b"\x1b*\x00\x01\x00\xff", b"\x1b*\x01\x01\x00\xff",
    b"\x1b* \x01\x00abc", b"\x1b*!\x01\x00abc",
)  # fmt: skip
TABLE = {"styles": STYLES, "moves": MOVES, "machine": MACHINE, "codes": CODES, "pictures": PICTURES}


@pytest.mark.parametrize("part", TABLE)
def test_every_command_is_known_and_takes_its_own_bytes(
    printer: PrinterEmulator, client: Client, part: str
) -> None:
    for command in TABLE[part]:
        client.send(b"\x1b@", command, b"\x1b@\nbehind\n")
    client.send(CUT)
    sheet = printer.wait_sheets()[0]
    rows = sheet.text.split("\n")
    assert printer.unknown == ()
    assert rows.count("behind") == len(TABLE[part])
    assert set(rows) == {"", "behind"}
    assert [code.refused for code in sheet.codes if code.refused] == []
    assert len(sheet.codes) == (20 if part == "codes" else 0)
    assert len(sheet.pictures) == (4 if part == "pictures" else 0)


@pytest.mark.parametrize("cut", [
    b"\x1dV\x00", b"\x1dV\x01", b"\x1dV0", b"\x1dV1", b"\x1dVA\x00", b"\x1dVB\x00", b"\x1dVa\x00",
    b"\x1dVb\x00", b"\x1dVg\x00", b"\x1dVh\x00", b"\x1bi", b"\x1bm",
])  # fmt: skip
def test_every_cut_is_one(printer: PrinterEmulator, client: Client, cut: bytes) -> None:
    client.send(b"one\n", cut, b"two\n", cut)
    assert [sheet.text for sheet in printer.wait_sheets(2)] == ["one", "two"]
    assert printer.unknown == ()


def test_buffers_are_cleared_and_power_goes_by_order(
    printer: PrinterEmulator, connect: Callable[[], Client]
) -> None:
    client = connect()
    client.send(b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08")
    assert printer.wait_until(lambda: any(e.kind == "buffer cleared" for e in printer.events))
    client.send(b"\x10\x14\x02\x01\x08")
    assert printer.wait_until(lambda: not printer.online)
    assert printer.unknown == ()
