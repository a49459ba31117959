"""Whole sales: rewards of every kind, several offers at once, racing tills, cut power."""

import threading
from dataclasses import replace

import pytest
from msgspec.structs import replace as changed_in

from terminal.db.engine import open_database
from terminal.entries import EntryKind, LedgerEntry
from terminal.errors import DecisionChanged, EmptyBasket, NotEnoughPoints, OfferRefused, VoucherUsed
from terminal.programs.conditions import Limits, Needs, Selector
from terminal.programs.effects import (
    BuyGet,
    Cheapest,
    Donate,
    FixedPrice,
    FreeItem,
    Gift,
    GiveCoupon,
    MoneyOff,
    PercentOff,
    PerUnit,
    Step,
    Steps,
)
from terminal.programs.model import CouponKind, Promotion, Reward, Rule, per_money
from terminal.programs.policies import Earning, Redemption, Tier
from terminal.sales import Basket, Goods, Product, Tender, TenderKind
from terminal.services.counter import SaleRequest
from terminal.services.models import MemberView
from terminal.services.vouchers import use_coupons
from tests.shop import Shop, till

ONE = Reward(code="r", cost=100, gives=MoneyOff(300))
RED = Redemption(block=1, value=1, minimum=1)
CARD = (Tender(TenderKind.CARD, 0),)


def bare(shop: Shop, *rules: Rule, **more: object) -> None:
    empty = dict.fromkeys(("promotions", "rewards", "coupons", "challenges", "thresholds"), ())
    plain = {
        **empty, "rules": rules or (per_money(1, 100),), "tiers": (Tier("bronze"),),
        "redemption": RED,
    }  # fmt: skip
    shop.run(**{**plain, **more})


def give(shop: Shop, member: MemberView, points: int) -> None:
    with shop.database.write() as uow:
        uow.ledger.append(
            [
                LedgerEntry(
                    id=shop.new_id(), member_id=member.member.id, kind=EntryKind.BONUS,
                    points=points, decided_at=shop.moment, till="T1", seq=uow.next_seq("T1"),
                )
            ]
        )  # fmt: skip
        uow.commit()
    shop.later(seconds=1)


def rich(shop: Shop, points: int = 1_000) -> MemberView:
    member = shop.enrol()
    give(shop, member, points)
    return member


def spent(done) -> list[tuple[str, int]]:
    return [(e.kind.value, e.points) for e in done.entries if e.points < 0]


# -- rewards of every kind -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gives", "net"),
    [
        (MoneyOff(300), 3_700), (PercentOff(1_000), 3_600), (PercentOff(5_000, cap=700), 3_300),
        (Cheapest(), 3_000), (FreeItem(), 1_000), (Gift("Basket", 500), 4_000),
        (FixedPrice(800), 1_600), (BuyGet(1), 3_000),
        (Steps((Step(1_000, amount=100), Step(4_000, share=5_000))), 2_000),
        (GiveCoupon("next"), 4_000), (Donate("school", 100), 4_000),
    ],
    ids=[
        "money", "percent", "capped", "cheapest", "free", "gift", "price", "buy-get", "steps",
        "coupon", "donation",
    ],
)  # fmt: skip
def test_each_kind_of_reward_costs_its_points_once_and_comes_back_whole(shop, gives, net):
    """3000 and 1000 on two lines."""
    bare(shop, rewards=(changed_in(ONE, gives=gives),), coupons=(CouponKind(code="next"),))
    eleni = rich(shop)
    basket = shop.open_price(3_000).add(Product("B", "B", 1_000, "EUR"))
    done = shop.sell(eleni, basket, rewards=("r",))
    kind = "donate" if isinstance(gives, Donate) else "redeem"
    assert (done.sale.net, spent(done), done.sale.points_redeemed) == (net, [(kind, -100)], 100)
    assert done.sale.redeemed_value == 0
    back = shop.services.counter.take_back(done.sale.ref, "gift", "cashier")
    given = 900 if kind == "donate" else 1_000  # what was given away is not taken back
    assert (back.view.account.balance, back.back.money_back) == (given, net)


def test_a_free_item_that_was_scanned_costs_nothing(shop):
    free = changed_in(ONE, gives=FreeItem(), only=Selector(skus=("COF-250",)))
    bare(shop, rewards=(free,))
    done = shop.sell(rich(shop), shop.basket("OIL-500", "COF-250"), rewards=("r",))
    assert [(line.sku, line.paid, line.free) for line in done.sale.lines] == [
        ("OIL-500", 980, 0), ("COF-250", 0, 0),
    ]  # fmt: skip


