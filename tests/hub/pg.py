"""Hubs on the tests' shared server. Most tests share one that is emptied for each; who changes how
a hub works makes one of its own. The owner there is no superuser.
"""

from __future__ import annotations

import itertools
from pathlib import Path

from sync.hub import owning, schema
from sync.hub.driver import owner_link
from tests.databases import Postgres
from tests.hub.world import PostgresWorld

OWNER = "hub_owner"
TEMPLATE = "hub_template"
SHARED = "hub_shared"
EMPTY = """
ALTER TABLE loyalty.facts DISABLE TRIGGER facts_stay;
TRUNCATE loyalty.facts, loyalty.entries, loyalty.balances, loyalty.reservations, loyalty.machines,
    loyalty.invitations, loyalty.tills RESTART IDENTITY;
ALTER TABLE loyalty.facts ENABLE TRIGGER facts_stay;
UPDATE loyalty.hub SET serves_from = 1;
"""


class SharedHubs:
    """Makes hubs, quickly."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self._numbers = itertools.count(1)
        self._has_shared = False
        server.sql("postgres", f"CREATE ROLE {OWNER} LOGIN CREATEROLE CREATEDB")
        server.sql("postgres", f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}")
        owning.create_hub(self.url(TEMPLATE), address=f"127.0.0.1:{server.port}/{TEMPLATE}")

    def url(self, database: str) -> str:
        return f"postgresql://{OWNER}@127.0.0.1:{self.server.port}/{database}"

    def database(self, template: str = TEMPLATE) -> str:
        """A new database; its name."""
        name = f"hub_{next(self._numbers)}"
        link = owner_link(self.url("postgres"))
        link.formatted("CREATE DATABASE %I TEMPLATE %I", name, template)
        link.close()
        return name

    def shared(self, folder: Path) -> PostgresWorld:
        """A hub that knows nothing, as good as new."""
        if not self._has_shared:
            link = owner_link(self.url("postgres"))
            link.formatted("CREATE DATABASE %I TEMPLATE %I", SHARED, TEMPLATE)
            link.close()
            self._has_shared = True
            return self._world(SHARED, folder)
        world = PostgresWorld(self.url(SHARED), folder)
        world.owner.script(EMPTY)
        world.owner.rows("DELETE FROM loyalty.migrations WHERE version > %s", schema.LATEST)
        return world

    def make(self, folder: Path) -> PostgresWorld:
        """A new hub in a database of its own."""
        return self._world(self.database(), folder)

    def _world(self, name: str, folder: Path) -> PostgresWorld:
        world = PostgresWorld(self.url(name), folder)
        address = f"postgresql://127.0.0.1:{self.server.port}/{name}"
        world.owner.rows("UPDATE loyalty.hub SET address = %s", address)
        schema.allow_tills(world.owner)  # rights on the database itself are not copied
        return world
