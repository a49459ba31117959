"""What becomes of messages: told once, in order, and never lost."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.engine import MAX_ATTEMPTS, SyncEngine
from sync.errors import Misconfigured, Refused, Retryable
from terminal.db.engine import open_database
from terminal.outbox import BlockReason, MessageKind
from tests.fakes import MemoryDatabase
from tests.sync.fake_store import ALL, FakeStore
from tests.sync.shop import Clock, Shop


def test_a_member_and_a_sale_reach_the_online_store(shop, store, engine):
    member = shop.enrol("example@sample.example", "2000000000015")
    sale = shop.sell(member)
    report = engine.push()
    assert report.failure is None
    assert shop.open_messages() == []
    assert store.calls == ["member", "sale", "standing"]
    customer = store.of("example@sample.example")
    assert customer.card == "2000000000015"
    assert customer.standing.points == shop.balance(member) == 9
    assert customer.standing.tier == "bronze"
    kept = store.orders[sale.id]
    assert (kept.news.customer, kept.news.earned) == (customer.id, 9)


def test_a_lost_answer_does_not_sell_twice(shop, store, engine, clock):
    sale = shop.sell(shop.enrol("a@sample.example"))
    store.script = ["", "lost"]
    engine.push()
    clock.advance(hours=1)
    engine.push()
    assert list(store.orders) == [sale.id]
    assert store.calls.count("sale") == 2
    assert shop.open_messages() == []


def test_a_store_that_is_away_for_weeks_blocks_nothing(shop, store, engine, clock):
    members = [shop.enrol(f"m{n}@sample.example") for n in range(3)]
    for member in members:
        shop.sell(member)
    for _ in range(200):
        store.script = ["down"]
        report = engine.push()
        assert isinstance(report.failure, Retryable)
        clock.advance(hours=3)
    assert {message.attempts for message in shop.open_messages()} == {0}
    engine.push()
    assert len(store.orders) == 3
    assert shop.open_messages() == []


def test_a_round_ends_at_the_first_refused_connection(shop, store, engine):
    for _ in range(5):
        shop.sell()
    store.script = ["down"]
    engine.push()
    assert store.calls == ["sale"]


def test_a_server_error_of_the_store_ends_the_round_and_counts_for_nobody(shop, store, engine):
    shop.sell()
    shop.sell()
    store.script = [Retryable("server_error"), Retryable("server_error")]
    report = engine.push()
    assert report.failure.problem == "server_error"
    assert store.calls == ["sale", "check"]
    assert [m.attempts for m in shop.open_messages()] == [0, 0]


def test_a_server_error_of_one_message_lets_the_others_pass(shop, store, engine):
    bad, good = shop.sell(), shop.sell()
    store.rule = lambda what, subject: Retryable("server_error") if subject == bad.id else None
    report = engine.push()
    assert (report.sent, report.deferred, report.failure) == (1, 1, None)
    assert list(store.orders) == [good.id]
    [waiting] = shop.open_messages()
    assert (waiting.attempts, waiting.problem) == (1, "server_error")
    assert waiting.due_at > shop.clock()


@pytest.mark.parametrize("problem", ["broken_off", "timeout", "not_json"])
def test_a_line_that_breaks_off_again_and_again_blocks_nothing(shop, store, engine, clock, problem):
    """The store answers when it is asked how it is, and never when it matters."""
    bad, good = shop.sell(), shop.sell()
    store.rule = lambda what, subject: Retryable(problem) if subject == bad.id else None
    for _ in range(40):
        engine.push()
        clock.advance(hours=2)
    assert list(store.orders) == [good.id]
    [waiting] = shop.open_messages()
    assert (waiting.blocked, waiting.problem) == (None, problem)
    store.rule = lambda what, subject: None
    engine.push()
    assert len(store.orders) == 2


def test_a_bug_on_one_message_does_not_hold_up_the_others(shop, store, engine, caplog):
    bad, good = shop.sell(), shop.sell()
    address = "private@sample.example"

    def break_down(what, subject):
        if subject == bad.id:
            raise ZeroDivisionError(address)

    store.rule = break_down
    assert engine.push().deferred == 1
    assert list(store.orders) == [good.id]
    assert shop.open_messages()[0].problem == "internal"
    assert address not in caplog.text


def test_a_message_that_fails_too_often_waits_for_a_person(shop, store, engine, clock, caplog):
    shop.sell()
    store.rule = lambda what, subject: Retryable("server_error") if what == "sale" else None
    for _ in range(MAX_ATTEMPTS):
        engine.push()
        clock.advance(hours=2)
    [message] = shop.open_messages()
    assert message.blocked is BlockReason.EXHAUSTED
    assert store.calls.count("sale") == MAX_ATTEMPTS
    engine.push()
    assert store.calls.count("sale") == MAX_ATTEMPTS


def test_a_refused_message_holds_back_its_member_and_nobody_else(shop, store, engine, caplog):
    first, second = shop.enrol("a@sample.example"), shop.enrol("b@sample.example")
    refused, later, other = shop.sell(first), shop.sell(first), shop.sell(second)
    store.rule = lambda what, subject: Refused("bad_input") if subject == refused.id else None
    engine.push()
    assert list(store.orders) == [other.id]
    blocked = shop.open_messages()[0]
    assert (blocked.blocked, blocked.problem) == (BlockReason.REFUSED, "bad_input")
    store.rule = lambda what, subject: None
    with shop.writing() as uow:
        uow.outbox.release(blocked.key, shop.clock())
    engine.push()
    assert set(store.orders) == {refused.id, later.id, other.id}
    assert shop.open_messages() == []
    assert "a@sample.example" not in caplog.text


def test_wrong_set_up_keeps_everything_in(shop, store, engine):
    shop.sell()
    shop.sell()
    store.script = [Misconfigured("wrong_key")]
    report = engine.push()
    assert isinstance(report.failure, Misconfigured)
    assert store.calls == ["sale"]
    assert [m.attempts for m in shop.open_messages()] == [0, 0]


def test_the_store_says_how_long_to_wait(shop, store, engine, clock):
    shop.sell()
    store.script = [Retryable("in_progress", retry_after=90)]
    engine.push()
    [message] = shop.open_messages()
    assert message.due_at - clock() == timedelta(seconds=90)


def test_only_the_last_standing_of_a_member_is_told(shop, store, engine):
    member = shop.enrol("a@sample.example")
    for _ in range(4):
        shop.sell(member)
    engine.push()
    assert store.calls.count("standing") == 1
    assert store.of("a@sample.example").standing.points == 36


def test_a_member_without_an_address_stays_with_the_till(shop, store, engine):
    member = shop.enrol("")
    sale = shop.sell(member)
    engine.push()
    assert store.customers == {}
    assert store.orders[sale.id].news.customer is None
    assert shop.open_messages() == []


def test_an_address_that_comes_later_brings_the_balance_along(shop, store, engine):
    member = shop.enrol("")
    shop.sell(member)
    engine.push()
    shop.change(member, email="late@sample.example")
    engine.push()
    assert store.of("late@sample.example").standing.points == 9


def test_a_customer_deleted_over_there_is_made_anew(shop, store, engine):
    member = shop.enrol("a@sample.example")
    engine.push()
    store.customers.clear()
    sale = shop.sell(member)
    engine.push()
    assert store.orders[sale.id].news.customer == store.of("a@sample.example").id
    assert store.of("a@sample.example").standing.points == 9
    assert shop.open_messages() == []


def test_a_return_is_told_after_its_sale_and_once(shop, store, engine, clock):
    sale = shop.sell()
    shop.take_back(sale)
    # The guest's sale fails, and nothing holds back the return: it must bring the sale along.
    store.script = [Retryable("in_progress"), "", "lost"]
    engine.push()
    clock.advance(hours=1)
    engine.push()
    assert (store.orders[sale.id].refunded, store.orders[sale.id].returns) == (980, 1)
    assert shop.open_messages() == []


def test_a_stopping_till_leaves_the_rest_for_tomorrow(shop, store, engine):
    for _ in range(5):
        shop.sell()
    answers = iter([True, True, True, True])
    engine.push(lambda: next(answers, False))
    assert 0 < len(store.orders) < 5
    assert len(shop.open_messages()) == 5 - len(store.orders)


def test_an_offline_day_is_told_once_each(shop, store, engine):
    members = [shop.enrol(f"m{n}@sample.example") for n in range(10)]
    sales = [shop.sell(members[n % 10] if n % 3 else None) for n in range(100)]
    for _ in range(20):
        store.script = ["down"]
        engine.push()
    engine.push()
    assert list(store.orders) == [sale.id for sale in sales]
    assert store.calls.count("sale") == 100 + 0
    assert shop.open_messages() == []


FATES = st.lists(
    st.sampled_from(["", "", "lost", "down", "busy", "server_error", "in_progress"]), max_size=40
)
BATCHES = st.sampled_from([1, 3])
STEPS = st.lists(
    st.sampled_from(["sell", "sell", "guest", "back", "push", "push", "enrol"]), max_size=14
)


@settings(max_examples=int(os.environ.get("LONG", "100")))
@given(steps=STEPS, fates=FATES, batch=BATCHES)
def test_whatever_gets_lost_every_sale_is_one_order_and_the_books_stand(steps, fates, batch):
    live_through(MemoryDatabase(), steps, fates, batch)


@settings(max_examples=12)
@given(steps=STEPS, fates=FATES, batch=BATCHES)
def test_whatever_gets_lost_on_disk_as_well(tmp_path_factory, steps, fates, batch):
    database = open_database(tmp_path_factory.mktemp("till") / "till.db")
    live_through(database, steps, fates, batch)
    database.close()


def live_through(database, steps, fates, batch):
    clock = Clock()
    can = replace(ALL, sale_batch=batch, standing_batch=batch)
    shop, store = Shop(database, clock), FakeStore(capabilities=can)
    store.script = [
        Retryable(fate) if fate in ("busy", "server_error", "in_progress") else fate
        for fate in fates
    ]
    engine = SyncEngine(database, store, clock=clock, new_id=shop.new_id, jitter=lambda: 0.0)
    members, sales, backs = [shop.enrol("m0@sample.example")], [], []
    for step in steps:
        if step == "enrol":
            members.append(shop.enrol(f"m{len(members)}@sample.example"))
        elif step in ("sell", "guest"):
            sales.append(shop.sell(None if step == "guest" else members[-1]))
        elif step == "back" and len(backs) < len(sales):
            backs.append(shop.take_back(sales[len(backs)]))
        elif step == "push":
            engine.push()
        clock.advance(minutes=1)
    before = [shop.entries(member) for member in members]
    for _ in range(60):
        engine.push()
        clock.advance(hours=2)
    assert shop.open_messages() == []
    assert set(store.orders) == {sale.id for sale in sales}
    assert sum(kept.returns for kept in store.orders.values()) == len(backs)
    assert [shop.entries(member) for member in members] == before
    for n, member in enumerate(members):
        shown = store.of(f"m{n}@sample.example").standing
        assert (shown.points if shown else 0) == shop.balance(member)


def test_messages_of_sales_are_kept_by_their_own_key(shop, store, engine):
    sale = shop.sell()
    engine.push()
    with shop.database.read() as uow:
        assert uow.outbox.get(sale.id).kind is MessageKind.SALE
        assert uow.sync.link("online", "sale", sale.id).remote_code == "CODE1"
