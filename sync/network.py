"""Noticing that the network came back, without sending anything.

Linux writes its routes into a file. Elsewhere a datagram socket that is connected but never used
says by which of the machine's addresses an outer address would be reached: nothing leaves the
machine either. When that changes (a cable, another network, a route where there was none), asking
again is worth it before a pause is over. What can't be seen like this, a router that lost its own
line, the pauses cover.
"""

import contextlib
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

Fingerprint = Callable[[], frozenset[tuple[str, ...]]]
"""Says how the machine is connected: another answer, another network; empty: not at all."""

ROUTES: Final = Path("/proc/net/route")
# Addresses set aside for documentation: nobody has them, but routes to them are those to anybody.
_OUTSIDE: Final = (
    (socket.AF_INET, "192.0.2.1"),
    (socket.AF_INET6, "2001:db8::1"),
)
_PORT: Final = 9
_ROUTE_COLUMNS: Final = 8


def connections() -> frozenset[tuple[str, ...]]:
    """The machine's ways out."""
    return routes_in(ROUTES) if ROUTES.exists() else own_addresses()


def routes_in(path: Path) -> frozenset[tuple[str, ...]]:
    """(interface, destination, gateway) of each route in the kernel's table."""
    with contextlib.suppress(OSError):
        rows = [line.split() for line in path.read_text("ascii").splitlines()[1:]]
        return frozenset(tuple(row[:3]) for row in rows if len(row) >= _ROUTE_COLUMNS)
    return frozenset()


def own_addresses() -> frozenset[tuple[str, ...]]:
    """Our own addresses towards the world, one for each family there is a way for."""
    found = (towards(family, address) for family, address in _OUTSIDE)
    return frozenset((address,) for address in found if address is not None)


def towards(family: int, address: str) -> str | None:
    """Our own address on the way to another; None where there is no way."""
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.connect((address, _PORT))
        return str(sock.getsockname()[0])
    return None


class NetworkWatch:
    """Whether the machine's network is another than at the last look; the first only looks."""

    def __init__(self, fingerprint: Fingerprint = connections) -> None:
        self._fingerprint = fingerprint
        self._seen: frozenset[tuple[str, ...]] | None = None

    def changed(self) -> bool:
        """Since the last time this was asked. A network that went away is no reason to ask."""
        seen, before = self._fingerprint(), self._seen
        self._seen = seen
        return before is not None and seen != before and bool(seen)
