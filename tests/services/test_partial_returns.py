"""Goods come back in part, in several goes, late, lapsed, or before their sale is known."""

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec.structs import replace as changed_in

from terminal.db.engine import open_database
from terminal.db.verify import verify
from terminal.entries import EntryKind, LedgerEntry
from terminal.errors import AlreadyReturned, BadLine, OfferRefused, UnknownSale, VoucherBlocked
from terminal.programs.conditions import Cap, Limits, Needs, Selector
from terminal.programs.effects import FreeItem, GiveCoupon, MoneyOff, PerOrder
from terminal.programs.model import CouponKind, Promotion, Reward, Rule, per_money
from terminal.programs.policies import Redemption, Returning, Tier
from terminal.restoring import ReturnPolicy
from terminal.returns import PendingReturn, ReturnLine, exchange
from terminal.sales import Tender, TenderKind
from terminal.services.models import MemberView
from terminal.services.returning import cash_share, policy_of, settle_waiting, undo_offers
from tests.shop import Shop, till

OFF = Reward(code="off", cost=150, gives=MoneyOff(300))


def bare(shop: Shop, *rules: Rule, **more: object) -> None:
    """One point a euro, a hundred are one, nothing else."""
    empty = dict.fromkeys(("promotions", "rewards", "coupons", "challenges", "thresholds"), ())
    plain = {
        **empty, "rules": rules or (per_money(1, 100),), "tiers": (Tier("bronze"),),
        "redemption": Redemption(block=1, value=1, minimum=1),
    }  # fmt: skip
    shop.run(**{**plain, **more})


def give(shop: Shop, member: MemberView, points: int, **more: object) -> None:
    """Points out of nowhere."""
    with shop.database.write() as uow:
        uow.ledger.append(
            [
                LedgerEntry(
                    id=shop.new_id(), member_id=member.member.id, kind=EntryKind.BONUS,
                    points=points, decided_at=shop.moment, till="T1", seq=uow.next_seq("T1"),
                    **more,
                )
            ]
        )  # fmt: skip
        uow.commit()
    shop.later(seconds=1)


def back(shop: Shop, sale, *lines: tuple[int, int]):
    asked = tuple(ReturnLine(*line) for line in lines)
    return shop.services.counter.take_back(sale.ref, "gift", "cashier", asked)


# -- in several goes -------------------------------------------------------------------------------


def test_one_of_two_takes_half_of_everything_along(shop):
    """E02, E03: start 200, earn 70, spend 150; one of two: -35, +75."""
    bare(shop, Rule(code="r", gives=PerOrder(70)), rewards=(OFF,))
    eleni = shop.enrol()
    give(shop, eleni, 200)
    two = shop.open_price(4_000).with_quantity(0, 2)
    done = shop.sell(eleni, two, rewards=("off",))
    assert shop.balance(eleni) == 120
    half = back(shop, done.sale, (0, 1))
    assert (half.view.account.balance, half.back.money_back) == (160, 3_850)
    rest = back(shop, done.sale)
    assert (rest.view.account.balance, rest.back.money_back) == (200, 3_850)
    with pytest.raises(AlreadyReturned):
        back(shop, done.sale)


@pytest.mark.parametrize("goes", [[(0, 1)] * 7, [(0, 3), (0, 3), (0, 1)], [(0, 2), (0, 5)]])
def test_however_it_is_cut_it_ends_at_exactly_zero(shop, goes):
    bare(shop, rewards=(OFF,))
    eleni = shop.enrol()
    give(shop, eleni, 1_000)
    seven = shop.open_price(333).with_quantity(0, 7)
    done = shop.sell(eleni, seven, points=101, rewards=("off",))
    money = 0
    for go in goes:
        part = back(shop, done.sale, go)
        assert part.view.account.balance <= 1_000
        money += part.back.money_back
    assert (shop.balance(eleni), money) == (1_000, done.sale.paid)
    view = shop.services.counter.member(eleni.member.id)
    assert view.account.debt == view.spent == 0


