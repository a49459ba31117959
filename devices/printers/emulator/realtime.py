"""The real-time scanner: finds DLE EOT, DLE ENQ and DLE DC4 in the bytes as they arrive.

It looks at every byte before any buffer does, knows nothing of the commands around them, and so
acts even inside image data, as the real ones do. Where the bytes were split on the wire makes no
difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

DLE, EOT, ENQ, DC4 = 0x10, 0x04, 0x05, 0x14
CLEAR_TAIL = bytes([0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08])
POWER_OFF_TAIL = bytes([0x01, 0x08])


Kind = Literal["status", "recover", "recover and clear", "pulse", "power off", "clear"]


@dataclass(frozen=True, slots=True)
class Order:
    """One real-time command: what to do, its parameters, and how many bytes it took."""

    kind: Kind
    data: bytes
    length: int


class RealTimeScanner:
    """Recognises real-time commands in a stream, byte by byte."""

    def __init__(self) -> None:
        self._seen = b""

    def reset(self) -> None:
        """Forget a command that has begun (power was lost)."""
        self._seen = b""

    def feed(self, data: bytes) -> Iterator[tuple[int, Order]]:
        """Yield each order with the index in `data` just behind its last byte."""
        if not self._seen and DLE not in data:
            return
        for index, byte in enumerate(data, 1):
            order = self._step(byte)
            if order is not None:
                yield index, order

    def _step(self, byte: int) -> Order | None:
        self._seen += bytes([byte])
        if not _may_begin(self._seen):
            self._seen = bytes([byte]) if byte == DLE else b""
            return None
        order = _complete(self._seen)
        if order is not None:
            self._seen = b""
        return order


_ORDERS: tuple[tuple[bytes, Kind, bytes], ...] = (
    (bytes([DLE, EOT, 1]), "status", b"\x01"),
    (bytes([DLE, EOT, 2]), "status", b"\x02"),
    (bytes([DLE, EOT, 3]), "status", b"\x03"),
    (bytes([DLE, EOT, 4]), "status", b"\x04"),
    (bytes([DLE, ENQ, 1]), "recover", b""),
    (bytes([DLE, ENQ, 2]), "recover and clear", b""),
    (bytes([DLE, DC4, 2]) + POWER_OFF_TAIL, "power off", b""),
    (bytes([DLE, DC4, 8]) + CLEAR_TAIL, "clear", b""),
)
_FIXED = {raw: Order(kind, data, len(raw)) for raw, kind, data in _ORDERS}
_PREFIXES = {order[:length] for order in _FIXED for length in range(1, len(order) + 1)}
_PULSE = bytes([DLE, DC4, 1])


def _may_begin(seen: bytes) -> bool:
    if seen in _PREFIXES or seen == _PULSE:
        return True
    if not seen.startswith(_PULSE):
        return False
    return seen[3] in (0, 1) and (len(seen) == 4 or 1 <= seen[4] <= 8)


def _complete(seen: bytes) -> Order | None:
    if seen.startswith(_PULSE) and len(seen) == 5:
        return Order("pulse", seen[3:], len(seen))
    return _FIXED.get(seen)
