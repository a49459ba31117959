"""An ESC/POS printer: one slip in, one honest answer out.

Nothing is ever printed twice by itself. Before the first byte of a slip everything that is wrong
means "waiting"; after it, only the printer's own confirmation means "printed", and whatever cannot
be told means "unknown", which a person decides.
"""

import logging
import secrets
import string
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from devices.errors import DeviceBusy, DeviceClosed, DeviceError
from devices.printers.base import Cause, Printable, PrintResult, State
from devices.printers.carriage import Carriage, Patience
from devices.printers.conversation import Conversation
from devices.printers.encoder import Job, SlipEncoder
from devices.printers.errands import Errand, Errands, KickPause, pulse_command
from devices.printers.profiles import PrinterProfile
from devices.printers.status import ASK_IN_TURN, ASK_MAKER_MODEL_FIRMWARE, PrinterStatus
from devices.printers.transport import GOODBYE_SECONDS, Transport
from devices.printers.vigil import Vigil

_log = logging.getLogger(__name__)
_LETTERS = string.ascii_letters + string.digits
_ERRAND_SECONDS = 3.0
_LISTEN_SECONDS = 0.1


def random_job_id() -> bytes:
    """Return four letters or digits: enough to tell this job's answer from a late one."""
    return "".join(secrets.choice(_LETTERS) for _ in range(4)).encode()


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a test sheet taught: `confirms` is None when the printer answered nothing at all."""

    result: PrintResult
    confirms: bool | None = None
    information: tuple[str, ...] = ()
    """Maker, model and firmware as far as the printer told them."""


class EscposPrinter:
    """One printer that this process alone talks to; any thread may call, one job runs at a time.

    `resume_seconds` bounds how long a job waits for paper, `patience` how long beyond the time the
    wire and the head need. `logo` is the path of a picture. All times are seconds.
    """

    def __init__(
        self,
        transport: Callable[[], Transport],
        profile: PrinterProfile,
        *,
        cache_dir: Path,
        logo: str = "",
        job_ids: Callable[[], bytes] = random_job_id,
        clock: Callable[[], float] = time.monotonic,
        answer_seconds: float = 1.0,
        patience: float = 10.0,
        resume_seconds: float = 180.0,
        poll_seconds: float = 0.5,
    ) -> None:
        self._new_transport = transport
        self._profile = profile
        self._encoder = SlipEncoder(profile, cache_dir, logo)
        self._job_ids = job_ids
        self._clock = clock
        self._patience = Patience(answer_seconds, patience, resume_seconds, poll_seconds)
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._transport: Transport | None = None
        self._kept: Conversation | None = None
        self._vigil = Vigil(clock)
        self._errands = Errands()
        self._kicks = KickPause(clock)
        self._last_status = PrinterStatus(reachable=False)
        self._listener: Callable[[PrinterStatus], None] = lambda status: None

    @property
    def profile(self) -> PrinterProfile:
        """What this printer can do."""
        return self._profile

    # -- slips -------------------------------------------------------------------------------

    def print(self, printable: Printable, /, *, after_unknown: bool = False) -> PrintResult:
        """Print one slip and return once its fate is known; see `PrintResult`."""
        with self._lock:
            job_id = self._job_ids()
            job = self._encoder.job(printable, job_id, after_unknown=after_unknown)
            result = self._printed(job, job_id, torn=after_unknown)
        _log.info("slip %s: %s %s", printable.id, result.state, result.cause)
        return result

    def print_test(self, pieces: Sequence[bytes]) -> Learnt:
        """Print whole commands made elsewhere and learn what the printer answers to."""
        with self._lock:
            job_id = self._job_ids()
            asking = (b"\x1d(H\x06\x0000" + job_id, ASK_MAKER_MODEL_FIRMWARE, ASK_IN_TURN)
            opened = self._ready_line(torn=True)
            if not isinstance(opened, Conversation):
                return Learnt(PrintResult("waiting", opened))
            result = self._carried(opened, (*pieces, *asking), lambda: opened.sensed, "sent")
        confirmed = job_id in opened.confirmed
        confirms = confirmed if opened.sensed or confirmed else None
        if confirmed:
            result = PrintResult("printed")
        return Learnt(result, confirms, tuple(text.lstrip("_") for text in opened.information))

    # -- state -------------------------------------------------------------------------------

    def status(self) -> PrinterStatus:
        """Ask the printer; while a slip is being printed, say what was last heard."""
        if not self._lock.acquire(blocking=False):
            return self._last_status
        try:
            opened = self._opened()
            if isinstance(opened, Conversation):
                self._part(opened, self._state_of(opened, for_slip=False))
            else:
                self._heard(PrinterStatus(reachable=False, why_unreachable=opened))
        finally:
            self._lock.release()
        return self._last_status

    def listen(self, listener: Callable[[PrinterStatus], None]) -> None:
        """Tell every new state as soon as it is heard, on the thread that hears it."""
        self._listener = listener

    def drawer_state(self) -> str:
        """The level of the drawer's switch, "high" or "low"; "" when the printer does not tell."""
        return {True: "high", False: "low", None: ""}[self.status().drawer_high]

    def close(self) -> None:
        """End what is under way within a fraction of a second and refuse what comes later."""
        self._closing.set()
        transport = self._transport
        if transport is not None:
            transport.cancel()
        if self._lock.acquire(timeout=1.0):
            try:
                self._drop_kept()
            finally:
                self._lock.release()

    # -- drawer and display ------------------------------------------------------------------

    def kick(self, pin: int = 2, pulse_ms: int = 150, way: str = "now") -> str:
        """Open the drawer at once or not at all: "" when the pulse has left, else a stable cause.

        `way` "now" is a real-time command, "queued" one in turn, for printers that know no other;
        that one only goes to a ready printer. Also in the middle of a slip. "too_soon": within a
        second of the last pulse.
        """
        if not self._kicks.take():
            return "too_soon"
        cause = self._run(Errand(pulse_command(pin, pulse_ms, way), when_ready=way != "now"))
        if cause:
            self._kicks.give_back()
        return cause

    def pass_on(self, data: bytes) -> str:
        """Send whole commands for a display behind the printer, if it is ready; "" or a cause."""
        return self._run(Errand(data, when_ready=True))

    def _run(self, errand: Errand) -> str:
        """Run the errand here, or let the thread run it that carries a slip."""
        self._errands.put(errand)
        deadline = time.monotonic() + _ERRAND_SECONDS
        while time.monotonic() < deadline and not errand.wait(0):
            if self._lock.acquire(timeout=0.02):
                try:
                    if self._errands.take_back(errand):
                        return self._run_here(errand)
                finally:
                    self._lock.release()
        if self._errands.take_back(errand):
            return self._last_status.cause or "busy"
        errand.wait(2 * self._patience.answer)
        return errand.cause

    def _run_here(self, errand: Errand) -> str:
        opened = self._opened()
        if not isinstance(opened, Conversation):
            return opened
        try:
            cause = self._carriage(opened).run(errand)
            opened.transport.hand_over()
        except DeviceError as error:
            cause = self._why_silent(error).cause or "lost"
        self._part(opened, opened.status or self._last_status)
        return cause

    # -- the line ----------------------------------------------------------------------------

    def _opened(self) -> Conversation | Cause:
        """Return the open line, or why there is none."""
        if self._closing.is_set():
            return "offline"
        if self._kept is not None:
            return self._kept
        try:
            transport = self._transport = self._new_transport()
            if self._closing.is_set():  # close() may have come between the two lines above
                transport.cancel()
            transport.open()
        except DeviceBusy:
            return "busy"
        except DeviceError:
            self._vigil.well()  # switched off: its buffer is empty when it comes back
            return "unreachable"
        return Conversation(transport, self._clock)

    def _part(self, line: Conversation, status: PrinterStatus) -> None:
        """Let go of the line after a question, or keep it when the printer was asked enough."""
        self._heard(status)
        if status.ready:
            self._vigil.well()
        else:
            self._vigil.count(line.said)
            line.said = 0
        if not self._vigil.listening or not self._kept_on(line):
            self._drop_kept()
            self._release("waiting")

    def _kept_on(self, line: Conversation) -> bool:
        """Keep the line to hear the printer come back; False when it is gone."""
        if self._closing.is_set() or self._transport is None:
            return False
        self._kept = line
        try:
            if line.sensed or not self._vigil.turn_waits:
                line.ask_in_turn()
        except DeviceError:
            return False
        self._vigil.turn_waits = True
        self._vigil.count(line.said)
        line.said, line.stirred = 0, False
        return True

    def _drop_kept(self) -> None:
        if self._kept is not None:
            self._kept = None
            self._release("waiting")

    def _release(self, state: State) -> None:
        """Part from the printer; what is left of a job nobody knows about must not print later."""
        transport, self._transport = self._transport, None
        if transport is None:
            return
        if state == "unknown":
            transport.abort()
        else:
            transport.finish(0 if state == "waiting" else GOODBYE_SECONDS)

    # -- asking ------------------------------------------------------------------------------

    def _heard(self, status: PrinterStatus) -> None:
        changed = status != self._last_status
        self._last_status = status
        if changed:
            self._listener(status)

    def _answers(self, line: Conversation) -> bool:
        return self._profile.answers_status and line.transport.answers

    def _state_of(self, line: Conversation, *, for_slip: bool) -> PrinterStatus:
        """Return the state: asked for, or, when it was asked enough, only listened for."""
        if not self._answers(line):
            return PrinterStatus()
        try:
            if self._vigil.listening and not self._worth_asking(line, for_slip=for_slip):
                return self._last_status
            status = line.hear_status(self._patience.answer)
            if status is not None and status.cause == "cutter" and for_slip:
                # A printer that waits to be told its cutter is mended is told once.
                line.recover()
                status = line.hear_status(self._patience.answer)
            line.stirred = False
        except DeviceError as error:
            return self._why_silent(error)
        return status or self._silent()

    def _worth_asking(self, line: Conversation, *, for_slip: bool) -> bool:
        """Whether something was heard on the kept line, or a question is due again."""
        while line.hear(0):
            pass
        new = line is not self._kept
        if line.stirred or self._vigil.may_ask(for_slip=for_slip, new_line=new):
            return True
        return for_slip and line.hear(_LISTEN_SECONDS)  # somebody may just have put paper in

    def _why_silent(self, error: DeviceError) -> PrinterStatus:
        waited_long = self._kept is not None
        self._kept = None
        self._release("waiting")
        if waited_long:
            return self._last_status  # it hung up on a long wait; the next look opens again
        causes: dict[type[DeviceError], Cause] = {DeviceClosed: "offline", DeviceBusy: "busy"}
        why = causes.get(type(error), "unreachable")
        return PrinterStatus(reachable=False, why_unreachable=why)

    def _silent(self) -> PrinterStatus:
        """Return what silence means: a printer left without paper for hours stops even answering.

        Questions fill its buffer while it is off line, so the last cause it named still holds.
        """
        last = self._last_status
        if last.reachable and not last.ready:
            return last
        return PrinterStatus(reachable=False, why_unreachable="timeout")

    # -- carrying ----------------------------------------------------------------------------

    def _printed(self, job: Job, job_id: bytes, *, torn: bool) -> PrintResult:
        opened = self._ready_line(torn=torn)
        if not isinstance(opened, Conversation):
            return PrintResult("waiting", opened)
        if self._profile.process_id:
            return self._carried(
                opened, job.pieces, lambda: job_id in opened.confirmed, "unknown", job.millimetres
            )
        return self._carried(opened, job.pieces, lambda: opened.sensed, "sent", job.millimetres)

    def _ready_line(self, *, torn: bool) -> Conversation | Cause:
        """Return an open line to a printer that is ready, or why there is none."""
        opened = self._opened()
        if not isinstance(opened, Conversation):
            return opened
        if torn:
            self._complete_torn(opened)
        status = self._state_of(opened, for_slip=True)
        if not status.ready:
            self._part(opened, status)
            return status.cause
        self._heard(status)
        self._vigil.well()
        self._kept = None
        return opened

    def _complete_torn(self, line: Conversation) -> None:
        if line is self._kept:
            return
        try:
            line.complete_torn()
        except DeviceError as error:
            _log.info("lost before it was asked: %s", error)

    def _carriage(self, line: Conversation) -> Carriage:
        return Carriage(
            line,
            answers=self._answers(line),
            errands=self._errands,
            clock=self._clock,
            patience=self._patience,
            heard=self._heard,
        )

    def _carried(
        self,
        line: Conversation,
        pieces: Sequence[bytes],
        confirmed: Callable[[], bool],
        unsure: State,
        millimetres: int = 0,
    ) -> PrintResult:
        """Take the job through its life on an open line."""
        carriage, result = self._carriage(line), PrintResult("unknown", "lost")
        try:
            result = carriage.carry(pieces, confirmed, unsure, millimetres)
        except DeviceError as error:
            if not isinstance(error, DeviceClosed):
                _log.warning("printer lost in the middle of a slip: %s", error)
            result = carriage.given_up()
        finally:
            self._release(result.state)
        return result
