"""The printer emulator as one object: interfaces, paper, faults.

It behaves on the wire like an Epson receipt printer as far as a program can tell, and keeps what
would be on paper as objects. It has two threads of its own; all methods may be called from any
thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from devices.printers.emulator.codepages import CodePages
from devices.printers.emulator.links import IoLoop
from devices.printers.emulator.machine import Machine, Second
from devices.printers.emulator.paper import Event, Sheet
from devices.printers.emulator.serial_line import SerialLink
from devices.printers.emulator.status import Error, Paper, State
from devices.printers.emulator.tcp import TcpLink


class PrinterEmulator:
    """A receipt printer. Use it as a context manager or call `close()`.

    `pages` renumbers code pages (the "garbled page" of a printer that is not what its profile
    says); `knife_distance` is how many dots the knife sits behind the head (0: cuts right under the
    last line); `second_client` says what a second TCP client gets: it waits, is refused or served.
    `on_sheet`, `on_change`, `on_event` and `on_display` (bytes for the customer display behind the
    printer) are called on the print thread and must not raise.
    """

    def __init__(
        self,
        *,
        width: int = 576,
        pages: Mapping[int, str] | None = None,
        buffer_size: int = 4096,
        knife_distance: int = 0,
        near_end_sensor: bool = True,
        drawer_open_is_high: bool = False,
        second_client: Second = "wait",
        xon_xoff: bool = False,
        history: int = 500,
        on_sheet: Callable[[Sheet], None] | None = None,
        on_change: Callable[[], None] | None = None,
        on_event: Callable[[Event], None] | None = None,
        on_display: Callable[[bytes], None] | None = None,
    ) -> None:
        state = State(near_end_sensor=near_end_sensor, drawer_open_is_high=drawer_open_is_high)
        self._machine = Machine(
            state,
            width=width,
            knife_distance=knife_distance,
            pages=pages,
            buffer_size=buffer_size,
            history=history,
        )
        self._machine.on_sheet = on_sheet
        self._machine.on_change = on_change
        self._machine.on_event = on_event
        self._machine.on_display = on_display
        self._machine.faults.second = second_client
        self._xon_xoff = xon_xoff
        self._io = IoLoop(self._machine)
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # interfaces

    def serve_tcp(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen and return the port."""
        with self._machine.lock:
            link = TcpLink(self._machine, (host, port))
            self._io.links.append(link)
        self._io.wake()
        return link.address[1]

    def serve_pty(self, link: str | Path | None = None) -> str:
        """Make a serial line and return the path to open; `link` gives it a name that stays."""
        with self._machine.lock:
            line = SerialLink(self._machine, Path(link) if link else None, xon_xoff=self._xon_xoff)
            self._io.links.append(line)
        self._io.wake()
        return line.path

    def close(self) -> None:
        """End both threads and give back every descriptor and link. Idempotent."""
        if not self._closed:
            self._closed = True
            self._io.close()
            self._machine.close()

    # what came out

    @property
    def received(self) -> bytes:
        """All bytes as they came in, over all interfaces (the last 32 MiB)."""
        with self._machine.lock:
            return bytes(self._machine.received)

    @property
    def executed(self) -> int:
        """How many bytes were executed."""
        return self._machine.executed

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """What came off the printer, oldest first."""
        with self._machine.lock:
            return tuple(self._machine.sheets)

    @property
    def paper_in_printer(self) -> Sheet:
        """What is printed and not cut yet."""
        with self._machine.lock:
            return self._machine.roll.snapshot()

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that happened (the last 10,000 events)."""
        with self._machine.lock:
            return tuple(self._machine.events)

    @property
    def unknown(self) -> tuple[Event, ...]:
        """The commands it did not know."""
        return tuple(event for event in self.events if event.kind == "unknown")

    @property
    def display(self) -> bytes:
        """What was sent through to the customer display."""
        with self._machine.lock:
            return bytes(self._machine.display)

    @property
    def idle(self) -> bool:
        """Whether everything that came in is executed."""
        with self._machine.lock:
            return self._machine.idle

    def wait_until(self, condition: Callable[[], bool], timeout: float = 5.0) -> bool:
        """Wait until `condition` holds; it is looked at after every change, with the lock held."""
        with self._machine.lock:
            return self._machine.lock.wait_for(condition, timeout)

    def wait_sheets(self, count: int = 1, timeout: float = 5.0) -> tuple[Sheet, ...]:
        """Wait for so many sheets in all and return them; TimeoutError if they do not come."""
        if not self.wait_until(lambda: len(self._machine.sheets) >= count, timeout):
            raise TimeoutError(f"{len(self.sheets)} of {count} sheets after {timeout} s")
        return self.sheets

    def wait_received(self, count: int, timeout: float = 5.0) -> bool:
        """Wait until so many bytes have come in in all."""
        return self.wait_until(lambda: len(self._machine.received) >= count, timeout)

    def wait_executed(self, count: int, timeout: float = 5.0) -> bool:
        """Wait until so many bytes have been executed in all."""
        return self.wait_until(lambda: self._machine.executed >= count, timeout)

    def tear_off(self) -> Sheet:
        """Take the uncut paper by hand."""
        with self._machine.change():
            sheet = self._machine.roll.cut("torn")
            self._machine.deliver(sheet)
            return sheet

    # the mechanism

    @property
    def online(self) -> bool:
        """Whether it prints."""
        return self._machine.state.online

    @property
    def paper(self) -> Paper:
        """The paper: "ok", "low" or "out"."""
        return self._machine.state.paper

    @paper.setter
    def paper(self, paper: Paper) -> None:
        with self._machine.change() as state:
            state.paper = paper

    @property
    def cover_open(self) -> bool:
        """Whether the cover is open."""
        return self._machine.state.cover_open

    @cover_open.setter
    def cover_open(self, opened: bool) -> None:
        with self._machine.change() as state:
            state.cover_open = opened

    @property
    def drawer_open(self) -> bool:
        """Whether the drawer is open; a pulse opens it, only a person closes it."""
        return self._machine.state.drawer_open

    @drawer_open.setter
    def drawer_open(self, opened: bool) -> None:
        with self._machine.change() as state:
            state.drawer_open = opened

    @property
    def error(self) -> Error:
        """What is broken: "", "cutter", "mechanical" (DLE ENQ recovers), "fatal" or "auto"."""
        return self._machine.state.error

    @error.setter
    def error(self, error: Error) -> None:
        with self._machine.change() as state:
            state.error = error

    @property
    def feed_button(self) -> bool:
        """Whether somebody holds the feed button down."""
        return self._machine.state.feed_button

    @feed_button.setter
    def feed_button(self, held: bool) -> None:
        with self._machine.change() as state:
            state.feed_button = held

    def power_off(self) -> None:
        """Pull the mains: connections reset, buffers and modes lost, the printed paper stays."""
        self._machine.power(on=False)
        self._io.settle()

    def power_on(self) -> None:
        """Switch on again, as new."""
        self._machine.power(on=True)
        self._io.settle()

    def power_cycle(self) -> None:
        """Off and on."""
        self.power_off()
        self.power_on()

    # the wire

    @property
    def mute(self) -> bool:
        """Whether it prints but never answers."""
        return self._machine.faults.mute

    @mute.setter
    def mute(self, mute: bool) -> None:
        with self._machine.change():
            self._machine.faults.mute = mute

    @property
    def freeze(self) -> bool:
        """Whether it accepts connections and reads nothing."""
        return self._machine.faults.freeze

    @freeze.setter
    def freeze(self, freeze: bool) -> None:
        with self._machine.change():
            self._machine.faults.freeze = freeze

    @property
    def refuse(self) -> bool:
        """Whether it refuses new TCP connections."""
        return self._machine.faults.refuse

    @refuse.setter
    def refuse(self, refuse: bool) -> None:
        with self._machine.change():
            self._machine.faults.refuse = refuse
            self._io.settle()

    @property
    def second_client(self) -> Second:
        """What a second TCP client gets: it waits for its turn, is refused, or is served."""
        return self._machine.faults.second

    @second_client.setter
    def second_client(self, second: Second) -> None:
        with self._machine.change():
            self._machine.faults.second = second
            self._io.settle()

    @property
    def rate(self) -> float | None:
        """Bytes per second that it executes; None: as fast as it can."""
        return self._machine.faults.rate

    @rate.setter
    def rate(self, rate: float | None) -> None:
        with self._machine.change():
            self._machine.faults.rate = rate or None

    def die_after(self, count: int | None) -> None:
        """Reset the connection (unplug the serial line) after `count` more bytes; None: never."""
        with self._machine.change():
            self._machine.faults.die_after = count

    def unplug(self) -> None:
        """Pull the cables: TCP connections reset and refused, serial lines gone."""
        with self._machine.change():
            self._machine.faults.unplugged = True
            self._io.settle()

    def plug_in(self) -> None:
        """Put the cables back; serial lines come back under their link with another terminal."""
        with self._machine.change():
            self._machine.faults.unplugged = False
            self._io.settle()

    def set_page(self, number: int, codec: str) -> None:
        """Number a code page otherwise than Epson does, from now on."""
        with self._machine.change():
            self._machine.page_overrides[number] = codec
            self._machine.pages = CodePages(self._machine.page_overrides)

    def at(self, executed: int, action: Callable[[], None]) -> None:
        """Do something exactly when `executed` bytes have been executed in all, before the next.

        The action runs on the print thread with the printer's lock held: set a fault, don't wait or
        close.
        """
        self._machine.at(executed, action)
