"""From what a shop wrote in its settings to a device that works."""

from collections.abc import Callable
from pathlib import Path

import serial

from devices.errors import DeviceUnplugged
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.models import PROFILES
from devices.printers.transport import open_transport
from devices.scanners.base import ScannerState
from devices.scanners.discovery import KEYBOARD, Whereabouts, checked
from devices.scanners.group import cause_of
from devices.scanners.serial_port import SerialScanner
from devices.scanners.setup import ReaderSetup, make_scanners
from devices.scanners.symbologies import ReadingRules

__all__ = [
    "ReaderSetup",
    "make_printer",
    "make_scanner",
    "make_scanners",
    "try_line",
    "try_printer",
]


def make_printer(target: str, paper: str, cache_dir: Path) -> EscposPrinter:
    """A printer by address and paper (a key of ``PROFILES``); an empty address is no printer."""
    address = target or "none:"
    return EscposPrinter(lambda: open_transport(address), PROFILES[paper], cache_dir=cache_dir)


def make_scanner(
    port: str,
    baudrate: int,
    *,
    scanned: Callable[[str], None],
    rejected: Callable[[str], None],
    changed: Callable[[str], None],
    card_prefix: str = "",
) -> SerialScanner:
    """A scanner on a line, not started. Callbacks get plain text, on the scanner's thread.

    ``rejected`` gets the reason's code, ``changed`` "" when the reader is there, else its state.
    ``card_prefix``: the first digits of the shop's own cards, so that a torn one is known for what
    it is. Raises BadAddress.
    """

    def state(now: ScannerState) -> None:
        changed(cause_of(now))

    return SerialScanner(
        port,
        baudrate,
        on_scan=lambda scan: scanned(scan.text),
        on_rejected=lambda refused: rejected(refused.reason.value),
        on_state=state,
        rules=ReadingRules(own_prefix=card_prefix),
    )


def try_printer(target: str, paper: str, cache_dir: Path) -> str:
    """Ask a printer how it is, for the doctor: "" or the cause. Raises BadAddress."""
    open_transport(target or "none:")
    return make_printer(target, paper, cache_dir).status().cause


def try_line(port: str, baudrate: int) -> None:
    """Open a line and close it again, for the doctor. Raises BadAddress, DeviceUnplugged.

    A reader that types has no line: its keyboard is there or the till could not be used.
    """
    if port == KEYBOARD:
        return
    path = Whereabouts(checked(port)).path()
    try:
        serial.serial_for_url(path, baudrate, timeout=0.2).close()
    except (OSError, ValueError) as error:
        raise DeviceUnplugged(port, str(error)) from error
