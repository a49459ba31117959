"""Files for other people: written whole or not at all, so that nobody ever sees half of one."""

import os
from pathlib import Path

from terminal.errors import FileNotWritten


def write_whole(path: Path, content: bytes) -> None:
    """Put ``content`` in the file's place at once. Raises FileNotWritten; then nothing changed."""
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            half.write_bytes(content)
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise FileNotWritten(path=str(path), problem=problem) from error
