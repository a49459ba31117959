"""Everything that stands on one counter: readers, printers, drawer, display; stopped as one.

What changes is told once, by kind of device, address and cause; a device that is ``well`` with a
cause works on and wants to be looked at. Callbacks run on the devices' own threads.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from devices.displays import LineDisplay, make_display
from devices.errors import BadAddress
from devices.printers.escpos_printer import EscposPrinter
from devices.printers.models import PROFILES
from devices.printers.profiles import PrinterProfile
from devices.printers.status import PrinterStatus
from devices.printers.transport import open_transport
from devices.printers.watch import PrinterWatch
from devices.registry import PrinterSetup, ReaderSetup, make_printer, make_scanners
from devices.scanners.base import Rejected, Scan
from devices.scanners.group import ScannerGroup
from devices.scanners.wedge import WedgeReader

_log = logging.getLogger(__name__)

PAPER_LOW = "paper_low"


@dataclass(frozen=True, slots=True)
class DrawerSetup:
    """The drawer on the first printer, as the settings say it."""

    pin: int = 2
    way: str = "now"
    pulse_ms: int = 150
    open_is_high: bool = False


@dataclass(frozen=True, slots=True)
class DisplaySetup:
    """The customer's two lines, as the settings say them; no ``target``: none."""

    target: str = ""
    protocol: str = "escpos"
    charset: str = "latin"


@dataclass(frozen=True, slots=True)
class CounterSetup:
    """What stands on the counter; ``cache_dir`` is private to this programme."""

    cache_dir: Path
    profiles: Mapping[str, PrinterProfile] = field(default_factory=lambda: PROFILES)
    readers: tuple[ReaderSetup, ...] = ()
    printers: tuple[PrinterSetup, ...] = ()
    drawer: DrawerSetup = DrawerSetup()
    display: DisplaySetup = DisplaySetup()
    card_prefix: str = ""
    card_lengths: frozenset[int] = frozenset()


Tell = Callable[[str, str, bool, str], None]
"""Gets kind (scanner, printer, display), address, whether it is well, and the cause."""


class CounterDevices:
    """One counter. Each ``start_…`` may be called once; ``stop`` ends all threads."""

    def __init__(self, setup: CounterSetup, tell: Tell) -> None:
        self._setup = setup
        self._tell = tell
        self._stops = ExitStack()
        self._scanners: ScannerGroup | None = None
        self.printers = self._printers()
        for printer in self.printers.values():
            self._stops.callback(printer.close)

    def stop(self) -> None:
        """Let go of everything, last started first. A second call changes nothing."""
        self._stops.close()

    # -- printers and the drawer -------------------------------------------------------------

    def _printers(self) -> dict[str, EscposPrinter]:
        """By address, in their order; one that is none where there is no other."""
        cache_dir, profiles = self._setup.cache_dir, self._setup.profiles
        made: dict[str, EscposPrinter] = {}
        for setup in self._setup.printers:
            try:
                open_transport(setup.target or "none:")  # an address that is none is said now
                printer = make_printer(setup, cache_dir=cache_dir, profiles=profiles)
            except BadAddress as error:
                self._misspelt("printer", setup.target, error)
            else:
                made.setdefault(setup.target, printer)
        return made or {"": make_printer(PrinterSetup(), cache_dir=cache_dir)}

    def watch_printers(self, switch: Callable[[bool], None]) -> None:
        """Look at every printer every few seconds; ``switch`` hears of the drawer on the first."""
        for number, (name, printer) in enumerate(self.printers.items()):
            if not name:
                continue
            heard = self._hears(name, switch if number == 0 else None)
            watch = PrinterWatch(printer, lambda cause: None, on_status=heard)
            watch.start()
            self._stops.callback(watch.stop)

    def _hears(
        self, name: str, switch: Callable[[bool], None] | None
    ) -> Callable[[PrinterStatus], None]:
        told: list[str] = []

        def heard(status: PrinterStatus) -> None:
            cause = status.cause or (PAPER_LOW if status.paper_low else "")
            if told != [cause]:
                told[:] = [cause]
                self._tell("printer", name, status.ready, cause)
            is_open = status.drawer_open(self._setup.drawer.open_is_high)
            if switch is not None and is_open is not None:
                switch(is_open)

        return heard

    @property
    def _first(self) -> EscposPrinter:
        """The one with the drawer and the display on it."""
        return next(iter(self.printers.values()))

    def kick(self) -> str:
        """Open the drawer; "" or the cause why it stayed shut."""
        drawer = self._setup.drawer
        return self._first.kick(drawer.pin, drawer.pulse_ms, drawer.way)

    # -- readers -----------------------------------------------------------------------------

    def start_scanners(
        self, scanned: Callable[[Scan], None], rejected: Callable[[Rejected], None]
    ) -> WedgeReader | None:
        """Listen on every reader; answers the one that types, which somebody must feed."""
        group = self._scanners = make_scanners(
            self._setup.readers,
            scanned=scanned,
            rejected=rejected,
            changed=lambda name, cause: self._tell("scanner", name, not cause, cause),
            card_prefix=self._setup.card_prefix,
            card_lengths=self._setup.card_lengths,
        )
        self._stops.callback(group.stop)
        group.start()
        return group.keyboard

    def answer(self, port: str, good: bool, text: str) -> None:
        """The till's word on a scan, for a reader that waits for it."""
        if self._scanners is not None:
            self._scanners.answer(port, good=good, text=text)

    # -- the customer's display --------------------------------------------------------------

    def start_display(self) -> LineDisplay | None:
        """The customer's two lines; None where there are none, or the address is none."""
        wanted = self._setup.display
        if not wanted.target:
            return None
        try:
            display = make_display(
                wanted.target,
                wanted.protocol,
                wanted.charset,
                changed=lambda cause: self._tell("display", wanted.target, not cause, cause),
                pass_on=self._first.pass_on,
            )
        except BadAddress as error:
            self._misspelt("display", wanted.target, error)
            return None
        display.start()
        self._stops.callback(display.stop)
        return display

    def _misspelt(self, kind: str, target: str, error: BadAddress) -> None:
        _log.warning("the %s's address in the settings is none: %s", kind, error)
        self._tell(kind, target, False, error.code)
