"""A sale under way: recognising, filling the basket, changing one's mind."""

from datetime import timedelta

import pytest

from tests.ui.counter.shop import UNKNOWN_CODE, CounterShop, HeldRuns
from tests.ui.viewmodels.hearing import Ear
from ui.viewmodels.notices import Opening

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_scanned_card_shows_its_member() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    vm.scanned(shop.card(0))
    face = vm.face()
    assert vm.stage == "sale"
    assert face is not None
    assert face.name == "Eleni Paradeigma"
    assert face.points == shop.words.number(shop.view(0).account.balance)


def test_the_same_product_twice_is_one_line_of_two() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    for number in (0, 1, 1):
        vm.scanned(shop.ean(number))
    assert [line.quantity for line in vm.state.basket.lines] == [1, 2]
    assert vm.state.selected == 1


def test_the_sum_says_what_the_sale_gives_and_the_reasons_add_up() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    vm.scanned(shop.card(0))
    vm.scanned(shop.ean(0))
    accrual = vm.quote.accrual
    assert accrual is not None
    assert sum(part.points for part in accrual.parts) == accrual.points > 0


def test_a_second_card_takes_the_sale_over_and_can_be_undone() -> None:
    shop = CounterShop()
    vm, first, second = shop.at_counter(), shop.view(0), shop.view(1)
    ear = Ear(vm)
    vm.scanned(shop.ean(0))
    vm.scanned(shop.card(0))
    vm.scanned(shop.card(1))
    assert vm.state.view is not None
    assert vm.state.view.member.id == second.member.id
    assert ear.said[-1].act is not None
    ear.said[-1].act()
    assert vm.state.view.member.id == first.member.id
    assert vm.state.basket.items == 1


def test_the_same_card_again_changes_nothing_and_is_no_step_to_undo() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    vm.scanned(shop.ean(0))
    vm.scanned(shop.card(0))
    shop.clock.now += timedelta(minutes=1)
    ear = Ear(vm)
    vm.scanned(shop.card(0))
    assert ear.said == []
    vm.undo()
    assert vm.state.view is None


def test_points_belong_to_the_member_they_were_chosen_for() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    for code in (shop.card(0), shop.ean(0), shop.ean(0), shop.ean(2)):
        vm.scanned(code)
    vm.open_redeem()
    vm.redeem.more()
    vm.redeem.toggle("school")
    vm.confirm_redeem()
    assert vm.state.points > 0
    assert vm.state.rewards == ("school",)
    vm.scanned(shop.card(1))
    assert vm.state.points == 0
    assert vm.state.rewards == ()


def test_a_smaller_basket_takes_points_down_with_a_word() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    ear = Ear(vm)
    for code in (shop.card(0), *[shop.ean(2)] * 3):
        vm.scanned(code)
    vm.open_redeem()
    vm.redeem.all()
    chosen = vm.redeem.points
    vm.confirm_redeem()
    vm.set_quantity(0, 1)
    assert 0 < vm.state.points < chosen
    assert vm.state.points == vm.quote.points
    assert "at most" in ear.last


def test_a_removed_line_comes_back() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    vm.scanned(shop.ean(0))
    vm.scanned(shop.ean(1))
    vm.remove()
    assert len(vm.state.basket.lines) == 1
    vm.undo()
    assert len(vm.state.basket.lines) == 2


def test_fewer_never_takes_the_line_out() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    vm.scanned(shop.ean(0))
    vm.step(-1)
    vm.step(-1)
    assert vm.state.basket.lines[0].quantity == 1


def test_a_cleared_sale_comes_back_whole() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    vm.scanned(shop.card(0))
    vm.scanned(shop.ean(0))
    before = vm.state
    vm.clear()
    assert vm.stage == "idle"
    vm.undo()
    assert vm.state == before


def test_an_unknown_code_leaves_the_basket_as_it_is() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    ear = Ear(vm)
    vm.scanned(shop.ean(0))
    before = vm.state
    vm.scanned(UNKNOWN_CODE)
    assert vm.state == before
    assert ear.last


def test_a_new_card_goes_along_to_enrolling_and_the_basket_is_kept() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    ear = Ear(vm)
    vm.scanned(shop.ean(0))
    vm.scanned(shop.demo.unused)
    assert vm.panel == "new_card"
    vm.enrol()
    assert ear.opened == [Opening("enrol", shop.demo.unused)]
    vm.enrolled(shop.view(3))
    assert vm.panel == ""
    assert vm.state.basket.items == 1
    assert vm.state.view is not None


