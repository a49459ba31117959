"""The guide: times each step, waits for what must come, takes the pictures."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

PATIENCE = 20.0
"""Seconds that a step may take before the tour has failed."""


class StepFailed(AssertionError):  # noqa: N818 - it says what happened
    """Something that must come did not."""


@dataclass
class Guide:
    """Steps, facts and pictures of one tour."""

    out: Path
    language: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    widest_gap: float = 0.0
    window: QWidget | None = None

    @contextmanager
    def step(self, name: str, says: str) -> Iterator[dict[str, Any]]:
        """One step: a line on the terminal, its milliseconds in ``tour.json``."""
        step: dict[str, Any] = {"name": name, "says": says, "ok": False}
        self.steps.append(step)
        began = time.perf_counter()
        try:
            yield step
            step["ok"] = True
        except StepFailed:
            raise
        except Exception as error:
            raise StepFailed(f"{type(error).__name__}: {error}") from error
        finally:
            step["ms"] = round((time.perf_counter() - began) * 1000, 1)
            mark = "ok" if step["ok"] else "NO"
            print(f"  {mark}  {step['ms']:>8.1f} ms  {says}", flush=True)

    def until(self, what: str, happened: Callable[[], object], patience: float = PATIENCE) -> None:
        """Let the window live until something is true."""
        end = time.monotonic() + patience
        while not happened():
            if time.monotonic() > end:
                raise StepFailed(f"waited {patience:.0f} s in vain for: {what}")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            time.sleep(0.001)

    def press(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """A key, to whatever has the focus, as from a keyboard."""
        assert self.window is not None
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        self.window.activateWindow()
        QTest.keyClick(QApplication.focusWidget() or self.window, key, held)

    def type(self, text: str) -> None:
        """Letters and digits, to whatever has the focus."""
        assert self.window is not None
        for char in text:
            QTest.keyClick(QApplication.focusWidget() or self.window, char)

    def click(self, widget: QWidget) -> None:
        """The mouse on a widget that can be seen."""
        if not widget.isVisible() or not widget.isEnabled():
            raise StepFailed(f"can't be clicked: {widget.accessibleName() or widget}")
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def settle(self, seconds: float = 0.25) -> None:
        """Let what was asked for be painted."""
        end = time.monotonic() + seconds
        self.until("", lambda: time.monotonic() > end)

    def picture(self, name: str, widget: QWidget | None = None) -> None:
        """A PNG of the window."""
        self.settle()
        shown = widget or self.window
        assert shown is not None
        if not shown.grab().save(str(self.out / f"{name}.png")):
            raise StepFailed(f"no picture {name}.png")

    def held(self) -> bool:
        """Whether every step held, and there was at least one."""
        return bool(self.steps) and all(step["ok"] for step in self.steps)

    def told(self) -> dict[str, Any]:
        """Everything for ``tour.json``."""
        return {"language": self.language, **self.facts, "steps": self.steps}
