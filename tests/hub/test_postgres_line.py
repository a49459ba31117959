"""The way to the hub: encrypted and checked, or not at all; and what happens when it breaks."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.errors import Misconfigured, Refused, Retryable, SyncError
from sync.hub.addresses import parse
from sync.hub.postgres import PostgresHub
from sync.hub.remote import Identity
from tests.databases import Postgres
from tests.hub.certificates import make
from tests.hub.relay import Relay
from tests.hub.servers import HubServer
from tests.hub.world import PostgresWorld, TillAtHub, everything

HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def chain(hub_server: HubServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    world = hub_server.hub("line", tmp_path_factory.mktemp("tills"))
    yield world
    world.close()


@pytest.fixture(scope="module")
def till(chain: PostgresWorld) -> TillAtHub:
    return chain.join("1")


@pytest.fixture
def network(hub_server: HubServer) -> Iterator[Relay]:
    with Relay(hub_server.port) as network:
        yield network


def hub(
    chain: PostgresWorld, *, till: str = "1", port: int | None = None, name: str = "hub.test",
    **more: object,
) -> PostgresHub:  # fmt: skip
    """A till's own connection, with something changed."""
    made = chain._kept[till]
    place = parse(made.address)
    database = more.pop("database", place.database)
    address = f"postgresql://{place.role}@{name}:{port or place.port}/{database}"
    given = {"ca": made.ca, "hostaddr": HERE, "patience": 5.0, **more}
    return PostgresHub(address, given.pop("password", made.password), **given)


def problem(hub: PostgresHub, me: Identity) -> SyncError:
    with pytest.raises(SyncError) as said:
        hub.hello(me)
    hub.close()
    return said.value


def is_elected_soon(hub: PostgresHub, what: str) -> None:
    """The server takes a moment to notice that somebody's line broke."""
    patience = time.monotonic() + 10
    while not hub.elect(what):
        assert time.monotonic() < patience, f"{what} is still another's"


# -- trust ----------------------------------------------------------------------------------------


def test_away_from_this_machine_the_line_is_encrypted(
    chain: PostgresWorld, till: TillAtHub, hub_server: HubServer
) -> None:
    till.hub.hello(till.me)
    role = parse(chain._kept["1"].address).role
    lines = "SELECT DISTINCT ssl, version FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
    found = hub_server.sql("line", f"{lines} WHERE usename = '{role}'")
    assert found.split() == ["t|TLSv1.3"]


def test_a_server_that_another_authority_vouches_for_is_refused(
    chain: PostgresWorld, till: TillAtHub, tmp_path: Path
) -> None:
    other = make(tmp_path).ca
    assert problem(hub(chain, ca=str(other)), till.me).problem == "certificate"


def test_a_server_that_only_the_machine_could_vouch_for_is_refused(
    chain: PostgresWorld, till: TillAtHub
) -> None:
    assert problem(hub(chain, ca=""), till.me).problem == "certificate"


def test_a_server_under_another_name_is_refused(chain: PostgresWorld, till: TillAtHub) -> None:
    assert problem(hub(chain, name="bank.test"), till.me).problem == "certificate"


def test_a_certificate_file_that_is_not_there_is_said(
    chain: PostgresWorld, till: TillAtHub, tmp_path: Path
) -> None:
    said = problem(hub(chain, ca=str(tmp_path / "none.pem")), till.me)
    assert isinstance(said, Misconfigured)
    assert said.problem == "certificate_file"


def test_a_server_without_encryption_is_refused_away_from_this_machine(
    chain: PostgresWorld, till: TillAtHub, postgres: Postgres
) -> None:
    """It would take any password, and hear it."""
    said = problem(hub(chain, port=postgres.port), till.me)
    assert said.problem == "no_tls"


def test_an_address_can_not_ask_for_an_open_line(chain: PostgresWorld, till: TillAtHub) -> None:
    made = chain._kept["1"]
    sly = PostgresHub(f"{made.address}?sslmode=disable", made.password, ca=made.ca, hostaddr=HERE)
    assert sly.hello(till.me).last_seq >= 0
    sly.close()


