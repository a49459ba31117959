"""One job being put together: blocks become rows, rows become commands.

Commands are kept as whole pieces, because a drawer or a question may only be slipped in between two
of them: inside the data of a picture it would become dots.
"""

from functools import lru_cache
from typing import Any

from devices.printers import codes
from devices.printers.base import Block
from devices.printers.layout import Cell, Row, in_columns, pair_rows, size_of, text_rows
from devices.printers.logo import Logo
from devices.printers.paging import on_page, select
from devices.printers.profiles import CodePage, PrinterProfile
from devices.printers.raster import LINE_DOTS, commands_of, feeds, pieces_of, width_in_dots
from devices.printers.text import clean, for_page, has_rtl

FLUSH_BYTES = 2048
_CAN, _KANJI_OFF = b"\x18", b"\x1c."
# Back from the display behind the printer, should the line have been cut while it was spoken to.
_TO_PRINTER = b"\x1b=\x01"
_CUTS = {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00", "none": b"\x1bd\x05"}
_ALIGNS = {"start": "left", "center": "center", "end": "right"}
_ASIDE = {"left": b"\x1ba\x00", "center": b"\x1ba\x01", "right": b"\x1ba\x02"}
_QR_LEVEL_M = 1
_CODE_GAP_DOTS = 12
_REPORT_CHANGES, _REPORT_NOTHING = b"\x1da\x0e", b"\x1da\x00"
_LINE = 30


class Composer:
    """Collects the pieces of one job for one printer; `dots` is the paper they take."""

    def __init__(
        self,
        library: Any,  # noqa: ANN401 - python-escpos has no types
        profile: PrinterProfile,
        logo: Logo | None = None,
    ) -> None:
        self._library = library
        self._profile = profile
        self._logo = logo
        self._page = profile.page_for("en")
        self._spare = profile.spare
        self._rtl = False
        self._pictured = False
        self._style = (False, 1)
        self._align = "left"
        self.pieces: list[bytes] = []
        self.dots = 0

    def begin(self, *, flush: bool = False) -> None:
        """Put the printer into a known state, whatever it was doing."""
        self._raw(bytes(FLUSH_BYTES) if flush else b"")
        self._raw(_CAN)
        self._call("hw", "INIT")
        self._raw(_TO_PRINTER + _KANJI_OFF + b"\x1bR\x00" + b"\x1b2" + b"\x1b{\x00")
        self._call("set", align="left", bold=False, underline=0, invert=False, font="a")
        self._size(1)
        if self._profile.automatic and self._profile.answers_status:
            self._raw(_REPORT_CHANGES)

    def speak(self, language: str, *, rtl: bool) -> None:
        """Print in this language from now on, on its page."""
        self.use(self._profile.page_for(language), rtl=rtl)
        self._pictured = language in self._profile.raster_languages

    def use(self, page: CodePage | None, *, rtl: bool) -> None:
        """Print on this page from now on, None: as pictures of every letter that is not ASCII."""
        self._rtl, self._pictured = rtl, page is None
        self._page = page or self._profile.page_for("en")
        self._raw(select(self._page))

    def add(self, block: Block) -> None:
        """Append one block; an unknown kind is printed as text rather than lost."""
        adders = {
            "pair": self._pair,
            "rule": self._rule,
            "feed": self._feed,
            "qr": self._qr,
            "barcode": self._barcode,
            "logo": self._picture,
        }
        adders.get(block.kind, self._text)(block)

    def ask(self, job_id: bytes) -> None:
        """Ask for the confirmation that everything so far is on paper."""
        self.hush()
        self._raw(b"\x1d(H\x06\x0000" + job_id if self._profile.process_id else b"\x1dr\x01")

    def hush(self) -> None:
        """Let the printer report nothing by itself any more: the next program may not expect it."""
        if self._profile.automatic and self._profile.answers_status:
            self._raw(_REPORT_NOTHING)

    def verbatim(self, line: bytes) -> None:
        """Append a line of ASCII as it is, however long."""
        self._aligned("left")
        self._styled(False, 1)
        self._raw(line + b"\n")
        self.dots += _LINE

    def cut(self) -> None:
        """Cut, or feed to where the paper is torn."""
        self._raw(_CUTS[self._profile.cutter])
        tail = 5 * _LINE if self._profile.cutter == "none" else 8 * self._profile.knife_mm
        self.dots += tail

    def _raw(self, data: bytes) -> None:
        if data:
            self.pieces.append(data)

    def _call(self, name: str, *arguments: object, **options: object) -> None:
        """Let the library make the commands; its pieces are whole ones."""
        self._library.clear()
        getattr(self._library, name)(*arguments, **options)
        self.pieces.append(self._library.output)
        self._library.clear()

    def _text(self, block: Block) -> None:
        if self._flows(block.text):
            dots = self._profile.dots
            self._flowing(text_rows(block, clean(block.text), dots, _measure(block)))
            return
        columns = self._profile.columns // size_of(block)
        self._rows(text_rows(block, self._on_page(block.text), columns, len))

    def _pair(self, block: Block) -> None:
        if self._flows(block.text + block.value):
            label, value, dots = clean(block.text), clean(block.value), self._profile.dots
            self._flowing(pair_rows(block, label, value, dots, _measure(block)))
            return
        label, value = self._on_page(block.text), self._on_page(block.value)
        columns = self._profile.columns // size_of(block)
        self._rows(pair_rows(block, label, value, columns, len))

    def _on_page(self, text: str) -> str:
        return for_page(text, self._page.codec)

    def _flows(self, text: str) -> bool:
        """Whether the text needs the proportional font: only that one has right-to-left letters."""
        return has_rtl(text) and (self._pictured or self._encoded(self._on_page(text)) is None)

    def _encoded(self, text: str) -> bytes | None:
        if self._pictured and not text.isascii():
            return None
        return on_page(text, self._page, self._spare)

    def _flowing(self, rows: list[Row]) -> None:
        self._aligned("left")
        for row in rows:
            self._drawn(row, flowing=True)

    def _drawn(self, row: Row, *, flowing: bool) -> None:
        self.pieces += pieces_of(row, self._profile.dots, rtl=self._rtl, flowing=flowing)
        self.dots += LINE_DOTS[row.size]

    def _rows(self, rows: list[Row]) -> None:
        for row in rows:
            self._row(row)

    def _row(self, row: Row) -> None:
        line = in_columns(_visual(row), self._profile.columns // row.size, rtl=self._rtl)
        encoded = self._encoded(line)
        self._aligned("center" if row.centred and encoded is not None else "left")
        if encoded is None:
            self._drawn(row, flowing=False)
            return
        self._styled(row.bold, row.size)
        self._raw(encoded + b"\n")
        self.dots += _LINE if row.size == 1 else LINE_DOTS[2]

    def _rule(self, _: Block) -> None:
        self._aligned("left")
        self._styled(False, 1)
        self._raw(b"-" * self._profile.columns + b"\n")
        self.dots += _LINE

    def _feed(self, block: Block) -> None:
        lines = int(block.text) if block.text.isdecimal() else block.size
        lines = min(max(lines, 1), 20)
        self._styled(False, 1)
        self._raw(b"\x1bd%c" % lines)
        self.dots += lines * _LINE

    def _picture(self, _: Block) -> None:
        pieces = self._logo.pieces() if self._logo else ()
        self._aligned("left")
        self.pieces += pieces
        self.dots += 240 if pieces else 0

    def _qr(self, block: Block) -> None:
        if not codes.fits_qr(block.text):
            self._text(block)
            return
        size = codes.qr_module_dots(block.text, self._profile.dots)
        self.dots += codes.qr_modules(block.text) * size
        if not self._profile.native_qr:
            from devices.printers.drawn_codes import qr_picture

            self._image(qr_picture(block.text, self._profile.dots, self._side(block)))
            return
        self._aligned(self._side(block))
        # Readers need four modules of quiet around the code (ISO/IEC 18004).
        self.pieces += feeds(4 * size)
        self._call("qr", block.text, ec=_QR_LEVEL_M, size=size, native=True)
        self.pieces += feeds(4 * size)

    def _image(self, image: Any) -> None:  # noqa: ANN401 - Pillow comes late
        self._aligned("left")
        self.pieces += commands_of(image)

    def _barcode(self, block: Block) -> None:
        code = codes.barcode_for(block.text)
        command = codes.barcode_command(code, self._profile.dots) if code else None
        if code is None or command is None:
            self._text(block)  # a number a person can type beats a code nobody can read
            return
        self.dots += codes.HEIGHT_DOTS + 2 * _CODE_GAP_DOTS + (_LINE if code.below else 0)
        self.pieces += feeds(_CODE_GAP_DOTS)
        if self._profile.native_barcodes:
            self._aligned(self._side(block))
            self._raw(command)
        else:
            self._drawn_barcode(code, self._side(block))
        self.pieces += feeds(_CODE_GAP_DOTS)

    def _drawn_barcode(self, code: codes.Barcode, side: str) -> None:
        from devices.printers.drawn_codes import barcode_picture

        self._image(barcode_picture(code, self._profile.dots, side))
        if code.below:
            self._aligned(side)
            self._styled(False, 1)
            self._raw(code.below.encode() + b"\n")

    def _side(self, block: Block) -> str:
        side = _ALIGNS.get(block.align, "left")
        mirrored = {"left": "right", "right": "left"}
        return mirrored.get(side, side) if self._rtl else side

    def _aligned(self, side: str) -> None:
        if side != self._align:
            self._align = side
            self._raw(_ASIDE[side])

    def _styled(self, bold: bool, size: int) -> None:
        if bold is not self._style[0]:
            self._raw(b"\x1bE%c" % bold)
        if size != self._style[1]:
            self._size(size)
        self._style = (bold, size)

    def _size(self, size: int) -> None:
        self._raw(b"\x1d!%c" % (0x11 * (size - 1)))


def _measure(block: Block) -> Any:  # noqa: ANN401 - a Measure bound to the block's style
    return lambda text: width_in_dots(text, block.bold, size_of(block))


def _visual(row: Row) -> Row:
    if not any(has_rtl(cell.text) for cell in row.cells):
        return row
    cells = tuple(Cell(_display(cell.text), cell.align) for cell in row.cells)
    return Row(cells, row.bold, row.size)


@lru_cache(maxsize=512)
def _display(text: str) -> str:
    from bidi import get_display  # only printers that print Hebrew as text need it

    return str(get_display(text, base_dir="R")) if has_rtl(text) else text