def test_what_points_paid_never_comes_back_as_money(shop):
    """E23."""
    bare(shop)
    eleni = shop.enrol()
    give(shop, eleni, 5_000)
    done = shop.sell(eleni, shop.open_price(5_000).with_quantity(0, 2), points=5_000)
    assert done.sale.net == 5_000
    half = back(shop, done.sale, (0, 1))
    assert (half.back.money_back, half.view.available) == (2_500, 2_500 + 25)
    assert back(shop, done.sale).back.money_back == 2_500
    assert shop.balance(eleni) == 5_000


def test_lines_that_were_never_sold_are_refused_by_name(shop):
    bare(shop)
    done = shop.sell(None, shop.basket("OIL-500", "HON-450"))
    for line, why in (((5, 1), "not_sold"), ((0, 0), "quantity"), ((0, 2), "left")):
        with pytest.raises(BadLine) as refused:
            back(shop, done.sale, line)
        assert refused.value.details["why"] == why
    with pytest.raises(UnknownSale):
        shop.services.counter.find_sale("T9-000001")
    back(shop, done.sale, (0, 1))
    with pytest.raises(BadLine):
        back(shop, done.sale, (0, 1))


def test_a_reward_handed_over_stands_on_what_was_handed_over(shop):
    """The free coffee is kept: so is what it cost. It comes back: so does its cost."""
    free = Reward(code="coffee", cost=100, gives=FreeItem(sku="COF-250"))
    bare(shop, rewards=(free,))
    eleni = shop.enrol()
    give(shop, eleni, 100)
    done = shop.sell(eleni, shop.basket("OIL-500"), rewards=("coffee",))
    assert shop.balance(eleni) == 9
    assert back(shop, done.sale, (0, 1)).view.account.balance == 0
    last = back(shop, done.sale, (1, 1))
    assert (last.view.account.balance, last.back.money_back) == (100, 0)


def test_a_later_rule_says_nothing_about_an_earlier_sale(shop):
    """E16: the rule was doubled meanwhile."""
    bare(shop)
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(5_000))
    bare(shop, per_money(2, 100))
    assert back(shop, done.sale).view.account.balance == 0


def test_a_guest_gets_money_and_no_points(shop):
    bare(shop)
    done = shop.sell(None, shop.open_price(1_000).with_quantity(0, 2))
    part = back(shop, done.sale, (0, 1))
    assert (part.back.money_back, part.entries, part.view) == (1_000, (), None)
    assert back(shop, done.sale).back.money_back == 1_000


# -- spent elsewhere -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clawback", "balance", "shortfall"), [("debt", -100, 0), ("clamp", 0, 100)]
)
def test_points_spent_elsewhere_are_a_debt_or_let_go_and_said(shop, clawback, balance, shortfall):
    """E12, E13, E25: earned 150, spent 100; a return is never refused for that."""
    rewards = (Reward(code="hundred", cost=100, gives=MoneyOff(100)),)
    bare(
        shop, Rule(code="r", gives=PerOrder(150), needs=Needs(minimum=5_000)), rewards=rewards,
        returning=Returning(clawback=clawback),
    )  # fmt: skip
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(5_000))
    shop.sell(eleni, shop.open_price(1_000), rewards=("hundred",))
    offered = shop.services.counter.find_sale(done.sale.ref)
    assert offered.points.shortfall == shortfall
    assert back(shop, done.sale).view.account.balance == balance


@pytest.mark.parametrize(("expired", "there"), [("lapse", 0), ("grace", 100)])
def test_points_whose_time_is_over_come_back_by_policy(shop, expired, there):
    bare(shop, returning=Returning(expired=expired, grace_days=10))
    eleni = shop.enrol()
    give(shop, eleni, 100, lapses_at=shop.moment + timedelta(days=5))
    done = shop.sell(eleni, shop.open_price(100), points=100)
    shop.later(days=6)
    back(shop, done.sale)
    assert shop.services.counter.member(eleni.member.id).available == there
    shop.later(days=12)
    assert shop.services.counter.member(eleni.member.id).available == 0