# -- what a person must mend ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"password": "wrong"}, "wrong_key"),
        ({"password": ""}, "wrong_key"),
        ({"database": "nowhere"}, "wrong_address"),
        ({"database": "postgres"}, "schema"),
    ],
    ids=["wrong password", "no password", "no such database", "another database"],
)
def test_what_is_set_up_wrong_is_told_apart(
    chain: PostgresWorld, till: TillAtHub, changed: dict[str, str], expected: str
) -> None:
    said = problem(hub(chain, **changed), till.me)
    assert isinstance(said, Misconfigured)
    assert said.problem == expected


def test_no_failure_carries_the_password(chain: PostgresWorld, till: TillAtHub) -> None:
    """psycopg's exceptions hold the whole connection; a log that shows locals or causes would
    show it too."""
    secret = "-".join(["the", "secret", "of", "the", "house"])
    with pytest.raises(SyncError) as said:
        hub(chain, password=secret, database="nowhere").hello(till.me)
    told = "".join(traceback.format_exception(said.value))
    assert secret not in told
    assert said.value.__cause__ is None


# -- what passes ----------------------------------------------------------------------------------


def test_nobody_there_is_away(chain: PostgresWorld, till: TillAtHub) -> None:
    with socket.create_server((HERE, 0)) as listener:
        port = listener.getsockname()[1]
    said = problem(hub(chain, port=port), till.me)
    assert isinstance(said, Retryable)
    assert said.problem == "unreachable"
    assert said.away


def test_a_name_that_nobody_knows_keeps_nobody_waiting(
    chain: PostgresWorld, till: TillAtHub
) -> None:
    began = time.monotonic()
    said = problem(hub(chain, name="hub.invalid", hostaddr="", patience=0.5), till.me)
    assert said.problem == "unreachable"
    assert time.monotonic() - began < 15


def test_a_line_that_swallows_everything_ends_within_our_patience(
    chain: PostgresWorld, till: TillAtHub, network: Relay
) -> None:
    slow = hub(chain, port=network.port, patience=0.5)
    slow.hello(till.me)
    network.silence()
    began = time.monotonic()
    with pytest.raises(Retryable) as said:
        slow.hello(till.me)
    assert said.value.problem == "timeout"
    with pytest.raises(Retryable) as said:  # nor does a new connection come about
        slow.hello(till.me)
    assert said.value.problem == "unreachable"
    assert time.monotonic() - began < 15
    network.silence(False)
    network.cut()
    slow.hello(till.me)
    slow.close()


def test_a_connection_that_died_while_idle_is_made_anew_unseen(
    chain: PostgresWorld, till: TillAtHub, network: Relay
) -> None:
    patient = hub(chain, port=network.port)
    last = patient.hello(till.me).last_seq
    network.cut()
    assert patient.hello(till.me).last_seq == last
    patient.close()


def test_who_was_elected_on_a_line_that_broke_asks_again(
    chain: PostgresWorld, till: TillAtHub, network: Relay
) -> None:
    one, rival = hub(chain, port=network.port), chain.join("quick one")
    assert one.elect("break")
    network.cut()
    is_elected_soon(rival.hub, "break")
    assert not one.elect("break")
    rival.hub.close()
    is_elected_soon(one, "break")
    network.cut()
    is_elected_soon(one, "break")  # on its new line, once the server knows that the old one broke
    one.close()


def test_a_lost_answer_to_a_push_does_not_tell_twice(chain: PostgresWorld, network: Relay) -> None:
    teller = chain.join("lossy")
    lossy = hub(chain, till="lossy", port=network.port)
    lossy.hello(teller.me)
    network.lose_answers()
    assert lossy.push(teller.me, [teller.fact(), teller.fact()]) == 2
    assert network.lost.is_set()
    assert [f for f in everything(teller.hub) if f.till == "lossy"] == teller.told
    lossy.close()


