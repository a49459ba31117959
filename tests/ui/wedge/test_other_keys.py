"""Keys that are no plain letters: held down, dead, of other layouts, of other windows."""

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QLineEdit
from shiboken6 import ownedByPython

from devices.scanners.symbologies import read_frame
from devices.scanners.wedge import Timing
from tests.devices.scanners.keyboards import CARD, GREEK, HEBREW, HUNGARIAN, keys
from tests.ui.wedge.hands import (
    ALT,
    CTRL,
    LINK,
    NO,
    UP,
    Counter,
    Hand,
    Later,
    greek,
)


def test_keys_held_down_dead_keys_and_commands_pass(till):
    till.hand.type(keys("b", [1], end=""))
    till.hand.press(keys("b", [1], start=1033, end="")[0], repeated=True)
    assert till.fields[0] == "bb"
    dead = keys("", [1], end=" ")[0]
    till.hand.press(type(dead)("", 40, False, False, 2000.0), key=Qt.Key.Key_Dead_Acute)
    till.hand.press(type(dead)("\x1d", 35, False, False, 3000.0), modifiers=CTRL,
                    key=Qt.Key.Key_BracketRight)  # fmt: skip
    assert till.fields[0] == "bb"


def test_a_group_separator_within_a_scan_belongs_to_it(till):
    code = "]C1" + "0104006381333931" + "10AB\x1d" + "21X"
    for stroke in keys(code, [8]):
        command = CTRL if stroke.text == "\x1d" else NO
        key = Qt.Key.Key_BracketRight if stroke.text == "\x1d" else None
        till.hand.press(stroke, modifiers=command, key=key)
    whole = [scan.text for scan in read_frame(code.encode(), "keyboard")]
    assert (till.scans, till.fields) == (whole, ("", ""))


def test_shift_and_caps_lock_do_not_tear_a_scan(till):
    for stroke in keys("]E0" + CARD, [8]):
        if stroke.shift:
            shift = type(stroke)("", 50, False, False, stroke.at - 1)
            till.hand.press(shift, key=Qt.Key.Key_Shift)
        till.hand.press(stroke)
    assert (till.scans, till.fields) == ([CARD], ("", ""))


def test_the_third_level_of_a_layout_is_typing_and_alt_alone_is_a_command(till, qtbot):
    at_sign = keys("@", [1], end="")[0]
    till.hand.press(at_sign, modifiers=CTRL | ALT)
    till.hand.press(at_sign, modifiers=Qt.KeyboardModifier.GroupSwitchModifier)
    till.wedge.let_go()
    till.hand.press(keys("p", [1], start=5000, end="")[0], modifiers=ALT)
    assert till.reader.wait_ms == 0, "a command is not held back"
    assert (till.scans, till.fields[0][:2]) == ([], "@@")


@pytest.mark.parametrize(
    ("code", "layout", "text"),
    [
        (CARD, HUNGARIAN, CARD),
        ("]C0shop-99", GREEK, "shop-99"),
        ("]C0shop-99", HEBREW, "shop-99"),
    ],
)
def test_other_layouts_are_read_by_the_places_of_the_keys(till, code, layout, text):
    till.hand.type(keys(code, [8], layout=layout))
    assert (till.scans, till.fields) == ([text], ("", ""))


def test_what_dead_keys_eat_of_a_scan_is_read_and_written_nowhere(till):
    greek(till, LINK)
    assert (till.scans, till.fields, till.page.paid) == ([LINK], ("", ""), 0)


def test_accents_typed_by_hand_stay_in_their_place(till, qtbot):
    greek(till, "a;e", start=1000.0)  # rolled, and Enter
    assert (till.fields[0], till.page.paid) == ("αέ", 1)
    greek(till, ";e", start=5000.0)
    assert (till.fields[0], till.page.paid) == ("αέέ", 2)


def test_dead_keys_of_windows_are_part_of_a_scan_too(till):
    for stroke in keys("shop:99;x", [8], layout=GREEK):
        dead = stroke.text in ":;"
        till.hand.press(
            replace(stroke, text="") if dead else stroke,
            key=Qt.Key.Key_Dead_Acute if dead else None,
        )
    assert (till.scans, till.fields) == (["shop:99;x"], ("", ""))


