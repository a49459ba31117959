"""The shop's logo: prepared once for the width of the paper, then only copied into jobs.

A picture of any kind and size becomes dots: on white, no wider than the paper, no higher than three
centimetres, grey made of scattered dots. A picture that can't be read prints nothing and is named
in the log once.
"""

import logging
from pathlib import Path

from PIL import Image

from devices.printers.raster import commands_of

_log = logging.getLogger(__name__)
_HIGHEST = 240
_LARGEST_PIXELS = 50_000_000


class Logo:
    """One picture file on one width of paper; looked at again when the file changes."""

    def __init__(self, path: str, dots: int) -> None:
        self._path = Path(path) if path else None
        self._dots = dots
        self._stamp: tuple[int, int] | None = None
        self._pieces: tuple[bytes, ...] = ()

    def pieces(self) -> tuple[bytes, ...]:
        """Return the commands that print it; none where there is no logo."""
        if self._path is None:
            return ()
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            self._stamp, self._pieces = stamp, self._made(self._path)
        return self._pieces

    def _made(self, path: Path) -> tuple[bytes, ...]:
        try:
            return _prepared(path, self._dots)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            _log.warning("the logo %s can't be printed: %s", path, error)
            return ()


def _stamp(path: Path) -> tuple[int, int]:
    try:
        facts = path.stat()
    except OSError:
        return (0, 0)
    return (facts.st_mtime_ns, facts.st_size)


def _prepared(path: Path, dots: int) -> tuple[bytes, ...]:
    with Image.open(path) as opened:
        if opened.width * opened.height > _LARGEST_PIXELS:
            raise ValueError(f"{opened.width} x {opened.height} pixels are too many")
        picture = opened.convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    grey = Image.alpha_composite(white, picture).convert("L")
    grey.thumbnail((dots, _HIGHEST))
    black = grey.convert("1").point(lambda white: not white, "1")
    paper = Image.new("1", (dots, black.height))
    paper.paste(black, ((dots - black.width) // 2, 0))
    return tuple(commands_of(paper))
