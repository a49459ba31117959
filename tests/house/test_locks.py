"""The locks hold what pyproject.toml asks for, each file with its hash."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bootstrap.steps import ROOT
from tests.house.tracked import PRODUCT, python_files

PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)")
GROUPS = {"run": None, "dev": "dev", "assets": "assets", "node": "node"}


@cache
def blocks(lock: str) -> dict[str, str]:
    """Each pinned package of a lock, by name, with its hashes."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    found = {}
    for block in re.split(r"\n(?=\S)", text):
        pin = PIN.match(block)
        if pin:
            found[canonicalize_name(pin[1])] = block
    return found


def pins(lock: str) -> dict[str, str]:
    return {name: PIN.match(block)[2] for name, block in blocks(lock).items()}  # type: ignore[index]


def asked_for(group: str | None) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = project["dependency-groups"][group] if group else project["project"]["dependencies"]
    return [Requirement(line) for line in wanted]


def extra(name: str) -> set[str]:
    """Packages of an extra, which only its own part of the product may import."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["optional-dependencies"][name]
    return {canonicalize_name(Requirement(line).name) for line in wanted}


@pytest.mark.parametrize("lock", GROUPS)
def test_a_lock_holds_what_was_asked_for(lock: str) -> None:
    pinned = pins(lock)
    for wanted in asked_for(GROUPS[lock]):
        version = pinned.get(canonicalize_name(wanted.name), "")
        assert wanted.specifier.contains(version), f"{wanted}: {version or 'missing'} (make lock)"


@pytest.mark.parametrize("lock", GROUPS)
def test_every_package_of_a_lock_has_its_hashes(lock: str) -> None:
    assert [name for name, block in blocks(lock).items() if "--hash=sha256:" not in block] == []


def test_developers_test_what_tills_run() -> None:
    run, dev = pins("run"), pins("dev")
    assert {name: dev.get(name) for name in run} == run


def test_the_stores_lock_has_a_checksum_for_every_package_and_no_address() -> None:
    lock = json.loads((ROOT / "tests/vendure_store/package-lock.json").read_text("utf-8"))
    packages = {name: kept for name, kept in lock["packages"].items() if name}
    assert len(packages) > 400
    assert [name for name, kept in packages.items() if "integrity" not in kept] == []
    assert [name for name, kept in packages.items() if "resolved" in kept] == []


def imported(file: Path) -> set[str]:
    """Top-level names that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / file).read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


def test_the_product_imports_only_what_it_asks_for() -> None:
    asked = {canonicalize_name(wanted.name) for wanted in asked_for(None)}
    ours = {Path(name).stem for name in (*PRODUCT, "tests", "bootstrap")}
    makers = packages_distributions()
    unasked = {
        f"{file}: {name}"
        for file in python_files(*PRODUCT)
        for name in imported(file) - ours - sys.stdlib_module_names
        if not (asked | (extra("hub") if str(file).startswith("sync/hub/") else set()))
        & {canonicalize_name(maker) for maker in makers.get(name, ())}
    }
    assert unasked == set()
