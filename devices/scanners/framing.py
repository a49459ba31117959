"""Frames out of chunks: a pure state machine, one byte at a time.

What comes out depends on the bytes and never on how the line cut them into chunks. CR, LF, CR LF,
TAB and ETX end a frame, STX starts one afresh, empty frames are nothing. Time is passed in as
seconds of any steady clock and matters only for readers without a suffix.
"""

from dataclasses import dataclass

STX, ETX = 0x02, 0x03
TERMINATORS = frozenset((0x0D, 0x0A, 0x09, ETX))


@dataclass(frozen=True, slots=True)
class FrameFormat:
    """How a reader marks the end of a code.

    `idle` (seconds) ends a code only when the reader sends no suffix; `limit` is in bytes.
    """

    suffix: bool = True
    idle: float = 0.15
    limit: int = 512


@dataclass(frozen=True, slots=True)
class Overrun:
    """More than the limit came without a terminator; reported once, `length` at that moment."""

    length: int


class Framer:
    """Collects bytes into frames; after an overrun drops everything up to the next terminator."""

    def __init__(self, format_: FrameFormat | None = None) -> None:
        self._format = format_ or FrameFormat()
        self._frame = bytearray()
        self._dropping = False
        self._last = 0.0

    @property
    def waits(self) -> bool:
        """Whether an unfinished frame could still be ended by silence."""
        return not self._format.suffix and bool(self._frame or self._dropping)

    def feed(self, chunk: bytes, now: float) -> list[bytes | Overrun]:
        """Return what the chunk completed, in order."""
        done = self.expire(now)
        for byte in chunk:
            self._take(byte, done)
        self._last = now
        return done

    def expire(self, now: float) -> list[bytes | Overrun]:
        """Return the frame that silence has ended, if the reader sends no suffix."""
        done: list[bytes | Overrun] = []
        if self.waits and now - self._last >= self._format.idle:
            self._end(done)
        return done

    def _take(self, byte: int, done: list[bytes | Overrun]) -> None:
        if byte in TERMINATORS:
            self._end(done)
        elif byte == STX:
            self._reset()
        elif not self._dropping:
            self._add(byte, done)

    def _add(self, byte: int, done: list[bytes | Overrun]) -> None:
        self._frame.append(byte)
        if len(self._frame) > self._format.limit:
            done.append(Overrun(len(self._frame)))
            self._frame.clear()
            self._dropping = True

    def _end(self, done: list[bytes | Overrun]) -> None:
        if self._frame:
            done.append(bytes(self._frame))
        self._reset()

    def _reset(self) -> None:
        self._frame.clear()
        self._dropping = False
