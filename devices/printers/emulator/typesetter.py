"""The print head: puts characters on a line, lines on the roll, and cuts the roll into sheets.

Positions are dots from the left edge of the printable area. A line is printed when it is fed or
full; until then it is data in the print buffer, which ESC @ and a loss of power throw away.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from devices.printers.emulator.paper import (
    FONT_CELLS,
    NOTICE_COLUMNS,
    Align,
    Code,
    Event,
    Glyph,
    Item,
    Line,
    Picture,
    Sheet,
    Style,
)

DOTS_PER_INCH = 203
DEFAULT_SPACING = 30
LONGEST_SHEET = 80_000
"""Ten metres: a stream of garbage without cuts must not fill the memory."""


class Roll:
    """The paper below the head: what is printed on it since the last cut, and where the head
    stands.
    """

    def __init__(self, width: int, knife_distance: int = 0) -> None:
        self.width = width
        self.y = 0
        self.items: list[Item] = []
        self.events: list[Event] = []
        self._knife_distance = knife_distance

    def add(self, item: Item, advance: int) -> None:
        """Print an item at the head's place and feed the paper behind it."""
        self.items.append(replace(item, top=self.y + item.top))
        self.y += advance

    def feed(self, dots: int) -> None:
        """Move the paper; negative is backwards, but never off the beginning."""
        self.y = max(0, self.y + dots)

    def feed_to_knife(self) -> None:
        """Feed so far that what the head has printed last lies beyond the knife."""
        self.feed(self._knife_distance)

    def snapshot(self, cut: Literal["", "full", "partial", "torn"] = "") -> Sheet:
        """The paper as it hangs in the printer now."""
        return Sheet(tuple(self.items), tuple(self.events), cut, self.width, self.y)

    def cut(self, kind: Literal["full", "partial", "torn"]) -> Sheet:
        """Cut at the knife; what lies between head and knife stays for the next sheet."""
        knife = max(0, self.y - (self._knife_distance if kind != "torn" else 0))
        kept = [item for item in self.items if item.top >= knife]
        gone = tuple(item for item in self.items if item.top < knife)
        sheet = Sheet(gone, tuple(self.events), kind, self.width, knife)
        self.items = [replace(item, top=item.top - knife) for item in kept]
        self.events = []
        self.y -= knife
        return sheet


@dataclass(slots=True)
class Modes:
    """Everything ESC @ puts back. Spacings in dots, motion units in 1/unit inch."""

    style: Style = field(default_factory=Style)
    double_strike: bool = False
    page: int = 0
    international: int = 0
    align: Align = "left"
    line_spacing: int = DEFAULT_SPACING
    char_spacing: int = 0
    left: int = 0
    area: int = 576
    tabs: tuple[int, ...] = tuple(range(96, 577, 96))
    unit_x: int = DOTS_PER_INCH
    unit_y: int = DOTS_PER_INCH
    bar_height: int = 162
    bar_width: int = 3
    hri: Literal["none", "above", "below", "both"] = "none"
    hri_font: str = "A"
    qr_model: int = 50
    qr_module: int = 3
    qr_level: str = "L"
    downloaded: bool = False

    def dots_x(self, units: int) -> int:
        """Horizontal motion units as dots."""
        return units * DOTS_PER_INCH // self.unit_x

    def dots_y(self, units: int) -> int:
        """Vertical motion units as dots."""
        return units * DOTS_PER_INCH // self.unit_y


