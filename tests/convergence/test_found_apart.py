"""What the simulation found where tills take turns in telling the store, each once as a story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sync.online_store import Standing
from terminal.desk_tasks import TaskKind
from terminal.members import Purpose
from terminal.services.whose import is_erased, made_of, survivor_of
from tests.convergence import invariants
from tests.convergence.deeds import BOSS, CASHIER, People
from tests.convergence.test_found import answers, enrol, rounds, tasks
from tests.convergence.world import STORE, TillSim, World

EMAIL = "example1@example.com"


def balance(till: TillSim, member_id: str) -> int:
    with till.database.read() as uow:
        return uow.ledger.account(member_id).balance


def shown(world: World, email: str = EMAIL) -> int:
    standing = world.shop.of(email).standing
    return standing.points if standing else 0


def hands_over(world: World) -> None:
    """Whoever is elected no longer is."""
    world.moment += timedelta(minutes=1)
    for till in world.tills:
        till.restart(crashed=False)


def refused(till: TillSim, member_id: str) -> bool:
    with till.database.read() as uow:
        said = [c for c in uow.members.consents(member_id) if c.purpose is Purpose.EMAIL]
    return bool(said) and not said[-1].granted


def test_who_is_elected_next_and_knows_less_does_not_have_the_last_word(two: World) -> None:
    """Seed 515: a balance of yesterday was told after that of today, and no message waited."""
    here, there = two.tills
    member_id = enrol(here, 1, EMAIL)
    rounds(two)
    there.services.office.adjust(member_id, 20, "because", BOSS)
    here.services.office.adjust(member_id, 300, "because", BOSS)
    hands_over(two)
    here.store_round()  # the hub hears of neither
    assert shown(two) == 400
    hands_over(two)
    there.store_round()
    assert shown(two) == 120
    rounds(two)
    assert shown(two) == balance(here, member_id) == 420
    rounds(two)
    invariants.nothing_waits(two)
    log = len(two.hub.log)
    rounds(two)
    assert len(two.hub.log) == log


def test_points_that_somebody_typed_in_the_store_last_until_its_feed_is_read(two: World) -> None:
    here, _there = two.tills
    member_id = enrol(here, 1, EMAIL)
    rounds(two)
    two.shop.edits(two.shop.of(EMAIL).id, standing=Standing(9999, "gold", two.moment))
    rounds(two)
    assert shown(two) == balance(here, member_id)


def test_two_records_of_one_account_show_what_the_survivor_has(two: World) -> None:
    """Seeds 535, 537, 551, 629: the account was told that the absorbed one has nothing."""
    here, there = two.tills
    first = enrol(here, 1, EMAIL)
    here.store_round()
    second = enrol(there, 2, EMAIL)
    rounds(two)
    here.merging.merge(first, second, CASHIER)
    rounds(two)
    assert shown(two) == balance(here, first) == 200
    there.services.office.adjust(first, 50, "because", BOSS)
    rounds(two)
    assert shown(two) == 250


def test_a_refusal_by_a_second_account_is_the_persons(two: World) -> None:
    """Seed 703. Nothing else is taken of it."""
    here, _there = two.tills
    stays, goes = enrol(here, 1, EMAIL), enrol(here, 2, "example2@example.com")
    rounds(two)
    here.merging.merge(stays, goes, CASHIER)
    rounds(two)
    other = two.shop.of("example2@example.com")
    two.moment += timedelta(minutes=5)
    two.shop.edits(other.id, given_name="Somebody Else")
    rounds(two)
    assert not refused(here, stays)
    two.shop.edits(other.id, marketing=False)
    rounds(two)
    assert refused(here, stays)
    assert two.shop.of(EMAIL).marketing is False
    assert two.shop.of(EMAIL).given_name == "Example 1"
    answers(here, stays, True)
    two.shop.edits(other.id, phone="+306900000008")
    rounds(two)
    assert not refused(here, stays)  # said before, and asked again since


def test_a_refusal_taken_in_where_nobody_knew_of_the_merge_holds(two: World) -> None:
    here, there = two.tills
    stays, goes = enrol(here, 1, EMAIL), enrol(here, 2, "example2@example.com")
    rounds(two)
    here.merging.merge(stays, goes, CASHIER)
    answers(there, goes, False)
    rounds(two)
    assert refused(here, stays)
    assert refused(there, stays)
    assert two.shop.of(EMAIL).marketing is False
    invariants.tills_agree(two)


def test_a_refusal_of_old_does_not_undo_what_was_agreed_to_since(two: World) -> None:
    here, there = two.tills
    stays, goes = enrol(here, 1, EMAIL, mail=False), enrol(here, 2, mail=False)
    rounds(two)
    here.merging.merge(stays, goes, CASHIER)
    two.moment += timedelta(minutes=5)
    answers(here, stays, True)
    there.services.office.adjust(goes, 50, "because", BOSS)  # has not heard of the merge
    rounds(two)
    assert not refused(here, stays)
    assert not refused(there, stays)
    assert balance(here, stays) == 250


def test_who_was_forgotten_is_not_made_again_of_their_account(three: World) -> None:
    """Seed 860: the account was still there when another till looked."""
    here, there, _elsewhere = three.tills
    member_id = enrol(here, 1, EMAIL)
    here.store_round()
    customer = three.shop.of(EMAIL).id
    here.erasing.erase(member_id, CASHIER)
    hands_over(three)
    there.store_round()
    made = made_of(STORE, customer)
    assert there.rows("SELECT email FROM members WHERE id = ?", made) == [(EMAIL,)]
    rounds(three)
    assert not three.shop.customers
    for till in three.tills:
        assert till.rows("SELECT 1 FROM members WHERE email <> ''") == []
    invariants.tills_agree(three)


def test_a_record_made_of_the_account_of_who_is_forgotten_goes_with_them(three: World) -> None:
    here, there, _elsewhere = three.tills
    customer = three.shop.registers(EMAIL, given_name="Web 1")
    there.store_round()
    member_id = enrol(here, 1, EMAIL)  # has not heard of the record that was made
    rounds(three)
    here.erasing.erase(member_id, CASHIER)
    rounds(three)
    with here.database.read() as uow:
        assert is_erased(uow, made_of(STORE, customer.id))
    assert not three.shop.customers
    invariants.tills_agree(three)


@pytest.mark.parametrize("twin", [False, True])
def test_a_store_that_was_told_of_somebody_forgotten_elsewhere_forgets_them(
    two: World, twin: bool
) -> None:
    """Seed 30107: the till that forgot them had not heard of the account. One that is somebody
    else's as well shows theirs."""
    here, there = two.tills
    other = enrol(there, 2, EMAIL) if twin else ""
    member_id = enrol(here, 1, EMAIL)
    rounds_of_hub(two)
    here.store_round()
    there.erasing.erase(member_id, CASHIER)
    rounds(two)
    if twin:
        assert shown(two) == balance(here, other) == 100
        assert two.shop.of(EMAIL).given_name == "Example 2"
    else:
        assert not two.shop.customers
    people = People(two)
    people.erased.add(member_id)
    invariants.the_forgotten_are(two, people)
    invariants.nothing_waits(two)


