"""Both sides compared, member by member: what differs is found, told why, and mended."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sync.errors import Retryable
from sync.reconcile import CURSOR, PAGE, is_due
from terminal.desk_tasks import TaskKind
from terminal.events import MemberChanged
from terminal.ledger import Account
from terminal.online import Standing
from terminal.outbox import BlockReason, MessageKind
from terminal.programs.policies import Returning
from terminal.services.reconciling import Cause, Difference, Figures, Mended
from terminal.services.whose import note_erased, note_merged
from tests.sync.comparing import found, orders_told, reconciler, sell
from tests.sync.people import ANNA
from tests.sync.shop import program


def test_two_sides_that_are_the_same_have_no_differences(sides):
    member, customer = sides.linked()
    sides.store.orders_online(customer, 1000)
    orders_told(sides, sell(sides, member))
    sides.round()
    sides.shop.clock.advance(hours=1)
    watched = []
    ended = reconciler(sides).reconcile(watched.append)
    assert (ended.figures.members, ended.figures.alike, ended.figures.counts) == (1, 1, ())
    assert watched[-1].members == 1
    assert ended.figures.ended_at == sides.shop.clock()
    assert sides.is_quiet()


def test_a_balance_edited_online_is_told_anew(sides):
    member, customer = sides.linked()
    sides.shop.give(member, 50)
    sides.store.customers[customer] = replace(
        sides.store.customers[customer], standing=Standing(5000, "gold", sides.shop.clock())
    )
    assert found(sides) == ["points edited told", "tier edited told"]
    sides.round()
    shown = sides.store.customers[customer].standing
    assert (shown.points, shown.tier) == (50, "bronze")
    assert found(sides) == []


def test_a_balance_that_is_on_its_way_is_late_and_nothing_is_told_twice(sides):
    member, _customer = sides.linked()
    sides.shop.sell(member)
    before = len(sides.shop.open_messages())
    assert "points late waits" in found(sides)
    assert len(sides.shop.open_messages()) == before


def test_a_balance_whose_message_is_blocked_waits_for_a_person(sides):
    member, _customer = sides.linked()
    sides.shop.sell(member)
    for message in sides.shop.open_messages():
        with sides.shop.writing() as uow:
            uow.outbox.block(message.key, BlockReason.REFUSED, "bad_input")
    sides.shop.clock.advance(hours=1)
    assert sorted(found(sides)) == ["points late waits", "sale late waits", "tier late waits"]


def test_a_customer_who_shows_nothing_is_told_if_there_is_something(sides):
    member, customer = sides.linked()
    sides.store.customers[customer] = replace(sides.store.customers[customer], standing=None)
    assert found(sides) == []
    sides.shop.give(member, 5)
    assert found(sides) == ["points missing told", "tier missing told"]


def test_an_order_that_no_feed_ever_told_is_taken_in(sides):
    member, customer = sides.linked()
    order = sides.store.orders_online(customer, 1000)
    sides.store.rule = lambda what, _: Retryable("server_error") if what == "changes" else None
    assert "order missing taken" in found(sides)
    assert sides.shop.balance(member) == 10
    sides.store.refunds(order, 500)
    assert "order late taken" in found(sides)
    assert sides.shop.balance(member) == 5
    assert MemberChanged(member.id) in sides.told


def test_points_that_an_order_should_have_given_are_booked_as_entries(sides):
    """It came while the shop had no programme yet; now it has one that held then."""
    member, customer = sides.linked()
    sides.store.orders_online(customer, 1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("terminal.services.online_orders.derive_earn", lambda *_: [])
        sides.round()
    assert sides.shop.balance(member) == 0
    assert found(sides)[:1] == ["order missing booked"]
    assert sides.shop.balance(member) == 10
    sides.round()
    assert found(sides) == []


def test_points_that_should_have_gone_back_go_back_as_entries(sides):
    member, customer = sides.linked()
    order = sides.store.orders_online(customer, 1000)
    sides.round()
    sides.store.refunds(order, 500)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("terminal.services.online_refunds.clawbacks", lambda *_, **__: [])
        sides.round()
    assert sides.shop.balance(member) == 10
    assert found(sides)[:1] == ["order missing booked"]
    assert sides.shop.balance(member) == 5
    sides.round()
    assert found(sides) == []


def test_what_was_let_go_is_not_taken_after_all(sides):
    member, customer = sides.linked()
    with sides.shop.writing() as uow:
        lenient = program(version=2, returning=Returning(clawback="clamp"))
        uow.programs.put(lenient)
    order = sides.store.orders_online(customer, 10_000)
    sides.round()
    sides.shop.sell(member, points=100)
    sides.round()
    sides.store.cancels(order)
    sides.round()
    sides.shop.give(member, 500)
    balance = sides.shop.balance(member)
    found(sides)
    assert sides.shop.balance(member) == balance


def test_a_sale_that_the_store_lost_is_told_again(sides):
    """Somebody restored the shop from a backup of yesterday."""
    member, _customer = sides.linked()
    sale = sell(sides, member)
    sides.store.orders.clear()
    sides.shop.clock.advance(hours=1)
    assert found(sides) == ["sale missing told"]
    sides.round()
    assert sale.id in sides.store.orders
    orders_told(sides, sale)
    assert found(sides) == []


def test_a_sale_that_was_called_off_there_is_not_missed_when_it_is_deleted(sides):
    """A shop's bin empties itself; a person was asked about that sale when it went there."""
    member, _customer = sides.linked()
    sale = sell(sides, member)
    orders_told(sides, sale)
    sides.store.feed[-1] = replace(sides.store.feed[-1], goods=sale.paid)
    sides.store.cancels(sides.store.feed[-1])
    sides.round()
    assert [task.kind for task in sides.tasks()] == [TaskKind.REFUND_UNCLEAR]
    sides.store.feed.clear()
    sides.shop.clock.advance(hours=1)
    assert found(sides) == []
    assert sides.shop.open_messages() == []


