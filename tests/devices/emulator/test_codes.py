"""Codes carry their data, wrong ones are visibly refused, and strangers can read the good ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from devices.printers.emulator import Sheet
from tests import judges

Print = Callable[[bytes], Sheet]
CENTRED = b"\x1b@\x1ba\x01"


def qr(data: bytes, size: int = 5, level: int = 49) -> bytes:
    store = (len(data) + 3).to_bytes(2, "little")
    return (
        b"\x1d(k\x04\x001A2\x00"
        + b"\x1d(k\x03\x001C"
        + bytes([size])
        + b"\x1d(k\x03\x001E"
        + bytes([level])
        + b"\x1d(k"
        + store
        + b"1P0"
        + data
        + b"\x1d(k\x03\x001Q0"
    )


def barcode(kind: int, data: bytes) -> bytes:
    return b"\x1dk" + bytes([kind, len(data)]) + data


READABLE = [
    (barcode(67, b"291234567890"), "EAN-13", "2912345678906"),
    (barcode(67, b"2912345678906"), "EAN-13", "2912345678906"),
    (b"\x1dk\x022912345678906\x00", "EAN-13", "2912345678906"),
    (barcode(68, b"96385074"), "EAN-8", "96385074"),
    (barcode(65, b"01234567890"), "EAN-13", "0012345678905"),
    (barcode(66, b"0123456"), "EAN-13", "0012345000065"),
    (barcode(69, b"CARD-42 $/+%."), "CODE-39", "CARD-42 $/+%."),
    (barcode(70, b"123456789012"), "I2/5", "123456789012"),
    (barcode(71, b"A40156$-:/.+B"), "Codabar", "A40156$-:/.+B"),
    (barcode(72, b"Card 42/a_~"), "CODE-93", "Card 42/a_~"),
    (barcode(73, b"{BCard-42{C\x0c\x22{A\x41"), "CODE-128", "Card-421234A"),
    (barcode(73, b"{C\x0c\x22\x38"), "CODE-128", "123456"),
    (barcode(73, b"{Bcd{{ef"), "CODE-128", "cd{ef"),
    (barcode(73, b"{Bab{SAbc"), "CODE-128", "abAbc"),
    (barcode(74, b"0195012345678903"), "CODE-128", "0195012345678903"),
    (barcode(75, b"2401234567890"), "DataBar", "0124012345678905"),
    (barcode(75, b"24012345678905"), "DataBar", "0124012345678905"),
    (barcode(76, b"0000000000000"), "DataBar", "0100000000000000"),
    (barcode(76, b"9999999999999"), "DataBar", "0199999999999997"),
    (qr(b"HELLO-1"), "QR-Code", "HELLO-1"),
    (qr(b"v1.8f3a.0bc", 8, 51), "QR-Code", "v1.8f3a.0bc"),
    (
        qr(b"https://example.com/m/" + b"x" * 150, 4),
        "QR-Code",
        "https://example.com/m/" + "x" * 150,
    ),
]


@pytest.mark.parametrize(("command", "kind", "data"), READABLE)
def test_a_stranger_reads_every_code_off_the_picture(
    print_sheet: Print, tmp_path: Path, command: bytes, kind: str, data: str
) -> None:
    sheet = print_sheet(CENTRED + b"Sample\n\x1dw\x02\x1dh\x50" + command + b"\nThank you\n")
    assert [code.refused for code in sheet.codes] == [""]
    assert judges.read_codes(sheet.to_png(tmp_path / "sheet.png")) == [(kind, data)]


def test_a_wrong_check_digit_is_refused_on_the_paper(print_sheet: Print, tmp_path: Path) -> None:
    sheet = print_sheet(CENTRED + barcode(67, b"2912345678901") + qr(b"HELLO-1"))
    bad, good = sheet.codes
    assert bad.refused == "wrong check digit 1, right is 6"
    assert "2912345678901: wrong check digit" in sheet.text
    assert bad.notice_rows == ("[EAN13 2912345678901: wrong", "check digit 1, right is 6]")
    assert good.top == bad.advance == 48
    assert [event.kind for event in sheet.events] == ["refused code", "cut"]
    assert not good.refused
    assert judges.read_codes(sheet.to_png(tmp_path / "sheet.png")) == [("QR-Code", "HELLO-1")]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (barcode(67, b"12345"), "5 digits instead of 13"),
        (barcode(67, b"12345678901X"), "only digits can be printed"),
        (barcode(68, b"96385070"), "wrong check digit 0, right is 4"),
        (barcode(65, b"012345678900"), "wrong check digit 0, right is 5"),
        (barcode(66, b"1234567"), "7 digits cannot be an UPC-E"),
        (barcode(66, b"12345678901"), "123456789012 has no short form"),
        (barcode(69, b"abc"), "a character that CODE39 does not have"),
        (barcode(70, b"123"), "an odd number of digits"),
        (barcode(71, b"12345"), "no start or stop character A-D"),
        (barcode(71, b"A12x45A"), "a character that CODABAR does not have"),
        (barcode(72, b"\xff"), "character 255 is not in CODE93"),
        (barcode(73, b"abc"), "no subset chosen"),
        (barcode(73, b"{Cab\xff"), "character 255 is not in subset C"),
        (barcode(73, b"{B"), "no data"),
        (barcode(73, b"{Bab{9"), "no {9 in subset B"),
        (barcode(73, b"{B" + b"x" * 60), "2085 dots are too wide"),
        (barcode(75, b"24012345678904"), "wrong check digit 4, right is 5"),
        (barcode(77, b"0123456789012"), "this printer draws no such code"),
    ],
)
def test_what_cannot_be_right_is_refused(print_sheet: Print, command: bytes, reason: str) -> None:
    sheet = print_sheet(command)
    assert [code.refused for code in sheet.codes] == [reason]


def test_a_qr_code_too_large_for_the_paper_or_the_symbology_is_refused(print_sheet: Print) -> None:
    sheet = print_sheet(qr(b"x" * 500, 16) + qr(b"x" * 3000, 1))
    assert sheet.codes[0].refused.endswith("dots are too wide")
    assert sheet.codes[1].refused


def test_readable_text_stands_where_it_was_asked_for(print_sheet: Print) -> None:
    heights = []
    for place in (b"\x00", b"\x01", b"\x02", b"3"):
        sheet = print_sheet(b"\x1dh\x40\x1dH" + place + barcode(67, b"291234567890"))
        heights.append((sheet.codes[0].advance, sheet.text.count("2912345678906")))
    assert heights == [(64, 0), (88, 1), (88, 1), (112, 2)]


def test_codes_keep_their_settings_until_they_are_changed(print_sheet: Print) -> None:
    sheet = print_sheet(
        qr(b"A", 7, 51) + b"\x1d(k\x03\x001Q0" + b"\x1d(k\x04\x001P0B\x1d(k\x03\x001Q0"
    )
    assert [(code.text, code.module) for code in sheet.codes] == [("A", 7), ("A", 7), ("B", 7)]


def test_codes_stand_where_the_line_is_aligned(print_sheet: Print) -> None:
    sheet = print_sheet(qr(b"A", 4) + b"\x1ba\x01" + qr(b"A", 4) + b"\x1ba\x02" + qr(b"A", 4))
    assert [code.x for code in sheet.codes] == [0, 246, 492]


def test_an_unknown_symbol_function_is_noted(print_sheet: Print) -> None:
    assert print_sheet(b"\x1d(k\x03\x000C\x03").unknown
    assert print_sheet(b"\x1d(k\x03\x001R0").unknown
    assert print_sheet(b"\x1dk\x20").unknown
