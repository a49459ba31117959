"""The till as one window over a backend: lanes, bridge, view models and pages put together.

The backend (``main.Backend``) is known here by protocol only. The window paints first; everything
that reads the disk, loads libraries or opens a line happens afterwards on a lane.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from terminal.errors import TerminalError
from terminal.events import EventBus
from terminal.i18n import Words
from terminal.ids import Clock
from ui.app import Collector, UnforeseenErrors, make_shell
from ui.bridge import ThreadBridge
from ui.tasks import Tasks
from ui.viewmodels.shell import ShellViewModel
from ui.views.page import Page

if TYPE_CHECKING:
    from terminal.services.hardware import Hardware
    from terminal.services.issuing import IssuingService
    from terminal.services.models import SignedIn
    from terminal.services.setup import SetupService
    from terminal.services.suite import Services
    from terminal.settings import Settings
    from ui.periphery import Periphery
    from ui.viewmodels.sync_reading import SyncDesk

EXPIRY_ROUND_MS = 60 * 60 * 1000


class Backend(Protocol):
    """Everything behind the window. Methods may block and are called on a lane."""

    @property
    def settings(self) -> Settings: ...
    @property
    def bus(self) -> EventBus: ...
    @property
    def hardware(self) -> Hardware: ...
    @property
    def issuing(self) -> IssuingService: ...
    def open(self) -> Services: ...
    def start_printing(self) -> None: ...
    def setup_service(
        self, resting: Callable[[], None], applied: Callable[[], None]
    ) -> SetupService: ...
    def start_sync(self) -> None: ...
    def sync_desk(self) -> SyncDesk: ...
    def expire_due(self) -> None: ...
    def close(self) -> None: ...


class TillWindow(QObject):
    """One till on the screen. ``opened`` when the services are there and devices are starting,
    ``closing`` when whatever takes long should end.

    ``prepare`` runs once the database is open, on the lane (the demo fills its shop there) and may
    answer who is signed in. ``set_up`` opens the pages that find the devices.
    """

    opened = Signal(object)
    closing = Signal()

    def __init__(
        self,
        backend: Backend,
        words: Words,
        *,
        clock: Clock,
        log_path: str = "",
        prepare: Callable[[Services], SignedIn | None] = lambda services: None,
        set_up: bool = False,
    ) -> None:
        super().__init__()
        self._wants_setup = set_up
        self._backend, self._words, self._clock = backend, words, clock
        self._prepare = prepare
        self.lane, self.office_lane = Tasks("counter"), Tasks("office")
        self.store_lane = Tasks("store")
        self.bridge, self.errors = ThreadBridge(), UnforeseenErrors()
        self.vm = ShellViewModel(
            words,
            clock=clock,
            shop=backend.settings.shop.name,
            till=backend.settings.till.name,
            log_path=log_path,
        )
        self._pages: dict[str, Callable[[], Page]] = {}
        self.shell = make_shell(self.vm, self._pages)
        self._periphery: Periphery | None = None
        self._collector = Collector(self)
        self._expiry = QTimer(self)
        self._connect()

    def _connect(self) -> None:
        self.bridge.posted.connect(self.vm.heard)
        self._deaf = self._backend.bus.subscribe(self.bridge.post)
        for source in (self.lane.failed, self.office_lane.failed, self.errors.happened):
            source.connect(self.vm.failed)
        self.vm.changed.connect(self._perhaps_set_up)
        self._expiry.setInterval(EXPIRY_ROUND_MS)
        self._expiry.timeout.connect(self._expire)

    def begin(self) -> None:
        """Show the window, then open the till behind it."""
        self.shell.show()
        self._collector.start()
        # Not before the first paint: opening loads the database library.
        QTimer.singleShot(0, self._open)

    def _open(self) -> None:
        self.lane.run(self._opening, self._opened, self.vm.cannot_start)

    def _opening(self) -> tuple[Services, SignedIn | None, bool]:
        # What comes after the first paint is imported here, so that the window lives meanwhile.
        import ui.views.counter.page
        import ui.views.pages
        import ui.views.search_list  # noqa: F401 - imported for the shell, which makes them
        from terminal.services.founding import found

        services = self._backend.open()
        who = self._prepare(services)
        nobody_yet = found(services.database, services.till, self._clock)
        self._backend.start_printing()
        return services, who, nobody_yet

    def _opened(self, opened: tuple[Services, SignedIn | None, bool]) -> None:
        from ui.viewmodels.services import CounterServices

        services, who, nobody_yet = opened
        from ui.periphery import Periphery

        hardware = self._backend.hardware
        self._make_pages(services, nobody_yet=nobody_yet)
        if who is not None:
            self.vm.sign_in(who)
        self.vm.ready(
            CounterServices(
                counter=services.counter,
                members=services.office,
                enrolment=services.enrolment,
                slips=hardware.slips,
                drawer=hardware.drawer,
                has_drawer=lambda: hardware.has_drawer,
                web_coupons=services.web_coupons,
            ),
            self.lane,
            self.office_lane,
        )
        self._periphery = Periphery(
            hardware, services, self.vm, self.bridge, self.office_lane, self._clock, self.shell
        )
        self.opened.emit(services)
        self._periphery.start()
        self.office_lane.run(self._backend.start_sync, _done, self.vm.failed)
        self._expire()
        self._expiry.start()
        self._collector.set_aside()

    def _perhaps_set_up(self) -> None:
        """Whoever signs in first on a till without devices, or asked for it, sets them up."""
        if self._wants_setup and self.vm.phase == "ready" and self.vm.counter is not None:
            self._wants_setup = False
            QTimer.singleShot(0, self._set_up)

    def _set_up(self) -> None:
        self.vm.open_page("setup")

    # On the lane: the set-up tries the devices itself, and is over.

    def _devices_rest(self) -> None:
        if self._periphery is not None:
            self._periphery.rest()

    def _devices_again(self) -> None:
        if self._periphery is not None:
            self._periphery.renew()

    def _expire(self) -> None:
        self.office_lane.run(self._backend.expire_due, _done, _refused)

    def _make_pages(self, services: Services, *, nobody_yet: bool) -> None:
        # Imported here: the pages are not needed for the first paint.
        from ui.views.pages import PageMaker

        pages = PageMaker(self._words, clock=self._clock, who=self._who, parent=self)
        self.closing.connect(pages.stop)
        settings = self._backend.settings
        self._wants_setup |= nobody_yet and not (settings.scanners or settings.printers)
        pages.ready(
            services, self.lane, self.office_lane, nobody_yet=nobody_yet,
            issuing=self._backend.issuing,
            setup=self._backend.setup_service(self._devices_rest, self._devices_again),
            sync=self._backend.sync_desk(), store_runs=self.store_lane,
        )  # fmt: skip
        self.bridge.posted.connect(pages.heard)
        for lane in (self.lane, self.office_lane, self.store_lane):
            lane.failed.connect(pages.failed)
        self._pages.update(pages.makers())

    def _who(self) -> SignedIn | None:
        return self.vm.cashier

    def close(self) -> None:
        """Finish what was asked for, then end every thread."""
        self.closing.emit()
        self._expiry.stop()
        if self._periphery is not None:
            self._periphery.stop()
        self.lane.stop()
        self.office_lane.stop()
        self.store_lane.stop()
        self._deaf()
        self._backend.close()
        self._collector.stop()
        self.shell.close()


def _done(_: object) -> None:
    """Nothing to show."""


def _refused(_: TerminalError) -> None:
    """Tried again at the next round."""
