"""Feeds that lie, break, or hold something that can't be booked; sweeps; products."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sync.clock import ClockMeter
from sync.errors import Misconfigured, Refused, Retryable
from sync.feed_round import SAME
from sync.pulling import NEW_CUSTOMERS, REST, SWEPT, Pace, Puller
from terminal.desk_tasks import TaskKind
from terminal.errors import DiskFull
from terminal.sales import Goods, Product
from terminal.services.taking_in import TakingIn
from tests.sync.fake_store import ALL
from tests.sync.fake_store import SWEPT as SWEEPS
from tests.sync.people import ANNA, Sides

HONEY = Product("HON-450", "Honey", 1190, "EUR", ean="4006381333931")


@pytest.fixture
def puller(sides):
    return sides.puller


def asked(store, what):
    return [subject for call, subject in store.asked if call == what]


# -- lies ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lie", ["twice", "short", "total_high", "turned"])
@pytest.mark.parametrize("pages", [3, 100])
def test_all_is_taken_in_however_the_store_lies(sides, store, puller, lie, pages, caplog):
    caplog.set_level("ERROR")
    member, customer = sides.linked()
    sides.shop.clock.advance(minutes=11)
    store.page_size = pages
    store.lies = {"changes": lie, "customer_changes": lie, "products": lie}
    for number in range(10):
        store.orders_online(customer, 100, placed_at=sides.shop.clock() - timedelta(days=number))
    for number in range(7):
        store.registers(f"p{number}@sample.example")
    store.goods = [replace(HONEY, sku=f"S{number}", ean="") for number in range(8)]
    assert puller.pull().failure is None
    assert sides.shop.balance(member) == 10
    with sides.shop.database.read() as uow:
        assert all(uow.products.by_code(f"S{number}") for number in range(8))
    assert puller.pull().taken == 0


def test_a_store_that_promises_more_for_ever_is_left(sides, store, puller):
    store.registers(ANNA)
    store.lies = {"changes": "stuck"}
    report = puller.pull()
    assert (report.failure.problem, report.failure.where) == ("bad_answer", "orders")
    assert len(asked(store, "changes")) == SAME + 1
    assert asked(store, "customer_changes"), "the others are asked all the same"


def test_a_store_that_counts_wrong_is_read_twice_and_then_known_for_it(
    sides, store, puller, caplog
):
    caplog.set_level("ERROR")
    _member, customer = sides.linked()
    store.lies = {"changes": "total_high"}
    store.orders_online(customer)
    store.asked.clear()
    puller.pull()
    assert len(asked(store, "changes")) == 2
    puller.pull()
    assert len(asked(store, "changes")) == 3


def test_rows_that_two_pages_share_are_counted_once(sides, store, puller):
    """A store whose pages overlap says five, and shows six rows, one of them twice."""
    _member, customer = sides.linked()
    orders = [store.orders_online(customer, 100) for _ in range(5)]
    pages = iter([orders[:3], orders[2:4]])

    def changes(cursor):
        page = type(store).changes(store, "0")
        rows = next(pages, orders[4:])
        more = rows[-1] is not orders[-1]
        return replace(page, orders=tuple(rows), cursor=rows[-1].remote_id, more=more, total=5)

    feed = replace(puller.feed("orders"), ask=changes)
    assert puller.read(feed)


# -- failures --------------------------------------------------------------------------------------


def test_a_bug_in_one_feed_leaves_the_others_alone(sides, store, puller, caplog):
    caplog.set_level("CRITICAL")
    member, customer = sides.linked()
    store.orders_online(customer, 1000)

    def broken(what, _subject):
        if what == "customer_changes":
            raise ZeroDivisionError
        return None

    store.rule = broken
    report = puller.pull()
    assert (report.failure, puller.problems) == (None, {"customers": "internal"})
    assert sides.shop.balance(member) == 10


def test_a_feed_that_fails_rests_and_is_asked_again_later(sides, store, puller):
    failing = {"customer_changes"}
    store.rule = lambda what, _: Retryable("server_error") if what in failing else None
    assert puller.pull().failure is None
    store.asked.clear()
    puller.pull()
    assert asked(store, "customer_changes") == []
    sides.shop.clock.advance(seconds=REST.total_seconds() + 1)
    puller.pull()
    assert len(asked(store, "customer_changes")) == 1
    failing.clear()
    sides.shop.clock.advance(hours=1)
    assert puller.pull().failure is None
    assert puller.problems == {}
    store.asked.clear()
    puller.pull()
    assert len(asked(store, "customer_changes")) == 1, "well again, it rests no more"


def test_a_key_that_may_not_read_products_still_brings_orders(sides, store, puller):
    member, customer = sides.linked()
    store.orders_online(customer, 1000)
    store.goods = [HONEY]
    store.rule = lambda what, _: Misconfigured("forbidden") if what == "products" else None
    sides.shop.clock.advance(hours=1)
    assert puller.pull().failure is None
    assert puller.problems == {"products": "forbidden"}
    assert sides.shop.balance(member) == 10


@pytest.mark.parametrize(
    "away", [Retryable("unreachable"), Retryable("timeout"), Misconfigured("wrong_key")]
)
def test_a_store_that_is_away_is_asked_nothing_more(store, puller, away):
    store.rule = lambda what, _: away
    report = puller.pull()
    assert report.failure is away
    assert len(store.asked) == 1


def test_a_refusal_of_orders_is_a_mistake_in_the_set_up(store, puller):
    store.rule = lambda what, _: Refused("bad_input", where="filter") if what == "changes" else None
    failure = puller.pull().failure
    assert isinstance(failure, Misconfigured)
    assert (failure.problem, failure.where) == ("bad_input", "filter")


def test_a_row_that_can_t_be_booked_is_put_aside_for_a_person(sides, store, puller, caplog):
    caplog.set_level("CRITICAL")
    member, customer = sides.linked()
    bad = store.orders_online(customer, 1000)
    store.orders_online(customer, 700)
    booked = type(puller.orders)._take_one

    def broken(self, uow, order, now):
        if order.remote_id == bad.remote_id:
            raise ZeroDivisionError
        return booked(self, uow, order, now)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(puller.orders), "_take_one", broken)
        assert puller.pull().failure is None
        puller.pull()
    assert sides.shop.balance(member) == 7
    [task] = sides.tasks()
    assert (task.kind, task.subject_id, task.details["what"]) == (
        TaskKind.DIFFERENCE, bad.remote_id, "orders",
    )  # fmt: skip


def test_a_full_disk_is_no_fault_of_a_row(sides, store, puller, caplog):
    caplog.set_level("CRITICAL")
    _member, customer = sides.linked()
    store.orders_online(customer, 1000)

    def full(*_args, **_more):
        raise DiskFull(path="/")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(puller.orders), "take", full)
        assert puller.pull().failure.problem == "internal"
    assert sides.tasks() == []
    assert puller.pull().taken == 1


def test_it_ends_between_pages_when_it_is_told_to(sides, store, puller):
    _member, customer = sides.linked()
    store.page_size = 1
    for _ in range(5):
        store.orders_online(customer)
    turns = iter([True, True, True, True, True, True])
    puller.pull(lambda: next(turns, False))
    assert len(asked(store, "changes")) < 5 + 2
    assert puller.pull(lambda: False).taken == 0
    puller.pull()
    with sides.shop.database.read() as uow:
        assert len(uow.sales.orders_of_member(sides.member(ANNA).id, 10)) == 5


def test_the_store_s_clock_is_measured_in_passing(sides, store):
    meter = ClockMeter(sides.shop.clock)
    store.skew = timedelta(hours=2)
    puller = Puller(
        sides.shop.database, store, clock=sides.shop.clock, new_id=sides.shop.new_id, meter=meter
    )
    puller.pull()
    assert abs(meter.take() - 7_200_000) <= 1000


# -- sweeps ----------------------------------------------------------------------------------------


@pytest.fixture
def swept(shop, store):
    store.capabilities = SWEEPS
    return Sides(shop, store, TakingIn(stores=("online",), members="all"))


def test_customers_that_can_only_be_swept_are_swept_now_and_then(swept, store):
    customer = store.registers(ANNA)
    swept.round()
    store.asked.clear()
    store.edits(customer.id, phone="+306900004417")
    swept.round()
    assert asked(store, "customer_changes") == []
    swept.shop.clock.advance(hours=7)
    swept.round()
    assert len(asked(store, "customer_changes")) == 1
    assert swept.member(ANNA).phone == "+306900004417"


def test_a_sweep_that_was_broken_off_goes_on_where_it_was(swept, store):
    store.page_size = 2
    for number in range(5):
        store.registers(f"p{number}@sample.example")
    turns = iter([True, True, True])
    swept.puller.pull(lambda: next(turns, False))
    assert 0 < len(swept.members()) < 5
    with swept.shop.database.read() as uow:
        assert not uow.sync.cursor("online", SWEPT)
    swept.puller.pull()
    assert len(swept.members()) == 5
    with swept.shop.database.read() as uow:
        assert uow.sync.cursor("online", SWEPT)


def test_who_buys_between_two_sweeps_is_looked_at_at_once(swept, store):
    swept.round()
    customers = [store.registers(f"p{number}@sample.example") for number in range(3)]
    store.orders_online(customers[0].id, 1000)
    store.orders_online("c-of-nobody", 1000)
    swept.round()
    [made] = swept.members()
    assert swept.shop.balance(made) == 10


def test_where_only_members_count_strangers_who_buy_are_not_looked_at(shop, store):
    store.capabilities = SWEEPS
    sides = Sides(shop, store)
    sides.round()
    member = shop.enrol("", name="Anna")
    with shop.writing() as uow:
        uow.members.put(replace(member, email=ANNA))
        for message in uow.outbox.open(10):
            uow.outbox.sent(message.key, shop.clock())
    stranger, anna = store.registers("x@sample.example"), store.registers(ANNA)
    store.orders_online(stranger.id)
    store.orders_online(anna.id)
    store.asked.clear()
    sides.engine.pull()
    assert asked(store, "customer") == [anna.id]
    with shop.database.read() as uow:
        assert uow.sync.link("online", "member", member.id).remote_id == anna.id


def test_a_flood_of_new_customers_is_not_asked_for_one_by_one(swept, store):
    swept.round()
    for number in range(NEW_CUSTOMERS + 10):
        store.orders_online(store.registers(f"p{number}@sample.example").id)
    store.asked.clear()
    swept.engine.pull()
    assert len(asked(store, "customer")) == NEW_CUSTOMERS


# -- products --------------------------------------------------------------------------------------


def test_products_and_prices_come_to_the_counter(sides, store, puller):
    store.goods = [HONEY, replace(HONEY, sku="OTHER", currency="HUF"), replace(HONEY, sku="")]
    assert puller.pull().taken == 1
    with sides.shop.database.read() as uow:
        assert uow.products.by_code("4006381333931") == uow.products.by_code("HON-450") == HONEY
        assert uow.products.by_code("OTHER") is None
    store.goods = [replace(HONEY, price=1290)]
    store.asked.clear()
    assert puller.pull().taken == 0
    assert asked(store, "products") == [], "not every round"
    sides.shop.clock.advance(minutes=11)
    with sides.shop.writing() as uow:
        uow.sync.put_cursor("online", "products", "0")
    assert puller.pull().taken == 1
    with sides.shop.database.read() as uow:
        assert uow.products.by_code("HON-450").price == 1290


def test_what_the_shop_set_for_its_rules_is_never_overwritten(sides, store, puller):
    ours = Goods("sweets", "", ("local",), 1300, 25)
    theirs = Goods("Food", "Example", (), 2400, 0, "gift_card")
    with sides.shop.writing() as uow:
        uow.products.put_all([replace(HONEY, goods=ours, detail="450 g", ean="")])
    store.goods = [replace(HONEY, name="Thyme honey", goods=theirs)]
    puller.pull()
    with sides.shop.database.read() as uow:
        kept = uow.products.by_code("HON-450")
    assert (kept.name, kept.detail, kept.ean) == ("Thyme honey", "450 g", HONEY.ean)
    assert kept.goods == Goods("sweets", "Example", ("local",), 1300, 25, "gift_card")


@pytest.mark.parametrize(
    ("name", "ours", "theirs", "kept"),
    [
        ("Olive oil, extra virgin 500 ml", "500 ml", "", ""),
        ("Olive oil, extra virgin (500ML)", "500 ml", "", ""),
        ("Oil 500 ml, extra virgin", "", "500 ml", ""),
        ("Women’s shirt, M", "", "M", ""),
        ("Women’s shirt", "", "S", "S"),
        ("S-hooks", "", "S", "S"),
        ("Olive oil 1500 ml", "500 ml", "", "500 ml"),
        ("Olive oil 2.5 l", "5 l", "", "5 l"),
        ("Olive oil", "500 ml", "1 l", "1 l"),
        ("Olive oil", "", "", ""),
    ],
)
def test_a_size_is_said_once_on_a_line(sides, store, puller, name, ours, theirs, kept):
    if ours:
        with sides.shop.writing() as uow:
            uow.products.put_all([replace(HONEY, detail=ours)])
    store.goods = [replace(HONEY, name=name, detail=theirs)]
    puller.pull()
    with sides.shop.database.read() as uow:
        line = uow.products.by_code("HON-450")
    assert (line.name, line.detail) == (name, kept)


def test_an_article_number_that_is_another_article_s_stays_there(sides, store, puller):
    with sides.shop.writing() as uow:
        uow.products.put_all([replace(HONEY, sku="OURS")])
    store.goods = [HONEY]
    puller.pull()
    with sides.shop.database.read() as uow:
        assert uow.products.by_code(HONEY.ean).sku == "OURS"
        assert uow.products.by_code("HON-450").ean == ""


def test_a_store_that_lists_no_products_is_not_asked(store, sides):
    store.capabilities = replace(ALL, products=False)
    sides.puller.pull()
    assert asked(store, "products") == []


def test_the_pace_is_the_shop_s(sides, store):
    puller = Puller(
        sides.shop.database, store, clock=sides.shop.clock, new_id=sides.shop.new_id,
        pace=Pace(products=timedelta()),
    )  # fmt: skip
    puller.pull()
    puller.pull()
    assert len(asked(store, "products")) == 2
