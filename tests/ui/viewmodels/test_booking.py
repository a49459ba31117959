"""Taking the payment: once, whatever happens."""

import pytest

from terminal.ledger import EntryKind
from terminal.sales import TenderKind
from tests.ui.counter.shop import CounterShop, FailingRuns, HeldRuns
from tests.ui.viewmodels.hearing import Ear
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.notices import Opening

pytestmark = pytest.mark.usefixtures("qapp")


def filled(shop: CounterShop, vm: CounterViewModel) -> None:
    for code in (shop.card(0), shop.ean(0), shop.ean(1), shop.ean(2)):
        vm.scanned(code)


def test_a_sale_by_card_is_booked_at_once() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    filled(shop, vm)
    due, before = vm.quote.net, shop.view(0).account.balance
    gives = vm.quote.accrual
    vm.take_payment()
    assert vm.stage == "done"
    assert vm.done is not None
    assert vm.done.sale.paid == due
    assert gives is not None
    assert shop.view(0).account.balance == before + gives.points


def test_redeemed_points_lower_the_price_and_the_balance() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    filled(shop, vm)
    before = shop.view(0).account.balance
    vm.open_redeem()
    vm.redeem.choose(200)
    sums = vm.redeem.sums()
    vm.confirm_redeem()
    after = vm.quote.balance_after
    vm.take_payment()
    assert vm.done is not None
    assert vm.done.sale.points_redeemed == 200
    assert sums is not None
    assert sums.after == shop.words.number(shop.view(0).account.balance)
    assert shop.view(0).account.balance == after
    assert after is not None
    assert after < before


def test_pressing_twice_books_once() -> None:
    shop, runs = CounterShop(), HeldRuns()
    vm = shop.at_counter(runs)
    runs.release()
    vm.add(shop.demo.products[0])
    before = shop.sales()
    vm.take_payment()
    vm.take_payment()
    assert vm.busy
    runs.release()
    assert shop.sales() == before + 1
    assert vm.stage == "done"


def test_nothing_changes_in_the_basket_while_it_is_booked() -> None:
    shop, runs = CounterShop(), HeldRuns()
    vm = shop.at_counter(runs)
    runs.release()
    vm.add(shop.demo.products[0])
    vm.take_payment()
    vm.add(shop.demo.products[1])
    vm.remove()
    vm.undo()
    vm.scanned(shop.card(0))
    assert [line.sku for line in vm.state.basket.lines] == [shop.demo.products[0].sku]


@pytest.mark.parametrize("after_work", [False, True], ids=["before it", "after it was booked"])
def test_a_failure_nobody_foresaw_never_books_twice(after_work: bool) -> None:
    shop = CounterShop()
    runs = FailingRuns(lambda error: vm.work_failed())
    vm = shop.at_counter(runs)  # type: ignore[arg-type]
    filled(shop, vm)
    before, ear = shop.sales(), Ear(vm)
    runs.fail_next, runs.after_work = 1, after_work
    vm.take_payment()
    assert vm.booking.in_doubt
    assert "once" in ear.last
    state = vm.state
    vm.add(shop.demo.products[3])
    assert vm.state == state, "what is in doubt must not change"
    vm.take_payment()
    assert vm.stage == "done"
    assert shop.sales() == before + 1


def test_a_fault_of_other_work_meanwhile_does_not_lose_the_answer() -> None:
    shop, runs = CounterShop(), HeldRuns()
    vm = shop.at_counter(runs)
    runs.release()
    vm.add(shop.demo.products[0])
    before = shop.sales()
    vm.take_payment()
    vm.work_failed()
    assert vm.booking.in_doubt
    runs.release()
    assert vm.stage == "done"
    assert not vm.booking.in_doubt
    assert shop.sales() == before + 1


def test_points_spent_elsewhere_meanwhile_refuse_the_sale_and_book_nothing() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    filled(shop, vm)
    vm.open_redeem()
    vm.redeem.all()
    vm.confirm_redeem()
    view, ear, before = shop.view(0), Ear(vm), shop.sales()
    manager = shop.all.desk.people()[0]
    shop.bus._listeners.clear()  # the news has not reached this window yet
    shop.all.office.adjust(view.member.id, -view.account.balance + 50, "spent online", manager)
    vm.take_payment()
    assert shop.sales() == before
    assert vm.stage == "sale"
    assert not vm.busy
    assert any("Not enough points" in notice.text for notice in ear.said)
    assert vm.state.points == 0, "points that are gone are taken down"


def test_the_slider_steps_over_what_is_below_the_minimum() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    filled(shop, vm)
    vm.open_redeem()
    vm.redeem.choose(0)
    vm.redeem.choose(vm.redeem.step)
    assert vm.redeem.points == vm.redeem.minimum
    vm.redeem.choose(vm.redeem.minimum - vm.redeem.step)
    assert vm.redeem.points == 0


