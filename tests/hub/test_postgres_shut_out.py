"""Who is let go is gone at once, whatever connection they held open."""

from __future__ import annotations

import psycopg
import pytest

from sync.errors import Misconfigured
from sync.hub import owning
from sync.hub.remote import Identity
from tests.hub.world import PostgresWorld


def is_open(line: psycopg.Connection) -> bool:
    try:
        line.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.parametrize("how", ["revoked", "invited again"])
def test_an_open_line_of_who_is_let_go_is_cut(pg_world: PostgresWorld, how: str) -> None:
    """A thief's session would go on reading everybody's facts once the till has joined anew, be
    elected, or hold a lock that others wait for."""
    stolen, other = pg_world.join("1"), pg_world.join("2")
    with psycopg.connect(pg_world.till_url("1"), autocommit=True) as thief:
        thief.execute("SELECT loyalty.elect('store:x', false)")
        thief.execute("SELECT pg_advisory_lock(1819244396, hashtext('2'))")
        if how == "revoked":
            owning.revoke(pg_world.url, "1")
        else:
            pg_world.join("1")
        assert not is_open(thief)
    assert other.hub.elect("store:x")
    assert other.tells(other.fact()) == 1
    with pytest.raises(Misconfigured):
        stolen.hub.hello(stolen.me)


def test_the_owner_is_no_member_of_a_till_s_role_afterwards(pg_world: PostgresWorld) -> None:
    pg_world.join("1")
    owning.revoke(pg_world.url, "1")
    (member,) = pg_world.owner.one(
        "SELECT pg_has_role(session_user, role, 'USAGE') FROM loyalty.tills WHERE code = '1'"
    )
    assert not member


def test_an_owner_who_may_not_end_them_lets_go_all_the_same(
    pg_world: PostgresWorld, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = pg_world.join("1")
    monkeypatch.setattr(owning, "_ENDING_MS", "never")
    owning.revoke(pg_world.url, "1")
    assert "restart the server" in caplog.text
    with pytest.raises(Misconfigured):
        one.hub.hello(one.me)


@pytest.mark.parametrize(
    "call",
    [
        "append_facts('i', 1, '{sale}', '{k}', '{m}', '{x}', ARRAY[now()])",
        "read_facts('', 1)",
        "reserve('s', 'm', '1', 1, 60)",
        "elect('store:x', false)",
    ],
)
def test_a_line_that_could_not_be_cut_can_do_nothing_any_more(
    pg_world: PostgresWorld,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
) -> None:
    """Also not in the moment between the two."""
    pg_world.join("1")
    monkeypatch.setattr(owning, "_ENDING_MS", "never")
    with psycopg.connect(pg_world.till_url("1"), autocommit=True) as thief:
        thief.execute("SELECT * FROM loyalty.read_facts('', 1)")
        owning.revoke(pg_world.url, "1")
        with pytest.raises(psycopg.Error) as said:
            thief.execute(f"SELECT * FROM loyalty.{call}")  # noqa: S608 - from above
        assert said.value.sqlstate == "LH004"
        assert is_open(thief), "it was the hub that said no"


VERIFIER = "SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy"


def test_a_code_is_not_used_up_by_who_does_not_know_it(pg_world: PostgresWorld) -> None:
    """Nothing is unlike NULL, also not a secret."""
    pg_world.join("1")
    code = owning.invite(pg_world.url, "1", again=True)
    with psycopg.connect(pg_world.till_url("1"), autocommit=True) as thief:
        said = thief.execute(
            "SELECT hub, till FROM loyalty.join_hub(NULL, %s, 'thief', 'machine')", [VERIFIER]
        ).fetchone()
        assert said == (None, None)
    pg_world.use(code, Identity("1", "mine", "machine", "run"))
    assert [row.state for row in owning.tills(pg_world.url)] == ["joined"]


@pytest.mark.parametrize(
    "call",
    [
        "hello(NULL, 'm', 'r')",
        "append_facts(NULL, 1, '{sale}', '{k}', '{m}', '{x}', ARRAY[now()])",
        "reserve('s', 'm', NULL, 1, 60)",
        "read_facts(NULL, NULL)",
    ],
)
def test_who_does_not_say_who_they_are_is_told_nothing(pg_world: PostgresWorld, call: str) -> None:
    one = pg_world.join("1")
    one.tells(one.entry(100, member="m"))
    with psycopg.connect(pg_world.till_url("1"), autocommit=True) as line:
        rows = line.execute(f"SELECT * FROM loyalty.{call}").fetchall()  # noqa: S608 - from above
    assert all(value is None for row in rows for value in row)
    assert one.tells(one.fact()) == 2