def rounds_of_hub(world: World) -> None:
    for _ in range(2):
        for till in world.tills:
            till.hub_round()


def test_the_balance_of_who_left_no_address_is_told_nobody(two: World) -> None:
    here, _there = two.tills
    member_id = enrol(here, 1, EMAIL)
    rounds(two)
    with here.database.write() as uow:
        uow.members.put(replace(uow.members.get(member_id), email=""))
        uow.commit()
    two.shop.edits(two.shop.of(EMAIL).id, standing=Standing(7, "gold", two.moment))
    rounds(two)
    assert [kind for kind in tasks(here) if kind == TaskKind.DIFFERENCE] == []
    invariants.nothing_waits(two)


def test_a_question_that_two_tills_settled_apart_has_one_answer(two: World) -> None:
    """Seed 30512: each kept its own for ever."""
    here, there = two.tills
    enrol(here, 1, EMAIL)
    enrol(there, 2, EMAIL)
    rounds(two)
    [task] = tasks(here)
    for till, outcome in ((there, "separate"), (here, "later")):
        two.moment += timedelta(minutes=1)
        with till.database.write() as uow:
            assert uow.tasks.settle(task, outcome, BOSS.id, till.clock())
            uow.commit()
    rounds(two)
    for till in two.tills:
        assert till.rows("SELECT outcome FROM tasks WHERE id = ?", task) == [("separate",)]
    invariants.tills_agree(two)


