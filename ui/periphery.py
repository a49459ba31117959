"""What stands around the window: readers that speak to it, and what the customer sees.

Lives on the GUI thread. Opening lines takes time and happens on the office's lane; after a set-up
all of it is put together anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, Slot

from terminal.customer_display import ShowsLines
from terminal.errors import TerminalError
from terminal.ids import Clock
from terminal.services.hardware import Hardware
from terminal.services.suite import Services
from ui.bridge import ThreadBridge
from ui.tasks import Runs
from ui.viewmodels.notices import Judged
from ui.viewmodels.shell import Scanned, ScanRejected, ShellViewModel
from ui.wedge import KeyboardWedge, KeyReader

if TYPE_CHECKING:
    from ui.viewmodels.customer_pole import CustomerPole
    from ui.viewmodels.customer_screen import CustomerScreenViewModel
    from ui.views.customer_screen import CustomerScreen
    from ui.views.shell import Shell


@dataclass(frozen=True, slots=True)
class _SetUp:
    """Posted over the bridge: the set-up has the devices now, or is over."""

    over: bool


class Periphery(QObject):
    """``customer`` is the second screen while there is one."""

    def __init__(
        self,
        hardware: Hardware,
        services: Services,
        vm: ShellViewModel,
        bridge: ThreadBridge,
        runs: Runs,
        clock: Clock,
        shell: Shell,
    ) -> None:
        super().__init__(shell)
        self._hardware, self._services, self._clock = hardware, services, clock
        self._vm, self._bridge, self._runs, self._shell = vm, bridge, runs, shell
        self._wedge: KeyboardWedge | None = None
        self._pole: CustomerPole | None = None
        self._stopped = False
        self.customer_vm: CustomerScreenViewModel | None = None
        self.customer: CustomerScreen | None = None
        vm.judged.connect(self._judged)
        bridge.posted.connect(self._heard)
        shell.closed.connect(self._close_screen)

    def start(self) -> None:
        """Listen and show; on the lane first, then here."""
        self._show_screen()
        self._runs.run(self._open, self._opened, self._failed)

    def rest(self) -> None:
        """From any thread: the devices are let go of, and the set-up hears the keys itself."""
        self._bridge.post(_SetUp(over=False))

    def renew(self) -> None:
        """From any thread: begin again with what the set-up kept."""
        self._bridge.post(_SetUp(over=True))

    def stop(self) -> None:
        """Give the keyboard back and close the second screen."""
        self._stopped = True
        self._end()

    # -- on the lane -------------------------------------------------------------------------

    def _open(self) -> tuple[KeyReader | None, ShowsLines | None]:
        post = self._bridge.post

        def scanned(scan: Any) -> None:  # noqa: ANN401 - a scan of the devices, unknown here
            post(Scanned(scan.text, scan.symbology.value, scan.port, scan.ai))

        def rejected(refused: Any) -> None:  # noqa: ANN401
            post(ScanRejected(refused.reason.value))

        keyboard, display = self._hardware.listen_and_show(scanned, rejected)
        return cast("KeyReader | None", keyboard), display

    # -- on the GUI thread -------------------------------------------------------------------

    def _opened(self, opened: tuple[KeyReader | None, ShowsLines | None]) -> None:
        keyboard, display = opened
        if self._stopped:
            return
        if keyboard is not None:
            self._wedge = KeyboardWedge(keyboard, self)
            self._wedge.start()
        if display is not None:
            from ui.viewmodels.customer_pole import CustomerPole  # few tills have a display

            offers = self._hardware.settings.display.offers
            self._pole = CustomerPole(display, self._services.till, offers=offers, parent=self)
            self._pole.watch(self._vm)

    def _failed(self, error: TerminalError) -> None:
        self._vm.failed(error)

    def _show_screen(self) -> None:
        wanted = self._hardware.settings.display
        if not wanted.screen:
            return
        from ui.viewmodels.customer_screen import CustomerScreenViewModel
        from ui.views.customer_screen import CustomerScreen

        self.customer_vm = CustomerScreenViewModel(
            self._services.counter, clock=self._clock, enrol_url=wanted.enrol_url, parent=self
        )
        self.customer_vm.watch(self._vm)
        self.customer = CustomerScreen(self.customer_vm)
        self.customer.stand_on(wanted.screen, self._shell)

    @Slot(object)
    def _heard(self, event: object) -> None:
        if not isinstance(event, _SetUp) or self._stopped:
            return
        if event.over:
            self.start()
        else:
            self._end()
            self._vm.lights.forget()

    @Slot(object)
    def _judged(self, judged: Judged) -> None:
        reading = judged.reading
        self._hardware.judged(reading.source, judged.good, reading.text)

    def _end(self) -> None:
        if self._wedge is not None:
            self._wedge.stop()
            self._wedge.deleteLater()
        if self._pole is not None:
            self._pole.deleteLater()
        self._wedge = self._pole = None
        self._close_screen()

    @Slot()
    def _close_screen(self) -> None:
        if self.customer is not None and self.customer_vm is not None:
            self.customer.close()
            self.customer.deleteLater()
            self.customer_vm.deleteLater()
        self.customer = self.customer_vm = None
