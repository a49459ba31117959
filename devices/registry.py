"""From what a shop wrote in its settings to a device that works."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import serial

from devices.errors import BadAddress, DeviceUnplugged
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.models import PROFILES
from devices.printers.profiles import PrinterProfile
from devices.printers.transport import open_transport
from devices.scanners.base import ScannerState
from devices.scanners.discovery import KEYBOARD, Whereabouts, checked
from devices.scanners.group import cause_of
from devices.scanners.serial_port import SerialScanner
from devices.scanners.setup import ReaderSetup, make_scanners
from devices.scanners.symbologies import ReadingRules

__all__ = [
    "PrinterSetup",
    "ReaderSetup",
    "make_printer",
    "make_scanner",
    "make_scanners",
    "try_line",
    "try_printer",
]


@dataclass(frozen=True, slots=True)
class PrinterSetup:
    """One printer as the settings say it: the same names as there, and the path of the logo."""

    target: str = ""
    paper: str = "80"
    pages: str = "profile"
    pictures: tuple[str, ...] | None = None
    confirms: bool | None = None
    cutter: str = "profile"
    logo: str = ""

    def profile(self, profiles: Mapping[str, PrinterProfile] = PROFILES) -> PrinterProfile:
        """The model with what this shop learnt of it. Raises BadAddress for an unknown paper."""
        if self.paper not in profiles:
            raise BadAddress(self.paper, f"no such printer; known: {', '.join(profiles)}")
        return (
            profiles[self.paper]
            .with_pages(self.pages)
            .with_pictures(self.pictures)
            .with_confirms(self.confirms)
            .with_cutter(self.cutter)
        )


def make_printer(
    setup: PrinterSetup | str,
    paper: str = "80",
    cache_dir: Path = Path(),
    profiles: Mapping[str, PrinterProfile] = PROFILES,
) -> EscposPrinter:
    """A printer by its set-up, or by address and paper; an empty address is no printer.

    `cache_dir` is private to this programme; `profiles` those of `profile_file.load_profiles` where
    the shop has printers of its own. Raises BadAddress for a paper nobody knows.
    """
    wanted = setup if isinstance(setup, PrinterSetup) else PrinterSetup(setup, paper)
    profile, address = wanted.profile(profiles), wanted.target or "none:"
    return EscposPrinter(
        lambda: open_transport(address, profile.flow),
        profile,
        cache_dir=cache_dir,
        logo=wanted.logo,
    )


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
