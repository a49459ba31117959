"""Blocks into rows: what stands on one line of paper, at which edge.

Pure, and the same for characters and for dots: `measure` says how wide a text is and `width` how
wide the paper is, in one unit. Cells name edges as start and end; whoever draws them mirrors.
"""

import re
from dataclasses import dataclass, replace

from devices.printers.base import Block
from devices.printers.text import Measure, wrap

_COLUMNS = 48
"""Balancing lines to a character is good enough."""
_SENTENCE_END = re.compile(r"(?:(?<=[!?;])|(?<=\w\w\w\.)) (?=\D)")
"""Not behind an abbreviation, nor inside a date. The semicolon is the Greek question mark."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A text at one edge of a row; `align` is start, center or end."""

    text: str
    align: str = "start"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of paper: its cells never overlap."""

    cells: tuple[Cell, ...]
    bold: bool = False
    size: int = 1

    @property
    def centred(self) -> bool:
        """Whether the row is one text in the middle."""
        return self.cells[0].align == "center"


def size_of(block: Block) -> int:
    """Return the block's size as far as a slip knows sizes: 1 or 2."""
    return 2 if block.size > 1 else 1


def text_rows(block: Block, text: str, width: int, measure: Measure) -> list[Row]:
    """Return the rows of a text block, every line at the block's edge."""
    row = Row((), block.bold, size_of(block))
    lines = wrap(text, width, measure)
    if block.align == "center" and len(lines) > 1:
        lines = _by_sentence(text, lines, width, measure)
    return [replace(row, cells=(Cell(line, block.align),)) for line in lines]


def _by_sentence(text: str, lines: list[str], width: int, measure: Measure) -> list[str]:
    """Every sentence on lines of its own where that takes no more of them."""
    sentences = [(each, wrap(each, width, measure)) for each in _SENTENCE_END.split(text)]
    if sum(len(own) for _, own in sentences) > len(lines):
        return _balanced(text, lines, width, measure)
    return [line for each, own in sentences for line in _balanced(each, own, width, measure)]


def _balanced(text: str, lines: list[str], width: int, measure: Measure) -> list[str]:
    """As many lines, as alike in length as words allow: no word stands alone in the middle."""
    narrow = min(max(measure(word) for word in text.split(" ")), width)
    wide, step = width, max(width // _COLUMNS, 1)
    while wide - narrow >= step:
        between = (narrow + wide) // 2
        tried = wrap(text, between, measure)
        if len(tried) > len(lines):
            narrow = between + 1
        else:
            wide, lines = between, tried
    return lines


def pair_rows(block: Block, label: str, value: str, width: int, measure: Measure) -> list[Row]:
    """Return the value at the end of the label's last row, or on its own where it does not fit."""
    row = Row((), block.bold, size_of(block))
    *lines, last = wrap(label, width, measure)
    rows = [replace(row, cells=(Cell(line),)) for line in lines]
    # Measured one by one, because labels come again on every slip and amounts do not.
    if measure(last) + measure(" ") + measure(value) <= width:
        return [*rows, replace(row, cells=(Cell(last), Cell(value, "end")))]
    return [
        *rows,
        replace(row, cells=(Cell(last),)),
        *(replace(row, cells=(Cell(line, "end"),)) for line in wrap(value, width, measure)),
    ]


def in_columns(row: Row, columns: int, *, rtl: bool) -> str:
    """Return the row as one line of characters, padded to its edges; cells are visual already.

    A centred cell is not padded: the printer itself centres to half a character.
    """
    if len(row.cells) == 1:
        return _padded(row.cells[0], columns, rtl=rtl)
    left, right = (cell.text for cell in (reversed(row.cells) if rtl else row.cells))
    return left + right.rjust(columns - len(left))


def _padded(cell: Cell, columns: int, *, rtl: bool) -> str:
    if cell.align == "center":
        return cell.text
    at_right = (cell.align == "end") is not rtl
    return cell.text.rjust(columns) if at_right else cell.text
