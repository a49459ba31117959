"""Real lines for the device tests: ptys with a stable name, and tools of other makers."""

import contextlib
import os
import pty
import shutil
import termios
import time
import tty
from pathlib import Path

import pytest


def need_tool(name):
    """Return the path of a program; without it skip here, but fail where nothing may be missing."""
    found = shutil.which(name)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name} is not installed")
    return found


def open_descriptors():
    """Count this process's open files, to see leaks."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def unknown_to(emulator):
    """Commands that a printer did not know; one torn off behind its first bytes is none."""
    begun = (b"", b"\x1b", b"\x1c", b"\x1d", b"\x10", b"\x10\x04", b"\x10\x05")
    return [event for event in emulator.unknown if event.data.rstrip(b"\0") not in begun]


class PtyLine:
    """A cable with a stable name (a symbolic link); `unplug` and `plug` as a hand would."""

    def __init__(self, link):
        self.link = link
        self.master = None
        self.plug()

    @property
    def path(self):
        return str(self.link)

    def plug(self):
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        attributes = termios.tcgetattr(slave)
        attributes[3] &= ~termios.ECHO
        termios.tcsetattr(slave, termios.TCSANOW, attributes)
        self.link.symlink_to(os.ttyname(slave))
        os.close(slave)

    def unplug(self):
        with contextlib.suppress(FileNotFoundError):
            self.link.unlink()
        if self.master is not None:
            os.close(self.master)
            self.master = None

    def send(self, data):
        while data:
            data = data[os.write(self.master, data) :]

    def receive(self, count, timeout=20.0):
        """Return so many bytes; the other end may still have to open the line."""
        data, until = b"", time.monotonic() + timeout
        while len(data) < count and time.monotonic() < until:
            with contextlib.suppress(OSError):
                data += os.read(self.master, count - len(data))
        return data
