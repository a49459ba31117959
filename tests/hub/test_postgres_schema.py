"""The hub's schema: each step up and down, versions both ways, and what a restored hub does."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sync.errors import Misconfigured, Retryable
from sync.hub import owning, schema
from sync.hub.driver import owner_link
from sync.hub.link import Link
from tests.databases import Postgres
from tests.hub.pg import SharedHubs
from tests.hub.servers import OWNER, HubServer
from tests.hub.world import PostgresWorld, everything

SHAPE = """
SELECT 'column', table_name || '.' || column_name, data_type || is_nullable
    || coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'loyalty'
UNION ALL SELECT 'function', p.oid::regprocedure::text, md5(pg_get_functiondef(p.oid))
    FROM pg_proc AS p WHERE p.pronamespace = 'loyalty'::regnamespace
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'loyalty'
UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
ORDER BY 1, 2
"""


@pytest.fixture
def owner(shared_hubs: SharedHubs) -> Iterator[Link]:
    link = owner_link(shared_hubs.url(shared_hubs.database("template1")))
    yield link
    link.close()


def shape(owner: Link) -> list:
    return owner.rows(SHAPE) if schema.version(owner) else []


@pytest.mark.parametrize("step", schema.steps(), ids=lambda step: step.name)
def test_each_step_goes_up_and_down_and_up_again(owner: Link, step: schema.Step) -> None:
    schema.upgrade(owner, step.version - 1)
    before = shape(owner)
    schema.upgrade(owner, step.version)
    after = shape(owner)
    assert after != before
    schema.downgrade(owner, step.version - 1)
    assert schema.version(owner) == step.version - 1
    if step.version > 1:
        assert shape(owner) == before
    schema.upgrade(owner, step.version)
    assert shape(owner) == after


def test_a_hub_that_was_taken_down_leaves_nothing(owner: Link) -> None:
    schema.upgrade(owner)
    schema.downgrade(owner, 0)
    assert owner.one("SELECT to_regnamespace('loyalty') IS NULL") == (True,)
    assert schema.upgrade(owner) == (0, schema.LATEST)


def test_numbers_of_steps_have_no_gaps() -> None:
    assert [step.version for step in schema.steps()] == [*range(1, schema.LATEST + 1)]
    assert schema.NEEDS <= schema.LATEST


def test_two_owners_at_once_do_each_step_once(shared_hubs: SharedHubs) -> None:
    url = shared_hubs.url(shared_hubs.database("template1"))

    def make(_: int) -> tuple[int, int]:
        return owning.create_hub(url, address="127.0.0.1/x")

    with ThreadPoolExecutor(4) as pool:
        done = sorted(pool.map(make, range(4)))
    assert done == [(0, schema.LATEST)] + [(schema.LATEST, schema.LATEST)] * 3


def test_a_step_that_fails_leaves_the_one_before(
    owner: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = schema.Step(3, "broken", "CREATE TABLE loyalty.half (x int); SELECT 1 / 0", "")
    real = schema.steps()
    monkeypatch.setattr(schema, "steps", lambda: (*real[:2], broken))
    with pytest.raises(Exception, match="bad_input"):
        schema.upgrade(owner)
    assert schema.version(owner) == 2
    assert owner.one("SELECT to_regclass('loyalty.half') IS NULL") == (True,)


def test_a_till_that_is_newer_than_its_hub_says_so(
    pg_world: PostgresWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = pg_world.join("1")
    monkeypatch.setattr(schema, "NEEDS", schema.LATEST + 1)
    with pytest.raises(Misconfigured) as said:
        pg_world.connect(till.me).hello(till.me)
    assert said.value.problem == "hub_older"


def test_a_hub_that_serves_such_old_tills_no_more_says_so(pg_world: PostgresWorld) -> None:
    till = pg_world.join("1")
    pg_world.owner.rows("UPDATE loyalty.hub SET serves_from = %s", schema.PROTOCOL + 1)
    with pytest.raises(Misconfigured) as said:
        pg_world.connect(till.me).hello(till.me)
    assert said.value.problem == "hub_newer"


def test_a_hub_of_a_newer_program_is_served_by_it_and_left_alone_by_us(
    pg_world: PostgresWorld,
) -> None:
    till = pg_world.join("1")
    pg_world.owner.rows("INSERT INTO loyalty.migrations VALUES (%s)", schema.LATEST + 1)
    assert pg_world.connect(till.me).hello(till.me).last_seq == 0
    for act in (owning.upgrade, owning.status, owning.tills):
        with pytest.raises(Misconfigured) as said:
            act(pg_world.url)
        assert said.value.problem == "hub_newer"


def test_where_there_is_no_hub_the_owner_hears_so(shared_hubs: SharedHubs) -> None:
    url = shared_hubs.url(shared_hubs.database("template1"))
    for act in (owning.upgrade, owning.status, lambda url: owning.invite(url, "1")):
        with pytest.raises(Misconfigured) as said:
            act(url)
        assert said.value.problem == "schema"


def test_an_old_server_is_refused(owner: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "OLDEST_SERVER", 990_000)
    with pytest.raises(Misconfigured) as said:
        schema.upgrade(owner)
    assert said.value.problem == "old_server"


def test_the_owners_connection_is_not_made_anew_in_the_middle(pg_world: PostgresWorld) -> None:
    """Half of a transaction on one connection and half on another would be no transaction."""
    (pid,) = pg_world.owner.one("SELECT pg_backend_pid()")
    other = owner_link(pg_world.url)
    other.rows("SELECT pg_terminate_backend(%s)", pid)
    other.close()
    for _ in range(2):
        with pytest.raises(Retryable) as said:
            pg_world.owner.one("SELECT 1")
        assert said.value.problem == "broken_off"


def test_a_dump_restored_on_another_server_goes_on_in_a_new_era(
    hub_server: HubServer, postgres: Postgres, shared_hubs: SharedHubs, tmp_path: Path
) -> None:
    """Transaction numbers begin anew there. Tills that had read further than the dump read on, and
    tell again what it lacks."""
    world = hub_server.hub("dumped", tmp_path / "before")
    one, two = world.join("1"), world.join("2")
    one.tells(one.entry(100), one.fact())
    two.tells(two.fact())
    dump = hub_server.folder / "hub.dump"
    hub_server.run(
        "pg_dump", "-h", str(hub_server.folder), "-p", str(hub_server.port), "-U", "postgres",
        "-Fc", "-f", dump, "dumped",
    )  # fmt: skip
    one.tells(one.entry(7))  # told after the dump was made
    everything(two.hub)
    cursor = two.hub.pull("", 100).cursor
    world.close()

    name = shared_hubs.database("template1")
    restored = shared_hubs.url(name)
    postgres._run(
        "pg_restore", "--no-owner", "--no-acl", "--exit-on-error", f"--role={OWNER}",
        "-d", postgres.url(name), dump,
    )  # fmt: skip
    owning.upgrade(restored)  # gives the rights that a dump does not carry
    after = PostgresWorld(restored, tmp_path / "after")
    after.owner.rows(
        "UPDATE loyalty.hub SET ca = '', address = %s",
        f"postgresql://127.0.0.1:{postgres.port}/{name}",
    )
    back = after.join("1")
    assert back.hub.hello(back.me).last_seq == 2
    back.hub.push(back.me, one.told)  # its journal has it all
    assert everything(back.hub, cursor=cursor) == one.told[2:]
    assert everything(back.hub) == [*one.told[:2], *two.told, one.told[2]]
    assert back.reserves(1, "a").available == 107
    assert owning.status(restored).era > int(cursor.split(".")[0])
    after.close()


def test_the_owner_says_that_a_snapshot_was_put_back(pg_world: PostgresWorld) -> None:
    till = pg_world.join("1")
    till.tells(till.fact())
    (before,) = pg_world.owner.one("SELECT era FROM loyalty.hub")
    assert owning.set_back(pg_world.url) > before
    till.tells(till.fact())
    assert everything(till.hub) == till.told
