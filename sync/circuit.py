"""A circuit breaker: a store that fails again and again is asked one cheap thing until it answers.

Closed, everything is asked. After some rounds that failed in a row it opens: nothing is asked until
the pause is over, and then a single probe (half open), whose answer closes it or opens it again.
Pure: pauses are the worker's.
"""

from typing import Final, Literal

TRIPS_AT: Final = 3

CircuitState = Literal["closed", "open", "half_open"]


class Circuit:
    """For one store; for one thread at a time, ``state`` and ``is_closed`` for any."""

    def __init__(self, *, trips_at: int = TRIPS_AT) -> None:
        self._trips_at = trips_at
        self._failures = 0
        self._probing = False

    @property
    def failures(self) -> int:
        """Rounds that failed in a row."""
        return self._failures

    @property
    def state(self) -> CircuitState:
        """As above."""
        if self.is_closed:
            return "closed"
        return "half_open" if self._probing else "open"

    @property
    def is_closed(self) -> bool:
        """Whether everything may be asked."""
        return self._failures < self._trips_at

    def probe(self) -> None:
        """The one cheap question is under way."""
        self._probing = not self.is_closed

    def failed(self) -> None:
        """A round or the probe failed."""
        self._failures += 1
        self._probing = False

    def well(self) -> None:
        """The store answered."""
        self._failures = 0
        self._probing = False
