"""The buffered interpreter: executes commands in order, only while the printer is on line.

One interpreter belongs to one interface (the TCP port, the serial line). It sets type on the roll,
asks its `Host` for the state of the mechanism, and answers through it. Whoever feeds it bytes stops
when `online` ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, Protocol

from devices.printers.emulator.codepages import HOLE, CodePages
from devices.printers.emulator.grammar import Command, Grammar
from devices.printers.emulator.graphics import Graphics
from devices.printers.emulator.paper import Align, Event, EventKind, Sheet
from devices.printers.emulator.realtime import RealTimeScanner
from devices.printers.emulator.status import State
from devices.printers.emulator.typesetter import (
    DOTS_PER_INCH,
    LONGEST_SHEET,
    Modes,
    Roll,
    Typesetter,
)


class Host(Protocol):
    """What the interpreter needs from the printer around it."""

    @property
    def state(self) -> State:
        """The mechanism's state."""
        ...

    @property
    def pages(self) -> CodePages:
        """The numbering of code pages."""
        ...

    def answer(self, data: bytes) -> None:
        """Send bytes to the computer."""
        ...

    def record(self, event: Event) -> None:
        """Note that something happened."""
        ...

    def deliver(self, sheet: Sheet) -> None:
        """A sheet came off the printer."""
        ...

    def pulse(self, pin: int, milliseconds: int, offset: int) -> None:
        """Kick the drawer."""
        ...

    def report_automatically(self, mask: int) -> None:
        """Switch automatic status back on for the masked sensors, or off with 0."""
        ...

    def show(self, data: bytes) -> None:
        """Pass bytes on to the customer display behind the printer."""
        ...

    def allow(self, function: int, allowed: bool) -> None:
        """Enable or disable DLE DC4 pulses (1) or power off (2)."""
        ...


_ALIGN: dict[int, Align] = {0: "left", 1: "center", 2: "right"}
_IDENTITY = {65: b"1.00 ESC/POS", 66: b"EPSON", 67: b"TM-T20II", 68: b"EMU0000001", 69: b""}
_IDENTITY_BYTES = {1: 0x20, 2: 0x02, 3: 0x01}
_IGNORED = (
    b"\r", b"\x00", b"\x1bU", b"\x1b<", b"\x1bW", b"\x1bT",
    b"\x1bc", b"\x1br", b"\x1b=", b"\x1db", b"\x1dT",
    b"\x1c.", b"\x1c&", b"\x1c!", b"\x1c-", b"\x1cW", b"\x1cC", b"\x1cS", b"\x1cp",
)  # fmt: skip


