"""A till that dies while a store is at what it was asked for, and starts again within seconds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sync.errors import Refused, Retryable
from terminal.outbox import MessageKind
from terminal.vouchers import VoucherCode
from tests.sync.coupons import give
from tests.sync.fake_store import ALL, FakeStore

SETTLES = timedelta(seconds=45)


class PowerCutError(BaseException):
    """The till is gone."""


@pytest.fixture(params=[1, 5], ids=["one by one", "together"])
def store(request) -> FakeStore:
    return FakeStore(capabilities=replace(ALL, sale_batch=request.param, settles=SETTLES))


def started(shop, store):
    """A till that is started (again)."""
    return shop.engine(store)


def cut(shop, store, engine):
    """The power goes after the request has left, and before its answer."""

    def rule(what, subject):
        if what in ("sale", "sales", "return"):
            raise PowerCutError

    store.rule = rule
    with pytest.raises(PowerCutError):
        engine.push()
    store.rule = lambda what, subject: None
    store.asked.clear()


def asked(store):
    return [what for what, _subject in store.asked if what in ("sale", "sales", "return")]


def test_what_left_before_the_power_cut_is_left_alone_until_the_store_has_settled(shop, store):
    sales = [shop.sell() for _ in range(3)]
    cut(shop, store, started(shop, store))
    left = len(sales) if store.capabilities.sale_batch > 1 else 1
    shop.clock.advance(seconds=4)
    again = started(shop, store)
    again.push()
    again.push()
    assert len(store.orders) == len(sales) - left
    shop.clock.advance(seconds=42)
    again.push()
    assert sorted(store.orders) == sorted(sale.id for sale in sales)
    fresh = [store.orders[sale.id].news.fresh for sale in sales]
    assert fresh[:left] == [False] * left


def test_a_person_who_hurries_it_does_not_make_it_ask_too_early(shop, store):
    shop.sell()
    cut(shop, store, started(shop, store))
    again = started(shop, store)
    again.back_again()
    again.push()
    assert (asked(store), len(shop.open_messages())) == ([], 1)


def test_a_clock_that_was_set_back_meanwhile_makes_it_wait_no_longer_than_that(shop, store):
    shop.sell()
    cut(shop, store, started(shop, store))
    shop.clock.advance(days=-3)
    with shop.writing() as uow:
        uow.outbox.hurry(shop.clock(), "online")
    again = started(shop, store)
    again.push()
    assert asked(store) == []
    shop.clock.advance(seconds=46)
    again.push()
    [kept] = store.orders.values()
    assert not kept.news.fresh, "what was put later than now was asked for before all the same"


def test_sales_of_the_same_member_wait_behind_it_and_others_do_not(shop, store):
    anna, bela = shop.enrol("a@sample.example"), shop.enrol("b@sample.example")
    started(shop, store).push()
    first = shop.sell(anna)
    cut(shop, store, started(shop, store))
    second, other = shop.sell(anna), shop.sell(bela)
    again = started(shop, store)
    again.push()
    assert list(store.orders) == [other.id]
    assert store.of("a@sample.example").standing.points == shop.balance(anna)
    shop.clock.advance(seconds=46)
    again.push()
    assert list(store.orders) == [other.id, first.id, second.id]


def test_a_return_is_not_paid_back_twice_either(shop, store):
    sale = shop.sell()
    started(shop, store).push()
    shop.take_back(sale)
    cut(shop, store, started(shop, store))
    again = started(shop, store)
    again.push()
    assert asked(store) == []
    shop.clock.advance(seconds=46)
    again.push()
    assert store.orders[sale.id].returns == 1


def test_what_is_known_to_have_gone_well_or_never_left_rests_for_nobody(shop, store, caplog):
    shop.sell()
    engine = started(shop, store)
    store.script.append("down")
    engine.push()
    assert len(shop.open_messages()) == 1
    engine.push()
    assert shop.open_messages() == []
    store.rule = lambda what, subject: Refused("bad_input") if what == "sale" else None
    shop.sell()
    engine.push()
    [message] = shop.open_messages()
    store.rule = lambda what, subject: None
    with shop.writing() as uow:
        uow.outbox.release(message.key, shop.clock())
    engine.push()
    assert shop.open_messages() == []


def test_of_a_long_day_only_what_may_still_be_under_way_is_kept(shop, store):
    engine = started(shop, store)
    for _ in range(4):
        shop.sell()
        store.script.append(Retryable("timeout"))
        engine.push()
        shop.clock.advance(minutes=20)
    with shop.database.read() as uow:
        kept = uow.sync.cursor("online", "under_way")
    assert kept.count(":") < 10


def test_a_store_that_knows_our_keys_is_asked_at_once(shop):
    store = FakeStore()
    shop.sell()
    cut(shop, store, started(shop, store))
    started(shop, store).push()
    assert len(store.orders) == 1
    with shop.database.read() as uow:
        assert uow.sync.cursor("online", "under_way") is None


# -- coupons that start later ----------------------------------------------------------------------


def test_a_coupon_is_told_again_when_it_starts_where_the_store_knows_no_first_day(with_coupons):
    shop, store = with_coupons, FakeStore(capabilities=replace(ALL, starts_coupons=False))
    engine = started(shop, store)
    anna = shop.enrol("a@sample.example")
    soon = shop.clock() + timedelta(hours=2)
    first = give(shop, anna, starts=soon)
    late = give(shop, anna, starts=soon + timedelta(days=1), code=VoucherCode("C00000LATER12"))
    engine.push()
    assert store.coupons[first.code].starts == soon
    shop.clock.advance(minutes=119)
    engine.push()
    assert store.coupons[first.code].starts == soon
    shop.clock.advance(minutes=1)
    store.asked.clear()
    engine.push()
    assert store.coupons[first.code].starts is None, "by our clock, whatever that of the store says"
    assert store.coupons[late.code].starts == late.starts
    assert [what for what, _ in store.asked].count("coupon") == 1
    store.asked.clear()
    engine.push()
    assert [what for what, _ in store.asked].count("coupon") == 0


def test_a_store_that_knows_first_days_is_told_once(with_coupons):
    shop, store = with_coupons, FakeStore()
    engine = started(shop, store)
    soon = shop.clock() + timedelta(hours=2)
    given = give(shop, shop.enrol("a@sample.example"), starts=soon)
    engine.push()
    shop.clock.advance(hours=3)
    engine.push()
    assert store.coupons[given.code].starts == soon
    assert shop.queued(MessageKind.COUPON) == []
