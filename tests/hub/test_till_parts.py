"""A till's parts of the hub, put together as the program does."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.hub import parts
from sync.hub.memory import MemoryHub
from sync.hub.remote import Hub
from terminal.db.engine import open_database
from terminal.events import Event, SyncStatus
from terminal.granting import Granted
from terminal.ids import MemberId, SaleId
from terminal.settings import HubSettings
from tests.shop import START, Shop, till


def test_a_till_joins_syncs_asks_and_leaves(tmp_path: Path) -> None:
    database = open_database(tmp_path / "till.db")
    shop = Shop(database, till(code="T1"))
    shop.open_up()
    assert parts.identity(database, "T1", "run") is None
    me = parts.new_identity("T1", shop.new_id)
    assert parts.join_books(database, me.instance) == 7
    again = parts.identity(database, "T1", "another run")
    assert again is not None
    assert (again.instance, again.machine) == (me.instance, me.machine)

    hub, opened, heard = MemoryHub(lambda: START), [], list[Event]()

    def connect(patience: float) -> Hub:
        opened.append(patience)
        return hub.connect(again)

    made = parts.make_hub(
        database, again, connect, HubSettings(patience_ms=5000), clock=shop.clock,
        jitter=lambda: 0.5, listener=heard.append,
    )  # fmt: skip
    assert made.worker.run_once().state == "online"
    assert len(hub.log) == 7
    assert made.election.talks_to("vendure")
    hub.balances["m"] = 100
    assert made.grants.ask(SaleId("s"), MemberId("m"), 100) == Granted()
    made.close()
    assert opened == [10.0, 10.0, 5.0]
    assert hub.elected == {}
    assert any(isinstance(event, SyncStatus) for event in heard)

    parts.leave_books(database)
    assert parts.identity(database, "T1", "run") is None
    shop.enrol()
    with database.read() as uow:
        assert uow.journal.count_notes() == 0
    database.close()


def test_a_machine_is_known_by_what_it_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "machine-id"
    kept.write_text("0123\n")
    monkeypatch.setattr(parts, "_MACHINE_ID", kept)
    assert parts.machine() == parts.machine("0123")
    assert "0123" not in parts.machine()
    kept.unlink()
    assert parts.machine() == parts.machine()
    assert len(parts.machine()) == 32
