"""Keys on their way to a real window: scans vanish before any field or button, typing arrives."""

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest

from devices.scanners.wedge import WedgeReader
from tests.devices.scanners.keyboards import CARD, OTHER, keys
from tests.ui.wedge.hands import (
    CTRL,
    NO,
    UP,
)
from ui.wedge import KeyReader


def test_the_pure_reader_fits_the_window():
    reader: KeyReader = WedgeReader(on_scan=print)
    assert reader.wait_ms == 0


@pytest.mark.parametrize("end", ["\r", "\t"])
def test_a_scan_reaches_neither_field_nor_default_button(till, end):
    till.hand.type(keys(CARD, [8], end=end))
    assert (till.scans, till.fields, till.page.paid) == ([CARD], ("", ""), 0)
    assert till.page.focusWidget() is till.page.first, "nor does its Tab move the focus"


def test_without_a_reader_that_types_a_scan_lands_in_the_field_and_pays(till):
    till.wedge.stop()
    till.hand.type(keys(CARD, [8]))
    till.wedge.start()
    assert (till.scans, till.fields, till.page.paid) == ([], (CARD, ""), 1)


def test_a_scan_without_suffix_is_one_after_a_silence(till, qtbot):
    till.hand.type(keys(CARD, [8], end=""))
    assert till.scans == []
    qtbot.waitUntil(lambda: till.scans == [CARD])
    assert till.fields == ("", "")


def test_a_busy_window_still_tells_two_scans_without_suffix(till, qtbot):
    till.hand.type(keys(CARD, [8], end="") + keys(OTHER, [8], start=4000, end=""))
    assert till.scans == [CARD]
    qtbot.waitUntil(lambda: till.scans == [CARD, OTHER])
    assert till.fields == ("", "")


def test_a_reader_that_is_not_sure_yet_is_asked_again(make, qtbot):
    class Slow:
        """Makes up its mind at the third silence."""

        wait_ms, asked = 10, 0

        def press(self, text, scan_code, *, shift, alt_gr, at):
            return "hold"

        def quiet(self, ms):
            self.asked += 1
            return "release" if self.asked == 3 else "hold"

        def forget(self):
            return None

    till = make(reader=Slow())
    till.hand.type(keys("ab", [8], end=""))
    qtbot.waitUntil(lambda: till.fields[0] == "ab")
    assert till.reader.asked == 3


def test_scans_one_after_the_other_all_vanish(till):
    till.hand.type(keys(CARD, [8]) + keys(OTHER, [8], start=4000))
    assert (till.scans, till.fields, till.page.paid) == ([CARD, OTHER], ("", ""), 0)


def test_typing_arrives_at_once_and_enter_pays(till, qtbot):
    till.page.first.setFocus()
    QTest.keyClick(till.window, Qt.Key.Key_H)
    began = time.monotonic()
    qtbot.waitUntil(lambda: till.page.first.text() == "h", timeout=15_000)
    assert time.monotonic() - began < 3
    QTest.keyClick(till.window, Qt.Key.Key_Return)
    assert (till.page.paid, till.scans) == (1, [])


def test_keys_of_a_person_arrive_in_order_with_all_that_they_do(till, qtbot):
    for at, text in [(0, "h"), (20, "i"), (160, "\t"), (300, "y"), (320, "o"), (440, "\r")]:
        stroke = keys(text, [1], start=at + 1000.0, end="")[0] if text.isalpha() else None
        till.hand.press(stroke or keys("", [1], start=at + 1000.0, end=text)[0])
    qtbot.waitUntil(lambda: till.page.paid == 1)
    assert till.fields == ("hi", "yo")
    assert till.scans == []


def test_a_tab_rolled_into_the_next_key_moves_the_focus_first(till, qtbot):
    strokes = keys("hi", [20], end="\t") + keys("yo", [20], start=1060, end="")
    till.hand.type(strokes)
    qtbot.waitUntil(lambda: till.fields == ("hi", "yo"))


def test_space_on_a_button_presses_it_once(till, qtbot):
    till.page.pay.setFocus()
    till.hand.type(keys(" ", [1], end=""))
    qtbot.waitUntil(lambda: till.page.paid == 1)
    assert not till.page.pay.isDown()


def test_the_releases_of_a_scan_go_where_its_keys_went(till):
    *scan, end = keys(CARD, [8])
    for stroke in scan:
        till.hand.press(stroke, released=False)
    till.hand.press(end)
    seen = []
    till.page.first.keyReleaseEvent = lambda event: seen.append(event.text())
    for stroke in {stroke.scan_code: stroke for stroke in scan}.values():
        till.hand.send(UP, ord(stroke.text), NO, stroke)
    assert seen == []
    till.hand.type(keys("k", [1], start=9000, end=""))
    till.wedge.let_go()
    assert seen == ["k"]


def test_a_shortcut_is_no_part_of_a_scan_and_passes_after_what_was_held(till):
    order = []
    till.page.first.textChanged.connect(order.append)
    key = keys("a", [1], end="")[0]
    till.hand.press(key)
    assert order == []
    till.hand.press(keys("a", [1], start=1005, end="")[0], modifiers=CTRL)  # select all
    assert order == ["a"]
    assert till.page.first.selectedText() == "a"


def test_a_window_key_in_the_middle_of_a_scan_does_not_fire(till):
    shortcut = QShortcut(Qt.Key.Key_Return, till.page)
    shortcut.activated.connect(till.page.ask)
    for character in CARD:
        QTest.keyClick(till.window, character)
    QTest.keyClick(till.window, Qt.Key.Key_Return)
    assert (till.scans, till.page.asked, till.page.paid) == ([CARD], 0, 0)
    QTest.qWait(0)
    QTest.keyClick(till.window, Qt.Key.Key_Escape)
    assert till.page.asked == 0


def test_a_window_key_by_hand_fires_as_ever(till, qtbot):
    QShortcut(Qt.Key.Key_F12, till.page).activated.connect(till.page.ask)
    QShortcut(Qt.Key.Key_Return, till.page).activated.connect(till.page.ask)
    QTest.keyClick(till.window, Qt.Key.Key_Return)
    assert till.page.asked == 1
    QTest.keyClick(till.window, Qt.Key.Key_H)
    QTest.keyClick(till.window, Qt.Key.Key_Return)  # rolled
    qtbot.waitUntil(lambda: till.page.asked == 2)
    assert (till.fields[0], till.page.paid) == ("h", 0)


def test_a_field_that_wants_a_key_has_it_before_the_window(till, qtbot):
    shortcut = QShortcut(Qt.Key.Key_I, till.page)
    shortcut.activated.connect(till.page.ask)
    QTest.keyClick(till.window, Qt.Key.Key_H)
    QTest.keyClick(till.window, Qt.Key.Key_I)
    qtbot.waitUntil(lambda: till.fields[0] == "hi")
    assert till.page.asked == 0


def test_a_click_elsewhere_first_delivers_what_was_typed(till, qtbot):
    till.hand.type(keys("ab", [10], end=""))
    spot = till.page.second.mapTo(till.page, till.page.second.rect().center())
    QTest.mouseClick(till.window, Qt.MouseButton.LeftButton, pos=spot)
    assert till.page.focusWidget() is till.page.second
    assert till.fields == ("ab", "")
