"""The same schedules where the hub is a real PostgreSQL; the online store stays in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.convergence import invariants
from tests.convergence.on_postgres import NOT_HERE, PostgresSim
from tests.convergence.plan import plan_of
from tests.convergence.schedule import Life, listening
from tests.convergence.world import Template
from tests.hub.pg import SharedHubs

SCHEDULES = 12
STEPS = 30


@pytest.mark.parametrize("chunk", range(2))
def test_all_sides_end_with_the_same_on_postgresql(
    chunk: int,
    shared_hubs: SharedHubs,
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
                world.moment = max(world.moment, datetime.now(UTC))  # as it is by the hub's clock
                life.heal()
                assert not heard.said, f"seed {seed}: {heard.said[0]}"
                invariants.everything(world, life.people, life.truth)
            except invariants.ViolationError as violation:
                pytest.fail(f"seed {seed}: {violation}\n" + "\n".join(life.outcome.story))
            finally:
                world.close()
                pg.close()
