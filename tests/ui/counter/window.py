"""The whole window over a shop in memory, with pages that only remember what they were given."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terminal.events import DeviceStatus, SyncStatus
from tests.ui.counter.shop import NOW, CounterShop
from ui.tasks import Inline, Runs
from ui.theme import theme
from ui.theme.tokens import ThemeName
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.shell import Scanned
from ui.views.counter.page import CounterPage
from ui.views.page import KeyAction, Page
from ui.views.shell import Shell


class NotePage(Page):
    """A page that notes what came, and takes scans when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.subject = ""
        self.scans: list[str] = []
        self.takes = False
        self.pressed = 0

    def open_with(self, subject: str) -> None:
        self.subject = subject

    def take_scan(self, text: str) -> bool:
        if self.takes:
            self.scans.append(text)
        return self.takes

    def keys(self) -> Sequence[KeyAction]:
        return [
            KeyAction("Back", "Esc", "arrow-left", lambda: self.finished.emit(None), at_end=True),
            KeyAction("Do", "F5", "check", self._press),
        ]

    def _press(self) -> None:
        self.pressed += 1


class Window:
    """``vm`` the shell's view model, ``shell`` the widget, ``page(name)`` what was opened."""

    def __init__(
        self,
        app: QApplication,
        language: str = "en",
        *,
        look: ThemeName = "light",
        size: tuple[int, int] = (1366, 768),
        runs: Runs | None = None,
        signed_in: bool = True,
        ready: bool = True,
    ) -> None:
        theme.apply(app, look)
        app.setLayoutDirection(
            Qt.LayoutDirection.RightToLeft if language == "he" else Qt.LayoutDirection.LeftToRight
        )
        self.shop = CounterShop(language)
        self.vm = self.shop.shell()
        self.deaf = self.shop.bus.subscribe(self.vm.heard)
        self.post: Callable[[object], None] = self.vm.heard
        self.opened: list[NotePage] = []
        names = ("enrol", "return", "office", "sync", "sign_in", "phone_card", "digital_slip")
        pages: dict[str, Callable[[], Page]] = dict.fromkeys(names, self._make)
        self.shell = Shell(self.vm, pages)
        self.shell.resize(*size)
        self.shell.show()
        QTest.qWaitForWindowExposed(self.shell)
        self.shell.activateWindow()
        if signed_in:
            self.vm.sign_in(self.shop.cashier)
        if ready:
            self.vm.ready(self.shop.services, runs or Inline())
            self.well()
        for page in self.shell.findChildren(CounterPage):
            page.settle_ms = 0

    def _make(self) -> NotePage:
        page = NotePage()
        self.opened.append(page)
        return page

    def well(self) -> None:
        for device in ("scanner", "printer"):
            self.vm.heard(DeviceStatus(device, True))
        self.vm.heard(SyncStatus("online", last_success=NOW))

    @property
    def counter(self) -> CounterViewModel:
        assert self.vm.counter is not None
        return self.vm.counter

    @property
    def page(self) -> CounterPage:
        found = self.shell.findChild(CounterPage)
        assert isinstance(found, CounterPage)
        return found

    def scan(self, *codes: str) -> None:
        for code in codes:
            self.vm.heard(Scanned(code))

    def key(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press a key as a person does: where the focus is."""
        QTest.keyClick(self.shell.focusWidget() or self.shell, key, modifier)

    def type(self, text: str) -> None:
        for sign in text:
            QTest.keyClick(self.shell.focusWidget() or self.shell, sign)

    def close(self) -> None:
        self.shell.close()
        self.shell.deleteLater()
