"""How bytes reach a printer and come back: TCP, serial, a device file, or the system's spooler.

Sending and receiving are one operation, because a printer whose answers nobody reads may drop the
connection and the end of the slip with it. Every wait ends: by time, by the peer, or by `cancel`
from another thread. Errors of sockets and ports leave only as `DeviceError`s.
"""

import threading
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from devices.errors import BadAddress, DeviceUnreachable

CONNECT_SECONDS = 2.0
STALL_SECONDS = 0.25
GOODBYE_SECONDS = 2.0
_FLOWS = {"rtscts": "rtscts", "dsrdtr": "dsrdtr", "xonxoff": "xonxoff", "none": ""}


class Transport(Protocol):
    """One way to one printer; opened for a job and finished after it, then opened again."""

    @property
    def address(self) -> str:
        """The address it was made from."""
        ...

    @property
    def bytes_per_second(self) -> int:
        """A cautious estimate of the wire, to know how long a job may take."""
        ...

    @property
    def answers(self) -> bool:
        """Whether anything comes back: a spooler's printer never says a word to us."""
        ...

    @property
    def late_answers(self) -> float:
        """How long (seconds) to listen for answers meant for an earlier opening; 0 for none."""
        ...

    def open(self) -> None:
        """Connect; raises `DeviceUnreachable` or `DeviceBusy`."""
        ...

    def send(self, data: bytes) -> int:
        """Pass on some of the data and return how much: 0 after a quarter of a second without
        progress.

        Raises `DeviceUnplugged` when the link is lost and `DeviceClosed` when cancelled.
        """
        ...

    def receive(self, seconds: float) -> bytes:
        """Return what has come in, or nothing when the time is over; raises like `send`."""
        ...

    def hand_over(self) -> None:
        """The job is complete: a spooler gets it now, elsewhere the printer has it already.

        Raises `DeviceUnreachable` when a spooler did not take it: then nothing of it prints. Raises
        `DeviceUnplugged` when nobody can tell.
        """
        ...

    def finish(self, seconds: float = GOODBYE_SECONDS) -> None:
        """Let the printer take what is on the way, within the time, and disconnect."""
        ...

    def abort(self) -> None:
        """Disconnect at once; what is on the way may be lost."""
        ...

    def cancel(self) -> None:
        """Make `send` and `receive` of another thread end within a tenth of a second."""
        ...


class NoPrinter:
    """The address of a shop that has no printer: it can never be reached."""

    bytes_per_second = 1
    answers = True
    late_answers = 0.0

    def __init__(self) -> None:
        self.address = "none:"

    def open(self) -> None:
        """Refuse: there is nothing to open."""
        raise DeviceUnreachable(self.address, "no printer is set up")

    def send(self, data: bytes) -> int:
        """Refuse: it is never open."""
        raise DeviceUnreachable(self.address, f"{len(data)} bytes for no printer")

    def receive(self, seconds: float) -> bytes:
        """Refuse: it is never open."""
        raise DeviceUnreachable(self.address, f"nothing comes in {seconds} seconds")

    def hand_over(self) -> None:
        """Refuse: it is never open."""
        raise DeviceUnreachable(self.address, "no printer is set up")

    def finish(self, seconds: float = GOODBYE_SECONDS) -> None:
        """Do nothing."""

    def abort(self) -> None:
        """Do nothing."""

    def cancel(self) -> None:
        """Do nothing."""


def open_transport(address: str, flow: str = "") -> Transport:
    """Return the way to a printer: `tcp://host:9100`, `serial:///dev/ttyUSB0?baud=38400`, a path,
    `cups:QUEUE`, `windows:PRINTER`.

    Nothing is connected yet. `?flow=rtscts|dsrdtr|xonxoff|none` names the hand-shake of a serial
    line; without it the line gets `flow`, the one the printer is delivered with.
    """
    from devices.printers.line_transport import LineTransport
    from devices.printers.tcp_transport import TcpTransport

    parts = urlsplit(address)
    if address == "none:":
        return NoPrinter()
    if parts.scheme == "tcp":
        return TcpTransport(address, *_host_and_port(address))
    if parts.scheme == "serial":
        options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        baud, asked = _line_options(address, options)
        path = parts.netloc + parts.path
        return LineTransport(address, path, baudrate=baud, flow=_FLOWS.get(asked, flow))
    if parts.scheme in ("cups", "windows"):
        return _spooler(address, parts.scheme, address.partition(":")[2])
    if parts.scheme and len(parts.scheme) > 1:
        raise BadAddress(address, f"nothing is known about {parts.scheme}:")
    if not address:
        raise BadAddress(address, "no address")
    return LineTransport(address, address, flow=flow)


def _spooler(address: str, kind: str, name: str) -> Transport:
    from devices.printers.spooler_transport import CupsTransport, WindowsTransport

    if not name or name.startswith("-"):  # lp would read it as an option
        raise BadAddress(address, "no name of a queue or printer")
    if kind == "cups":
        return CupsTransport(address, name)
    return WindowsTransport(address, name)


def _host_and_port(address: str) -> tuple[str, int]:
    try:
        host, port = urlsplit(address).hostname, urlsplit(address).port
    except ValueError as error:
        raise BadAddress(address, str(error)) from error
    if not host:
        raise BadAddress(address, "no host")
    return host, port or 9100


def _line_options(address: str, options: dict[str, str]) -> tuple[int, str]:
    baud, flow = options.get("baud", "9600"), options.get("flow", "")
    if not baud.isdecimal() or (flow and flow not in _FLOWS):
        raise BadAddress(address, "baud is a number, flow is rtscts, dsrdtr, xonxoff or none")
    return int(baud), flow


class Cancelling:
    """A flag another thread raises; waits look at it ten times a second."""

    SLICE_SECONDS = 0.1

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """End the waits from now on."""
        self._event.set()

    def is_set(self) -> bool:
        """Say whether the waits should end."""
        return self._event.is_set()