def test_a_key_let_go_that_went_down_elsewhere_is_no_letter(till):
    code = keys(CARD, [8])
    till.hand.press(code[0])
    till.hand.send(UP, Qt.Key.Key_F12, NO, replace(code[0], text="", scan_code=96))
    till.hand.type(code[1:])
    assert (till.scans, till.fields) == ([CARD], ("", ""))


def test_greek_and_hebrew_typed_by_hand_stay_what_they_are(make, qtbot):
    till = make(us_layout=True)
    for layout, text in ((GREEK, "maria"), (HEBREW, "shlom")):
        strokes = keys(text, [90], layout=layout, end="")
        till.page.first.clear()
        till.hand.type(strokes)
        typed = "".join(stroke.text for stroke in strokes)
        qtbot.waitUntil(lambda typed=typed: till.fields[0] == typed)


def test_a_slow_reader_that_was_learnt_leaves_the_field_clean(make):
    till = make(timing=Timing(80, 100))
    till.hand.type(keys(CARD, [80, 78, 100]))
    assert (till.scans, till.fields, till.page.paid) == ([CARD], ("", ""), 0)


def test_a_payment_card_is_nowhere(till):
    till.hand.type(keys("%B4111111111111111^SAMPLE/CARD^3012?", [6]))
    assert (till.scans, till.rejected, till.fields) == ([], ["payment_card"], ("", ""))


def test_a_window_that_was_busy_gets_its_whole_scan(till, qtbot):
    """Keys wait in the queue while the window paints: the silence was none."""
    for stroke in keys(CARD[:7], [8], end=""):
        till.hand.press(stroke)
    time.sleep(0.06)  # the window is busy: this is what is tried
    late = keys(CARD[7:], [8], start=1056)
    QCoreApplication.postEvent(till.page, Later(lambda: till.hand.type(late)))
    qtbot.waitUntil(lambda: till.scans == [CARD])
    assert till.fields == ("", "")


def test_a_new_window_is_watched_too(till, qtbot):
    other = Counter()
    qtbot.addWidget(other)
    with qtbot.waitActive(other):
        other.show()
        other.activateWindow()
    Hand(other.windowHandle()).type(keys(CARD, [8]))
    assert (till.scans, other.first.text(), other.paid) == ([CARD], "", 0)


def test_what_was_on_its_way_to_a_window_that_is_gone_is_gone(till, qtbot):
    other = Counter()
    with qtbot.waitActive(other):
        other.show()
        other.activateWindow()
    Hand(other.windowHandle()).type(keys("ab", [8], end=""))
    other.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    till.wedge.let_go()
    assert till.fields == ("", "")


def test_a_till_that_is_left_for_another_programme_goes_on_afterwards(till):
    QGuiApplication.instance().focusWindowChanged.emit(None)
    till.hand.type(keys(CARD, [8]))
    assert (till.scans, till.fields) == ([CARD], ("", ""))


def test_stopping_hands_back_what_was_held(till):
    till.hand.type(keys("ab", [8], end=""))
    till.wedge.stop()
    till.wedge.stop()
    assert till.fields == ("ab", "")


def test_started_twice_it_still_takes_a_scan_once(till):
    till.wedge.start()
    till.hand.type(keys(CARD, [8]))
    assert (till.scans, till.fields) == ([CARD], ("", ""))


def test_the_focus_may_be_nowhere_and_gone(till, qtbot):
    field = QLineEdit(till.page)
    field.show()
    field.setFocus()
    field.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for nowhere in (None, till.window):
        QGuiApplication.instance().focusObjectChanged.emit(nowhere)
    till.page.second.setFocus()
    greek(till, LINK)
    assert (till.scans, till.fields) == ([LINK], ("", ""))


def test_a_year_of_keys_leaves_nothing_in_memory(till):
    """What Qt's own clone() makes of an event is never freed."""
    till.hand.type(keys("ab", [8], end=""))
    held = [one.event for one in till.wedge._held]
    assert len(held) == 4
    assert all(ownedByPython(event) for event in held)
    composed = QInputMethodEvent()
    composed.setCommitString("έ")
    QCoreApplication.sendEvent(till.page.first, composed)
    assert ownedByPython(till.wedge._held[-1].event)
    till.wedge.let_go()
    assert till.fields == ("abέ", "")
