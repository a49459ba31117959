"""The till on the screen, from the first paint until its window closes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.ids import Clock

if TYPE_CHECKING:
    from terminal.services.models import SignedIn
    from terminal.services.suite import Services
    from ui.window import Backend, TillWindow


def show(
    backend: Backend,
    log_path: Path,
    clock: Clock,
    prepare: Callable[[Services], SignedIn | None] = lambda services: None,
    beside: Callable[[TillWindow], None] = lambda window: None,
    *,
    set_up: bool = False,
) -> int:
    """Show the till until its window closes. ``beside`` may put windows next to it; ``set_up``
    opens the pages that find the devices."""
    from ui.quick_imports import load_qt

    load_qt()
    from terminal.i18n import Words
    from ui.app import make_app
    from ui.window import TillWindow

    screen, words = backend.settings.screen, Words(backend.settings.screen.language)
    app = make_app(sys.argv[:1], words, look=screen.theme, scale=screen.scale)
    window = TillWindow(
        backend, words, clock=clock, log_path=str(log_path), prepare=prepare, set_up=set_up
    )
    restore = window.errors.install()
    beside(window)
    window.begin()
    try:
        return app.exec()
    finally:
        restore()
        window.close()
