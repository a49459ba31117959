"""Sync without a window, on a real online store: what a service does that nobody looks at."""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import main
from sync.room import remotes
from sync.service import run
from terminal.desk_tasks import Task, TaskKind
from terminal.events import Event, ImportMoved, SyncStatus
from terminal.secrets import Secrets
from terminal.services.filling import keep_where
from terminal.settings import OnlineStoreSettings, Settings
from tests.stores import VendureStore
from tests.stories.open_till import with_store

PATIENCE = 90


@pytest.fixture
def backend(tmp_path: Path, vendure: VendureStore) -> Iterator[main.Backend]:
    online = with_store(vendure, tmp_path, vendure.admin_api)
    backend = main.Backend(tmp_path, Settings(online_store=online))
    backend.open(exclusive=False)
    yield backend
    backend.close()


def wanted(**more: object) -> argparse.Namespace:
    return argparse.Namespace(**{"once": True, "port": None, "health": "", **more})


def test_a_first_import_that_the_window_left_is_gone_on_with(backend: main.Backend) -> None:
    keep_where(backend.database, ImportMoved("vendure", "open"))
    online = threading.Event()

    def heard(event: Event) -> None:
        if isinstance(event, SyncStatus) and event.state == "online":
            online.set()

    backend.bus.subscribe(heard)
    crew = backend.room.build()
    assert (crew.names, backend.room.filling) == ((), ("vendure",))
    said: list[str] = []
    assert run(crew, wanted(), said.append, backend.room) == 1
    assert said == ["vendure: the first import is not done; its rounds begin after it."]

    backend.room.start()
    assert online.wait(PATIENCE), "all is in, and its rounds go on by themselves"
    assert (crew.names, backend.room.filling) == (("vendure",), ())


def test_one_round_writes_how_it_stands_for_monitoring(
    backend: main.Backend, tmp_path: Path
) -> None:
    file, said = tmp_path / "health.json", list[str]()
    with backend.database.write() as uow:
        uow.tasks.put(Task(id="q", kind=TaskKind.DIFFERENCE, made_at=main.now(), store="vendure"))
        uow.commit()
    assert run(backend.room.build(), wanted(health=str(file)), said.append, backend.room) == 0
    assert said == ["vendure online, 0 waiting, 0 blocked"]
    told = json.loads(file.read_text("utf-8"))
    stores = [(one["store"], one["state"], one["tasks"]) for one in told["stores"]]
    assert stores == [("vendure", "online", 1)]


def test_the_doctor_asks_no_store_that_another_till_talks_to(tmp_path: Path) -> None:
    online = OnlineStoreSettings(kind="vendure", url="http://127.0.0.1:9/admin-api", talks=False)
    secrets = Secrets(tmp_path, use_keyring=False)
    [remote] = remotes(Settings(online_store=online), secrets, str, str)
    assert remote.asked() == ("another till talks to it", "")


def test_the_doctor_says_what_to_do_about_a_store_and_a_hub_that_are_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.toml").write_text(
        '[online_store]\nkind = "vendure"\nurl = "http://127.0.0.1:9/admin-api"\n'
        'username = "till"\n[hub]\naddress = "postgresql://till@127.0.0.1:9/hub"\n', "utf-8",
    )  # fmt: skip
    assert main.main(["doctor", "--data", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert "opens in a browser" in told, "what to look at, and not only that it is away"
    assert "whoever looks after the hub" in told
