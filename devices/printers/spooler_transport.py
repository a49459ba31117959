"""Printers behind the system's own queue: CUPS, and the Windows spooler.

A job is collected and handed over in one piece when it is complete, so a queue never holds half a
slip. The queue takes it and says no more: such a printer only ever has "sent", never "printed", and
nobody here learns that its paper is out. Every wait ends by time.

Not tried on real queues: CUPS with a stand-in for `lp` and `lpstat`, Windows with one for its
spooler.
"""

import os
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from devices.errors import DeviceClosed, DeviceUnplugged, DeviceUnreachable
from devices.printers.transport import GOODBYE_SECONDS, Cancelling

QUEUE_SECONDS = 10.0
_LOCAL_BYTES_PER_SECOND = 100_000


class SpoolerTransport:
    """Collects a job and hands it over; `_check` and `_submit` are what the systems differ in."""

    answers = False
    late_answers = 0.0
    bytes_per_second = _LOCAL_BYTES_PER_SECOND

    def __init__(self, address: str, name: str, seconds: float = QUEUE_SECONDS) -> None:
        self.address = address
        self._name = name
        self._seconds = seconds
        self._job: bytearray | None = None
        self._cancelling = Cancelling()

    def open(self) -> None:
        """Look whether the queue is there and takes jobs."""
        self._check()
        self._job = bytearray()

    def send(self, data: bytes) -> int:
        """Collect the data."""
        self._collected().extend(data)
        return len(data)

    def receive(self, seconds: float) -> bytes:
        """Return nothing: a queue never answers."""
        self._collected()
        return b""

    def hand_over(self) -> None:
        """Give the whole job to the queue."""
        job = bytes(self._collected())
        if job:
            self._submit(job)
        self._job = bytearray()

    def finish(self, seconds: float = GOODBYE_SECONDS) -> None:
        """Forget the job: the queue has it, or it was not complete."""
        self._job = None

    def abort(self) -> None:
        """Forget the job."""
        self._job = None

    def cancel(self) -> None:
        """Let nothing more be collected."""
        self._cancelling.set()

    def _collected(self) -> bytearray:
        if self._cancelling.is_set() or self._job is None:
            raise DeviceClosed(self.address, "cancelled")
        return self._job

    def _check(self) -> None:
        raise NotImplementedError

    def _submit(self, job: bytes) -> None:
        raise NotImplementedError


class CupsTransport(SpoolerTransport):
    """A queue of CUPS by its name, through its own programs `lp` and `lpstat`."""

    def _check(self) -> None:
        state = self._run(["lpstat", "-p", self._name])
        if " disabled " in f" {state} ":
            raise DeviceUnreachable(self.address, "the queue is stopped")

    def _submit(self, job: bytes) -> None:
        with tempfile.TemporaryFile() as file:
            file.write(job)
            file.seek(0)
            self._run(["lp", "-d", self._name, "-o", "raw", "-s"], file.fileno())

    def _run(self, words: Sequence[str], data: int = subprocess.DEVNULL) -> str:
        """Run one of CUPS' programs in English, which its answers are read in."""
        try:
            done = subprocess.run(  # noqa: S603 - a queue's name, no shell
                words,
                stdin=data,
                capture_output=True,
                timeout=self._seconds,
                check=False,
                env={**os.environ, "LC_ALL": "C"},
            )
        except subprocess.TimeoutExpired as error:
            raise DeviceUnplugged(self.address, f"{words[0]} did not end") from error
        except OSError as error:
            raise DeviceUnreachable(self.address, f"no {words[0]} here: {error}") from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise DeviceUnreachable(self.address, said or f"{words[0]} refused")
        return done.stdout.decode(errors="replace")


class Spooler(Protocol):
    """What is needed of the Windows spooler; every call may raise OSError."""

    def open(self, name: str, /) -> int:
        """Return a handle for the printer."""
        ...

    def start(self, handle: int, title: str, /) -> None:
        """Begin a RAW document and its one page."""
        ...

    def write(self, handle: int, data: bytes, /) -> int:
        """Return how much of the data was taken."""
        ...

    def end(self, handle: int, /) -> None:
        """End the page and the document: now it prints."""
        ...

    def abort(self, handle: int, /) -> None:
        """Delete the document begun."""
        ...

    def close(self, handle: int, /) -> None:
        """Give the handle back."""
        ...


class WindowsTransport(SpoolerTransport):
    """A printer of the Windows spooler by its name, RAW."""

    def __init__(
        self,
        address: str,
        name: str,
        seconds: float = QUEUE_SECONDS,
        spooler: Callable[[], Spooler] | None = None,
    ) -> None:
        super().__init__(address, name, seconds)
        self._spooler = spooler or _system_spooler

    def _check(self) -> None:
        self._bounded(lambda spooler, handle: None)

    def _submit(self, job: bytes) -> None:
        self._bounded(lambda spooler, handle: _write(spooler, handle, job))

    def _bounded(self, work: Callable[[Spooler, int], None]) -> None:
        """Do it on a thread that is left behind when a driver hangs."""
        outcome: list[Exception | None] = []

        def run() -> None:
            try:
                self._with_handle(work)
                outcome.append(None)
            except OSError as error:
                outcome.append(error)

        thread = threading.Thread(target=run, name="windows-spooler", daemon=True)
        thread.start()
        thread.join(self._seconds)
        if not outcome:
            raise DeviceUnplugged(self.address, "the spooler did not answer")
        if outcome[0] is not None:
            raise DeviceUnreachable(self.address, str(outcome[0])) from outcome[0]

    def _with_handle(self, work: Callable[[Spooler, int], None]) -> None:
        spooler = self._spooler()
        handle = spooler.open(self._name)
        try:
            work(spooler, handle)
        finally:
            spooler.close(handle)


def _write(spooler: Spooler, handle: int, job: bytes) -> None:
    spooler.start(handle, "slip")
    try:
        while job:
            count = spooler.write(handle, job)
            if count <= 0:
                raise OSError("the spooler took nothing")
            job = job[count:]
    except OSError:
        spooler.abort(handle)
        raise
    spooler.end(handle)


def _system_spooler() -> Spooler:
    from devices.printers.winspool import Winspool  # refuses where there is no Windows

    return Winspool()
