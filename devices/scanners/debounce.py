"""One presentation of a card is one scan.

A reader on a stand reads the same code again and again while the card lies in front of it. The
same code counts once until it has been out of sight for the window; another code counts at once.
"""


class Debounce:
    """Remembers the last code of one port; `window` and `now` are seconds of one steady clock."""

    def __init__(self, window: float = 1.5) -> None:
        self._window = window
        self._last: tuple[str, float] | None = None

    def is_new(self, text: str, now: float) -> bool:
        """Say whether this reading counts, and keep the window open while the code stays."""
        repeated = self._last is not None and self._repeats(self._last, text, now)
        self._last = (text, now)
        return not repeated

    def _repeats(self, last: tuple[str, float], text: str, now: float) -> bool:
        return last[0] == text and now - last[1] < self._window
