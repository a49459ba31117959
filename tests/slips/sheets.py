"""Slips on the emulator's paper, through the real encoder, and many of them side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageDraw

from devices.printers.emulator import PrinterEmulator
from devices.printers.emulator.paper import Sheet
from devices.printers.encoder import SlipEncoder
from devices.printers.profiles import PAPER_58, PAPER_80, PAPER_80_42, PrinterProfile
from terminal.slips import Slip

PAPERS = {32: PAPER_58, 42: PAPER_80_42, 48: PAPER_80}
_GAP = 24


@dataclass
class Press:
    """A printer of one width that gives every slip back as a sheet."""

    profile: PrinterProfile
    encoder: SlipEncoder
    emulator: PrinterEmulator
    path: str

    def sheet(self, slip: Slip) -> Sheet:
        """The slip on paper; every command of it is known."""
        before = self.emulator.executed
        job = self.encoder.encode(slip, b"A1b2")
        with Path(self.path).open("wb", buffering=0) as line:
            line.write(job)
            assert self.emulator.wait_executed(before + len(job), 20)
        assert self.emulator.unknown == ()
        return self.emulator.sheets[-1]


@contextmanager
def press(columns: int, cache: Path) -> Iterator[Press]:
    """A printer with paper of so many columns, and a knife."""
    profile = replace(PAPERS[columns], cutter="partial")
    with PrinterEmulator(width=profile.dots) as emulator:
        yield Press(profile, SlipEncoder(profile, cache), emulator, emulator.serve_pty())


def side_by_side(pictures: Sequence[tuple[str, Image.Image]], across: int) -> Image.Image:
    """All pictures with their names, in columns as short as can be."""
    width = max(picture.width for _, picture in pictures) + _GAP
    columns: list[list[tuple[str, Image.Image]]] = [[] for _ in range(across)]
    heights = [0] * across
    for name, picture in pictures:
        at = heights.index(min(heights))
        columns[at].append((name, picture))
        heights[at] += picture.height + 2 * _GAP
    whole = Image.new("RGB", (width * across + _GAP, max(heights) + _GAP), "#D8D6D0")
    draw = ImageDraw.Draw(whole)
    for number, column in enumerate(columns):
        left, top = _GAP + number * width, _GAP
        for name, picture in column:
            draw.text((left, top - 16), name, fill="black")
            whole.paste(picture.convert("RGB"), (left, top))
            top += picture.height + 2 * _GAP
    return whole
