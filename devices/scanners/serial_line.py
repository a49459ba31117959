"""The border to pyserial: a line that opens, reads, answers, and says in one way that it is gone.

pyserial and the kernel name an unplugged reader in many ways; everything that comes out of a line
between `absence_named` and its end is a `DeviceUnplugged`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, cast

import serial

from devices.errors import DeviceUnplugged

try:
    from termios import error as _termios_error  # not an OSError, and raised after an unplug
except ImportError:  # Windows has no termios
    _termios_error = OSError  # type: ignore[misc,assignment]

# pyserial raises TypeError when a port vanishes between two of its own steps, and ValueError when
# the port that came back cannot do the speed.
GONE = (OSError, serial.SerialException, TypeError, ValueError, _termios_error)

_WRITE_SECONDS = 1.0


class Line(Protocol):
    """What a scanner needs of an open line; `timeout` in seconds, None: until a byte comes."""

    timeout: float | None
    baudrate: int

    @property
    def in_waiting(self) -> int: ...
    def read(self, size: int, /) -> bytes: ...
    def write(self, data: bytes, /) -> int | None: ...
    def reset_input_buffer(self) -> None: ...
    def close(self) -> None: ...


def open_line(path: str, baudrate: int) -> Line:
    """Open a device path or a pyserial URL, for nobody else. Raises any of `GONE`."""
    return cast(
        Line,
        serial.serial_for_url(
            path, baudrate, timeout=None, write_timeout=_WRITE_SECONDS, exclusive=True
        ),
    )


@contextmanager
def absence_named(port: str) -> Iterator[None]:
    """Turn every way in which a line can be gone into DeviceUnplugged."""
    try:
        yield
    except GONE as error:
        raise DeviceUnplugged(port, str(error)) from error
