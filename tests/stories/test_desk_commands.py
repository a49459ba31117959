"""``main.py programme``, ``books`` and ``import`` over a shop's data, as they are typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import main
from terminal.commands import programme
from terminal.commands.line import parsed
from terminal.db.engine import open_database
from tests.shop import open_shop, till

ROOT = Path(__file__).parents[2]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A till that was used once."""
    folder = tmp_path / "data"
    folder.mkdir()
    shop = open_shop(folder / "till.db")
    shop.sell(shop.enrol(), shop.open_price(4_340))
    shop.database.close()
    return folder


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main.main([*arguments])
    return code, capsys.readouterr().out


def test_the_programme_is_shown_in_words_and_changed_by_a_file(data, capsys, tmp_path):
    where = ("--data", str(data))
    code, said = told(capsys, "programme", "show", *where)
    assert code == 0
    assert "1 point per €1" in said
    file = tmp_path / "shop.toml"
    assert told(capsys, "programme", "export", "--to", str(file), *where)[0] == 0
    file.write_text(file.read_text("utf-8").replace("points = 100", "points = 50", 1), "utf-8")
    code, said = told(capsys, "programme", *where, "diff", str(file))  # anywhere on the line
    assert code == 0
    assert "100 → 50" in said


def test_the_books_of_a_day_are_told(data, capsys):
    code, said = told(capsys, "books", "days", "2026-11-21", "--data", str(data))
    assert code == 0
    assert "Maria" in said


def test_the_imports_that_there_are_none_of(data, capsys):
    assert told(capsys, "import", "--list", "--data", str(data))[0] == 0


def test_every_command_says_what_it_is_for(capsys):
    for arguments in (["--help"], ["books", "--help"]):
        with pytest.raises(SystemExit) as left:
            main.main(arguments)
        assert left.value.code == 0
    said = capsys.readouterr().out
    assert "programme" in said
    assert "--data DIR" in said


def test_whoever_reads_along_may_stop_early(data):
    """``main.py programme show | head -1`` ends quietly."""
    command = [sys.executable, "main.py", "programme", "show", "--data", str(data)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        process.stdout.readline()
        process.stdout.close()
        problem = process.stderr.read()
        assert process.wait(30) == 0
    assert problem == ""


def test_nobody_listens_any_more(data, monkeypatch):
    """What is said into a closed pipe is not mistaken for a file that can't be read."""

    def closed(_line: str) -> None:
        raise BrokenPipeError

    arguments = parsed({"office": print}, ["programme", "show", "--data", str(data)])
    database = open_database(data / "till.db")
    try:
        with pytest.raises(BrokenPipeError):
            programme.run(arguments, database, till(), closed)
    finally:
        database.close()


def test_a_file_that_is_not_there_is_named(data, capsys):
    code, said = told(capsys, "programme", "check", "/nowhere/shop.toml", "--data", str(data))
    assert (code, "/nowhere/shop.toml" in said) == (2, True)


def test_the_end_of_a_day_is_told_and_printed(data, capsys):
    where = ("--data", str(data))
    code, said = told(capsys, "day", "--date", "2026-11-21", *where)
    assert code == 0
    assert "€43.40" in said
    assert "Maria" in said
    assert "queue" not in said
    code, said = told(capsys, "day", "--date", "2026-11-21", "--print", *where)
    assert (code, "queue" in said) == (0, True)
    code, said = told(capsys, "day", "--date", "2026-11-21", *where)
    assert "Slips that wait" in said
