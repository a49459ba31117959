"""What the simulation found where a whole profile reaches the online store long after it was told,
each once as a story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sync.online_store import Profile
from terminal.outbox import MessageKind
from terminal.services.messages import tell_store
from tests.convergence import invariants
from tests.convergence.test_found import answers, enrol
from tests.convergence.test_found_apart import EMAIL, refused
from tests.convergence.world import TillSim, World

Told = list[tuple[Profile, str | None]]


@pytest.fixture
def told(two: World, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Profiles as they were told."""
    kept: Told = []
    inner: Callable[..., str] = two.shop.put_member

    def put_member(profile: Profile, known_as: str | None) -> str:
        kept.append((profile, known_as))
        return inner(profile, known_as)

    monkeypatch.setattr(two.shop, "put_member", put_member)
    return kept


def edits(till: TillSim, member_id: str, **changes: str) -> None:
    with till.database.write() as uow:
        member = uow.members.get(member_id)
        uow.members.put(replace(member, updated_at=till.clock(), **changes))
        tell_store(
            uow, till.services.till, MessageKind.MEMBER, member_id, member_id, till.clock(),
            till.new_id,
        )  # fmt: skip
        uow.commit()


def rounds(world: World) -> None:
    for _ in range(3):
        world.moment += timedelta(minutes=1)
        for till in world.tills:
            till.hub_round()
            till.store_round()


def arrives_late(world: World, told: Told, place: int, minutes: int = 3) -> None:
    world.moment += timedelta(minutes=minutes)
    world.shop.put_member(*told[place])


def test_a_late_profile_does_not_take_a_refusal_back(two: World, told: Told) -> None:
    here, there = two.tills
    member_id = enrol(here, 1, EMAIL)
    rounds(two)
    answers(there, member_id, False)
    rounds(two)
    assert two.shop.of(EMAIL).marketing is False
    arrives_late(two, told, 0)
    assert two.shop.of(EMAIL).marketing is True
    rounds(two)
    assert refused(here, member_id)
    assert two.shop.of(EMAIL).marketing is False
    invariants.tills_agree(two)


def test_a_late_profile_does_not_bring_an_old_field_back(two: World, told: Told) -> None:
    here, _there = two.tills
    member_id = enrol(here, 1, EMAIL)
    edits(here, member_id, phone="+306900000001")
    rounds(two)
    edits(here, member_id, phone="+306900000002")
    rounds(two)
    assert two.shop.of(EMAIL).phone == "+306900000002"
    arrives_late(two, told, 0)
    assert two.shop.of(EMAIL).phone != "+306900000002"
    rounds(two)
    assert two.shop.of(EMAIL).phone == "+306900000002"
    with here.database.read() as uow:
        assert uow.members.get(member_id).phone == "+306900000002"
    invariants.tills_agree(two)
    invariants.nothing_waits(two)
