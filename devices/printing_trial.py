"""One short visit to a printer that nobody knows yet: is it one, what is it, how does it stand.

Opened, asked and left again: a network printer takes one client, and a line may have to be tried
at several speeds.
"""

import time
from collections.abc import Sequence

from devices.printers.conversation import Conversation
from devices.printers.status import Information, PrinterStatus, StatusParser
from devices.printers.transport import Transport

SPEEDS = (9600, 38400, 115200, 19200)


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
        """What it means that nothing came back: a queue never answers, all others should."""
        return "timeout" if self._way.answers else ""

    def asked(self) -> tuple[PrinterStatus | None, str]:
        """How it stands, and its maker and model where it names them; a queue is not asked."""
        if not self._way.answers:
            return None, ""
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

    def _send(self, data: bytes) -> None:
        while data and (count := self._way.send(data)):
            data = data[count:]
