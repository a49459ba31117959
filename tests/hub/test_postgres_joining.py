"""A till joins by a code that is good once, and leaves with a password that only it knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from sync.errors import Misconfigured, Refused, Retryable
from sync.hub import codes, joining, owning
from sync.hub.addresses import parse
from sync.hub.link import Link
from sync.hub.postgres import PostgresHub
from sync.hub.remote import Identity
from tests.hub.relay import Relay
from tests.hub.servers import HubServer
from tests.hub.world import PostgresWorld, everything

ME = Identity("", "instance-1", "machine-1", "run-1")


@pytest.fixture(scope="module")
def chain(hub_server: HubServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    world = hub_server.hub("joining", tmp_path_factory.mktemp("tills"))
    yield world
    world.close()


def join(chain: PostgresWorld, code: str, me: Identity = ME, **more: object) -> joining.Credentials:
    more = {"clock": lambda: datetime.now(UTC), "folder": chain.folder, **more}
    return joining.join(code, me, hostaddr="127.0.0.1", **more)


def refused(chain: PostgresWorld, code: str, me: Identity = ME, **more: object) -> str:
    with pytest.raises(Refused) as said:
        join(chain, code, me, **more)
    return said.value.problem


def is_let_in(made: joining.Credentials) -> bool:
    """With what it keeps a till is heard, and nothing is known of it yet."""
    hub = PostgresHub(made.address, made.password, ca=made.ca, hostaddr="127.0.0.1")
    welcome = hub.hello(replace(ME, till=made.till))
    hub.close()
    return welcome.last_seq == 0


def at_port(address: str, port: int) -> str:
    return address.replace(f":{parse(address).port}/", f":{port}/")


def by_way_of(network: Relay, invited: codes.Invitation) -> str:
    """The code of somebody whose line to the hub may break."""
    address = at_port(invited.address, network.port)
    return codes.write(msgspec.structs.replace(invited, address=address))


def test_a_code_is_all_that_a_till_needs(chain: PostgresWorld) -> None:
    made = join(chain, owning.invite(chain.url, "Kassa 1", hours=2))
    assert made.till == "Kassa 1"
    assert made.last_seq == 0
    assert made.address.endswith(f"@hub.test:{parse(made.address).port}/joining")
    assert "BEGIN CERTIFICATE" in Path(made.ca).read_text("ascii")
    assert is_let_in(made)
    assert made.password not in repr(made)


def test_a_code_survives_being_typed(chain: PostgresWorld) -> None:
    code = owning.invite(chain.url, "typed")
    by_hand = code.lower().replace("-", " ").replace("hub ", "hub\n", 1)
    assert codes.read(by_hand) == codes.read(code)
    assert join(chain, by_hand).till == "typed"


def test_a_code_is_good_once(chain: PostgresWorld) -> None:
    code = owning.invite(chain.url, "once")
    made = join(chain, code)
    assert refused(chain, code) == "code_used"
    assert is_let_in(made)  # the first is still in


def test_a_code_used_by_two_at_once_lets_one_in(pg_world: PostgresWorld) -> None:
    """Where the server asks for no password the function itself keeps count."""
    code = owning.invite(pg_world.url, "1")
    pg_world.use(code, replace(ME, till="1"))
    with pytest.raises(Refused) as said:
        pg_world.use(code, replace(ME, till="1", instance="instance-2"))
    assert said.value.problem == "code_used"


def test_a_code_expires(chain: PostgresWorld) -> None:
    code = owning.invite(chain.url, "late", hours=1)
    role = parse(codes.read(code).address).role
    chain.owner.formatted("ALTER ROLE %I VALID UNTIL '2026-01-01'", role)
    later = datetime.now(UTC) + timedelta(hours=2)
    assert refused(chain, code, clock=lambda: later) == "code_expired"


def test_the_hub_itself_knows_when_a_code_expires(pg_world: PostgresWorld) -> None:
    code = owning.invite(pg_world.url, "1", hours=1)
    pg_world.later(3601)
    with pytest.raises(Refused) as said:
        pg_world.use(code, replace(ME, till="1"))
    assert said.value.problem == "code_expired"
    assert [row.state for row in owning.tills(pg_world.url)] == ["expired"]


def test_a_newer_code_replaces_an_older_one(pg_world: PostgresWorld) -> None:
    old = owning.invite(pg_world.url, "1")
    new = owning.invite(pg_world.url, "1")
    with pytest.raises(Refused) as said:
        pg_world.use(old, replace(ME, till="1"))
    assert said.value.problem == "code_replaced"
    assert pg_world.use(new, replace(ME, till="1")).till == "1"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda code: code[:-1],
        lambda code: code[:40] + ("A" if code[40] != "A" else "B") + code[41:],
        lambda code: code.replace(code[20:25], "", 1),
        lambda _: "",
        lambda _: "HUB-HELLO",
        lambda _: "привет",
    ],
    ids=["cut off", "a letter", "a group", "empty", "a word", "another script"],
)
def test_a_mistyped_code_is_told_from_an_old_one(chain: PostgresWorld, spoil) -> None:
    code = codes.write(
        codes.Invitation(
            till="1", address="postgresql://r@h:1/d", secret="s" * 32, expires=datetime.now(UTC)
        )
    )
    assert refused(chain, spoil(code)) == "code_broken"


def test_a_code_for_another_till_is_refused_unused(chain: PostgresWorld) -> None:
    code = owning.invite(chain.url, "till A")
    assert refused(chain, code, replace(ME, till="till B")) == "other_till"
    assert join(chain, code, replace(ME, till="till A")).till == "till A"


def test_who_joined_is_not_invited_by_mistake(chain: PostgresWorld) -> None:
    join(chain, owning.invite(chain.url, "here"))
    with pytest.raises(Refused) as said:
        owning.invite(chain.url, "here")
    assert said.value.problem == "till_joined"


def test_a_new_computer_goes_on_with_the_numbers_of_the_old_one(chain: PostgresWorld) -> None:
    old = chain.join("moving")
    old.tells(old.fact(), old.fact())
    made = join(chain, owning.invite(chain.url, "moving", again=True))
    assert made.last_seq == 2


def test_an_answer_lost_while_joining_leaves_nobody_outside(
    chain: PostgresWorld, hub_server: HubServer
) -> None:
    invited = codes.read(owning.invite(chain.url, "lost"))
    with Relay(hub_server.port) as network:
        code = by_way_of(network, invited)
        verifier = Link.verifier

        def the_last_answer_that_comes(link: Link, password: str) -> str:
            made = verifier(link, password)
            network.lose_answers()
            return made

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Link, "verifier", the_last_answer_that_comes)
            made = join(chain, code, replace(ME, till="lost"))
        assert network.lost.is_set()
    assert is_let_in(replace(made, address=at_port(made.address, hub_server.port)))


def test_a_hub_that_is_away_leaves_the_code_as_good_as_it_was(
    chain: PostgresWorld, hub_server: HubServer
) -> None:
    invited = codes.read(owning.invite(chain.url, "patient"))
    with Relay(hub_server.port) as network:
        network.silence()
        with pytest.raises(Retryable):
            join(chain, by_way_of(network, invited), patience=0.3)
    assert join(chain, codes.write(invited)).till == "patient"


def test_a_request_that_never_arrived_leaves_the_code_as_good_as_it_was(
    chain: PostgresWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = owning.invite(chain.url, "unheard")
    with monkeypatch.context() as patch:

        def lost(*_: object, **__: object) -> None:
            raise Retryable("broken_off")

        patch.setattr(Link, "one", lost)
        with pytest.raises(Retryable):
            join(chain, code)
    assert join(chain, code).till == "unheard"


def test_a_code_of_a_till_that_was_let_go_is_none(chain: PostgresWorld) -> None:
    code = owning.invite(chain.url, "unwanted")
    owning.revoke(chain.url, "unwanted")
    with pytest.raises(Misconfigured) as said:
        join(chain, code)
    assert said.value.problem == "revoked"


def test_everyone_is_listed_with_how_they_stand(pg_world: PostgresWorld) -> None:
    owning.invite(pg_world.url, "asked")
    here = pg_world.join("here", machine="m1")
    here.tells(here.fact())
    here.hub.hello(here.me)
    clone = replace(here.me, machine="m2", run="run-2")
    pg_world.connect(clone).hello(clone)
    pg_world.join("gone")
    owning.revoke(pg_world.url, "gone")
    rows = {row.code: row for row in owning.tills(pg_world.url)}
    assert {code: row.state for code, row in rows.items()} == {
        "asked": "invited", "here": "joined", "gone": "revoked",
    }  # fmt: skip
    assert rows["here"].last_seq == 1
    assert rows["here"].last_seen is not None
    assert rows["here"].clones == 1


def test_a_revoked_till_does_not_even_get_to_the_door(chain: PostgresWorld) -> None:
    till = chain.join("thief")
    owning.revoke(chain.url, "thief")
    with pytest.raises(Misconfigured) as said:
        chain.connect(till.me).hello(till.me)
    assert said.value.problem == "revoked"
    back = join(chain, owning.invite(chain.url, "thief"))
    assert back.till == "thief"


def test_nobody_unknown_is_revoked(pg_world: PostgresWorld) -> None:
    with pytest.raises(Refused) as said:
        owning.revoke(pg_world.url, "nobody")
    assert said.value.problem == "not_found"


def test_how_a_hub_is(pg_world: PostgresWorld) -> None:
    till = pg_world.join("1")
    till.tells(till.entry(10), till.fact())
    till.reserves(5, "a")
    assert till.hub.elect("vendure")
    everything(till.hub)
    status = owning.status(pg_world.url)
    assert (status.facts, status.reserved, status.tills, status.held_back) == (2, 1, 1, 0)
    assert status.elected == ("1",)
    assert status.version == status.latest
    assert status.bytes > 0
    assert status.connections >= 1


@pytest.mark.parametrize(("till", "hours"), [("", 1), ("x" * 41, 1), ("a\nb", 1), ("1", 0)])
def test_an_invitation_that_makes_no_sense_is_refused(
    pg_world: PostgresWorld, till: str, hours: int
) -> None:
    with pytest.raises(Refused):
        owning.invite(pg_world.url, till, hours=hours)


@pytest.mark.parametrize("text", ["", "not one", None])
def test_a_certificate_that_is_none_is_said_at_once(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "ca.crt"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(Misconfigured) as said:
        owning.create_hub("postgresql://nobody@127.0.0.1:1/x", address="hub.test/x", ca=path)
    assert said.value.problem == "certificate_file"
