"""What the owner types, and what a till's keeper does."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.errors import Misconfigured, Refused, SyncError
from sync.hub import commands, joining, schema
from sync.hub.engine import HubEngine
from sync.hub.parts import identity
from sync.hub.postgres import PostgresHub
from sync.hub.remote import Identity
from terminal.db.engine import open_database
from terminal.i18n import Words
from terminal.secrets import Secrets
from terminal.settings import Settings, load
from tests.hub.pg import SharedHubs
from tests.hub.till_stand import Chain
from tests.hub.world import TillAtHub
from ui.sync_messages import hub_problem


def known_as(till: str, machine: str = "machine") -> Identity:
    return Identity(till, "instance", machine, "run")


class Desk:
    """Somebody who types commands and reads what is said."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.said: list[str] = []
        self.kept: list[joining.Credentials] = []
        self.typed = ""

    def types(self, *words: str, owner: bool = True) -> int:
        self.said.clear()
        top = argparse.ArgumentParser()
        commands.add_arguments(top.add_subparsers(dest="command"))
        front = ["hub", *(["--owner", self.url] if owner else [])]
        here = commands.Here(
            known_as(""), self.folder, lambda _: self.typed,
            self.kept.append, lambda: datetime.now(UTC),
        )  # fmt: skip
        return commands.run(top.parse_args([*front, *words]), self.said.append, Words("en"), here)

    def takes_in(self, till: str, *more: str) -> joining.Credentials:
        """A till is invited and joins; what it keeps."""
        assert self.types("invite", till, *more) == 0
        self.typed = self.said[0]
        assert self.types("join", owner=False) == 0
        return self.kept[-1]

    @contextmanager
    def hub_of(self, made: joining.Credentials) -> Iterator[PostgresHub]:
        """The hub as who joined reaches it."""
        hub = PostgresHub(made.address, made.password, ca=made.ca)
        yield hub
        hub.close()


BOUNDS = (
    "While a till can't ask the hub it redeems, unless the programme says otherwise (offline):"
    " at most 1,000 points for each member · at most 10,000 points a day."
)


