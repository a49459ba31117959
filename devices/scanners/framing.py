"""Frames out of chunks: a pure state machine, one byte at a time.

What comes out depends on the bytes and never on how the line cut them into chunks. The suffix ends
a frame, and STX … ETX is one whatever the suffix is; STX starts afresh, empty frames are nothing,
and the CR or LF that a reader sends beside its suffix is no part of a code. Time is passed in as
seconds of any steady clock: silence ends a code of a reader without suffix, and a long pause within
a code of one with a suffix means that these are pieces of two, which must never make a third.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from devices.scanners.base import Reason

STX, ETX = 0x02, 0x03
_LINE_ENDS = b"\r\n"


class Suffix(StrEnum):
    """What ends a code. ``ANY`` of them; ``NONE``: silence does, and any of them as well."""

    ANY = "any"
    CR = "cr"
    LF = "lf"
    TAB = "tab"
    ETX = "etx"
    NONE = "none"


_ANY = frozenset((0x0D, 0x0A, 0x09, ETX))
_ENDS: Mapping[Suffix, frozenset[int]] = {
    Suffix.ANY: _ANY,
    Suffix.CR: frozenset((0x0D,)),
    Suffix.LF: frozenset((0x0A,)),
    Suffix.TAB: frozenset((0x09,)),
    Suffix.ETX: frozenset((ETX,)),
    Suffix.NONE: _ANY,
}


@dataclass(frozen=True, slots=True)
class FrameFormat:
    """How a reader marks its codes.

    `prefix` is taken off where it is there. `idle` (seconds) ends a code only when the reader sends
    no suffix; a `pause` (seconds) within a code spoils it. `limit` is in bytes. With `check_block`
    a code is ETX's alone to end, and the byte after it must be the XOR of all bytes after STX up to
    and including ETX.
    """

    suffix: Suffix = Suffix.ANY
    prefix: bytes = b""
    check_block: bool = False
    idle: float = 0.15
    pause: float = 0.5
    limit: int = 512

    @property
    def ends(self) -> frozenset[int]:
        """The bytes that end a code."""
        return _ENDS[Suffix.ETX if self.check_block else self.suffix]


@dataclass(frozen=True, slots=True)
class Spoilt:
    """Bytes that are no frame; `length` counts them at the moment that was known."""

    reason: Reason
    length: int


Frame = bytes | Spoilt


class Framer:
    """Collects bytes into frames; after an overrun drops everything up to the next end."""

    def __init__(self, format_: FrameFormat | None = None) -> None:
        self._format = format_ or FrameFormat()
        self._ends = self._format.ends
        self._frame = bytearray()
        self._dropping = False
        self._enclosed = self._torn = False
        self._block: int | None = None
        self._last = 0.0

    @property
    def waits(self) -> bool:
        """Whether an unfinished frame could still be ended by silence."""
        silent = self._format.suffix is Suffix.NONE and not self._format.check_block
        return silent and bool(self._frame or self._dropping)

    def feed(self, chunk: bytes, now: float) -> list[Frame]:
        """Return what the chunk completed, in order."""
        done = self.expire(now)
        self._torn |= bool(self._frame) and now - self._last >= self._format.pause
        for byte in chunk:
            self._take(byte, done)
        self._last = now
        return done

    def expire(self, now: float) -> list[Frame]:
        """Return the frame that silence has ended, if the reader sends no suffix."""
        done: list[Frame] = []
        if self.waits and now - self._last >= self._format.idle:
            self._end(done)
        return done

    def _take(self, byte: int, done: list[Frame]) -> None:
        if self._block is not None and self._checked(byte, done):
            return
        if byte == STX:
            self._reset()
            self._enclosed = True
        elif byte in self._ends or (byte == ETX and self._enclosed):
            self._ended(done)
        elif not self._dropping:
            self._add(byte, done)

    def _ended(self, done: list[Frame]) -> None:
        if self._format.check_block and self._frame:
            self._block = ETX
            for byte in self._frame:
                self._block ^= byte
        else:
            self._end(done)

    def _checked(self, byte: int, done: list[Frame]) -> bool:
        """Compare the block check character; False when the byte is none but the next STX."""
        right, self._block = byte == self._block, None
        if right:
            self._end(done)
            return True
        done.append(Spoilt(Reason.WRONG_BLOCK_CHECK, len(self._frame)))
        self._reset()
        return byte != STX

    def _add(self, byte: int, done: list[Frame]) -> None:
        self._frame.append(byte)
        if len(self._frame) > self._format.limit:
            done.append(Spoilt(Reason.NO_TERMINATOR, len(self._frame)))
            self._frame.clear()
            self._dropping = True

    def _end(self, done: list[Frame]) -> None:
        code = bytes(self._frame).strip(_LINE_ENDS).removeprefix(self._format.prefix)
        if code:
            done.append(Spoilt(Reason.HALF_SCAN, len(code)) if self._torn else code)
        self._reset()

    def _reset(self) -> None:
        self._frame.clear()
        self._dropping = self._enclosed = self._torn = False
