"""An ESC/POS printer: one slip in, one honest answer out.

Nothing is ever printed twice by itself. Before the first byte of a slip everything that is wrong
means "waiting"; after it, only the printer's own confirmation means "printed", and whatever cannot
be told means "unknown", which a person decides. A printer that stops for paper, cover or cutter
goes on by itself once it is mended; until then the job waits, within bounds.
"""

import logging
import secrets
import string
import threading
import time
from collections.abc import Callable
from pathlib import Path

from devices.errors import (
    BadAddress,
    DeviceBusy,
    DeviceClosed,
    DeviceError,
    DeviceUnreachable,
)
from devices.printers.base import Cause, Printable, PrintResult, State
from devices.printers.conversation import Conversation
from devices.printers.encoder import SlipEncoder
from devices.printers.profiles import PrinterProfile
from devices.printers.status import PrinterStatus
from devices.printers.transport import GOODBYE_SECONDS, Transport

_log = logging.getLogger(__name__)
# A jammed knife is not set in motion again and again while somebody's fingers are near it.
_RECOVER_SECONDS = 5.0
_LETTERS = string.ascii_letters + string.digits


def random_job_id() -> bytes:
    """Return four letters or digits: enough to tell this job's answer from a late one."""
    return "".join(secrets.choice(_LETTERS) for _ in range(4)).encode()


