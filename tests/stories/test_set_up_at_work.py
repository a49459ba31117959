"""The set-up in the middle of a day: it gets every device to itself, and gives all of them back."""

import threading

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from devices.displays.emulator import DisplayEmulator
from terminal.settings import DisplaySettings, PrinterSettings, ScannerSettings, load
from terminal.slips import SlipState
from tests.devices.scanners.keyboards import keys
from tests.stories.conftest import Opens
from tests.stories.open_till import OpenTill
from ui.views.setup.page import SetupPage
from ui.wedge import KeyboardWedge

TYPES = ScannerSettings(port="keyboard", us_layout=False)


def set_up(till: OpenTill, step: str = "") -> SetupPage:
    """The set-up's page, once it has the devices."""
    till.window.vm.open_page("setup", step)
    till.until(lambda: isinstance(till.window.shell.page(), SetupPage))
    till.until(lambda: till.window.vm.lights.scanner.state == "off")
    return till.window.shell.page()


def leave(till: OpenTill) -> None:
    """Back to the counter, once its devices are there again."""
    till.window.shell.page().finished.emit(None)
    till.until(lambda: till.window.shell.page() is None)


def wedges(till: OpenTill) -> list[KeyboardWedge]:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return till.window.shell.findChildren(KeyboardWedge)


def type_code(till: OpenTill, code: str) -> None:
    """As a reader that types does it."""
    native = till.window.shell.windowHandle()
    for stroke in keys(code, [8]):
        key = Qt.Key.Key_Return if stroke.text == "\r" else ord(stroke.text.upper())
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(
                kind, key, Qt.KeyboardModifier.NoModifier, stroke.scan_code, 0, 0, stroke.text
            )
            event.setTimestamp(round(stroke.at))
            QCoreApplication.sendEvent(native, event)


def test_lights_are_forgotten_and_well_again_and_slips_come_out_afterwards(
    open_till: Opens,
) -> None:
    till = open_till()
    lights = till.window.vm.lights
    till.until(lambda: lights.printer.state == "well")
    till.put_in("OIL-500")
    till.parts.order("paper out")
    done = till.pay()
    till.until(lambda: till.slip_of(done).cause == "paper_out")
    set_up(till)
    assert (lights.printer.state, lights.printer.word) == ("off", "")
    till.parts.order("paper ok")
    till.until(lambda: till.backend.hardware.slips.printers() == [])
    assert till.slip_of(done).state is SlipState.QUEUED, "nothing prints while it is set up"
    leave(till)
    till.until(lambda: till.slip_of(done).state is SlipState.PRINTED)
    till.until(lambda: lights.printer.state == lights.scanner.state == "well")
    till.put_in("TEA-100")


def test_a_printer_and_its_drawer_that_the_set_up_found_are_used_at_once(
    open_till: Opens,
) -> None:
    till = open_till(printer=PrinterSettings())
    assert not till.counter.drawer.there
    till.put_in("OIL-500")
    done = till.pay()
    set_up(till, "printer")
    service = till.window.shell.page().model.printer._service
    service.keep_printer(PrinterSettings(target=till.parts.printer))
    leave(till)
    till.until(lambda: till.slip_of(done).state is SlipState.PRINTED)
    assert till.counter.drawer.there
    kept = load(till.backend.folder / "settings.toml")
    assert kept.printer.target == till.parts.printer
    QTest.keyClick(till.window.shell, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    till.until(lambda: till.parts.emulator.drawer_open)


def test_a_reader_that_types_is_heard_but_while_it_is_set_up(open_till: Opens) -> None:
    till = open_till(more_scanners=(TYPES,))
    till.until(lambda: len(wedges(till)) == 1)
    member = till.enrol(1)
    type_code(till, member.card_number)
    till.until(lambda: till.counter.state.view is not None)
    till.counter.clear()
    set_up(till)
    assert len(wedges(till)) <= 1, "the page's own, if any"
    leave(till)
    till.until(lambda: till.window.vm.lights.scanner.state == "well")
    till.until(lambda: len(wedges(till)) == 1)
    type_code(till, till.goods["OIL-500"].ean)
    till.until(lambda: till.counter.state.basket.items == 1)


def test_the_set_up_opened_again_at_once_has_the_devices_to_itself(open_till: Opens) -> None:
    till = open_till()
    for _ in range(3):
        till.window.vm.open_page("setup")
        leave(till)
    till.window.vm.open_page("setup")
    till.until(lambda: till.backend.hardware.slips.printers() == [])
    QTest.qWait(50)
    assert till.backend.hardware.listen_and_show(print, print) == (None, None)
    leave(till)
    till.until(lambda: till.window.vm.lights.scanner.state == "well")
    till.put_in("OIL-500")


def test_the_pole_goes_dark_for_the_set_up_and_speaks_again(
    open_till: Opens, glass: DisplayEmulator
) -> None:
    target = f"tcp://127.0.0.1:{glass.serve_tcp()}"
    till = open_till(display=DisplaySettings(target=target))
    till.until(lambda: any("Welcome" in line for line in glass.lines))
    set_up(till)
    till.until(lambda: glass.lines == (" " * 20, " " * 20))
    leave(till)
    till.until(lambda: any("Welcome" in line for line in glass.lines))


def test_a_second_screen_that_is_not_there_stands_over_nothing(open_till: Opens) -> None:
    till = open_till(display=DisplaySettings(screen=1))
    around = till.window._periphery
    assert around.customer is not None
    assert not around.customer.isVisible()
    set_up(till)
    till.until(lambda: around.customer is None)
    leave(till)
    till.until(lambda: around.customer is not None)
    till.window.shell.close()
    assert around.customer is None
    assert around.customer_vm is None


def test_a_counter_where_every_address_is_misspelt_still_sells(
    open_till: Opens, caplog: pytest.LogCaptureFixture
) -> None:
    till = open_till(
        printer=PrinterSettings(target="nonsense://x"),
        display=DisplaySettings(target="bluetooth://pole"),
    )
    lights = till.window.vm.lights
    till.until(lambda: (lights.printer.state, lights.display.state) == ("broken", "look"))
    assert "address" in lights.printer.meaning
    till.put_in("OIL-500")
    done = till.pay()
    till.until(lambda: till.slip_of(done).state is SlipState.QUEUED)
    assert "nonsense://x" in caplog.text


def test_a_till_closed_in_the_middle_of_its_set_up_leaves_nothing(open_till: Opens) -> None:
    before = set(threading.enumerate())
    till = open_till()
    set_up(till)
    till.window.shell.close()
    till.close()
    left = {each.name for each in set(threading.enumerate()) - before}
    assert {name for name in left if "emulator" not in name} == set()
