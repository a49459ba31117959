"""The files of this repository, as git would commit them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from bootstrap.steps import ROOT

PRODUCT = ("terminal", "ui", "devices", "sync", "main.py")


@cache
def tracked() -> tuple[Path, ...]:
    """Tracked files, and new ones that nothing ignores, relative to the root."""
    words = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "-co", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    files = (Path(name) for name in listed.split("\0") if name)
    return tuple(file for file in files if (ROOT / file).is_file())


def python_files(*tops: str) -> list[Path]:
    """Tracked Python files, of the named top-level places or of all."""
    return [
        file for file in tracked() if file.suffix == ".py" and (not tops or file.parts[0] in tops)
    ]