def test_a_sale_that_the_store_has_twice_is_for_a_person(sides):
    member, _customer = sides.linked()
    sale = sell(sides, member)
    orders_told(sides, sale)
    twin = replace(sides.store.feed[-1], remote_id="twin")
    sides.store.feed.append(twin)
    sides.shop.clock.advance(hours=1)
    assert found(sides) == ["sale double asked"]
    [task] = sides.tasks()
    assert (task.kind, task.subject_id, task.details["theirs"]) == (
        TaskKind.DIFFERENCE, sale.id, twin.code,
    )  # fmt: skip
    found(sides)
    assert len(sides.tasks()) == 1


def test_sales_that_were_never_meant_to_be_there_are_not_missed(sides):
    """Told as a guest's before they had an address; given up by a person; of this very minute; too
    old to be in the store's short list; or a shop that tells points alone."""
    guest = sides.shop.enrol("", name="Anna")
    as_guest = sides.shop.sell(None)
    sides.round()
    with sides.shop.writing() as uow:
        uow.members.put(replace(guest, email=ANNA))
        uow.sales.put(replace(as_guest, member_id=guest.id))
    sides.store.registers(ANNA)
    sides.round()
    given_up = sides.shop.sell(sides.member(guest))
    for message in sides.shop.open_messages():
        with sides.shop.writing() as uow:
            uow.outbox.give_up(message.key, "not needed", sides.shop.clock())
    sides.shop.clock.advance(hours=1)
    words = found(sides)
    assert [word for word in words if word.startswith("sale")] == []
    assert given_up.id not in sides.store.orders
    sides.shop.sell(sides.member(guest))
    sides.engine.push()
    sides.store.orders.clear()
    assert [word for word in found(sides) if word.startswith("sale")] == []
    sides.shop.clock.advance(hours=1)
    assert [word for word in found(sides, tells_sales=False) if word.startswith("sale")] == []


def test_sales_older_than_the_store_s_short_list_are_not_looked_for(sides):
    member, customer = sides.linked()
    sell(sides, member)
    sides.shop.clock.advance(hours=1)
    for _ in range(20):
        sides.store.orders_online(customer, 100)
    sides.round()
    sides.store.orders.clear()
    sides.shop.clock.advance(hours=1)
    assert found(sides) == []


def test_a_profile_that_was_changed_online_is_taken_and_one_that_was_lost_is_told(sides):
    member, customer = sides.linked()
    sides.store.edits(customer, phone="+306900004417")
    assert found(sides) == ["profile edited taken"]
    sides.round()
    sides.shop.change(sides.member(member), birthday="05-17")
    sides.round()
    sides.engine.push()
    # The store loses what it was told without a word.
    sides.store.customers[customer] = replace(sides.store.customers[customer], birthday="06-06")
    with sides.shop.writing() as uow:
        agreed = dict(uow.sync.agreed("online", member.id))
        agreed["birthday"] = "06-06"
        agreed["told.birthday"] = "05-17"
        uow.sync.put_agreed("online", member.id, agreed, sides.shop.clock())
    assert found(sides) == ["profile missing told"]
    assert found(sides) == ["profile late waits"]
    sides.round()
    assert sides.store.customers[customer].birthday == "05-17"
    assert found(sides) == []


def test_a_customer_who_is_gone_is_a_question(sides):
    _member, customer = sides.linked()
    sides.store.tombstones = False
    sides.store.deletes(customer)
    assert found(sides) == ["customer gone asked"]
    [task] = sides.tasks()
    assert task.kind is TaskKind.CUSTOMER_GONE