def test_a_new_card_can_be_given_to_the_member_on_the_sale() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    vm.scanned(shop.card(0))
    vm.scanned(shop.demo.unused)
    vm.link_new_card()
    found = shop.counter.identify(shop.demo.unused)
    assert found.view.member.id == shop.view(0).member.id  # type: ignore[union-attr]
    assert vm.panel == ""


def test_a_scanned_slip_opens_its_return() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    ear = Ear(vm)
    last = shop.counter.last_sale()
    assert last is not None
    vm.scanned(last.ref)
    assert ear.opened == [Opening("return", last.ref)]


def test_points_of_an_online_order_arrive_while_the_member_stands_there() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    ear = Ear(vm)
    vm.scanned(shop.card(0))
    vm.scanned(shop.ean(0))
    before = shop.view(0).account.balance
    manager = shop.all.desk.people()[0]
    shop.all.office.adjust(shop.view(0).member.id, 58, "points of an order", manager)
    assert vm.state.view is not None
    assert vm.state.view.account.balance == before + 58
    assert shop.words.number(before + 58) in ear.last
    assert vm.state.basket.items == 1


def test_an_undone_step_brings_no_old_balance_back() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    vm.scanned(shop.card(0))
    vm.scanned(shop.ean(0))
    shop.all.office.adjust(shop.view(0).member.id, 58, "a present", shop.all.desk.people()[0])
    vm.undo()
    assert vm.state.view is not None
    assert vm.state.view.account == shop.view(0).account


def test_an_open_price_becomes_a_line() -> None:
    from ui.viewmodels.money_typing import open_price

    shop = CounterShop()
    vm = shop.at_counter()
    vm.open_price()
    assert vm.stage == "sale"
    vm.add_open_price(open_price(250, "EUR", "Basil pot"))
    assert vm.quote.goods == 250
    assert vm.state.basket.lines[0].sku == "TILL-OPEN"


def test_an_answer_to_the_open_question_is_recorded_and_not_asked_again() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    number = next(i for i in range(8) if any(f.ask for f in _facts(shop, i)))
    vm.scanned(shop.card(number))
    vm.ask()
    assert vm.panel == "ask"
    wording = vm.asking.question
    vm.asking.answer(granted=False)
    assert vm.panel == ""
    assert not any(fact.ask for fact in vm.facts())
    consents = shop.all.office.page(shop.view(number).member.id).consents
    assert consents[-1].wording == wording
    assert consents[-1].granted is False


def test_a_no_of_yesterday_is_not_asked_again_after_a_restart() -> None:
    shop = CounterShop()
    vm = shop.at_counter()
    number = next(i for i in range(8) if any(f.ask for f in _facts(shop, i)))
    vm.scanned(shop.card(number))
    vm.ask()
    vm.asking.answer(granted=False)
    again = shop.at_counter()
    again.scanned(shop.card(number))
    view = again.state.view
    assert view is not None
    assert view.asked - view.consents
    assert not any(fact.ask for fact in again.facts())


def test_a_double_press_records_one_answer() -> None:
    shop, runs = CounterShop(), HeldRuns()
    vm = shop.at_counter(runs)
    number = next(i for i in range(8) if any(f.ask for f in _facts(shop, i)))
    vm.attach(shop.view(number))
    member_id = shop.view(number).member.id
    before = len(shop.all.office.page(member_id).consents)
    vm.ask()
    vm.asking.answer(granted=True)
    vm.asking.answer(granted=False)
    runs.release()
    consents = shop.all.office.page(member_id).consents
    assert len(consents) == before + 1
    assert consents[-1].granted


def _facts(shop: CounterShop, number: int) -> list:  # type: ignore[type-arg]
    from ui.viewmodels.member_texts import facts

    return facts(shop.view(number), shop.words)


def test_two_members_chosen_in_a_row_do_not_block_the_payment() -> None:
    shop, runs = CounterShop(), HeldRuns()
    vm = shop.at_counter(runs)
    runs.release()
    vm.attach_member(shop.view(0).member.id)
    vm.attach_member(shop.view(1).member.id)
    runs.release()
    assert not vm.looking
    assert vm.state.view is not None
    assert vm.state.view.member.id == shop.view(1).member.id


def test_payment_waits_for_a_scan_that_is_still_looked_up() -> None:
    shop, runs = CounterShop(), HeldRuns()
    vm = shop.at_counter(runs)
    runs.release()
    ear, before = Ear(vm), shop.sales()
    vm.scanned(shop.ean(0))
    runs.release()
    vm.scanned(shop.ean(1))
    vm.take_payment()
    assert not vm.busy
    assert ear.said[-1].tone == "warning"
    runs.release()
    assert vm.state.basket.items == 2
    assert shop.sales() == before
