"""What was found about answers, where tills take turns in telling the store: each as a story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from terminal.outbox import MessageKind
from tests.convergence import invariants
from tests.convergence.deeds import CASHIER
from tests.convergence.test_found import answers, enrol, rounds
from tests.convergence.test_found_apart import EMAIL, hands_over, refused, rounds_of_hub
from tests.convergence.world import STORE, World


@pytest.mark.parametrize("elder_tells_last", [True, False])
def test_a_refusal_given_online_is_not_undone_by_an_agreement_of_before(
    two: World, elder_tells_last: bool
) -> None:
    """Of two agreements the one told last was kept, not the one of the later look: "we agreed
    since" was read from the elder, and a yes told over a refusal that was given online after it."""
    here, there = two.tills
    member_id = enrol(here, 1, EMAIL, mail=False)
    rounds_of_hub(two)
    hands_over(two)
    there.store_round()  # agreed: no; nobody else hears of it yet
    hands_over(two)
    answers(here, member_id, True)
    here.store_round()  # agreed: yes
    assert two.shop.of(EMAIL).marketing is True
    for till in (here, there) if elder_tells_last else (there, here):
        till.hub_round()
    rounds_of_hub(two)
    two.moment += timedelta(minutes=5)
    two.shop.edits(two.shop.of(EMAIL).id, marketing=False)
    hands_over(two)
    there.store_round()
    assert two.shop.of(EMAIL).marketing is False
    rounds(two)
    assert refused(here, member_id)
    assert refused(there, member_id)
    assert two.shop.of(EMAIL).marketing is False
    invariants.tills_agree(two)


def test_a_refusal_that_stood_is_not_set_against_who_agreed_knowing_it(two: World) -> None:
    """On the till that heard of both it was a refusal of its own, nobody else's: they differed."""
    here, there = two.tills
    member_id = enrol(here, 1, EMAIL)
    rounds_of_hub(two)
    for till, yes in ((there, False), (here, True), (there, True)):
        two.moment += timedelta(minutes=5)
        answers(till, member_id, yes)
    rounds(two)
    invariants.tills_agree(two)
    assert not refused(here, member_id)
    assert not refused(there, member_id)


def test_a_yes_of_ours_that_shows_late_is_not_one_given_online(two: World) -> None:
    """The power went between telling it and seeing it there, and the member took it back."""
    here, _there = two.tills
    member_id = enrol(here, 1, EMAIL, mail=False)
    rounds(two)
    answers(here, member_id, True)
    with here.database.read() as uow:
        customer = uow.sync.link(STORE, "member", member_id).remote_id
    here.engine._pulling.members.look(two.shop.customers[customer])
    two.moment += timedelta(minutes=5)
    two.shop.edits(customer, marketing=True)  # as it was told, and no answer came
    answers(here, member_id, False)
    rounds(two)
    assert refused(here, member_id)
    assert two.shop.of(EMAIL).marketing is False
    two.moment += timedelta(minutes=5)
    two.shop.edits(customer, marketing=True)
    rounds(two)
    assert not refused(here, member_id)  # this time it was


def passes_over(world: World) -> str:
    """A member whom the second till told the store of, and no other till, before its power went;
    what the store shows of them from here on, the first one reads without knowing whose it is."""
    here, there = world.tills
    rounds_of_hub(world)
    here.store_round()
    hands_over(world)
    member_id = enrol(there, 1, EMAIL)
    there.elected.push(lambda: True)
    assert world.shop.of(EMAIL).marketing is True
    hands_over(world)
    return member_id


def reads_on(world: World) -> None:
    """The first till reads, with somebody else's news after the member's."""
    world.moment += timedelta(minutes=5)
    world.shop.registers("deigma@example.com")
    world.tills[0].store_round()


def test_a_refusal_that_was_passed_over_is_heard_once_the_member_is(two: World) -> None:
    """Nobody of that account was known: "left", the cursor went on, and nobody read it again."""
    here, there = two.tills
    member_id = passes_over(two)
    two.moment += timedelta(minutes=5)
    two.shop.edits(two.shop.of(EMAIL).id, marketing=False)
    reads_on(two)
    rounds(two)
    assert refused(here, member_id)
    assert refused(there, member_id)
    assert two.shop.of(EMAIL).marketing is False
    invariants.tills_agree(two)
    log = len(two.hub.log)
    rounds(two)
    assert len(two.hub.log) == log