def test_a_ledger_that_does_not_add_up_is_for_a_person(sides):
    member, _customer = sides.linked()
    sides.shop.give(member, 10)
    sides.shop.clock.advance(hours=1)
    with pytest.MonkeyPatch.context() as patch:
        wrong = type("Wrong", (), {"account": Account(balance=77)})()
        patch.setattr("terminal.services.reconciling.replay", lambda entries: wrong)
        words = found(sides)
    assert "ledger unknown asked" in words


def test_it_is_stopped_and_goes_on_where_it_was(sides):
    for number in range(5):
        sides.shop.enrol(f"p{number}@sample.example")
    sides.round()
    turns = iter([True, True])
    walk = reconciler(sides)
    first = walk.reconcile(go_on=lambda: next(turns, False))
    assert (first.whole, first.figures.members) == (False, 2)
    again = reconciler(sides).reconcile(limit=2)
    assert (again.whole, again.figures.members) == (False, 4)
    last = reconciler(sides).reconcile()
    assert (last.whole, last.figures.members) == (True, 5)
    assert last.figures.began_at == first.figures.began_at
    with sides.shop.database.read() as uow:
        assert uow.sync.cursor("online", CURSOR) == ""
    assert reconciler(sides).last() == sides.shop.clock()


def test_more_members_than_a_page(sides):
    for number in range(PAGE + 3):
        sides.shop.enrol(f"p{number:03d}@sample.example")
    sides.engine.push()
    assert reconciler(sides).last() is None
    assert reconciler(sides).reconcile().figures.members == PAGE + 3


def test_a_store_that_goes_away_is_gone_on_with(sides):
    sides.linked()
    sides.store.rule = lambda what, _: Retryable("unreachable") if what == "customer" else None
    ended = reconciler(sides).reconcile()
    assert (ended.whole, ended.problem) == (False, "unreachable")


def test_a_member_who_breaks_it_does_not_stop_the_others(sides, caplog):
    caplog.set_level("CRITICAL")
    sides.linked()
    sides.linked("b@sample.example")
    seen = []

    def broken(self, uow, member, customer):
        seen.append(member.id)
        if len(seen) == 1:
            raise ZeroDivisionError
        return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("terminal.services.reconciling.Reconciling._standing", broken)
        assert reconciler(sides).reconcile().figures.members == 1


def test_who_was_forgotten_or_merged_is_nobody_to_compare(sides):
    gone, _customer = sides.linked()
    twin, _customer = sides.linked("b@sample.example")
    kept, _customer = sides.linked("c@sample.example")
    with sides.shop.writing() as uow:
        note_erased(uow, gone.id)
        note_merged(uow, twin.id, kept.id)
    assert reconciler(sides).reconcile().figures.members == 1


def test_the_engine_s_own_walk_compares_as_well(sides):
    member, _customer = sides.linked()
    sides.shop.give(member, 5)
    ended = sides.engine.reconciler().reconcile()
    assert ended.figures.counts == (("points missing told", 1), ("tier missing told", 1))


def test_figures_add_up():
    one = Difference("m", "points", Cause.EDITED, Mended.TOLD)
    asked = Difference("m", "sale", Cause.DOUBLE, Mended.ASKED)
    figures = Figures().add([]).add([one, asked], most=1).add([one])
    assert (figures.members, figures.alike, figures.differences, figures.open) == (3, 1, 3, 1)
    assert len(figures.examples) <= 3


@pytest.mark.parametrize(("last_hours", "due"), [(None, True), (30, True), (1, False)])
def test_the_night_s_walk_is_due_once(last_hours, due):
    here = datetime(2026, 11, 22, 4).astimezone()
    last = None if last_hours is None else here - timedelta(hours=last_hours)
    assert is_due(last, here.astimezone(UTC)) is due
    assert not is_due(None, here.replace(hour=1).astimezone(UTC))


def test_a_sale_waiting_for_the_line_is_late(sides):
    member, _customer = sides.linked()
    sides.shop.sell(member)
    sides.shop.clock.advance(hours=1)
    assert "sale late waits" in found(sides)
    assert len(sides.shop.queued(MessageKind.SALE)) == 1


def test_where_another_program_was_in_its_walk_is_no_place_of_ours(sides):
    """As a newer till of the chain wrote it down, or it was damaged: the walk begins anew."""
    sides.linked()
    with sides.shop.writing() as uow:
        uow.sync.put_cursor("online", CURSOR, '{"after":7}')
    ended = reconciler(sides).reconcile()
    assert (ended.whole, ended.figures.members) == (True, 1)
