"""Work that must not hold up the window: one thread a lane, answers back on the GUI thread."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from terminal.errors import TerminalError

T = TypeVar("T")
log = logging.getLogger(__name__)


class Runs(Protocol):
    """What view models need: ``Tasks`` in the product, ``Inline`` in their tests."""

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        refused: Callable[[TerminalError], None],
        *,
        key: str = "",
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class _Job(Generic[T]):
    work: Callable[[], T]
    done: Callable[[T], None]
    refused: Callable[[TerminalError], None]
    key: str
    number: int


class Tasks(QObject):
    """A lane of work on one thread, in order. Live on the GUI thread; callbacks run there.

    Jobs with the same ``key`` supersede each other: only the newest answers (search as you type).
    What is neither an answer nor a refusal is a bug and goes to ``failed``.

    A job's callables hold view models, and a QObject must not die on another thread. So the GUI
    thread keeps each job until it is delivered, and the lane lets go of it before it answers.
    """

    failed = Signal(object)
    _finished = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._jobs: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._kept: dict[int, _Job[Any]] = {}
        self._newest: dict[str, int] = {}
        self._count = 0
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work, name=f"lane-{name}", daemon=True)
        self._thread.start()

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        refused: Callable[[TerminalError], None],
        *,
        key: str = "",
    ) -> None:
        """Do ``work`` off the GUI thread; then ``done`` or ``refused`` on it."""
        self._count += 1
        if key:
            self._newest[key] = self._count
        self._kept[self._count] = _Job(work, done, refused, key, self._count)
        self._jobs.put(self._count)

    def stop(self, timeout: float = 5.0) -> None:
        """Finish what was asked for and end the thread."""
        self._jobs.put(None)
        self._thread.join(timeout)

    def _work(self) -> None:
        while (number := self._jobs.get()) is not None:
            self._finished.emit((number, *self._answer(number)))

    def _answer(self, number: int) -> tuple[str, object]:
        """(kind, value); the frame that held the job is gone when it is told."""
        job = self._kept[number]
        if self._is_old(job):
            return "old", None
        try:
            return "done", job.work()
        except TerminalError as refusal:
            # Its traceback would carry the job's frames, and with them view models, along.
            return "refused", refusal.with_traceback(None)
        except Exception as error:
            log.exception("a job on %s failed", self._thread.name)
            return "failed", error.with_traceback(None)

    def _is_old(self, job: _Job[Any]) -> bool:
        return bool(job.key) and self._newest.get(job.key) != job.number

    @Slot(object)
    def _deliver(self, finished: tuple[int, str, Any]) -> None:
        number, kind, value = finished
        job = self._kept.pop(number)
        if kind == "failed":
            self.failed.emit(value)
        elif kind != "old" and not self._is_old(job):
            (job.done if kind == "done" else job.refused)(value)


class Inline:
    """Runs at once on the caller's thread: for tests of view models."""

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        refused: Callable[[TerminalError], None],
        *,
        key: str = "",
    ) -> None:
        """Do it now."""
        del key
        try:
            answer = work()
        except TerminalError as refusal:
            refused(refusal)
        else:
            done(answer)
