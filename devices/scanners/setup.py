"""From what a shop wrote about its readers to readers that listen."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from devices.errors import BadAddress
from devices.scanners.base import Rejected, Scan
from devices.scanners.discovery import KEYBOARD, Identity, Lister, Whereabouts, checked, connected
from devices.scanners.framing import FrameFormat, Suffix
from devices.scanners.group import ScannerGroup, cause_of
from devices.scanners.serial_port import SerialScanner
from devices.scanners.symbologies import HONEYWELL_CODE_IDS, ReadingRules
from devices.scanners.wedge import Timing, WedgeReader

_log = logging.getLogger(__name__)

UNLEARNT_MS = 150
"""The setting's default: of a reader that types it says that nothing was learnt."""


@dataclass(frozen=True, slots=True)
class ReaderSetup:
    """One reader as the settings have it; the fields are those of the settings, by name.

    ``idle_ms`` of a reader that types is the longest gap between its keys, as learnt.
    """

    port: str
    baudrate: int = 9600
    prefix: str = ""
    suffix: str = "any"
    idle_ms: int = UNLEARNT_MS
    check_block: bool = False
    code_ids: str = "aim"
    acknowledge: bool = False
    us_layout: bool = False
    upc_e: bool = False

    @property
    def frame_format(self) -> FrameFormat:
        """How it marks its codes."""
        return FrameFormat(
            suffix=Suffix(self.suffix),
            prefix=self.prefix.encode(),
            check_block=self.check_block,
            idle=self.idle_ms / 1000,
        )

    @property
    def timing(self) -> Timing:
        """How it types."""
        if self.idle_ms == UNLEARNT_MS:
            return Timing()
        return Timing(median_ms=self.idle_ms, longest_ms=self.idle_ms)

    def rules(self, card_prefix: str, card_lengths: frozenset[int] = frozenset()) -> ReadingRules:
        """What its codes look like."""
        letters = HONEYWELL_CODE_IDS if self.code_ids == "honeywell" else {}
        return ReadingRules(
            own_prefix=card_prefix, own_lengths=card_lengths, code_ids=letters, upc_e=self.upc_e
        )


def make_scanners(
    setups: Sequence[ReaderSetup],
    *,
    scanned: Callable[[Scan], None],
    rejected: Callable[[Rejected], None],
    changed: Callable[[str, str], None],
    card_prefix: str = "",
    card_lengths: frozenset[int] = frozenset(),
    lister: Lister = connected,
) -> ScannerGroup:
    """All readers of a till, not started; callbacks run on each reader's own thread.

    ``changed`` gets a reader's address and "" when it is there, else its state or the code of what
    is wrong with the address. The same address written twice is one reader. ``card_lengths``: digit
    counts of the shop's cards without an EAN check digit.
    """
    cards, identities = (card_prefix, card_lengths), _identities(setups)
    makers = _Makers(scanned, rejected, changed, cards, lister, identities)
    scanners: list[SerialScanner] = []
    broken: dict[str, str] = {}
    keyboard: WedgeReader | None = None
    for setup in _each_once(setups):
        if setup.port == KEYBOARD:
            keyboard = makers.keyboard(setup)
            continue
        try:
            scanners.append(makers.scanner(setup))
        except BadAddress as error:
            _log.warning("a reader's port in the settings is none: %s", error)
            broken[setup.port] = error.code
    return ScannerGroup(scanners, keyboard=keyboard, broken=broken, changed=changed)


def _each_once(setups: Sequence[ReaderSetup]) -> list[ReaderSetup]:
    first: dict[str, ReaderSetup] = {}
    for setup in setups:
        first.setdefault(setup.port, setup)
    return list(first.values())


def _identities(setups: Sequence[ReaderSetup]) -> dict[str, Identity]:
    found: dict[str, Identity] = {}
    for setup in setups:
        try:
            found[setup.port] = Identity.parse(setup.port)
        except BadAddress:
            continue  # a path or a URL; nonsense is said when it is opened
    return found


@dataclass(frozen=True, slots=True)
class _Makers:
    scanned: Callable[[Scan], None]
    rejected: Callable[[Rejected], None]
    changed: Callable[[str, str], None]
    cards: tuple[str, frozenset[int]]
    lister: Lister
    identities: dict[str, Identity]

    def keyboard(self, setup: ReaderSetup) -> WedgeReader:
        return WedgeReader(
            on_scan=self.scanned,
            on_rejected=self.rejected,
            timing=setup.timing,
            us_layout=setup.us_layout,
            prefix=setup.prefix,
            rules=setup.rules(*self.cards),
        )

    def scanner(self, setup: ReaderSetup) -> SerialScanner:
        others = tuple(other for port, other in self.identities.items() if port != setup.port)
        return SerialScanner(
            setup.port,
            setup.baudrate,
            on_scan=self.scanned,
            on_rejected=self.rejected,
            on_state=lambda state: self.changed(setup.port, cause_of(state)),
            format_=setup.frame_format,
            rules=setup.rules(*self.cards),
            acknowledge=setup.acknowledge,
            where=Whereabouts(checked(setup.port), self.lister, others),
        )
