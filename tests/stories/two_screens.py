"""A till with a screen for the customer beside its own: run by ``test_second_screen`` on a platform
that has two."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from terminal.settings import DisplaySettings
from tests.stories.conftest import Opens, open_till, parts

__all__ = ["open_till", "parts"]


def test_the_customer_sees_the_sale_on_the_other_screen(open_till: Opens) -> None:
    own, other = QGuiApplication.screens()
    till = open_till(display=DisplaySettings(screen=1, enrol_url="https://shop.example/join"))
    around = till.window._periphery
    till.until(around.customer.isVisible)
    assert around.customer.screen() is other
    assert around.customer.geometry() == other.geometry()
    assert till.window.shell.screen() is own
    till.put_on(till.enrol(1))
    till.put_in("OIL-500")
    till.until(lambda: around.customer_vm.face.total)
    till.window.shell.activateWindow()  # this platform lets no window refuse the keyboard
    till.until(till.window.shell.isActiveWindow)
    QTest.keyClick(till.window.shell.focusWidget() or till.window.shell, Qt.Key.Key_F12)
    till.until(lambda: till.counter.stage == "done")

    till.window.vm.open_page("setup", "display")
    till.until(lambda: around.customer is None)
    till.window.shell.page().finished.emit(None)
    till.until(lambda: around.customer is not None and around.customer.isVisible())
    till.window.shell.close()
    assert around.customer is None