class Typesetter:
    """The modes and the unprinted line of one interface, on a roll shared with the others."""

    def __init__(self, roll: Roll) -> None:
        self._roll = roll
        self._page: Roll | None = None
        self._glyphs: list[Glyph] = []
        self._pictures: list[Picture] = []
        self._x = 0
        self.modes = Modes(area=roll.width)

    def reset(self) -> None:
        """ESC @ or power on: modes back, the unprinted line and page are lost."""
        self.modes = Modes(area=self._roll.width)
        self._page = None
        self._clear_line()

    @property
    def page_mode(self) -> bool:
        """Whether data is collected for a page instead of being printed."""
        return self._page is not None

    @property
    def line_is_empty(self) -> bool:
        """Whether the head stands at the beginning of a line, where alignment and margins may
        change.
        """
        return not self._glyphs and not self._pictures and self._x == 0

    def put(self, char: str) -> None:
        """Set one character; a line that is full is printed first."""
        modes = self.modes
        style = replace(modes.style, bold=True) if modes.double_strike else modes.style
        advance = style.cell[0] + modes.char_spacing * style.width
        if self._x + style.cell[0] > self._area_width() and self._x > 0:
            self.line_feed()
        self._glyphs.append(Glyph(self._x, char, style, advance))
        self._x += advance

    def line_feed(self) -> None:
        """Print the line, blank or not, and feed one line spacing (or the line's height, if that is
        more).
        """
        self._print_line(self.modes.line_spacing)

    def feed_lines(self, count: int) -> None:
        """ESC d: print the line and feed `count` lines."""
        if not count:
            self._print_pending()
        for _ in range(count):
            self.line_feed()

    def feed_dots(self, dots: int) -> None:
        """ESC J and ESC K: print the line, if any, and feed `dots` (negative: backwards)."""
        if self.line_is_empty:
            self._target.feed(dots)
        else:
            self._print_line(max(0, dots))

    def tab(self) -> None:
        """Move to the next tab stop; beyond the last one nothing happens."""
        self._x = next((stop for stop in self.modes.tabs if stop > self._x), self._x)

    def set_tabs(self, columns: bytes) -> None:
        """ESC D: tab stops in characters of the present font."""
        cell = self.modes.style.cell[0] + self.modes.char_spacing
        self.modes.tabs = tuple(column * cell for column in columns)

    def absolute(self, dots: int) -> None:
        """ESC $: move within the line; beyond the area the order is ignored."""
        if 0 <= dots <= self._area_width():
            self._x = dots

    def relative(self, dots: int) -> None:
        """ESC \\: move right or, with negative dots, left."""
        self.absolute(self._x + dots)

    def vertical(self, dots: int) -> None:
        """GS $: move within the page; outside page mode the order is ignored."""
        if self._page is not None:
            self._print_pending()
            self._page.y = dots

    def inline(self, picture: Picture) -> None:
        """ESC *: a column image that stands in the line like a character."""
        self._pictures.append(replace(picture, x=self._x))
        self._x += picture.width * picture.scale_x

    def block(self, item: Picture | Code) -> None:
        """Print a raster image or code as a line of its own, aligned."""
        self._print_pending()
        width = (
            item.width * item.scale_x
            if isinstance(item, Picture)
            else item.width or NOTICE_COLUMNS * FONT_CELLS["A"][0]
        )
        x = self.modes.left + self._shift(width)
        self._target.add(replace(item, x=x), item.advance)

    def fits(self, width: int) -> bool:
        """Whether something `width` dots wide has room in the printing area."""
        return width <= self._area_width()

    def cut(self, kind: Literal["full", "partial"], feed: int | None) -> Sheet:
        """Cut where the knife is, or after feeding to it and `feed` dots more."""
        self._print_pending()
        if feed is not None:
            self._roll.feed_to_knife()
            self._roll.feed(feed)
        return self._roll.cut(kind)

    def begin_page(self) -> None:
        """ESC L: from here on data is collected for a page."""
        if self._page is None and self.line_is_empty:
            self._page = Roll(self._roll.width)

    def clear_page(self) -> None:
        """CAN: throw away what the page holds; in standard mode nothing happens."""
        if self._page is not None:
            self._page = Roll(self._roll.width)
            self._clear_line()

    def print_page(self, *, leave: bool) -> None:
        """FF and ESC FF: print the collected page; FF also returns to standard mode."""
        if self._page is None:
            self._print_pending()
            return
        self._print_pending()
        page, start = self._page, self._roll.y
        self._roll.items += [
            replace(item, top=item.top + start) for item in sorted(page.items, key=lambda i: i.top)
        ]
        self._roll.feed(max([page.y] + [item.top + item.advance for item in page.items]))
        if leave:
            self._page = None

    def leave_page(self) -> None:
        """ESC S: back to standard mode; an unprinted page is lost."""
        if self._page is not None:
            self._page = None
            self._clear_line()

    @property
    def _target(self) -> Roll:
        return self._roll if self._page is None else self._page

    def _area_width(self) -> int:
        return min(self.modes.area, self._roll.width - self.modes.left)

    def _shift(self, width: int) -> int:
        room = max(0, self._area_width() - width)
        return {"left": 0, "center": room // 2, "right": room}[self.modes.align]

    def _clear_line(self) -> None:
        self._glyphs = []
        self._pictures = []
        self._x = 0

    def _print_pending(self) -> None:
        if self._glyphs or self._pictures:
            self._print_line(0)
        self._x = 0

    def _print_line(self, advance: int) -> None:
        ends = [glyph.x + glyph.advance for glyph in self._glyphs]
        ends += [picture.right for picture in self._pictures]
        shift = self.modes.left + self._shift(max(ends, default=0))
        line = Line(
            0,
            advance,
            tuple(replace(glyph, x=glyph.x + shift) for glyph in self._glyphs),
            tuple(replace(picture, x=picture.x + shift) for picture in self._pictures),
            self.modes.align,
            self.page_mode,
        )
        advance = max(advance, line.height)
        self._clear_line()
        self._target.add(replace(line, advance=advance), advance)
