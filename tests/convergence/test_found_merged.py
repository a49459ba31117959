"""What was found where one till merges two members and another one, which has not heard of it,
gives them an account, or forgets one of them: each once as a story."""

from __future__ import annotations

from datetime import timedelta

import pytest

from terminal.desk_tasks import TaskKind
from terminal.services.whose import is_erased, made_of, survivor_of
from tests.convergence import invariants
from tests.convergence.deeds import BOSS, CASHIER
from tests.convergence.test_found import enrol, rounds, tasks
from tests.convergence.test_found_apart import EMAIL, balance, hands_over, rounds_of_hub, shown
from tests.convergence.world import STORE, TillSim, World

OTHER = "example2@example.com"


def links(till: TillSim) -> list[tuple[str, str]]:
    """Whose which account of the online store is, by one till."""
    return sorted(till.rows("SELECT local_id, remote_id FROM remote_links WHERE kind = 'member'"))


def asked(till: TillSim, kind: TaskKind) -> list[str]:
    """Those of whom a person is asked this."""
    with till.database.read() as uow:
        return [task.member_id or "" for task in uow.tasks.open(10) if task.kind is kind]


def one_told_and_one_not(world: World) -> tuple[str, str]:
    """A member with an account, and one whom the first two tills know, and no store yet."""
    here, there, *_others = world.tills
    told = enrol(here, 1, EMAIL)
    rounds(world)
    untold = enrol(there, 2, OTHER)
    there.hub_round()
    here.hub_round()
    return told, untold


def is_well(world: World) -> None:
    """All agree, nothing waits, no points show where they are not, and nothing goes on moving."""
    rounds_of_hub(world)
    invariants.tills_agree(world)
    invariants.nothing_waits(world)
    invariants.store_shows_balances(world)
    invariants.no_points_show_twice(world)
    log = len(world.hub.log)
    rounds(world)
    assert len(world.hub.log) == log


def test_of_an_account_made_and_one_inherited_all_tills_keep_the_one_that_was_made(
    two: World,
) -> None:
    """The store made the survivor an account, lost it and made another one, all before the hub
    heard of any: the inherited one was kept at one till and the second one at the other."""
    here, there = two.tills
    goes, stays = one_told_and_one_not(two)
    here.store_round()
    here.hub_engine._books.make()  # and the line is cut
    two.shop.erase(two.shop.of(OTHER).id)
    two.moment += timedelta(minutes=1)
    here.services.office.adjust(stays, 50, "because", BOSS)
    here.store_round()
    here.hub_engine._books.make()
    two.moment += timedelta(minutes=1)
    there.merging.merge(stays, goes, CASHIER)
    there.hub_round()
    rounds(two, 4)
    assert links(here) == links(there)
    assert (stays, two.shop.of(OTHER).id) in links(here)
    assert shown(two, OTHER) == balance(here, stays) == 250
    assert shown(two) == 0
    is_well(two)


def test_whoever_heard_of_which_account_first_all_tills_keep_the_same(three: World) -> None:
    """A third till was elected and made a member of the account before it heard whose it is."""
    here, there, third = three.tills
    goes, stays = one_told_and_one_not(three)
    here.store_round()
    three.moment += timedelta(minutes=1)
    there.merging.merge(stays, goes, CASHIER)
    there.hub_round()
    hands_over(three)
    third.store_round()
    third.hub_round()
    here.hub_round()
    rounds(three, 5)
    assert links(here) == links(there) == links(third)
    made = made_of(STORE, three.shop.of(OTHER).id)
    assert asked(here, TaskKind.DUPLICATE) == [min(stays, made)]
    assert shown(three, OTHER) == 200
    assert shown(three) == 0
    is_well(three)


def test_an_account_that_showed_the_survivor_s_points_shows_none_once_another_one_is_theirs(
    two: World,
) -> None:
    """Whoever was elected told the inherited account what the survivor has, before it heard that
    there is one of their own."""
    here, there = two.tills
    goes, stays = one_told_and_one_not(two)
    here.store_round()
    hands_over(two)
    there.merging.merge(stays, goes, CASHIER)
    inherited = two.shop.of(EMAIL).id
    there.store_round()
    assert two.shop.customers[inherited].standing.points == 200
    rounds(two, 4)
    assert links(here) == links(there)
    assert two.shop.customers[inherited].standing.points == 0
    is_well(two)


