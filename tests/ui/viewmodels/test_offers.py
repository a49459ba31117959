"""Offers in a sale under way: what they take off, what they cost, and how they are taken down."""

from datetime import timedelta

import pytest

from terminal.programs.effects import GiveCoupon
from terminal.programs.model import Promotion
from terminal.sales import Goods, Product, TenderKind
from tests.ui.counter.shop import CounterShop, HeldRuns
from tests.ui.viewmodels.hearing import Ear
from ui.viewmodels.counter import CounterViewModel
from ui.viewmodels.offer_texts import to_pay_label, total_rows
from ui.viewmodels.sale_texts import done_texts, gain
from ui.viewmodels.why_texts import arithmetic

pytestmark = pytest.mark.usefixtures("qapp")

OIL, COFFEE, HONEY, TOWEL = range(4)


@pytest.fixture
def shop() -> CounterShop:
    return CounterShop()


def filled(shop: CounterShop, *goods: int, member: bool = True) -> CounterViewModel:
    vm = shop.at_counter()
    if member:
        vm.scanned(shop.card(0))
    for number in goods:
        vm.scanned(shop.ean(number))
    return vm


def rows(vm: CounterViewModel) -> dict[str, str]:
    return {row.label: row.amount for row in total_rows(vm.priced, vm.program, vm.words)}


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "").replace("\u2066", "")


def titles(vm: CounterViewModel) -> list[str]:
    return [plain(extra.title) for extra in vm.extras()]


def test_a_members_price_says_what_it_saves_and_why(shop: CounterShop) -> None:
    vm = filled(shop, OIL, HONEY)
    assert vm.line_gain(0) == ""
    assert plain(vm.line_gain(1)) == "Member price, saves €1.00"
    assert [*map(plain, rows(vm))] == ["Subtotal", "Member price"]
    guest = filled(shop, OIL, HONEY, member=False)
    assert guest.line_gain(1) == ""
    assert rows(guest) == {}


def test_the_figures_reasons_and_the_arithmetic_behind_it_are_the_same(shop: CounterShop) -> None:
    vm = filled(shop, OIL, COFFEE)
    shown = gain(vm.quote, vm.state.view, vm.words)
    told = arithmetic(vm.quote, vm.state.view, vm.words)
    assert told is not None
    assert told.figure == shown.figure
    assert len(told.steps) == len(shown.reasons) - 1
    assert any("€16.20" in step for step in told.steps)
    assert told.rules[0] == "Fractions are dropped, once a rule"
    vm.open_why()
    assert vm.panel == "why"
    vm.back()
    assert vm.panel == ""


def test_a_sale_that_earns_nothing_says_so(shop: CounterShop) -> None:
    vm = filled(shop)
    vm.add(Product("MINT", "A mint", 20, "EUR"))
    told = arithmetic(vm.quote, vm.state.view, vm.words)
    assert told is not None
    assert told.steps == ("Nothing in this basket earns points.",)
    assert arithmetic(vm.quote, None, vm.words) is None


def test_several_rewards_and_points_in_one_sale_add_up(shop: CounterShop) -> None:
    vm = filled(shop, OIL, COFFEE, HONEY, TOWEL)
    before = vm.quote
    vm.open_redeem()
    vm.redeem.toggle("five-off")
    vm.redeem.toggle("school")
    vm.redeem.more()
    sums = vm.redeem.sums()
    assert sums is not None
    assert sums.spent == 500 + 100 + 200
    assert sums.to_pay == vm.words.money(before.net - 500 - 200, "EUR")
    assert sums.after == vm.words.number(1284 - 800 + int(sums.gives))
    vm.confirm_redeem()
    assert vm.quote.points == 800
    assert vm.quote.net == before.net - 700
    assert [extra.kind for extra in vm.extras()] == ["reward", "reward", "points"]
    assert list(rows(vm))[-1] == "200 points redeemed"
    vm.take_payment()
    assert vm.done is not None
    assert vm.done.sale.points_redeemed == 800
    assert [offer.kind for offer in vm.done.sale.offers if offer.points] == [
        "reward", "reward", "points",
    ]  # fmt: skip


def test_a_reward_leaves_fewer_points_to_pay_with_and_says_so(shop: CounterShop) -> None:
    vm = filled(shop, OIL, COFFEE, HONEY, TOWEL)
    vm.open_redeem()
    vm.redeem.all()
    assert vm.redeem.points == 1200
    vm.redeem.toggle("coffee")
    assert vm.redeem.points == 400
    assert "400 points are left" in vm.redeem.refused
    vm.redeem.toggle("coffee")
    assert vm.redeem.rewards == ()


