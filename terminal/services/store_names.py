"""The names of a till's online stores, which change while it is open: all services see the same."""

from collections.abc import Iterable, Iterator, Sequence
from typing import overload


class StoreNames(Sequence[str]):
    """Read like a tuple. ``become`` puts others in their place, for everybody who holds it; a loop
    that runs meanwhile ends with those it began with."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = tuple(names)

    def become(self, names: Iterable[str]) -> None:
        """From now on it is these."""
        self._names = tuple(names)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        """By place."""
        return self._names[index]

    def __len__(self) -> int:
        """How many there are."""
        return len(self._names)

    def __iter__(self) -> Iterator[str]:
        """Those there are now."""
        return iter(self._names)

    def __repr__(self) -> str:
        """The names."""
        return f"StoreNames({self._names!r})"
