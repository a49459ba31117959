"""The tables of letters, against a source that nobody in this project wrote: glibc's iconv."""

from __future__ import annotations

import subprocess

import pytest

from devices.printers.emulator.codepages import EPSON_PAGES, HOLE, CodePages
from tests import judges

NAMES = {
    "cp437": "CP437", "cp850": "CP850", "cp860": "CP860", "cp863": "CP863", "cp865": "CP865",
    "cp857": "CP857", "cp737": "CP737", "iso8859_7": "ISO-8859-7", "cp1252": "CP1252",
    "cp866": "CP866", "cp852": "CP852", "cp858": "CP858", "iso8859_11": "ISO-8859-11",
    "cp775": "CP775", "cp855": "CP855", "cp861": "CP861", "cp862": "CP862", "cp869": "CP869",
    "iso8859_2": "ISO-8859-2", "iso8859_15": "ISO-8859-15", "cp1125": "CP1125",
    "cp1250": "CP1250", "cp1251": "CP1251", "cp1253": "CP1253", "cp1254": "CP1254",
    "cp1255": "CP1255", "cp1256": "CP1256", "cp1257": "CP1257", "cp1258": "CP1258",
}  # fmt: skip
OURS = {14, 16, 17, 18, 19, 36, 45, 46, 47, 49}
"""The pages that slips in the six languages are printed with."""


def by_iconv(name: str) -> dict[int, str]:
    """Every byte of the upper half that iconv knows, one to a line."""
    iconv = judges.tool("iconv", "libc-bin")
    lines = b"".join(b"%c\n" % byte for byte in range(0x80, 0x100))
    run = subprocess.run(
        [iconv, "-c", "-f", name, "-t", "UTF-8"], input=lines, capture_output=True, timeout=30
    )
    if b"not supported" in run.stderr:
        return {}
    rows = run.stdout.decode("utf-8").split("\n")[:128]
    assert len(rows) == 128, run.stderr
    return {byte: row for byte, row in enumerate(rows, 0x80) if row}


@pytest.mark.parametrize("number", [n for n, name in EPSON_PAGES.items() if name in NAMES])
def test_iconv_reads_every_byte_as_the_paper_shows_it(number: int) -> None:
    theirs = by_iconv(NAMES[EPSON_PAGES[number]])
    assert theirs or number not in OURS, "iconv does not know a page that our slips are printed in"
    pages = CodePages()
    ours = {byte: pages.char(byte, number) for byte in range(0x80, 0x100)}
    shown = {"\u00a0": " ", "\u00ad": "-"}
    differing = {
        f"{byte:02X}h": (ours[byte], char)
        for byte, char in theirs.items()
        if ours[byte] != shown.get(char, char) and not "\x80" <= char <= "\x9f"
    }
    assert differing == {}
    assert number not in OURS or all(
        ours[byte] == HOLE for byte in range(0x80, 0x100) if theirs.get(byte, "\x80") <= "\x9f"
    )
