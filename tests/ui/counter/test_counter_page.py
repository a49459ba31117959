"""The counter with keys and pointer: from idle to done."""

from PySide6.QtCore import Qt

from terminal.sales import TenderKind
from tests.ui.counter.conftest import Open
from tests.ui.counter.shop import HeldRuns, Outcome
from tests.ui.counter.window import Window
from ui.views.components.basket import BasketLine

ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_sale_with_redemption_by_keys_alone(window: Window) -> None:
    shop = window.shop
    before = shop.view(0).account.balance
    window.scan(shop.card(0), shop.ean(0), shop.ean(1), shop.ean(2))
    window.key(Qt.Key.Key_F4)
    assert window.page.sale.redeem.isVisible()
    window.key(Qt.Key.Key_Plus)
    window.key(Qt.Key.Key_Plus)
    chosen = window.counter.redeem.points
    window.key(Qt.Key.Key_Return)
    assert window.counter.state.points == chosen > 200
    window.key(Qt.Key.Key_F12)
    done = window.counter.done
    assert done is not None
    assert done.sale.points_redeemed == chosen
    earned = sum(entry.points for entry in done.entries if entry.points > 0)
    assert shop.view(0).account.balance == before - chosen + earned
    assert window.page.done.isVisible()
    assert window.page.done.headline.text() == "Paid"
    window.key(Qt.Key.Key_Return)
    assert window.page.idle.isVisible()


def test_all_of_it_and_rewards_have_keys(window: Window) -> None:
    shop = window.shop
    window.scan(shop.card(0), shop.ean(0), shop.ean(1), shop.ean(2))
    window.key(Qt.Key.Key_F4)
    window.key(Qt.Key.Key_End)
    assert window.counter.redeem.points == window.counter.redeem.most
    window.key(Qt.Key.Key_1)
    assert window.counter.redeem.rewards == ("five-off",)
    window.key(Qt.Key.Key_1)
    assert window.counter.redeem.rewards == ()


def test_escape_leaves_the_panel_with_nothing_changed(window: Window) -> None:
    shop = window.shop
    window.scan(shop.card(0), shop.ean(2))
    before = window.counter.state
    window.key(Qt.Key.Key_F4)
    window.key(Qt.Key.Key_Escape)
    assert window.counter.state == before
    assert window.page.sale.totals.isVisible()


def test_cash_by_notes_and_keys(window: Window) -> None:
    window.scan(window.shop.ean(0))
    window.page.sale.totals.tender.choose(1)
    assert window.counter.tender is TenderKind.CASH
    window.key(Qt.Key.Key_F12)
    window.key(Qt.Key.Key_1, ALT)
    assert window.page.sale.cash.field.text() == "10.00"
    window.key(Qt.Key.Key_Return)
    assert window.page.done.headline.text() == "Change €0.20"


def test_cash_typed_on_the_pad(window: Window) -> None:
    window.scan(window.shop.ean(0))
    window.counter.set_tender(TenderKind.CASH)
    window.key(Qt.Key.Key_F12)
    for key in ("2", "0"):
        window.page.sale.cash.pad.key(key).click()
    assert window.counter.cash.change == 1020
    window.page.sale.cash.paid.click()
    assert window.counter.done is not None
    assert window.counter.done.sale.change == 1020


def test_digits_typed_in_the_cash_field_go_nowhere_else(window: Window) -> None:
    window.scan(window.shop.ean(0))
    window.counter.set_tender(TenderKind.CASH)
    window.key(Qt.Key.Key_F12)
    window.type("15")
    assert window.counter.cash.given == 1500
    assert window.shell.search.text() == ""


def test_a_double_click_books_once(open_window: Open) -> None:
    runs = HeldRuns()
    window = open_window(runs=runs)
    runs.release()
    before = window.shop.sales()
    window.counter.add(window.shop.demo.products[0])
    pay = window.page.sale.totals.pay
    pay.click()
    pay.click()
    assert pay.is_busy()
    window.key(Qt.Key.Key_F12)
    runs.release()
    assert window.shop.sales() == before + 1
    assert window.page.done.isVisible()


