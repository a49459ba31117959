"""Buttons: by key, by pointer, busy, and where the ring shows."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from tests.ui.components.painted import has_colour
from ui.theme import theme
from ui.theme.palette import PALETTES
from ui.views.components.button import Button, IconButton, KeyCap
from ui.views.components.light import Light
from ui.views.components.spinner import Spinner


@pytest.fixture
def pair(app, qtbot):
    holder = QWidget()
    row = QHBoxLayout(holder)
    first, second = Button("First"), Button("Second")
    row.addWidget(first)
    row.addWidget(second)
    qtbot.addWidget(holder)
    with qtbot.waitActive(holder):
        holder.show()
        holder.activateWindow()
    return first, second, holder


def _ringed(widget) -> bool:
    return has_colour(widget, PALETTES["light"]["focus"].lower())


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_space_and_enter_press_a_button(pair, qtbot, key):
    with qtbot.waitSignal(pair[0].clicked):
        qtbot.keyClick(pair[0], key)


def test_the_ring_comes_with_the_keyboard_and_not_with_a_click(pair, qtbot):
    first, second, _ = pair
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert first.hasFocus()
    assert not _ringed(first)
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()
    assert _ringed(second)
    qtbot.keyClick(second, Qt.Key.Key_Backtab)
    assert not _ringed(second)
    assert _ringed(first)


def test_focus_given_by_the_program_shows_the_ring(pair):
    pair[1].setFocus(Qt.FocusReason.OtherFocusReason)
    assert _ringed(pair[1])


def test_a_busy_button_keeps_its_width_and_takes_no_presses(pair, qtbot):
    first = pair[0]
    width, pressed = first.width(), []
    first.clicked.connect(lambda: pressed.append(True))
    first.setBusy(True)
    first.parentWidget().layout().activate()
    assert first.width() >= width
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    qtbot.keyClick(first, Qt.Key.Key_Space)
    assert pressed == []
    first.setBusy(False)
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert pressed == [True]


def test_being_busy_leaves_a_given_width_alone(pair):
    first = pair[0]
    first.setFixedWidth(240)
    first.setBusy(True)
    first.setBusy(False)
    assert (first.minimumWidth(), first.maximumWidth()) == (240, 240)


def test_an_ampersand_is_an_ampersand(app, qtbot):
    button = Button("Coffee & tea")
    qtbot.addWidget(button)
    assert button.text() == "Coffee & tea"
    assert button.shortcut().isEmpty()
    assert button.accessibleName() == "Coffee & tea"


def test_a_button_is_as_wide_as_its_words_need(app, qtbot):
    short, long = Button("OK", key="F12"), Button("Hűségpontok beváltása", key="F12")
    plain = Button("OK")
    assert long.sizeHint().width() > short.sizeHint().width() > plain.sizeHint().width()
    assert plain.sizeHint().width() >= 44
    assert long.minimumSizeHint() == long.sizeHint()


def test_three_heights(app):
    sizes = [Button("x", size=size).sizeHint().height() for size in ("normal", "large", "primary")]
    assert sizes == [44, 56, 72]


def test_a_new_text_is_a_new_accessible_name(app, qtbot):
    button, icon = Button("Hold"), IconButton("trash", "Remove")
    button.setText("Recall")
    icon.setText("Take away")
    assert button.accessibleName() == "Recall"
    assert (icon.accessibleName(), icon.toolTip()) == ("Take away", "Take away")


def test_a_key_cap_is_wide_enough_for_its_key_and_never_narrow(app):
    assert KeyCap("1").sizeHint().width() == 24
    assert KeyCap("Ctrl Z").sizeHint().width() > KeyCap("F4").sizeHint().width()


def test_a_light_is_quiet_when_well_and_says_a_word_when_not(app, qtbot):
    light = Light("printer", "Printer")
    qtbot.addWidget(light)
    assert light.sizeHint().width() == 44
    assert light.accessibleName() == "Printer"
    light.setState("broken", "No paper")
    assert light.sizeHint().width() > 100
    assert light.accessibleName() == "Printer, No paper"
    light.resize(light.sizeHint())
    assert has_colour(light, theme.color("danger_soft").name())
    light.setState("well", "Ready")
    assert light.sizeHint().width() == 44


def test_a_button_pressed_and_left_is_not_clicked(pair, qtbot):
    pressed = []
    pair[0].clicked.connect(lambda: pressed.append(True))
    qtbot.mousePress(pair[0], Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(pair[0], Qt.MouseButton.LeftButton, pos=QPoint(-20, -20))
    assert pressed == []


def test_a_spinner_turns_only_while_seen_and_never_with_reduced_motion(app, qtbot, monkeypatch):
    spinner = Spinner()
    qtbot.addWidget(spinner)
    spinner.show()
    with qtbot.waitSignal(spinner._turning.turned):
        pass
    spinner.hide()
    with qtbot.assertNotEmitted(spinner._turning.turned, wait=80):
        pass
    monkeypatch.setattr(theme.current(), "reduced_motion", True)
    with qtbot.assertNotEmitted(spinner._turning.turned, wait=80):
        spinner.show()
