"""One program at a time on the same data: a lock that the machine lets go of, whatever happens."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from terminal.errors import DatabaseBroken, DataInUse, TerminalError


class InstanceLock:
    """Holds ``name`` in a data folder from ``take`` until ``release`` or the process's end.

    A crash or ``kill -9`` leaves nothing behind: the lock lives in the kernel, not in the file.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._path = folder / f"{name}.lock"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raises DataInUse when another process holds it, DatabaseBroken for a folder that can't
        be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = self._path.open("a+", encoding="utf-8")
        except OSError as error:
            raise DatabaseBroken(path=str(self._folder), problem=str(error)) from error
        try:
            _lock(file)
        except OSError as error:
            file.close()
            raise DataInUse(path=str(self._folder), name=self._name) from error
        with suppress(OSError):  # the number is for people; a full disk has no room for it
            file.truncate(0)
            os.write(file.fileno(), f"{os.getpid()}\n".encode("ascii"))
        self._file = file

    def release(self) -> None:
        """Let others in."""
        if self._file is not None:
            self._file.close()
            self._file = None


def is_held(folder: Path, name: str) -> bool:
    """Whether another process holds it now; also where that can't be told. Leaves nothing in a
    folder where nobody ever held it."""
    lock = InstanceLock(folder, name)
    try:
        (folder / f"{name}.lock").stat()
        lock.take()
    except FileNotFoundError:
        return False
    except (TerminalError, OSError):
        return True
    lock.release()
    return False


if sys.platform == "win32":

    def _lock(file: IO[str]) -> None:
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:

    def _lock(file: IO[str]) -> None:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
