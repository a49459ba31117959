"""Coupons at two tills, a month away, tills that join and leave."""

from __future__ import annotations

from terminal.db.engine import open_database
from terminal.db.verify import verify
from terminal.desk_tasks import TaskKind
from terminal.vouchers import Voucher, VoucherCode, VoucherKind
from tests.hub.deeds import kinds, writing
from tests.hub.till_stand import Chain, TillAt, Two

CASHIER = "cashier"


def coupon(till: TillAt, code: str, uses: int | None = 1) -> None:
    with writing(till) as uow:
        uow.vouchers.put(
            Voucher(
                code=VoucherCode(code), kind=VoucherKind.COUPON, issued_at=till.shop.clock(),
                coupon="next", uses_left=uses,
            )
        )  # fmt: skip


def use(till: TillAt, code: str) -> bool:
    with writing(till) as uow:
        used = uow.vouchers.used(VoucherCode(code), None, till.shop.new_id())
    return used


def test_a_coupon_used_at_two_tills_at_once_is_asked_about(chain: Chain, two: Two) -> None:
    one, other = two
    coupon(one, "C1")
    chain.settle()
    assert use(one, "C1")
    assert use(other, "C1")
    chain.settle()
    for till in two:
        assert kinds(till) == [TaskKind.COUPON_STUCK]
    assert "'C1', 'coupon'" in chain.agree()["vouchers"][0]


def test_a_coupon_used_up_here_is_used_up_there(chain: Chain, two: Two) -> None:
    one, other = two
    coupon(one, "C1", uses=2)
    assert use(one, "C1")
    chain.settle()
    assert use(other, "C1")
    chain.settle()
    assert not use(one, "C1")
    assert kinds(one) == []
    chain.agree()


def test_a_month_away_and_versions_published_meanwhile(chain: Chain, two: Two) -> None:
    one, other = two
    member = one.shop.enrol("Example")
    chain.settle()
    for _ in range(4):
        chain.later(days=8)
        one.shop.run(zone="Europe/Athens")
        one.round()
        one.shop.sell(member, one.shop.basket("OIL-500"))
        other.shop.sell(member, other.shop.basket("COF-250"))  # by the rules it knows
    chain.settle()
    held = chain.agree()
    assert len(held["sales"]) == 8
    assert len(held["programs"]) == 5
    assert all(verify(each.database).ok for each in two)


def test_two_tills_publish_one_version(chain: Chain, two: Two) -> None:
    one, other = two
    chain.later(hours=1)
    one.shop.run(zone="Europe/Athens")
    other.shop.later(minutes=1)
    other.shop.run(zone="Europe/Sofia")
    chain.settle()
    chain.agree()
    with one.database.read() as uow:
        assert uow.programs.at(other.shop.moment).zone == "Europe/Sofia"


def test_a_till_that_joins_empty_gets_everything(chain: Chain, two: Two) -> None:
    one, _other = two
    member = one.shop.enrol("Example", email="a@example.com")
    one.shop.later(seconds=5)
    one.shop.sell(member, one.shop.basket("OIL-500"))
    chain.settle()
    third = chain.add("T3", seed=False)
    chain.settle()
    assert third.shop.balance(member) == one.shop.balance(member)
    chain.agree()


def test_a_till_that_joins_with_data_tells_all_of_it(chain: Chain) -> None:
    one = chain.add()
    alone = chain.over(open_database(chain.folder / "alone.db"), "T9", seed=True, join=False)
    chain.tills.remove(alone)
    member = alone.shop.enrol("Example", email="b@example.com")
    alone.shop.later(seconds=5)
    alone.shop.sell(member, alone.shop.basket("OIL-500", "COF-250"))
    chain.tills.append(alone)
    with writing(alone) as uow:
        uow.journal.join(alone.me.instance)
        assert uow.journal.fill() > 10
    chain.settle()
    assert one.shop.balance(member) == alone.shop.balance(member) > 100
    chain.agree()


def test_a_till_that_leaves_notes_nothing_more(chain: Chain, two: Two) -> None:
    one, _other = two
    with writing(one) as uow:
        uow.journal.leave()
    one.shop.enrol("Example")
    with one.database.read() as uow:
        assert uow.journal.notes(10) == []
        assert uow.journal.state("instance") == ""
        assert uow.journal.first_kept() == 0
