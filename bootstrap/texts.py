"""The texts in every language, compiled before anybody waits for the first window."""

from __future__ import annotations

from pathlib import Path

from bootstrap.steps import ROOT, run, step

LOCALE = ROOT / "terminal" / "locale"


def stale(locale: Path = LOCALE) -> list[Path]:
    """Catalogues that changed since they were compiled."""
    return [
        source
        for source in sorted(locale.rglob("*.po"))
        if not (made := source.with_suffix(".mo")).exists()
        or made.stat().st_mtime < source.stat().st_mtime
    ]


def prepare(python: Path) -> None:
    """Compile what changed."""
    if not stale():
        return
    with step("texts"):
        doing = "from terminal.i18n import compile_all; compile_all()"
        run([python, "-c", doing], "Compiling the texts")