def test_a_free_item_that_was_not_scanned_is_sold_by_its_own_name(shop):
    """Without its deposit, and nothing is earned on it."""
    bare(shop, PLAIN_UNITS, rewards=(changed_in(ONE, gives=FreeItem(sku="COF-250")),))
    coffee = shop.products["COF-250"]
    with shop.database.write() as uow:
        deposit = replace(coffee, goods=replace(coffee.goods, fixed=25))
        uow.products.put_all([deposit])
        uow.commit()
    done = shop.sell(rich(shop), shop.basket("OIL-500"), rewards=("r",))
    oil, free = done.sale.lines
    assert (free.name, free.unit_price, free.quantity, free.free) == (coffee.name, 0, 1, 1)
    assert (free.goods.category, free.goods.fixed) == (coffee.goods.category, 0)
    assert [e.points for e in done.entries] == [-100, 1]
    assert oil.paid == done.sale.net == 980


PLAIN_UNITS = Rule(code="units", gives=PerUnit(1))


def test_a_free_item_that_the_shop_does_not_know_is_handed_over_all_the_same(shop):
    bare(shop, rewards=(changed_in(ONE, gives=FreeItem(sku="MUG")),))
    done = shop.sell(rich(shop), shop.basket("OIL-500"), rewards=("r",))
    assert [(line.name, line.free) for line in done.sale.lines][1:] == [("MUG", 1)]


def test_a_gift_card_handed_over_for_nothing_is_worth_nothing(shop):
    card = Product("GIFT-50", "Gift card", 5_000, "EUR", goods=Goods(kind="gift_card"))
    with shop.database.write() as uow:
        uow.products.put_all([card])
        uow.commit()
    bare(shop, rewards=(changed_in(ONE, gives=FreeItem(sku="GIFT-50")),))
    assert shop.sell(rich(shop), shop.basket("OIL-500"), rewards=("r",)).vouchers == ()


# -- several in one sale ---------------------------------------------------------------------------


def test_coupons_rewards_and_points_in_one_sale_each_to_the_cent(shop):
    """C05, C06: gross entries, one for each thing that points paid."""
    bare(
        shop, coupons=(CouponKind(code="ten", public="TEN", uses=None),),
        promotions=(Promotion(code="ten-off", gives=PercentOff(1_000), needs=Needs(coupon="ten")),),
        rewards=(ONE, changed_in(ONE, code="basket", cost=50, gives=Gift("Basket"))),
    )  # fmt: skip
    eleni = rich(shop)
    done = shop.sell(
        eleni, shop.basket("OIL-500", "HON-450", "COF-250"), points=200,
        rewards=("r", "basket"), codes=("TEN",),
    )  # fmt: skip
    sale = done.sale
    assert [offer.kind for offer in sale.offers] == ["promotion", "reward", "reward", "points"]
    assert sorted(spent(done)) == [("redeem", -200), ("redeem", -100), ("redeem", -50)]
    assert (sale.points_redeemed, sale.redeemed_value) == (350, 200)
    assert sum(offer.amount for offer in sale.offers) == sale.goods - sale.net
    for place, line in enumerate(sale.lines):
        assert line.discount == sum(o.lines[place] for o in sale.offers if o.lines)
    shop.services.counter.take_back(sale.ref, "gift", "cashier")
    assert shop.balance(eleni) == 1_000


def test_points_of_the_running_order_pay_in_it(shop):
    """A36: pens, one point a pen; four points are a free one, also those of the order itself."""
    free = Reward(code="pen", cost=4, gives=FreeItem(), only=Selector(skus=("PEN",)))
    bare(
        shop, Rule(code="pens", gives=PerUnit(1), only=Selector(skus=("PEN",))), rewards=(free,),
        earning=Earning(running=True),
    )  # fmt: skip
    pen = Product("PEN", "Pen", 320, "EUR")
    eleni = shop.enrol()

    def order(pieces: int, *rewards: str) -> tuple[int, int, int]:
        done = shop.sell(eleni, Basket("EUR").add(pen, pieces), rewards=rewards)
        earned = sum(e.points for e in done.entries if e.points > 0)
        return earned, -sum(points for _kind, points in spent(done)), shop.balance(eleni)

    assert order(2) == (2, 0, 2)
    assert order(3, "pen") == (2, 4, 0)
    with pytest.raises(OfferRefused):
        order(3, "pen")
    assert order(4) == (4, 0, 4)
    assert order(2, "pen") == (1, 4, 1)


def test_another_currency_neither_earns_nor_redeems(shop):
    bare(shop, currency="HUF")
    done = shop.sell(rich(shop), shop.basket("OIL-500"))
    assert (done.entries, done.sale.net) == ((), 980)


