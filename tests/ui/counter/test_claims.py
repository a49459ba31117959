"""A guest's slip at the counter: its points to a member, or goods back; balances on paper."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from terminal.services.suite import build
from terminal.slip_links import SlipLinks
from tests.ui.counter.conftest import Open
from tests.ui.counter.shop import CounterShop, HeldRuns
from tests.ui.counter.window import Window
from tests.ui.viewmodels.hearing import Ear
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.notices import Opening
from ui.views.components.fit import misfits

OIL, COFFEE = 0, 1


def guests_slip(shop: CounterShop, vm: CounterViewModel, *goods: int) -> str:
    """Somebody buys without a card and comes back later."""
    for number in goods or (OIL, COFFEE):
        vm.scanned(shop.ean(number))
    vm.take_payment()
    assert vm.done is not None
    ref = vm.done.sale.ref
    vm.next_customer()
    shop.clock.now += timedelta(days=2)
    return ref


@pytest.fixture
def shop(qapp: QApplication) -> CounterShop:
    return CounterShop()


def test_a_slip_scanned_with_a_member_there_offers_its_points(shop: CounterShop) -> None:
    vm = shop.at_counter()
    ref, ear = guests_slip(shop, vm), Ear(vm)
    vm.scanned(shop.card())
    before = vm.state.view.account.balance
    vm.scanned(ref)
    assert vm.panel == "claim"
    assert ear.opened == []
    worth = vm.claim_offer.points
    assert worth > 22  # a level above the first earns more
    vm.give_points()
    assert (vm.panel, vm.claim_offer) == ("", None)
    assert vm.state.view.account.balance == before + worth
    assert f"{worth} points of purchase {ref} belong to" in ear.last
    vm.give_points()
    vm.return_instead()
    assert vm.state.view.account.balance == before + worth
    assert ear.opened == []


def test_the_card_may_come_after_the_slip(shop: CounterShop) -> None:
    vm = shop.at_counter()
    ref, ear = guests_slip(shop, vm), Ear(vm)
    vm.scanned(ref)
    assert (vm.stage, vm.panel, vm.claim_offer.points) == ("sale", "claim", 22)
    vm.give_points()
    assert ear.last == "Scan the member's card first."
    vm.scanned(shop.card())
    assert vm.panel == "claim"
    assert vm.claim_offer.points > 22
    vm.give_points()
    assert "points of purchase" in ear.last


def test_who_remembers_the_card_when_all_is_paid_is_asked(shop: CounterShop) -> None:
    vm = shop.at_counter()
    vm.scanned(shop.ean(OIL))
    vm.take_payment()
    ref, ear = vm.done.sale.ref, Ear(vm)
    vm.scanned(shop.card())
    asked = ear.said[-1]
    assert asked.action.startswith("Give its points to")
    asked.act()
    assert (vm.panel, vm.claim_offer.sale.ref) == ("claim", ref)
    vm.give_points()
    assert "points of purchase" in ear.last
    vm.scanned(shop.ean(OIL))
    vm.take_payment()
    said = len(ear.said)
    vm.scanned(shop.card(1))
    assert not [notice for notice in ear.said[said:] if notice.action]


def test_a_shop_that_gives_none_afterwards_does_not_ask(shop: CounterShop) -> None:
    none = replace(shop.till, links=SlipLinks(claim_days=0))
    services = build(shop.database, none, shop.bus, clock=shop.clock, new_id=shop.new_id)
    shop.services = replace(shop.services, counter=services.counter)
    vm = shop.at_counter()
    vm.scanned(shop.ean(OIL))
    vm.take_payment()
    ear = Ear(vm)
    vm.scanned(shop.card())
    assert ear.said == []


def test_whoever_enrols_with_the_slip_in_hand_gets_them(shop: CounterShop) -> None:
    vm = shop.at_counter()
    ref, ear = guests_slip(shop, vm), Ear(vm)
    vm.scanned(ref)
    vm.enrol()
    assert ear.opened == [Opening("enrol", "")]
    vm.enrolled(shop.view(3))
    vm.give_points()
    assert "points of purchase" in ear.last


def test_a_slip_can_be_there_for_a_return_after_all(shop: CounterShop) -> None:
    vm = shop.at_counter()
    ref, ear = guests_slip(shop, vm), Ear(vm)
    vm.scanned(ref)
    vm.return_instead()
    assert ear.opened == [Opening("return", ref)]
    assert (vm.panel, vm.claim_offer, vm.stage) == ("", None, "idle")


def test_what_nobody_can_claim_opens_the_return(shop: CounterShop) -> None:
    vm = shop.at_counter()
    ref, ear = guests_slip(shop, vm), Ear(vm)
    shop.clock.now += timedelta(days=30)
    vm.scanned(ref)
    assert ear.opened == [Opening("return", ref)]
    assert ear.said == []
    vm.scanned(shop.card())
    vm.scanned(ref)
    assert "could be collected until" in ear.last
    assert len(ear.opened) == 2


def test_a_members_own_slip_is_a_return(shop: CounterShop) -> None:
    vm = shop.at_counter()
    vm.scanned(shop.card())
    vm.scanned(shop.ean(OIL))
    vm.take_payment()
    ref, ear = vm.done.sale.ref, Ear(vm)
    vm.scanned(ref)
    assert ear.opened == [Opening("return", ref)]


def test_a_slip_that_was_claimed_meanwhile_goes_from_the_screen(shop: CounterShop) -> None:
    vm = shop.at_counter()
    ref, ear = guests_slip(shop, vm), Ear(vm)
    vm.scanned(ref)
    shop.counter.claims.claim(ref, shop.view(2).member.id, shop.cashier.id)
    vm.scanned(shop.card())
    assert (vm.panel, ear.opened) == ("", [Opening("return", ref)])
    assert "somebody's already" in ear.last


def test_points_that_arrive_when_another_member_is_there_are_told_all_the_same(
    shop: CounterShop,
) -> None:
    runs = HeldRuns()
    other = shop.at_counter()
    ref = guests_slip(shop, other)
    vm = shop.at_counter(runs)
    runs.release()
    ear = Ear(vm)
    vm.scanned(shop.card())
    runs.release()
    vm.scanned(ref)
    runs.release()
    vm.give_points()
    vm.detach()
    runs.release()
    assert "points of purchase" in ear.last
    assert vm.state.view is None


# -- balances --------------------------------------------------------------------------------------


def printed(shop: CounterShop) -> list[str]:
    while shop.spool.run_once():
        pass
    return [slip.kind for slip in shop.printer.paper]


def test_a_member_asks_how_many_points(shop: CounterShop) -> None:
    vm = shop.at_counter()
    ear = Ear(vm)
    vm.print_balance()
    assert ear.said == []
    vm.scanned(shop.card())
    vm.print_balance()
    assert ear.last == "The balance is on its way to the printer."
    assert printed(shop) == ["balance"]


def test_a_gift_card_tells_what_is_on_it(shop: CounterShop) -> None:
    vm = shop.at_counter()
    vm.scanned(shop.card())
    vm.scanned(shop.gift_card(1_500))
    vm.print_balance()
    assert printed(shop) == ["gift_card"]
    assert "€15.00" in [block.text for block in shop.printer.paper[0].blocks]


# -- on the screen ---------------------------------------------------------------------------------


def keys(window: Window) -> list[str]:
    return [action.key for action in window.shell.actions_now()]


@pytest.mark.parametrize("language", ["en", "he"])
def test_the_panel_shows_what_waits_and_for_whom(
    open_window: Open, qapp: QApplication, language: str
) -> None:
    window = open_window(language)
    vm, shop = window.counter, window.shop
    ref = guests_slip(shop, vm)
    window.scan(ref)
    panel = window.page.sale.claim
    assert panel.isVisible()
    assert panel.enrol.isVisible()
    assert not panel.confirm.isEnabled()
    assert {"F6", "F8", "Esc"} <= set(keys(window))
    qapp.processEvents()
    assert misfits(window.shell) == []
    window.scan(shop.card())
    assert panel.confirm.isEnabled()
    assert not panel.enrol.isVisible()
    qapp.processEvents()
    assert misfits(window.shell) == []
    before = vm.state.view.account.balance
    window.key(Qt.Key.Key_Return)
    assert vm.state.view.account.balance > before
    assert not panel.isVisible()


def test_the_buttons_do_what_the_keys_do(open_window: Open) -> None:
    window = open_window()
    vm, shop = window.counter, window.shop
    ref = guests_slip(shop, vm)

    def pressed(press: Callable[[], None]) -> None:
        window.scan(ref)
        press()
        assert vm.panel == ""

    pressed(lambda: window.key(Qt.Key.Key_Escape))
    window.page.sale.claim.show_state()  # closed: nothing to show
    pressed(lambda: window.key(Qt.Key.Key_F8))
    assert window.opened[-1].subject == ref
    window.vm.page_finished(None)


def test_the_balance_has_a_key_while_it_means_something(open_window: Open) -> None:
    window = open_window()
    assert "Ctrl+B" not in keys(window)
    window.scan(window.shop.card())
    assert "Ctrl+B" in keys(window)
    window.key(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert printed(window.shop) == ["balance"]
    window.scan(window.shop.gift_card(500))
    window.key(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert printed(window.shop) == ["balance", "gift_card"]
