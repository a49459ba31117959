"""Keeping a secret: asked for on the terminal, never shown, never on the command line."""

import sys
from collections.abc import Callable
from getpass import getpass
from pathlib import Path

from terminal.secrets import Secrets


def ask(folder: Path, name: str, say: Callable[[str], None]) -> int:
    """Ask for a secret and keep it; from a pipe, its first line is taken."""
    kept = Secrets(folder)
    kept.put(name, getpass("Password or key: ") if sys.stdin.isatty() else input())
    say(f"Kept in {kept.place}.")
    return 0
