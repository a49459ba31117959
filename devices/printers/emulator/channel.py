"""One interface of the printer: its real-time scanner, its receive buffer, its interpreter.

Buffer, modes and automatic status outlive the connection: a job that broke off leaves its last
command half received, and the next connection's first bytes complete it. That is what real printers
do, and what jobs must defend against. All methods are called with the machine's lock held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.printers.emulator.interpreter import Interpreter
from devices.printers.emulator.paper import Event, Sheet
from devices.printers.emulator.realtime import Order, RealTimeScanner

if TYPE_CHECKING:
    from devices.printers.emulator.codepages import CodePages
    from devices.printers.emulator.machine import Machine
    from devices.printers.emulator.status import State

HEADROOM = 256
"""Bytes still taken when the buffer is full, so that real-time orders are seen and obeyed."""

KEPT_BYTES = 32 * 1024 * 1024


class Channel:
    """Receives for one interface and answers through it; the interpreter's `Host`."""

    def __init__(self, machine: Machine, buffer_size: int) -> None:
        self._machine = machine
        self._capacity = buffer_size
        self._buffer = bytearray()
        self._scanner = RealTimeScanner()
        self._mask = 0
        self._reported: tuple[object, ...] = ()
        self.outbox = bytearray()
        self._interpreter = Interpreter(self, machine.roll)

    # the wire's side

    @property
    def room(self) -> int:
        """How many bytes it would take now; without power they all go nowhere."""
        if not self.state.powered:
            return self._capacity
        return max(0, self._capacity + HEADROOM - len(self._buffer))

    @property
    def nearly_full(self) -> bool:
        """Whether a serial printer would ask the computer to pause."""
        return len(self._buffer) > self._capacity * 3 // 4

    def receive(self, data: bytes) -> None:
        """Bytes came in: act on real-time commands at once, and buffer everything."""
        if not self.state.powered:
            return
        received = self._machine.received
        received += data
        del received[: max(0, len(received) - KEPT_BYTES)]
        start = 0
        for end, order in self._scanner.feed(data):
            self._buffer += data[start:end]
            start = end
            self._act(order)
            self._make_room(order)
        if self.state.powered:
            self._buffer += data[start:]
        self._machine.touch()

    # the print thread's side

    @property
    def waiting(self) -> int:
        """Bytes received and not executed."""
        return len(self._buffer)

    def execute(self, count: int) -> None:
        """Execute the next `count` bytes."""
        piece = bytes(self._buffer[:count])
        del self._buffer[:count]
        self._interpreter.feed(piece)

    def clear(self) -> None:
        """Throw away what is not printed yet."""
        self._buffer.clear()
        self._interpreter.clear()

    def lose_power(self) -> None:
        """Buffer, modes and half-received commands are gone."""
        self._buffer.clear()
        self.outbox.clear()
        self._scanner.reset()
        self._interpreter.power_on()

    def report_changes(self) -> None:
        """Automatic status back, if a watched sensor changed."""
        if not self._mask:
            return
        watched = self.state.watched(self._mask)
        if watched != self._reported:
            self._reported = watched
            self.answer(self.state.automatic())

    # the interpreter's side (Host)

    @property
    def state(self) -> State:
        """The mechanism's state."""
        return self._machine.state

    @property
    def pages(self) -> CodePages:
        """The numbering of code pages."""
        return self._machine.pages

    def answer(self, data: bytes) -> None:
        """Send bytes to the computer, unless the printer is mute."""
        if not self._machine.faults.mute and self.state.powered:
            self.outbox += data
            self._machine.wake_io()

    def record(self, event: Event) -> None:
        """Note that something happened."""
        self._machine.record(event)

    def deliver(self, sheet: Sheet) -> None:
        """A sheet came off the printer."""
        self._machine.deliver(sheet)

    def pulse(self, pin: int, milliseconds: int, offset: int) -> None:
        """Kick the drawer."""
        self._machine.pulse(pin, milliseconds, offset)

    def report_automatically(self, mask: int) -> None:
        """GS a: the present status at once, later every change."""
        self._mask = mask & 0x0F
        self._reported = self.state.watched(self._mask)
        if self._mask:
            self.answer(self.state.automatic())

    def show(self, data: bytes) -> None:
        """Pass bytes on to the customer display."""
        self._machine.show(data)
        self._machine.touch()

    def allow(self, function: int, allowed: bool) -> None:
        """GS ( D: enable or disable real-time pulses (1) or power off (2)."""
        faults = self._machine.faults
        if function == 1:
            faults.pulse_allowed = allowed
        elif function == 2:
            faults.power_off_allowed = allowed

    def _make_room(self, order: Order) -> None:
        """An order that came when the buffer was full is done with: a printer that waits for paper
        all night can be asked all night.
        """
        if len(self._buffer) >= self._capacity + order.length:
            del self._buffer[-order.length :]

    def _act(self, order: Order) -> None:
        machine = self._machine
        if not self.state.powered:
            return
        if order.kind == "status":
            self.answer(bytes([self.state.real_time(order.data[0])]))
        elif order.kind in ("recover", "recover and clear"):
            machine.recover(clear=order.kind == "recover and clear")
        elif order.kind == "pulse" and machine.faults.pulse_allowed:
            machine.pulse(2 if order.data[0] == 0 else 5, order.data[1] * 100, -1)
        elif order.kind == "clear":
            machine.clear_buffers()
            machine.record(Event("buffer cleared", -1, "DLE DC4 8"))
            self.answer(b"7%\x00")
        elif order.kind == "power off" and machine.faults.power_off_allowed:
            machine.power(on=False)
