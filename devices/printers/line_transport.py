"""A printer on a serial line, a pty or a device file such as `/dev/usb/lp0`.

Where the system can wait for a descriptor, reading and writing go through it directly: pyserial
cannot say how much it wrote before a time-out. Elsewhere a write that times out loses the count,
and is therefore reported as a lost link.
"""

import errno
import os
import re
import select
import sys
import time
from pathlib import Path
from typing import Any

import serial

from devices.errors import DeviceBusy, DeviceClosed, DeviceUnplugged, DeviceUnreachable
from devices.printers.transport import GOODBYE_SECONDS, STALL_SECONDS, Cancelling

try:
    from termios import error as _termios_error
except ImportError:  # Windows has no termios
    _termios_error = OSError  # type: ignore[misc,assignment]

_GONE = (OSError, serial.SerialException, TypeError, ValueError, _termios_error)
_NO_SUCH_WIRES = frozenset((errno.ENOTTY, errno.EINVAL))
_BUSY = frozenset((errno.EBUSY, errno.EAGAIN, errno.EACCES if sys.platform == "win32" else -1))
_PIECE = 512
_DSR_PIECE = 32
_DSR_SECONDS = 0.004
_USB_BYTES_PER_SECOND = 100_000
# Where a write that times out loses its count, it must not time out lightly.
_WINDOWS_WRITE_SECONDS = 5.0


