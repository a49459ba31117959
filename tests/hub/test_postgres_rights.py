"""A till's role can append, and nothing else: each thing it must not do is tried with it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from sync.hub.schema import TILL_MAY
from tests.hub.pg import SharedHubs
from tests.hub.world import PostgresWorld, everything

TABLES = (
    "hub", "tills", "invitations", "machines", "facts", "entries", "balances", "reservations",
    "migrations",
)  # fmt: skip
FORBIDDEN = (
    *(
        f"{verb} loyalty.{table}"
        for verb in ("SELECT * FROM", "DELETE FROM", "TRUNCATE", "DROP TABLE")
        for table in TABLES
    ),
    "INSERT INTO loyalty.facts (era, till, seq, kind, key, member_id, body, at)"
    " VALUES (1, '2', 1, 'entry', 'k', 'm', '{}', now())",
    "INSERT INTO loyalty.balances (member_id, points) VALUES ('m', 1000000)",
    "UPDATE loyalty.facts SET body = '{}'",
    "UPDATE loyalty.balances SET points = 1000000",
    "UPDATE loyalty.tills SET role = session_user",
    "UPDATE loyalty.hub SET era = 7",
    "SELECT loyalty.book('{m}', '{}')",
    "SELECT loyalty.book_facts('2', 0)",
    "SELECT loyalty.begin_era()",
    "SELECT loyalty.notice_life()",
    "SELECT nextval('loyalty.facts_id_seq')",
    "ALTER TABLE loyalty.facts DISABLE TRIGGER ALL",
    "CREATE TABLE loyalty.mine (x int)",
    "CREATE TABLE public.mine (x int)",
    "CREATE TEMPORARY TABLE mine (x int)",
    "CREATE FUNCTION loyalty.me() RETURNS text LANGUAGE sql AS $$ SELECT '2' $$",
    "CREATE OR REPLACE FUNCTION loyalty.me() RETURNS text LANGUAGE sql AS $$ SELECT '2' $$",
    "CREATE SCHEMA mine",
    "CREATE ROLE mine",
    "SET ROLE hub_owner",
    "SET SESSION AUTHORIZATION hub_owner",
    "GRANT SELECT ON loyalty.facts TO PUBLIC",
    "COPY loyalty.facts TO STDOUT",
    "DO $$ BEGIN LOCK TABLE loyalty.facts IN ACCESS SHARE MODE; END $$",
    "SELECT pg_read_file('PG_VERSION')",
)


@pytest.fixture(scope="module")
def world(
    shared_hubs: SharedHubs, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostgresWorld]:
    world = shared_hubs.make(tmp_path_factory.mktemp("tills"))
    one, two = world.join("1"), world.join("2")
    one.tells(one.entry(100))
    two.tells(two.entry(5))
    yield world
    world.close()


@pytest.fixture(scope="module")
def line(world: PostgresWorld) -> Iterator[psycopg.Connection]:
    with psycopg.connect(world.till_url("1"), autocommit=True) as line:
        yield line


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_a_till_may_not(line: psycopg.Connection, statement: str) -> None:
    with pytest.raises(psycopg.Error) as said:
        line.execute(statement)
    assert said.value.sqlstate in ("42501", "42723"), str(said.value)


def test_all_that_a_till_may_call_is_listed(world: PostgresWorld) -> None:
    granted = """
        SELECT p.oid::regprocedure::text FROM pg_proc AS p, loyalty.tills AS t
        WHERE p.pronamespace = 'loyalty'::regnamespace AND t.code = '1'
            AND has_function_privilege(t.role, p.oid, 'EXECUTE')
    """
    may = {name for (name,) in world.owner.rows(granted)}
    listed = {world.owner.one("SELECT %s::regprocedure::text", f"loyalty.{f}")[0] for f in TILL_MAY}
    assert may == listed


def test_every_function_of_ours_has_a_fixed_search_path(world: PostgresWorld) -> None:
    loose = world.owner.rows(
        "SELECT p.proname FROM pg_proc AS p WHERE p.pronamespace = 'loyalty'::regnamespace"
        " AND NOT coalesce(p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false)"
    )
    assert loose == []


def test_a_borrowed_role_does_not_change_who_speaks(world: PostgresWorld) -> None:
    with psycopg.connect(world.till_url("1"), autocommit=True) as line:
        (group,) = line.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'loyalty_tills_%' AND"
            " pg_has_role(session_user, oid, 'MEMBER')"
        ).fetchone()
        line.execute(f'SET ROLE "{group}"')
        line.execute("SELECT granted FROM loyalty.reserve('s', 'm', '1', 1, 1)")
        with pytest.raises(psycopg.Error) as said:
            line.execute("SELECT granted FROM loyalty.reserve('s', 'm', '2', 1, 1)")
    assert said.value.sqlstate == "LH003"


def test_a_role_of_nobody_is_refused(world: PostgresWorld) -> None:
    """The owner itself is no till."""
    with (
        psycopg.connect(world.url, autocommit=True) as owner,
        pytest.raises(psycopg.Error) as said,
    ):
        owner.execute("SELECT * FROM loyalty.read_facts('', 1)")
    assert said.value.sqlstate == "LH003"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE loyalty.facts SET body = '{}'", "DELETE FROM loyalty.facts", "TRUNCATE loyalty.facts"],
)
def test_not_even_the_owner_rewrites_by_mistake(world: PostgresWorld, statement: str) -> None:
    with psycopg.connect(world.url) as owner, pytest.raises(psycopg.Error) as said:
        owner.execute(statement)
    assert said.value.sqlstate == "LH011"


def test_the_owner_is_no_superuser(world: PostgresWorld) -> None:
    """All of this suite's hubs are made by a role that may make roles, and no more."""
    held = world.owner.one("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    assert held == (False,)


def test_nothing_was_changed_by_all_that(world: PostgresWorld) -> None:
    with psycopg.connect(world.till_url("1"), autocommit=True) as line:
        for statement in FORBIDDEN:
            with pytest.raises(psycopg.Error):
                line.execute(statement)
    reader = world.join("reader")
    assert [fact.till for fact in everything(reader.hub)] == ["1", "2"]
    assert reader.reserves(1000, "a").available == 105
