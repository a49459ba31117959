"""The devices of a till over its life: slips to the printers, the drawer, scans, the display.

What stands on the counter comes in through ``make``; when the set-up wants to try it, all of it is
let go (slips wait meanwhile), and started again as it was set up then.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, Protocol

from terminal.customer_display import ShowsLines
from terminal.events import DeviceStatus, Event, SaleBooked, SlipMoved
from terminal.ids import Clock, NewId
from terminal.ports import SlipPrinter
from terminal.services.drawer import DrawerService
from terminal.services.printing import PrintSpool
from terminal.services.suite import Services
from terminal.settings import DrawerSettings, Settings
from terminal.slips import SlipState

Tell = Callable[[str, str, bool, str], None]
"""Gets a device's kind, its address, whether it is well, and the cause if not."""


class CounterDevices(Protocol):
    """Everything on one counter; ``devices.counter.CounterDevices`` is it."""

    @property
    def printers(self) -> Mapping[str, SlipPrinter]: ...
    def watch_printers(self, switch: Callable[[bool], None]) -> None: ...
    def kick(self) -> str: ...
    def start_scanners(
        self, scanned: Callable[[Any], None], rejected: Callable[[Any], None]
    ) -> object | None: ...
    def answer(self, port: str, good: bool, text: str) -> None: ...
    def start_display(self) -> ShowsLines | None: ...
    def stop(self) -> None: ...


class Hardware:
    """``make`` puts the devices of some settings together, not started. Methods may block, but
    ``judged`` and ``booked``, and are called off the GUI thread.
    """

    def __init__(
        self,
        make: Callable[[Settings, Tell], CounterDevices],
        services: Services,
        settings: Settings,
        *,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._make = make
        self._bus = services.bus
        self._stops = ExitStack()
        self.settings = settings
        self._spool: PrintSpool | None = None  # the devices may tell before it is there
        self._devices = make(settings, self._told)
        self._fresh = True
        self.slips = self._spool = PrintSpool(
            services.database, self._devices.printers, self._bus, clock=clock, new_id=new_id,
            keep=timedelta(hours=settings.slips.keep_hours),
        )  # fmt: skip
        self.drawer = DrawerService(
            services.database, services.till.code, self._kick, self._bus, clock=clock,
            new_id=new_id, opens=settings.drawer.opens,
        )  # fmt: skip

    def start(self) -> None:
        """Carry slips to the printers, or keep them where there are none; watch the drawer."""
        self.slips.recover()
        self.slips.start()
        self._stops.callback(self.slips.stop)
        # The spool's threads may wait in a printer: a slip at hand may come out first.
        self._stops.callback(lambda: self._devices.stop())
        self._stops.callback(self.slips.stop, 2.0)
        self.drawer.start()
        self._stops.callback(self.drawer.stop)
        self._stops.callback(self._bus.subscribe(self.booked))
        self._watch()

    def stop(self) -> None:
        """End every thread and let go of the devices."""
        self._stops.close()

    @property
    def has_drawer(self) -> bool:
        """Whether there can be a drawer: it hangs on a printer."""
        return bool(self.settings.printers)

    def _watch(self) -> None:
        """Without a drawer the printer's pin reads anything: only one that was set up is heard."""
        learnt = self.settings.drawer != DrawerSettings()
        self._devices.watch_printers(self.drawer.heard_switch if learnt else _unheard)

    def booked(self, event: Event) -> None:
        """What a booking sets going, on the thread that booked it."""
        queued = isinstance(event, SlipMoved) and event.state is SlipState.QUEUED
        if queued or isinstance(event, SaleBooked):
            self.slips.wake()
        self.drawer.booked(event)

    def listen_and_show(
        self, scanned: Callable[[Any], None], rejected: Callable[[Any], None]
    ) -> tuple[object | None, ShowsLines | None]:
        """Listen on every reader, both callbacks on the reader's own thread, and keep the
        customer's lines. Answers the reader that types, which must be fed, and the display.

        Once for each set-up: asked again, or while the set-up has the devices, it starts nothing.
        """
        fresh, self._fresh = self._fresh, False
        if not fresh:
            return None, None
        keyboard = self._devices.start_scanners(scanned, rejected)
        return keyboard, self._devices.start_display()

    def judged(self, port: str, good: bool, text: str) -> None:
        """What the till makes of a scan, for readers that wait for it."""
        self._devices.answer(port, good, text)

    # -- while it is set up ------------------------------------------------------------------

    def rest(self) -> None:
        """Let go of everything, so that it can be tried; slips wait."""
        self._fresh = False
        self.slips.use({})
        self._devices.stop()
        self.drawer.heard_switch(is_open=False)  # nobody watches it meanwhile

    def apply(self, settings: Settings) -> None:
        """Start printing as it is set up now; readers and display are started by their users."""
        self._devices.stop()
        self.settings = settings
        self.drawer.use(settings.drawer.opens)
        self._devices = self._make(settings, self._told)
        self._fresh = True
        self.slips.use(self._devices.printers)
        self._watch()

    def _kick(self) -> str:
        return self._devices.kick()

    def _told(self, kind: str, name: str, well: bool, cause: str) -> None:
        self._bus.tell(DeviceStatus(kind, well, cause, name))
        if kind == "printer" and self._spool is not None:
            self._spool.printer_is(name, "" if well else cause)


def _unheard(is_open: bool) -> None:
    """Nobody's drawer."""
