"""Rules of the house that no linter has: sizes, docstrings, and what must never be committed."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

import pytest

from bootstrap.steps import ROOT
from tests.house.tracked import PRODUCT, python_files, tracked

LONGEST_FILE = 400
MEDIAN_FUNCTION = 8

# Put together here, so that this file does not hold what it looks for.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("npmjs", "com"),
        ("deb", "debian"),
        ("snapshot", "debian"),
        ("pkg", "dev"),
    )
)
MACHINE_PATHS = tuple(
    "/" + "/".join(parts) + "/" for parts in (("work",), ("tmp", "house"), ("root",))
)
NEVER = re.compile("|".join(re.escape(word) for word in REGISTRIES + MACHINE_PATHS))


def bodies(file: Path) -> list[int]:
    """Lines of every function's body in a file, its docstring not counted."""
    lengths = []
    for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lengths.append((body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0)
    return lengths


def leaks(text: str) -> list[str]:
    """What a text must not hold: registry addresses, paths of a machine."""
    return NEVER.findall(text)


def test_no_file_is_longer_than_a_person_reads() -> None:
    lines = {file: len((ROOT / file).read_text("utf-8").splitlines()) for file in python_files()}
    assert {str(file): n for file, n in lines.items() if n > LONGEST_FILE} == {}


def test_every_module_says_what_it_is() -> None:
    modules = python_files(*PRODUCT, "bootstrap", "tools")
    silent = [
        str(file)
        for file in modules
        if not ast.get_docstring(ast.parse((ROOT / file).read_bytes()))
    ]
    assert modules
    assert silent == []


def test_functions_are_short() -> None:
    lengths = [length for file in python_files(*PRODUCT) for length in bodies(file)]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION


def test_every_test_folder_is_a_package() -> None:
    folders = {file.parent for file in python_files("tests")}
    assert [str(f) for f in folders if not (ROOT / f / "__init__.py").exists()] == []


def test_nothing_names_a_registry_or_a_machine() -> None:
    found = {}
    for file in tracked():
        text = (ROOT / file).read_bytes()
        if b"\0" not in text:
            found[str(file)] = leaks(text.decode("utf-8", "replace"))
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("word", REGISTRIES + MACHINE_PATHS)
def test_a_leak_would_be_seen(word: str) -> None:
    assert leaks(f"see {word}x") == [word]
