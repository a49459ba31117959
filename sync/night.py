"""Reconciling by night: both sides compared between two rounds of a store's worker, once a night.

A till that is off at night walks when it is next on. A sale, a person or the end of the program
interrupts it within one member, and the next pause goes on from there; so it never holds anything
up. Only where this process is the one that tells the store.
"""

from collections.abc import Callable
from typing import Final

from sync.going_on import GoOn
from sync.reconcile import Reconciler, is_due
from terminal.ids import Clock

AT_ONCE: Final = 2000
"""Members between two rounds."""


class Night:
    """For the worker's thread. ``here``: whether it is this process that tells the store."""

    def __init__(
        self, walk: Reconciler, clock: Clock, *, here: Callable[[], bool], at_once: int = AT_ONCE
    ) -> None:
        self._walk = walk
        self._clock = clock
        self._here = here
        self._at_once = at_once

    def __call__(self, go_on: GoOn) -> bool:
        """Walk on, where a walk is under way or due; whether there is more to do at once."""
        if not self._here() or not (self._walk.is_under_way() or self._is_due()):
            return False
        walked = self._walk.reconcile(go_on=go_on, limit=self._at_once)
        return not (walked.whole or walked.problem)

    def _is_due(self) -> bool:
        """The first night after the store was connected is the first one."""
        last = self._walk.last() or self._walk.first_seen()
        return is_due(last, self._clock())
