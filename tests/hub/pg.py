"""Hubs on the tests' shared server: each test has a database of its own, copied from one that was
set up once. The owner there is no superuser.
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


class SharedHubs:
    """Makes hubs, quickly."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self._numbers = itertools.count(1)
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

    def make(self, folder: Path) -> PostgresWorld:
        """A new hub."""
        name = self.database()
        world = PostgresWorld(self.url(name), folder)
        address = f"postgresql://127.0.0.1:{self.server.port}/{name}"
        world.owner.rows("UPDATE loyalty.hub SET address = %s", address)
        schema.allow_tills(world.owner)  # rights on the database itself are not copied
        return world