@pytest.fixture
def desk(shared_hubs: SharedHubs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.delenv("HUB_OWNER", raising=False)
    name = shared_hubs.database("template1")
    desk = Desk(shared_hubs.url(name), tmp_path)
    address = f"127.0.0.1:{shared_hubs.server.port}/{name}"
    assert desk.types("create", "--address", address) == 0
    return desk


def test_a_chain_from_nothing_to_a_till_that_talks(desk: Desk) -> None:
    assert desk.said == [f"The hub went from version 0 to {schema.LATEST}.", BOUNDS]
    made = desk.takes_in("K1")
    assert desk.said[-1] == BOUNDS
    with desk.hub_of(made) as hub:
        assert hub.hello(known_as("K1")).last_seq == 0
    assert desk.types("tills") == 0
    assert desk.said[0].startswith("K1")
    assert "joined" in desk.said[0]


def test_a_code_can_go_by_file_and_is_the_owners_alone(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "code.txt"
    path.write_text("an older one")
    path.chmod(0o644)
    desk.types("invite", "1", "--hours", "1", "--out", str(path))
    assert path.stat().st_mode & 0o077 == 0
    assert path.read_text("ascii").strip() not in "".join(desk.said)
    assert desk.types("join", "--code-file", str(path), owner=False) == 0
    assert desk.kept[0].till == "1"


def test_a_new_computer_hears_what_is_known_of_the_old_one(desk: Desk) -> None:
    with desk.hub_of(desk.takes_in("1")) as hub:
        till = TillAtHub(hub, known_as("1"))
        till.tells(till.fact(), till.fact())
    desk.takes_in("1", "--again")
    assert desk.said[-1] == "The hub knows 2 facts of it from before."


def test_a_till_with_a_past_joins_and_tells_it(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "books").mkdir()
    books = open_database(tmp_path / "books" / "till.db")
    stand = Chain(tmp_path / "books").over(books, "T1", seed=True, join=False).database
    settings = Settings()
    secrets = Secrets(tmp_path, use_keyring=False)
    desk.types("invite", settings.till.code)
    here = commands.till_here(
        tmp_path, settings, stand, secrets, ask=lambda _: desk.said[0],
        clock=lambda: datetime.now(UTC),
    )  # fmt: skip
    assert commands.join(here, desk.said.append, Words("en")) == 0
    found = load(tmp_path / "settings.toml").hub
    me = identity(stand, settings.till.code, "run")
    hub = PostgresHub(found.address, secrets.get("hub"), ca=found.ca)
    engine = HubEngine(stand, hub, me, clock=lambda: datetime.now(UTC))
    report = engine.push()
    assert report.failure is None
    assert report.sent > 0
    assert hub.hello(me).last_seq == report.sent
    engine.close()


def test_monitoring_reads_json(desk: Desk) -> None:
    assert desk.types("status", "--json") == 0
    told = json.loads(desk.said[0])
    assert told["ok"] is True
    assert told["version"] == schema.LATEST
    assert desk.types("status") == 0
    assert desk.said[0] == f"Version: {schema.LATEST}"


def test_status_counts_members_as_they_are(desk: Desk) -> None:
    with desk.hub_of(desk.takes_in("T2")) as hub:
        till = TillAtHub(hub, known_as("T2"))
        till.tells(till.entry(100, member="anna"), till.entry(50, member="bela"))
    desk.types("status", "--json")
    assert json.loads(desk.said[0])["members"] == 2


def test_monitoring_sees_a_till_that_is_there_twice(desk: Desk) -> None:
    with desk.hub_of(desk.takes_in("T2")) as hub:
        for machine in ("machine", "copy"):
            hub.hello(known_as("T2", machine))
    assert desk.types("status", "--json") == 1
    told = json.loads(desk.said[0])
    assert (told["ok"], told["twice"]) == (False, ["T2"])
    assert desk.types("status") == 1
    assert desk.said[-1] == "there twice!: T2"


def test_a_till_is_let_go(desk: Desk) -> None:
    desk.types("invite", "1")
    assert desk.types("revoke", "1") == 0
    desk.types("tills")
    assert "let go" in desk.said[0]


def test_up_to_date_is_said(desk: Desk) -> None:
    assert desk.types("upgrade") == 0
    assert desk.said == [f"The hub is up to date: version {schema.LATEST}."]
    assert desk.types("set-back") == 0
    assert desk.said == ["The hub begins a new era. Tills tell again what it lacks."]


def test_without_the_owners_address_nothing_is_done(desk: Desk) -> None:
    with pytest.raises(Misconfigured) as said:
        desk.types("status", owner=False)
    assert said.value.problem == "no_owner"


@pytest.mark.parametrize("till", ["bad till", "t2", "KASSA17", "", "Ω"])
def test_nobody_is_invited_whom_no_settings_can_name(desk: Desk, till: str) -> None:
    with pytest.raises(Refused) as said:
        desk.types("invite", till)
    assert said.value.problem == "till_code"
    desk.types("tills")
    assert desk.said == ["Nobody was invited yet."]


def test_what_the_owner_has_to_mend_is_said_to_the_owner(desk: Desk, tmp_path: Path) -> None:
    def said(*words: str) -> str:
        with pytest.raises(SyncError) as problem:
            desk.types(*words)
        return hub_problem(problem.value.problem, Words("en"))

    assert "host:port/database" in said("create", "--address", "hub.example.com")
    missing = str(tmp_path / "no such file")
    assert "can't be read" in said("join", "--code-file", missing)
    assert "--ca" in said("create", "--address", "h.test/hub", "--ca", missing)
    desk.url, good = desk.url.rpartition("/")[0] + "/nowhere", desk.url
    assert "HUB_OWNER" in said("status")
    desk.url = re.sub("//[^@/]+@", "//nobody@", good)
    assert "HUB_OWNER" in said("status")
