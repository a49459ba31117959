"""What a reader that waits for an answer is told: ACK, or NAK to complain to the cashier's hand.

A reader sends a code again at NAK, up to three times, and gives up with a long beep. Those repeats
are the same code to the till: they are answered and not reported, and the fourth is accepted, so
that no reader and no till ever talk for ever.
"""

import threading

ACK, NAK = b"\x06", b"\x15"
ANSWER_SECONDS = 0.3


class Replies:
    """One port's answers; `key` stands for what was read, `now` is seconds of one steady clock."""

    def __init__(self, most: int = 3, window: float = 2.0) -> None:
        self._most = most
        self._window = window
        self._refused: tuple[int, float] | None = None
        self._times = 0

    def is_repeat(self, key: int, now: float) -> bool:
        """Whether the reader sends again what it was just told to be bad."""
        if self._refused is None:
            return False
        return self._refused[0] == key and now - self._refused[1] < self._window

    def first(self, key: int, now: float, *, good: bool) -> bytes:
        """The answer to something new."""
        self._times = 0
        self._refused = None if good else (key, now)
        return ACK if good else self.again(key, now)

    def again(self, key: int, now: float) -> bytes:
        """The answer to a repeat."""
        self._times += 1
        self._refused = (key, now)
        return NAK if self._times <= self._most else ACK


class HeldScan:
    """A scan that waits for the till's judgement; `give` comes from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._text: str | None = None
        self._good: bool | None = None

    def hold(self, text: str) -> None:
        """From now on a judgement on this text counts."""
        with self._changed:
            self._text, self._good = text, None

    def give(self, *, good: bool, text: str = "") -> None:
        """Judge. With ``text`` only that scan is meant: a late answer never falls on the next."""
        with self._changed:
            if self._text is not None and text in ("", self._text):
                self._good = good
                self._changed.notify_all()

    def wait(self, seconds: float = ANSWER_SECONDS) -> bool:
        """The judgement; nobody's within this time is a good one."""
        with self._changed:
            self._changed.wait_for(lambda: self._good is not None, seconds)
            good, self._text = self._good is not False, None
            return good
