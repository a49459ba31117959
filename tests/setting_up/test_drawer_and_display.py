"""The drawer and what the customer sees: one question at a time."""

import pytest

from terminal.errors import TerminalError
from tests.setting_up.fakes import Drawer, thing
from ui.tasks import Inline
from ui.viewmodels.setup.display import ScreenFace


@pytest.mark.parametrize("high", [False, True])
def test_a_drawer_opens_and_its_switch_is_learnt(printing, high):
    hand = printing.devices.drawer = Drawer(open_is_high=high)
    drawer = printing.at("drawer")
    drawer.kick()
    assert drawer.result.title == "Did the drawer open?"
    drawer.opened(True)
    assert drawer.result.title == "Good. Now close it."
    hand.is_open = False
    drawer.closed()
    assert drawer.tells
    assert [mark.text for mark in drawer.marks] == ["plug 2", "tells open from closed"]
    printing.model.next()
    kept = printing.settings.drawer
    assert (kept.opens, kept.open_is_high, kept.pin) == ("never", high, 2)


def test_a_drawer_on_the_other_plug_is_found(printing):
    printing.devices.drawer = Drawer(pin=5, wired=False)
    drawer = printing.at("drawer")
    drawer.kick()
    drawer.opened(False)
    assert drawer.result.title == "Then another way."
    drawer.kick()
    drawer.opened(True)
    drawer.closed()
    assert "does not tell" in drawer.result.text
    drawer.choose("cash")
    printing.model.next()
    kept = printing.settings.drawer
    assert (kept.pin, kept.opens, kept.open_is_high) == (5, "cash", False)


def test_a_drawer_that_never_opens_says_what_to_look_at_and_stays_off(printing):
    printing.devices.drawer = Drawer(pin=99)
    drawer = printing.at("drawer")
    for _ in range(5):
        drawer.kick()
        drawer.opened(False)
    assert drawer.result.title == "No way opened it"
    assert len({one[1:] for one in printing.devices.asked if one[0] == "kick"}) == 5
    printing.model.next()
    assert printing.settings.drawer.opens == "never"


def test_a_printer_that_does_not_take_the_order_says_why(printing):
    printing.devices.drawer = Drawer(cause="unreachable")
    drawer = printing.at("drawer")
    drawer.kick()
    assert (drawer.result.title, drawer.stage) == ("The printer did not take it", "closed")


def test_a_hand_too_quick_is_asked_to_wait(printing):
    printing.devices.drawer = Drawer(cause="too_soon")
    drawer = printing.at("drawer")
    drawer.kick()
    assert drawer.result.title == "Wait a second, then try again."


def test_without_a_printer_no_drawer_is_opened(till):
    drawer = till.at("drawer")
    drawer.kick()
    drawer.keep()
    assert till.devices.asked == []
    assert not drawer.there_is_one


def test_only_when_it_opens_can_be_changed_later(printing):
    drawer = printing.at("drawer")
    drawer.choose("always")
    printing.model.next()
    assert printing.settings.drawer.opens == "always"


def test_a_pole_is_tried_with_both_languages_and_letters_until_it_reads(printing):
    printing.devices.things = [thing("/dev/ttyUSB2", name="Pole")]
    display = printing.at("display")
    printing.model.look()
    assert [target for target, _ in display.choices] == [
        "serial:///dev/ttyUSB2?baud=9600", "printer",
    ]  # fmt: skip
    display.choose("serial:///dev/ttyUSB2?baud=9600")
    assert display.result.title == "Can both lines be read?"
    display.choose_protocol(1)
    display.choose_charset(2)
    assert printing.devices.asked[-1][3:] == ("cd5220", "greek")
    printing.model.next()
    kept = printing.settings.display
    assert (kept.target, kept.protocol, kept.charset) == (
        "serial:///dev/ttyUSB2?baud=9600", "cd5220", "greek",
    )  # fmt: skip
    assert printing.finished == [1]


def test_a_pole_that_is_not_there_says_so_and_can_be_let_go(printing):
    printing.devices.pole = "unreachable"
    display = printing.at("display")
    display.choose("printer")
    assert display.result.title == "The display can't be reached"
    assert not display.shown
    display.choose("printer")
    assert display.target == ""
    assert not display.has_news
    display.show_sample()
    display.keep()
    assert len(printing.devices.asked) == 1


def test_a_second_screen_is_chosen_by_its_number(printing):
    display = printing.at("display")
    display.choose_screen(1)
    assert display.screens == (ScreenFace(1, "HDMI-2"),)
    printing.model.next()
    assert printing.settings.display.screen == 1


def test_a_refusal_while_asking_is_a_sentence(printing):
    class Refusing(Inline):
        def run(self, work, done, refused, *, key=""):
            refused(TerminalError())

    display = printing.at("display")
    display._runs = Refusing()
    display.choose("printer")
    assert (display.result.tone, display.busy) == ("danger", False)


def test_what_is_asked_is_asked_once(printing):
    class Never(Inline):
        def run(self, work, done, refused, *, key=""):
            """Still working."""

    sheet = printing.at("sheet")
    sheet._runs = Never()
    sheet.print()
    sheet.print()
    assert sheet.busy
