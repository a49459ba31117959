"""What a customer does at one till, every other till knows; and what two tills do apart, joins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.cards import Card, CardState, own_card
from terminal.db.verify import verify
from terminal.desk_tasks import TaskKind
from terminal.errors import CardBlocked
from terminal.ids import MemberId
from terminal.members import Purpose
from terminal.services.erasing import ErasingService
from terminal.slips import SlipState, slip_text
from tests.hub.deeds import answers, kinds, member_at, merge, writing
from tests.hub.till_stand import Chain, TillAt, Two

CASHIER = "cashier"


def change(till: TillAt, member_id: MemberId, **fields: object) -> None:
    """What a member says of themselves is changed at this till, a second later."""
    till.shop.later(seconds=1)
    with writing(till) as uow:
        member = uow.members.get(member_id)
        assert member is not None
        uow.members.put(replace(member, **fields, updated_at=till.shop.clock()))


def test_who_enrols_at_one_till_buys_at_another(chain: Chain, two: Two) -> None:
    one, other = two
    member = one.shop.enrol("Example", email="a@example.com")
    chain.settle(1)
    other.shop.later(seconds=5)
    done = other.shop.sell(member, other.shop.basket("OIL-500"))
    chain.settle()
    assert one.shop.balance(member) == other.shop.balance(member) > 100
    assert one.shop.services.counter.find_sale(done.sale.ref).sale == done.sale
    chain.agree()


def test_goods_come_back_at_another_till(chain: Chain, two: Two) -> None:
    one, other = two
    member = one.shop.enrol()
    one.shop.later(seconds=5)
    done = one.shop.sell(member, one.shop.basket("OIL-500", "COF-250"))
    chain.settle()
    chain.later(minutes=5)
    other.shop.services.counter.take_back(done.sale.ref, "broken", CASHIER)
    chain.settle()
    assert one.shop.balance(member) == 100
    held = chain.agree()
    assert len(held["returns"]) == 1
    assert all(verify(each.database).ok for each in two)


def test_a_refund_that_is_heard_of_before_its_sale_waits_for_it(chain: Chain, two: Two) -> None:
    one, other = two
    member = one.shop.enrol()
    chain.settle()
    one.shop.later(seconds=5)
    done = one.shop.sell(member, one.shop.basket("OIL-500"))
    one.shop.services.counter.take_back(done.sale.ref, "broken", CASHIER)
    one.engine.push()
    first, second = (_place(chain, kind) for kind in ("sale", "return"))
    chain.hub.log[first], chain.hub.log[second] = chain.hub.log[second], chain.hub.log[first]
    assert other.engine.pull().failure is None
    assert other.engine.standing().waiting == 0  # it came, and the return with it
    chain.settle()
    assert len(chain.agree()["returns"]) == 1


def _place(chain: Chain, kind: str) -> int:
    return next(n for n, (fact, _) in enumerate(chain.hub.log) if fact.kind == kind)


def test_a_member_that_is_not_here_yet_is_waited_for(chain: Chain, two: Two) -> None:
    one, other = two
    member = one.shop.enrol("Example")
    one.engine.push()
    held_back = [item for item in chain.hub.log if item[0].kind == "member"]
    chain.hub.log = [item for item in chain.hub.log if item[0].kind != "member"]
    other.engine.pull()
    assert other.engine.standing().waiting > 0
    assert member_at(other, member.member.id) is None
    chain.hub.log += held_back
    other.engine.pull()
    assert other.engine.standing().waiting == 0
    assert other.shop.balance(member) == 100
    chain.agree()


def test_two_fields_changed_at_two_tills_are_both_kept(chain: Chain, two: Two) -> None:
    one, other = two
    member = one.shop.enrol("Example").member.id
    chain.settle()
    change(one, member, phone="+306900000001")
    change(other, member, town="Patra", note="Likes olives")
    chain.settle()
    chain.agree()
    kept = member_at(one, member)
    assert (kept.phone, kept.town, kept.note) == ("+306900000001", "Patra", "Likes olives")
    assert kinds(one) == []


def test_one_phone_changed_to_two_is_asked_of_a_person_once(chain: Chain, two: Two) -> None:
    one, other = two
    member = one.shop.enrol("Example").member.id
    chain.settle()
    change(one, member, phone="+306900000001")
    other.shop.later(minutes=1)
    change(other, member, phone="+306900000002")
    chain.settle()
    chain.agree()
    assert member_at(one, member).phone == "+306900000002"  # the later one, meanwhile
    for till in two:
        ((kind, details),) = till.tasks()
        assert kind == TaskKind.PROFILE_CONFLICT
        assert details == {"field": "phone", "ours": "+306900000002", "theirs": "+306900000001"}


def test_a_phone_changed_twice_in_a_row_is_no_question(chain: Chain, two: Two) -> None:
    one, other = two
    member = one.shop.enrol("Example").member.id
    chain.settle()
    change(one, member, phone="+306900000001")
    chain.settle()
    change(other, member, phone="+306900000002")
    change(other, member, town="Patra")
    chain.settle()
    change(one, member, phone="+306900000003")
    chain.settle()
    assert member_at(other, member).phone == "+306900000003"
    assert kinds(one) == kinds(other) == []


def test_a_clock_hours_behind_does_not_undo_what_was_changed_after_it_knew(
    chain: Chain, two: Two
) -> None:
    one, other = two
    member = one.shop.enrol("Example").member.id
    chain.settle()
    other.shop.later(hours=-5)
    change(one, member, phone="+306900000001")
    chain.settle()
    change(other, member, phone="+306900000002")
    chain.settle()
    assert member_at(one, member).phone == member_at(other, member).phone == "+306900000002"
    assert kinds(one) == []


def test_a_card_blocked_at_one_till_is_blocked_at_all(chain: Chain, two: Two) -> None:
    one, other = two
    member = one.shop.enrol("Example")
    chain.settle()
    with writing(one) as uow:
        (card,) = uow.members.cards(member.member.id)
        uow.members.put_card(replace(card, state=CardState.BLOCKED))
    chain.settle()
    with pytest.raises(CardBlocked):
        other.shop.services.counter.identify(card.number)
    chain.agree()


def test_one_person_enrolled_at_two_tills_is_asked_about_and_keeps_all_points(
    chain: Chain, two: Two
) -> None:
    one, other = two
    first = one.shop.enrol("Example", email="same@example.com")
    other.shop.later(seconds=9)
    other.shop._serial = iter((7, 8))  # another card
    second = other.shop.enrol("Example", email="same@example.com")
    chain.settle()
    chain.agree()
    for till in two:
        ((kind, details),) = till.tasks()
        assert kind == TaskKind.DUPLICATE
        assert details["other"] == max(first.member.id, second.member.id)
        assert till.shop.balance(first) == till.shop.balance(second) == 100


def test_a_card_given_out_twice_stays_with_the_first(chain: Chain, two: Two) -> None:
    one, other = two
    first = one.shop.enrol("Example")
    other.shop.later(seconds=9)
    second = other.shop.enrol("Sample")  # the same number from the same pile
    chain.settle()
    chain.agree()
    for till in two:
        assert kinds(till) == [TaskKind.DUPLICATE]
        found = till.shop.services.counter.identify(own_card(till.shop.till.card_prefix, 1))
        assert found.view.member.id == first.member.id
        assert till.shop.balance(second) == 100


def test_a_refusal_stands_against_a_consent_that_did_not_know_of_it(chain: Chain, two: Two) -> None:
    one, other = two
    member = one.shop.enrol("Example").member.id
    chain.settle()
    answers(one, member, yes=False)
    other.shop.later(minutes=3)
    answers(other, member, yes=True)
    chain.settle()
    for till in two:
        assert Purpose.EMAIL not in till.shop.services.counter.member(member).consents
    chain.agree()
    answers(other, member, yes=True)  # knowing of the refusal: the customer changed their mind
    chain.settle()
    for till in two:
        assert Purpose.EMAIL in till.shop.services.counter.member(member).consents
    chain.agree()


def test_a_refusal_by_a_clock_that_is_behind_still_counts(chain: Chain, two: Two) -> None:
    one, other = two
    member = one.shop.enrol("Example").member.id
    answers(one, member, yes=True)
    chain.settle()
    other.shop.later(hours=-4)
    answers(other, member, yes=False)
    chain.settle()
    for till in two:
        assert Purpose.EMAIL not in till.shop.services.counter.member(member).consents
    chain.agree()


def test_merging_travels_and_what_comes_late_follows(chain: Chain, two: Two) -> None:
    one, other = two
    first = one.shop.enrol("Example")
    second = one.shop.enrol("Sample")
    chain.settle()
    chain.later(minutes=1)
    merge(one, first.member.id, second.member.id)
    other.shop.later(minutes=1)
    late = other.shop.sell(second, other.shop.basket("OIL-500"))  # it has not heard of it
    chain.settle(4)
    earned = sum(entry.points for entry in late.entries)
    for till in two:
        assert till.shop.balance(second) == 0
        assert till.shop.balance(first) == 200 + earned
    chain.agree()


def test_who_asked_to_be_forgotten_stays_so_though_a_till_had_not_heard(
    chain: Chain, two: Two
) -> None:
    one, other = two
    member = one.shop.enrol("Example", email="a@example.com").member.id
    chain.settle()
    chain.later(minutes=1)
    waiting = other.shop.services.counter.enquiries.balance(member)
    shop = one.shop
    ErasingService(one.database, shop.till, shop.bus, clock=shop.clock, new_id=shop.new_id).erase(
        member, CASHIER
    )
    other.shop.later(minutes=5)
    change(other, member, phone="+306900000001", town="Patra")
    with writing(other) as uow:
        uow.members.put_card(Card(own_card("2950", 77), member, other.shop.clock()))
    answers(other, member, yes=True)
    chain.settle(4)
    chain.agree()
    for till in two:
        kept = member_at(till, member)
        assert (kept.email, kept.phone, kept.town, kept.family_name) == ("", "", "", "")
        with till.database.read() as uow:
            assert uow.members.cards(member) == []
            assert uow.members.consents(member) == []
    with other.database.read() as uow:
        slip = uow.slips.get(waiting.id)
    assert slip.state is SlipState.CANCELLED, "a slip that waited at the other till"
    assert "Example" not in slip_text(slip.slip.blocks)
