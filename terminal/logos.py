"""The shop's logo for pages: the picture's own bytes as a data URI, so that nothing is loaded."""

import base64
from pathlib import Path

from terminal.errors import IssuerFileBroken

MOST_BYTES = 2_000_000
_KINDS = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF8", "gif"))


def logo_bytes(path: str) -> bytes:
    """The picture; nothing where no logo is set. Raises IssuerFileBroken for what is none."""
    if not path:
        return b""
    try:
        found = Path(path).read_bytes()
    except OSError as error:
        raise IssuerFileBroken(path=path, why="missing") from error
    if not _kind(found) or len(found) > MOST_BYTES:
        raise IssuerFileBroken(path=path, why="not_picture")
    return found


def data_uri(picture: bytes) -> str:
    """A PNG, JPEG or GIF as an address that holds it; "" for anything else."""
    kind = _kind(picture)
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}" if kind else ""


def _kind(picture: bytes) -> str:
    return next((kind for start, kind in _KINDS if picture.startswith(start)), "")
