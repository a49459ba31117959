"""The import contracts hold, and each of them bites."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from bootstrap.steps import ROOT, environment

LINT = Path(sys.executable).parent / "lint-imports"
ROOMS = ("terminal", "ui", "devices", "sync")

# One sin for each contract of pyproject.toml, by the contract's name.
SINS = {
    "terminal is pure: no Qt, no network, no hardware": ("terminal/sin.py", "import serial"),
    "only terminal.db knows the database": ("terminal/money.py", "import sqlalchemy"),
    "the database knows the terminal and nothing else": ("terminal/db/sin.py", "import requests"),
    "devices stand alone": ("devices/sin.py", "import terminal"),
    "sync has no face and no hardware": ("sync/sin.py", "import sqlalchemy"),
    "ui talks to services, not to tables, wires or the network": ("ui/sin.py", "import requests"),
    "view models have no widgets": ("ui/viewmodels/sin.py", "import ui.views"),
    "nobody imports main": ("sync/other_sin.py", "import main"),
}


def contracts() -> list[dict[str, Any]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared: list[dict[str, Any]] = project["tool"]["importlinter"]["contracts"]
    return declared


def complete(folder: Path) -> None:
    """Make every module of ours that a contract names, so that each contract can be judged."""
    named = (c["source_modules"] + c["forbidden_modules"] for c in contracts())
    for module in {name for names in named for name in names if name.split(".")[0] in ROOMS}:
        place = folder.joinpath(*module.split("."))
        if not place.is_dir() and not place.with_suffix(".py").exists():
            place.mkdir(parents=True)
        if place.is_dir():
            (place / "__init__.py").touch()


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--no-cache"],
        cwd=folder,
        env=environment(NO_COLOR="1", COLUMNS="200"),
        capture_output=True,
        text=True,
    )


def test_the_import_contracts_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_contract_catches_its_sin(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    complete(tmp_path)
    (tmp_path / "main.py").write_text('"""Nobody may import this."""\n')
    for place, sin in SINS.values():
        with (tmp_path / place).open("a") as module:
            module.write(f"\n{sin}\n")
    assert {contract["name"] for contract in contracts()} == set(SINS), "a contract without a sin"
    done = lint(tmp_path)
    verdicts = dict(
        line.rsplit(" ", 1)
        for line in done.stdout.splitlines()
        if line.endswith((" KEPT", " BROKEN"))
    )
    assert verdicts == dict.fromkeys(SINS, "BROKEN"), done.stdout + done.stderr


def test_every_part_of_the_terminal_is_kept_from_the_database() -> None:
    guarded = {c["name"]: c["source_modules"] for c in contracts()}
    named = {name.split(".")[1] for name in guarded["only terminal.db knows the database"]}
    places = [path for path in (ROOT / "terminal").iterdir() if path.name[0] not in "_."]
    parts = {p.stem for p in places if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert parts - named - {"db"} == set(), "add them to the contract in pyproject.toml"


def test_a_view_model_with_a_widget_is_refused() -> None:
    for place, verdict in (("ui/viewmodels/sin.py", 1), ("ui/views/fine.py", 0)):
        done = subprocess.run(
            [LINT.with_name("ruff"), "check", "--select=TID251", f"--stdin-filename={place}", "-"],
            cwd=ROOT,
            input="from PySide6.QtWidgets import QLabel\n",
            capture_output=True,
            text=True,
        )
        assert done.returncode == verdict, done.stdout


def test_every_module_of_the_terminal_but_its_storage_is_kept_from_the_database() -> None:
    """A new module that nobody wrote into the contract would be free to import SQLAlchemy."""
    contract = next(c for c in contracts() if c["name"] == "only terminal.db knows the database")
    here = {
        f"terminal.{path.stem}"
        for path in (ROOT / "terminal").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert here - {"terminal.__init__", "terminal.db"} == set(contract["source_modules"])
