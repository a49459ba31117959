"""One job on its way through an open line: sent, waited for, its fate told.

Between whole commands errands of other threads are run. A printer that stops for paper, cover or
cutter goes on by itself once it is mended; until then the job waits, within bounds. Times are
seconds.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from devices.errors import DeviceUnreachable
from devices.printers.base import Cause, PrintResult, State
from devices.printers.conversation import Conversation
from devices.printers.encoder import estimated_seconds
from devices.printers.errands import Errand, Errands
from devices.printers.status import PrinterStatus

# A jammed knife is not set in motion again and again while somebody's fingers are near it.
_RECOVER_SECONDS = 5.0
_FIRST_QUESTION_SECONDS = 0.2
_LISTEN_SECONDS = 0.1
_GROUP_BYTES = 512
_STALL_SECONDS = 2.0
_HELD_BYTES = 8192


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: for an answer, for the confirmation beyond what wire and head need, for a
    person who mends the printer, and from one question to the next.
    """

    answer: float = 1.0
    confirmation: float = 10.0
    mending: float = 180.0
    between_questions: float = 0.5


class Carriage:
    """Carries one job; `heard` gets every state the printer is in meanwhile.

    `answers`: whether this printer says anything back.
    """

    def __init__(
        self,
        line: Conversation,
        *,
        answers: bool,
        errands: Errands,
        clock: Callable[[], float],
        patience: Patience,
        heard: Callable[[PrinterStatus], None],
    ) -> None:
        self._line = line
        self._answers = answers
        self._errands = errands
        self._clock = clock
        self._patience = patience
        self._heard = heard
        self._seen: PrinterStatus | None = line.status
        self._told = self._seen
        self._asked_at = clock()
        self._recover_at = float("-inf")
        self.begun = False

    def carry(
        self,
        pieces: Iterable[bytes],
        confirmed: Callable[[], bool],
        unsure: State = "unknown",
        millimetres: int = 0,
    ) -> PrintResult:
        """Send the pieces and wait until `confirmed`; `unsure` is what silence means, `millimetres`
        the paper that they take.

        Raises DeviceError when the line is lost.
        """
        length = 0
        self._line.sensed = False  # only an answer to this job counts
        for group in _groups(pieces):
            self.begun = True
            length += len(group)
            if not self._went(group):
                return PrintResult("unknown", self._cause() or "timeout")
            self.run_errands()
        try:
            self._line.transport.hand_over()
        except DeviceUnreachable:
            return PrintResult("waiting", "unreachable")
        if not self._answers:
            return PrintResult("sent")
        return self._waited(length, millimetres, confirmed, unsure)

    def run_errands(self) -> None:
        """Run what other threads want on this line, while it is known to be alive."""
        while errand := self._errands.take():
            cause = "lost"
            try:
                cause = self.run(errand)
            finally:
                errand.finish(cause)

    def run(self, errand: Errand) -> str:
        """Run one errand; "" or why it was not."""
        if self._answers:
            status = self._line.hear_status(self._patience.answer)
            if status is None:
                return "timeout"
            self._see()
            if errand.when_ready and not status.ready:
                return status.cause
        return "" if self._line.say(errand.data) else "timeout"

    def given_up(self) -> PrintResult:
        """Say what is known when the line is lost or this process itself ends the job."""
        return PrintResult("unknown", "lost") if self.begun else PrintResult("waiting", "offline")

    def _went(self, group: bytes) -> bool:
        """Send a group of commands; False when the printer took nothing for too long."""
        since = self._clock()
        while group:
            count = self._line.transport.send(group)
            if count:
                group, since = group[count:], self._clock()
                self._see()
                continue
            self._line.hear(0)
            self._see(stalled=self._clock() - since >= _STALL_SECONDS)
            if self._clock() - since >= self._patience.mending:
                return False
        return True

    def _waited(
        self, length: int, millimetres: int, confirmed: Callable[[], bool], unsure: State
    ) -> PrintResult:
        """Wait for the printer's word; the clock stands still while it waits for a person."""
        speed = self._line.transport.bytes_per_second
        patience = estimated_seconds(length, speed, millimetres) + self._patience.confirmation
        # A question comes behind what the system still holds of the slip.
        silence = min(length, _HELD_BYTES) / speed + _STALL_SECONDS
        began = self._clock()
        ask_at = began + min(_FIRST_QUESTION_SECONDS, self._patience.between_questions)
        while not confirmed():
            stopped = self._cause()
            if self._clock() - began >= (self._patience.mending if stopped else patience):
                return _unconfirmed(stopped, unsure)
            self.run_errands()
            self._line.hear(min(_LISTEN_SECONDS, self._patience.between_questions))
            open_since = self._clock() - self._asked_at
            self._see(stalled=self._line.asked and open_since >= silence)
            if self._clock() >= ask_at:
                self._poll()
                ask_at = self._clock() + self._patience.between_questions
            if stopped and not self._cause():
                began = self._clock()  # mended: the rest of the slip gets its full time again
        return PrintResult("printed")

    def _poll(self) -> None:
        if self._cause() == "cutter" and self._clock() >= self._recover_at:
            self._line.recover()
            self._recover_at = self._clock() + _RECOVER_SECONDS
        if not self._line.asked:
            self._asked_at = self._clock()
        self._line.ask()

    def _see(self, *, stalled: bool = False) -> None:
        """Take in what was heard and tell it; a printer that takes no bytes or answers nothing is
        told to be off line, nobody knows why.
        """
        self._seen = self._line.status or self._seen
        known = self._seen or PrinterStatus()
        status = replace(known, online=known.online and not stalled)
        if status != self._told:
            self._told = status
            self._heard(status)

    def _cause(self) -> Cause:
        return self._seen.cause if self._seen is not None else ""


def _unconfirmed(stopped: Cause, unsure: State) -> PrintResult:
    if stopped or unsure == "unknown":
        return PrintResult("unknown", stopped or "timeout")
    return PrintResult(unsure)


def _groups(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Whole commands joined into groups worth a packet."""
    group = b""
    for piece in pieces:
        group += piece
        if len(group) >= _GROUP_BYTES:
            yield group
            group = b""
    if group:
        yield group
