"""Signing in: who, then the PIN; wrong ones are counted and never shown."""

import pytest
from PySide6.QtCore import Qt

from tests.ui.pages.world import World
from ui.tasks import Inline
from ui.viewmodels.desk import DeskModel
from ui.views.sign_in import SignInPage


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def model(world) -> DeskModel:
    return DeskModel(world.services.desk, Inline(), world.words)


@pytest.fixture
def page(model, qtbot) -> SignInPage:
    page = SignInPage(model)
    qtbot.addWidget(page)
    page.resize(1366, 640)
    page.open_with("")
    page.show()
    return page


def tile(page, name):
    return next(tile for tile in page.tiles if tile.person.name == name)


def test_a_cashier_signs_in_on_the_keyboard(page, world, qtbot):
    tile(page, "Maria").click()
    qtbot.keyClicks(page.dots, "2468")
    with qtbot.waitSignal(page.finished) as done:
        qtbot.keyClick(page.dots, Qt.Key.Key_Return)
    assert done.args[0] == world.cashier


def test_a_cashier_signs_in_on_the_pad(page, world, qtbot):
    tile(page, "Anna").click()
    for digit in "1234":
        qtbot.mouseClick(page.pad.key(digit), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.finished) as done:
        qtbot.mouseClick(page.enter, Qt.MouseButton.LeftButton)
    assert done.args[0] == world.manager


def test_a_wrong_pin_says_how_many_attempts_are_left_and_forgets_the_digits(page, model, qtbot):
    tile(page, "Maria").click()
    qtbot.keyClicks(page.dots, "9999")
    model.submit()
    assert page.error.isVisible()
    assert model.error == "Wrong PIN. Attempts left: 4"
    assert model.digits == 0


def test_five_wrong_pins_lock_and_say_until_when(page, model):
    tile(page, "Maria").click()
    for _ in range(5):
        for digit in "9999":
            model.type_digit(digit)
        model.submit()
    assert (
        model.error == "Too many wrong attempts. Wait until 14:10."[:-1] or "14:10" in model.error
    )


def test_no_widget_ever_holds_the_pin(page, model, qtbot):
    tile(page, "Maria").click()
    qtbot.keyClicks(page.dots, "2468")
    said = page.dots.accessibleName() + page.dots.accessibleDescription()
    assert "2468" not in said
    assert model.digits == 4


def test_three_digits_are_not_asked_about(page, model, qtbot):
    tile(page, "Maria").click()
    qtbot.keyClicks(page.dots, "246")
    assert not page.enter.isEnabled()
    qtbot.keyClick(page.dots, Qt.Key.Key_Backspace)
    assert model.digits == 2


def test_choosing_somebody_else_forgets_what_was_typed(page, model, qtbot):
    tile(page, "Maria").click()
    qtbot.keyClicks(page.dots, "24")
    tile(page, "Anna").click()
    assert model.digits == 0


def test_nobody_gets_past_it_with_escape_before_somebody_signed_in(page, qtbot):
    assert not page.keys()[0].enabled
    with qtbot.assertNotEmitted(page.finished):
        page.keys()[0].callback()


def test_a_change_of_cashier_can_be_given_up(model, qtbot):
    page = SignInPage(model, may_leave=lambda: True)
    qtbot.addWidget(page)
    page.open_with("")
    with qtbot.waitSignal(page.finished) as left:
        page.keys()[0].callback()
    assert left.args == [None]


def test_a_scan_waits_for_somebody_to_sign_in(page):
    assert page.take_scan("2950041744174")
