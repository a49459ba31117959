"""Asking a printer and sorting its answers while a job is on the wire.

Answers to `DLE EOT` carry no number: they are matched to the questions in order, so a new round is
asked only after the last one was answered in full.
"""

import time
from collections.abc import Callable

from devices.printers.status import (
    ASK_IN_TURN,
    QUERIES,
    QUERY_COUNT,
    RECOVER,
    Automatic,
    Confirmed,
    Information,
    PaperSensor,
    PrinterStatus,
    RealTime,
    StatusParser,
    status_of,
    status_of_automatic,
)
from devices.printers.transport import Transport

_TORN_COMMAND = bytes(16)


class Conversation:
    """One open transport, what was asked on it and what was last heard.

    `said` counts the bytes of questions, `stirred` says whether anything was heard since it was
    last set to false, `sensed` whether the question that waits its turn was answered.
    """

    def __init__(self, transport: Transport, clock: Callable[[], float] = time.monotonic) -> None:
        self.transport = transport
        self._clock = clock
        self._parser = StatusParser()
        self._round: list[int] = []
        self._asked = False
        self._unasked = 0
        self.status: PrinterStatus | None = None
        self.confirmed: set[bytes] = set()
        self.information: list[str] = []
        self.sensed = False
        self.stirred = False
        self.said = 0

    @property
    def asked(self) -> bool:
        """Whether a question for the state is open."""
        return self._asked

    def ask(self) -> None:
        """Ask for the state, unless an earlier question is still open."""
        if not self._asked:
            self._asked = self.say(QUERIES)

    def ask_in_turn(self) -> None:
        """Ask what is answered only when all that waits before it is printed."""
        self.sensed = False
        self.say(ASK_IN_TURN)

    def recover(self) -> None:
        """Tell the printer to go on after a mended error; without an error it does nothing."""
        self.say(RECOVER)

    def complete_torn(self) -> None:
        """Complete a command that a broken-off job may have left: it would swallow a question."""
        self.say(_TORN_COMMAND)

    def hear(self, seconds: float) -> bool:
        """Take in what comes within the time; say whether anything did."""
        data = self.transport.receive(seconds)
        for answer in self._parser.feed(data):
            self._sort(answer)
        self.stirred = self.stirred or bool(data)
        return bool(data)

    def hear_status(self, seconds: float) -> PrinterStatus | None:
        """Ask and wait for the full answer; None when it does not come in time.

        Answers to questions of an earlier opening may still be on a serial line and would be taken
        for ours: when more comes than was asked for, the question is asked again.
        """
        deadline = self._clock() + seconds
        while self._clock() < deadline:
            self._answered(deadline)
            if self._asked or not self._more_than_asked():
                return None if self._asked else self.status
        return None

    def say(self, data: bytes) -> bool:
        """Send a few bytes that are no part of a job; say whether all of them went."""
        self.said += len(data)
        while data:
            count = self.transport.send(data)
            if not count:
                return False
            data = data[count:]
        return True

    def _answered(self, deadline: float) -> None:
        self.status, self._unasked = None, 0
        while not self._asked and self._clock() < deadline:
            self.ask()
        while self._asked and (left := deadline - self._clock()) > 0:
            self.hear(left)

    def _more_than_asked(self) -> bool:
        while self.transport.late_answers and self.hear(self.transport.late_answers):
            pass
        return self._unasked > 0

    def _sort(self, answer: object) -> None:
        match answer:
            case RealTime(byte) if self._asked:
                self._count(byte)
            case RealTime():
                self._unasked += 1
            case Automatic(frame):
                self.status = status_of_automatic(frame)
            case Confirmed(job_id):
                self.confirmed.add(job_id)
            case Information(text):
                self.information.append(text.decode("ascii", "replace"))
            case _:
                self.sensed = self.sensed or isinstance(answer, PaperSensor)

    def _count(self, byte: int) -> None:
        self._round.append(byte)
        if len(self._round) == QUERY_COUNT:
            self.status = status_of(*self._round)
            self._round, self._asked = [], False
