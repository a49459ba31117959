"""Several messages in one request: in order where it matters, looked up after a lost answer."""

from dataclasses import replace

import pytest

from sync.engine import Policy, SyncEngine
from sync.errors import Gone, Misconfigured, Refused, Retryable
from sync.pushing import _Queue
from terminal.outbox import BlockReason, MessageKind
from tests.sync.fake_store import ALL, FakeStore

MANY = replace(ALL, sale_batch=5, standing_batch=5)


@pytest.fixture
def store() -> FakeStore:
    return FakeStore(capabilities=MANY)


def asked(store: FakeStore, what: str) -> list[object]:
    return [subject for kind, subject in store.asked if kind == what]


def test_sales_of_guests_leave_five_at_a_time_in_their_order(shop, store, engine):
    sales = [shop.sell().id for _ in range(12)]
    engine.push()
    assert [len(batch) for batch in asked(store, "sales")] == [5, 5, 2]
    assert asked(store, "sale") == []
    assert list(store.orders) == sales
    assert shop.open_messages() == []


def test_two_sales_of_one_member_are_never_in_one_batch(shop, store, engine):
    anna, bela = shop.enrol("a@sample.example"), shop.enrol("b@sample.example")
    first, second, other = shop.sell(anna), shop.sell(anna), shop.sell(bela)
    engine.push()
    assert asked(store, "sales") == [(first.id, other.id)]
    assert asked(store, "sale") == [second.id]
    assert asked(store, "standings") == [tuple(c.id for c in store.customers.values())]
    assert store.of("a@sample.example").standing.points == shop.balance(anna) == 18


def test_a_refused_sale_in_a_batch_stops_its_member_and_nobody_else(shop, store, engine, caplog):
    members = [shop.enrol(f"m{n}@sample.example") for n in range(3)]
    bad, *good = [shop.sell(member) for member in members]
    later = shop.sell(members[0])
    store.rule = lambda what, subject: Refused("bad_input") if subject == bad.id else None
    engine.push()
    assert set(store.orders) == {sale.id for sale in good}
    [blocked, waiting] = shop.open_messages()
    assert (blocked.subject_id, blocked.blocked) == (bad.id, BlockReason.REFUSED)
    assert waiting.subject_id == later.id
    # The balance is right all the same: it counts what the till sold, told there or not.
    assert store.of("m0@sample.example").standing.points == shop.balance(members[0]) == 18


def test_a_batch_whose_answer_is_lost_is_never_sent_again_but_looked_up_one_by_one(
    shop, store, engine, clock
):
    sales = [shop.sell().id for _ in range(5)]
    store.script = ["lost", "down"]
    assert engine.push().failure.problem == "timeout"
    assert list(store.orders) == sales, "it was done, and we never heard"
    clock.advance(minutes=5)
    engine.push()
    assert len(asked(store, "sales")) == 1
    assert asked(store, "sale") == sales
    assert [kept.news.fresh for kept in store.orders.values()] == [True] * 5
    assert len(store.orders) == 5
    assert shop.open_messages() == []


def test_what_may_be_there_already_goes_in_no_batch_with_others(shop, store, engine, clock):
    early = shop.sell().id
    store.rule = lambda what, subject: Retryable("in_progress") if what == "sale" else None
    engine.push()
    store.rule = lambda what, subject: None
    lost = [shop.sell().id for _ in range(3)]
    store.script = ["lost", "down"]
    assert engine.push().failure.problem == "timeout"
    clock.advance(minutes=5)
    new = [shop.sell().id for _ in range(2)]
    store.asked.clear()
    engine.push()
    assert asked(store, "sales") == [(early, *new)]
    assert asked(store, "sale") == lost
    assert len(store.orders) == 6


def test_what_may_be_there_already_begins_no_batch(shop, store, engine, clock):
    lost = [shop.sell().id for _ in range(3)]
    store.script = ["lost", "down"]
    engine.push()
    clock.advance(minutes=5)
    new = [shop.sell().id for _ in range(2)]
    store.asked.clear()
    engine.push()
    assert asked(store, "sale") == lost
    assert asked(store, "sales") == [tuple(new)]
    assert len(store.orders) == 5


