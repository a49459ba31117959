"""Two members who are one person, and one who wants to be forgotten: in the books and online."""

from dataclasses import replace

import pytest

from terminal.cards import Card
from terminal.desk_tasks import Task, TaskKind
from terminal.entries import EntryKind
from terminal.errors import UnknownMember
from terminal.events import MemberChanged
from terminal.ids import CardNumber, MemberId
from terminal.members import Purpose
from terminal.outbox import MessageKind
from terminal.records import HeldBadge, Referral, TierGrant
from terminal.services.erasing import ErasingService
from terminal.services.returning import Returning, offer_return
from terminal.services.taking_in import TakingIn, taking_in
from terminal.services.vouchers import credit_code, give_credit
from terminal.services.whose import is_erased, note_merged, pseudonym, survivor_of
from terminal.settings import OnlineStoreSettings
from tests.sync.people import ANNA, BELA, BOSS, TILL

# -- merging ---------------------------------------------------------------------------------------


def test_the_survivor_has_the_points_of_both_and_the_ledger_keeps_what_it_had(sides):
    anna, twin = sides.shop.enrol(ANNA), sides.shop.enrol("", "2000000000015", name="Twin")
    sides.shop.give(anna, 30)
    sides.shop.give(twin, 12)
    sides.shop.clock.advance(minutes=1)
    view = sides.merge(anna, twin)
    assert view.account.balance == 42
    assert (sides.shop.balance(twin), sides.shop.entries(twin)[0].points) == (0, 12)
    moved = sides.shop.entries(twin)[-1]
    assert (moved.kind, moved.points) == (EntryKind.TRANSFER, -12)
    assert [card.number for card in view.cards] == ["2000000000015"]
    with sides.shop.database.read() as uow:
        assert survivor_of(uow, twin.id) == anna.id
        assert uow.members.get(twin.id).name == pseudonym(twin.id)
    assert sides.told == [MemberChanged(anna.id)]


def test_lots_keep_their_ends(sides):
    anna, twin = sides.shop.enrol(ANNA), sides.shop.enrol("", name="Twin")
    end = sides.shop.clock().replace(year=2030)
    for points, lapses in ((5, end), (7, None)):
        give(sides, twin, points, lapses)
    sides.shop.clock.advance(minutes=1)
    account = sides.merge(anna, twin).account
    assert {(lot.remaining, lot.lapses_at) for lot in account.lots} == {(5, end), (7, None)}


def give(sides, member, points, lapses=None, **more):
    entry = sides.shop.entry(EntryKind.BONUS, points, member.id, "", 0)
    with sides.shop.writing() as uow:
        uow.ledger.append([replace(entry, lapses_at=lapses, **more)])


def test_a_debt_is_the_survivor_s(sides):
    anna, twin = sides.shop.enrol(ANNA), sides.shop.enrol("", name="Twin")
    sides.shop.give(anna, 30)
    sale = sides.shop.sell(twin)
    sides.shop.sell(twin, points=9)
    sides.shop.take_back(sale)
    sides.shop.clock.advance(minutes=1)
    owed = sides.shop.balance(twin)
    assert owed < 9
    assert sides.merge(anna, twin).account.balance == 30 + owed


def test_what_counts_for_levels_is_carried_along(sides):
    anna, twin = sides.shop.enrol(ANNA), sides.shop.enrol("", name="Twin")
    give(sides, twin, 5, qualifying=5)
    sides.shop.clock.advance(minutes=1)
    sides.merge(anna, twin)
    now = sides.shop.clock()
    with sides.shop.database.read() as uow:
        assert uow.ledger.qualifying(anna.id, now.replace(year=2000), now.replace(year=2040)) == 5


def test_doing_it_again_or_the_other_way_round_changes_nothing(sides):
    anna, twin = sides.shop.enrol(ANNA), sides.shop.enrol("", name="Twin")
    sides.shop.give(twin, 12)
    sides.merge(anna, twin)
    sides.engine.push()
    for survivor, absorbed in ((anna, twin), (twin, anna), (anna, anna)):
        assert sides.merge(survivor, absorbed).member.id == anna.id
    assert sides.shop.balance(anna) == 12
    assert sides.shop.open_messages() == []


