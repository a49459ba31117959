"""Where the hub is, before anybody is asked: what is no address, and what would be an open line."""

import sys

import pytest

from sync.errors import Misconfigured
from sync.hub import driver
from sync.hub.postgres import PostgresHub
from sync.hub.remote import Identity

ME = Identity("1", "instance", "machine", "run")


@pytest.mark.parametrize("mode", ["disable", "prefer", "require", "verify-ca"])
def test_the_owner_does_not_talk_in_the_open(mode: str) -> None:
    with pytest.raises(Misconfigured) as said:
        driver.owner_link(f"postgresql://o:p@hub.test/hub?sslmode={mode}")
    assert said.value.problem == "no_tls"


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("postgresql:///hub", {"PGHOST": "hub.test"}),
        ("postgresql:///hub", {"PGHOSTADDR": "203.0.113.5"}),
        ("postgresql:///hub", {"PGSERVICE": "hub"}),
        ("postgresql://localhost/hub?hostaddr=203.0.113.5", {}),
        ("postgresql:///hub?service=hub", {}),
    ],
)
def test_what_leads_elsewhere_by_other_means_is_not_this_machine(
    url: str, more: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    link = driver.owner_link(url)
    assert "sslmode=verify-full" in link._conninfo
    sly = f"{url}{'&' if '?' in url else '?'}sslmode=require"
    with pytest.raises(Misconfigured) as said:
        driver.owner_link(sly)
    assert said.value.problem == "no_tls"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://hub.test/x",
        "postgresql://hub.test",
        "a:b:c/d",
        "till@hub.test:54x/hub",
        "h/%00",
    ],
)
def test_what_is_no_address_is_said_when_the_hub_is_asked(address: str) -> None:
    mistyped = PostgresHub(address, "x")
    with pytest.raises(Misconfigured) as said:
        mistyped.hello(ME)
    assert said.value.problem == ("wrong_address" if address else "no_address")
    mistyped.close()


def test_without_the_driver_a_till_still_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "sync.hub.link", raising=False)
    monkeypatch.delitem(sys.modules, "sync.hub.failures", raising=False)
    lonely = PostgresHub("postgresql://t@127.0.0.1/hub", "x")
    with pytest.raises(Misconfigured) as said:
        lonely.hello(ME)
    assert said.value.problem == "no_driver"
