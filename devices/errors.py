"""What can be wrong with a device, named by the remedy.

Third-party exceptions (pyserial, sockets, termios) stop inside `devices` and leave it only as one
of these. Each class has a stable `code`; the sentence for the cashier lives elsewhere.
"""

from typing import ClassVar


class DeviceError(Exception):
    """Something a person can mend at the counter; `device` is the address it was opened by."""

    code: ClassVar[str] = "device"

    def __init__(self, device: str = "", detail: str = "") -> None:
        super().__init__(f"{self.code}: {device} {detail}".rstrip())
        self.device = device
        self.detail = detail


class DeviceUnplugged(DeviceError):
    """The port or the connection went away: plug it in again."""

    code = "unplugged"


class DeviceUnreachable(DeviceError):
    """Nothing answers at this address: switch it on, check the cable or the address."""

    code = "unreachable"


class DeviceBusy(DeviceError):
    """Another program or another till holds the device: close it there."""

    code = "busy"


class DeviceStalled(DeviceError):
    """The device is there but takes no bytes: look at its display, paper and cover."""

    code = "timeout"


class DeviceClosed(DeviceError):
    """This programme closed the device while work was under way."""

    code = "closed"


class BadAddress(DeviceError):
    """The address in the settings cannot be understood: correct it there."""

    code = "bad_address"
