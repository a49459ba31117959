"""Each failure story of the page is held by tests that are there."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from bootstrap.steps import ROOT

PAGE = (ROOT / "docs" / "failure-stories.md").read_text("utf-8")
_ROW = re.compile(r"^\| (?!story |---)(.+) \| (.+) \|$", re.M)
_TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests that a file defines."""
    tree = ast.parse((ROOT / "tests" / path).read_text("utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize(("story", "held"), _ROW.findall(PAGE))
def test_a_story_is_held_by_tests_that_are_there(story: str, held: str) -> None:
    named = _TEST.findall(held)
    assert len(named) == held.count("`") // 2, f"not a test: {held}"
    assert named, story
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []


def test_every_list_of_gotchas_has_its_rows() -> None:
    parts = PAGE.split("\n## ")[1:]
    rows = {part.splitlines()[0]: len(_ROW.findall(part)) for part in parts}
    assert all(rows.values())
    assert rows["Of the field: offline-first sync"] >= 8
    numbered = re.findall(r"^\| (\d+)\. ", PAGE, re.M)
    assert [int(n) for n in numbered] == list(range(1, 17)), "WooCommerce's short list has 16"
