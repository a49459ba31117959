"""A new till: its first person, then its devices, then work, in one window."""

import pytest
from PySide6.QtTest import QTest

import main
from terminal.i18n import Words
from terminal.settings import load
from tests.devices.lines import PtyLine
from tests.setting_up.scanning import scan_until
from ui.views.first_person import FirstPersonPage
from ui.views.setup.page import SetupPage
from ui.window import TillWindow

PATIENCE_MS = 20_000


@pytest.fixture
def till(qtbot, qapp, tmp_path):
    opened = []

    def open_it(*, set_up=False):
        folder = tmp_path / "till"
        backend = main.Backend(folder, load(folder / "settings.toml"))
        window = TillWindow(backend, Words(), clock=main.now, set_up=set_up)
        window.begin()
        opened.append(window)
        qtbot.waitUntil(lambda: window.vm.phase == "ready", timeout=PATIENCE_MS)
        return window

    yield open_it
    for window in opened:
        window.close()
        window.shell.deleteLater()
        window.deleteLater()


def sign_up(window, qtbot):
    qtbot.waitUntil(lambda: isinstance(window.shell.page(), FirstPersonPage), timeout=PATIENCE_MS)
    page = window.shell.page()
    for field, text in ((page.name, "Anna"), (page.pin, "9876"), (page.again, "9876")):
        field.setText(text)
    page.start.click()


def test_a_new_till_asks_for_its_devices_and_reads_at_once_when_they_are_found(
    till, qtbot, tmp_path
):
    line = PtyLine(tmp_path / "reader")
    window = till()
    sign_up(window, qtbot)
    qtbot.waitUntil(lambda: isinstance(window.shell.page(), SetupPage), timeout=PATIENCE_MS)
    page = window.shell.page()
    page.views["scanner"].address.setText(line.path)
    page.views["scanner"].listen.click()
    qtbot.waitUntil(lambda: line.path in [r.title for r in page.model.rows], timeout=PATIENCE_MS)
    for reads in (1, 2, 3):
        scan_until(lambda reads=reads: page.model.scanner.reads >= reads, line, qtbot)
    page.next.click()
    qtbot.waitUntil(lambda: page.model.step == "printer", timeout=PATIENCE_MS)
    page.model.finished.emit()
    qtbot.waitUntil(lambda: window.vm.lights.scanner.state == "well", timeout=PATIENCE_MS)
    assert window.shell.page() is None
    line.send(b"]E04006381333931\r")
    qtbot.waitUntil(lambda: window.shell.toast.isVisible(), timeout=PATIENCE_MS)
    line.unplug()


def test_it_is_asked_for_on_the_command_line_and_only_once(till, qtbot, tmp_path):
    window = till(set_up=True)
    sign_up(window, qtbot)
    qtbot.waitUntil(lambda: isinstance(window.shell.page(), SetupPage), timeout=PATIENCE_MS)
    window.shell.page().model.finished.emit()
    window.vm.changed.emit()
    QTest.qWait(1)
    assert window.shell.page() is None
