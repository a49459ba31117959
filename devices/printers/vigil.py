"""How long a printer that can't print is asked, and when it is only listened to.

A printer acts on questions when they come in, yet while it is off line they also fill its receive
buffer, four thousand bytes in most; full, it reads no more and answers nothing. So after
`LIMIT_BYTES` of questions the line is kept open with one question waiting its turn in the buffer,
which is answered the moment the printer prints again, and listening costs no bytes. From then on
it is asked at ever longer intervals, for printers that do not answer in turn. Times are seconds of
`clock`.
"""

from collections.abc import Callable

LIMIT_BYTES = 2048
_FIRST_PAUSE = 30.0
_LONGEST_PAUSE = 1800.0
SLIP_PAUSE = 20.0
NEW_LINE_BYTES = 3072
NEW_LINE_PAUSE = 600.0


class Vigil:
    """What was asked since the printer was last well; `turn_waits`: a question waits its turn."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.well()

    def well(self) -> None:
        """It prints, or was switched off: its buffer is empty."""
        self._asked = 0
        self._pause = _FIRST_PAUSE
        self._last = float("-inf")
        self.turn_waits = False

    def count(self, asked: int) -> None:
        """So many bytes more were asked in vain."""
        self._asked += asked
        self._last = self._clock() if asked else self._last

    @property
    def listening(self) -> bool:
        """Whether enough was asked: the line is kept and listened to."""
        return self._asked >= LIMIT_BYTES

    def may_ask(self, *, for_slip: bool, new_line: bool = False) -> bool:
        """Whether one more question is due: a slip that wants to be printed waits less long, and
        on a new line the answer may be lost that was to come on the old one.
        """
        since = self._clock() - self._last
        if for_slip and since >= SLIP_PAUSE:
            return True
        if new_line and (self._asked < NEW_LINE_BYTES or since >= NEW_LINE_PAUSE):
            return True
        if since < self._pause:
            return False
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        return True
