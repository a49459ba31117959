"""The serial interface: a pseudo terminal whose other end a program opens like any serial port.

The terminal's far end is kept open here as well, so that the line lives on while no program has it
open, as a cable does. Unplugging closes both; plugging in makes a new terminal under the same link,
as a USB adapter that comes back under another name.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from devices.printers.emulator.links import READ, WRITE, Watch
from devices.printers.emulator.machine import Machine

XON, XOFF = b"\x11", b"\x13"


class SerialLink:
    """One serial line. `path` is what to open: the link's name, or the terminal's own."""

    def __init__(self, machine: Machine, link: Path | None, *, xon_xoff: bool) -> None:
        self._machine = machine
        self._link = link
        self._xon_xoff = xon_xoff
        self._paused = False
        self._channel = machine.open_channel()
        self._near = self._far = -1
        self._plug()

    @property
    def path(self) -> str:
        """Where a program finds the line now."""
        return str(self._link) if self._link else self._name

    @property
    def look_again(self) -> bool:
        """Nothing here happens unseen."""
        return False

    def watches(self) -> list[Watch]:
        """Read while there is room, write while there is something to say."""
        if self._near < 0:
            return []
        self._ask_to_pause()
        events = READ * self._readable() | WRITE * bool(self._channel.outbox)
        return [(self._near, events, self._serve)] if events else []

    def settle(self) -> None:
        """Be plugged in or not."""
        self._die_if_due()
        if self._machine.faults.unplugged:
            self._unplug()
        elif self._near < 0:
            self._plug()

    def cut_off(self) -> None:
        """A serial line has no connection to reset: it goes away until it is plugged in again."""
        self._machine.faults.unplugged = True
        self._unplug()

    def close(self) -> None:
        """Give the terminal and the link back."""
        self._unplug()
        self._machine.forget_channel(self._channel)

    def _plug(self) -> None:
        if sys.platform == "win32":
            raise OSError("a pseudo terminal needs a POSIX system")
        import tty

        if self._link is not None and self._link.exists() and not self._link.is_symlink():
            raise OSError(f"{self._link} is a file of somebody's")
        self._near, self._far = os.openpty()
        tty.setraw(self._far)
        os.set_blocking(self._near, False)
        self._name = os.ttyname(self._far)
        self._channel.outbox.clear()
        if self._link is not None:
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(self._name)

    def _unplug(self) -> None:
        if self._near < 0:
            return
        os.close(self._near)
        os.close(self._far)
        self._near = self._far = -1
        if self._link is not None:
            self._link.unlink(missing_ok=True)
        self._machine.touch()

    def _ask_to_pause(self) -> None:
        if not self._xon_xoff:
            return
        pause = self._channel.nearly_full or not self._machine.state.online
        if pause != self._paused:
            self._paused = pause
            self._channel.outbox += XOFF if pause else XON

    def _readable(self) -> bool:
        return not self._machine.faults.freeze and self._channel.room > 0

    def _serve(self, events: int) -> None:
        try:
            if events & WRITE:
                self._write()
            if events & READ and self._readable():
                self._read()
        except BlockingIOError:
            return
        except OSError:
            self._unplug()  # the terminal itself broke; the next look makes a new one

    def _write(self) -> None:
        sent = os.write(self._near, self._channel.outbox[:1024])
        del self._channel.outbox[:sent]

    def _read(self) -> None:
        faults = self._machine.faults
        left = self._channel.room if faults.die_after is None else faults.die_after
        data = os.read(self._near, min(self._channel.room, left, 4096) or 1)
        self._channel.receive(data)
        if faults.die_after is not None:
            faults.die_after -= len(data)
            self._die_if_due()

    def _die_if_due(self) -> None:
        if self._machine.faults.die_after == 0:
            self._machine.faults.die_after = None
            self.cut_off()
