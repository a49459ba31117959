"""Which reader is meant, wherever it is plugged in: by what it is, never by its name.

The same reader is /dev/ttyACM0 today and /dev/ttyACM1 after a bump of the cable. Its identity is
`usb:VID:PID[:SERIAL][@LOCATION]` (hex; odd characters of the serial number as %XX). It is found by
its serial number, else at its place, else when it is the only device of its kind. Pseudo-terminals
and network boxes are in nobody's list: those are typed as a path or a pyserial URL.
"""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, unquote

import serial
from serial.tools import list_ports

from devices.errors import BadAddress, DeviceUnplugged

KEYBOARD = "keyboard"

_IDENTITY = re.compile(r"usb:([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::([^@]+))?(?:@(.+))?")
_SAFE_IN_SERIAL = "!$'()*+,;=&-._~"
_SAFE_IN_PLACE = "!$'()*+,;=&-._~:/"

# USB vendors, from the USB-IF's list: who makes readers, who makes the chips in serial cables, and
# who makes the receipt printers and modems that also come as a serial line.
_READER_MAKERS = frozenset((0x05E0, 0x0C2E, 0x05F9, 0x080C, 0x0536, 0x1EAB, 0x065A, 0x11FA))
_OTHER_MAKERS = frozenset((0x04B8, 0x0519, 0x0DD4, 0x12D1, 0x1199, 0x2C7C))


class Port(Protocol):
    """What pyserial tells of a serial line on this machine."""

    device: str
    description: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    location: str | None


Lister = Callable[[], Iterable[Port]]


def connected() -> list[Port]:
    """The serial lines of this machine; about 6 ms."""
    return list(list_ports.comports())


@dataclass(frozen=True, slots=True)
class Identity:
    """A USB device: vendor and product, and what tells it from another of its kind."""

    vid: int
    pid: int
    serial: str = ""
    location: str = ""

    def __str__(self) -> str:
        """As it stands in the settings."""
        text = f"usb:{self.vid:04X}:{self.pid:04X}"
        text += f":{quote(self.serial, _SAFE_IN_SERIAL)}" if self.serial else ""
        return text + (f"@{quote(self.location, _SAFE_IN_PLACE)}" if self.location else "")

    @classmethod
    def parse(cls, text: str) -> "Identity":
        """Read it. Raises BadAddress."""
        found = _IDENTITY.fullmatch(text.strip())
        if found is None:
            raise BadAddress(text, "usb:VID:PID[:SERIAL][@LOCATION], VID and PID four hex digits")
        vid, pid, number, place = found.groups(default="")
        return cls(int(vid, 16), int(pid, 16), unquote(number), unquote(place))

    @classmethod
    def of(cls, port: Port) -> "Identity | None":
        """The identity of a line, None when it is no USB device."""
        if port.vid is None or port.pid is None:
            return None
        return cls(port.vid, port.pid, port.serial_number or "", port.location or "")

    def find(self, ports: Iterable[Port], others: Iterable["Identity"] = ()) -> Port | None:
        """The line of this device; None when it is away, or when two fit and nothing decides.

        `others` are the other readers of this till: what is surely theirs is not taken for ours.
        """
        kin = [port for port in ports if (port.vid, port.pid) == (self.vid, self.pid)]
        named = [port for port in kin if self.serial and port.serial_number == self.serial]
        if named:
            return _only(named) or _only(self._placed(named))
        there = self._placed(kin)
        if there:
            return _only(there)
        free = [port for port in kin if not any(other.surely(port) for other in others)]
        return _only(free)

    def surely(self, port: Port) -> bool:
        """Whether the line is this device by its own number, or at its own place without one."""
        if (port.vid, port.pid) != (self.vid, self.pid):
            return False
        if self.serial:
            return port.serial_number == self.serial
        return bool(self.location) and port.location == self.location

    def _placed(self, ports: Sequence[Port]) -> list[Port]:
        return [port for port in ports if self.location and port.location == self.location]


def _only(ports: Sequence[Port]) -> Port | None:
    return ports[0] if len(ports) == 1 else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line on this machine: `address` is what to write in the settings.

    `known`: its maker makes readers. `can_scan`: nothing speaks against its being one.
    """

    path: str
    description: str
    address: str
    can_scan: bool
    known: bool = False


def candidates(lister: Lister = connected) -> list[Candidate]:
    """What is connected, likely readers first."""
    found = [_candidate(port) for port in lister()]
    return sorted(found, key=lambda one: (not one.known, not one.can_scan, one.path))


def _candidate(port: Port) -> Candidate:
    identity = Identity.of(port)
    vendor = identity.vid if identity else None
    told = port.description if port.description not in ("", "n/a", None) else port.device
    return Candidate(
        path=port.device,
        description=told,
        address=str(identity) if identity else port.device,
        can_scan=vendor not in _OTHER_MAKERS,
        known=vendor in _READER_MAKERS,
    )


def checked(address: str) -> str:
    """The address of a reader as it can be opened: identity, path, URL. Raises BadAddress."""
    text = address.strip()
    if text.startswith("usb:"):
        return str(Identity.parse(text))
    if "://" not in text and not _is_path(text):
        raise BadAddress(address, "neither a device's path nor a URL nor usb:VID:PID")
    try:
        serial.serial_for_url(text, do_not_open=True)
    except ValueError as error:
        raise BadAddress(address, str(error)) from error
    return text


def _is_path(text: str) -> bool:
    if sys.platform == "win32":
        return re.fullmatch(r"(?:\\\\\.\\)?[A-Za-z]+[0-9]*", text) is not None
    return text.startswith("/") and "\0" not in text


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a reader is right now. `moves`: its path is looked up anew each time."""

    address: str
    lister: Lister = connected
    others: tuple[Identity, ...] = ()

    @property
    def moves(self) -> bool:
        """Whether the address says what the device is, and not where."""
        return self.address.startswith("usb:")

    def path(self) -> str:
        """What to open. Raises DeviceUnplugged."""
        if not self.moves:
            return self.address
        found = Identity.parse(self.address).find(self.lister(), self.others)
        if found is None:
            raise DeviceUnplugged(self.address, "not connected, or not to be told from another")
        return found.device