def test_a_batch_that_is_lost_while_the_store_answers_goes_on_at_once(shop, store, engine):
    sales = [shop.sell().id for _ in range(4)]
    store.script = ["lost"]
    report = engine.push()
    assert (report.sent, report.failure) == (4, None)
    assert asked(store, "sale") == sales
    assert len(store.orders) == 4


def _news(store):
    return [kept.news for kept in store.orders.values()]


def test_what_was_tried_once_is_never_called_fresh_again(shop, store, engine, clock):
    """An adapter may leave out its look for what is fresh: then it must be."""
    told: list[bool] = []
    real = FakeStore.put_sale

    def listen(self, news):
        told.append(news.fresh)
        return real(self, news)

    store.capabilities = ALL
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FakeStore, "put_sale", listen)
        shop.sell()
        store.script = [Retryable("broken_off"), "down"]
        engine.push()
        assert shop.open_messages()[0].attempts == 0
        engine.push()
    assert told == [True, False]


def test_what_never_left_is_fresh_still(shop, store, engine):
    store.capabilities = ALL
    shop.sell()
    store.script = ["down"]
    engine.push()
    engine.push()
    assert [news.fresh for news in _news(store)] == [True]


def test_after_a_restart_nothing_is_fresh_that_waited(shop, store, clock):
    """The till may have died between asking and hearing."""
    shop.sell()
    clock.advance(seconds=1)
    again = SyncEngine(shop.database, store, clock=clock, new_id=shop.new_id, jitter=lambda: 0.5)
    shop.sell()
    again.push()
    assert [news.fresh for news in _news(store)] == [False, True]


def test_where_others_tell_the_same_store_nothing_is_ever_fresh(shop, store, clock):
    engine = SyncEngine(
        shop.database, store, clock=clock, new_id=shop.new_id, jitter=lambda: 0.5,
        policy=Policy(alone=False),
    )  # fmt: skip
    shop.sell()
    engine.push()
    assert [news.fresh for news in _news(store)] == [False]


def test_a_batch_that_is_refused_as_a_whole_goes_one_by_one(shop, store, engine, caplog):
    sales = [shop.sell().id for _ in range(3)]
    store.rule = lambda what, subject: Refused("too_large") if what == "sales" else None
    engine.push()
    assert list(store.orders) == sales


def test_a_bug_in_a_batch_hurts_one_round_trip_and_no_sale(shop, store, engine, caplog):
    sales = [shop.sell().id for _ in range(3)]

    def break_down(what, subject):
        if what == "sales":
            raise ZeroDivisionError

    store.rule = break_down
    engine.push()
    assert list(store.orders) == sales


def test_a_key_that_was_taken_away_keeps_a_whole_batch_in(shop, store, engine):
    for _ in range(3):
        shop.sell()
    store.rule = lambda what, subject: Misconfigured("wrong_key")
    assert engine.push().failure.problem == "wrong_key"
    assert [message.attempts for message in shop.open_messages()] == [0, 0, 0]


def test_a_store_that_asks_to_wait_ends_the_round_with_a_whole_batch(shop, store, engine):
    for _ in range(3):
        shop.sell()
    store.script = [Retryable("busy", retry_after=30)]
    report = engine.push()
    assert report.failure.retry_after == 30
    assert store.calls == ["sales"]
    assert engine.push().sent == 3


def test_a_customer_who_is_gone_is_made_anew_out_of_a_batch(shop, store, engine):
    members = [shop.enrol(f"m{n}@sample.example") for n in range(3)]
    engine.push()
    store.deletes(store.of("m1@sample.example").id)
    sales = [shop.sell(member).id for member in members]
    engine.push()
    assert set(store.orders) == set(sales)
    assert {store.of(f"m{n}@sample.example").standing.points for n in range(3)} == {9}
    assert shop.open_messages() == []


