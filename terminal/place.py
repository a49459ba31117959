"""Where a till keeps its data on this machine, and its log."""

import logging
import logging.handlers
from pathlib import Path

from terminal.errors import DatabaseBroken


def data_folder(chosen: str | None, *, demo: bool = False) -> Path:
    """The folder asked for, else the platform's own place for it."""
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("loyalty-terminal", appauthor=False) / ("demo" if demo else "till")


def make_folder(folder: Path) -> None:
    """Make the folder unless it is there. Raises DatabaseBroken where it can't be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseBroken(path=str(folder), problem=str(error)) from error


def keep_log(folder: Path) -> Path:
    """Log to a file in ``folder`` that does not grow for ever; warnings to the terminal too.

    Raises DatabaseBroken where the folder can't be.
    """
    make_folder(folder)
    path = folder / "terminal.log"
    file = logging.handlers.RotatingFileHandler(path, maxBytes=2_000_000, backupCount=3, delay=True)
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    console = logging.StreamHandler()
    console.setLevel(logging.WARNING)
    logging.basicConfig(level=logging.INFO, handlers=[file, console])
    return path