def test_two_tills_that_merged_them_into_each_other_agree(sides):
    anna, twin = sides.shop.enrol(ANNA), sides.shop.enrol("", name="Twin")
    with sides.shop.database.write() as uow:
        note_merged(uow, anna.id, twin.id)
        note_merged(uow, twin.id, anna.id)
        assert survivor_of(uow, anna.id) == survivor_of(uow, twin.id)


def test_nobody_is_merged_with_nobody(sides):
    anna = sides.shop.enrol(ANNA)
    with pytest.raises(UnknownMember):
        sides.merge(anna, replace(anna, id=MemberId("nobody")))


def test_gaps_are_filled_and_what_differs_stays_the_survivor_s(sides):
    anna = sides.shop.change(sides.shop.enrol(ANNA, name="Anna"), note="likes figs")
    twin = sides.shop.enrol(BELA, name="Anne")
    twin = sides.shop.change(
        twin, phone="+306900004417", note="likes tea", segments=("tea",), ranking_opt_out=True
    )
    member = sides.merge(anna, twin).member
    assert (member.given_name, member.email, member.phone) == ("Anna", ANNA, "+306900004417")
    assert (member.note, member.segments) == ("likes figs\nlikes tea", ("tea",))
    assert member.ranking_opt_out


@pytest.mark.parametrize(
    ("ours", "theirs", "holds"),
    [(True, False, False), (False, True, False), (None, True, True), (True, None, True)],
)
def test_what_either_took_back_is_taken_back(sides, ours, theirs, holds):
    anna, twin = sides.shop.enrol(ANNA), sides.shop.enrol("", name="Twin")
    for member, said in ((anna, ours), (twin, theirs)):
        if said is not None:
            sides.answers(member, granted=said)
            sides.shop.clock.advance(minutes=1)
    view = sides.merge(anna, twin)
    assert (Purpose.EMAIL in view.consents) is holds


def test_everything_else_of_theirs_is_the_survivor_s(sides):
    anna, twin = sides.shop.enrol(ANNA), sides.shop.enrol("", name="Twin")
    friend = sides.shop.enrol("", name="Friend")
    sale = sides.shop.sell(twin)
    order = sides.store.orders_online("", 700)
    now = sides.shop.clock()
    with sides.shop.writing() as uow:
        uow.sales.put_order(replace(order, member_id=twin.id))
        give_credit(
            uow, twin.id, 500, "EUR", till=TILL.code, cashier_id=None, now=now, source_id="s"
        )
        uow.tiers.put(TierGrant(id="g", member_id=twin.id, tier="gold", starts=now, at=now))
        uow.badges.put_once(HeldBadge(member_id=twin.id, badge="star", at=now))
        uow.uses.add("rule", twin.id, "2026-11-22", 2, 20, 0)
        uow.referrals.put(Referral(friend_id=friend.id, referrer_id=twin.id, at=now))
        uow.referrals.put(Referral(friend_id=anna.id, referrer_id=twin.id, at=now))
    sides.shop.clock.advance(minutes=1)
    sides.merge(anna, twin)
    with sides.shop.database.read() as uow:
        assert [one.id for one in uow.sales.of_member(anna.id, 9)] == [sale.id]
        assert [one.remote_id for one in uow.sales.orders_of_member(anna.id, 9)] == [
            order.remote_id
        ]
        assert [one.code for one in uow.vouchers.of_member(anna.id)] == [credit_code(twin.id)]
        assert [one.tier for one in uow.tiers.of_member(anna.id)] == ["gold"]
        assert [one.badge for one in uow.badges.of_member(anna.id)] == ["star"]
        [use] = [u for u in uow.uses.of_member(anna.id, "2026-01-01") if u.times]
        assert (use.times, use.points) == (2, 20)
        assert not [u for u in uow.uses.of_member(twin.id, "2026-01-01") if u.times]
        assert uow.referrals.of_friend(friend.id).referrer_id == anna.id
        assert uow.referrals.of_friend(anna.id).referrer_id == twin.id, "nobody brings themselves"


