"""From what a shop wrote in its settings to a display that works."""

from collections.abc import Callable

from devices.displays.base import DisplayState, Link
from devices.displays.links import OwnLine, ThroughPrinter
from devices.displays.pole import PoleDisplay
from devices.displays.protocols import protocol_for
from devices.errors import BadAddress
from devices.printers.transport import open_transport

PRINTER = "printer"
"""The address of a display that hangs behind the printer."""


def make_display(
    target: str,
    protocol: str = "escpos",
    charset: str = "latin",
    *,
    changed: Callable[[str], None] = lambda cause: None,
    pass_on: Callable[[bytes], str] | None = None,
) -> PoleDisplay:
    """A display by address, not started. Raises BadAddress.

    ``changed`` gets "" when the display is there, else the cause's code, on the display's thread.
    ``pass_on`` is the printer's way for what hangs behind it (``printer`` as address).
    """
    display: PoleDisplay

    def state(now: DisplayState) -> None:
        changed("" if now is DisplayState.CONNECTED else display.cause or now.value)

    # Behind a printer nothing is refreshed: it would take the printer for that each time.
    refresh = 0.0 if target == PRINTER else 15.0
    display = PoleDisplay(
        _link(target, pass_on),
        protocol_for(protocol, charset),
        name=target,
        on_state=state,
        refresh=refresh,
    )
    return display


def try_display(target: str, protocol: str, charset: str, upper: str, lower: str) -> None:
    """Show two lines once on a display with a line of its own, for set-up. Raises DeviceError."""
    link, commands = _link(target, None), protocol_for(protocol, charset)
    try:
        link.open()
        link.write(commands.begin() + commands.frame(upper, lower))
    finally:
        link.close()


def _link(target: str, pass_on: Callable[[bytes], str] | None) -> Link:
    if target != PRINTER:
        open_transport(target)  # an address that is none is refused now, not on the thread
        return OwnLine(lambda: open_transport(target))
    if pass_on is None:
        raise BadAddress(target, "there is no printer for the display to hang behind")
    return ThroughPrinter(pass_on)
