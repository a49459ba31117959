"""Who is let go is gone at once, whatever connection they held open."""

from __future__ import annotations

import psycopg
import pytest

from sync.errors import Misconfigured
from sync.hub import owning
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