def test_a_refusal_that_was_passed_over_is_looked_at_by_whoever_is_elected(two: World) -> None:
    """Whoever passed it over ends in between, and may not be elected again for months."""
    here, there = two.tills
    member_id = passes_over(two)
    two.moment += timedelta(minutes=5)
    two.shop.edits(two.shop.of(EMAIL).id, marketing=False)
    reads_on(two)
    here.hub_round()  # how far it read
    hands_over(two)
    for till in (there, here, here, there):
        till.hub_round()
        there.store_round()
    assert refused(there, member_id)
    assert two.shop.of(EMAIL).marketing is False


def test_a_refusal_passed_over_by_an_account_that_was_a_second_by_then_is_the_persons(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose account it is was heard together with the merge; and in this store a balance that is
    told is no news of a customer, who would be read of again."""
    here, there = two.tills
    stays = enrol(there, 2, "example2@example.com")
    rounds(two)
    goes = passes_over(two)
    two.moment += timedelta(minutes=5)
    two.shop.edits(two.shop.of(EMAIL).id, marketing=False)
    monkeypatch.setattr(two.shop, "_stand", lambda customer, standing: None)
    reads_on(two)
    there.merging.merge(stays, goes, CASHIER)
    rounds(two, 5)
    invariants.nothing_waits(two)
    assert refused(here, stays)
    assert two.shop.of("example2@example.com").marketing is False
    invariants.tills_agree(two)


@pytest.mark.parametrize("later", [False, True])
def test_an_account_passed_over_and_looked_at_before_is_left_alone(
    two: World, *, later: bool
) -> None:
    """What the other till saw there is as new, or it is not."""
    here, there = two.tills
    member_id = passes_over(two)
    reads_on(two)
    hands_over(two)
    two.moment += timedelta(minutes=5)
    if later:
        two.shop.edits(two.shop.of(EMAIL).id, phone="+306900000008")
    there.engine._pulling.members.look(two.shop.of(EMAIL))
    rounds_of_hub(two)
    rounds(two)
    with here.database.read() as uow:
        sent = uow.outbox.of_subject(MessageKind.MEMBER, member_id)
    assert len(sent) == (1 if later else 2)


def test_an_account_deleted_before_anybody_heard_whose_it_is_is_asked_about(two: World) -> None:
    here, there = two.tills
    member_id = passes_over(two)
    customer = two.shop.of(EMAIL)
    two.moment += timedelta(minutes=5)
    two.shop.deletes(customer.id)
    here.engine._pulling.members.take([replace(customer, deleted=True)])
    reads_on(two)
    rounds(two)
    for till in (here, there):
        asked = till.rows("SELECT member_id FROM tasks WHERE kind = 'customer_gone'")
        assert asked == [(member_id,)]
    assert customer.id not in two.shop.customers


def test_who_was_not_passed_over_is_not_looked_at_anew(two: World) -> None:
    here, there = two.tills
    reads_on(two)
    hands_over(two)
    told, untold = enrol(there, 1, EMAIL), enrol(there, 2)
    there.store_round()
    rounds(two)
    with here.database.read() as uow:
        assert len(uow.outbox.of_subject(MessageKind.MEMBER, told)) == 1
        assert uow.sync.link(STORE, "member", untold) is None


def test_where_all_customers_come_again_nobody_is_remembered(two: World) -> None:
    here, _there = two.tills
    two.shop.capabilities = replace(two.shop.capabilities, customer_changes="sweep")
    here.restart()
    reads_on(two)
    assert here.rows("SELECT cursor FROM sync_cursors WHERE feed = 'customers.swept'")
    assert not here.rows("SELECT 1 FROM stamps WHERE subject LIKE 'passed%'")
    assert not here.rows("SELECT 1 FROM hub_state WHERE name = 'passed'")


@pytest.mark.parametrize("still_elected", [True, False])
@pytest.mark.parametrize("by_the_teller", [True, False])
def test_who_was_forgotten_while_the_store_s_answer_was_lost_does_not_come_back(
    three: World, by_the_teller: bool, still_elected: bool
) -> None:
    """Seed 301002: nobody knew of the account that the store had made, so that nobody had it
    forgotten, and where all customers become members it brought the person back. Seed 32480: the
    till that knows whom to look for was not elected any more."""
    here, there, _elsewhere = three.tills
    member_id = enrol(here, 1, EMAIL)
    rounds_of_hub(three)
    three.shop.script.append("lost")
    here.store_round()
    assert three.shop.of(EMAIL).standing.points == 100
    if not still_elected:
        hands_over(three)
        there.store_round()
    (here if by_the_teller else there).erasing.erase(member_id, CASHIER)
    rounds(three)
    assert three.shop.customers == {}
    for till in three.tills:
        assert till.rows("SELECT 1 FROM members WHERE email <> ''") == []
    invariants.tills_agree(three)
    invariants.nothing_waits(three)
