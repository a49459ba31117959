"""A standby of the hub: read as safely as the hub itself, and taking over loses nobody's place."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sync.errors import Retryable
from sync.hub.addresses import parse
from sync.hub.postgres import PostgresHub
from sync.hub.remote import FactPage
from tests.hub.held import append
from tests.hub.servers import HubServer
from tests.hub.world import PostgresWorld, TillAtHub, everything


@pytest.fixture
def chain(hub_server: HubServer, tmp_path: Path) -> Iterator[PostgresWorld]:
    world = hub_server.hub("followed", tmp_path)
    yield world
    world.close()


def on(standby: HubServer, chain: PostgresWorld, till: TillAtHub) -> PostgresHub:
    made = chain._kept[till.me.till]
    place = parse(made.address)
    ca = str(standby.papers.ca)
    address = f"postgresql://{place.role}@hub.test:{standby.port}/{place.database}"
    return PostgresHub(address, made.password, ca=ca, hostaddr="127.0.0.1")


def followed(standby: HubServer, hub_server: HubServer) -> None:
    """Wait until the standby has replayed what the hub has written."""
    written = hub_server.sql("postgres", "SELECT pg_current_wal_insert_lsn()").strip()
    patience = time.monotonic() + 20
    while time.monotonic() < patience:
        asked = f"SELECT pg_last_wal_replay_lsn() >= '{written}'"
        if standby.sql("postgres", asked).strip() == "t":
            return
    raise AssertionError("the standby does not follow")


def test_a_standby_passes_nobody_over_and_can_take_over(
    chain: PostgresWorld, hub_server: HubServer
) -> None:
    slow, quick = chain.join("slow"), chain.join("quick")
    quick.tells(quick.fact())
    with HubServer.standby_of(hub_server) as standby:
        reader = on(standby, chain, quick)
        with psycopg.connect(_url(chain, "slow"), hostaddr="127.0.0.1") as held:
            append(held, slow, slow.fact())
            quick.tells(quick.fact())
            followed(standby, hub_server)
            page: FactPage = reader.pull("", 10)
            assert page.facts == tuple(quick.told[:1])
            assert page.held_back
        followed(standby, hub_server)
        patience = time.monotonic() + 20
        found = []
        while len(found) < 2 and time.monotonic() < patience:
            found = everything(reader, cursor=page.cursor)
        assert found == [*slow.told, quick.told[1]]

        with pytest.raises(Retryable) as said:  # it is read only, and says so as a busy hub would
            reader.push(quick.me, [quick.fact()])
        assert said.value.problem == "busy"

        ahead = everything_cursor(quick.hub)
        standby.sql("postgres", "SELECT pg_promote()")
        assert reader.hello(quick.me).last_seq == 2
        reader.push(quick.me, quick.told[2:])
        assert everything(reader, cursor=ahead) == quick.told[2:]
        era = int(standby.sql("followed", "SELECT era FROM loyalty.hub"))
        assert era > int(ahead.split(".")[0])
        reader.close()


def everything_cursor(hub: PostgresHub) -> str:
    cursor, more = "", True
    while more:
        page = hub.pull(cursor, 100)
        cursor, more = page.cursor, page.more or page.held_back
    return cursor


def _url(chain: PostgresWorld, till: str) -> str:
    made = chain._kept[till]
    return f"{chain.till_url(till)}?sslmode=verify-full&sslrootcert={made.ca}"