def test_of_standings_one_who_is_gone_does_not_hold_up_the_others(shop, store, engine, clock):
    members = [shop.enrol(f"m{n}@sample.example") for n in range(3)]
    engine.push()
    for member in members:
        shop.give(member, 5)
    store.deletes(store.of("m1@sample.example").id)
    store.asked.clear()
    with shop.writing() as uow:
        for member in members:
            shop.queue(uow, MessageKind.STANDING, member.id, member.id)
    engine.push()
    assert len(asked(store, "standings")) == 1
    assert store.of("m1@sample.example").standing.points == 5
    assert shop.open_messages() == []


def test_a_guest_cannot_be_made_anew(shop, store, engine, caplog):
    shop.sell()
    store.rule = lambda what, subject: Gone() if what in ("sale", "sales") else None
    engine.push()
    assert shop.open_messages()[0].problem == "customer_gone"


def test_a_member_who_can_t_be_told_of_keeps_only_their_own_sale_out_of_the_batch(
    shop, store, engine, caplog
):
    bad, good = shop.enrol("bad@sample.example"), shop.enrol("good@sample.example")
    with shop.writing() as uow:
        for message in uow.outbox.open(9):
            uow.outbox.sent(message.key, shop.clock())
    sales = [shop.sell(bad), shop.sell(good), shop.sell()]
    store.rule = lambda what, subject: (
        Refused("email_taken") if (what, subject) == ("member", bad.id) else None
    )
    engine.push()
    assert set(store.orders) == {sale.id for sale in sales[1:]}
    assert shop.open_messages()[0].problem == "email_taken"


def test_a_store_that_goes_away_while_a_customer_is_made_ends_the_round(shop, store, engine):
    shop.enrol("a@sample.example")
    with shop.writing() as uow:
        for message in uow.outbox.open(9):
            uow.outbox.sent(message.key, shop.clock())
    with shop.database.read() as uow:
        [anna] = uow.members.search("", 9)
    shop.sell(anna)
    shop.sell()
    store.script = ["down"]
    assert engine.push().failure.problem == "unreachable"
    assert store.orders == {}


def test_a_stopping_till_ends_between_batches(shop, store, engine):
    for _ in range(12):
        shop.sell()
    answers = iter([True, True, True])
    engine.push(lambda: next(answers, False))
    assert len(store.orders) in (5, 10)


def test_balances_superseded_by_the_hundred_are_one_word(shop, store, engine):
    anna = shop.enrol("a@sample.example")
    for _ in range(60):
        shop.sell(anna)
    engine.push()
    assert len(asked(store, "standing")) + len(asked(store, "standings")) <= 2
    assert store.of("a@sample.example").standing.points == shop.balance(anna)
    assert shop.open_messages() == []


def test_balances_superseded_are_put_away_a_hundred_at_a_time(shop, store, engine, monkeypatch):
    """A cashier's sale waits for one of these transactions, never for all of them."""
    anna = shop.enrol("a@sample.example")
    engine.push()
    with shop.writing() as uow:
        for _ in range(200):
            shop.queue(uow, MessageKind.STANDING, anna.id, anna.id)
    put_away: list[int] = []

    def counted(uow, members, now):
        """Asked once in each of these transactions."""
        put_away.append(waiting[-1] - len(uow.outbox.open(1000)))
        waiting.append(waiting[-1] - put_away[-1])
        return 0

    waiting = [200]
    monkeypatch.setattr("sync.pushing.tell_outdated", counted)
    engine.push()
    assert put_away == [100, 99, 1]
    assert shop.open_messages() == []


def test_the_stories_find_it_where_messages_of_one_member_leave_in_any_order(shop, store, engine):
    """Or what they show would prove nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Queue, "_is_held", lambda self, message: False)
        anna = shop.enrol("a@sample.example")
        first, second = shop.sell(anna), shop.sell(anna)
        store.rule = lambda what, subject: Retryable("in_progress") if subject == first.id else None
        engine.push()
    assert list(store.orders) == [second.id], "out of order: the later sale passed the first"
