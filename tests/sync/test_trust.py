"""What one row, one member or one store can't do to the others."""

from dataclasses import replace

import pytest

from sync.errors import Misconfigured, Refused, Retryable
from sync.feed_round import SAME
from sync.first_import import FirstImport
from sync.starting import note_start
from terminal.services.erasing import ErasingService
from terminal.services.merging_members import MemberMerging
from terminal.services.taking_in import TakingIn
from terminal.services.whose import note_merged, survivor_of
from terminal.vouchers import VoucherCode
from tests.sync.fake_store import SWEPT as SWEEPS
from tests.sync.people import ANNA, Sides

# -- a feed that never ends ------------------------------------------------------------------------


def test_a_feed_that_goes_round_in_a_circle_is_left(sides, store):
    """Each page names another place, and each of these was seen before."""
    turns = iter(range(1000))

    def changes(cursor):
        page = type(store).changes(store, "0")
        return replace(page, cursor=f"turn {next(turns) % 3}", more=True)

    store.changes = changes
    report = sides.puller.pull()
    assert (report.failure.problem, report.failure.where) == ("bad_answer", "orders")
    assert next(turns) <= 3 * (SAME + 1)


def test_a_feed_of_nothing_but_empty_pages_is_left(sides, store, monkeypatch):
    monkeypatch.setattr("sync.feed_round.EMPTY", 20)
    turns = iter(range(1000))

    def changes(cursor):
        page = type(store).changes(store, "0")
        return replace(page, orders=(), total=None, cursor=f"place {next(turns)}", more=True)

    store.changes = changes
    report = sides.puller.pull()
    assert (report.failure.problem, report.failure.where) == ("bad_answer", "orders")


# -- one customer ----------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [Refused("bad_input"), Retryable("server_error")])
def test_one_customer_who_can_not_be_looked_at_does_not_stop_the_orders(shop, store, failure):
    store.capabilities = SWEEPS
    sides = Sides(shop, store)
    sides.round()
    member = shop.enrol(ANNA)
    customer = store.registers(ANNA)
    other = store.registers("b@sample.example")
    bella = shop.enrol("b@sample.example")
    with shop.writing() as uow:
        for message in uow.outbox.due(shop.clock(), 100, "online"):
            uow.outbox.sent(message.key, shop.clock())
    store.orders_online(customer.id, 1000, email=ANNA)
    store.orders_online(other.id, 1000, email="b@sample.example")
    store.rule = lambda what, subject: (
        failure if (what, subject) == ("customer", customer.id) else None
    )
    report = sides.engine.pull()
    assert report.failure is None
    assert shop.balance(member) == shop.balance(bella) == 10


def test_a_store_that_goes_away_while_customers_are_looked_at_is_away(shop, store):
    store.capabilities = SWEEPS
    sides = Sides(shop, store)
    sides.round()
    shop.enrol(ANNA)
    customer = store.registers(ANNA)
    store.orders_online(customer.id, 1000, email=ANNA)
    store.rule = lambda what, subject: Misconfigured("wrong_key") if what == "customer" else None
    assert sides.engine.pull().failure.problem == "wrong_key"


def test_a_trial_of_a_store_that_goes_round_in_a_circle_ends(shop, store):
    turns = iter(range(1000))

    def changes(cursor):
        page = type(store).changes(store, "0")
        return replace(page, cursor=f"turn {next(turns) % 3}", more=True)

    store.changes = changes
    first = FirstImport(
        shop.database, store, clock=shop.clock, new_id=shop.new_id, taking=TakingIn()
    )
    assert first.rehearse(lambda part: None, lambda: True).orders == 0
    assert next(turns) <= 3 * (SAME + 1)


def test_a_coupon_of_any_name_that_is_not_good_yet_stops_nothing(shop, store):
    """Stores may be told of it by a code with a colon in it."""
    with shop.writing() as uow:
        for code in ("A:B", "C"):
            note_start(uow, "online", VoucherCode(code), shop.clock())
    store.capabilities = replace(store.capabilities, starts_coupons=False)
    assert Sides(shop, store).round().failure is None
    assert shop.open_messages() == []


# -- people ----------------------------------------------------------------------------------------


def test_who_is_forgotten_while_a_store_is_told_of_them_is_forgotten_there(sides, store):
    anna = sides.shop.enrol(ANNA)

    def forgotten_meanwhile(what, subject):
        if what == "member" and not done:
            done.append(sides.service(ErasingService).erase(anna.id, None))

    done = []
    store.rule = forgotten_meanwhile
    sides.round()
    sides.round()
    assert done
    assert store.customers == {}
    assert sides.tasks() == []
    assert sides.shop.open_messages() == []


def test_what_a_sale_earned_is_told_though_its_member_is_somebody_else_by_now(sides, store):
    """Entries stay with whom they were booked for; the sale went over."""
    sides.linked()
    anna, twin = sides.member(ANNA), sides.shop.enrol("", name="Twin")
    sale = sides.shop.sell(twin)
    sides.service(MemberMerging).merge(anna.id, twin.id, None)
    sides.round()
    assert store.orders[sale.id].news.earned == sum(
        entry.points for entry in sides.shop.entries(twin) if entry.source_id == sale.id
    )
    assert store.orders[sale.id].news.earned > 0


def test_whoever_leads_to_two_who_are_each_other_is_the_same_one(sides):
    """Two tills merged two members into each other, and a third one was merged before."""
    members = sorted((sides.shop.enrol(), sides.shop.enrol(), sides.shop.enrol()), key=_id)
    first, one, other = (member.id for member in members)
    with sides.shop.database.write() as uow:
        note_merged(uow, first, one)
        note_merged(uow, one, other)
        note_merged(uow, other, one)
        assert {survivor_of(uow, each) for each in (first, one, other)} == {one}


def _id(member):
    return member.id