def test_what_lapsed_is_not_taken_a_second_time(shop):
    bare(shop)
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(5_000))
    shop.later(days=400)
    after = back(shop, done.sale)
    assert (after.view.account.balance, after.view.account.debt) == (0, 0)


def test_policies_are_the_programmes(shop):
    assert policy_of(None) == ReturnPolicy()
    said = Returning(clawback="clamp", expired="grace", grace_days=3)
    bare(shop, returning=said)
    with shop.database.read() as uow:
        policy = policy_of(uow.programs.at(shop.moment))
    assert (policy.clawback, policy.expired, policy.grace_days) == ("clamp", "grace", 3)
    assert policy.zone == "Europe/Athens"


# -- offers ----------------------------------------------------------------------------------------


def test_only_a_whole_return_undoes_limits_and_coupons(shop):
    once = Limits(caps=(Cap(per="month", times=1),))
    bare(
        shop, rewards=(changed_in(OFF, cost=10, limits=once),),
        coupons=(CouponKind(code="next", valid_days=30),),
        promotions=(
            Promotion(code="gives", gives=GiveCoupon("next"), only=Selector(skus=("OIL-500",))),
        ),
    )  # fmt: skip
    eleni = shop.enrol()
    give(shop, eleni, 100)
    done = shop.sell(eleni, shop.basket("OIL-500", "HON-450"), rewards=("off",))
    (coupon,) = done.vouchers
    back(shop, done.sale, (0, 1))
    with pytest.raises(OfferRefused):
        shop.sell(eleni, shop.open_price(1_000), rewards=("off",))
    shop.later(seconds=1)
    assert shop.services.counter.present(coupon.code, eleni)
    back(shop, done.sale)
    with pytest.raises(VoucherBlocked):
        shop.services.counter.present(coupon.code, eleni)
    assert shop.sell(eleni, shop.open_price(1_000), rewards=("off",)).sale.net == 700


def test_an_exchange_is_a_return_and_a_sale_set_against_each_other(shop):
    bare(shop)
    eleni = shop.enrol()
    done = shop.sell(eleni, shop.open_price(3_000))
    plan = shop.services.counter.find_sale(done.sale.ref).plan
    assert (exchange(plan, 5_000).pay, exchange(plan, 5_000).give) == (2_000, 0)
    assert (exchange(plan, 1_000).pay, exchange(plan, 1_000).give) == (0, 2_000)
    back(shop, done.sale)
    shop.sell(eleni, shop.open_price(5_000))
    assert shop.balance(eleni) == 50


def test_money_goes_back_the_way_it_came(shop):
    """What the bank card paid goes back to it first; cash for the rest."""
    tenders = (Tender(TenderKind.CARD, 600), Tender(TenderKind.CASH, 400))
    sale = replace(shop.sell(None, shop.open_price(1_000)).sale, tenders=tenders)
    assert cash_share(sale, 1_000) == {TenderKind.CARD: 600, TenderKind.CASH: 400}
    assert cash_share(sale, 500) == {TenderKind.CARD: 500}
    assert cash_share(sale, 0) == {}


# -- before its sale is known ----------------------------------------------------------------------


def other_shop(shop: Shop, path) -> Shop:
    """Another till with a file of its own, in the same programme."""
    other = Shop(open_database(path), till(code="T2"))
    other.open_up()
    other.moment = shop.moment
    bare(other, rewards=(OFF,))
    return other


def hear(shop: Shop, member: MemberView, done) -> None:
    """Everything another till knows of a member and one of their sales."""
    with shop.database.write() as uow:
        uow.members.put(member.member)
        uow.sales.put(done.sale)
        uow.ledger.append(list(done.entries))
        uow.commit()


