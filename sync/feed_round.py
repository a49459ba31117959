"""How far the reading of one feed is, and whether it leads anywhere.

Stores are not believed: one that counts more rows than it shows is read once more, and one that
promises more for ever, by pages that lead in a circle or hold nothing, is left.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

SAME: Final = 3
"""How many pages in a row may end where one ended before."""
EMPTY: Final = 10_000
"""How many pages in a row may hold nothing, with more to come."""


@dataclass(slots=True)
class FeedRound:
    """One reading, from ``began_at`` on. ``again``: for the second time, as rows were missing."""

    began_at: str | None
    again: bool = False
    total: int | None = None
    seen: int = 0
    _known: int = 0
    _empty: int = 0
    _last: frozenset[str] = frozenset()
    _places: set[str | None] = field(default_factory=set)

    def page(self, keys: Iterable[str], total: int | None, cursor: str) -> None:
        """One page more: its rows, how many the store says there are, and where it ended."""
        self._places.add(self.began_at)
        self.total = total if self.total is None else self.total
        rows = frozenset(keys)
        self.seen += len(rows - self._last)  # those that the page before did not show already
        self._last = rows
        self._known = self._known + 1 if cursor in self._places else 0
        self._empty = 0 if rows else self._empty + 1
        self._places.add(cursor)

    @property
    def leads_nowhere(self) -> bool:
        """Whether it would go on for ever."""
        return self._known >= SAME or self._empty >= EMPTY