class LineTransport:
    """Opened for each job with an exclusive lock; closed without waiting for a deaf printer."""

    answers = True
    late_answers = 0.03

    def __init__(
        self,
        address: str,
        path: str,
        *,
        baudrate: int = 9600,
        flow: str = "",
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        self.address = address
        self._path = path
        self._baudrate = baudrate
        self._flow = flow
        self._stall_seconds = stall_seconds
        self._port: Any = None
        self._inbox = b""
        self._deaf = False
        self._dsr_wired = False
        self._cancelling = Cancelling()

    @property
    def bytes_per_second(self) -> int:
        """Ten bits a byte: start, eight data, stop; a USB printer takes all it can print."""
        if _is_plain_device(self._path):
            return _USB_BYTES_PER_SECOND
        return max(1, self._baudrate // 10)

    def open(self) -> None:
        """Open and lock the port."""
        try:
            self._port = self._opened()
        except _GONE as error:
            busy = getattr(error, "errno", None) in _BUSY or "exclusively lock" in str(error)
            raise (DeviceBusy if busy else DeviceUnreachable)(self.address, str(error)) from error
        self._inbox, self._deaf, self._dsr_wired = b"", False, False

    def send(self, data: bytes) -> int:
        """Pass on some of the data; 0 when none was taken for a quarter of a second."""
        deadline = time.monotonic() + self._stall_seconds
        piece = data[: _DSR_PIECE if self._watches_dsr else _PIECE]
        while time.monotonic() < deadline:
            if not self._guarded(self._free):
                self._wait(writing=False, seconds=_DSR_SECONDS)
            elif self._wait(writing=True) and (count := self._guarded(self._write, piece)):
                return int(count)
        return 0

    def receive(self, seconds: float) -> bytes:
        """Return what has come in, or nothing when the time is over."""
        deadline = time.monotonic() + seconds
        left = max(seconds, 0.0)  # at least one look, however short the time
        while not self._inbox and left >= 0:
            self._wait(writing=False, seconds=left)
            left = deadline - time.monotonic()
        data, self._inbox = self._inbox, b""
        return data

    def hand_over(self) -> None:
        """Nothing to do: the printer has it already."""

    def finish(self, seconds: float = GOODBYE_SECONDS) -> None:
        """Let the line run dry within the time, then close without flushing."""
        deadline = time.monotonic() + seconds
        try:
            while self._waiting_out() and time.monotonic() < deadline:
                time.sleep(0.01)
            dry = not self._waiting_out()
        except _GONE:
            dry = False
        self._close(discard=not dry)

    def abort(self) -> None:
        """Throw away what the system still holds and close."""
        self._close(discard=True)

    def cancel(self) -> None:
        """End the waits of another thread, for good."""
        self._cancelling.set()

    def _opened(self) -> Any:  # noqa: ANN401 - a pyserial port or a bare file
        if _is_plain_device(self._path):
            return open(self._path, "r+b", buffering=0, opener=_without_blocking)
        return serial.Serial(
            self._path,
            self._baudrate,
            timeout=0,
            write_timeout=max(self._stall_seconds, _WINDOWS_WRITE_SECONDS),
            exclusive=True,
            rtscts=self._flow == "rtscts",
            dsrdtr=self._flow == "dsrdtr" and sys.platform == "win32",
            xonxoff=self._flow == "xonxoff",
        )

    def _wait(self, *, writing: bool, seconds: float = Cancelling.SLICE_SECONDS) -> bool:
        """Wait a slice, collect what came in, and say whether sending is possible."""
        if self._cancelling.is_set() or self._port is None:
            raise DeviceClosed(self.address, "cancelled")
        return bool(self._guarded(self._step, writing, min(seconds, Cancelling.SLICE_SECONDS)))

    def _guarded(self, step: Any, *arguments: Any) -> Any:  # noqa: ANN401 - any step of the port
        try:
            return step(*arguments)
        except BlockingIOError:
            return 0
        except _GONE as error:
            raise DeviceUnplugged(self.address, str(error)) from error

    @property
    def _watches_dsr(self) -> bool:
        """Whether the printer's DTR is to be looked at here: Linux knows no such hand-shake."""
        return self._flow == "dsrdtr" and sys.platform != "win32"

    def _free(self) -> bool:
        """Whether the printer lets us send; little is sent at a time, for it stops us late."""
        if not self._watches_dsr or self._port is None:
            return True
        if self._waiting_out():
            return False
        try:
            ready = bool(self._port.dsr)
            self._dsr_wired = self._dsr_wired or ready  # a cable of three wires never says ready
            return ready or not self._dsr_wired
        except OSError as error:
            if error.errno in _NO_SUCH_WIRES:  # a line without such wires: a pty
                return True
            raise

    if sys.platform == "win32":

        def _step(self, writing: bool, seconds: float) -> bool:
            self._port.timeout = 0 if writing else seconds
            self._inbox += self._port.read(self._port.in_waiting or 1)
            return writing

        def _write(self, piece: bytes) -> int:
            return int(self._port.write(piece))

    else:

        def _step(self, writing: bool, seconds: float) -> bool:
            line = self._port.fileno()
            reading = [] if self._deaf else [line]
            readable, writable, _ = select.select(reading, [line] if writing else [], [], seconds)
            if readable:
                self._collect(line)
            return bool(writable)

        def _collect(self, line: int) -> None:
            data = os.read(line, _PIECE)
            if not data and isinstance(self._port, serial.Serial):
                raise OSError(errno.EIO, "the line is gone")
            self._deaf = not data  # a device file may only go one way
            self._inbox += data

        def _write(self, piece: bytes) -> int:
            return os.write(self._port.fileno(), piece)

    def _waiting_out(self) -> int:
        return int(getattr(self._port, "out_waiting", 0))

    def _close(self, *, discard: bool) -> None:
        port, self._port = self._port, None
        for step in (("reset_output_buffer",) if discard else ()) + ("close",):
            try:
                getattr(port, step, lambda: None)()
            except _GONE:
                continue  # gone already: nothing is left to discard or close


def _is_plain_device(path: str) -> bool:
    """Say whether this is a printer class device (`/dev/usb/lp0`), which knows no line settings."""
    try:
        name = Path(path).resolve().name
    except OSError:  # a link that goes away while it is followed
        name = Path(path).name
    return re.fullmatch(r"lp[0-9]+", name) is not None


def _without_blocking(path: str, flags: int) -> int:
    # A till that leads its session would else be ended when the line is unplugged.
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY)
