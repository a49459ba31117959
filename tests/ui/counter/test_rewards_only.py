"""A programme in which points are no money, only rewards: no screen counts on the other kind."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from terminal.demo import PRICE_FACTOR
from terminal.programs import Program
from terminal.programs.effects import GiveCoupon
from terminal.programs.model import Promotion
from terminal.sales import Goods, Product, Sale
from tests.ui.counter.conftest import Open
from tests.ui.counter.window import Window
from ui.views.components.fit import misfits


def changed(window: Window, **fields: object) -> None:
    shop = window.shop
    with shop.database.write() as uow:
        program = uow.programs.at(shop.clock())
        assert isinstance(program, Program)
        when = shop.clock() - timedelta(minutes=1)
        uow.programs.put(replace(program, version=2, effective_from=when, **fields))
        uow.commit()


def test_the_counter_works_with_rewards_alone(open_window: Open, qapp: QApplication) -> None:
    window = open_window()
    changed(window, redemption=None)
    vm, shop = window.counter, window.shop
    window.scan(shop.card(0), shop.ean(0), shop.ean(1))
    face = vm.face()
    assert face is not None
    assert face.worth == ""
    assert not window.page.sale.member._can.isVisible()
    assert window.page.sale.member.rewards[0].isVisible()
    window.key(Qt.Key.Key_F4)
    assert not window.page.sale.redeem.slider.isVisible()
    qapp.processEvents()
    assert misfits(window.shell) == []
    names = [action.key for action in window.shell.actions_now()]
    assert "End" not in names
    window.key(Qt.Key.Key_1)
    window.key(Qt.Key.Key_Return)
    assert vm.state.rewards == ("five-off",)
    window.key(Qt.Key.Key_F12)
    assert vm.done is not None
    sale: Sale = vm.done.sale
    assert sale.points_redeemed == 500


def test_a_programme_with_neither_says_nothing_of_redeeming(open_window: Open) -> None:
    window = open_window()
    changed(window, redemption=None, rewards=())
    vm, shop = window.counter, window.shop
    window.scan(shop.card(0), shop.ean(0))
    member = window.page.sale.member
    assert not member._can.isVisible()
    assert not member._have.isVisible()
    vm.open_redeem()
    assert vm.redeem.choices() == []
    assert vm.redeem.refused
    vm.confirm_redeem()
    vm.take_payment()
    assert vm.done is not None


def test_many_offers_stand_together_in_a_low_window(open_window: Open, qapp: QApplication) -> None:
    window = open_window(size=(1280, 720))
    vm, shop = window.counter, window.shop
    window.scan(shop.card(0), *map(shop.ean, (0, 1, 2, 3)))
    vm.open_redeem()
    vm.redeem.toggle("five-off")
    vm.redeem.more()
    vm.confirm_redeem()
    rows = [row for row in window.page.sale.totals.rows if row.isVisible()]
    assert [row.accessibleName() for row in rows][-1].startswith("2 more offers")
    qapp.processEvents()
    assert misfits(window.shell) == []


def test_a_coupon_typed_into_the_search_field_works_as_a_scan(window: Window) -> None:
    shop = window.shop
    window.scan(shop.ean(0), shop.ean(2))
    window.key(Qt.Key.Key_F2)
    window.type(shop.coupon())
    window.key(Qt.Key.Key_Return)
    assert len(window.counter.state.coupons) == 1
    line = window.page.sale.basket.offer_line(0)
    button = line.remove_button()
    assert button is not None
    button.click()
    assert window.counter.state.coupons == ()


def test_touching_the_figure_opens_the_arithmetic(window: Window) -> None:
    shop = window.shop
    window.scan(shop.card(0), shop.ean(0))
    window.page.sale.totals.gain.click()
    assert window.counter.panel == "why"
    told = [label.text() for label in window.page.sale.why.steps if label.isVisible()]
    assert any("€9.80" in line for line in told)
    window.key(Qt.Key.Key_Escape)
    assert window.counter.panel == ""
    line = window.page.sale.basket
    window.counter.open_redeem()
    window.counter.redeem.more()
    window.counter.confirm_redeem()
    line.offer_line(0).click()
    assert window.counter.panel == "redeem"


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768), (1280, 720)])
@pytest.mark.parametrize("language", ["en", "el", "he"])
def test_what_a_sale_gave_fits_the_last_screen(
    open_window: Open, qapp: QApplication, language: str, size: tuple[int, int]
) -> None:
    window = open_window(language, size=size)
    thanks = Promotion(code="thanks", gives=GiveCoupon("next"))
    with window.shop.database.read() as uow:
        program = uow.programs.at(window.shop.clock())
    assert program is not None
    changed(window, promotions=(*program.promotions, thanks))
    vm, shop = window.counter, window.shop
    window.scan(shop.card(0), shop.ean(0))
    unit = 100 * PRICE_FACTOR[shop.till.currency]
    card = Product(
        "GIFT", "Gift card", 20 * unit, shop.till.currency, goods=Goods(kind="gift_card")
    )
    for _ in range(4):
        vm.add(card)
    vm.take_payment()
    window.shell.toast.hide()
    qapp.processEvents()
    done = window.page.done
    shown = sum(row.isVisible() for row in done.given)
    assert 1 <= shown <= 3
    assert misfits(window.shell) == []
    if language == "en":
        assert done.more_given.text() == f"and {5 - shown} more, on the slip"
