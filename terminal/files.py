"""Files for other people: written whole or not at all, so that nobody ever sees half of one."""

import errno
import os
from pathlib import Path

from terminal.errors import FileNotWritten

_BINARY = getattr(os, "O_BINARY", 0)
"""Windows turns line ends over without it."""


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Put ``content`` in the file's place at once. Raises FileNotWritten; then nothing changed."""
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            # Created with its mode, so that nobody else can read a secret even for a moment.
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, mode)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise FileNotWritten(path=str(path), problem=problem) from error


def can_write(path: Path) -> None:
    """Try whether a file can be put there, before what is written costs something. Raises
    FileNotWritten; an existing file is not touched."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.try")
    try:
        if path.is_dir():
            raise FileNotWritten(problem=os.strerror(errno.EISDIR))
        write_whole(beside, b"")
    except FileNotWritten as error:
        raise FileNotWritten(path=str(path), problem=error.details["problem"]) from error
    beside.unlink(missing_ok=True)
