"""Which benches there are; running them, the table, the file."""

from __future__ import annotations

import difflib
import importlib
import json
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.bench.figures import Figure, Scale, median, p99

BENCHES = {
    "scan": ("scan",),
    "sale": ("sale",),
    "start": ("start-window", "start-ready"),
    "slip": ("slip",),
    "devices": ("devices-signal", "devices-text", "devices-picture"),
    "sync": ("sync-push", "sync-requests", "sync-pull"),
    "gap": ("gap",),
    "search": ("search",),
    "programme": (
        "programme-quote", "programme-fold", "programme-advance", "programme-simulation",
    ),
}  # fmt: skip
"""Module ``tests.bench.measure_NAME`` and the figures it makes. ``start``,
``devices``, ``sync`` and ``programme`` make all of theirs."""

_HEAD = ("bench", "n", "p50", "p99", "floor p50", "floor p99", "ratio", "aim", "")
_WIDTHS = (20, 6, 10, 10, 10, 10, 7, 34, 4)


def run(names: list[str], json_file: Path | None, scale: Scale | None = None) -> int:
    """Run what is named; 2 when a name is unknown."""
    chosen = choose(names)
    if isinstance(chosen, str):
        print(chosen)
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # A bench reads and leaves nothing in a person's own key ring.
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    # What the product logs about a failing store is no part of the table.
    logging.getLogger().addHandler(logging.NullHandler())
    print(_row(_HEAD), flush=True)
    figures: list[Figure] = []
    for module, wanted in chosen.items():
        for figure in measure(module, scale or Scale()):
            if figure.name in wanted:
                figures.append(figure)
                print(table_lines(figure), flush=True)
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        told = {"benches": [figure.told() for figure in figures]}
        json_file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 0


def choose(names: Iterable[str]) -> dict[str, set[str]] | str:
    """Modules with the figures wanted of each; a sentence when a name is unknown."""
    chosen: dict[str, set[str]] = {}
    for name in names or BENCHES:
        made = [m for m, figures in BENCHES.items() if name == m or name in figures]
        if not made:
            return unknown(name)
        figures = BENCHES[made[0]] if name == made[0] else (name,)
        chosen.setdefault(made[0], set()).update(figures)
    return chosen


def unknown(name: str) -> str:
    """What to say of a name that no bench has."""
    known = list(dict.fromkeys(n for m, figures in BENCHES.items() for n in (m, *figures)))
    near = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"There is no bench {name}.{hint} Known: {', '.join(known)}."


def measure(module: str, scale: Scale) -> list[Figure]:
    """The figures of one bench."""
    made: Callable[[Scale], list[Figure]] = importlib.import_module(
        f"tests.bench.measure_{module}"
    ).measure
    return made(scale)


def table_lines(figure: Figure) -> str:
    """One row, and its note under it."""
    ratio = "-" if figure.ratio is None else f"{figure.ratio:.2f}"
    verdict = {True: "ok", False: "NO", None: ""}[figure.held]
    cells = (
        figure.name, str(figure.n),
        *(_shown(of, samples, figure.unit) for samples in (figure.ours, figure.floor)
          for of in (median, p99)),
        ratio, figure.aim.words(figure.unit), verdict,
    )  # fmt: skip
    return _row(cells) + (f"\n{'':4}{figure.note}" if figure.note else "")


def _shown(of: Callable[[list[float]], float], samples: Iterable[float], unit: str) -> str:
    kept = list(samples)
    return f"{of(kept):.3g} {unit}" if kept else "-"


def _row(cells: Iterable[str]) -> str:
    return "  ".join(f"{text:<{w}}" for text, w in zip(cells, _WIDTHS, strict=True)).rstrip()