def test_a_server_that_restarts_is_found_again(
    chain: PostgresWorld, till: TillAtHub, hub_server: HubServer
) -> None:
    assert till.hub.elect("restart")
    last = till.hub.hello(till.me).last_seq
    hub_server.stop()
    for _ in range(2):
        with pytest.raises(Retryable) as said:
            till.hub.hello(till.me)
        assert said.value.away or said.value.problem == "broken_off"
    hub_server.start()
    assert till.hub.hello(till.me).last_seq == last
    rival = chain.join("rival")
    assert rival.hub.elect("restart")  # what was held is free again, and the till learns of it
    assert not till.hub.elect("restart")
    chain.owner_comes_back()


def test_a_restart_between_two_calls_is_not_even_noticed(
    till: TillAtHub, hub_server: HubServer, chain: PostgresWorld
) -> None:
    till.hub.hello(till.me)
    hub_server.stop()
    hub_server.start()
    till.hub.hello(till.me)
    chain.owner_comes_back()


@pytest.mark.parametrize(
    "wrong",
    [{"key": "a\x00b"}, {"key": "\ud800"}, {"kind": "entry", "body": b"no json"},
     {"kind": "entry", "body": b'{"points": 1}'}, {"kind": "entry", "body": b'{"id": "x"}'},
     {"kind": "entry", "body": b"\xff"}],
    ids=["a nought", "half a letter", "no json", "no id", "no points", "no text"],
)  # fmt: skip
def test_what_can_not_be_kept_is_refused_and_not_tried_for_ever(
    pg_world: PostgresWorld, wrong: dict[str, object]
) -> None:
    till = pg_world.join("1")
    with pytest.raises(Refused) as said:
        till.tells(till.fact(**wrong))
    assert said.value.problem == "bad_input"
    assert everything(till.hub) == []


def test_a_statement_that_waits_for_a_lock_gives_up(pg_world: PostgresWorld) -> None:
    """The server's own limit, for a till whose clock does not run."""
    till = pg_world.join("1")
    till.tells(till.entry(10))
    pg_world.owner.formatted(
        "ALTER ROLE %I SET statement_timeout = '100ms'", parse(pg_world._kept["1"].address).role
    )
    fresh = pg_world.connect(till.me)
    with pg_world.owner.transaction():
        pg_world.owner.rows("SELECT FROM loyalty.balances FOR UPDATE")
        with pytest.raises(Retryable) as said:
            fresh.reserve(till.wish(1, "a"))
    assert said.value.problem == "timeout"
    assert fresh.reserve(till.wish(1, "a")).granted


def test_closing_ends_what_is_under_way(pg_world: PostgresWorld) -> None:
    till = pg_world.join("1")
    till.tells(till.entry(10))
    began, said = threading.Event(), []

    def ask() -> None:
        began.set()
        try:
            till.hub.reserve(till.wish(1, "a"))
        except SyncError as error:
            said.append(error.problem)

    with pg_world.owner.transaction():
        pg_world.owner.rows("SELECT FROM loyalty.balances FOR UPDATE")
        asking = threading.Thread(target=ask)
        asking.start()
        began.wait(20)
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while pg_world.owner.one(waiting) == (0,):
            assert asking.is_alive()
        till.hub.close()
        asking.join(20)
    assert not asking.is_alive()
    assert said in (["timeout"], ["broken_off"], ["unreachable"])


# -- elections ------------------------------------------------------------------------------------

ELECTED = """
import sys
from sync.hub.postgres import PostgresHub
hub = PostgresHub(sys.argv[1], sys.argv[2])
print(hub.elect("vendure"), flush=True)
sys.stdin.read()
"""


def test_when_the_elected_process_dies_another_goes_on(pg_world: PostgresWorld) -> None:
    pg_world.join("1")
    made = pg_world._kept["1"]
    heir = pg_world.join("2")
    process = subprocess.Popen(
        [sys.executable, "-c", ELECTED, made.address, made.password],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.stdout.readline() == "True\n"
    assert not heir.hub.elect("vendure")
    process.kill()
    process.communicate()
    is_elected_soon(heir.hub, "vendure")
