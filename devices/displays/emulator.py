"""A pole display made of software: decodes what comes over its line to two rows of twenty.

Written from the manuals' command tables, not from the programme's own encoder. It has the power-on
state of the real ones; a byte or command it does not know is kept in `unknown`, and nothing that it
shows was guessed. Serve it on TCP or on a pty, or feed it what a printer passes on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from devices.displays.serving import Serving

COLUMNS, ROWS = 20, 2
Language = Literal["escpos", "cd5220"]

_ESCPOS_PAGES = {
    0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 14: "cp737", 16: "cp1252",
    17: "cp866", 18: "cp852", 19: "cp858",
}  # fmt: skip
_CD5220_SETS = {"R": "cp866", "L": "cp852", "A": "cp437"}
_CONTROLS = b"\x08\x09\x0a\x0b\x0c\x0d\x18"


@dataclass(frozen=True, slots=True)
class Shown:
    """What stood there once both lines were written, and when (the emulator's clock)."""

    at: float
    upper: str
    lower: str


class DisplayEmulator:
    """One display. Use it as a context manager or call `close()`; callable from any thread.

    `rom` is the table that it has without being asked; `pages` limits those it knows by number.
    """

    def __init__(
        self,
        language: Language = "escpos",
        *,
        rom: str = "cp437",
        pages: frozenset[int] = frozenset(_ESCPOS_PAGES),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lock = threading.Condition()
        self.unknown: list[str] = []
        self.history: list[Shown] = []
        self.received = bytearray()
        self._rom, self._pages, self._clock = rom, pages, clock
        self._language = language
        self._power_on()
        self._serving: Serving | None = None

    def _power_on(self) -> None:
        self.codec = self._rom
        self.cursor_on, self.overwriting = True, True
        self._clear()
        self._machine = self._escpos() if self._language == "escpos" else self._cd5220()
        next(self._machine)

    def __enter__(self) -> DisplayEmulator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # what is seen

    @property
    def lines(self) -> tuple[str, str]:
        """Both rows now."""
        with self.lock:
            return "".join(self._grid[0]), "".join(self._grid[1])

    def wait_until(self, condition: Callable[[], bool], timeout: float = 5.0) -> bool:
        """Wait until `condition` holds; it is looked at after every piece of data."""
        with self.lock:
            return self.lock.wait_for(condition, timeout)

    def wait_lines(self, upper: str, lower: str, timeout: float = 5.0) -> bool:
        """Wait until exactly this stands there."""
        return self.wait_until(lambda: self.lines == (upper, lower), timeout)

    # what comes in

    def feed(self, data: bytes) -> None:
        """Bytes came in."""
        with self.lock:
            self.received += data
            for byte in data:
                self._machine.send(byte)
            self.lock.notify_all()

    def power_cycle(self) -> None:
        """Its own power went and came back; the line stood."""
        with self.lock:
            self._power_on()

    # how it is connected

    def serve_tcp(self, port: int = 0) -> int:
        """Listen on 127.0.0.1 and return the port."""
        self._serving = Serving(self.feed)
        return self._serving.tcp(port)

    def serve_pty(self, link: Path) -> str:
        """Make a serial line under a name that stays, and return it."""
        self._serving = Serving(self.feed)
        return self._serving.pty(link)

    def unplug(self) -> None:
        """Pull the cable."""
        if self._serving is not None:
            self._serving.unplug()

    def plug_in(self) -> None:
        """Put it back; a serial line comes back under its name with another terminal."""
        if self._serving is not None:
            self._serving.plug_in()

    def close(self) -> None:
        """Give every descriptor and name back."""
        if self._serving is not None:
            self._serving.close()

    # the screen

    def _clear(self) -> None:
        self._grid = [[" "] * COLUMNS for _ in range(ROWS)]
        self._x = self._y = 0

    def _put(self, byte: int) -> None:
        char = bytes([byte]).decode(self.codec, "replace")
        if char == "\ufffd":
            self._odd(f"no character {byte:02X}h in {self.codec}")
        self._grid[self._y][self._x] = char
        full = self._x == COLUMNS - 1 and self._y == ROWS - 1
        self._x += 1
        if self._x == COLUMNS:
            self._x, self._y = 0, (self._y + 1) % ROWS
        if full:
            self._remember()

    def _remember(self) -> None:
        self.history.append(Shown(self._clock(), "".join(self._grid[0]), "".join(self._grid[1])))

    def _place(self, x: int, y: int) -> None:
        if 1 <= x <= COLUMNS and 1 <= y <= ROWS:
            self._x, self._y = x - 1, y - 1
        else:
            self._odd(f"position {x}, {y}")

    def _odd(self, what: str) -> None:
        self.unknown.append(what)

    def _control(self, byte: int) -> None:
        """The control characters that both languages share."""
        if byte == 0x0C:
            self._clear()
        elif byte == 0x0B:
            self._x = self._y = 0
        elif byte == 0x0D:
            self._x = 0
        elif byte == 0x0A:
            self._y = (self._y + 1) % ROWS
        elif byte == 0x18:
            self._grid[self._y], self._x = [" "] * COLUMNS, 0
        else:
            self._x = max(0, min(COLUMNS - 1, self._x + (1 if byte == 0x09 else -1)))

    def _plain(self, byte: int) -> None:
        if byte >= 0x20:
            self._put(byte)
        elif byte in _CONTROLS:
            self._control(byte)
        else:
            self._odd(f"{byte:02X}h")

    # Epson's language

    def _escpos(self) -> Generator[None, int, None]:
        while True:
            byte = yield
            if byte == 0x1B:
                yield from self._escpos_escape()
            elif byte == 0x1F:
                yield from self._escpos_unit()
            else:
                self._plain(byte)

    def _escpos_escape(self) -> Generator[None, int, None]:
        letter = chr((yield))
        if letter == "@":
            self._initialise()
        elif letter == "t":
            number = yield
            if number in self._pages:
                self.codec = _ESCPOS_PAGES[number]
            else:
                self._odd(f"ESC t {number}")
        elif letter == "R":
            if (number := (yield)) > 13:
                self._odd(f"ESC R {number}")
        elif letter == "=":
            yield  # 1 the printer, 2 this display, 3 both; the cable decides here
        else:
            self._odd(f"ESC {letter!r}")

    def _escpos_unit(self) -> Generator[None, int, None]:
        letter = yield
        if letter in (1, 2, 3):
            self.overwriting = letter == 1
        elif letter == 0x24:
            x = yield
            self._place(x, (yield))
        elif letter == 0x43:
            self.cursor_on = bool((yield))
        elif letter in (0x58, 0x45, 0x72):
            yield  # brightness, blinking, reverse
        else:
            self._odd(f"US {letter:02X}h")

    # Partner's language

    def _cd5220(self) -> Generator[None, int, None]:
        while True:
            byte = yield
            if byte == 0x1B:
                yield from self._cd5220_escape()
            else:
                self._plain(byte)

    def _cd5220_escape(self) -> Generator[None, int, None]:
        letter = chr((yield))
        if letter == "@":
            self._initialise()
        elif letter in "\x11\x12\x13":
            self.overwriting = letter == "\x11"
        elif letter == "Q":
            yield from self._string()
        elif letter == "l":
            x = yield
            self._place(x, (yield))
        elif letter == "_":
            self.cursor_on = bool((yield))
        elif letter in "fc":
            self._choose_set(letter, chr((yield)))
        elif letter in "*=":
            yield
        else:
            self._odd(f"ESC {letter!r}")

    def _choose_set(self, letter: str, name: str) -> None:
        if letter == "c" and name in _CD5220_SETS:
            self.codec = _CD5220_SETS[name]
        elif letter == "c" or name not in "AGIJUFSWDELR":
            self._odd(f"ESC {letter} {name!r}")

    def _string(self) -> Generator[None, int, None]:
        """`Q A` and `Q B`: exactly a line of characters, then a carriage return."""
        row = chr((yield))
        if row not in "AB":
            self._odd(f"ESC Q {row!r}")
            return
        taken = bytearray()
        while (byte := (yield)) != 0x0D:
            taken.append(byte)
        if len(taken) != COLUMNS:
            self._odd(f"ESC Q {row}: {len(taken)} characters")
        self._x, self._y = 0, "AB".index(row)
        for byte in taken[:COLUMNS]:
            if byte < 0x20:
                self._odd(f"{byte:02X}h in ESC Q {row}")
            self._put(byte)

    def _initialise(self) -> None:
        self.codec = self._rom
        self.cursor_on, self.overwriting = True, True
        self._clear()
