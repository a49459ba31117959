"""What lies on the paper: sheets of lines, codes and pictures, as immutable objects.

Every position and size is in dots of 1/203 inch (8 dots per millimetre), measured from the left
edge of the printable area and from the top edge of the sheet. Text is Unicode in visual order: a
printer knows no bidirectional text, so what stands further left on paper stands earlier in the
string.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL.Image import Image

FONT_CELLS: Mapping[str, tuple[int, int]] = MappingProxyType({"A": (12, 24), "B": (9, 17)})
"""Width and height in dots of one unscaled character cell, by font."""

NOTICE_COLUMNS = 32
"""A refused code says why in rows of so many characters, so that narrow paper has room for it."""

Align = Literal["left", "center", "right"]
EventKind = Literal[
    "drawer",
    "cut",
    "beep",
    "process id",
    "unknown",
    "refused code",
    "page mode",
    "display",
    "recovered",
    "buffer cleared",
    "power",
    "no such page",
    "no such character",
    "test print",
]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at byte `offset` of one interface's stream (-1: acted on in real
    time).
    """

    kind: EventKind
    offset: int
    text: str
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Style:
    """How a character looks. Width and height are factors 1-8, underline is a thickness in dots."""

    font: str = "A"
    bold: bool = False
    underline: int = 0
    width: int = 1
    height: int = 1
    reverse: bool = False
    upside_down: bool = False
    rotated: bool = False

    @property
    def cell(self) -> tuple[int, int]:
        """Width and height of the scaled cell in dots."""
        width, height = FONT_CELLS[self.font]
        if self.rotated:
            width, height = height, width
        return width * self.width, height * self.height


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character at `x`; `advance` is its cell plus the character spacing."""

    x: int
    char: str
    style: Style
    advance: int


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters that touch each other and look alike."""

    x: int
    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Picture:
    """A bitmap of `width` by `height` dots as packed rows (highest bit left, 1 is black)."""

    x: int
    top: int
    width: int
    height: int
    rows: bytes
    scale_x: int = 1
    scale_y: int = 1

    @property
    def advance(self) -> int:
        """The paper it takes, in dots."""
        return self.height * self.scale_y

    @property
    def right(self) -> int:
        """The first dot column after it."""
        return self.x + self.width * self.scale_x


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code or barcode. `refused` says why the printer printed the reason instead of the code.

    `matrix` has one string of '0' and '1' per row of modules; a barcode has one row whose
    characters are dots already, so that two-width symbologies keep their ratio.
    """

    kind: str
    data: bytes
    text: str
    x: int = 0
    top: int = 0
    matrix: tuple[str, ...] = ()
    module: int = 1
    bar_height: int = 0
    hri: Literal["none", "above", "below", "both"] = "none"
    hri_font: str = "A"
    refused: str = ""

    @property
    def width(self) -> int:
        """Width of the symbol in dots, without quiet zones."""
        return len(self.matrix[0]) * self.module if self.matrix else 0

    @property
    def advance(self) -> int:
        """The paper it takes, in dots, with its readable text."""
        if self.refused:
            return FONT_CELLS["A"][1] * len(self.notice_rows)
        rows = {"none": 0, "above": 1, "below": 1, "both": 2}[self.hri]
        return self.symbol_height + rows * FONT_CELLS[self.hri_font][1]

    @property
    def symbol_height(self) -> int:
        """Height of the symbol alone in dots."""
        return self.bar_height or len(self.matrix) * self.module

    @property
    def notice(self) -> str:
        """What is on paper in place of a refused code."""
        return f"[{self.kind} {self.text}: {self.refused}]"

    @property
    def notice_rows(self) -> tuple[str, ...]:
        """The notice in rows that fit the narrowest paper."""
        return tuple(textwrap.wrap(self.notice, NOTICE_COLUMNS))


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: characters by their x position, wherever in the stream they came."""

    top: int
    advance: int
    glyphs: tuple[Glyph, ...] = ()
    pictures: tuple[Picture, ...] = ()
    align: Align = "left"
    page_mode: bool = False

    @property
    def height(self) -> int:
        """Height of the tallest thing on the line in dots (0 for a blank line)."""
        cells = [glyph.style.cell[1] for glyph in self.glyphs]
        return max(cells + [picture.advance for picture in self.pictures], default=0)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The runs of like characters from left to right."""
        spans: list[Span] = []
        end = 0
        for glyph in _by_x(self.glyphs):
            if spans and spans[-1].style == glyph.style and glyph.x == end:
                spans[-1] = Span(spans[-1].x, spans[-1].text + glyph.char, glyph.style)
            else:
                spans.append(Span(glyph.x, glyph.char, glyph.style))
            end = glyph.x + glyph.advance
        return tuple(spans)

    @property
    def text(self) -> str:
        """The line as on paper: gaps become spaces, wide characters count once."""
        written: list[str] = []
        end = 0
        for glyph in _by_x(self.glyphs):
            cell = FONT_CELLS[glyph.style.font][0]
            written.append(" " * max(0, round((glyph.x - end) / cell)))
            written.append(glyph.char)
            end = glyph.x + glyph.advance
        return "".join(written).rstrip()

    def columns(self, cell: int = 12) -> str:
        """The line on a fixed grid of `cell` dots: a double-width character takes two columns."""
        grid: dict[int, str] = {round(glyph.x / cell): glyph.char for glyph in _by_x(self.glyphs)}
        return "".join(grid.get(column, " ") for column in range(max(grid, default=-1) + 1))


Item = Line | Code | Picture


def _by_x(glyphs: tuple[Glyph, ...]) -> list[Glyph]:
    """Characters from left to right; of two printed on the same spot the later one is seen."""
    kept: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda each: each.x):
        if kept and glyph.x - kept[-1].x < kept[-1].style.cell[0] / 2:
            kept.pop()
        kept.append(glyph)
    return kept


@dataclass(frozen=True, slots=True)
class Sheet:
    """What came off the printer between two cuts. `cut` is "" while the sheet still hangs in the
    printer.
    """

    items: tuple[Item, ...] = ()
    events: tuple[Event, ...] = ()
    cut: Literal["", "full", "partial", "torn"] = ""
    width: int = 576
    height: int = 0

    @property
    def lines(self) -> tuple[Line, ...]:
        """The text lines, blank ones included."""
        return tuple(item for item in self.items if isinstance(item, Line))

    @property
    def codes(self) -> tuple[Code, ...]:
        """QR codes and barcodes, refused ones included."""
        return tuple(item for item in self.items if isinstance(item, Code))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Raster images, and column images that stand inside lines."""
        return tuple(self._pictures())

    @property
    def text(self) -> str:
        """All readable text as on paper, one string per line, visual order."""
        return "\n".join(self._text_rows()).rstrip("\n")

    @property
    def unknown(self) -> tuple[Event, ...]:
        """Commands the printer did not know."""
        return tuple(event for event in self.events if event.kind == "unknown")

    def image(self, margin: int = 32) -> Image:
        """The sheet as a Pillow image at 8 dots/mm. The default margin makes 576 dots an 80 mm
        paper.
        """
        from devices.printers.emulator.drawing import draw_sheet

        return draw_sheet(self, margin)

    def to_png(self, path: str | Path, margin: int = 32) -> Path:
        """Write `image()` to a file and return its path."""
        target = Path(path)
        self.image(margin).save(target, format="PNG", dpi=(203, 203))
        return target

    def _pictures(self) -> Iterator[Picture]:
        for item in self.items:
            if isinstance(item, Picture):
                yield item
            elif isinstance(item, Line):
                yield from item.pictures

    def _text_rows(self) -> Iterator[str]:
        for item in self.items:
            if isinstance(item, Line):
                yield item.text
            elif isinstance(item, Code):
                yield from _code_rows(item)


def _code_rows(code: Code) -> Iterator[str]:
    if code.refused:
        yield code.notice
        return
    if code.hri in ("above", "both"):
        yield code.text
    if code.hri in ("below", "both"):
        yield code.text