class Interpreter:
    """Feeds bytes to the grammar and executes what comes out."""

    def __init__(self, host: Host, roll: Roll) -> None:
        self._host = host
        self._roll = roll
        self._grammar = Grammar()
        self._type = Typesetter(roll)
        self._graphics = Graphics(self._type, self._record)
        self._offset = 0
        self._do = self._table()

    @property
    def consumed(self) -> int:
        """Bytes executed or swallowed so far."""
        return self._grammar.consumed

    def feed(self, data: bytes) -> None:
        """Execute what `data` completes."""
        for command in self._grammar.feed(data):
            self._offset = command.offset
            self._execute(command)

    def clear(self) -> None:
        """The buffer was cleared: a command that has begun is forgotten, modes stay."""
        self._grammar.reset()

    def power_on(self) -> None:
        """Everything but the paper is as new."""
        self._grammar.reset()
        self._initialise(b"")

    def _execute(self, command: Command) -> None:
        action = self._do.get(command.code) if command.known else None
        if action is None:
            self._unknown(command)
            return
        action(command.args)
        if self._roll.y > LONGEST_SHEET:
            self._host.deliver(self._roll.cut("torn"))

    def _table(self) -> dict[bytes, Callable[[bytes], None]]:
        ignore: dict[bytes, Callable[[bytes], None]] = dict.fromkeys(_IGNORED, lambda _: None)
        return (
            ignore
            | self._style_table()
            | self._movement_table()
            | self._machine_table()
            | self._graphics.table()
        )

    def _style_table(self) -> dict[bytes, Callable[[bytes], None]]:
        return {
            b"": self._character,
            b"\x1b@": self._initialise,
            b"\x1bt": self._code_page,
            b"\x1bR": lambda a: self._mode(international=a[0]),
            b"\x1b!": self._print_mode,
            b"\x1d!": lambda a: self._style(width=(a[0] >> 4 & 7) + 1, height=(a[0] & 7) + 1),
            b"\x1bE": lambda a: self._style(bold=bool(a[0] & 1)),
            b"\x1bG": lambda a: self._mode(double_strike=bool(a[0] & 1)),
            b"\x1b-": self._underline,
            b"\x1dB": lambda a: self._style(reverse=bool(a[0] & 1)),
            b"\x1bM": lambda a: self._style(font="B" if a[0] & 1 else "A"),
            b"\x1b{": self._upside_down,
            b"\x1bV": lambda a: self._style(rotated=a[0] in (1, 49)),
            b"\x1ba": self._align,
        }

    def _movement_table(self) -> dict[bytes, Callable[[bytes], None]]:
        modes, move = self._modes, self._type
        return {
            b"\n": lambda _: move.line_feed(),
            b"\t": lambda _: move.tab(),
            b"\x0c": lambda _: move.print_page(leave=True),
            b"\x18": lambda _: move.clear_page(),
            b"\x1b\x0c": lambda _: move.print_page(leave=False),
            b"\x1bL": self._begin_page,
            b"\x1bS": lambda _: move.leave_page(),
            b"\x1bd": lambda a: move.feed_lines(a[0]),
            b"\x1bJ": lambda a: move.feed_dots(modes().dots_y(a[0])),
            b"\x1be": lambda a: move.feed_dots(-a[0] * modes().line_spacing),
            b"\x1bK": lambda a: move.feed_dots(-modes().dots_y(a[0])),
            b"\x1b2": lambda _: self._mode(line_spacing=30),
            b"\x1b3": lambda a: self._mode(line_spacing=modes().dots_y(a[0])),
            b"\x1b ": lambda a: self._mode(char_spacing=modes().dots_x(a[0])),
            b"\x1dP": self._motion_units,
            b"\x1b$": lambda a: move.absolute(modes().dots_x(_little(a))),
            b"\x1b\\": lambda a: move.relative(modes().dots_x(_signed(a))),
            b"\x1d$": lambda a: move.vertical(modes().dots_y(_little(a))),
            b"\x1d\\": lambda _: None,
            b"\x1dL": lambda a: self._margin(left=modes().dots_x(_little(a))),
            b"\x1dW": lambda a: self._margin(area=modes().dots_x(_little(a))),
            b"\x1bD": lambda a: move.set_tabs(a[:-1]),
        }

    def _machine_table(self) -> dict[bytes, Callable[[bytes], None]]:
        return {
            b"\x1bp": self._drawer,
            b"\x1dV": self._cut,
            b"\x1bi": lambda _: self._cut_now("full", None),
            b"\x1bm": lambda _: self._cut_now("partial", None),
            b"\x1dr": self._transmit_status,
            b"\x1bv": lambda _: self._host.answer(bytes([self._host.state.paper_sensor()])),
            b"\x1bu": lambda _: self._host.answer(bytes([self._host.state.drawer_sensor()])),
            b"\x1da": lambda a: self._host.report_automatically(a[0]),
            b"\x1dI": self._transmit_identity,
            b"\x1b(": self._sound,
            b"\x1c(": lambda _: None,
            b"\x1d(": self._function,
            b"\x1bB": lambda a: self._record("beep", f"{a[0]} times, {a[1] * 50} ms", a),
            b"\x07": lambda a: self._record("beep", "once", a),
            b"display": self._host.show,
            b"\x10": self._real_time,
        }

    # what the table calls

    def _modes(self) -> Modes:
        return self._type.modes

    def _mode(self, **changes: object) -> None:
        for name, value in changes.items():
            setattr(self._type.modes, name, value)

    def _style(self, **changes: object) -> None:
        self._type.modes.style = replace(self._type.modes.style, **changes)  # type: ignore[arg-type]

    def _record(self, kind: EventKind, text: str, data: bytes = b"") -> None:
        self._host.record(Event(kind, self._offset, text, data))

    def _unknown(self, command: Command) -> None:
        data = command.code + command.args
        self._record("unknown", f"{data[:16].hex(' ')} at {command.offset}", data)

    def _character(self, args: bytes) -> None:
        modes = self._type.modes
        char = self._host.pages.char(args[0], modes.page, modes.international)
        if char == HOLE:
            self._record("no such character", f"{args[0]:02X}h in page {modes.page}", args)
        self._type.put(char)

    def _initialise(self, _: bytes) -> None:
        self._type.reset()
        self._graphics.reset()
        self._host.report_automatically(0)

    def _code_page(self, args: bytes) -> None:
        if args[0] not in self._host.pages:
            self._record("no such page", str(args[0]), args)
        self._type.modes.page = args[0]

    def _print_mode(self, args: bytes) -> None:
        bits = args[0]
        self._style(
            font="B" if bits & 0x01 else "A",
            bold=bool(bits & 0x08),
            height=2 if bits & 0x10 else 1,
            width=2 if bits & 0x20 else 1,
            underline=1 if bits & 0x80 else 0,
        )

    def _underline(self, args: bytes) -> None:
        if args[0] in b"\x00\x01\x02012":
            self._style(underline=args[0] % 48)

    def _upside_down(self, args: bytes) -> None:
        if self._type.line_is_empty:
            self._style(upside_down=bool(args[0] & 1))

    def _align(self, args: bytes) -> None:
        if args[0] in b"\x00\x01\x02012" and self._type.line_is_empty:
            self._mode(align=_ALIGN[args[0] % 48])

    def _margin(self, **changes: int) -> None:
        if self._type.line_is_empty:
            self._mode(**changes)

    def _motion_units(self, args: bytes) -> None:
        self._mode(unit_x=args[0] or DOTS_PER_INCH, unit_y=args[1] or DOTS_PER_INCH)

    def _begin_page(self, _: bytes) -> None:
        self._type.begin_page()
        self._record("page mode", "begun")

    def _real_time(self, args: bytes) -> None:
        """Executed on receipt already; what the scanner does not know is noted here."""
        if not any(RealTimeScanner().feed(b"\x10" + args)):
            self._record("unknown", f"10 {args.hex(' ')} at {self._offset}", b"\x10" + args)

    def _drawer(self, args: bytes) -> None:
        if args[0] in (0, 1, 48, 49):
            self._host.pulse(2 if args[0] % 48 == 0 else 5, args[1] * 2, self._offset)

    def _cut(self, args: bytes) -> None:
        kinds: dict[int, Literal["full", "partial"]] = {0: "full", 1: "partial"}
        if args[0] in (0, 1, 48, 49):
            self._cut_now(kinds[args[0] % 48], None)
        elif len(args) == 2:
            full = args[0] in b"Aag"
            self._cut_now("full" if full else "partial", self._type.modes.dots_y(args[1]))
        else:
            self._record("unknown", f"1d 56 {args.hex()}", b"\x1dV" + args)

    def _cut_now(self, kind: Literal["full", "partial"], feed: int | None) -> None:
        if self._type.page_mode:
            return
        self._record("cut", kind)
        self._host.deliver(self._type.cut(kind, feed))

    def _transmit_status(self, args: bytes) -> None:
        if args[0] in (1, 49):
            self._host.answer(bytes([self._host.state.paper_sensor()]))
        elif args[0] in (2, 50):
            self._host.answer(bytes([self._host.state.drawer_sensor()]))
        else:
            self._record("unknown", f"1d 72 {args.hex()}", b"\x1dr" + args)

    def _transmit_identity(self, args: bytes) -> None:
        number = args[0] - 48 if 49 <= args[0] <= 51 else args[0]
        if number in _IDENTITY_BYTES:
            self._host.answer(bytes([_IDENTITY_BYTES[number]]))
        elif number in _IDENTITY:
            self._host.answer(b"_" + _IDENTITY[number] + b"\x00")
        else:
            self._record("unknown", f"1d 49 {args.hex()}", b"\x1dI" + args)

    def _sound(self, args: bytes) -> None:
        if args[:1] == b"A":
            self._record("beep", "pattern", args[3:])
        else:
            self._record("unknown", f"1b 28 {args[:8].hex(' ')}", b"\x1b(" + args)

    def _function(self, args: bytes) -> None:
        """GS ( x: the letter decides; an unknown one is skipped by its length."""
        letter, body = args[:1], args[3:]
        if letter == b"H" and body[:2] == b"00" and len(body) == 6:
            self._record("process id", body[2:].decode("latin-1"), body[2:])
            self._host.answer(b"7\x22" + body[2:] + b"\x00")
        elif letter == b"A":
            self._test_print()
        elif letter == b"D" and body[:1] == b"\x14":
            for function, allowed in zip(body[1::2], body[2::2], strict=False):
                self._host.allow(function, bool(allowed & 1))
        elif letter in b"kL":
            self._graphics.function(letter + body)

    def _test_print(self) -> None:
        self._record("test print", "asked for")
        for char in "*** TEST PRINT ***":
            self._type.put(char)
        self._type.line_feed()


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _signed(data: bytes) -> int:
    return int.from_bytes(data, "little", signed=True)
