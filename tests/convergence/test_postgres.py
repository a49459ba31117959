"""The same schedules where the hub is a real PostgreSQL; the online store stays in memory."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from sync.hub.remote import Hub, Identity
from tests.convergence import invariants
from tests.convergence.plan import Plan, plan_of
from tests.convergence.schedule import Life, listening
from tests.convergence.world import Template, TillSim, World
from tests.hub.conftest import shared_hubs  # noqa: F401 (a fixture)
from tests.hub.pg import SharedHubs
from tests.hub.world import PostgresWorld

SCHEDULES = 12
STEPS = 30
NOT_HERE = ("clone", "restore")
"""A clone is heard for two minutes of the server's own time."""


@dataclass
class _Told:
    kind: str
    key: str


class Face:
    """What the simulation asks of its hub, on PostgreSQL."""

    def __init__(self, world: PostgresWorld) -> None:
        self._world = world
        self.once = self.ordered = self.watermark = True
        self.chance: Any = None
        self.lose_next = False
        self.elected: dict[str, Any] = {}

    @property
    def log(self) -> list[tuple[_Told, None]]:
        """All facts."""
        rows = self._world.owner.rows("SELECT kind, key FROM loyalty.facts")
        return [(_Told(kind, key), None) for kind, key in rows]

    def settle(self) -> None:
        """Transactions end by themselves."""


class PostgresSim(World):
    """Tills of the template at a hub that knows nothing of them yet."""

    pg: PostgresWorld

    def identify(self, till: TillSim) -> Identity:
        """As it joined."""
        if till.code not in self.joined:
            self.joined[till.code] = self.pg.join(till.code).me
        return replace(self.joined[till.code], run=f"run {till.starts}")

    def connect(self, me: Identity) -> Hub:
        """One more connection."""
        hub = self.pg.connect(me)
        self.opened.setdefault(me.till, []).append(hub)
        return hub

    def lose_election(self) -> None:
        """Whoever was elected has to be elected anew."""
        for till in self.tills:
            till.election.close()

    @classmethod
    def over(cls, pg: PostgresWorld, template: Template, folder: Path, plan: Plan) -> PostgresSim:
        """Its tills began where the template's did, and have told this hub nothing."""
        world = cls(folder, plan.tills, plan.members)
        world.pg, world.hub, world.joined = pg, Face(pg), {}
        world.weather.chance = random.Random(plan.seed)
        for place in range(1, plan.tills + 1):
            path = folder / f"T{place}.db"
            shutil.copyfile(template.folder / path.name, path)
            till = TillSim(world, f"T{place}", path)
            world.tills.append(till)
            till.start()
            with till.database.write() as uow:
                uow.journal.put_state("cursor", "")
                uow.journal.put_state("told", "0")
                uow.commit()
        world.settle()
        return world

    joined: dict[str, Identity]


@pytest.mark.parametrize("chunk", range(2))
def test_all_sides_end_with_the_same_on_postgresql(
    chunk: int,
    shared_hubs: SharedHubs,  # noqa: F811 (a fixture)
    prepared: Template,
    tmp_path: Path,
) -> None:
    for seed in range(1 + chunk * SCHEDULES, 1 + (chunk + 1) * SCHEDULES):
        plan = plan_of(seed, STEPS)
        steps = tuple(step for step in plan.steps if step.name not in NOT_HERE)
        folder = tmp_path / str(seed)
        folder.mkdir()
        pg = shared_hubs.shared(folder / "joined")
        with listening() as heard:
            world = PostgresSim.over(pg, prepared, folder, replace(plan, steps=steps))
            life = Life(replace(plan, steps=steps), world)
            try:
                life.live()
                life.heal()
                assert not heard.said, f"seed {seed}: {heard.said[0]}"
                invariants.everything(world, life.people, life.truth)
            except invariants.ViolationError as violation:
                pytest.fail(f"seed {seed}: {violation}\n" + "\n".join(life.outcome.story))
            finally:
                world.close()
                pg.close()