@pytest.mark.parametrize("email", ["", OTHER], ids=["one account", "two accounts"])
@pytest.mark.parametrize("heard", [True, False])
def test_who_is_forgotten_is_so_with_all_that_was_merged_into_them_elsewhere(
    two: World, email: str, heard: bool
) -> None:
    """The absorbed one's account, with name, address and consent, stayed in the store for ever."""
    here, there = two.tills
    goes, stays = enrol(here, 1, EMAIL), enrol(here, 2, email)
    rounds(two)
    here.merging.merge(stays, goes, CASHIER)
    if heard:
        rounds_of_hub(two)
    there.erasing.erase(stays, CASHIER)
    rounds(two, 5)
    assert two.shop.customers == {}
    for till in two.tills:
        with till.database.read() as uow:
            assert is_erased(uow, goes)
            assert is_erased(uow, stays)
    assert tasks(here) == []
    is_well(two)


@pytest.mark.parametrize("answer", ["erase", "leave"])
def test_where_the_one_merged_was_forgotten_elsewhere_a_person_is_asked_of_the_survivor(
    two: World, answer: str
) -> None:
    here, there = two.tills
    goes, stays = enrol(here, 1, EMAIL), enrol(here, 2, OTHER)
    rounds(two)
    here.merging.merge(stays, goes, CASHIER)
    there.erasing.erase(goes, CASHIER)
    rounds(two, 4)
    assert [one.email for one in two.shop.customers.values()] == [OTHER]
    for till in two.tills:
        assert asked(till, TaskKind.ALSO_FORGET) == [stays]
    [task] = tasks(here)
    assert here.deciding.answer(task, answer, BOSS)
    rounds(two, 4)
    assert len(two.shop.customers) == (answer == "leave")
    assert asked(there, TaskKind.ALSO_FORGET) == []
    is_well(two)


def test_an_account_shows_nothing_once_both_who_had_it_are_somebody_else_by_now(
    three: World,
) -> None:
    """Whoever was made of it had nothing booked, so that nothing was told of them, and of the other
    one nothing was told as long as they were there."""
    here, there, _elsewhere = three.tills
    made = made_of(STORE, three.shop.registers(EMAIL).id)
    here.store_round()
    goes, stays = enrol(there, 1, EMAIL), enrol(there, 2, OTHER)
    rounds_of_hub(three)
    rounds(three)
    assert shown(three) == 100
    there.merging.merge(stays, goes, CASHIER)
    rounds(three)
    there.merging.merge(stays, made, CASHIER)
    rounds(three, 4)
    assert shown(three) == 0
    assert shown(three, OTHER) == balance(here, stays) == 200
    is_well(three)


@pytest.mark.parametrize("later", [0, 1])
@pytest.mark.parametrize("heard_first", [0, 1])
def test_two_who_were_merged_into_each_other_keep_a_name(
    three: World, later: int, heard_first: int
) -> None:
    """Each till had left the other one without a name, so that nobody was left with one."""
    *both, third = three.tills
    people = [enrol(both[0], 1, EMAIL), enrol(both[0], 2, OTHER)]
    rounds(three)
    for place in (1 - later, later):
        both[place].merging.merge(people[place], people[1 - place], CASHIER)
        three.moment += timedelta(minutes=1)
        both[place].hub_engine._books.make()
    for place in (heard_first, 1 - heard_first):
        both[place].hub_round()
        third.hub_round()
    rounds(three, 4)
    for till in three.tills:
        with till.database.read() as uow:
            survivor = survivor_of(uow, people[0])
            assert survivor == survivor_of(uow, people[1]) == people[later]
            member = uow.members.get(survivor)
        assert (member.email, member.given_name) == ((EMAIL, OTHER)[later], f"Example {later + 1}")
        assert balance(till, survivor) == 200
    is_well(three)
