"""The simulation's hub as a real PostgreSQL: tills that join it, and what is asked of its face."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sync.hub.remote import Hub, Identity
from tests.convergence.plan import Plan
from tests.convergence.world import Template, TillSim, World
from tests.hub.world import PostgresWorld

NOT_HERE = ("clone", "restore")
"""A clone is heard for two minutes of the server's own time."""


@dataclass
class _Told:
    kind: str
    key: str


class Face:
    """What the simulation asks of its hub, on PostgreSQL."""

    def __init__(self, world: PostgresWorld, tills: list[TillSim]) -> None:
        self._world = world
        self._tills = tills
        self.once = self.ordered = self.watermark = True
        self.chance: Any = None
        self.lose_next = False

    @property
    def elected(self) -> dict[str, TillSim]:
        """Whoever holds a connection to be elected on."""
        return {till.code: till for till in self._tills if till.election._hub is not None}

    @property
    def log(self) -> list[tuple[_Told, None]]:
        """All facts."""
        rows = self._world.owner.rows("SELECT kind, key FROM loyalty.facts")
        return [(_Told(kind, key), None) for kind, key in rows]

    @property
    def balances(self) -> dict[str, int]:
        """What it grants points by."""
        return dict(self._world.owner.rows("SELECT member_id, points FROM loyalty.balances"))

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
            till.election._let_go()

    def begin(self, pg: PostgresWorld, template: Template, seed: int) -> None:
        """Its tills begin where the template's did, and have told this hub nothing."""
        self.pg, self.hub, self.joined = pg, Face(pg, self.tills), {}
        self.weather.chance = random.Random(seed)
        for place in range(1, self.count + 1):
            path = self.folder / f"T{place}.db"
            shutil.copyfile(template.folder / path.name, path)
            till = TillSim(self, f"T{place}", path)
            self.tills.append(till)
            till.start()
            with till.database.write() as uow:
                uow.journal.put_state("cursor", "")
                uow.journal.put_state("told", "0")
                uow.commit()
        self.settle()

    @classmethod
    def over(cls, pg: PostgresWorld, template: Template, folder: Path, plan: Plan) -> PostgresSim:
        """A world for this plan."""
        world = cls(folder, plan.tills, plan.members, nameless=plan.nameless)
        world.begin(pg, template, plan.seed)
        return world

    joined: dict[str, Identity]
