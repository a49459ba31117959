"""A slip as the bytes one ESC/POS job is made of.

One code page per slip, chosen by its language and never by the text; every mode is set at the
beginning because the printer may still be in any state. Rows the page cannot hold become pictures.
Nothing here waits for or talks to a printer.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from devices.printers import codes, raster
from devices.printers.base import Block, Printable
from devices.printers.escpos_library import new_encoder
from devices.printers.layout import Cell, Row, in_columns, pair_rows, size_of, text_rows
from devices.printers.profiles import CodePage, PrinterProfile
from devices.printers.text import clean, encode, for_page, has_rtl

FLUSH_BYTES = 2048
_CAN, _KANJI_OFF = b"\x18", b"\x1c."
_CUTS = {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00", "none": b"\x1bd\x05"}
_ALIGNS = {"start": "left", "center": "center", "end": "right"}
_QR_LEVEL_M = 1
_CODE_GAP = b"\x1bJ\x0c"


class SlipEncoder:
    """Turns slips into bytes for one printer model; not thread-safe, one per printer.

    `cache_dir` is private to this programme: python-escpos unpickles a file from it.
    """

    def __init__(self, profile: PrinterProfile, cache_dir: Path) -> None:
        self._profile = profile
        self._cache_dir = cache_dir
        self._library: Any = None

    def encode(self, printable: Printable, job_id: bytes, *, after_unknown: bool = False) -> bytes:
        """Return the whole job; `job_id` is four printable bytes the printer will answer with.

        `after_unknown` begins with enough NULs to complete a picture a lost job broke off in.
        """
        if not re.fullmatch(rb"[ -~]{4}", job_id):
            raise ValueError("a job id is four printable bytes")
        if self._library is None:
            self._library = new_encoder(self._cache_dir)
        page = self._profile.page_for(printable.language)
        job = _Job(self._library, self._profile, page, printable.rtl)
        job.begin(flush=after_unknown)
        for block in printable.blocks:
            job.add(block)
        return job.finish(job_id)


class _Job:
    """One slip being encoded into the library's buffer."""

    def __init__(
        self,
        library: Any,  # noqa: ANN401 - python-escpos has no types
        profile: PrinterProfile,
        page: CodePage,
        rtl: bool,
    ) -> None:
        self._out = library
        self._profile = profile
        self._codec = page.codec
        self._page = page
        self._rtl = rtl
        self._pictured = "he" in profile.raster_languages
        self._style = (False, 1)
        self._align = "left"

    def begin(self, *, flush: bool) -> None:
        """Put the printer into a known state, whatever it was doing."""
        self._out.clear()
        self._raw(bytes(FLUSH_BYTES) if flush else b"")
        self._raw(_CAN)
        self._out.hw("INIT")
        self._raw(_KANJI_OFF + b"\x1bR\x00" + b"\x1b2" + b"\x1b{\x00")
        self._out.set(align="left", bold=False, underline=0, invert=False, font="a")
        self._size(1)
        self._raw(b"\x1bt%c" % self._page.number)

    def add(self, block: Block) -> None:
        """Append one block; an unknown kind is printed as text rather than lost."""
        adders = {
            "pair": self._pair,
            "rule": self._rule,
            "feed": self._feed,
            "qr": self._qr,
            "barcode": self._barcode,
        }
        adders.get(block.kind, self._text)(block)

    def finish(self, job_id: bytes) -> bytes:
        """Ask for the confirmation, cut, and return all bytes."""
        asked = b"\x1d(H\x06\x0000" + job_id if self._profile.process_id else b"\x1dr\x01"
        self._raw(asked)
        self._raw(_CUTS[self._profile.cutter])
        job = bytes(self._out.output)
        self._out.clear()
        return job

    def _raw(self, data: bytes) -> None:
        if data:
            self._out._raw(data)

    def _text(self, block: Block) -> None:
        if self._flows(block.text):
            self._flowing(text_rows(block, clean(block.text), self._profile.dots, _dots(block)))
            return
        columns = self._profile.columns // size_of(block)
        self._rows(text_rows(block, for_page(block.text, self._codec), columns, len))

    def _pair(self, block: Block) -> None:
        if self._flows(block.text + block.value):
            label, value = clean(block.text), clean(block.value)
            self._flowing(pair_rows(block, label, value, self._profile.dots, _dots(block)))
            return
        label, value = (for_page(text, self._codec) for text in (block.text, block.value))
        columns = self._profile.columns // size_of(block)
        self._rows(pair_rows(block, label, value, columns, len))

    def _flows(self, text: str) -> bool:
        """Whether the text needs the proportional font: only that one has right-to-left letters."""
        return has_rtl(text) and (self._pictured or not self._holds(text))

    def _holds(self, text: str) -> bool:
        return encode(for_page(text, self._codec), self._codec) is not None

    def _flowing(self, rows: list[Row]) -> None:
        self._aligned("left")
        for row in rows:
            self._raw(raster.picture_of(row, self._profile.dots, rtl=self._rtl, flowing=True))

    def _rows(self, rows: list[Row]) -> None:
        for row in rows:
            self._row(row)

    def _row(self, row: Row) -> None:
        line = in_columns(_visual(row), self._profile.columns // row.size, rtl=self._rtl)
        encoded = encode(line, self._codec)
        self._aligned("center" if row.centred and encoded is not None else "left")
        if encoded is None:
            self._raw(raster.picture_of(row, self._profile.dots, rtl=self._rtl, flowing=False))
            return
        self._styled(row.bold, row.size)
        self._raw(encoded + b"\n")

    def _rule(self, _: Block) -> None:
        self._aligned("left")
        self._styled(False, 1)
        self._raw(b"-" * self._profile.columns + b"\n")

    def _feed(self, block: Block) -> None:
        lines = int(block.text) if block.text.isdecimal() else block.size
        self._styled(False, 1)
        self._raw(b"\x1bd%c" % min(max(lines, 1), 20))

    def _qr(self, block: Block) -> None:
        if not codes.fits_qr(block.text):
            self._text(block)
            return
        self._aligned(self._side(block))
        size = codes.qr_module_dots(block.text, self._profile.dots)
        # Readers need four modules of quiet around the code (ISO/IEC 18004).
        self._raw(b"\x1bJ%c" % (4 * size))
        self._out.qr(block.text, ec=_QR_LEVEL_M, size=size, native=True)
        self._raw(b"\x1bJ%c" % (4 * size))

    def _barcode(self, block: Block) -> None:
        code = codes.barcode_for(block.text)
        command = codes.barcode_command(code, self._profile.dots) if code else None
        if command is None:
            self._text(block)  # a number a person can type beats a code nobody can read
            return
        self._aligned(self._side(block))
        self._raw(_CODE_GAP + command + _CODE_GAP)

    def _side(self, block: Block) -> str:
        side = _ALIGNS.get(block.align, "left")
        mirrored = {"left": "right", "right": "left"}
        return mirrored.get(side, side) if self._rtl else side

    def _aligned(self, side: str) -> None:
        if side != self._align:
            self._align = side
            self._out.set(align=side)

    def _styled(self, bold: bool, size: int) -> None:
        if bold is not self._style[0]:
            self._out.set(bold=bold)
        if size != self._style[1]:
            self._size(size)
        self._style = (bold, size)

    def _size(self, size: int) -> None:
        self._out.set(custom_size=True, width=size, height=size)


def _dots(block: Block) -> Any:  # noqa: ANN401 - a Measure bound to the block's style
    return lambda text: raster.width_in_dots(text, block.bold, size_of(block))


def _visual(row: Row) -> Row:
    if not any(has_rtl(cell.text) for cell in row.cells):
        return row
    cells = tuple(Cell(_display(cell.text), cell.align) for cell in row.cells)
    return Row(cells, row.bold, row.size)


@lru_cache(maxsize=512)
def _display(text: str) -> str:
    from bidi import get_display  # only printers that print Hebrew as text need it

    return str(get_display(text, base_dir="R")) if has_rtl(text) else text
