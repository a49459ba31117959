"""The shape of the command language: cuts a byte stream into commands, whatever way it arrives.

The grammar knows only how long a command is. A command that has begun swallows what follows until
it is complete, even across connections: that is what a broken-off job does to the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10

Reader = Generator[int, bytes, bytes]
"""A reader yields how many bytes it needs, is sent exactly these, and returns the command's
parameters.
"""


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `code` is b"" for a character to print, `args` are its parameters as sent."""

    code: bytes
    args: bytes
    offset: int
    known: bool = True


def _codes(prefix: int, letters: str, length: int) -> dict[bytes, int]:
    return {bytes([prefix]) + letter.encode("ascii"): length for letter in letters}


FIXED: dict[bytes, int] = {
    **_codes(ESC, "@2imLSv<", 0),
    **_codes(ESC, "tR!EG-M{VadJeK3 r=uTU", 1),
    **_codes(ESC, "$\\cB", 2),
    **_codes(ESC, "p", 3),
    **_codes(ESC, "W", 8),
    b"\x1b\x0c": 0,
    **_codes(GS, "!BbhwfHraIT", 1),
    **_codes(GS, "PLW$\\", 2),
    **_codes(FS, ".&", 0),
    **_codes(FS, "!-WC", 1),
    **_codes(FS, "Sp", 2),
}  # fmt: skip

UNSUPPORTED: dict[bytes, int] = {
    b"\x1b\x06": 1,
    **_codes(ESC, "%?", 1),
    **_codes(GS, "/E", 1),
    **_codes(GS, ":c", 0),
    **_codes(GS, "^", 3),
}
"""Commands this printer does not have; their parameters are skipped, so that these do not print."""


def _cut() -> Reader:
    mode = yield 1
    return mode + (yield 1) if mode in (b"A", b"B", b"a", b"b", b"g", b"h") else mode


def _zero_ended() -> Reader:
    taken = b""
    while not taken.endswith(b"\x00"):
        taken += yield 1
    return taken


def _barcode() -> Reader:
    kind = yield 1
    if kind[0] <= 6:
        return kind + (yield from _zero_ended())
    if not 65 <= kind[0] <= 79:
        return kind
    length = yield 1
    return kind + length + (yield length[0])


def _raster() -> Reader:
    head = yield 6  # '0' m xL xH yL yH
    return head + (yield _little(head[2:4]) * _little(head[4:6]))


def _column_image() -> Reader:
    head = yield 3
    per_column = {0: 1, 1: 1, 32: 3, 33: 3}.get(head[0], 0)
    return head + (yield per_column * _little(head[1:3]))


def _counted(length_bytes: int) -> Callable[[], Reader]:
    def read() -> Reader:
        head = yield length_bytes
        return head + (yield _little(head))

    return read


def _function_counted() -> Reader:
    """GS ( x, FS ( x and ESC ( x: a letter, a length, and so many bytes."""
    letter = yield 1
    return letter + (yield from _counted(2)())


def _downloaded_characters() -> Reader:
    head = yield 3  # bytes per column, first code, last code
    taken = head
    for _ in range(head[1], head[2] + 1):
        columns = yield 1
        taken += columns + (yield columns[0] * head[0])
    return taken


def _long_graphics() -> Reader:
    return (yield 1) + (yield from _counted(4)())


def _real_time() -> Reader:
    """Real-time commands also pass through the buffer; executed on receipt, here only skipped."""
    kind = yield 1
    if kind not in (b"\x04", b"\x05", b"\x14"):
        return kind
    number = yield 1
    if kind != b"\x14":
        return kind + number
    return kind + number + (yield {1: 2, 2: 2, 7: 1, 8: 7}.get(number[0], 0))


VARIABLE: dict[bytes, Callable[[], Reader]] = {
    b"\x1bD": _zero_ended,
    b"\x1b*": _column_image,
    b"\x1b(": _function_counted,
    b"\x1b&": _downloaded_characters,
    b"\x1dV": _cut,
    b"\x1dk": _barcode,
    b"\x1dv": _raster,
    b"\x1d(": _function_counted,
    b"\x1d8": _long_graphics,
    b"\x1c(": _function_counted,
}


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


class Grammar:
    """Turns bytes into commands. `consumed` counts all bytes taken in since the beginning."""

    def __init__(self) -> None:
        self.consumed = 0
        self._position = 0
        self._pending = bytearray()
        self._found: list[Command] = []
        self._machine = self._read()
        self._need = next(self._machine)

    def feed(self, data: bytes) -> list[Command]:
        """Take bytes in and return the commands that are complete now."""
        self.consumed += len(data)
        self._pending += data
        while len(self._pending) >= self._need:
            piece = bytes(self._pending[: self._need])
            del self._pending[: self._need]
            self._position += len(piece)
            self._need = self._machine.send(piece)
        found, self._found = self._found, []
        return found

    def reset(self) -> None:
        """Forget a command that has begun: power was lost, or the buffer was cleared."""
        self._pending.clear()
        self._position = self.consumed
        self._machine = self._read()
        self._need = next(self._machine)

    def _read(self) -> Generator[int, bytes, None]:
        while True:
            offset = self._position
            first = yield 1
            command = yield from self._command(first, offset)
            self._found.append(command)
            if command.code == b"\x1b=" and not command.args[0] & 1:
                yield from self._display()

    def _command(self, first: bytes, offset: int) -> Generator[int, bytes, Command]:
        if first[0] == DLE:
            return Command(first, (yield from _real_time()), offset)
        if first[0] not in (ESC, FS, GS):
            return Command(*((first, b"") if first[0] < 0x20 else (b"", first)), offset)
        code = first + (yield 1)
        if code in FIXED:
            return Command(code, (yield FIXED[code]), offset)
        if code in VARIABLE:
            return Command(code, (yield from VARIABLE[code]()), offset)
        return Command(code, (yield UNSUPPORTED.get(code, 0)), offset, known=False)

    def _display(self) -> Generator[int, bytes, None]:
        """While the display is selected every byte is its own, up to the next ESC = for the
        printer.
        """
        window = b""
        while not (len(window) == 3 and window[:2] == b"\x1b=" and window[2] & 1):
            window = (window + (yield 1))[-3:]
            self._found.append(Command(b"display", window[-1:], self._position - 1))
