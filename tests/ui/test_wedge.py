"""Keys on their way to a real window: scans vanish before any field or button, typing arrives."""

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QVBoxLayout
from shiboken6 import ownedByPython

from devices.scanners.symbologies import read_frame
from devices.scanners.us_keys import X11_KEYS
from devices.scanners.wedge import Timing, WedgeReader
from devices.scanners.wedge_lesson import WedgeLesson
from tests.devices.scanners.keyboards import CARD, GREEK, HEBREW, HUNGARIAN, OTHER, keys
from ui.wedge import KeyboardWedge, KeyReader

DOWN, UP = QEvent.Type.KeyPress, QEvent.Type.KeyRelease
SHIFT, NO = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
_NAMED = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, " ": Qt.Key.Key_Space}


class Counter(QDialog):
    """Two fields and a default button, as many pages have."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.pay = QLineEdit(), QLineEdit(), QPushButton("Pay")
        self.pay.setDefault(True)
        self.paid = self.asked = 0
        self.pay.clicked.connect(self._pay)
        layout = QVBoxLayout(self)
        for part in (self.first, self.second, self.pay):
            layout.addWidget(part)

    def _pay(self):
        self.paid += 1

    def ask(self):
        self.asked += 1

    def customEvent(self, event):  # noqa: N802 - Qt's name
        event.call()


class _Later(QEvent):
    """Runs when the window comes to it."""

    def __init__(self, call):
        super().__init__(QEvent.Type.User)
        self.call = call


class Hand:
    """Presses keys of a window; the moments are the keys' own."""

    def __init__(self, window):
        self.window = window

    def press(self, stroke, *, modifiers=NO, key=None, released=True, repeated=False):
        key = key or _NAMED.get(stroke.text) or (ord(stroke.text.upper()) if stroke.text else 0)
        modifiers |= SHIFT if stroke.shift else NO
        for kind in (DOWN, UP) if released else (DOWN,):
            self.send(kind, key, modifiers, stroke, repeated=repeated)

    def send(self, kind, key, modifiers, stroke, *, repeated=False):
        event = QKeyEvent(kind, key, modifiers, stroke.scan_code, 0, 0, stroke.text, repeated, 1)
        event.setTimestamp(round(stroke.at))
        QCoreApplication.sendEvent(self.window, event)

    def type(self, strokes):
        """All keys at once: time is in the keys."""
        for stroke in strokes:
            self.press(stroke)


class Till:
    """A window with the filter before it."""

    def __init__(self, page, reader=None, **options):
        self.page, self.scans, self.rejected = page, [], []
        self.reader = reader or WedgeReader(
            on_scan=lambda scan: self.scans.append(scan.text),
            on_rejected=lambda one: self.rejected.append(one.reason.value),
            keys=X11_KEYS,
            **options,
        )
        self.wedge = KeyboardWedge(self.reader)
        self.wedge.start()
        self.window = page.windowHandle()
        self.hand = Hand(self.window)
        page.first.setFocus()

    @property
    def fields(self):
        return self.page.first.text(), self.page.second.text()


@pytest.fixture
def make(qtbot):
    made = []

    def build(**options):
        page = Counter()
        qtbot.addWidget(page)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        made.append(Till(page, **options))
        return made[-1]

    yield build
    for till in made:
        till.wedge.stop()


@pytest.fixture
def till(make):
    return make()


def test_the_pure_reader_and_the_lesson_fit_the_window():
    readers: list[KeyReader] = [WedgeReader(on_scan=print), WedgeLesson()]
    assert [reader.wait_ms for reader in readers] == [0, 0]


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
    qtbot.waitUntil(lambda: till.page.first.text() == "h", timeout=1000)
    assert time.monotonic() - began < 0.5
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


LINK = "https://shop.example/c;e1"


def greek(till, text, start=1000.0):
    """What X11 delivers of a Greek layout: dead keys and what follows come only when they go up."""
    dead = False
    for stroke in keys(text, [8], start=start, layout=GREEK):
        key = Qt.Key.Key_Dead_Acute if stroke.text in ":;" else None
        if key is None and not dead:
            till.hand.press(stroke)
        elif key is not None:
            till.hand.send(UP, key, SHIFT if stroke.shift else NO, replace(stroke, text=""))
        else:
            composed = QInputMethodEvent()
            composed.setCommitString("έ")
            QCoreApplication.sendEvent(QGuiApplication.focusObject(), composed)
            till.hand.send(UP, ord("Ε"), NO, stroke)
        dead = stroke.text == ";"


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
    QCoreApplication.postEvent(till.page, _Later(lambda: till.hand.type(late)))
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


def test_the_set_up_learns_at_the_same_place(make, qtbot):
    lesson = WedgeLesson(keys=X11_KEYS)
    till = make(reader=lesson)
    for start in (1000, 9000, 17000):
        till.hand.type(keys(CARD, [80, 90], start=start, layout=HUNGARIAN))
    assert lesson.learnt is not None
    assert (lesson.learnt.text, lesson.learnt.us_layout) == (CARD, True)
    assert (till.fields, till.page.paid) == (("", ""), 0)


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