def test_nothing_is_sold_without_goods(shop):
    with pytest.raises(EmptyBasket):
        shop.services.counter.sell(
            SaleRequest(
                id="e", basket=Basket("EUR"), member_id=None, points=0, tenders=CARD,
                cashier_id="cashier",
            )
        )  # fmt: skip


def test_a_shop_without_a_programme_sells(tmp_path):
    shop = Shop(open_database(tmp_path / "bare.db"), till())
    with shop.database.write() as uow:
        uow.products.put_all(shop.products.values())
        uow.commit()
    done = shop.sell(None, shop.basket("OIL-500"))
    assert (done.sale.net, done.entries) == (980, ())
    back = shop.services.counter.take_back(done.sale.ref, "gift", "cashier")
    assert back.back.money_back == 980
    shop.database.close()


# -- decisions -------------------------------------------------------------------------------------


def request(shop: Shop, member: MemberView, **more: object) -> SaleRequest:
    """The reward on something of 10.00."""
    plain = {
        "id": "decided", "basket": shop.open_price(1_000), "member_id": member.member.id,
        "points": 0, "tenders": (Tender(TenderKind.CARD, 700),), "cashier_id": "cashier",
        "rewards": ("r",),
    }  # fmt: skip
    return SaleRequest(**{**plain, **more})


def test_a_decision_sent_twice_is_booked_once(shop):
    """F01, F02, F05; F03: something else under the same id is refused."""
    bare(shop, rewards=(ONE,))
    eleni = rich(shop, 100)
    counter = shop.services.counter
    first = counter.sell(request(shop, eleni))
    again = counter.sell(request(shop, eleni))
    assert (again.sale, again.slip.id) == (first.sale, first.slip.id)
    assert shop.balance(eleni) == 7
    for other in ({"rewards": ()}, {"tenders": (Tender(TenderKind.CASH, 700),)}, {"points": 1}):
        with pytest.raises(DecisionChanged):
            counter.sell(request(shop, eleni, **other))
    assert shop.balance(eleni) == 7


def test_two_tills_redeem_the_same_points_and_one_is_refused(shop):
    """C19 with everything in one file: whoever is second is told, and nothing of theirs stays."""
    bare(shop, rewards=(ONE,))
    eleni = rich(shop, 150)
    start, outcomes = threading.Barrier(2), []

    def sell(number: int) -> None:
        start.wait()
        try:
            shop.services.counter.sell(request(shop, eleni, id=f"s{number}"))
            outcomes.append("sold")
        except (NotEnoughPoints, OfferRefused):
            outcomes.append("refused")

    threads = [threading.Thread(target=sell, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "sold"]
    assert shop.balance(eleni) == 57


class PowerCutError(Exception):
    """The plug was pulled."""


def test_power_cut_at_any_step_leaves_the_whole_sale_or_nothing(shop):
    bare(
        shop, rewards=(ONE,), coupons=(CouponKind(code="next"),),
        promotions=(
            Promotion(code="gives", gives=GiveCoupon("next"), limits=Limits(budget_times=9)),
        ),
    )  # fmt: skip
    eleni = rich(shop, 100)
    counter, new_id = shop.services.counter, shop.new_id

    def look() -> tuple[object, ...]:
        with shop.database.read() as uow:
            return (
                uow.ledger.entries(eleni.member.id), uow.sales.get("decided"),
                uow.uses.totals(["gives", "r"]), uow.outbox.open(99), uow.slips.unsettled(),
            )  # fmt: skip

    before, cuts = look(), 0
    while True:
        left = cuts

        def failing() -> str:
            nonlocal left
            left -= 1
            if left < 0:
                raise PowerCutError
            return new_id()

        counter.new_id = failing
        try:
            done = counter.sell(request(shop, eleni))
            break
        except PowerCutError:
            assert look() == before
            cuts += 1
    counter.new_id = new_id
    assert cuts >= 5
    assert (len(done.vouchers), shop.balance(eleni)) == (1, 7)


def test_a_coupon_that_is_used_up_ends_the_sale_that_wants_it_again(shop):
    """The last guard, should two ever get past the look before it."""
    bare(
        shop, coupons=(CouponKind(code="ten", public="TEN"),),
        promotions=(
            Promotion(code="off", gives=MoneyOff(100), needs=Needs(coupon="ten"), guests=True),
        ),
    )  # fmt: skip
    done = shop.sell(None, shop.open_price(1_000), codes=("TEN",))
    with shop.database.write() as uow, pytest.raises(VoucherUsed):
        use_coupons(uow, uow.programs.at(shop.moment), done.sale)
