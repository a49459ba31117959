"""Rules of the house that no linter has: sizes, docstrings, and what must never be committed."""

from __future__ import annotations

import ast
import hashlib
import itertools
import re
import statistics
from pathlib import Path

import pytest

from bootstrap.steps import ROOT
from tests.house.tracked import PRODUCT, python_files, tracked

LONGEST_FILE = 400
MEDIAN_FUNCTION = 8

# Fingerprints, so that this file does not hold what it looks for: two labels of a registry's host
# name ("example.org"), or the folders a machine's path begins with ("/example/").
NEVER = frozenset(
    {
        "a4aa2ac280bb8d1a",
        "8b5bb5eb9d758455",
        "08d54e49cb09e297",
        "3ca29e55be4befa4",
        "954ad027ab968ca3",
        "08140e632e5c6e33",
        "ea0d3d5c3c27a0ba",
        "216d3696f4fb08b1",
        "b1b6fca08aadd73c",
        "0fe68e7a8a473efa",
    }
)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_FOLDERS = re.compile(r"(?=((?:/[\w.-]+)/)((?:[\w.-]+/)?))")


def fingerprint(word: str) -> str:
    """What stands for a word in ``NEVER``."""
    return hashlib.sha256(word.encode()).hexdigest()[:16]


def bodies(file: Path) -> list[int]:
    """Lines of every function's body in a file, its docstring not counted."""
    lengths = []
    for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lengths.append((body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0)
    return lengths


def leaks(text: str, never: frozenset[str] = NEVER) -> list[str]:
    """What a text must not hold: registry addresses, paths of a machine."""
    words = set()
    for host in set(_HOST.findall(text)):
        labels = host.lower().split(".")
        words |= {".".join(pair) for pair in itertools.pairwise(labels)}
    for first, second in set(_FOLDERS.findall(text)):
        words |= {first, first + second}
    return sorted(word for word in words if fingerprint(word) in never)


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


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("example.org", "see https://files.Example.org:443/simple"),
        ("registry.example", '"resolved": "https://registry.example.com/a.tgz"'),
        ("/example/", "in /example/main/ui"),
        ("/example/", "a/example/b"),
        ("/one/example/", "File '/one/example/x.py'"),
    ],
)
def test_a_leak_would_be_seen(word: str, text: str) -> None:
    assert leaks(text, frozenset({fingerprint(word)})) == [word]


def test_every_leak_known_is_looked_for() -> None:
    assert len(NEVER) == 10
