"""The set-up in the real window: opened by a light, left by Escape, worked by a reader's keys."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest

from terminal.services.setup import SetupService
from terminal.settings import Settings
from terminal.staff import Role
from tests.setting_up.fakes import FakeDevices, thing
from tests.ui.counter.shop import CounterShop
from ui.tasks import Inline
from ui.theme import theme
from ui.views.pages import PageMaker
from ui.views.setup.page import SetupPage, other_screens
from ui.views.shell import Shell


class Till:
    def __init__(self, folder):
        self.shop = CounterShop()
        self.vm = self.shop.shell()
        self.devices = FakeDevices(things=[thing("/dev/ttyUSB0")])
        self.path, self.applied = folder / "settings.toml", []
        maker = PageMaker(self.shop.words, clock=self.shop.clock, who=lambda: self.vm.cashier)
        self.service = SetupService(
            self.devices, self.path, Settings(), applied=self.applied.append
        )  # fmt: skip
        maker.ready(self.shop.all, Inline(), setup=self.service)
        self.maker = maker
        self.shell = Shell(self.vm, maker.makers())
        self.shell.resize(1366, 768)
        self.shell.show()
        QTest.qWaitForWindowExposed(self.shell)
        self.shell.activateWindow()
        self.vm.sign_in(self.shop.all.desk.add("Anna", Role.MANAGER, "1357"))
        self.vm.ready(self.shop.services, Inline())

    def key(self, key):
        QTest.keyClick(self.shell.focusWidget() or self.shell, key)


@pytest.fixture
def till(qapp, tmp_path):
    theme.apply(qapp, "light")
    made = Till(tmp_path)
    yield made
    made.shell.close()
    made.shell.deleteLater()


def test_a_light_leads_to_its_step_and_escape_leads_back(till):
    till.vm.open_page("setup", "printer")
    page = till.shell.page()
    assert isinstance(page, SetupPage)
    assert page.model.step == "printer"
    assert till.shell.width() == 1366
    till.key(Qt.Key.Key_Escape)
    assert page.model.step == "scanner"
    assert till.devices.heard is not None
    till.key(Qt.Key.Key_F1)
    assert page.side.currentIndex() == 1
    till.key(Qt.Key.Key_Escape)
    assert till.shell.page() is None
    assert till.applied == [Settings()]
    assert till.devices.heard is None


def test_enter_goes_on_and_a_scan_meanwhile_sells_nothing(till):
    till.vm.open_page("setup")
    till.vm.scanned(till.shop.ean())
    assert till.vm.counter.state.basket.items == 0
    till.key(Qt.Key.Key_Return)
    assert till.shell.page().model.step == "printer"


def test_in_a_small_window_the_set_up_makes_nothing_grow(till):
    till.shell.resize(1024, 768)
    till.vm.open_page("setup")
    QTest.qWait(1)
    assert till.shell.width() == 1024
    assert till.shell.height() == 768


def test_the_office_leads_to_the_devices_and_done_leads_back_to_the_counter(till):
    till.vm.open_page("office")
    till.shell.page().devices_nav.click()
    page = till.shell.page()
    assert isinstance(page, SetupPage)
    page.steps["display"].click()
    till.key(Qt.Key.Key_Return)
    assert till.shell.page() is None


class Windows(QObject):
    """Notes everything that is shown as a window of its own."""

    def __init__(self):
        super().__init__()
        self.shown = []

    def eventFilter(self, watched, event):  # noqa: N802 - the name is Qt's
        if event.type() == QEvent.Type.Show and watched.isWidgetType() and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


@pytest.mark.parametrize("page", ["office", "setup", "sign_in", "enrol", "sync"])
def test_no_part_of_a_page_is_a_window_that_takes_the_keys(till, qapp, page):
    windows = Windows()
    qapp.installEventFilter(windows)
    till.vm.open_page(page)
    qapp.removeEventFilter(windows)
    assert till.shell.page() is not None
    assert windows.shown == []


def test_a_bug_elsewhere_leaves_no_step_waiting(till):
    till.vm.open_page("setup", "printer")
    model = till.shell.page().model
    model.printer.busy = True
    till.maker.failed(RuntimeError("a bug"))
    assert not model.printer.busy


def test_the_tills_own_screen_is_no_second_one(qapp):
    assert other_screens() == []