@pytest.mark.parametrize("linked", [False, True])
def test_a_record_made_of_an_account_of_who_was_merged_is_asked_about(
    three: World, linked: bool
) -> None:
    """Seeds 73153, 74879: the till that made it had heard of neither; two had one account, and it
    showed the points of only one. ``linked``: the survivor has an account besides."""
    here, there, _elsewhere = three.tills
    goes = enrol(there, 1, EMAIL)
    if not linked:
        there.store_round()
    stays = enrol(there, 2, "example2@example.com")
    if linked:
        rounds_of_hub(three)
        there.store_round()
        here.merging.merge(stays, goes, CASHIER)
    else:
        there.merging.merge(stays, goes, CASHIER)
    hands_over(three)
    customer = three.shop.of(EMAIL).id
    three.shop.orders_online(customer, 2400)
    here.store_round()
    made = made_of(STORE, customer)
    assert here.rows("SELECT email FROM members WHERE id = ?", made) == [(EMAIL,)]
    rounds(three)
    for till in three.tills:
        asked = till.rows(
            "SELECT id, member_id, details FROM tasks WHERE kind = 'duplicate' AND outcome = ''"
        )
        assert len(asked) == 1
    assert asked[0][1] == min(stays, made)
    assert max(stays, made) in asked[0][2]
    here.deciding.answer(asked[0][0], "merge", BOSS)
    rounds(three)
    with here.database.read() as uow:
        assert survivor_of(uow, made) == survivor_of(uow, stays)
    invariants.tills_agree(three)
    invariants.store_shows_balances(three)
    invariants.nothing_waits(three)


@pytest.mark.parametrize("answer", ["", "two"])
def test_an_account_shows_the_points_of_who_was_made_of_it_not_of_who_was_merged(
    three: World, answer: str
) -> None:
    """Seed 73153: who was merged has nothing any more, and was told so where another's points are;
    whether a person says that they are two, or nothing yet."""
    here, there, _elsewhere = three.tills
    goes, stays = enrol(there, 1, EMAIL), enrol(there, 2, "example2@example.com")
    rounds_of_hub(three)
    there.store_round()
    here.merging.merge(stays, goes, CASHIER)
    hands_over(three)
    customer = three.shop.of(EMAIL).id
    three.shop.orders_online(customer, 2400)
    here.store_round()
    rounds(three)
    made = made_of(STORE, customer)
    if answer:
        [task] = tasks(here)
        here.deciding.answer(task, answer, BOSS)
    for till in three.tills:
        rounds(three)
        assert shown(three) == balance(till, made) > 0
        assert shown(three, "example2@example.com") == balance(till, stays) == 200
        hands_over(three)
    invariants.tills_agree(three)
    invariants.store_shows_balances(three)
    invariants.nothing_waits(three)


@pytest.mark.parametrize("told_first", [True, False])
def test_the_account_of_who_was_merged_never_looks_like_a_strangers(
    two: World, told_first: bool
) -> None:
    """Seed 203573: the merge gave the survivor the absorbed one's account, while another till made
    the survivor an account of their own. The first one was nobody's then, a member was made of it,
    and it went on showing points that had gone over."""
    here, there = two.tills
    goes = enrol(here, 1, EMAIL)
    rounds(two)
    stays = enrol(there, 2, "example2@example.com")
    there.hub_round()
    here.hub_round()
    there.merging.merge(stays, goes, CASHIER)
    if told_first:
        here.store_round()  # has not heard of the merge
        assert two.shop.of("example2@example.com")
    else:
        two.shop.edits(two.shop.of(EMAIL).id, family_name="Before")
        there.hub_round()
        here.hub_round()
    rounds(two, 4)
    people = here.rows("SELECT id FROM members ORDER BY joined_at")
    assert {row[0] for row in people} == {goes, stays}
    accounts = {c.id: c.standing.points for c in two.shop.customers.values() if c.standing}
    assert sorted(accounts.values()) == ([0, 200] if told_first else [200])
    assert balance(here, stays) == balance(there, stays) == 200
    invariants.tills_agree(two)
    invariants.store_shows_balances(two)
    invariants.nothing_waits(two)
    log = len(two.hub.log)
    rounds(two)
    assert len(two.hub.log) == log
