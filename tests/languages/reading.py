"""The catalogues as tests look at them, and the strings in the code."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tools.messages import ROOT, load

CALLS = ("t", "n")
WRITTEN = sorted((ROOT / "terminal" / "slips_written").glob("*.py"))
PRINTED = (
    "terminal/slip_writer.py", "terminal/explain.py", "terminal/services/printing.py",
    "terminal/game_slips.py", "terminal/offers_told.py",
    *(f"terminal/slips_written/{path.name}" for path in WRITTEN),
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One text and one of its forms in a language."""

    source: str
    text: str
    form: int
    places: tuple[str, ...]
    singular: str = ""
    """The source for one, where it counts something."""


@cache
def everything(language: str) -> tuple[Said, ...]:
    """Every form of every text of a language that is translated."""
    made = []
    for message in load(language):
        if not message.id:
            continue
        places = tuple(place for place, _ in message.locations)
        plural = isinstance(message.id, tuple)
        singular, source = message.id if plural else ("", message.id)
        for form, text in enumerate(message.string if plural else (message.string,)):
            if text:
                made.append(Said(source, text, form, places, singular))
    return tuple(made)


def placeholders(text: str) -> set[str]:
    """The {names} in a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def code_files() -> Iterator[tuple[str, ast.Module]]:
    """Every module whose texts people can read."""
    for room in ("terminal", "ui"):
        for path in sorted((ROOT / room).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))
    yield "main.py", ast.parse((ROOT / "main.py").read_text("utf-8"))


def call_name(node: ast.Call) -> str:
    """The last part of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
