"""What the simulation found, each once as a story."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from terminal.cards import own_card
from terminal.errors import UnknownMember
from terminal.members import Purpose
from terminal.services.enrolment import Answer, EnrolmentForm
from terminal.services.whose import made_of
from tests.convergence import invariants
from tests.convergence.deeds import BOSS, CASHIER, People
from tests.convergence.world import STORE, TillSim, World

MAY_WE = Answer(Purpose.PROGRAMME, True, "May we?", "en")


def enrol(till: TillSim, number: int, email: str = "", *, mail: bool = True) -> str:
    till.world.moment += timedelta(minutes=1)
    form = EnrolmentForm(
        card=own_card("2950", number), given_name=f"Example {number}", email=email,
        answers=(MAY_WE, Answer(Purpose.EMAIL, mail, "May we write?", "en")),
    )  # fmt: skip
    return till.services.enrolment.enrol(form, CASHIER).member.id


def rounds(world: World, count: int = 3) -> None:
    for _ in range(count):
        world.moment += timedelta(minutes=20)
        for till in world.tills:
            till.hub_round()
            till.store_round()


def answers(till: TillSim, member_id: str, yes: bool) -> None:
    asked = Answer(Purpose.EMAIL, yes, "May we write?", "en")
    till.services.enrolment.record_answer(member_id, asked, CASHIER)


def tasks(till: TillSim) -> list[str]:
    return [row[0] for row in till.rows("SELECT id FROM tasks WHERE outcome = ''")]


def test_an_answer_taken_back_at_a_till_reaches_the_online_store(two: World) -> None:
    here, there = two.tills
    member_id = enrol(here, 1, "example1@example.com")
    rounds(two)
    assert two.shop.of("example1@example.com").marketing is True
    answers(there, member_id, False)
    rounds(two)
    assert two.shop.of("example1@example.com").marketing is False
    invariants.tills_agree(two)


def test_nothing_new_is_written_down_of_who_was_forgotten(two: World) -> None:
    here, _there = two.tills
    member_id = enrol(here, 1)
    rounds(two)
    here.erasing.erase(member_id, CASHIER)
    with pytest.raises(UnknownMember):
        answers(here, member_id, True)
    with pytest.raises(UnknownMember):
        here.services.enrolment.link_card(own_card("2950", 9), member_id)
    rounds(two)
    invariants.tills_agree(two)


def test_a_merge_and_an_erasure_at_two_tills_end_alike(two: World) -> None:
    here, there = two.tills
    first, second = enrol(here, 1), enrol(here, 2)
    rounds(two)
    here.merging.merge(first, second, CASHIER)
    there.erasing.erase(first, CASHIER)
    rounds(two)
    invariants.tills_agree(two)


def test_the_forgotten_are_not_made_one_with_anybody(two: World) -> None:
    here, _there = two.tills
    first, second = enrol(here, 1), enrol(here, 2)
    here.erasing.erase(second, CASHIER)
    with pytest.raises(UnknownMember):
        here.merging.merge(first, second, CASHIER)


def test_what_two_tills_changed_apart_is_decided_and_told(two: World) -> None:
    here, there = two.tills
    member_id = enrol(here, 1, "example1@example.com")
    rounds(two)
    for till, phone in ((here, "+306900000001"), (there, "+306900000002")):
        with till.database.write() as uow:
            member = uow.members.get(member_id)
            uow.members.put(replace(member, phone=phone))
            uow.commit()
    rounds(two)
    assert tasks(here)
    for _ in range(3):
        for task in tasks(here):
            here.deciding.answer(task, "theirs", BOSS)
        rounds(two)
    invariants.nothing_waits(two)
    invariants.tills_agree(two)
    with here.database.read() as uow:
        assert two.shop.of("example1@example.com").phone == uow.members.get(member_id).phone


def test_refunds_in_another_order_are_no_other_order(two: World) -> None:
    here, _there = two.tills
    enrol(here, 1, "example1@example.com")
    rounds(two)
    customer = two.shop.of("example1@example.com")
    order = two.shop.orders_online(customer.id, 4000)
    for goods in (100, 200, 300):
        order = two.shop.refunds(order, goods)
    order = two.shop.feed[-1]
    two.shop.feed.append(replace(order, refunds=order.refunds[::-1]))
    rounds(two)
    log = len(two.hub.log)
    rounds(two, 2)
    assert len(two.hub.log) == log
    invariants.tills_agree(two)


def test_a_return_whose_clock_is_behind_its_sale_keeps_the_account_whole(
    two: World, caplog: pytest.LogCaptureFixture
) -> None:
    """A lot that comes back stands before the credit it was taken from."""
    here, there = two.tills
    people = People(two)
    chance = random.Random(5)
    two.weather.chance = chance
    member_id = enrol(here, 1)
    people.members.append(member_id)
    here.services.office.adjust(member_id, 300, "to begin with", BOSS)
    for _ in range(6):
        two.moment += timedelta(minutes=5)
        people.sell(here, chance)
    rounds(two)
    there.skew = -timedelta(hours=3)
    for (ref,) in there.rows("SELECT ref FROM sales"):
        there.services.counter.take_back(ref, "broken", CASHIER)
    there.services.office.adjust(member_id, -50, "because", BOSS)
    rounds(two)
    invariants.tills_agree(two)
    invariants.books_are_sound(two)


def test_a_refusal_holds_when_two_records_become_one(two: World) -> None:
    here, there = two.tills
    stays = enrol(here, 1, "example1@example.com", mail=True)
    goes = enrol(there, 2, "example2@example.com", mail=False)
    rounds(two)
    two.moment += timedelta(minutes=5)
    answers(here, stays, True)
    rounds(two)
    here.merging.merge(stays, goes, CASHIER)
    rounds(two)
    with here.database.read() as uow:
        said = [c for c in uow.members.consents(stays) if c.purpose is Purpose.EMAIL]
    assert said[-1].granted is False


def test_two_records_under_one_address_write_to_nobody_who_refused(two: World) -> None:
    here, there = two.tills
    enrol(here, 1, "example1@example.com", mail=False)
    second = enrol(there, 2, "example1@example.com", mail=True)
    there.world.moment += timedelta(minutes=1)
    rounds(two)
    with there.database.write() as uow:
        member = uow.members.get(second)
        uow.members.put(replace(member, phone="+306900000009"))
        uow.commit()
    rounds(two)
    assert two.shop.of("example1@example.com").marketing is False


@pytest.mark.parametrize("asked_before", [True, False])
def test_a_refusal_given_online_before_anybody_asked_here_holds_when_made_one(
    three: World, asked_before: bool
) -> None:
    """``members = "all"``: a customer became a member who was never asked; a till had a record of
    the same person that agreed. Seeds 24004 and 24902."""
    here, _there, elsewhere = three.tills
    customer = three.shop.registers("example1@example.com", given_name="Web 1")
    if asked_before:
        here.store_round()
    agreed = enrol(elsewhere, 1, "example1@example.com", mail=True)
    three.shop.edits(customer.id, marketing=False)
    three.moment += timedelta(minutes=1)
    here.store_round()
    [(made,)] = here.rows("SELECT local_id FROM remote_links WHERE remote_id = ?", customer.id)
    rounds(three)
    here.merging.merge(agreed, made, CASHIER)
    rounds(three)
    for till in three.tills:
        with till.database.read() as uow:
            said = [c for c in uow.members.consents(agreed) if c.purpose is Purpose.EMAIL]
        assert said[-1].granted is False
    assert three.shop.of("example1@example.com").marketing is False


def test_tills_that_differ_among_themselves_tell_no_store_without_a_name(two: World) -> None:
    here, _there = two.tills
    people = People(two)
    member_id = enrol(here, 1)
    people.members.append(member_id)
    basket_chance = random.Random(1)
    for _ in range(4):
        two.moment += timedelta(minutes=1)
        people.sell(here, basket_chance)
    rounds(two)
    [(ref,)] = here.rows("SELECT ref FROM sales WHERE member_id IS NOT NULL ORDER BY id LIMIT 1")
    for till in two.tills:  # they can't hear each other
        till.services.counter.take_back(ref, "broken", CASHIER)
    rounds(two)
    for task in tasks(here):
        with here.database.read() as uow:
            kind = uow.tasks.get(task).kind.value
        here.deciding.answer(task, "tell" if kind == "difference" else "seen", BOSS)
    rounds(two)
    invariants.nothing_waits(two)


def test_points_of_an_account_whose_member_nobody_else_heard_of_stay_as_well(three: World) -> None:
    """The one till that knew them told the store and no other till, and came back from a backup."""
    here, there, _elsewhere = three.tills
    backup = here.path.with_suffix(".backup")
    here.end()
    shutil.copyfile(here.path, backup)
    here.start()
    enrol(here, 1, "example1@example.com")
    here.store_round()
    here.end()
    shutil.copyfile(backup, here.path)
    here.start()
    rounds(three)
    customer = three.shop.of("example1@example.com")
    made = made_of(STORE, customer.id)
    assert here.rows("SELECT id FROM members") == [(made,)]
    assert customer.standing.points == 100
    with pytest.raises(invariants.ViolationError):
        invariants.store_shows_balances(three)  # where no disk failed it would be wrong
    three.weather.count["backup restored"] += 1
    invariants.store_shows_balances(three)
    there.services.office.adjust(made, 30, "because", BOSS)
    rounds(three)
    assert three.shop.of("example1@example.com").standing.points == 30
    invariants.tills_agree(three)


def test_points_of_an_account_that_went_with_a_disk_stay_until_something_is_booked(
    three: World,
) -> None:
    """Seed 60297: the one till that knew whose the account was came back from a backup, and the
    person had asked elsewhere to be forgotten: nobody can know who they were."""
    here, there, _elsewhere = three.tills
    backup = here.path.with_suffix(".backup")
    here.end()
    shutil.copyfile(here.path, backup)
    here.start()
    member_id = enrol(there, 1, "example1@example.com")
    there.hub_round()
    here.hub_round()
    here.store_round()
    there.erasing.erase(member_id, CASHIER)
    there.hub_round()
    here.end()
    shutil.copyfile(backup, here.path)
    here.start()
    here.hub_round()
    here.store_round()
    rounds(three)
    customer = three.shop.of("example1@example.com")
    made = made_of(STORE, customer.id)
    assert here.rows("SELECT 1 FROM members WHERE id = ?", made)
    assert customer.standing.points == 100
    with pytest.raises(invariants.ViolationError):
        invariants.store_shows_balances(three)  # where no disk failed it would be wrong
    three.weather.count["backup restored"] += 1
    invariants.store_shows_balances(three)
    here.services.office.adjust(made, 30, "because", BOSS)
    rounds(three)
    assert three.shop.of("example1@example.com").standing.points == 30
    invariants.store_shows_balances(three)
    invariants.tills_agree(three)
