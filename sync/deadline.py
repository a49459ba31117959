"""One deadline for several requests, for somebody who waits for all of them together."""

import math
from collections.abc import Callable


class Deadline:
    """None until it is begun, and then ``seconds`` for everything, of the clock it is given. Each
    request takes what is left of it (``sync.wire``). For one thread."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until = math.inf

    def begin(self, seconds: float) -> None:
        """From now on."""
        self._until = self._clock() + seconds

    @property
    def left(self) -> float:
        """Seconds; 0 or less: it is over."""
        return self._until - self._clock()