def test_the_second_half_of_a_double_press_does_not_hide_the_change(window: Window) -> None:
    window.page.settle_ms = 60_000
    window.scan(window.shop.ean(0))
    window.counter.set_tender(TenderKind.CASH)
    window.key(Qt.Key.Key_F12)
    window.key(Qt.Key.Key_1, ALT)
    window.key(Qt.Key.Key_Return)
    window.key(Qt.Key.Key_Return)
    window.page.done.next.click()
    assert window.page.done.isVisible()
    assert window.page.done.headline.text() == "Change €0.20"
    window.page.settle_ms = 0
    window.key(Qt.Key.Key_Return)
    assert window.page.idle.isVisible()


def test_after_a_scan_the_focus_is_on_the_new_line_and_keys_work_on_it(window: Window) -> None:
    window.scan(window.shop.ean(0), window.shop.ean(1))
    line = window.shell.focusWidget()
    assert isinstance(line, BasketLine)
    assert line.text() == "Ground coffee"
    window.key(Qt.Key.Key_Plus)
    assert window.counter.state.basket.lines[1].quantity == 2
    window.key(Qt.Key.Key_Up)
    window.key(Qt.Key.Key_Delete)
    assert [item.name for item in window.counter.state.basket.lines] == ["Ground coffee"]
    window.key(Qt.Key.Key_Z, CTRL)
    assert len(window.counter.state.basket.lines) == 2


def test_tab_visits_the_screen_as_it_is_read(window: Window) -> None:
    window.scan(window.shop.card(0), window.shop.ean(0), window.shop.ean(1))
    sale = window.page.sale
    sale.member.card.setFocus(Qt.FocusReason.TabFocusReason)
    seen = []
    for _ in range(40):
        seen.append(window.shell.focusWidget())
        window.key(Qt.Key.Key_Tab)
    wanted = [
        sale.member.card, sale.basket.line(0), sale.basket.line(1), sale.totals.tender,
        sale.totals.redeem, sale.totals.pay, window.shell.keys.button("F3"),
    ]  # fmt: skip
    places = [seen.index(widget) for widget in wanted]
    assert places == sorted(places)


def test_keys_of_a_panel_never_reach_the_search(window: Window) -> None:
    window.scan(window.shop.card(0), window.shop.ean(0), window.shop.ean(2))
    window.key(Qt.Key.Key_F4)
    window.type("4711")
    assert window.shell.search.text() == ""


def test_an_open_price_is_typed_and_entered(window: Window) -> None:
    window.key(Qt.Key.Key_F3)
    window.type("2.50")
    window.key(Qt.Key.Key_Return)
    assert window.counter.quote.goods == 250
    assert window.page.sale.totals.isVisible()


def test_an_open_price_of_nothing_is_no_line(window: Window) -> None:
    window.key(Qt.Key.Key_F3)
    window.key(Qt.Key.Key_Return)
    assert window.counter.state.basket.lines == ()
    assert not window.page.sale.price.confirm.isEnabled()


def test_the_slip_shows_as_paper_and_says_when_it_is_printed(window: Window) -> None:
    window.scan(window.shop.card(0), window.shop.ean(0))
    window.key(Qt.Key.Key_F12)
    assert window.page.done.slip.chip.text() == "Printing"
    window.shop.spool.run_once()
    assert window.page.done.slip.chip.text() == "Printed"
    assert "Elia Deli" in window.page.done.slip.paper.accessibleName()


def test_a_slip_of_unknown_fate_is_asked_about_on_the_idle_screen_too(
    window: Window, caplog: object
) -> None:
    window.scan(window.shop.ean(0))
    window.key(Qt.Key.Key_F12)
    window.shop.printer.outcome = Outcome("unknown", "silent")
    window.shop.spool.run_once()
    assert window.page.done.slip.yes.isVisible()
    window.key(Qt.Key.Key_Return)
    asked = window.page.idle.slip_rows()
    assert len(asked) == 1
    asked[0].yes.click()
    assert window.page.idle.slip_rows() == []


def test_the_bin_takes_the_line_out_and_the_toast_brings_it_back(window: Window) -> None:
    window.scan(window.shop.ean(0), window.shop.ean(1))
    window.page.sale.basket.line(1).removed.emit()
    assert len(window.counter.state.basket.lines) == 1
    window.shell.toast.button().click()
    assert len(window.counter.state.basket.lines) == 2


def test_print_a_copy_after_the_sale(window: Window) -> None:
    window.scan(window.shop.ean(0))
    window.key(Qt.Key.Key_F12)
    window.shop.spool.run_once()
    window.key(Qt.Key.Key_P, CTRL)
    window.shop.spool.run_once()
    assert len(window.shop.printer.paper) == 2
