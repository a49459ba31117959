"""A reward as a web coupon, by keys alone: chosen, seen, made once."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from terminal.errors import NoWebShop
from terminal.services.suite import build
from tests.ui.counter.shop import CounterShop, HeldRuns
from tests.ui.counter.window import Window
from ui.tasks import Inline
from ui.viewmodels.services import CounterServices
from ui.views.components.fit import misfits

CTRL = Qt.KeyboardModifier.ControlModifier


def online(shop: CounterShop) -> CounterServices:
    """The same shop with a web shop, and an address for the first member."""
    shop.till = replace(shop.till, online_stores=("vendure",))
    shop.all = build(shop.database, shop.till, shop.bus, clock=shop.clock, new_id=shop.new_id)
    shop.counter = shop.all.counter
    shop.services = CounterServices(
        counter=shop.counter, members=shop.all.office, enrolment=shop.all.enrolment,
        slips=shop.spool, web_coupons=shop.all.web_coupons,
    )  # fmt: skip
    member = shop.view().member
    with shop.database.write() as uow:
        uow.members.put(replace(member, email="eleni@example.com"))
        uow.commit()
    return shop.services


@pytest.fixture
def at_till(open_window) -> Window:
    window = open_window(ready=False)
    window.vm.ready(online(window.shop), Inline())
    window.well()
    window.scan(window.shop.card())
    return window


ROOM = [
    *((language, (1024, 768)) for language in ("en", "el", "he", "pl", "hu", "bg")),
    ("el", (1366, 768)), ("he", (1366, 768)), ("el", (1280, 720)),
]  # fmt: skip


@pytest.mark.parametrize(("language", "size"), ROOM)
def test_the_redeem_panel_has_room_for_its_button(open_window, qapp, language, size) -> None:
    window = open_window(language, size=size, ready=False)
    window.vm.ready(online(window.shop), Inline())
    window.well()
    window.scan(window.shop.card(), window.shop.ean(0), window.shop.ean(1))
    window.counter.open_redeem()
    qapp.processEvents()
    panel = window.page.sale.redeem
    assert panel.web.isVisible()
    assert misfits(window.shell) == []
    assert panel.choices[1].visibleRegion().boundingRect() == panel.choices[1].rect()
    window.shell.show_keys()
    assert "Ctrl W" in [row._key for row in window.shell.key_list().rows]
    window.key(Qt.Key.Key_Escape)
    panel.web.click()
    assert window.counter.panel == "web_coupon"


def test_without_a_web_shop_the_redeem_panel_shows_no_such_button(open_window) -> None:
    window = open_window()
    window.scan(window.shop.card(), window.shop.ean(0), window.shop.ean(1))
    window.counter.open_redeem()
    assert not window.page.sale.redeem.web.isVisible()


def keys(window: Window) -> list[str]:
    actions = window.page.keys()
    return [action.key for action in actions]


def coupons(window: Window):
    return window.shop.all.web_coupons.of_member(window.shop.view().member.id)


def test_a_coupon_is_chosen_seen_and_made_by_keys(at_till: Window) -> None:
    window, panel = at_till, at_till.page.sale.web_coupon
    before = window.shop.view().account.balance
    window.key(Qt.Key.Key_W, CTRL)
    assert window.counter.panel == "web_coupon"
    assert [row.isChecked() for row in panel.choices] == [True, False]
    assert panel.choices[0].hasFocus()
    assert coupons(window) == [], "seen, not booked"
    window.key(Qt.Key.Key_2)
    assert window.counter.web_coupon.plan.reward == "twelve-off"
    window.key(Qt.Key.Key_1)
    assert panel.confirm.text() == "Make it for 500 points"
    window.key(Qt.Key.Key_Return)
    assert window.counter.panel == ""
    [made] = coupons(window)
    assert made.reward == "five-off"
    assert window.counter.state.view.account.balance == before - 500
    *_, job = window.shop.database.state.slips.values()
    assert job.slip.kind == "voucher"


def test_one_chosen_for_this_sale_is_the_first_offered(at_till: Window) -> None:
    window = at_till
    window.scan(window.shop.ean(), window.shop.ean(), window.shop.ean())
    window.counter.open_redeem()
    window.counter.redeem.toggle("twelve-off")
    assert "Ctrl+W" in keys(window)
    window.key(Qt.Key.Key_W, CTRL)
    assert window.counter.web_coupon.reward == "twelve-off"
    window.page.sale.web_coupon.choose(0)
    assert window.counter.web_coupon.reward == "five-off"
    window.page.sale.web_coupon.choose(7)
    window.key(Qt.Key.Key_Escape)
    assert (window.counter.panel, coupons(window)) == ("", [])


def test_a_click_on_a_row_chooses_it(at_till: Window) -> None:
    window, panel = at_till, at_till.page.sale.web_coupon
    window.counter.open_web_coupon()
    panel.choices[1].click()
    assert window.counter.web_coupon.reward == "twelve-off"


def test_without_an_address_or_a_web_shop_it_is_not_offered(open_window) -> None:
    window = open_window()
    window.scan(window.shop.card())
    assert not window.counter.can_web_coupon
    assert "Ctrl+W" not in keys(window)
    window.counter.open_web_coupon()
    assert window.counter.panel == ""
    window.counter.web_coupon.confirm("cashier")
    window.counter.web_coupon.start(window.counter.state.view)
    assert window.counter.web_coupon.choices() == []


def test_what_is_refused_is_said_where_one_looks(at_till: Window) -> None:
    window = at_till
    window.counter.open_web_coupon()

    def refuse(plan, cashier):
        raise NoWebShop

    window.shop.all.web_coupons.make = refuse
    window.counter.make_web_coupon()
    panel = window.page.sale.web_coupon
    assert panel.refused.isVisible()
    assert window.counter.web_coupon.refused.startswith("No web shop")
    assert not window.counter.web_coupon.busy


def test_pressing_twice_makes_one(qapp) -> None:
    shop = CounterShop()
    online(shop)
    runs = HeldRuns()
    vm = shop.at_counter(runs)
    runs.release()
    vm.attach(shop.view())
    vm.open_web_coupon()
    assert vm.web_coupon.shown() is None
    runs.release()
    vm.make_web_coupon()
    vm.make_web_coupon()
    vm.web_coupon.choose("twelve-off")
    runs.release()
    assert len(shop.all.web_coupons.of_member(shop.view().member.id)) == 1


def test_work_that_failed_can_be_asked_for_again(qapp) -> None:
    shop = CounterShop()
    online(shop)
    runs = HeldRuns()
    vm = shop.at_counter(runs)
    vm.attach(shop.view())
    vm.open_web_coupon()
    runs.release()
    vm.make_web_coupon()
    runs.waiting.clear()
    vm.work_failed()
    assert not vm.web_coupon.busy
    vm.make_web_coupon()
    runs.release()
    assert len(shop.all.web_coupons.of_member(shop.view().member.id)) == 1


def test_the_panel_closes_with_its_member(at_till: Window) -> None:
    at_till.counter.open_web_coupon()
    at_till.counter.detach()
    assert at_till.counter.panel == ""
