"""How long to wait before trying again: exponential, spread by chance, capped."""

from collections.abc import Callable
from datetime import timedelta

FIRST = timedelta(seconds=2)
LONGEST = timedelta(hours=1)


def backoff(
    attempts: int,
    *,
    jitter: Callable[[], float],
    retry_after: float | None = None,
    first: timedelta = FIRST,
    longest: timedelta = LONGEST,
) -> timedelta:
    """The wait after ``attempts`` failures (from 1), never less than the online store asked for,
    up to ``LONGEST``: a slip of a gateway's configuration must not silence a till for a year.

    ``jitter`` answers in [0, 1); the wait lies in the upper half of the exponential step, so that
    tills that lost the network together do not come back together.
    """
    # Capped before it is multiplied: a till that was closed for a year has many attempts.
    step = min(first * (1 << min(max(attempts - 1, 0), 30)), longest)
    wait = step * (0.5 + jitter() / 2)
    return max(wait, timedelta(seconds=min(retry_after or 0, LONGEST.total_seconds())))
