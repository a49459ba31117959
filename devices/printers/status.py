"""What a printer says back: bytes in, answers out, and what they mean.

Pure. The answers share one line without any frame around them and are told apart by fixed bits:
`0xx1xx10` real-time status, `0xx1xx00` the first of four automatic status bytes, `0xx0xxxx` paper
sensor, and blocks that begin with 37h or 5Fh and end with 00h.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from devices.printers.base import Cause

QUERIES = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"
QUERY_COUNT = 4
RECOVER = b"\x10\x05\x01"
ASK_IN_TURN = b"\x1dr\x01"
ASK_MAKER_MODEL_FIRMWARE = b"\x1dIB\x1dIC\x1dIA"
_LONGEST_BLOCK = {0x37: 7, 0x5F: 96}


@dataclass(frozen=True, slots=True)
class RealTime:
    """One byte that answers one `DLE EOT`; which one, only the order of asking tells."""

    byte: int


@dataclass(frozen=True, slots=True)
class Automatic:
    """Four bytes the printer sends unasked when its state changes (ASB)."""

    frame: bytes


@dataclass(frozen=True, slots=True)
class PaperSensor:
    """The answer to `GS r 1`, given in turn with the data and only while on line."""

    byte: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The answer to `GS ( H`: everything before this job id is on paper."""

    job_id: bytes


@dataclass(frozen=True, slots=True)
class Information:
    """A block that begins with 5Fh: the maker's or the model's name, asked for with `GS I`."""

    text: bytes


Answer = RealTime | Automatic | PaperSensor | Confirmed | Information


class StatusParser:
    """Takes whatever arrives, in any cut; bytes that fit no pattern are dropped."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Answer]:
        """Return the answers the data completed, in order."""
        return [answer for byte in data for answer in self._take(byte)]

    def _take(self, byte: int) -> Iterator[Answer]:
        if self._pending:
            self._pending.append(byte)
            yield from self._completed()
        elif byte in (0x37, 0x5F) or byte & 0x93 == 0x10:
            self._pending.append(byte)
        elif byte & 0x93 == 0x12:
            yield RealTime(byte)
        elif byte & 0x90 == 0x00:
            yield PaperSensor(byte)

    def _completed(self) -> Iterator[Answer]:
        first, last = self._pending[0], self._pending[-1]
        if first not in (0x37, 0x5F):
            yield from self._automatic(last)
        elif last == 0:
            yield from self._block()
        elif len(self._pending) >= _LONGEST_BLOCK[first]:
            self._pending.clear()

    def _automatic(self, last: int) -> Iterator[Answer]:
        if last & 0x90:  # not a continuation: the frame was torn, begin again with this byte
            self._pending.clear()
            yield from self._take(last)
        elif len(self._pending) == 4:
            yield Automatic(bytes(self._pending))
            self._pending.clear()

    def _block(self) -> Iterator[Answer]:
        block = bytes(self._pending[:-1])
        self._pending.clear()
        if block[:2] == b"\x37\x22":
            yield Confirmed(block[2:])
        elif block[:1] == b"\x5f":
            yield Information(block[1:])


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """The printer's state at one moment; `reachable` false means nothing else is known.

    `cause` is what a person has to mend before anything prints, "" when it is ready. `paper_low` is
    a ready printer's warning. `drawer_high` is the level of the drawer's switch, None: not known.
    """

    reachable: bool = True
    online: bool = True
    cover_open: bool = False
    paper_out: bool = False
    paper_low: bool = False
    cutter_error: bool = False
    other_error: bool = False
    why_unreachable: Cause = ""
    drawer_high: bool | None = None

    @property
    def cause(self) -> Cause:
        """The remedy in one word; an open cover hides the paper sensor, so it comes first."""
        if not self.reachable:
            return self.why_unreachable or "unreachable"
        if self.cover_open:
            return "cover_open"
        if self.paper_out:
            return "paper_out"
        if self.cutter_error:
            return "cutter"
        return "offline" if self.other_error or not self.online else ""

    @property
    def ready(self) -> bool:
        """Whether a slip would come out now."""
        return self.cause == ""

    def drawer_open(self, open_is_high: bool) -> bool | None:
        """Whether the drawer is open, which is a high level or a low one; None: not known."""
        return None if self.drawer_high is None else self.drawer_high is open_is_high


def status_of(printer: int, offline: int, error: int, paper: int) -> PrinterStatus:
    """Return the state from the answers to `DLE EOT` 1, 2, 3 and 4."""
    return PrinterStatus(
        online=not printer & 0x08,
        cover_open=bool(offline & 0x04),
        paper_out=bool(paper & 0x60 or offline & 0x20),
        paper_low=bool(paper & 0x0C),
        cutter_error=bool(error & 0x08),
        other_error=bool(error & 0x64),
        drawer_high=bool(printer & 0x04),
    )


def status_of_automatic(frame: bytes) -> PrinterStatus:
    """Return the state from four automatic status bytes."""
    first, errors, paper, _ = frame
    return PrinterStatus(
        online=not first & 0x08,
        cover_open=bool(first & 0x20),
        paper_out=bool(paper & 0x0C),
        paper_low=bool(paper & 0x03),
        cutter_error=bool(errors & 0x08),
        other_error=bool(errors & 0x64),
        drawer_high=bool(first & 0x04),
    )
