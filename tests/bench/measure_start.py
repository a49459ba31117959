"""A cold start: new process to painted window, and to a till that can take a scan.

The till has a year of the demo shop's history, a scanner's line and a printer. The floor is a
process that shows an empty main window.
"""

from __future__ import annotations

import compileall
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import main
from devices.demo_parts import DemoCounter
from terminal import demo
from terminal.settings import Settings
from tests.bench.figures import Aim, Figure, Scale, in_turns, median
from tests.bench.shops import ROOT

OURS = ("terminal", "ui", "devices", "sync", "main.py", "tests/bench")
WINDOW = Aim(ratio=2)
READY = Aim(p50=1200)


def measure(scale: Scale) -> list[Figure]:
    """``start-window`` and ``start-ready``."""
    compile_ours()
    with tempfile.TemporaryDirectory(prefix="till-bench-") as name:
        folder, parts = Path(name), DemoCounter()
        try:
            prepare(folder, parts)
            return _measure(scale, folder)
        finally:
            parts.close()


def compile_ours() -> None:
    """As an installed till is: compiled once, not at each start."""
    with contextlib.redirect_stdout(io.StringIO()):
        for place in OURS:
            where = ROOT / place
            if where.is_dir():
                compileall.compile_dir(where, quiet=2)
            else:
                compileall.compile_file(where, quiet=2)


def prepare(folder: Path, parts: DemoCounter) -> None:
    """A till's data folder with a year behind it."""
    backend = main.Backend(folder, Settings())
    services = backend.open()
    demo.seed(services.database, services.till, main.now())
    backend.close()
    (folder / "settings.toml").write_text(
        f'[scanner]\nport = "{parts.scanner}"\n[printer]\ntarget = "{parts.printer}"\n', "utf-8"
    )


def start(what: str) -> dict[str, Any]:
    """Start once; milliseconds to ``painted`` and ``ready``, and what else was seen."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.starting", what],
        cwd=ROOT, env=kept, stdout=subprocess.PIPE, check=True, text=True, timeout=60,
    )  # fmt: skip
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    for name in {"painted", "ready"} & seen.keys():
        seen[name] = (seen[name] - began) * 1000
    return seen


def _measure(scale: Scale, folder: Path) -> list[Figure]:
    starts: list[dict[str, Any]] = []

    def ours(_: int) -> float:
        starts.append(start(str(folder)))
        return float(starts[-1]["painted"])

    window, floor = in_turns(
        scale.starts, ours, lambda _: float(start("bare")["painted"]), warm_up=1
    )
    kept = starts[1:]
    early = sorted({name for seen in kept for name in seen["late"]})
    loaded = f"loaded before it: {', '.join(early)}" if early else (
        "neither SQLAlchemy nor Alembic, requests or escpos loaded before it"
    )  # fmt: skip
    memory = [seen["rss"] for seen in kept if "rss" in seen]
    rss = f"{median(memory):g} MiB resident (aim 200)" if memory else "memory is not told here"
    ready = [float(seen["ready"]) for seen in kept]
    bare = "floor: an empty QMainWindow painted"
    return [
        Figure("start-window", "ms", window, floor, f"{loaded}; {bare}", WINDOW),
        Figure("start-ready", "ms", ready, floor, f"database, printer, scanner; {rss}; {bare}",
               READY),
    ]  # fmt: skip