def wait_for(shop: Shop, pending: PendingReturn) -> None:
    with shop.database.write() as uow:
        uow.pending_returns.put(pending)
        uow.commit()


def settle(shop: Shop, sale) -> list[LedgerEntry]:
    with shop.database.write() as uow:
        entries = settle_waiting(uow, sale)
        uow.commit()
    return entries


def test_two_tills_derive_the_same_entries_for_a_return_that_came_first(shop, tmp_path):
    bare(shop, rewards=(OFF,))
    eleni = shop.enrol()
    give(shop, eleni, 400)
    history = shop.services.counter.member(eleni.member.id)
    other = other_shop(shop, tmp_path / "other.db")
    done = shop.sell(eleni, shop.open_price(2_000).with_quantity(0, 2), rewards=("off",))
    waits = PendingReturn(
        id="p1", ref="T2-000900", sale_ref=done.sale.ref, till="T2", seq=900, cashier_id="cashier",
        reason="gift", money_back=1_850, currency="EUR", lines=(ReturnLine(0, 1),),
        returned_at=shop.moment + timedelta(hours=1),
    )  # fmt: skip
    rest = replace(
        waits, id="p2", ref="T2-000901", seq=901, lines=(),
        returned_at=shop.moment + timedelta(hours=2),
    )  # fmt: skip
    with shop.database.read() as uow:
        known = uow.ledger.entries(eleni.member.id)
    hear(other, history, replace(done, entries=tuple(known)))
    for each in (shop, other):
        wait_for(each, waits)
        wait_for(each, rest)
    first, second = settle(shop, done.sale), settle(other, done.sale)
    assert first == second
    assert len(first) > 2
    for each in (shop, other):
        assert each.balance(eleni) == 400
        assert settle(each, done.sale) == []
        with each.database.read() as uow:
            assert [b.money_back for b in uow.sales.returns_of(done.sale.id)] == [1_850, 1_850]
    assert verify(other.database).ok
    other.database.close()


def test_what_waits_and_comes_back_whole_undoes_offers_too(shop):
    once = Limits(caps=(Cap(per="month", times=1),))
    bare(shop, rewards=(changed_in(OFF, cost=10, limits=once),))
    eleni = shop.enrol()
    give(shop, eleni, 100)
    done = shop.sell(eleni, shop.open_price(1_000), rewards=("off",))
    wait_for(
        shop,
        PendingReturn(
            id="p", ref="T2-000900", sale_ref=done.sale.ref, till="T2", seq=900,
            cashier_id="cashier", reason="gift", money_back=700, currency="EUR",
            returned_at=shop.moment + timedelta(hours=1),
        ),
    )  # fmt: skip
    settle(shop, done.sale)
    shop.later(hours=2)
    assert shop.balance(eleni) == 100
    assert shop.sell(eleni, shop.open_price(1_000), rewards=("off",)).sale.net == 700


def test_a_guests_return_may_wait_as_well(shop):
    bare(shop)
    done = shop.sell(None, shop.open_price(1_000))
    wait_for(
        shop,
        PendingReturn(
            id="p", ref="T2-000900", sale_ref=done.sale.ref, till="T2", seq=900,
            cashier_id="cashier", reason="gift", money_back=1_000, currency="EUR",
            returned_at=shop.moment,
        ),
    )  # fmt: skip
    assert settle(shop, done.sale) == []
    with pytest.raises(AlreadyReturned):
        back(shop, done.sale)


def test_a_sale_of_before_any_programme_has_nothing_to_undo(shop):
    done = shop.sell(None, shop.open_price(1_000))
    with shop.database.write() as uow:
        undo_offers(uow, replace(done.sale, sold_at=shop.moment - timedelta(days=10_000)))
        uow.commit()
    assert back(shop, done.sale).back.money_back == 1_000
