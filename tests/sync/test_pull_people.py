"""People on both sides: linked, merged field by field, made members, gone; and then silence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from terminal.cards import Card, own_card
from terminal.desk_tasks import TaskKind
from terminal.errors import UnknownMember
from terminal.events import MemberChanged
from terminal.ids import CardNumber, MemberId, StaffId, derived_id
from terminal.members import Purpose
from terminal.outbox import MessageKind
from terminal.services.online_answers import GIVEN_ONLINE, WITHDRAWN_ONLINE
from terminal.services.online_members import OVERTAKEN
from terminal.services.taking_in import TakingIn
from tests.sync.people import ANNA, BELA, Sides

OWN_CARD, OTHER_CARD = own_card("2950", 1), own_card("2950", 2)


@pytest.fixture
def everybody(shop, store):
    taking = TakingIn(stores=("online", "second"), members="all", language="el", card_prefix="2950")
    return Sides(shop, store, taking)


# -- linking ---------------------------------------------------------------------------------------


def test_a_customer_with_a_member_s_address_is_that_member(sides):
    member = sides.shop.enrol("", name="Anna")
    sides.shop.give(member, 30)
    with sides.shop.writing() as uow:
        uow.members.put(replace(member, email=ANNA))
    for message in sides.shop.open_messages():
        with sides.shop.writing() as uow:
            uow.outbox.sent(message.key, sides.shop.clock())
    customer = sides.store.registers("  A@Sample.Example ", given_name="anna", phone="6900004417")
    sides.round()
    with sides.shop.database.read() as uow:
        assert uow.sync.link("online", "member", member.id).remote_id == customer.id
    assert sides.member(member).phone == "+306900004417"
    assert sides.store.customers[customer.id].standing.points == 30
    assert sides.is_quiet()


def test_a_stranger_stays_outside_where_only_members_count(sides):
    sides.store.registers("stranger@sample.example")
    report = sides.round()
    assert (report.taken, sides.members(), sides.tasks()) == (0, [], [])


def test_a_second_account_with_the_same_address_changes_nothing(sides):
    member, known = sides.linked()
    sides.store.customers["c99"] = replace(sides.store.customers[known], id="c99", phone="+30690")
    assert sides.is_quiet()
    with sides.shop.database.read() as uow:
        assert uow.sync.link("online", "member", member.id).remote_id == known


def test_a_card_typed_online_links_nobody(sides):
    sides.shop.enrol("", OWN_CARD)
    sides.store.registers("c@sample.example", card=OWN_CARD)
    sides.round()
    with sides.shop.database.read() as uow:
        assert uow.sync.links("online", "member", "", 10) == []


# -- becoming members ------------------------------------------------------------------------------


def test_everybody_becomes_a_member_where_the_shop_wants_that(everybody):
    customer = everybody.store.registers(
        ANNA, given_name="Anna", family_name="Sample &amp; Co", card=OWN_CARD, marketing=True
    )
    everybody.round()
    made = everybody.member(ANNA)
    assert (made.given_name, made.family_name, made.language) == ("Anna", "Sample & Co", "el")
    assert made.id == derived_id("member", "online", customer.id)
    with everybody.shop.database.read() as uow:
        assert [card.number for card in uow.members.cards(made.id)] == [OWN_CARD]
        assert uow.ledger.account(made.id).balance == 0
        waiting = uow.outbox.of_subject(MessageKind.MEMBER, made.id)
    assert {message.store for message in waiting} >= {"second"}
    [consent] = everybody.consents(made)
    assert (consent.purpose, consent.granted, consent.wording) == (
        Purpose.EMAIL, True, GIVEN_ONLINE,
    )  # fmt: skip
    assert everybody.is_quiet()


@pytest.mark.parametrize("card", ["", "2950000000016", "4006381333931", OTHER_CARD])
def test_only_a_free_card_of_the_shop_s_own_is_given(everybody, card):
    """Wrong check digit; another shop's; somebody else's."""
    everybody.shop.enrol("", OTHER_CARD, name="Owner")
    everybody.store.registers(ANNA, card=card)
    everybody.round()
    with everybody.shop.database.read() as uow:
        assert uow.members.cards(everybody.member(ANNA).id) == []


def test_who_gave_no_name_is_called_by_the_address_and_who_gave_neither_stays_outside(everybody):
    everybody.store.registers(ANNA)
    everybody.store.registers("", given_name="Nobody")
    everybody.store.registers("", phone="+306900004417")
    everybody.round()
    named = {member.given_name for member in everybody.members()}
    assert named == {"a", "+306900004417"}


def test_a_phone_that_is_somebody_s_is_asked_about(everybody):
    first = everybody.shop.enrol("", name="First")
    everybody.shop.change(first, phone="+306900004417")
    everybody.store.registers(ANNA, given_name="Second", phone="6900004417")
    everybody.round()
    assert everybody.member(ANNA).phone == ""
    [task] = everybody.tasks()
    assert (task.kind, task.details) == (
        TaskKind.DUPLICATE, {"other": first.id, "why": "phone"},
    )  # fmt: skip


def test_the_customer_that_stands_for_guests_is_nobody(shop, store):
    taking = TakingIn(stores=("online",), members="all", guest_email="guest@till.invalid")
    sides = Sides(shop, store, taking)
    store.registers("guest@till.invalid", given_name="Guest")
    sides.round()
    assert sides.members() == []


def test_their_earlier_orders_are_theirs(everybody):
    customer = everybody.store.registers(ANNA)
    everybody.store.orders_online(customer.id, 1500)
    everybody.store.orders_online("", 700, email=ANNA)
    everybody.round()
    assert everybody.shop.balance(everybody.member(ANNA)) == 22


# -- merging ---------------------------------------------------------------------------------------


def test_a_profile_changed_online_comes_back(sides):
    member, customer = sides.linked()
    sides.store.edits(customer, given_name="Anne-Marie", phone="690 000 4417", birthday="05-17")
    sides.round()
    now = sides.member(member)
    assert (now.given_name, now.phone, now.birthday) == ("Anne-Marie", "+306900004417", "05-17")
    assert MemberChanged(member.id) in sides.told
    assert sides.is_quiet()


def test_a_profile_changed_here_goes_there_and_does_not_echo(sides):
    member, customer = sides.linked()
    sides.shop.change(member, family_name="Newname")
    sides.round()
    assert sides.store.customers[customer].family_name == "Newname"
    assert sides.is_quiet()


def test_both_change_different_fields(sides):
    member, customer = sides.linked()
    sides.engine.push()
    sides.store.edits(customer, phone="+306900004417")
    sides.engine.pull()
    sides.shop.change(sides.member(member), family_name="Newname")
    sides.round()
    assert sides.member(member).phone == sides.store.customers[customer].phone == "+306900004417"
    assert sides.store.customers[customer].family_name == "Newname"
    assert sides.is_quiet()


def both_change(sides):
    """One field, two values, before either hears of the other."""
    member, customer = sides.linked()
    with sides.shop.writing() as uow:
        uow.members.put(replace(member, birthday="06-01"))
    sides.store.edits(customer, birthday="05-17")
    sides.round()
    return member, customer


def test_a_true_conflict_goes_to_a_person_once_and_each_keeps_its_own(sides):
    member, customer = both_change(sides)
    [task] = sides.tasks()
    assert task.kind is TaskKind.PROFILE_CONFLICT
    assert (task.member_id, task.store) == (member.id, "online")
    assert task.details == {"field": "birthday", "ours": "06-01", "theirs": "05-17"}
    sides.shop.change(sides.member(member), family_name="Newname")  # told, without the birthday
    sides.round()
    assert sides.store.customers[customer].birthday == "05-17"
    assert sides.store.customers[customer].family_name == "Newname"
    assert sides.member(member).birthday == "06-01"
    assert sides.is_quiet()


@pytest.mark.parametrize(("keep", "right"), [("ours", "06-01"), ("theirs", "05-17")])
def test_what_the_person_decides_holds_on_both_sides(sides, keep, right):
    member, customer = both_change(sides)
    [task] = sides.tasks()
    decide = sides.puller.members.decide
    assert decide(task.id, keep, StaffId("anna"))
    assert not decide(task.id, "theirs", StaffId("maria")), "decided is decided"
    assert not decide("no such task", keep, None)
    sides.round()
    assert sides.member(member).birthday == sides.store.customers[customer].birthday == right
    assert (sides.tasks(), sides.is_quiet()) == ([], True)


def test_one_of_two_questions_can_be_decided_alone(sides):
    member, customer = both_change(sides)
    with sides.shop.writing() as uow:
        uow.members.put(replace(sides.member(member), phone="+306900000001"))
    sides.store.edits(customer, phone="+306900000002")
    sides.round()
    first = next(task for task in sides.tasks() if task.details["field"] == "birthday")
    sides.puller.members.decide(first.id, "ours", None)
    [left] = sides.tasks()
    assert left.details["field"] == "phone"


def test_a_conflict_that_goes_away_asks_nobody_any_more(sides):
    _member, customer = both_change(sides)
    [task] = sides.tasks()
    sides.store.edits(customer, birthday="06-01")
    sides.round()
    with sides.shop.database.read() as uow:
        assert uow.tasks.get(task.id).outcome == OVERTAKEN
    assert sides.tasks() == []


def test_a_conflict_with_a_newer_value_is_a_new_question(sides):
    _member, customer = both_change(sides)
    sides.store.edits(customer, birthday="07-07")
    sides.round()
    [task] = sides.tasks()
    assert task.details["theirs"] == "07-07"


def test_a_conflict_about_somebody_who_is_not_there_is_said_so(sides):
    _who, _customer = both_change(sides)
    [task] = sides.tasks()
    with sides.shop.writing() as uow:
        uow.tasks.put(replace(task, id="lost", member_id=MemberId("nobody")))
        uow.tasks.put(replace(task, id="nobody's", member_id=None))
    for lost in ("lost", "nobody's"):
        with pytest.raises(UnknownMember):
            sides.puller.members.decide(lost, "ours", None)


def test_an_address_taken_online_that_is_another_member_s_is_a_question(sides):
    member, customer = sides.linked()
    other = sides.shop.enrol(BELA, name="Bela")
    sides.store.edits(customer, email=BELA, phone="+306900004417")
    sides.engine.pull()
    assert sides.member(member).email == ANNA
    assert sides.member(member).phone == "+306900004417", "the rest is taken"
    [task] = sides.tasks()
    assert (task.kind, task.details["other"], task.details["why"]) == (
        TaskKind.DUPLICATE, other.id, "email",
    )  # fmt: skip
    sides.engine.pull()
    assert len(sides.tasks()) == 1


def test_an_address_changed_online_brings_the_orders_of_that_address(sides):
    sides.store.orders_online("", 900, email="new@sample.example")
    member, customer = sides.linked()
    assert sides.shop.balance(member) == 0
    sides.store.edits(customer, email="new@sample.example")
    sides.round()
    assert sides.shop.balance(member) == 9


def test_what_one_store_brings_the_other_is_told(shop, store):
    sides = Sides(shop, store, TakingIn(stores=("online", "second")))
    member, customer = sides.linked()
    store.edits(customer, phone="+306900004417")
    sides.round()
    with shop.database.read() as uow:
        told = uow.outbox.of_subject(MessageKind.MEMBER, member.id)
    assert [message.store for message in told if message.store == "second"] == ["second"]


def test_a_customer_named_with_entities_is_no_conflict(sides):
    member, customer = sides.linked()
    sides.store.edits(customer, given_name="Anna &amp; Co")
    sides.round()
    assert sides.member(member).given_name == "Anna & Co"
    assert sides.is_quiet()


def test_a_page_that_comes_later_than_a_look_at_the_counter_takes_nothing_back(sides):
    member, customer = sides.linked()
    old = sides.store.customers[customer]
    sides.shop.clock.advance(minutes=5)
    sides.store.edits(customer, phone="+306900004417")
    sides.round()
    sides.puller.members.take([old])
    assert sides.member(member).phone == "+306900004417"
    sides.puller.members.take([replace(old, updated_at=None)])
    assert sides.member(member).phone == "", "without a time nobody can tell"


# -- consent ---------------------------------------------------------------------------------------


def test_who_takes_consent_back_online_is_not_written_to(sides):
    member, customer = sides.linked()
    sides.answers(member, granted=True)
    sides.round()
    sides.round()
    assert sides.store.customers[customer].marketing is True
    sides.shop.clock.advance(hours=1)
    sides.store.edits(customer, marketing=False)
    sides.round()
    last = sides.consents(member)[-1]
    assert (last.granted, last.wording, last.till) == (False, WITHDRAWN_ONLINE, "online")
    assert sides.is_quiet()


def test_who_takes_it_back_at_the_till_is_told_to_the_store_even_when_both_speak(sides):
    member, customer = sides.linked()
    sides.answers(member, granted=True)
    sides.round()
    sides.round()
    sides.answers(member, granted=False)
    sides.store.edits(customer, family_name="Other")
    sides.round()
    assert sides.store.customers[customer].marketing is False
    assert not sides.consents(member)[-1].granted
    assert sides.is_quiet()


def test_consent_given_online_is_kept_with_its_evidence(sides):
    member, customer = sides.linked()
    edited = sides.store.edits(customer, marketing=True)
    sides.round()
    [consent] = sides.consents(member)
    assert (consent.granted, consent.wording) == (True, GIVEN_ONLINE)
    assert consent.recorded_at == edited.updated_at
    assert sides.is_quiet()


def test_an_answer_dated_before_the_last_one_still_is_the_last_that_was_heard(sides):
    member, customer = sides.linked()
    sides.answers(member, granted=True)
    sides.round()
    sides.round()
    agreed_at = sides.consents(member)[0].recorded_at
    sides.shop.clock.advance(hours=2)
    sides.store.edits(customer, marketing=False, updated_at=None)
    sides.round()
    sides.store.edits(customer, marketing=True, updated_at=agreed_at + timedelta(hours=1))
    sides.round()
    said = [consent.granted for consent in sides.consents(member)]
    assert said == [True, False, True]


def test_a_member_s_newer_card_is_told_with_the_link(sides):
    """Somebody enrolled at the till with a card, and the shop's customer shows none."""
    customer = sides.store.registers(ANNA)
    member = sides.shop.enrol("", OWN_CARD)
    with sides.shop.writing() as uow:
        uow.members.put(replace(member, email=ANNA))
        uow.members.put_card(Card(CardNumber(OTHER_CARD), member.id, sides.shop.clock()))
    sides.round()
    assert sides.store.customers[customer.id].card != ""
    assert sides.is_quiet()