def test_what_is_out_of_reach_says_how_far_it_is(shop: CounterShop) -> None:
    vm = filled(shop, OIL)
    vm.open_redeem()
    basket = next(choice for choice in vm.redeem.choices() if choice.code == "basket")
    assert basket.locked
    assert basket.detail == "716 more points"
    assert basket.key == ""
    vm.redeem.take(basket)
    assert vm.redeem.rewards == ()
    shown = vm.can_have()
    assert shown.next is not None
    assert (plain(shown.next[0]), shown.next[1]) == ("Gift basket", "716 to go")
    assert ("€5 off", "500") in [(plain(name), cost) for name, cost in shown.now]


def test_a_smaller_basket_takes_a_reward_down_with_a_word(shop: CounterShop) -> None:
    vm = filled(shop, OIL)
    ear = Ear(vm)
    vm.open_redeem()
    vm.redeem.toggle("five-off")
    vm.confirm_redeem()
    assert vm.state.rewards == ("five-off",)
    vm.remove()
    assert vm.state.rewards == ()
    assert any("Taken off this sale" in notice.text for notice in ear.said)
    vm.undo()
    assert vm.state.rewards == ("five-off",)


def test_points_are_given_away_instead(shop: CounterShop) -> None:
    vm = filled(shop, OIL, HONEY)
    vm.open_redeem()
    vm.redeem.more()
    vm.redeem.donate_instead()
    assert (vm.redeem.points, vm.redeem.rewards) == (0, ("school",))
    vm.confirm_redeem()
    net = vm.quote.net
    vm.take_payment()
    assert vm.done is not None
    assert vm.done.sale.net == net == 980 + 1090
    kinds = [entry.kind.value for entry in vm.done.entries if entry.points < 0]
    assert kinds == ["donate"]


def test_a_reward_is_taken_off_by_itself(shop: CounterShop) -> None:
    vm = filled(shop, OIL, HONEY)
    vm.open_redeem()
    vm.redeem.toggle("five-off")
    vm.confirm_redeem()
    vm.remove_reward("five-off")
    assert vm.extras() == []
    vm.undo()
    vm.drop_points_and_close()
    assert vm.state.rewards == ()


# -- coupons ---------------------------------------------------------------------------------------


def test_a_coupon_is_scanned_waits_for_its_basket_and_works(shop: CounterShop) -> None:
    vm = filled(shop, OIL, member=False)
    ear, code = Ear(vm), shop.coupon()
    vm.scanned(code)
    assert "from €15.00" in ear.last
    waiting = vm.extras()[0]
    assert (waiting.kind, waiting.tone) == ("coupon", "warning")
    assert vm.priced.to_book.coupons == ()
    vm.scanned(shop.ean(HONEY))
    assert vm.extras()[0].tone == "positive"
    assert vm.quote.net == 980 + 1190 - 200
    vm.take_payment()
    assert vm.done is not None
    assert [offer.coupon for offer in vm.done.sale.offers] == [code]


def test_a_coupon_that_stops_working_says_so_and_stays_in_sight(shop: CounterShop) -> None:
    vm = filled(shop, OIL, HONEY, member=False)
    vm.scanned(shop.coupon())
    ear = Ear(vm)
    vm.remove()
    assert "does nothing yet" in ear.last
    assert len(vm.extras()) == 1
    vm.remove_coupon(vm.extras()[0].code)
    assert vm.extras() == []


def test_a_coupon_of_somebody_else_is_refused_in_words(shop: CounterShop) -> None:
    code = shop.coupon(owner=None)
    mine = shop.view(1).member.id
    with shop.database.write() as uow:
        voucher = uow.vouchers.get(code)
        assert voucher is not None
        from dataclasses import replace

        uow.vouchers.put(replace(voucher, owner=mine))
        uow.commit()
    vm = filled(shop, OIL, HONEY)
    ear = Ear(vm)
    vm.scanned(code)
    assert "another member" in ear.last
    assert vm.state.coupons == ()
    vm.scanned(shop.card(1))
    vm.scanned(code)
    assert len(vm.state.coupons) == 1
    vm.scanned(shop.card(0))
    assert vm.state.coupons == ()
    assert "another member" in ear.last


def test_a_used_coupon_is_refused(shop: CounterShop) -> None:
    vm = filled(shop, OIL, HONEY, member=False)
    code = shop.coupon()
    vm.scanned(code)
    vm.take_payment()
    ear = Ear(vm)
    vm.scanned(code)
    assert "used already" in ear.last


def test_the_same_coupon_twice_is_one_and_typed_like_scanned(shop: CounterShop) -> None:
    shell_vm = filled(shop, OIL, HONEY)
    code = shop.coupon()
    shell_vm.scanned(code)
    spaced = f"{code[:4]} {code[4:8]}-{code[8:]}".lower()
    shell_vm.scanned(spaced)
    assert len(shell_vm.state.coupons) == 1


