"""What every step of the set-up shares: where things lie, how a step is said, run and stamped."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"


class SetupError(Exception):
    """The set-up cannot go on; the message says what a person must do."""


def say(text: str) -> None:
    """A line for the person who waits, at once even where output is a pipe."""
    print(text, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say that a slow step begins, and how long it took."""
    say(f"set-up: {title} ...")
    began = time.monotonic()
    yield
    say(f"set-up: {title}: {time.monotonic() - began:.1f} s")


@contextmanager
def alone() -> Iterator[None]:
    """One set-up of this checkout at a time; another process waits here."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "set-up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("set-up: another one of this checkout is at work; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def environment(**more: str) -> dict[str, str]:
    """Our environment for a child, minus what would keep it from storing compiled modules.

    A till that compiles itself at every start needs twice the time for its first window.
    """
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **more}


def run(
    command: Sequence[str | Path],
    doing: str,
    *,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a quiet command; its output is shown only when it fails."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env or environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        raise SetupError(f"{done.stdout.rstrip()}\n{doing} failed (exit code {done.returncode}).")


def pip_install(lock: Path, doing: str, *options: str | Path) -> None:
    """Install exactly what a lock names, each file checked against its hash."""
    quiet = ("install", "--quiet", "--disable-pip-version-check", "--no-input")
    locked = ("--require-hashes", "--no-deps", "-r", lock)
    run([VENV_PYTHON, "-m", "pip", *quiet, *locked, *options], doing)


def digest(*files: Path) -> str:
    """What a stamp holds: a digest over the contents of files, in order."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.read_bytes() + b"\0")
    return total.hexdigest()


def read_stamp(stamp: Path) -> str:
    """The content of a stamp, empty when the step was never finished."""
    try:
        return stamp.read_text("utf-8").strip()
    except FileNotFoundError:
        return ""
