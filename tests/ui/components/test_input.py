"""Fields, choices, steppers, toggles, pad, slider: by key, by pointer, in both directions."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from tests.ui.components.painted import colour_at, has_colour
from ui.theme import theme
from ui.theme.palette import PALETTES
from ui.views.components.choice import Segmented, Stepper, Tabs
from ui.views.components.field import TextField
from ui.views.components.pad import BACKSPACE, CashChoice, NumericPad
from ui.views.components.reward import RewardRow
from ui.views.components.slider import PointsSlider
from ui.views.components.toggle import CheckBox, Radio, Switch

RTL = Qt.LayoutDirection.RightToLeft
FOCUS = PALETTES["light"]["focus"].lower()


@pytest.fixture
def shown(app, qtbot):
    """Show widgets in one active window and keep it."""
    kept = []

    def show(*widgets, rtl=False):
        holder = QWidget()
        holder.setLayoutDirection(RTL if rtl else Qt.LayoutDirection.LeftToRight)
        column = QVBoxLayout(holder)
        for widget in widgets:
            column.addWidget(widget)
        qtbot.addWidget(holder)
        kept.append(holder)
        with qtbot.waitActive(holder):
            holder.show()
            holder.activateWindow()
        holder.setFocus()
        return widgets[0]

    return show


def test_typing_is_told_and_setting_is_not(shown, qtbot):
    field, told = shown(TextField("Phone", ltr=True)), []
    field.edited.connect(told.append)
    field.setText("+30 ")
    qtbot.keyClicks(field.edit, "69")
    assert told == ["+30 6", "+30 69"]
    with qtbot.waitSignal(field.submitted):
        qtbot.keyClick(field.edit, Qt.Key.Key_Return)


def test_a_field_shows_its_ring_even_after_a_click(shown, qtbot):
    field = shown(TextField("Name"), TextField("Other"))
    assert not has_colour(field, FOCUS)
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton, pos=QPoint(5, field.height() // 2))
    assert field.edit.hasFocus()
    assert has_colour(field, FOCUS)


def test_an_error_is_said_below_and_moves_nothing(shown):
    field = shown(TextField("E-mail"))
    before = field.sizeHint()
    field.setError("Ends too early: .com or .gr?")
    assert field.sizeHint() == before
    assert field.edit.accessibleDescription() == "Ends too early: .com or .gr?"
    assert has_colour(field, theme.color("danger").name())
    field.setError("")
    assert not has_colour(field, theme.color("danger").name())


def test_a_telephone_number_stands_at_the_start_edge_and_reads_left_to_right(shown):
    phone, name = TextField("טלפון", ltr=True), TextField("שם")
    shown(phone, name, rtl=True)
    phone.setText("+30 690 000 4417")
    assert phone.edit.alignment() & Qt.AlignmentFlag.AlignRight
    assert phone.edit.layoutDirection() == Qt.LayoutDirection.LeftToRight
    assert name.edit.layoutDirection() == RTL
    assert phone.edit.cursorRect().x() > phone.edit.width() / 2


def test_a_field_follows_a_change_of_direction(shown):
    field = shown(TextField("Search", icon="magnifying-glass"))
    left = field.edit.x()
    field.window().setLayoutDirection(RTL)
    assert field.edit.x() < left
    assert field.edit.alignment() & Qt.AlignmentFlag.AlignRight


def test_the_typed_text_keeps_the_colour_of_the_theme(app, shown):
    field = shown(TextField("Name"))
    theme.apply(app, "dark")
    app.processEvents()
    edit: QLineEdit = field.edit
    assert edit.palette().text().color() == theme.color("text")
    assert edit.palette().base().color().alpha() == 0


@pytest.mark.parametrize("kind", [Segmented, Tabs])
def test_arrows_choose_and_follow_the_eye(shown, qtbot, kind):
    choice, told = shown(kind(["Card", "Cash", "Split"])), []
    choice.chosen.connect(told.append)
    qtbot.keyClick(choice, Qt.Key.Key_Right)
    qtbot.keyClick(choice, Qt.Key.Key_End)
    qtbot.keyClick(choice, Qt.Key.Key_Right)
    qtbot.keyClick(choice, Qt.Key.Key_Home)
    assert told == [1, 2, 0]
    mirrored, told_rtl = shown(kind(["א", "ב", "ג"]), rtl=True), []
    mirrored.chosen.connect(told_rtl.append)
    qtbot.keyClick(mirrored, Qt.Key.Key_Left)
    assert told_rtl == [1]


@pytest.mark.parametrize("kind", [Segmented, Tabs])
def test_a_click_chooses_what_is_under_it(shown, qtbot, kind):
    choice = shown(kind(["Card", "Cash", "Split"]))
    with qtbot.waitSignal(choice.chosen) as told:
        place = choice.rects()[2].center().toPoint()
        qtbot.mouseClick(choice, Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [2]
    assert choice.accessibleName() == "Split"


def test_choosing_by_program_tells_nobody(app, qtbot):
    choice, told = Segmented(["a", "b"]), []
    choice.chosen.connect(told.append)
    choice.setIndex(1)
    choice.setIndex(7)
    assert (choice.index(), told) == (1, [])
    choice.setTexts(["a"])
    assert choice.index() == 0


def test_a_stepper_stops_at_its_limits(shown, qtbot):
    stepper, told = shown(Stepper(2, least=1, most=3)), []
    stepper.changed.connect(told.append)
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Up, Qt.Key.Key_Minus, Qt.Key.Key_Minus):
        qtbot.keyClick(stepper, key)
    qtbot.keyClick(stepper, Qt.Key.Key_Down)
    assert told == [3, 2, 1]
    qtbot.mouseClick(stepper, Qt.MouseButton.LeftButton, pos=QPoint(stepper.width() - 10, 20))
    assert stepper.value() == 2


def test_a_mirrored_stepper_has_plus_on_the_left(shown, qtbot):
    stepper = shown(Stepper(2), rtl=True)
    qtbot.mouseClick(stepper, Qt.MouseButton.LeftButton, pos=QPoint(10, 20))
    assert stepper.value() == 3


@pytest.mark.parametrize("kind", [CheckBox, Switch])
def test_space_turns_a_toggle_round(shown, qtbot, kind):
    toggle = shown(kind("Offers by text message"))
    with qtbot.waitSignal(toggle.toggled):
        qtbot.keyClick(toggle, Qt.Key.Key_Space)
    assert toggle.isChecked()
    assert toggle.height() >= 44


def test_one_radio_takes_over_from_the_other(shown, qtbot):
    first, second = Radio("Card"), Radio("Cash")
    shown(first, second)
    first.setChecked(True)
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton, pos=QPoint(15, 20))
    assert (first.isChecked(), second.isChecked()) == (False, True)


def test_a_switch_is_on_towards_the_end_edge(shown):
    switch = shown(Switch())
    switch.setChecked(True)
    middle = switch.height() // 2
    knob = theme.color("on_accent").name()
    assert colour_at(switch, 4 + 44 - 13, middle) == knob
    switch.window().setLayoutDirection(RTL)
    assert colour_at(switch, switch.width() - 4 - 44 + 13, middle) == knob


def test_the_pad_types_and_erases_without_taking_the_focus(shown, qtbot):
    field, pad, typed = TextField("Given"), NumericPad(","), []
    shown(field, pad)
    pad.typed.connect(typed.append)
    field.edit.setFocus()
    for name in ("4", "0", "extra", "5"):
        qtbot.mouseClick(pad.key(name), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(pad.erased):
        qtbot.mouseClick(pad.key(BACKSPACE), Qt.MouseButton.LeftButton)
    assert typed == ["4", "0", ",", "5"]
    assert field.edit.hasFocus()


def test_the_pad_is_never_mirrored(shown):
    pad = shown(NumericPad(), rtl=True)
    assert pad.key("1").x() < pad.key("2").x() < pad.key("3").x()
    assert pad.key("extra").x() < pad.key(BACKSPACE).x()


def test_a_pad_without_extra_key_switches_it_off(app, qtbot):
    pad = NumericPad("000")
    qtbot.addWidget(pad)
    pad.setExtra("")
    assert not pad.key("extra").isEnabled()


def test_the_slider_snaps_to_a_price_and_steps_by_key(shown, qtbot):
    slider, told = shown(PointsSlider()), []
    slider.setSteps(1284, 10, (500, 800, 1200), "1,284")
    slider.changed.connect(told.append)
    near = round(slider._x(500)) + 4
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(near, 18))
    qtbot.keyClick(slider, Qt.Key.Key_Plus)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_End)
    qtbot.keyClick(slider, Qt.Key.Key_Plus)
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert told == [500, 510, 520, 1284, 0]


def test_a_mirrored_slider_grows_to_the_left(shown, qtbot):
    slider = shown(PointsSlider(1000, 100), rtl=True)
    slider.setValue(500)
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert slider.value() == 600
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(2, 18))
    assert slider.value() == 1000


def test_a_slider_with_nothing_to_spend_stays_at_nothing(shown, qtbot):
    slider = shown(PointsSlider(0, 100))
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(100, 18))
    qtbot.keyClick(slider, Qt.Key.Key_Plus)
    assert slider.value() == 0


def test_a_locked_reward_is_seen_and_cannot_be_taken(shown, qtbot):
    reward = shown(RewardRow())
    reward.setReward("Gift basket", "2,000", detail="716 more points", locked=True)
    qtbot.mouseClick(reward, Qt.MouseButton.LeftButton)
    assert not reward.isChecked()
    assert "716 more points" in reward.accessibleName()


def test_cash_choices_are_chosen_by_the_screen(shown, qtbot):
    choice = shown(CashChoice("€40", "change €1.60", "Alt 1"))
    with qtbot.waitSignal(choice.clicked):
        qtbot.mouseClick(choice, Qt.MouseButton.LeftButton)
    assert not choice.isChecked()
