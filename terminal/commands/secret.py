"""Keeping a secret: asked for on the terminal, never shown, never on the command line."""

import sys
from collections.abc import Callable
from getpass import getpass
from pathlib import Path

from terminal.secrets import Secrets
from terminal.services.connecting import SECRET, secret_name
from terminal.settings import Settings, load


def ask(folder: Path, name: str, say: Callable[[str], None]) -> int:
    """Ask for a secret and keep it; from a pipe, its first line is taken. One that nobody reads is
    refused, and so is nothing at all: it would wipe one that is good."""
    known = names(load(folder / "settings.toml"))
    if name not in known:
        say(f"Nothing reads a secret of this name. Known: {', '.join(known)}.")
        return 2
    kept = Secrets(folder)
    typed = getpass("Password or key: ") if sys.stdin.isatty() else input()
    if not typed.strip():
        say("Nothing was typed. What is kept stays.")
        return 2
    kept.put(name, typed)
    say(f"Kept in {kept.place}.")
    return 0


def names(settings: Settings) -> tuple[str, ...]:
    """What the settings have a use for; the first store's also before it is in them."""
    stores = (secret_name(settings, store.called) for store in settings.online_stores)
    return tuple(dict.fromkeys((SECRET, *stores, "proxy", "hub")))