def test_cash_has_a_key_of_its_own() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    vm.scanned(shop.ean(0))
    vm.take_cash()
    assert vm.panel == "cash"
    vm.pay_cash()
    assert vm.done is not None
    assert vm.done.sale.tenders[0].kind is TenderKind.CASH


def test_redeeming_without_a_card_says_what_is_missing() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    ear = Ear(vm)
    vm.scanned(shop.ean(0))
    vm.open_redeem()
    assert vm.panel == ""
    assert "card" in ear.last


def test_too_few_points_open_a_panel_that_says_why() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    poor = shop.view(0)
    manager = shop.all.desk.people()[0]
    shop.all.office.adjust(poor.member.id, -poor.account.balance + 50, "a correction", manager)
    filled(shop, vm)
    vm.open_redeem()
    assert vm.redeem.most == 0
    assert vm.redeem.refused
    vm.confirm_redeem()
    assert vm.state.points == 0


def test_an_empty_basket_is_not_sold() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    ear, before = Ear(vm), shop.sales()
    vm.scanned(shop.card(0))
    vm.take_payment()
    assert shop.sales() == before
    assert "empty" in ear.last


def test_cash_gives_change_and_says_it_large() -> None:
    from ui.viewmodels.sale_texts import done_texts

    shop = CounterShop()
    vm = shop.at_counter()
    vm.scanned(shop.ean(0))
    vm.set_tender(TenderKind.CASH)
    vm.take_payment()
    assert vm.panel == "cash"
    vm.cash.set_text("10")
    assert vm.cash.change == 20
    vm.pay_cash()
    assert vm.done is not None
    assert done_texts(vm.done, shop.words).headline == "Change €0.20"


def test_too_little_cash_books_nothing_and_says_how_much_is_missing() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    ear, before = Ear(vm), shop.sales()
    vm.scanned(shop.ean(0))
    vm.set_tender(TenderKind.CASH)
    vm.take_payment()
    vm.cash.set_text("5")
    vm.pay_cash()
    assert shop.sales() == before
    assert "€4.80" in ear.last


def test_forints_are_rounded_to_what_coins_can_settle() -> None:
    from ui.viewmodels.money_typing import open_price

    shop = CounterShop("hu")
    vm = shop.at_counter()
    vm.add_open_price(open_price(149_200, "HUF", "Bazsalikom"))
    vm.set_tender(TenderKind.CASH)
    vm.take_payment()
    assert vm.cash.due == 149_000
    assert vm.cash.rounding_text
    vm.pay_cash()
    assert vm.done is not None
    assert vm.done.sale.rounding == -200


def test_the_next_scan_opens_the_next_sale_by_itself() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    filled(shop, vm)
    vm.take_payment()
    vm.scanned(shop.card(1))
    assert vm.stage == "sale"
    assert vm.state.basket.items == 0
    assert vm.state.view is not None
    assert vm.state.view.member.id == shop.view(1).member.id


def test_next_customer_goes_back_to_idle_with_the_last_sale_named() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    filled(shop, vm)
    vm.take_payment()
    assert vm.done is not None
    ref = vm.done.sale.ref
    vm.next_customer()
    assert vm.stage == "idle"
    assert ref in vm.idle.detail


def test_the_last_sale_says_what_it_gave_before_and_after_a_restart() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    filled(shop, vm)
    vm.open_redeem()
    vm.redeem.choose(200)
    vm.confirm_redeem()
    vm.take_payment()
    assert vm.done is not None
    gave = sum(e.points for e in vm.done.entries if e.kind is EntryKind.EARN)
    assert gave > 0
    vm.next_customer()
    assert f"+{shop.words.number(gave)} " in vm.idle.detail
    again = shop.at_counter()
    assert again.idle.detail == vm.idle.detail


def test_a_guest_sale_says_no_points_after_a_restart() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    vm.scanned(shop.ean(0))
    vm.take_payment()
    vm.next_customer()
    assert shop.at_counter().idle.detail == vm.idle.detail
    assert "+" not in vm.idle.detail


def test_a_sale_that_came_back_leaves_the_screen() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    filled(shop, vm)
    vm.take_payment()
    assert vm.done is not None
    shop.counter.take_back(vm.done.sale.ref, "changed mind", shop.cashier.id)
    assert vm.stage == "idle"


def test_a_sale_just_done_leads_to_its_return() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    ear = Ear(vm)
    filled(shop, vm)
    vm.take_payment()
    assert vm.done is not None
    vm.return_done()
    assert ear.opened == [Opening("return", vm.done.sale.ref)]
