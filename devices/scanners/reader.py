"""Everything between the line and a scan, without the line: bytes and times in, scans out.

One `ScanReader` belongs to one port. It is not thread-safe; the port's thread owns it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from devices.scanners.base import Reason, Rejected, Scan
from devices.scanners.debounce import Debounce
from devices.scanners.framing import Frame, FrameFormat, Framer, Spoilt
from devices.scanners.symbologies import ReadingRules, read_frame

_GARBAGE = frozenset((Reason.GARBAGE, Reason.CONTROL_CHARACTERS, Reason.NO_TERMINATOR))
_DOCUMENT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What one frame came to; nothing, when it is no news. Equal frames have an equal `key`."""

    outcomes: tuple[Scan | Rejected, ...]
    key: int


class ScanReader:
    """Framing, reading and debounce of one port; `now` is seconds of one steady clock.

    After three unreadable frames in a row the reason becomes `WRONG_SPEED`: noise passes, a wrong
    baud rate does not. After a driving licence everything is dropped until the line falls silent,
    because its lines come as frames of their own.
    """

    def __init__(
        self,
        port: str,
        *,
        format_: FrameFormat | None = None,
        rules: ReadingRules | None = None,
        debounce: Debounce | None = None,
    ) -> None:
        self._port = port
        self._framer = Framer(format_)
        self._rules = rules or ReadingRules()
        self._debounce = debounce or Debounce()
        self._garbage_in_a_row = 0
        self._document_until = float("-inf")

    def heard(self, chunk: bytes, now: float) -> list[Heard]:
        """What the chunk completed, frame by frame; an empty chunk is silence."""
        frames = self._framer.feed(chunk, now) if chunk else self._framer.expire(now)
        return [Heard(tuple(self._outcomes(frame, now)), hash(frame)) for frame in frames]

    def feed(self, chunk: bytes, now: float) -> list[Scan | Rejected]:
        """Return what the chunk completed, in the order it was read."""
        return [outcome for heard in self.heard(chunk, now) for outcome in heard.outcomes]

    def _outcomes(self, frame: Frame, now: float) -> Iterable[Scan | Rejected]:
        return (one for one in self._read(frame) if self._counts(one, now))

    def _read(self, frame: Frame) -> tuple[Scan | Rejected, ...]:
        if isinstance(frame, Spoilt):
            return (self._judged(Rejected(frame.reason, self._port, frame.length)),)
        return tuple(map(self._judged, read_frame(frame, self._port, self._rules)))

    def _judged(self, outcome: Scan | Rejected) -> Scan | Rejected:
        if isinstance(outcome, Scan) or outcome.reason not in _GARBAGE:
            self._garbage_in_a_row = 0
            return outcome
        self._garbage_in_a_row += 1
        if self._garbage_in_a_row < 3:
            return outcome
        return Rejected(Reason.WRONG_SPEED, outcome.port, outcome.length)

    def _counts(self, outcome: Scan | Rejected, now: float) -> bool:
        if now < self._document_until:
            self._document_until = now + _DOCUMENT_SECONDS
            return False
        if isinstance(outcome, Scan):
            return self._debounce.is_new(outcome.text, now)
        if outcome.reason is Reason.PERSONAL_DOCUMENT:
            self._document_until = now + _DOCUMENT_SECONDS
        return True
