"""From what a shop wrote in its settings to a device that works."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devices.errors import BadAddress
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.models import PROFILES
from devices.printers.profiles import PrinterProfile
from devices.printers.transport import open_transport
from devices.scanners.setup import ReaderSetup, make_scanners

__all__ = [
    "PrinterSetup",
    "ReaderSetup",
    "make_printer",
    "make_scanners",
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
