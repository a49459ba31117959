"""The ways to a display: a line of its own (serial, TCP), or the printer it hangs behind."""

from collections.abc import Callable

from devices.errors import DeviceStalled, DeviceUnreachable
from devices.printers.transport import Transport

GOODBYE_SECONDS = 0.5
_LOOK_SECONDS = 0.01
_TO_DISPLAY, _TO_PRINTER = b"\x1b=\x02", b"\x1b=\x01"


class OwnLine:
    """A display at the end of its own line, held open for as long as it is there."""

    def __init__(self, transport: Callable[[], Transport]) -> None:
        self._new_transport = transport
        self._transport: Transport | None = None
        self._cancelled = False

    def open(self) -> None:
        """Connect; raises `DeviceUnreachable`, `DeviceBusy` or `BadAddress`."""
        transport = self._new_transport()
        transport.open()
        self._transport = transport
        if self._cancelled:
            transport.cancel()

    def write(self, data: bytes) -> bool:
        """Pass all of it on, within the transport's own deadline for each piece."""
        left = data
        while left and self._transport is not None:
            count = self._transport.send(left)
            if not count:
                raise DeviceStalled(self._transport.address, f"{len(left)} bytes left")
            left = left[count:]
        return True

    def look(self) -> None:
        """Read what there is; a line that is gone says so here."""
        if self._transport is not None:
            self._transport.receive(_LOOK_SECONDS)

    def close(self) -> None:
        """Let what is on the way out, for half a second at most."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.finish(GOODBYE_SECONDS)

    def cancel(self) -> None:
        """End the waits of another thread, for good."""
        self._cancelled = True
        transport = self._transport
        if transport is not None:
            transport.cancel()


class ThroughPrinter:
    """A display behind the printer: its bytes go between `ESC =` for the one and for the other.

    `pass_on` is the printer's own way for them, so that they never fall into a slip: "" when they
    went, else a cause (`EscposPrinter.pass_on`).
    """

    def __init__(self, pass_on: Callable[[bytes], str]) -> None:
        self._pass_on = pass_on

    def open(self) -> None:
        """Nothing to hold open: the printer is asked each time."""

    def write(self, data: bytes) -> bool:
        """Hand it over; False while a slip is being printed, raises where the printer is not."""
        cause = self._pass_on(_TO_DISPLAY + data + _TO_PRINTER)
        if cause not in ("", "busy"):
            raise DeviceUnreachable("printer", cause)
        return not cause

    def look(self) -> None:
        """Nothing to be seen from here."""

    def close(self) -> None:
        """Nothing to let go of."""

    def cancel(self) -> None:
        """The printer ends its own waits."""
