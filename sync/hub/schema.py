"""The hub's schema and its versions: brought up (or taken down) by the owner, one at a time.

Each step of ``migrations/`` runs in a transaction of its own under an advisory lock, so that two
owners at once do every step once. A till is served by a hub that is as new as it or newer, down to
the protocol that the hub's ``serves_from`` names; so the hub is brought up to date first.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

from sync.errors import Misconfigured, SyncError

if TYPE_CHECKING:
    from sync.hub.link import Link

PROTOCOL: Final = 1
"""What this program speaks with a hub."""
NEEDS: Final = 3
"""The oldest schema that has all it calls."""
STEP_SECONDS: Final = 12 * 3600.0
"""How long one step may take: one adds up what a hub heard in years."""
OLDEST_SERVER: Final = 150_000
"""PostgreSQL 15; older ones are not tried."""
TILL_MAY: Final = (
    "greet()", "hello(text, text, text)", "read_facts(text, integer)", "held_back()",
    "append_facts(text, bigint, text[], text[], text[], bytea[], timestamptz[])",
    "reserve(text, text, text, bigint, integer)", "release(text)", "elect(text, boolean)",
    "join_hub(text, text, text, text)",
)  # fmt: skip
"""All that a till's role may do."""

_LOCK = 1_819_244_395
_FILE = re.compile(r"(\d{4})_(\w+)\.sql")


@dataclass(frozen=True, slots=True)
class Step:
    """One migration: SQL to go from ``version - 1`` to ``version``, and back."""

    version: int
    name: str
    up: str
    down: str


def steps() -> tuple[Step, ...]:
    """All of them, in order."""
    return tuple(sorted(_read(), key=lambda step: step.version))


def _read() -> Iterator[Step]:
    for file in resources.files("sync.hub.migrations").iterdir():
        named = _FILE.fullmatch(file.name)
        if named:
            _, up, down = re.split(r"^-- (?:up|down)$", file.read_text("utf-8"), flags=re.M)
            yield Step(int(named[1]), named[2], up, down)


LATEST: Final = max(step.version for step in steps())


def version(owner: "Link") -> int:
    """The hub's; 0 where there is none."""
    (there,) = owner.one("SELECT to_regclass('loyalty.migrations') IS NOT NULL")
    if not there:
        return 0
    (found,) = owner.one("SELECT coalesce(max(version), 0) FROM loyalty.migrations")
    return int(found)


def upgrade(owner: "Link", to: int | None = None) -> tuple[int, int]:
    """Bring a hub up to date, or make one; the versions before and after.

    Raises Misconfigured: old_server, hub_newer (this program is the older one), forbidden.
    """
    _check_server(owner)
    target = LATEST if to is None else to
    with _alone(owner):
        _ground(owner)
        before = version(owner)
        if before > LATEST:
            raise Misconfigured("hub_newer")
        for step in steps():
            if before < step.version <= target:
                _run(owner, step.up, "INSERT INTO loyalty.migrations VALUES (%s)", step)
        if target == LATEST:
            allow_tills(owner)
    return before, max(before, target)


def downgrade(owner: "Link", to: int) -> None:
    """Take steps back. With ``to`` 0 everything that the hub knew is gone."""
    with _alone(owner):
        for step in reversed(steps()):
            if to < step.version <= version(owner):
                _run(owner, step.down, "DELETE FROM loyalty.migrations WHERE version = %s", step)
        if to == 0:
            owner.script("DROP TABLE IF EXISTS loyalty.migrations; DROP SCHEMA IF EXISTS loyalty")


def check(found: int, serves_from: int) -> None:
    """Whether this program and a hub understand each other. Raises Misconfigured: hub_older,
    hub_newer."""
    if found < NEEDS:
        raise Misconfigured("hub_older")
    if serves_from > PROTOCOL:
        raise Misconfigured("hub_newer")


def tills_group(owner: "Link") -> str:
    """The role that all tills are in: it holds their rights and can't log in."""
    (hub,) = owner.one("SELECT id FROM loyalty.hub")
    return f"loyalty_tills_{hub}"


def allow_tills(owner: "Link") -> None:
    """Give tills their rights, and nobody else any; again as often as wanted."""
    group = tills_group(owner)
    (known,) = owner.one("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", group)
    if not known:
        owner.formatted("CREATE ROLE %I NOLOGIN", group)
    with owner.transaction():
        owner.script("REVOKE ALL ON ALL TABLES IN SCHEMA loyalty FROM PUBLIC")
        owner.script("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA loyalty FROM PUBLIC")
        owner.formatted("REVOKE ALL ON ALL TABLES IN SCHEMA loyalty FROM %I", group)
        owner.formatted("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA loyalty FROM %I", group)
        owner.formatted("GRANT USAGE ON SCHEMA loyalty TO %I", group)
        for function in TILL_MAY:
            owner.formatted(f"GRANT EXECUTE ON FUNCTION loyalty.{function} TO %I", group)
        (database,) = owner.one("SELECT current_database()")
        owner.formatted("REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC", database)
        owner.formatted("GRANT CONNECT ON DATABASE %I TO %I", database, group)


def _check_server(owner: "Link") -> None:
    (number,) = owner.one("SELECT current_setting('server_version_num')::integer")
    if number < OLDEST_SERVER:
        raise Misconfigured("old_server")


def _ground(owner: "Link") -> None:
    owner.script(
        "CREATE SCHEMA IF NOT EXISTS loyalty;"
        "CREATE TABLE IF NOT EXISTS loyalty.migrations ("
        " version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
    )


def _run(owner: "Link", sql: str, noted: str, step: Step) -> None:
    with owner.transaction():
        owner.script(sql, patience=STEP_SECONDS)
        owner.rows(noted, step.version)


@contextmanager
def _alone(owner: "Link") -> Iterator[None]:
    owner.rows("SELECT pg_advisory_lock(%s::bigint)", _LOCK)
    try:
        yield
    finally:
        with suppress(SyncError):  # a connection that broke has let go of it
            owner.rows("SELECT pg_advisory_unlock(%s::bigint)", _LOCK)