class EscposPrinter:
    """One printer that this process alone talks to; any thread may call, one job runs at a time.

    `resume_seconds` bounds how long a job waits for paper, `patience` how long beyond the time the
    wire and the head need. All times are seconds.
    """

    def __init__(
        self,
        transport: Callable[[], Transport],
        profile: PrinterProfile,
        *,
        cache_dir: Path,
        job_ids: Callable[[], bytes] = random_job_id,
        clock: Callable[[], float] = time.monotonic,
        answer_seconds: float = 1.0,
        patience: float = 10.0,
        resume_seconds: float = 180.0,
        poll_seconds: float = 0.5,
    ) -> None:
        self._new_transport = transport
        self._profile = profile
        self._encoder = SlipEncoder(profile, cache_dir)
        self._job_ids = job_ids
        self._clock = clock
        self._answer_seconds = answer_seconds
        self._patience = patience
        self._resume_seconds = resume_seconds
        self._poll_seconds = poll_seconds
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._transport: Transport | None = None
        self._last_status = PrinterStatus(reachable=False)

    def print(self, printable: Printable, /, *, after_unknown: bool = False) -> PrintResult:
        """Print one slip and return once its fate is known; see `PrintResult`."""
        with self._lock:
            job_id = self._job_ids()
            data = self._encoder.encode(printable, job_id, after_unknown=after_unknown)
            result = self._printed(_Job(data, job_id))
        _log.info("slip %s: %s %s", printable.id, result.state, result.cause)
        return result

    def status(self) -> PrinterStatus:
        """Ask the printer; while a slip is being printed, say what was last heard."""
        if not self._lock.acquire(blocking=False):
            return self._last_status
        try:
            self._last_status = self._asked()
        finally:
            self._lock.release()
        return self._last_status

    def close(self) -> None:
        """End what is under way within a fraction of a second and refuse what comes later."""
        self._closing.set()
        transport = self._transport
        if transport is not None:
            transport.cancel()

    def _asked(self) -> PrinterStatus:
        opened = self._opened()
        if not isinstance(opened, Conversation):
            return PrinterStatus(reachable=False, why_unreachable=opened)
        try:
            return self._heard_status(opened)
        finally:
            self._release("waiting")

    def _printed(self, job: "_Job") -> PrintResult:
        opened = self._opened()
        if not isinstance(opened, Conversation):
            return PrintResult("waiting", opened)
        state: State = "unknown"
        try:
            result = self._carried(job, opened)
            state = result.state
        finally:
            self._release(state)
        return result

    def _opened(self) -> Conversation | Cause:
        """Return the open line, or why there is none."""
        if self._closing.is_set():
            return "offline"
        try:
            transport = self._transport = self._new_transport()
            if self._closing.is_set():  # close() may have come between the two lines above
                transport.cancel()
            transport.open()
        except DeviceBusy:
            return "busy"
        except (DeviceUnreachable, BadAddress):
            return "unreachable"
        return Conversation(transport, self._clock)

    def _release(self, state: State) -> None:
        """Part from the printer; what is left of a job nobody knows about must not print later."""
        transport, self._transport = self._transport, None
        if transport is None:
            return
        if state == "unknown":
            transport.abort()
        else:
            transport.finish(0 if state == "waiting" else GOODBYE_SECONDS)

    def _carried(self, job: "_Job", line: Conversation) -> PrintResult:
        """Take the job through its life on an open line."""
        if self._profile.answers_status:
            self._last_status = self._made_ready(line)
            if not self._last_status.ready:
                return PrintResult("waiting", self._last_status.cause)
        try:
            return self._sent(job, line)
        except DeviceClosed:
            return job.given_up()
        except DeviceError as error:
            _log.warning("printer lost in the middle of a slip: %s", error)
            return PrintResult("unknown", "lost")

    def _made_ready(self, line: Conversation) -> PrinterStatus:
        """Return the state; a printer that waits to be told its cutter is mended is told once."""
        status = self._heard_status(line)
        return self._heard_status(line, recover=True) if status.cause == "cutter" else status

    def _heard_status(self, line: Conversation, *, recover: bool = False) -> PrinterStatus:
        """Return the state, or why there is none."""
        try:
            if recover:
                line.recover()
            status = line.hear_status(self._answer_seconds)
        except DeviceClosed:
            return PrinterStatus(reachable=False, why_unreachable="offline")
        except DeviceBusy:
            return PrinterStatus(reachable=False, why_unreachable="busy")
        except DeviceError:
            return PrinterStatus(reachable=False, why_unreachable="unreachable")
        return status or self._silent()

    def _silent(self) -> PrinterStatus:
        """Return what silence means: a printer left without paper for hours stops even answering.

        Questions fill its buffer while it is off line, so the last cause it named still holds.
        """
        last = self._last_status
        if last.reachable and not last.ready:
            return last
        return PrinterStatus(reachable=False, why_unreachable="timeout")

    def _sent(self, job: "_Job", line: Conversation) -> PrintResult:
        transport = self._transport
        if transport is None:
            raise DeviceClosed
        line.sensed = False  # only an answer to this job counts
        stalled_since = self._clock()
        while job.left:
            job.begun = True
            count = transport.send(job.left)
            now = self._clock()
            if count:
                job.left, stalled_since = job.left[count:], now
                continue
            line.hear(0)
            if now - stalled_since >= self._resume_seconds:
                return PrintResult("unknown", self._cause_of(line) or "timeout")
        if not self._profile.answers_status:
            return PrintResult("sent")
        return self._confirmed(job, line, transport.bytes_per_second)

    def _confirmed(self, job: "_Job", line: Conversation, bytes_per_second: int) -> PrintResult:
        """Wait for the printer's word; the clock stands still while it waits for a person."""
        began = self._clock()
        patience = job.length / bytes_per_second + self._patience
        while not self._has_confirmed(job, line):
            waited = self._clock() - began
            stopped = self._cause_of(line)
            if waited >= (self._resume_seconds if stopped else patience):
                return self._unconfirmed(stopped)
            if not line.hear(self._poll_seconds):
                self._poll(job, line)
            if stopped and not self._cause_of(line):
                began = self._clock()  # mended: the rest of the slip gets its full time again
        return PrintResult("printed")

    def _has_confirmed(self, job: "_Job", line: Conversation) -> bool:
        if self._profile.process_id:
            return job.id in line.confirmed
        return line.sensed

    def _unconfirmed(self, stopped: Cause) -> PrintResult:
        if stopped or self._profile.process_id:
            return PrintResult("unknown", stopped or "timeout")
        return PrintResult("sent")

    def _poll(self, job: "_Job", line: Conversation) -> None:
        if self._cause_of(line) == "cutter" and self._clock() >= job.recover_at:
            line.recover()
            job.recover_at = self._clock() + _RECOVER_SECONDS
        line.ask()

    def _cause_of(self, line: Conversation) -> Cause:
        if line.status is not None:
            self._last_status = line.status
        return "" if line.status is None else line.status.cause


class _Job:
    """What is left of one slip on its way; `begun` once a byte of it may have left."""

    def __init__(self, data: bytes, job_id: bytes) -> None:
        self.id = job_id
        self.left = data
        self.length = len(data)
        self.begun = False
        self.recover_at = float("-inf")

    def given_up(self) -> PrintResult:
        """Say what is known when this process itself ends the job."""
        return PrintResult("unknown", "lost") if self.begun else PrintResult("waiting", "offline")
