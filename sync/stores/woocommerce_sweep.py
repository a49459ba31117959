"""Going through a long list of a WooCommerce shop without leaving anything out. Pure of shapes.

Lists are sorted by id, which never changes: sorted by time, rows of the same second come in any
order and some never come. Rows come and go between pages all the same, so each page begins with the
last row of the page before; if it does not, it goes back until it does. A shop counts its rows, and
if fewer came than there were, the sweep is made once more.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import msgspec

Row = TypeVar("Row")

AGAIN: Final = 2
"""How often a sweep that came out short is made again before the next round does."""


class Mark(msgspec.Struct, frozen=True):
    """Where a sweep is: ``at`` rows in, ``last`` the greatest id so far, ``seen`` distinct rows;
    ``first`` rows there were at its beginning, of which ``left`` went since."""

    at: int = 0
    last: int = 0
    seen: int = 0
    first: int = 0
    left: int = 0
    total: int = 0
    again: int = 0
    done: bool = False

    @property
    def short(self) -> bool:
        """Whether rows are missing."""
        return self.seen + self.left < self.first


Ask = Callable[[int, int], tuple[Sequence[Row], int]]
"""(offset, how many) -> rows by rising id, and how many there are in all."""


def advance(
    mark: Mark, ask: Ask[Row], id_of: Callable[[Row], int], size: int
) -> tuple[list[Row], Mark]:
    """The next rows, and the mark behind them."""
    size = max(size, 2)
    offset = max(mark.at - 1, 0)
    while True:
        rows, total = ask(offset, size)
        if offset == 0 or (rows and id_of(rows[0]) <= mark.last):
            break
        offset = max(offset - size + 1, 0)
    new = [row for row in rows if id_of(row) > mark.last]
    gone = max(mark.total - total, 0)
    moved = msgspec.structs.replace(
        mark,
        at=offset + len(rows),
        last=max([mark.last, *map(id_of, new)]),
        seen=mark.seen + len(new),
        first=mark.first if mark.total else total,
        left=mark.left + gone,
        total=total,
        done=len(rows) < size,
    )
    if moved.done and moved.short and mark.again < AGAIN:
        return new, Mark(again=mark.again + 1)
    return new, moved


def rewound(text: str | None, shape: type[Row]) -> Row | None:
    """A cursor as it was kept; None if it can't be read."""
    try:
        return msgspec.json.decode(text or "", type=shape)
    except (msgspec.DecodeError, UnicodeError):
        return None


def kept(cursor: msgspec.Struct) -> str:
    """A cursor as text."""
    return msgspec.json.encode(cursor).decode()
