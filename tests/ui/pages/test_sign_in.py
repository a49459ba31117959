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


@pytest.fixture
def badged(world, qtbot):
    """A page that knows badges, and Maria's."""
    world.services.badges.give(world.cashier.id, "STAFF-0042", world.manager.id)
    model = DeskModel(world.services.desk, Inline(), world.words, world.services.counter.identify)
    page = SignInPage(model)
    qtbot.addWidget(page)
    page.open_with("")
    page.show()
    return page


def test_a_badge_asks_for_its_owner_s_pin(badged, world, qtbot):
    assert badged.take_scan("STAFF0042")
    assert badged.hello.text() == "Maria"
    with qtbot.assertNotEmitted(badged.finished):
        qtbot.keyClick(badged.dots, Qt.Key.Key_Return)
    qtbot.keyClicks(badged.dots, "2468")
    with qtbot.waitSignal(badged.finished) as done:
        qtbot.keyClick(badged.dots, Qt.Key.Key_Return)
    assert done.args[0] == world.cashier


@pytest.mark.parametrize("text", ["4006381333931", "5200000000011", "2950041744174"])
def test_any_other_scan_is_told_to_wait(badged, qtbot, text):
    with qtbot.waitSignal(badged.told) as told:
        assert badged.take_scan(text)
    assert told.args[0].text == "Sign in first, then scan."
    assert badged.hello.text() != "Maria"


def test_a_badge_shown_at_the_counter_opens_the_page_with_its_owner(badged, world):
    badged.open_with(world.cashier.id)
    assert badged.hello.text() == "Maria"
    badged.open_with("nobody's")
    assert badged.hello.text() == "Choose your name first"


def test_while_a_pin_is_asked_about_a_badge_changes_nothing(world, qtbot):
    class Never:
        def run(self, *args, **kwargs):
            pass

    model = DeskModel(world.services.desk, Inline(), world.words, world.services.counter.identify)
    model.read(world.manager.id)
    model._runs = Never()
    for digit in "1234":
        model.type_digit(digit)
    model.submit()
    assert model.busy
    model.take_badge("STAFF0042")
    assert model.person == world.manager


def test_with_somebody_signed_in_badges_are_the_counter_s(model, qtbot):
    page = SignInPage(model, may_leave=lambda: True)
    qtbot.addWidget(page)
    assert not page.take_scan("STAFF0042")
