"""The virtual environment `.venv`: made by this Python, filled from a hash-checked lock.

`requirements/run.txt` is what a till runs on; `requirements/dev.txt` has the same versions and
the tools on top, so an environment with the second serves for the first.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bootstrap.steps import (
    ROOT,
    VENV,
    VENV_PYTHON,
    digest,
    environment,
    pip_install,
    read_stamp,
    run,
    step,
)

LOCKS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("run", "dev")}
PRODUCT = ("main.py", "terminal", "ui", "devices", "sync")


def prepare(kind: str) -> Path:
    """Bring `.venv` to the lock `kind` ("run" or "dev"); answers its interpreter."""
    if not _is_current(kind):
        _make_environment()
        _install(kind)
    _compile_product()
    return VENV_PYTHON


def _stamp(kind: str) -> Path:
    return VENV / f".installed-{kind}"


def _wanted(kind: str) -> str:
    return f"{sys.version.split()[0]} {digest(LOCKS[kind])}"


def _is_current(kind: str) -> bool:
    return VENV_PYTHON.exists() and read_stamp(_stamp(kind)) == _wanted(kind)


def _make_environment() -> None:
    """Keep an environment that fits, so that a developer's own additions live; else start anew."""
    stale = any(read_stamp(_stamp(kind)) not in {"", _wanted(kind)} for kind in LOCKS)
    if not stale and _version_inside() == sys.version.split()[0]:
        if not _has_pip():
            run([VENV_PYTHON, "-m", "ensurepip"], "Putting pip into .venv")
        return
    with step(f"virtual environment with Python {sys.version.split()[0]}"):
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", VENV], "Making the virtual environment")


def _version_inside() -> str:
    if not VENV_PYTHON.exists():
        return ""
    asking = "import sys; print(sys.version.split()[0])"
    return subprocess.run(
        [VENV_PYTHON, "-c", asking], capture_output=True, text=True
    ).stdout.strip()


def _has_pip() -> bool:
    return not subprocess.run([VENV_PYTHON, "-c", "import pip"], capture_output=True).returncode


def _install(kind: str) -> None:
    with step(f"packages of requirements/{kind}.txt"):
        pip_install(LOCKS[kind], "Installing the packages", "--no-compile")
        _compile_packages()
    for served in ("run", kind):
        _stamp(served).write_text(_wanted(served) + "\n", "utf-8")


def _compile_packages() -> None:
    """Also of packages that another tool put here uncompiled: a till starts twice as fast then.

    Some packages carry templates that are no Python, so the exit code says nothing.
    """
    words = ["-m", "compileall", "-q", "-q", "-j", "0", str(VENV / "lib")]
    subprocess.run([VENV_PYTHON, *words], env=environment(), capture_output=True)


def _compile_product() -> None:
    present = [name for name in PRODUCT if (ROOT / name).exists()]
    run([VENV_PYTHON, "-m", "compileall", "-q", *present], "Compiling the product")