def test_a_coupon_without_a_basket_opens_the_sale(shop: CounterShop) -> None:
    vm = filled(shop, member=False)
    vm.scanned(shop.coupon())
    assert vm.stage == "sale"
    assert vm.extras()[0].icon == "ticket"


# -- gift cards ------------------------------------------------------------------------------------


def test_a_gift_card_shows_its_value_pays_first_and_the_rest_goes_by_card(
    shop: CounterShop,
) -> None:
    vm = filled(shop, OIL, COFFEE)
    code = shop.gift_card(1000)
    vm.scanned(code)
    assert vm.panel == "money_card"
    assert vm.money_card is not None
    assert vm.money_card.value == 1000
    vm.pay_with_card()
    assert vm.payment.due == 620
    assert to_pay_label(vm.payment.cards, vm.words) == "To pay"
    vm.take_payment()
    assert vm.done is not None
    assert [(t.kind, t.amount) for t in vm.done.sale.tenders] == [
        (TenderKind.GIFT_CARD, 1000), (TenderKind.CARD, 620),
    ]  # fmt: skip
    assert shop.counter.card_value(code)[1] == 0
    assert "gift card" in done_texts(vm.done, vm.words).detail


def test_a_gift_card_that_covers_everything_needs_nothing_else(shop: CounterShop) -> None:
    vm = filled(shop, OIL)
    vm.scanned(shop.gift_card(5000))
    vm.pay_with_card()
    vm.set_tender(TenderKind.CASH)
    vm.take_payment()
    assert vm.done is not None
    assert [tender.kind for tender in vm.done.sale.tenders] == [TenderKind.GIFT_CARD]
    assert "by gift card" in done_texts(vm.done, vm.words).detail


def test_a_card_shown_while_cash_is_counted_lowers_what_is_due(shop: CounterShop) -> None:
    vm = filled(shop, OIL)
    vm.set_tender(TenderKind.CASH)
    vm.take_payment()
    assert vm.cash.due == 980
    vm.scanned(shop.gift_card(300))
    vm.pay_with_card()
    vm.take_payment()
    assert vm.cash.due == 680
    vm.cash.choose(1000)
    vm.pay_cash()
    assert vm.done is not None
    assert vm.done.sale.change == 320


def test_a_gift_card_is_taken_off_again(shop: CounterShop) -> None:
    vm = filled(shop, OIL)
    code = shop.gift_card(300)
    vm.scanned(code)
    vm.pay_with_card()
    assert titles(vm)[0].startswith("Gift card")
    vm.remove_card(code)
    assert vm.payment.due == 980


def test_an_empty_gift_card_pays_nothing(shop: CounterShop) -> None:
    vm = filled(shop, OIL)
    code = shop.gift_card(500)
    vm.scanned(code)
    vm.pay_with_card()
    vm.take_payment()
    vm.scanned(code)
    vm.pay_with_card()
    assert vm.state.cards == ()


def test_a_sold_gift_card_and_a_coupon_stand_on_the_last_screen(shop: CounterShop) -> None:
    with shop.database.write() as uow:
        program = uow.programs.at(shop.clock())
        assert program is not None
        from msgspec.structs import replace

        gives = Promotion(code="thanks", gives=GiveCoupon("next"), guests=True)
        changed = replace(
            program, version=2, promotions=(*program.promotions, gives),
            effective_from=shop.clock() - timedelta(minutes=1),
        )  # fmt: skip
        uow.programs.put(changed)
        uow.commit()
    vm = filled(shop, OIL, member=False)
    vm.add(Product("GIFT-20", "Gift card", 2000, "EUR", goods=Goods(kind="gift_card")))
    vm.take_payment()
    assert vm.done is not None
    given = done_texts(vm.done, vm.words, vm.program).given
    assert [(plain(g.title), g.end) for g in given] == [
        ("Off the next purchase", ""), ("Gift card", "€20.00"),
    ]  # fmt: skip
    assert "Good until" in given[0].detail
    paper = "\n".join(f"{b.text} {b.value}" for b in vm.done.slip.slip.blocks)
    for voucher in vm.done.vouchers:
        assert voucher.code in paper


# -- while the lane works --------------------------------------------------------------------------


def test_payment_waits_for_a_coupon_that_is_looked_up(shop: CounterShop) -> None:
    runs = HeldRuns()
    vm = shop.at_counter(runs)
    runs.release()
    vm.scanned(shop.ean(OIL))
    vm.scanned(shop.ean(HONEY))
    runs.release()
    vm.scanned(shop.coupon())
    runs.waiting.pop(0)()  # it is known to be a coupon; whether it is good is asked now
    assert vm.looking
    vm.take_payment()
    assert vm.done is None
    assert not vm.busy
    runs.release()
    assert not vm.looking
    vm.take_payment()
    runs.release()
    assert vm.done is not None
    assert vm.done.sale.net == 980 + 1190 - 200
