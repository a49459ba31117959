"""The demo shop's bench beside the till: what can be scanned, the paper, and things that go wrong.

Knows no devices: ``send`` puts bytes on the virtual scanner's line, ``order`` tells the software
printer what happens to it ("paper out", "cover open", "power off").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QImage

from terminal import demo
from terminal.cards import last_four
from terminal.i18n import Words
from terminal.ids import Clock
from terminal.services.models import SignedIn
from terminal.services.suite import Services
from terminal.staff import Role
from ui.bridge import ThreadBridge
from ui.views.demo_panel import DemoFault, DemoPanel, DemoPerson, DemoScan
from ui.window import TillWindow

if TYPE_CHECKING:
    from ui.views.customer_screen import CustomerScreen

_ENROL_URL = "https://shop.example/join"
_FROM_AIM = b"]E0"
_END = b"\r"


class DemoBench(QObject):
    """Fills the demo shop and stands beside its window."""

    def __init__(
        self, clock: Clock, send: Callable[[bytes], None], order: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._clock, self._send, self._order = clock, send, order
        self._window: TillWindow | None = None
        self.panel: DemoPanel | None = None
        self.customer: CustomerScreen | None = None
        self._stock: demo.Demo | None = None
        self._sheets = ThreadBridge()
        self._sheets.posted.connect(self._show_sheet)

    def prepare(self, services: Services) -> SignedIn:
        """Seed the shop (on the lane) and put its cashier at the till."""
        self._stock = demo.seed(services.database, services.till, self._clock())
        return SignedIn(self._stock.manager, "Anna", Role.MANAGER)

    def beside(self, window: TillWindow) -> None:
        """Come up beside the till as soon as there is something to scan."""
        self._window = window
        window.opened.connect(self._open)
        window.shell.closed.connect(self._close)

    def sheet(self, png: bytes) -> None:
        """Paper came out; from any thread."""
        self._sheets.post(png)

    @Slot(object)
    def _open(self, services: object) -> None:
        if self._window is None or self._stock is None or not isinstance(services, Services):
            return
        words = self._window.vm.words
        self.panel = DemoPanel(
            words,
            scans=_scans(self._stock, words),
            send=self._scan,
            faults=self._faults(words),
            people=[DemoPerson("Maria", demo.CASHIER_PIN), DemoPerson("Anna", demo.MANAGER_PIN)],
            show_customer=self._show_customer,
        )
        self._watch_customer(services, self._window)
        beside = self._window.shell.frameGeometry()
        self.panel.move(beside.right() + 8, beside.top())
        self.panel.show()

    def _watch_customer(self, services: Services, window: TillWindow) -> None:
        """What the customer sees, on glass and on a screen."""
        # Imported here: none of it is needed for the first paint.
        from ui.viewmodels.customer_pole import CustomerPole
        from ui.viewmodels.customer_screen import CustomerScreenViewModel
        from ui.views.customer_screen import CustomerScreen
        from ui.views.pole_glass import GlassLines

        till = services.counter.till
        seen = CustomerScreenViewModel(
            services.counter, clock=self._clock, enrol_url=_ENROL_URL, parent=self
        )
        seen.watch(window.vm)
        self.customer = CustomerScreen(seen, framed=True)
        if self.panel is not None:
            self._pole = CustomerPole(GlassLines(self.panel.pole), till, parent=self)
            self._pole.watch(window.vm)

    def _show_customer(self) -> None:
        """Put the customer's screen up, or away."""
        if self.customer is not None and self._window is not None:
            self.customer.setVisible(not self.customer.isVisible())
            self._window.shell.activateWindow()

    def _scan(self, data: bytes) -> None:
        """Put bytes on the line. A scanner takes no keyboard away from the till: nor does this."""
        self._send(data)
        if self._window is not None:
            self._window.shell.activateWindow()

    @Slot()
    def _close(self) -> None:
        """The till is closed: nothing stands beside it."""
        for beside in (self.panel, self.customer):
            if beside is not None:
                beside.close()

    def _faults(self, words: Words) -> list[DemoFault]:
        def fault(title: str, detail: str, on: str, off: str) -> DemoFault:
            return DemoFault(title, detail, lambda yes: self._order(on if yes else off))

        t = words.t
        return [
            fault(t("Paper out"), t("The slip waits for a new roll"), "paper out", "paper ok"),
            fault(
                t("Cover open"), t("Printing goes on when it is shut"), "cover open", "cover closed"
            ),
            fault(t("Printer silent"), t("As with its cable pulled"), "mute on", "mute off"),
        ]

    @Slot(object)
    def _show_sheet(self, png: object) -> None:
        image = QImage.fromData(png) if isinstance(png, bytes) else QImage()
        if self.panel is not None:
            self.panel.show_sheet(image)


def _scans(stock: demo.Demo, words: Words) -> list[DemoScan]:
    t = words.t
    cards = [
        DemoScan(
            name, words.isolate(f"···· {last_four(number)}"), _bytes(number), "identification-card"
        )
        for name, number in stock.cards[:6]
    ]
    products = [
        DemoScan(p.name, words.money(p.price, p.currency), _bytes(p.ean), "barcode")
        for p in stock.products
    ]
    damaged = stock.cards[0][1]
    wrong = damaged[:-1] + str((int(damaged[-1]) + 1) % 10)
    return [
        *cards[:3],
        *products,
        *cards[3:],
        DemoScan(t("A new card"), t("Nobody has it yet"), _bytes(stock.unused), "user-plus"),
        DemoScan(t("A scratched card"), t("One digit is wrong"), _bytes(wrong), "warning"),
        DemoScan(t("Something else"), t("A code from elsewhere"), b"HELLO-123" + _END, "question"),
    ]


def _bytes(ean: str) -> bytes:
    return _FROM_AIM + ean.encode("ascii") + _END