def test_a_sale_from_before_comes_back_to_the_survivor_s_account(sides):
    anna, twin = sides.shop.enrol(ANNA), sides.shop.enrol("", name="Twin")
    sale = sides.shop.sell(twin)
    sale = replace(sale, ref=sale.ref.upper())
    with sides.shop.writing() as uow:
        uow.sales.put(sale)
    sides.shop.give(anna, 5)
    sides.shop.clock.advance(minutes=1)
    sides.merge(anna, twin)
    sides.shop.clock.advance(minutes=1)
    now = sides.shop.clock()
    with sides.shop.writing() as uow:
        offer = offer_return(uow, sale.ref, (), now)
        Returning(uow, TILL, BOSS, now, sides.shop.new_id).book(offer, "changed mind")
    assert (sides.shop.balance(anna), sides.shop.balance(twin)) == (5, 0)


def test_an_order_from_before_that_is_cancelled_goes_back_from_the_survivor(sides):
    anna, _customer = sides.linked(ANNA)
    twin, customer = sides.linked(BELA)
    order = sides.store.orders_online(customer, 1000)
    sides.round()
    sides.merge(anna, twin)
    sides.round()
    assert sides.shop.balance(anna) == 10
    sides.store.cancels(order)
    sides.store.orders_online(customer, 700)
    sides.round()
    assert (sides.shop.balance(anna), sides.shop.balance(twin)) == (7, 0)


def test_reconciling_makes_up_for_an_order_of_the_absorbed_one(sides):
    anna, _customer = sides.linked(ANNA)
    twin, customer = sides.linked(BELA)
    order = sides.store.orders_online(customer, 1000)
    sides.round()
    sides.merge(anna, twin)
    with sides.shop.writing() as uow:
        known = uow.sales.get_order("online", order.remote_id)
        uow.sales.put_order(replace(known, cancelled=True))
        assert sides.puller.orders.make_up(uow, known)
        assert not sides.puller.orders.make_up(uow, known)
        assert not sides.puller.orders.make_up(uow, replace(known, remote_id="nowhere"))
    assert (sides.shop.balance(anna), sides.shop.balance(twin)) == (0, 0)


def test_the_survivor_takes_over_the_customer_where_only_the_other_had_one(sides):
    anna = sides.shop.enrol("", name="Anna")
    sides.round()
    twin, customer = sides.linked(BELA)
    sides.merge(anna, twin)
    sides.round()
    with sides.shop.database.read() as uow:
        assert uow.sync.link("online", "member", anna.id).remote_id == customer
        assert uow.sync.link_back("online", "member", customer).local_id == anna.id
    assert sides.store.customers[customer].given_name == "Example"
    assert [task.details["field"] for task in sides.tasks()] == ["given_name"]
    assert sides.is_quiet()


def test_where_both_are_customers_the_other_s_orders_still_are_the_survivor_s(sides):
    anna, _customer = sides.linked(ANNA)
    twin, second = sides.linked(BELA)
    sides.merge(anna, twin)
    sides.store.orders_online(second, 1000)
    sides.round()
    assert sides.shop.balance(anna) == 10


def test_or_the_other_account_is_forgotten_online(sides):
    anna, _customer = sides.linked(ANNA)
    twin, second = sides.linked(BELA)
    sides.merge(anna, twin, erase_online=True)
    sides.round()
    assert sides.store.erased == [second]


def test_the_question_whether_they_are_one_is_answered(sides):
    anna, twin = sides.shop.enrol(ANNA), sides.shop.enrol("", name="Twin")
    ask = Task(
        id="d", kind=TaskKind.DUPLICATE, made_at=sides.shop.clock(), member_id=anna.id,
        details={"other": twin.id, "why": "phone"},
    )  # fmt: skip
    with sides.shop.writing() as uow:
        uow.tasks.put(ask)
        uow.tasks.put(replace(ask, id="c", kind=TaskKind.PROFILE_CONFLICT, member_id=twin.id))
        uow.tasks.put(replace(ask, id="o", kind=TaskKind.OVERDRAW, member_id=twin.id))
    sides.merge(anna, twin)
    assert [task.id for task in sides.tasks()] == ["o"]


