"""Web coupons that are over, where an online store is asked: points go back after its last word."""

from dataclasses import replace

import pytest

from sync.errors import Retryable
from terminal.entries import EntryKind, LedgerEntry
from terminal.events import EventBus
from terminal.ids import EntryId
from terminal.outbox import MessageKind, Untold
from terminal.programs.conditions import Text
from terminal.programs.effects import MoneyOff
from terminal.programs.model import Reward
from terminal.services import suite
from terminal.services.web_coupons import WebCouponService
from terminal.settings import Settings
from terminal.web_coupons import WebCouponState
from tests.sync.people import ANNA

NAME: Text = {"en": "Five off", "el": "Πέντε λιγότερα"}
FIVE = Reward(code="five", name=NAME, cost=100, gives=MoneyOff(500))


@pytest.fixture
def web(sides, anna):
    sides.run(rewards=(FIVE,))
    member, _customer = anna
    with sides.shop.writing() as uow:
        uow.ledger.append(
            [
                LedgerEntry(
                    id=EntryId("gift"), member_id=member.id, kind=EntryKind.BONUS, points=1000,
                    decided_at=sides.shop.clock(), till="T1", seq=uow.next_seq("T1"),
                )
            ]
        )  # fmt: skip
    till = replace(suite.till_of(Settings()), online_stores=("online",))
    return WebCouponService(
        sides.shop.database, till, EventBus(), clock=sides.shop.clock, new_id=sides.shop.new_id
    )


def made(sides, web, anna):
    done = web.make(web.plan(anna[0].id, "five"), "cashier")
    sides.round()
    return done.voucher.code


def state(web, anna):
    [coupon] = web.of_member(anna[0].id)
    return coupon.state


def test_the_store_has_it_for_that_address_under_the_reward_s_name(sides, web, anna):
    code = made(sides, web, anna)
    news = sides.store.coupons[code]
    assert (news.title, news.amount, news.email, news.uses) == ("Five off", 500, ANNA, 1)
    assert sides.is_quiet()


def test_over_and_asked_again_its_points_are_back_here_and_there(sides, web, anna):
    member, _customer = anna
    before = sides.shop.balance(member)
    code = made(sides, web, anna)
    assert sides.store.of(ANNA).standing.points == before - 100
    sides.shop.clock.advance(days=92)
    sides.round()
    assert sides.shop.balance(member) == before == sides.store.of(ANNA).standing.points
    assert sides.store.coupons[code].uses == 0
    assert state(web, anna) is WebCouponState.BACK
    assert sides.is_quiet()


def test_a_store_that_does_not_answer_is_waited_for(sides, web, anna):
    made(sides, web, anna)
    sides.shop.clock.advance(days=92)
    away = Retryable("unreachable")
    sides.store.rule = lambda what, subject: away if what == "changes" else None
    sides.engine.pull()
    assert web.settle() == 0
    assert state(web, anna) is WebCouponState.OVER
    sides.store.rule = lambda what, subject: None
    sides.round()
    assert state(web, anna) is WebCouponState.BACK


def test_an_order_of_the_last_minute_that_comes_with_that_answer_counts(sides, web, anna):
    _member, customer = anna
    code = made(sides, web, anna)
    sides.shop.clock.advance(days=92)
    sides.store.orders_online(customer, 1000, coupons=(code,))
    sides.round()
    assert state(web, anna) is WebCouponState.USED
    assert sides.tasks() == []


def test_who_lost_their_address_loses_the_coupon_there_and_not_the_points(sides, web, anna):
    member, _customer = anna
    code = made(sides, web, anna)
    sides.shop.change(sides.member(member), email="")
    sides.shop.clock.advance(days=92)
    sides.round()
    sides.round()
    assert sides.store.coupons[code].uses == 0, "the store has it, so it hears that it is over"
    with sides.shop.database.read() as uow:
        told = uow.outbox.of_subject(MessageKind.COUPON, code)
    assert Untold.NO_EMAIL not in [message.reason for message in told]
