"""What was found about answers, where tills take turns in telling the store: each as a story."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.convergence import invariants
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
