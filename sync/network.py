"""Noticing that the network came back, without sending anything.

A datagram socket that is connected but never used says by which of the machine's addresses an
outer address would be reached: nothing leaves the machine. When that changes (a cable, another
network, a route where there was none), asking again is worth it before a pause is over. It works
the same on every system; what it can't see, a router that lost its own line, the pauses cover.
"""

import contextlib
import socket
from collections.abc import Callable
from typing import Final

Fingerprint = Callable[[], object]
"""Says how the machine is connected: another answer, another network."""

# Addresses set aside for documentation: nobody has them, but routes to them are those to anybody.
_OUTSIDE: Final = (
    (socket.AF_INET, "192.0.2.1"),
    (socket.AF_INET6, "2001:db8::1"),
)
_PORT: Final = 9
_UNSEEN: Final = object()


def local_addresses() -> object:
    """Our own addresses towards the world, by family; None where there is no way."""
    return tuple(towards(family, address) for family, address in _OUTSIDE)


def towards(family: int, address: str) -> str | None:
    """Our own address on the way to another; None where there is no way."""
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.connect((address, _PORT))
        return str(sock.getsockname()[0])
    return None


class NetworkWatch:
    """Whether the machine's network is another than at the last look; the first only looks."""

    def __init__(self, fingerprint: Fingerprint = local_addresses) -> None:
        self._fingerprint = fingerprint
        self._seen: object = _UNSEEN

    def changed(self) -> bool:
        """Since the last time this was asked. A network that went away is no reason to ask."""
        seen, before = self._fingerprint(), self._seen
        self._seen = seen
        return before is not _UNSEEN and seen != before and _somewhere(seen)


def _somewhere(seen: object) -> bool:
    return any(seen) if isinstance(seen, tuple) else bool(seen)
