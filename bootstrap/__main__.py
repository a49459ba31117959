"""`python3 -m bootstrap run | test | check | set-up`, which is what the Makefile calls."""

from __future__ import annotations

import os
import shutil
import sys

SUPPORTED = ((3, 11), (3, 12), (3, 13))


def use_supported_python() -> None:
    """Go on under a Python the till runs on, when this one is not, and another is at hand."""
    if sys.version_info[:2] in SUPPORTED:
        return
    for major, minor in SUPPORTED:
        other = shutil.which(f"python{major}.{minor}")
        if other:
            os.execv(other, [other, "-m", "bootstrap", *sys.argv[1:]])  # noqa: S606 (no shell is meant)
    sys.exit("Python 3.11, 3.12 or 3.13 is needed: make PYTHON=/path/to/python3.11 ...")


def main(arguments: list[str]) -> int:
    """Carry out one goal; the exit code."""
    from bootstrap import goals, steps

    try:
        return goals.GOALS[arguments[0]](arguments[1:])
    except steps.SetupError as problem:
        print(problem, file=sys.stderr)
        return 2


if __name__ == "__main__":
    use_supported_python()
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
