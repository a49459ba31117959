"""One short visit to a printer that nobody knows yet: is it one, how does it stand, does it obey.

Opened, asked and left again: a network printer takes one client, and a line may have to be tried
at several speeds.
"""

import time
from collections.abc import Sequence
from typing import Literal

from devices.errors import DeviceStalled, DeviceUnplugged
from devices.printers.conversation import Conversation
from devices.printers.escpos_printer import random_job_id
from devices.printers.status import Information, PrinterStatus, StatusParser
from devices.printers.transport import Transport

SPEEDS = (9600, 38400, 115200, 19200)
_PATIENCE_SECONDS = 10.0
_DRAWER_PIN = 0x04


def speeds_of(target: str) -> Sequence[str]:
    """The target at each speed worth trying; as it is where it says one or has none."""
    if not target.startswith("serial:") or "baud=" in target:
        return [target]
    join = "&" if "?" in target else "?"
    return [f"{target}{join}baud={speed}" for speed in SPEEDS]


class Trial:
    """A visit over one transport. Raises DeviceError where the way itself fails."""

    def __init__(self, transport: Transport, answer_seconds: float) -> None:
        self._way = transport
        self._seconds = answer_seconds

    @property
    def speed(self) -> int:
        """Bytes per second of the way."""
        return self._way.bytes_per_second

    @property
    def silence(self) -> str:
        """What it means that nothing came back: over a network or a line, that nobody is there."""
        talks = self._way.address.startswith(("tcp:", "serial:"))
        return "timeout" if talks else ""

    def asked(self) -> tuple[PrinterStatus | None, str]:
        """How it stands, and its maker and model where it names them."""
        self._way.open()
        try:
            status = Conversation(self._way).hear_status(self._seconds)
            model = self._model() if status is not None else ""
        finally:
            self._way.finish()
        return status, model

    def _model(self) -> str:
        maker, name = (self._named(question) for question in (b"\x1dIB", b"\x1dIC"))
        return f"{maker} {name}".strip()

    def _named(self, question: bytes) -> str:
        parser, until = StatusParser(), time.monotonic() + self._seconds
        self._send(question)
        while time.monotonic() < until:
            for answer in parser.feed(self._way.receive(until - time.monotonic())):
                if isinstance(answer, Information):
                    return answer.text.decode("ascii", "replace").lstrip("_").strip()
        return ""

    def printed(
        self, data: bytes
    ) -> tuple[Literal["printed", "sent", "waiting", "unknown"], str, bool]:
        """Send a whole sheet: what became of it, the cause, and whether it was confirmed."""
        self._way.open()
        done = False
        try:
            talk = Conversation(self._way)
            status = talk.hear_status(self._seconds)
            if status is not None and status.cause:
                return "waiting", status.cause, False
            job = random_job_id()
            if not self._send(data + b"\x1d(H\x06\x0000" + job + b"\x1dr1"):
                return "unknown", "timeout", False
            done = True
            return self._fate(talk, job, len(data))
        except DeviceUnplugged:
            return "unknown", "lost", False
        finally:
            self._way.finish() if done else self._way.abort()

    def _fate(
        self, talk: Conversation, job: bytes, length: int
    ) -> tuple[Literal["printed", "sent", "waiting", "unknown"], str, bool]:
        """Wait for what the printer says after the sheet; ``GS r`` alone confirms it too."""
        until = time.monotonic() + length / self.speed + _PATIENCE_SECONDS * self._seconds
        while time.monotonic() < until and not talk.sensed and job not in talk.confirmed:
            talk.hear(min(0.2, self._seconds))
        if job not in talk.confirmed and talk.sensed:
            talk.hear(self._seconds)  # the two answers may come in either order
        confirms = job in talk.confirmed
        return ("printed" if confirms or talk.sensed else "sent"), "", confirms

    def sent(self, data: bytes) -> None:
        """Send a short order and leave."""
        self._way.open()
        try:
            whole = self._send(data)
        finally:
            self._way.finish()
        if not whole:
            raise DeviceStalled(self._way.address, "it takes nothing")

    def drawer_level(self) -> bool | None:
        """How the drawer's pin reads now: True for high, None where nobody says."""
        self._way.open()
        try:
            self._send(b"\x10\x04\x01")
            until = time.monotonic() + self._seconds
            while (left := until - time.monotonic()) > 0:
                for byte in self._way.receive(left):
                    if byte & 0x93 == 0x12:
                        return bool(byte & _DRAWER_PIN)
            return None
        finally:
            self._way.finish()

    def _send(self, data: bytes) -> bool:
        """Whether the printer took all of it."""
        while data:
            count = self._way.send(data)
            if not count:
                return False
            data = data[count:]
        return True
