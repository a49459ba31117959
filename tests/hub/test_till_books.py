"""What tills book and tell apart joins: returns that waited, messages to stores, money cards, and
what two tills derived under one id."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Any

import pytest

from sync.hub.applying import Books
from sync.hub.scene import Scene
from sync.hub.things import TAKERS
from terminal.db.verify import verify
from terminal.desk_tasks import TaskKind
from terminal.ids import ReturnId, StaffId
from terminal.online import OnlineOrder, OnlineRefund, OrderLine
from terminal.outbox import BlockReason, MessageState, OutboxMessage
from terminal.programs.policies import Expiry
from terminal.records import Referral, ReferralState
from terminal.remotes import RemoteLink
from terminal.returns import PendingReturn
from terminal.services.office import expire_due
from terminal.vouchers import ValueEntry, ValueKind, Voucher, VoucherCode, VoucherKind
from tests.hub.deeds import kinds, writing
from tests.hub.sim import BOSS
from tests.hub.till_stand import Chain, TillAt, Two


def test_goods_taken_back_on_a_slip_that_nobody_here_knew(chain: Chain, two: Two) -> None:
    one, other = two
    member = one.shop.enrol()
    one.shop.later(seconds=5)
    done = one.shop.sell(member, one.shop.basket("OIL-500"))  # not told yet
    other.shop.later(minutes=5)
    with writing(other) as uow:
        seq = uow.next_seq(other.shop.till.code)
        uow.pending_returns.put(
            PendingReturn(
                id=ReturnId(other.shop.new_id()), ref=f"T2-{seq:06d}", sale_ref=done.sale.ref,
                till=other.shop.till.code, seq=seq, cashier_id=StaffId("cashier"),
                reason="broken", money_back=done.sale.net, currency="EUR",
                returned_at=other.shop.clock(),
            )
        )  # fmt: skip
    other.engine.push()
    one.engine.pull()
    with one.database.read() as uow:
        assert len(uow.pending_returns.all()) == 1  # the other one is to settle it
    chain.settle()
    held = chain.agree()
    assert len(held["returns"]) == 1
    assert held["pending_returns"] == []
    assert one.shop.balance(member) == other.shop.balance(member) == 100
    assert all(verify(each.database).ok for each in two)


def message_of(till: TillAt, key: str) -> OutboxMessage | None:
    with till.database.read() as uow:
        return uow.outbox.get(key)


def test_what_one_till_put_another_one_tells(chain: Chain, two: Two) -> None:
    one, other = two
    done = one.shop.sell(None, one.shop.basket("OIL-500"))
    chain.settle()
    with writing(other) as uow:
        (due,) = uow.outbox.due(other.shop.clock(), 10, "vendure")
        assert due.key == done.sale.id
        uow.outbox.block(due.key, BlockReason.REFUSED, "bad_input", "lines")
    chain.settle()
    assert message_of(one, due.key).problem == "bad_input"
    with writing(one) as uow:  # a person looks, at the till where the customer stands
        uow.outbox.release(due.key, one.shop.clock())
    chain.settle()
    assert message_of(other, due.key).state is MessageState.WAITING
    with writing(other) as uow:
        uow.outbox.sent(due.key, other.shop.clock())
    with writing(one) as uow:  # too late
        uow.outbox.give_up(due.key, "told by phone", one.shop.clock())
    chain.settle()
    chain.agree()
    assert message_of(one, due.key).state is MessageState.SENT


def test_a_message_given_up_stays_so(chain: Chain, two: Two) -> None:
    one, other = two
    done = one.shop.sell(None, one.shop.basket("OIL-500"))
    chain.settle()
    with writing(one) as uow:
        uow.outbox.give_up(done.sale.id, "told by phone", one.shop.clock())
    with writing(other) as uow:
        uow.outbox.block(done.sale.id, BlockReason.EXHAUSTED, "timeout")
    chain.settle()
    chain.agree()
    found = message_of(other, done.sale.id)
    assert (found.state, found.reason) == (MessageState.GIVEN_UP, "told by phone")


def test_an_expiry_that_two_tills_booked_apart_is_one(chain: Chain, two: Two) -> None:
    one, other = two
    one.shop.run(expiry=Expiry(months=1))
    member = one.shop.enrol()
    chain.later(seconds=5)
    one.shop.services.office.adjust(member.member.id, 300, "to begin with", BOSS)
    chain.settle()
    chain.later(days=2)
    other.shop.sell(member, other.shop.basket("OIL-500"), points=200)  # the first one is away
    chain.later(days=80)
    for till in two:  # each from what it knows
        expire_due(till.database, till.shop.till, till.shop.clock, till.shop.new_id)
        till.shop.later(seconds=7)
    chain.settle()
    chain.later(days=1)
    for till in two:
        expire_due(till.database, till.shop.till, till.shop.clock, till.shop.new_id)
    chain.settle()
    chain.agree()
    assert one.shop.balance(member) == other.shop.balance(member)
    assert all(verify(each.database).ok for each in two)


def test_a_gift_card_spent_at_two_tills_at_once_is_asked_about(chain: Chain, two: Two) -> None:
    one, other = two
    with writing(one) as uow:
        uow.vouchers.put(
            Voucher(
                code=VoucherCode("G1"), kind=VoucherKind.GIFT_CARD, currency="EUR",
                issued_at=one.shop.clock(), uses_left=None,
            )
        )  # fmt: skip
    moves(one, ValueKind.ISSUE, 3000)
    chain.settle()
    moves(one, ValueKind.PAY, -2000)
    moves(other, ValueKind.PAY, -2000)
    chain.settle()
    chain.agree()
    assert kinds(one) == kinds(other) == [TaskKind.COUPON_STUCK]


def moves(till: TillAt, kind: ValueKind, amount: int) -> None:
    with writing(till) as uow:
        uow.vouchers.append(
            [
                ValueEntry(
                    id=till.shop.new_id(), code=VoucherCode("G1"), kind=kind, amount=amount,
                    currency="EUR", decided_at=till.shop.clock(), till=till.shop.till.code,
                    seq=uow.next_seq(till.shop.till.code),
                )
            ]
        )  # fmt: skip


def test_goods_that_came_back_at_two_tills_are_asked_about(chain: Chain, two: Two) -> None:
    one, other = two
    done = one.shop.sell(None, one.shop.basket("OIL-500"))
    chain.settle()
    for till in two:
        till.shop.later(minutes=int(till.me.till[1:]))
        till.shop.services.counter.take_back(done.sale.ref, "broken", "cashier")
    chain.settle()
    chain.agree()
    assert kinds(one) == kinds(other) == [TaskKind.DIFFERENCE]


def test_refunds_of_an_order_join(chain: Chain, two: Two) -> None:
    one, _other = two
    order = OnlineOrder(
        store="vendure", remote_id="7", code="W7", customer_id="", email="", card_number="",
        placed_at=chain.moment, currency="EUR", goods=5000, total=5000,
        lines=(OrderLine("Oil", 2, 5000, "OIL-500"),),
    )  # fmt: skip
    for till, number in zip(two, ("a", "b"), strict=True):
        known = replace(order, refunds=(OnlineRefund(number, 100),), coupons=(number,))
        with writing(till) as uow:
            uow.sales.put_order(known)
    chain.settle()
    chain.agree()
    with one.database.read() as uow:
        found = uow.sales.get_order("vendure", "7")
    assert found is not None
    assert {refund.id for refund in found.refunds} == {"a", "b"}
    assert found.coupons == ("a", "b")


def test_a_task_settled_anywhere_is_settled(chain: Chain, two: Two) -> None:
    one, other = two
    done = one.shop.sell(None, one.shop.basket("OIL-500"))
    chain.settle()
    for till in two:
        till.shop.services.counter.take_back(done.sale.ref, "broken", "cashier")
    chain.settle()
    with writing(other) as uow:
        (task,) = uow.tasks.open(10)
        assert uow.tasks.settle(task.id, "looked into", StaffId("manager"), other.shop.clock())
    chain.settle()
    chain.agree()
    assert kinds(one) == []


def test_a_friend_is_brought_by_one(chain: Chain, two: Two) -> None:
    one, other = two
    friend, first, second = (one.shop.enrol(name).member.id for name in ("A", "B", "C"))
    chain.settle()
    for till, by in ((one, first), (other, second)):
        till.shop.later(minutes=int(till.me.till[1:]))
        with writing(till) as uow:
            uow.referrals.put(Referral(friend_id=friend, referrer_id=by, at=till.shop.clock()))
    chain.settle()
    with other.database.read() as uow:
        found = uow.referrals.of_friend(friend)
    assert found is not None
    assert found.referrer_id == first
    with writing(other) as uow:
        uow.referrals.put(replace(found, state=ReferralState.GRANTED))
    chain.settle()
    chain.agree()


def test_links_and_cursors_are_the_latest(chain: Chain, two: Two) -> None:
    one, other = two
    for till in two:
        till.shop.later(seconds=int(till.me.till[1:]))
        with writing(till) as uow:
            uow.sync.put_link(RemoteLink("vendure", "sale", "s", f"at {till.me.till}"))
            uow.sync.put_cursor("vendure", "orders", f"at {till.me.till}")
    chain.settle()
    chain.agree()
    with one.database.read() as uow:
        assert uow.sync.cursor("vendure", "orders") == "at T2"
    with writing(other) as uow:
        uow.sync.drop_link("vendure", "sale", "s")
    chain.settle()
    chain.agree()
    with one.database.read() as uow:
        assert uow.sync.link("vendure", "sale", "s") is None


def test_facts_of_others_are_written_a_hundred_at_a_time(
    chain: Chain, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cashier's sale waits for one of these transactions, never for all of them."""
    one, other = two
    with writing(one) as uow:
        for number in range(250):
            uow.sync.put_link(RemoteLink("vendure", "sale", f"s{number}", f"at {number}"))
    one.engine.push()
    facts = [fact for fact, _write in chain.hub.log if fact.kind == "link"]
    assert len(facts) == 250
    scenes: list[Scene] = []
    take = TAKERS["link"]

    def listen(scene: Scene, *more: Any) -> None:
        scenes.append(scene)
        take(scene, *more)

    monkeypatch.setitem(TAKERS, "link", listen)
    Books(other.database, other.shop.till.code, other.shop.clock).take(facts, {})
    assert [len(list(group)) for _, group in groupby(scenes, key=id)] == [100, 100, 50]
