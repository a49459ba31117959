"""What a printer is given and what it answers, without knowing where either comes from.

A `Printable` is anything with these properties; nothing here imports the programme. A printer
never raises for what a printer can do wrong: it answers with a state and a stable cause.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

State = Literal["printed", "sent", "waiting", "unknown"]
Cause = Literal[
    "",
    "paper_out",
    "cover_open",
    "cutter",
    "offline",
    "unreachable",
    "busy",
    "lost",
    "timeout",
]


class Block(Protocol):
    """One piece of a slip; what the fields mean depends on `kind`."""

    @property
    def kind(self) -> str:
        """One of text, pair, rule, feed, qr, barcode, logo."""
        ...

    @property
    def text(self) -> str:
        """The text, the label of a pair, the data of a code, the lines of a feed."""
        ...

    @property
    def value(self) -> str:
        """What stands at the end edge of a pair."""
        ...

    @property
    def align(self) -> str:
        """One of start, center, end; start is the right edge in a right-to-left slip."""
        ...

    @property
    def bold(self) -> bool:
        """Whether the text is emphasised."""
        ...

    @property
    def size(self) -> int:
        """1, or 2 for double width and height."""
        ...


class Printable(Protocol):
    """A slip: its language decides the code page, `rtl` mirrors its columns."""

    @property
    def id(self) -> str:
        """The slip's own id, a UUID as text."""
        ...

    @property
    def language(self) -> str:
        """ISO 639-1 code of the language the slip is written in."""
        ...

    @property
    def rtl(self) -> bool:
        """Whether labels start at the right edge."""
        ...

    @property
    def blocks(self) -> Sequence[Block]:
        """The pieces from top to bottom."""
        ...


@dataclass(frozen=True, slots=True)
class PrintResult:
    """What became of one slip.

    printed: the printer itself said so. sent: it took everything and cannot say more. waiting: not
    a byte of it was sent, try again later. unknown: some of it was sent and nobody can say what
    came out; only a person may decide to print it again.
    """

    state: State
    cause: Cause = ""


class Printer(Protocol):
    """Something slips come out of."""

    def print(self, printable: Printable, /, *, after_unknown: bool = False) -> PrintResult:
        """Print one slip and return once its fate is known; `after_unknown` clears leftovers."""
        ...

    def close(self) -> None:
        """Give up what is under way and refuse what comes later."""
        ...
