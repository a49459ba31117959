"""Tills at a real PostgreSQL: the same stories, the same end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync.hub.granting import HubGrants
from sync.hub.remote import Hub, Identity
from terminal.errors import PointsJustSpent
from terminal.services import suite
from tests.hub.sim import BOSS, Life
from tests.hub.till_stand import Chain, TillAt
from tests.hub.world import PostgresWorld


@dataclass
class PostgresChain(Chain):
    """Tills that joined a hub on PostgreSQL."""

    world: PostgresWorld | None = None

    def greet(self, code: str, machine: str) -> tuple[Identity, Hub]:
        assert self.world is not None
        at = self.world.join(code, machine=machine)
        return at.me, at.hub


@pytest.fixture
def chain(pg_world: PostgresWorld, tmp_path: Path) -> Iterator[PostgresChain]:
    made = PostgresChain(tmp_path, world=pg_world)
    yield made
    made.close()


def test_enrolled_here_sold_there_returned_here(chain: PostgresChain) -> None:
    one, other = chain.add(), chain.add()
    chain.settle()
    member = one.shop.enrol("Example Ω ׁ", email="a@example.com")
    chain.settle(1)
    chain.later(minutes=1)
    done = other.shop.sell(member, other.shop.basket("OIL-500"))
    chain.settle(2)
    chain.later(minutes=1)
    one.shop.services.counter.take_back(done.sale.ref, "broken", "cashier")
    chain.settle()
    assert one.shop.balance(member) == other.shop.balance(member) == 100
    chain.agree()
    third = chain.add()
    chain.settle()
    assert third.shop.balance(member) == 100
    chain.agree()


def test_points_are_granted_once(chain: PostgresChain, pg_world: PostgresWorld) -> None:
    one, other = chain.add(), chain.add()
    chain.settle()
    member = one.shop.enrol("Example")
    chain.later(seconds=5)
    one.shop.services.office.adjust(member.member.id, 500, "to begin with", BOSS)
    chain.settle()
    asked = [_asking(till, pg_world) for till in (one, other)]
    one.shop.sell(member, one.shop.basket("OIL-500", "OIL-500"), points=400)
    with pytest.raises(PointsJustSpent) as refused:
        other.shop.sell(member, other.shop.basket("OIL-500", "OIL-500"), points=400)
    assert refused.value.details["available"] == 200
    chain.settle()
    chain.agree()
    for each in asked:
        each.close()


def _asking(till: TillAt, world: PostgresWorld) -> HubGrants:
    grants = HubGrants(
        lambda: world.connect(till.me), till.me.till, patience=10.0, seconds=lambda: 0.0
    )
    shop = till.shop
    shop.services = suite.build(
        till.database, shop.till, shop.bus, clock=shop.clock, new_id=shop.new_id, grants=grants
    )
    return grants


@pytest.mark.parametrize("seed", [3, 14])
def test_all_tills_end_with_the_same(chain: PostgresChain, tmp_path: Path, seed: int) -> None:
    life = Life(tmp_path, seed, tills=3, steps=60, chain=chain)
    life.live()
    life.heal()
