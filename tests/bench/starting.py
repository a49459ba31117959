"""One cold start, in a process of its own: ``python -m tests.bench.starting bare|FOLDER``.

``bare`` is the floor: an empty main window. A folder is a till's data: ``main.py run`` as a shop
starts it, watched from beside. What was seen is written to the standard output as JSON, with times
of the machine's steady clock, which all its processes share.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import main
    from ui.window import TillWindow

LATE = ("sqlalchemy", "alembic", "requests", "escpos", "PIL", "serial", "keyring", "babel")
"""What no first paint needs."""


def bare() -> None:
    """An empty window until it is painted."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
            super().paintEvent(event)
            QTimer.singleShot(0, painted)

    def painted() -> None:
        tell(painted=time.monotonic())
        app.quit()

    app = QApplication([])
    window = Window()
    window.resize(1366, 768)
    window.show()
    app.exec()


def till(folder: str) -> None:
    """The product's own command, until its window is painted and a card could be scanned."""
    import main
    import ui.showing

    show = ui.showing.show

    def shown(backend: main.Backend, log_path: Path, clock: Any, **more: Any) -> int:
        return show(backend, log_path, clock, **{**more, "beside": watch})

    ui.showing.show = shown  # type: ignore[assignment]
    main.main(["run", "--data", folder])


def watch(window: TillWindow) -> None:
    """Note the first paint, and when services and scanner are there; then end the till."""
    from PySide6.QtCore import QEvent, QObject, QTimer, Slot
    from PySide6.QtWidgets import QApplication

    class Watch(QObject):
        def __init__(self) -> None:
            super().__init__(window)
            self.seen: dict[str, Any] = {}
            window.shell.installEventFilter(self)
            window.opened.connect(self.look)
            window.bridge.posted.connect(self.look)

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Paint and "late" not in self.seen:
                self.seen["late"] = [name for name in LATE if name in sys.modules]
                QTimer.singleShot(0, self.painted)
            return False

        def painted(self) -> None:
            self.seen["painted"] = time.monotonic()
            self.look()

        @Slot()
        def look(self) -> None:
            there = window.vm.phase == "ready" and window.vm.lights.scanner.state == "well"
            if there and "painted" in self.seen and "ready" not in self.seen:
                self.seen["ready"] = time.monotonic()
                QTimer.singleShot(0, self.end)

        def end(self) -> None:
            tell(**self.seen, modules=len(sys.modules), **memory())
            QApplication.quit()

    Watch()


def memory() -> dict[str, int]:
    """Resident memory now and at most, in MiB."""
    status = Path("/proc/self/status")
    if not status.exists():
        return {}
    fields = dict(line.split(":", 1) for line in status.read_text("utf-8").splitlines())
    return {
        name: round(int(fields[key].split()[0]) / 1024)
        for name, key in (("rss", "VmRSS"), ("rss_most", "VmHWM"))
    }


def tell(**seen: object) -> None:
    """One line of JSON."""
    print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    bare() if sys.argv[1] == "bare" else till(sys.argv[1])
