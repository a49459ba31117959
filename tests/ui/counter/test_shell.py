"""The window: scans wherever the focus is, keys, pages, search, lights, toasts."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from terminal.events import DeviceStatus, SyncStatus
from terminal.members import Purpose
from tests.ui.counter.conftest import Open
from tests.ui.counter.shop import NOW, UNKNOWN_CODE
from tests.ui.counter.window import NotePage, Window
from ui.viewmodels.notices import Opening
from ui.viewmodels.shell import ScanRejected
from ui.views.search_list import SearchList

CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_scan_brings_the_member_up_wherever_the_focus_is(window: Window) -> None:
    window.shell.search.take_focus()
    window.scan(window.shop.card(0))
    assert window.page.sale.member.card.face().name == "Eleni Paradeigma"
    assert window.page.sale.isVisible()


def test_a_scan_while_typing_does_not_land_in_the_field(window: Window) -> None:
    window.key(Qt.Key.Key_F2)
    window.type("ele")
    window.scan(window.shop.ean(0))
    assert window.shell.search.text() == "ele"
    assert window.counter.state.basket.items == 1


def test_a_damaged_scan_says_so_and_attaches_nobody(window: Window) -> None:
    window.vm.heard(ScanRejected("check digit"))
    assert window.shell.toast.isVisible()
    assert "Scan again" in window.shell.toast.accessibleName()
    assert window.counter.state.view is None


def test_a_page_in_front_may_use_the_scan_itself(window: Window) -> None:
    window.key(Qt.Key.Key_F6)
    page = window.opened[-1]
    page.takes = True
    window.scan(window.shop.demo.unused)
    assert page.scans == [window.shop.demo.unused]
    assert window.shell.page() is page
    assert window.counter.stage == "idle"


def test_a_scan_that_the_page_leaves_goes_to_the_counter_and_brings_it_to_the_front(
    window: Window,
) -> None:
    window.key(Qt.Key.Key_F8)
    window.scan(window.shop.card(0))
    assert window.shell.page() is None
    assert window.page.sale.isVisible()


@pytest.mark.parametrize(("key", "granted"), [(Qt.Key.Key_1, False), (Qt.Key.Key_2, True)])
def test_the_open_question_is_answered_by_key(window: Window, key: Qt.Key, granted: bool) -> None:
    number = next(i for i in range(8) if window.shop.view(i).member.email)
    window.scan(window.shop.card(number))
    window.key(Qt.Key.Key_F11)
    assert window.counter.panel == "ask"
    window.key(key)
    view = window.shop.view(number)
    assert (Purpose.EMAIL in view.asked, Purpose.EMAIL in view.consents) == (True, granted)
    assert window.counter.panel == ""


def test_an_offer_to_undo_goes_when_its_key_means_something_else(window: Window) -> None:
    window.scan(window.shop.card(0))
    window.scan(window.shop.ean(0))
    window.counter.remove()
    toast = window.shell.toast
    assert toast.isVisible()
    assert toast.button().text() == "Undo"
    window.scan(window.shop.ean(0))
    window.key(Qt.Key.Key_F12)
    assert window.counter.stage == "done"
    assert not toast.isVisible()


def test_what_was_found_covers_no_page_and_comes_back_with_the_search(window: Window) -> None:
    window.key(Qt.Key.Key_F2)
    window.type("ele")
    found = window.shell.findChild(SearchList)
    assert found.isVisible()
    window.scan(window.shop.card(0))
    assert not found.isVisible()
    assert window.shell.search.text() == "ele"
    window.key(Qt.Key.Key_F2)
    assert found.isVisible()
    window.key(Qt.Key.Key_F8)
    assert not found.isVisible()


def test_a_line_of_the_list_is_taken_with_the_mouse(window: Window) -> None:
    window.key(Qt.Key.Key_F2)
    window.type("ele")
    found = window.shell.findChild(SearchList)
    QTest.mouseClick(found, Qt.MouseButton.LeftButton, pos=QPoint(40, 22))  # beside the lines
    assert found.isVisible()
    QTest.mouseClick(found.rows[0], Qt.MouseButton.LeftButton)
    assert window.counter.state.view is not None


def test_typing_replaces_what_was_left_in_the_search(window: Window) -> None:
    window.key(Qt.Key.Key_F2)
    window.type("ele")
    window.scan(window.shop.ean(0))
    window.type("cof")
    assert window.shell.search.text() == "cof"


def test_an_offer_to_undo_is_taken_once(window: Window) -> None:
    window.scan(window.shop.ean(0))
    window.scan(window.shop.ean(1))
    window.counter.remove()
    assert window.shell.toast.isVisible()
    window.key(Qt.Key.Key_Z, CTRL)
    assert window.counter.state.basket.items == 2
    assert not window.shell.toast.isVisible()


def test_escape_leaves_the_search_of_a_sale_without_goods(window: Window) -> None:
    window.scan(window.shop.card(0))
    window.key(Qt.Key.Key_F2)
    assert window.shell.search.edit.hasFocus()
    window.key(Qt.Key.Key_Escape)
    assert not window.shell.search.edit.hasFocus()


def test_typing_with_nothing_focused_goes_to_search(window: Window) -> None:
    window.type("coff")
    assert window.shell.search.text() == "coff"
    assert window.vm.search is not None
    assert [hit.title for hit in window.vm.search.hits] == ["Ground coffee"]
    window.key(Qt.Key.Key_Return)
    assert window.counter.state.basket.lines[0].name == "Ground coffee"
    assert window.shell.search.text() == ""


def test_a_member_is_found_by_name_with_arrow_and_enter(window: Window) -> None:
    window.key(Qt.Key.Key_F2)
    window.type("paradeigma")
    window.key(Qt.Key.Key_Down)
    window.key(Qt.Key.Key_Return)
    assert window.counter.state.view is not None
    assert window.counter.state.view.member.family_name == "Paradeigma"


def test_escape_leaves_the_search_with_nothing_changed(window: Window) -> None:
    window.scan(window.shop.ean(0))
    window.key(Qt.Key.Key_F2)
    window.type("el")
    window.key(Qt.Key.Key_Escape)
    assert window.shell.search.text() == ""
    assert not isinstance(window.shell.focusWidget(), QLineEdit)
    assert window.counter.state.basket.items == 1


def test_nothing_found_offers_to_enrol(window: Window) -> None:
    window.key(Qt.Key.Key_F2)
    window.type(UNKNOWN_CODE)
    window.key(Qt.Key.Key_Return)
    assert window.shell.toast.button().text() == "Enrol"
    window.shell.toast.button().click()
    assert isinstance(window.shell.page(), NotePage)


def test_a_page_owns_its_keys_and_escape_leads_back(window: Window) -> None:
    window.key(Qt.Key.Key_O, CTRL)
    page = window.opened[-1]
    window.key(Qt.Key.Key_F5)
    assert page.pressed == 1
    window.key(Qt.Key.Key_Escape)
    assert window.shell.page() is None


def test_enrolling_leads_back_to_the_sale_with_the_member_on_it(window: Window) -> None:
    window.scan(window.shop.ean(0))
    window.key(Qt.Key.Key_F6)
    window.opened[-1].finished.emit(window.shop.view(2))
    assert window.shell.page() is None
    assert window.counter.state.view is not None
    assert window.counter.state.basket.items == 1


def test_somebody_new_is_enrolled_beside_a_member_and_takes_their_place_with_a_way_back(
    window: Window,
) -> None:
    window.scan(window.shop.card(0))
    window.scan(window.shop.ean(0))
    first = window.counter.state.view
    window.key(Qt.Key.Key_F6)
    assert window.shell.page() is window.opened[-1]
    window.key(Qt.Key.Key_Escape)
    assert window.counter.state.view is first, "who thinks better of it changes nothing"
    window.key(Qt.Key.Key_F6)
    newcomer = window.shop.view(2)
    window.opened[-1].finished.emit(newcomer)
    assert window.counter.state.view is newcomer
    assert window.counter.state.basket.items == 1
    window.key(Qt.Key.Key_Z, CTRL)
    assert window.counter.state.view is first


def test_the_key_that_a_notice_names_works_with_a_member_on_the_sale(window: Window) -> None:
    window.scan(window.shop.card(0))
    window.key(Qt.Key.Key_F2)
    window.type("qqqq")
    window.key(Qt.Key.Key_Return)
    assert "enrol the customer" in window.shell.toast.accessibleName()
    window.key(Qt.Key.Key_Escape)
    window.key(Qt.Key.Key_F6)
    assert window.shell.page() is window.opened[-1]


def test_a_page_can_lead_to_another(window: Window) -> None:
    window.key(Qt.Key.Key_O, CTRL)
    window.opened[-1].finished.emit(Opening("enrol", "123456"))
    assert window.shell.page() is window.opened[-1]
    assert window.opened[-1].subject == "123456"


def test_nobody_sells_before_signing_in(open_window: Open) -> None:
    window = open_window(signed_in=False)
    assert window.vm.counter is None
    window.scan(window.shop.card(0))
    assert "Sign in first" in window.shell.toast.accessibleName()
    window.key(Qt.Key.Key_Escape)
    assert window.shell.page() is window.opened[-1], "signing in can't be left"
    window.opened[-1].finished.emit(window.shop.cashier)
    assert window.counter.stage == "idle"
    assert window.shell.top.cashier.text() == "Maria"


def test_a_change_of_cashier_keeps_the_basket(window: Window) -> None:
    manager = window.shop.all.desk.people()[0]
    window.scan(window.shop.ean(0))
    window.key(Qt.Key.Key_L, CTRL)
    window.opened[-1].finished.emit(manager)
    assert window.counter.state.basket.items == 1
    window.key(Qt.Key.Key_F12)
    assert window.counter.done is not None
    assert window.counter.done.sale.cashier_id == manager.id


def test_before_the_database_is_open_the_window_shows_that_it_starts(open_window: Open) -> None:
    window = open_window(ready=False)
    window.scan(window.shop.card(0))
    assert "starting" in window.shell.toast.accessibleName()
    assert not window.shell.search.isEnabled()
    window.vm.ready(window.shop.services, _inline())
    assert window.page.idle.isVisible()


def _inline() -> object:
    from ui.tasks import Inline

    return Inline()


def test_a_database_that_can_not_be_opened_says_why(open_window: Open) -> None:
    from terminal.errors import DatabaseTooNew

    window = open_window(ready=False)
    window.vm.cannot_start(DatabaseTooNew(path="till.db", revision="0009"))
    assert "newer version" in window.vm.problem


def test_a_fault_while_starting_does_not_look_like_starting_for_ever(open_window: Open) -> None:
    window = open_window(ready=False)
    window.vm.failed(RuntimeError("boom"))
    assert window.vm.phase == "broken"
    assert window.vm.problem


def test_printer_out_of_paper_shows_and_recovers(window: Window) -> None:
    window.vm.heard(DeviceStatus("printer", False, "paper_out"))
    assert window.shell.lights["printer"].text() == "No paper"
    assert "new roll" in window.shell.toast.accessibleName()
    window.vm.heard(DeviceStatus("printer", True))
    assert window.shell.lights["printer"].text() == ""


def test_offline_is_a_badge_and_the_card_says_as_of_when(window: Window) -> None:
    window.scan(window.shop.card(0))
    window.vm.heard(SyncStatus("offline", waiting=12, last_success=NOW, problem="timeout"))
    assert window.shell.lights["sync"].text() == "Offline · 12 waiting"
    assert window.page.sale.member.card.face().note == "as of 14:32"
    window.scan(window.shop.ean(0))
    window.key(Qt.Key.Key_F12)
    assert window.counter.stage == "done"


def test_a_fault_nobody_foresaw_says_what_is_safe(window: Window) -> None:
    window.vm.failed(RuntimeError("boom"))
    assert "safe" in window.shell.toast.accessibleName()


def test_the_key_list_names_what_is_valid_now_and_escape_closes_it(window: Window) -> None:
    window.scan(window.shop.ean(0))
    window.key(Qt.Key.Key_F1)
    keys = window.shell.key_list()
    assert keys is not None
    assert keys.isVisible()
    named = [row.text() for row in keys.rows]
    assert "Take payment" in named
    assert "Redeem points" not in named, "a guest has no points"
    window.key(Qt.Key.Key_F12)
    assert window.counter.stage == "sale", "no key works through the list"
    window.key(Qt.Key.Key_Escape)
    assert not keys.isVisible()
    window.key(Qt.Key.Key_F12)
    assert window.counter.stage == "done"


def _at_idle(window: Window) -> None:
    window.counter.changed.emit()


def _with_member(window: Window) -> None:
    window.scan(window.shop.card(0), *map(window.shop.ean, (0, 1, 1, 2)))
    window.counter.select(1)


def _redeeming(window: Window) -> None:
    _with_member(window)
    window.counter.open_redeem()
    window.counter.redeem.choose(300)


def _done(window: Window) -> None:
    _with_member(window)
    window.counter.take_payment()
    window.shop.spool.run_once()


SCREENS = {"idle": _at_idle, "sale": _with_member, "redeem": _redeeming, "done": _done}


@pytest.mark.parametrize("screen", SCREENS)
def test_every_key_that_is_named_does_something(open_window: Open, screen: str) -> None:
    names = _named_on(open_window(), screen)
    for name in names:
        window = open_window()
        SCREENS[screen](window)
        window.shell.toast.hide()
        before = _seen(window)
        window.shell.press(name)
        assert _seen(window) != before, f"{name} did nothing"
        window.shell.hide()


def _named_on(window: Window, screen: str) -> list[str]:
    SCREENS[screen](window)
    return [action.key for action in window.shell.actions_now()]


def _seen(window: Window) -> object:
    counter, keys = window.counter, window.shell.key_list()
    return (
        counter.state, counter.stage, counter.panel, counter.redeem.points,
        counter.redeem.rewards, window.shell.page(),
        window.shell.toast.isVisible(), window.shell.focusWidget(), keys and keys.isVisible(),
    )  # fmt: skip
