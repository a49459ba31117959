"""An address of the hub that somebody mistyped in the settings keeps nobody from selling."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import main
from sync.hub.parts import join_books
from terminal.db.engine import open_database
from terminal.ids import MemberId, SaleId
from terminal.settings import load

MISTYPED = ("http://hub.test/hub", "hub.test")


@pytest.fixture(params=MISTYPED)
def till(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[main.Backend]:
    database = open_database(tmp_path / "till.db")
    join_books(database, "instance")
    database.close()
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[hub]\naddress = "{request.param}"\n', "utf-8")
    backend = main.Backend(tmp_path, load(settings), passing=True)
    yield backend
    backend.close()


def test_the_till_opens_and_sells_and_its_light_says_what_is_wrong(
    till: main.Backend, caplog: pytest.LogCaptureFixture
) -> None:
    till.open()
    status = till.room.build().run_once()
    assert (status.state, status.problem) == ("misconfigured", "wrong_address")
    assert "hub is not set up right: wrong_address" in caplog.text
    assert till.room.hub is not None
    assert till.room.hub.grants.ask(SaleId("sale"), MemberId("member"), 100) is None


def test_doctor_says_it_in_a_sentence(
    till: main.Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["doctor", "--data", str(till.folder)]) == 1
    said = capsys.readouterr().out
    assert "The hub is not at this address." in said
    assert "Traceback" not in said
