"""A reader that types, at the real till: its scans go where a line's scans go, and nowhere else."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from devices.scanners.us_keys import X11_KEYS
from devices.scanners.wedge import WedgeReader
from terminal.cards import own_card
from tests.devices.scanners.keyboards import HUNGARIAN, keys
from tests.stories.open_till import OpenTill
from ui.viewmodels.shell import Scanned
from ui.wedge import KeyboardWedge

CARD = own_card("2950", 1)


class TypingTill:
    """The till with a reader that types; ``type_code`` scans as one would."""

    def __init__(self, till: OpenTill) -> None:
        self.till, self._at = till, 1000.0
        window = till.window
        reader = WedgeReader(
            on_scan=lambda scan: window.bridge.post(
                Scanned(scan.text, scan.symbology.value, scan.port)
            ),
            keys=X11_KEYS,
        )
        self.wedge = KeyboardWedge(reader, window)
        self.wedge.start()
        self._native = window.shell.windowHandle()
        window.shell.activateWindow()
        till.until(window.shell.isActiveWindow)

    def type_code(self, code: str) -> None:
        self._at += 5000
        for stroke in keys(code, [8], start=self._at, layout=HUNGARIAN):
            key = Qt.Key.Key_Return if stroke.text == "\r" else ord(stroke.text.upper())
            shift = Qt.KeyboardModifier.ShiftModifier if stroke.shift else _NONE
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, shift, stroke.scan_code, 0, 0, stroke.text)
                event.setTimestamp(round(stroke.at))
                QCoreApplication.sendEvent(self._native, event)

    def press(self, *what: str | Qt.Key) -> None:
        for key in what:
            QTest.keyClick(self._native, key)


_NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def typing(till: OpenTill) -> Iterator[TypingTill]:
    made = TypingTill(till)
    yield made
    made.wedge.stop()


def test_a_day_with_a_reader_that_types_on_a_hungarian_keyboard(typing: TypingTill) -> None:
    till = typing.till
    member = till.enrol(1)
    typing.type_code(member.card_number)
    till.until(lambda: till.counter.state.view is not None)
    typing.type_code("]E0" + till.goods["OIL-500"].ean)
    till.until(lambda: till.counter.state.basket.items == 1)
    assert till.window.shell.search.text() == ""
    assert till.counter.stage != "done", "the Enter of a scan books nothing"


def test_what_a_cashier_types_reaches_the_search_as_ever(typing: TypingTill) -> None:
    till = typing.till
    typing.press("e", "l", "e")
    till.until(lambda: till.window.shell.search.text() == "ele")
    typing.type_code(till.goods["OIL-500"].ean)
    till.until(lambda: till.counter.state.basket.items == 1)
    assert till.window.shell.search.text() in ("", "ele"), "and no digit of a scan ever does"


def test_the_keys_of_the_counter_do_what_they_did(typing: TypingTill) -> None:
    till = typing.till
    till.put_in("OIL-500")
    typing.press(Qt.Key.Key_F12)
    till.until(lambda: till.counter.stage == "done")
    till.page.settle_ms = 0  # against the second half of a double press
    typing.press(Qt.Key.Key_Return)
    till.until(lambda: till.counter.stage != "done")


def test_a_scan_after_a_sale_is_the_next_customers_first(typing: TypingTill) -> None:
    till = typing.till
    till.put_in("OIL-500")
    till.pay()
    typing.type_code("]E0" + till.goods["OIL-500"].ean)
    till.until(lambda: till.counter.state.basket.items == 1)
