"""What tests of the wire share: how long they wait, and what became of a request."""

import time

import pytest

from sync.errors import SyncError
from sync.wire import Wire, settled
from tests.sync.rough_server import RoughServer

QUICK = {"connect_timeout": 0.4, "patience": 0.4}
"""For lines that are never good; others get the time that a busy machine needs."""
LATE = 8.0
"""Seconds within which everything must have ended, on the slowest machine that runs this."""


def fate(wire: Wire, url: str, **asked: object) -> tuple[type[SyncError], str]:
    """What became of a request, and that it became of it in time."""
    begun = time.monotonic()
    with pytest.raises(SyncError) as caught:
        settled(wire.ask("GET", url, **asked))
    assert time.monotonic() - begun < LATE
    return type(caught.value), caught.value.problem


def meets(wires, act, **line):
    """What a request to a server meets that does this."""
    with RoughServer(act) as server:
        return fate(wires(**line), server.url)
