"""What a display of two lines is to the rest of the programme."""

from enum import StrEnum
from typing import Protocol

COLUMNS = 20
LINES = 2


class DisplayState(StrEnum):
    """Where the display is: `AWAY` comes back by itself, `STOPPED` does not."""

    CONNECTED = "connected"
    AWAY = "away"
    STOPPED = "stopped"


class LineDisplay(Protocol):
    """A display that looks after itself on a thread of its own; nothing here ever blocks."""

    @property
    def state(self) -> DisplayState:
        """Whether the display is there, as far as its line tells."""
        ...

    def can_show(self, char: str, /) -> bool:
        """Say whether its character generator has this character."""
        ...

    def show(self, upper: str, lower: str, /) -> None:
        """Show these two lines as soon as the display can; a newer frame takes their place."""
        ...

    def start(self) -> None:
        """Begin; callbacks come on the display's own thread."""
        ...

    def stop(self) -> None:
        """Clear the display and let go of its line; no callback comes afterwards."""
        ...


class Link(Protocol):
    """The way to a display: every method ends within seconds and raises only `DeviceError`."""

    def open(self) -> None:
        """Connect."""
        ...

    def write(self, data: bytes) -> bool:
        """Pass all of it on; False: not now, ask again. Raises where it does not get through."""
        ...

    def look(self) -> None:
        """Raise where the display is known to have gone; throw away what it says."""
        ...

    def close(self) -> None:
        """Let go, within half a second."""
        ...

    def cancel(self) -> None:
        """End the waits of another thread, for good."""
        ...
