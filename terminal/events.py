"""What happened, told to whoever listens (the window, the sync worker) after it is committed."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from terminal.drawer import KickReason
from terminal.ids import MemberId, ReturnId, SaleId, SlipId
from terminal.slips import SlipState


@dataclass(frozen=True, slots=True)
class SaleBooked:
    """A sale, its points, its slip and its messages are in the books; or a return of it."""

    sale_id: SaleId
    member_id: MemberId | None
    return_id: ReturnId | None = None


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """Profile, cards or points of a member changed."""

    member_id: MemberId


@dataclass(frozen=True, slots=True)
class SlipMoved:
    """A slip changed its state."""

    slip_id: SlipId
    state: SlipState
    cause: str


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """How sync with the online store stands.

    ``state``: ``off`` (none configured), ``connecting`` (not heard from since the start),
    ``online``, ``offline``, ``misconfigured``.
    ``problem`` is a stable code (``unreachable``, ``timeout``, ``server_error``, ``not_json``,
    ``forbidden``, ``expired``…), ``busy`` while a round is under way.

    ``store`` names the one that it is of; "" is all of them together, the worst of their states,
    and ``stores`` are they. ``oldest`` is since when the message waits that waits longest.
    ``clock_ms``: the store's clock less this machine's; ``clock_off``: a person should set it.
    """

    state: str = "off"
    waiting: int = 0
    blocked: int = 0
    last_success: datetime | None = None
    problem: str = ""
    busy: bool = False
    store: str = ""
    given_up: int = 0
    oldest: datetime | None = None
    clock_ms: int | None = None
    clock_off: bool = False
    tasks: int = 0
    """Questions to a person that are open, of any store."""
    stores: "tuple[SyncStatus, ...]" = ()


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """How a device stands. ``device``: ``scanner``, ``printer``, ``display`` or ``drawer``.

    ``cause`` is "" when all is well; a device that is ``well`` with a cause works on, but wants to
    be looked at (``paper_low``). ``name`` tells several of a kind apart.
    """

    device: str
    well: bool
    cause: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class DrawerKicked:
    """The drawer was to open. ``outcome``: ``kicked``, or why it stayed shut."""

    reason: KickReason
    outcome: str


@dataclass(frozen=True, slots=True)
class ImportMoved:
    """The first import from an online store went on.

    ``state``: ``open`` (under way), ``waiting`` (the store is away; it goes on by itself),
    ``paused`` (a person asked), ``done``, ``failed`` (a person must look; ``problem`` is a code of
    sync). ``part`` is what is brought in now (``customers``, ``orders`` …); ``total`` None: how
    much it is, nobody says.
    """

    store: str
    state: str
    part: str = ""
    done: int = 0
    total: int | None = None
    problem: str = ""
    where: str = ""


Event = (
    SaleBooked | MemberChanged | SlipMoved | SyncStatus | DeviceStatus | DrawerKicked | ImportMoved
)


@dataclass(slots=True)
class EventBus:
    """Hands each event to every listener, on the thread that tells it."""

    _listeners: list[Callable[[Event], None]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Start telling ``listener``; the answer stops it."""
        with self._lock:
            self._listeners = [*self._listeners, listener]

        def stop() -> None:
            with self._lock:
                self._listeners = [known for known in self._listeners if known is not listener]

        return stop

    def tell(self, event: Event) -> None:
        """Tell everyone who listens now."""
        for listener in self._listeners:
            listener(event)
