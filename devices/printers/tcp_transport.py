"""A printer on the network: raw TCP, port 9100.

The send buffer is kept small so that bytes wait in this process, where they can still be counted,
and not in the kernel of a till that thinks the slip is out.
"""

import contextlib
import select
import socket
import struct
import time

from devices.errors import DeviceBusy, DeviceClosed, DeviceUnplugged, DeviceUnreachable
from devices.printers.transport import (
    CONNECT_SECONDS,
    GOODBYE_SECONDS,
    STALL_SECONDS,
    Cancelling,
)

_PIECE = 4096
_ABORTIVE = struct.pack("ii", 1, 0)


class TcpTransport:
    """One connection per job: network printers serve one client and must be left free between."""

    bytes_per_second = 20_000
    answers = True
    late_answers = 0.0

    def __init__(
        self, address: str, host: str, port: int, *, stall_seconds: float = STALL_SECONDS
    ) -> None:
        self.address = address
        self._peer = (host, port)
        self._stall_seconds = stall_seconds
        self._socket: socket.socket | None = None
        self._inbox = b""
        self._ended = False
        self._spoken = False
        self._cancelling = Cancelling()

    def open(self) -> None:
        """Connect within two seconds."""
        try:
            connection = socket.create_connection(self._peer, timeout=CONNECT_SECONDS)
        except OSError as error:
            raise DeviceUnreachable(self.address, str(error)) from error
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * _PIECE)
        _notice_death(connection)
        self._socket, self._inbox = connection, b""
        self._ended = self._spoken = False

    def send(self, data: bytes) -> int:
        """Pass on some of the data; 0 when none was taken for a quarter of a second."""
        deadline = time.monotonic() + self._stall_seconds
        while time.monotonic() < deadline:
            if self._wait(writing=True):
                return self._sent(data)
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
        """Half close, read until the printer closes or the time is over, then close."""
        with contextlib.suppress(OSError, DeviceBusy, DeviceUnplugged, DeviceClosed):
            self._connected().shutdown(socket.SHUT_WR)
            deadline = time.monotonic() + seconds
            while not self._ended and time.monotonic() < deadline:
                self.receive(deadline - time.monotonic())
        self._close()

    def abort(self) -> None:
        """Reset the connection: what the kernel still holds must not print later by itself."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORTIVE)
        self._close()

    def cancel(self) -> None:
        """End the waits of another thread, for good."""
        self._cancelling.set()

    def _connected(self) -> socket.socket:
        if self._socket is None:
            raise DeviceClosed(self.address, "not open")
        return self._socket

    def _wait(self, *, writing: bool, seconds: float = Cancelling.SLICE_SECONDS) -> bool:
        """Wait a slice, collect what came in, and say whether sending is possible."""
        if self._cancelling.is_set():
            raise DeviceClosed(self.address, "cancelled")
        if self._ended:
            raise self._why_ended()
        connection = self._connected()
        slice_ = min(seconds, Cancelling.SLICE_SECONDS)
        readable, writable, _ = select.select(
            [connection], [connection] if writing else [], [], slice_
        )
        if readable:
            self._collect(connection)
        return bool(writable) and not self._ended

    def _collect(self, connection: socket.socket) -> None:
        try:
            data = connection.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError as error:
            raise DeviceUnplugged(self.address, str(error)) from error
        self._inbox += data
        self._spoken = self._spoken or bool(data)
        self._ended = not data

    def _why_ended(self) -> DeviceBusy | DeviceUnplugged:
        """Tell a printer that serves another client, and hangs up wordless, from one that left."""
        if self._spoken:
            return DeviceUnplugged(self.address, "closed by the printer")
        return DeviceBusy(self.address, "closed without a word")

    def _sent(self, data: bytes) -> int:
        try:
            return self._connected().send(data[:_PIECE])
        except BlockingIOError:
            return 0
        except OSError as error:
            raise DeviceUnplugged(self.address, str(error)) from error

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _notice_death(connection: socket.socket) -> None:
    """Let the system ask a silent peer whether it lives: one switched off never hangs up."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        with contextlib.suppress(AttributeError, OSError):  # not every system has all three
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
