"""Web coupons that nobody used, and what is told of them: points go back once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec.structs import replace as replaced

from terminal.desk_tasks import TaskKind
from terminal.entries import EntryKind
from terminal.errors import (
    CouponNotHere,
    NotAllowed,
    ReasonMissing,
    TerminalError,
    UnknownCode,
    UnknownMember,
    UnknownVoucher,
    VoucherBlocked,
    VoucherOver,
    VoucherUsed,
)
from terminal.i18n import Words
from terminal.ids import EntryId, MemberId, SlipId
from terminal.online import ONLINE_TILL
from terminal.outbox import MessageKind
from terminal.programs.conditions import Needs
from terminal.programs.effects import MoneyOff, PercentOff
from terminal.programs.model import Reward
from terminal.programs.policies import Returning
from terminal.services import suite
from terminal.services.erasing import ErasingService
from terminal.services.merging_members import MemberMerging
from terminal.services.models import SignedIn
from terminal.services.upkeep import keep_up
from terminal.services.web_back import ASKED, any_over, note_asked, settle_over
from terminal.services.web_terms import called, count_use, terms_of, told_as
from terminal.settings import OnlineStoreSettings, Settings
from terminal.slip_writer import web_coupon_slip
from terminal.staff import Role
from terminal.vouchers import VoucherCode, VoucherKind, voucher_code
from terminal.web_coupons import WebCouponState
from tests.services.web_desk import (
    EMAIL,
    MANAGER,
    asked,
    eleni,
    fresh,
    listed,
    made,
    order,
    rewards,
    rich,
    tasks,
    told,
    upkeep,
    voucher,
)
from tests.shop import open_shop

__all__ = ["eleni", "rewards"]  # fixtures


def test_unused_its_points_go_back_once_when_the_store_was_asked_again(shop, eleni):
    before = shop.balance(eleni)
    code = made(shop, eleni).voucher.code
    shop.later(days=92)
    upkeep(shop)
    assert listed(shop, eleni)[0].state is WebCouponState.OVER, "the store may have an order yet"
    asked(shop, days=1, hours=12)
    upkeep(shop)
    assert shop.balance(eleni) == before - 500, "asked, but within the day of grace"
    asked(shop)
    upkeep(shop)
    assert shop.balance(eleni) == before
    assert listed(shop, eleni)[0].state is WebCouponState.BACK
    told_before = told(shop, MessageKind.COUPON)
    assert told_before == [code, code]
    upkeep(shop)
    assert shop.services.web_coupons.settle() == 0
    assert (shop.balance(eleni), told(shop, MessageKind.COUPON)) == (before, told_before)


def test_the_service_settles_and_tells_the_window(shop, eleni):
    made(shop, eleni)
    made(shop, eleni, "twelve-off")
    shop.later(days=92)
    asked(shop)
    shop.heard.clear()
    assert shop.services.web_coupons.settle() == 1
    assert [event.member_id for event in shop.heard] == [eleni.member.id]


def test_every_till_derives_the_same_entries(shop, eleni):
    code = made(shop, eleni).voucher.code
    shop.later(days=100)
    asked(shop)
    upkeep(shop)
    with shop.database.read() as uow:
        entries = uow.ledger.of_source(f"coupon:{code}")
    ends = voucher(shop, code).ends
    assert {entry.decided_at - ends for entry in entries} <= {
        timedelta(days=1, microseconds=n) for n in range(3)
    }
    assert {entry.till for entry in entries} == {ONLINE_TILL}


def test_asking_is_written_down_only_where_somebody_waits_for_it(shop, eleni):
    asked(shop)
    with shop.database.read() as uow:
        assert uow.sync.cursor("vendure", ASKED) is None
    made(shop, eleni)
    shop.later(days=92)
    asked(shop)
    with shop.database.read() as uow:
        first = uow.sync.cursor("vendure", ASKED)
    shop.later(minutes=1)
    asked(shop)
    with shop.database.read() as uow:
        assert uow.sync.cursor("vendure", ASKED) == first


def test_without_a_web_shop_the_calendar_is_enough(shop, eleni):
    before = shop.balance(eleni)
    made(shop, eleni)
    shop.later(days=92)
    till = replace(shop.till, online_stores=())
    keep_up(shop.database, till, shop.services.happenings, shop.clock, shop.new_id)
    assert shop.balance(eleni) == before


def test_an_order_that_arrives_too_late_is_for_a_person(shop, eleni):
    code = made(shop, eleni).voucher.code
    placed = shop.clock()
    shop.later(days=92)
    asked(shop)
    upkeep(shop)
    before = shop.balance(eleni)
    shop.services.orders.take([order(shop, code, placed_at=placed)])
    [task] = tasks(shop)
    assert (task.kind, task.details["why"], task.details["order"]) == (
        TaskKind.COUPON_STUCK, "points_back", "WEB7",
    )  # fmt: skip
    assert listed(shop, eleni)[0].state is WebCouponState.BACK
    assert shop.balance(eleni) >= before


def test_over_at_the_till_it_says_so(shop, eleni):
    code = made(shop, eleni).voucher.code
    shop.later(days=92)
    with pytest.raises(VoucherOver):
        shop.services.counter.present(code, fresh(shop, eleni))


def test_points_whose_time_was_over_meanwhile_lapse_as_the_programme_says(shop):
    eleni = shop.enrol(email=EMAIL)
    rich(shop, eleni, 500)
    shop.later(days=330)
    shop.sell(eleni, shop.basket("OIL-500"))
    made(shop, eleni)
    shop.later(days=92)
    asked(shop)
    before = shop.balance(eleni)
    upkeep(shop)
    assert shop.balance(eleni) <= before, "they went back and lapsed with their lot"
    shop.run(returning=Returning(expired="grace", grace_days=30))


def test_a_manager_can_take_it_back_for_who_changed_their_mind(shop, eleni):
    before = shop.balance(eleni)
    code, web = made(shop, eleni).voucher.code, shop.services.web_coupons
    with pytest.raises(NotAllowed):
        web.take_back(code, "changed", SignedIn("cashier", "Maria", Role.CASHIER))
    with pytest.raises(ReasonMissing):
        web.take_back(code, " ", MANAGER)
    view = web.take_back(code, "changed their mind", MANAGER)
    assert view.account.balance == before == shop.balance(eleni)
    assert listed(shop, eleni)[0].state is WebCouponState.BACK
    with pytest.raises(VoucherBlocked):
        web.take_back(code, "once more", MANAGER)
    with pytest.raises(VoucherBlocked):
        shop.services.counter.present(code, fresh(shop, eleni))
    assert told(shop, MessageKind.COUPON) == [code, code]


def test_what_is_used_or_something_else_can_t_be_taken_back(shop, eleni):
    code, web = made(shop, eleni).voucher.code, shop.services.web_coupons
    shop.sell(eleni, shop.basket("OIL-500"), codes=(code,))
    with pytest.raises(VoucherUsed):
        web.take_back(code, "changed their mind", MANAGER)
    with pytest.raises(UnknownVoucher):
        web.take_back("C0000000000", "changed their mind", MANAGER)


def test_of_a_merged_member_the_points_go_to_who_they_are_now(shop, eleni):
    other = rich(shop, shop.enrol("Eleni E", email="second@example.com"))
    code = made(shop, other).voucher.code
    merging = MemberMerging(
        shop.database, shop.till, shop.bus, clock=shop.clock, new_id=shop.new_id
    )
    merging.merge(eleni.member.id, other.member.id, "manager")
    before = shop.balance(eleni)
    shop.services.web_coupons.take_back(code, "changed their mind", MANAGER)
    assert shop.balance(eleni) == before + 500


def test_a_coupon_whose_purchase_is_not_known_here_gives_nothing(shop, eleni):
    code = made(shop, eleni).voucher.code
    with shop.database.write() as uow:
        uow.vouchers.put(replace(uow.vouchers.get(VoucherCode(code)), source_id="lost"))
        uow.commit()
    [coupon] = listed(shop, eleni)
    assert (coupon.points, coupon.program) == (0, None)
    shop.later(days=92)
    asked(shop)
    before = shop.balance(eleni)
    upkeep(shop)
    assert (shop.balance(eleni), voucher(shop, code).blocked) == (before, True)


def test_nobody_has_no_coupons(shop):
    with pytest.raises(UnknownMember):
        shop.services.web_coupons.of_member(MemberId("nobody"))


def test_a_code_of_the_web_shop_s_own_is_said_to_be_good_there_only(shop):
    identify = shop.services.counter.identify
    ours = voucher_code("C", 4711)
    with pytest.raises(CouponNotHere):
        identify(ours)
    with pytest.raises(UnknownCode) as unknown:
        identify("SUMMER10")
    assert unknown.value.details["web"] is True
    with pytest.raises(TerminalError) as other:
        identify("4012345123456")
    assert "web" not in other.value.details


def test_without_a_web_shop_nobody_speaks_of_one(tmp_path):
    shop = open_shop(tmp_path / "alone.db", online_stores=())
    with pytest.raises(UnknownCode) as unknown:
        shop.services.counter.identify("SUMMER10")
    assert "web" not in unknown.value.details
    shop.database.close()


def test_a_shop_that_changes_its_stores_changes_who_takes_coupons():
    two = (OnlineStoreSettings(kind="medusa"), OnlineStoreSettings(kind="vendure"))
    till = suite.till_of(replaced(Settings(), online_store=two[0], more_online_stores=two[1:]))
    assert list(till.couponless_stores) == ["medusa"]
    suite.stores_changed(till, replaced(Settings(), online_store=two[1]))
    assert list(till.couponless_stores) == []


def test_what_the_store_is_told_is_what_was_paid_for(shop, eleni):
    one, ten = made(shop, eleni).voucher, made(shop, eleni, "twelve-off").voucher
    with shop.database.read() as uow:
        program = uow.programs.at(shop.clock())
        offer = told_as(uow, program, one)
        assert (offer.amount, offer.percent) == (500, 0)
        assert called(uow, one, offer, "en") == "€5 off"
        assert told_as(uow, program, ten).percent == 1000
        plain = replace(one, coupon="next", source_id="")
        assert told_as(uow, program, plain) is None
        assert told_as(uow, program, replace(plain, kind=VoucherKind.GIFT_CARD)) is None
        assert called(uow, plain, offer, "en") == "five-off"
        assert terms_of(uow, replace(one, coupon="web:gone")) is None


def test_a_slip_says_what_it_is_worth_from_how_much_on_and_where(shop, eleni):
    shop.run(
        rewards=(
            Reward(code="named", name="Thank you", cost=100, gives=MoneyOff(500)),
            Reward(code="share", cost=100, gives=PercentOff(1250), needs=Needs(minimum=2000)),
        )
    )  # fmt: skip
    shop.later(minutes=1)
    web = shop.services.web_coupons

    def texts(reward):
        return [block.text for block in web.plan(eleni.member.id, reward).slip.blocks]

    assert {"Thank you", "€5 off"} <= set(texts("named"))
    assert {"12.5 % off", "from €20.00 on"} <= set(texts("share"))
    view = fresh(shop, eleni)
    lasting = replace(voucher(shop, made(shop, eleni, "named").voucher.code), ends=None)
    slip = web_coupon_slip(SlipId("s"), shop.till, lasting, view, Words("en"))
    assert not any(block.text.startswith("Good until") for block in slip.blocks)
    gone = replace(lasting, coupon="web:gone")
    slip = web_coupon_slip(SlipId("s"), shop.till, gone, view, Words("en"))
    assert "gone" in [block.text for block in slip.blocks]


def test_before_there_is_a_programme_nothing_is_over(shop):
    early = shop.clock().replace(year=2001)
    with shop.database.write() as uow:
        note_asked(uow, "vendure", early)
        assert not any_over(uow, early)
        assert settle_over(uow, (), early, shop.new_id) == []


def test_a_coupon_in_the_hands_of_who_was_forgotten_ends_all_the_same(shop, eleni):
    made(shop, eleni)
    ErasingService(shop.database, shop.till, shop.bus, clock=shop.clock, new_id=shop.new_id).erase(
        eleni.member.id, "manager"
    )
    shop.later(days=92)
    asked(shop)
    upkeep(shop)
    assert listed(shop, eleni)[0].state is WebCouponState.BACK


def test_only_what_made_a_coupon_or_took_one_back_counts_for_limits(shop, eleni):
    done = made(shop, eleni)
    with shop.database.write() as uow:
        bought = uow.ledger.get(EntryId(done.voucher.source_id))
        bonus = next(e for e in uow.ledger.entries(eleni.member.id) if e.points > 0)
        back = replace(
            bought, id=EntryId("b"), kind=EntryKind.ROLLBACK, points=500, parts=(),
            source_id="coupon:lost", reverses=EntryId("lost"),
        )  # fmt: skip
        before = uow.uses.totals(["five-off"])
        for entry in (
            bonus, replace(bought, program="another"), back, replace(back, reverses=None),
            replace(bought, source_id="a sale"),
        ):  # fmt: skip
            count_use(uow, entry)
        assert uow.uses.totals(["five-off"]) == before
        count_use(uow, bought)
        assert uow.uses.totals(["five-off"]) != before