def test_what_a_shop_takes_in_is_as_till_and_settings_say():
    wanted = OnlineStoreSettings(kind="vendure", members="all")
    assert taking_in(TILL, wanted) == TakingIn(
        stores=("online",), members="all", country="GR", language="en", card_prefix="2950",
        guest_email="guest@till.invalid",
    )  # fmt: skip


# -- forgetting ------------------------------------------------------------------------------------


def test_who_asks_to_be_forgotten_is_and_the_books_stay_right(sides):
    anna, customer = sides.linked(ANNA, card="2000000000015")
    sides.answers(anna, granted=True)
    sides.store.orders_online(customer, 1000)
    sides.shop.sell(anna)
    sides.round()
    told = sides.erase(anna)
    assert (told.cards, told.answers, told.stores) == (1, 1, ("online",))
    assert (told.entries, told.purchases) == (2, 2)
    sides.round()
    assert sides.store.erased == [customer]
    assert sides.shop.balance(anna) == 19
    member = sides.member(anna)
    assert member.name == pseudonym(anna.id)
    assert (member.email, member.phone, sides.consents(anna)) == ("", "", [])
    with sides.shop.database.read() as uow:
        [order] = uow.sales.orders_of_member(anna.id, 9)
        assert (order.email, order.card_number, order.customer_id) == ("", "", "")
        assert uow.members.by_card(CardNumber("2000000000015")) is None
        assert uow.members.search("Example", 9) == []


def test_asking_twice_tells_the_store_once(sides):
    anna, _customer = sides.linked(ANNA)
    sides.erase(anna)
    again = sides.erase(anna)
    assert (again.cards, again.stores) == (0, ("online",))
    assert len(sides.shop.queued(MessageKind.ERASE)) == 1
    sides.round()
    assert sides.erase(anna).stores == ()
    assert sides.shop.queued(MessageKind.ERASE) == []


def test_a_slow_store_does_not_bring_the_person_back(sides):
    anna, customer = sides.linked(ANNA)
    order = sides.store.orders_online(customer, 1000)
    sides.round()
    sides.erase(anna)
    sides.store.edits(customer, phone="+306900004417")
    sides.store.feed.append(replace(order, total=9999))
    sides.engine.pull()
    assert sides.member(anna).phone == ""
    with sides.shop.database.read() as uow:
        [known] = uow.sales.orders_of_member(anna.id, 9)
        assert (known.email, known.customer_id) == ("", "")
        assert is_erased(uow, anna.id)
    sides.round()
    sides.store.customers[customer] = replace(
        sides.store.registers("x@sample.example"), id=customer
    )
    sides.round()
    assert len(sides.members()) == 1


def test_values_in_questions_about_them_are_gone(sides):
    anna, _customer = sides.linked(ANNA)
    with sides.shop.writing() as uow:
        uow.tasks.put(
            Task(
                id="q", kind=TaskKind.PROFILE_CONFLICT, made_at=sides.shop.clock(),
                member_id=anna.id, store="online",
                details={"field": "birthday", "ours": "05-17", "theirs": "06-01"},
            )
        )  # fmt: skip
    sides.erase(anna)
    with sides.shop.database.read() as uow:
        assert uow.tasks.get("q").details == {}
        assert uow.tasks.get("q").outcome == "erased"


def test_a_merged_twin_is_forgotten_with_them(sides):
    anna, first = sides.linked(ANNA)
    twin, second = sides.linked(BELA)
    sides.merge(anna, twin)
    with sides.shop.writing() as uow:
        uow.members.put_card(Card(CardNumber("2000000000015"), twin.id, sides.shop.clock()))
        note_merged(uow, MemberId("of another till"), anna.id)
        note_merged(uow, MemberId("somebody else's"), MemberId("nobody"))
    assert sides.erase(twin).cards == 1
    sides.round()
    assert sorted(sides.store.erased) == sorted([first, second])


def test_nobody_can_t_be_forgotten(sides):
    with pytest.raises(UnknownMember):
        sides.service(ErasingService).erase(MemberId("nobody"), None)
