"""``sync --once``: a line for each store, and a sentence with the remedy for one that is away."""

from __future__ import annotations

import argparse
import io
import logging
from pathlib import Path

import pytest

import main
from sync.service import run
from terminal.place import keep_log
from terminal.settings import load
from ui.sync_advice import spoken

NOBODY = "http://127.0.0.1:9/admin-api"
FIRST = f'[online_store]\nkind = "vendure"\nurl = "{NOBODY}"\nusername = "till"\n'
SECOND = f'[[more_online_stores]]\nkind = "medusa"\nurl = "{NOBODY}"\nusername = "till"\n'


def once(folder: Path) -> tuple[int, list[str]]:
    """Exit code and lines of one round."""
    said: list[str] = []
    args = argparse.Namespace(once=True, port=None, health="")
    backend = main.Backend(folder, load(folder / "settings.toml"))
    try:
        backend.open(exclusive=False)
        code = run(backend.room.build(), args, said.append, backend.room, spoken)
    finally:
        backend.close()
    return code, said


def test_each_store_has_its_line_and_its_remedy(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "settings.toml").write_text(FIRST + SECOND, "utf-8")
    code, said = once(tmp_path)
    assert code == 1
    assert said[0] == "vendure offline, 0 waiting, 0 blocked"
    assert said[2] == "medusa offline, 0 waiting, 0 blocked"
    for line in (said[1], said[3]):
        assert "does not answer" in line
        assert "opens in a browser" in line, "what to look at, and no code"


def test_a_folder_that_was_mistyped_is_named(tmp_path: Path) -> None:
    code, [said] = once(tmp_path)
    assert code == 1
    assert f"{tmp_path / 'settings.toml'} is not there. Is the folder right?" in said


@pytest.mark.parametrize(
    ("text", "why"), [(f"{FIRST}talks = false\n", "says talks = false."), ("", "no [online_store]")]
)
def test_why_there_is_nobody_to_talk_to(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "settings.toml").write_text(text, "utf-8")
    code, [said] = once(tmp_path)
    assert code == 1
    assert why in said
    assert str(tmp_path) in said


def test_of_the_hub_the_sentence_is_the_hubs() -> None:
    assert spoken("hub", "unreachable").startswith("The hub does not answer.")
    assert spoken("vendure", "unreachable").startswith("The online store does not answer.")


@pytest.mark.parametrize("quiet", [True, False])
def test_a_command_that_says_how_it_went_logs_to_the_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, quiet: bool
) -> None:
    shown, root = io.StringIO(), logging.getLogger()
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setattr(root, "handlers", [])
    path = keep_log(tmp_path, quiet=quiet)
    logging.getLogger("sync.worker").warning("raw")
    for handler in root.handlers:
        handler.close()
    assert ("raw" in shown.getvalue()) != quiet
    assert "raw" in path.read_text("utf-8")
