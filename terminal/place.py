"""Where a till keeps its data on this machine, and its log."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

from terminal.errors import DatabaseBroken, NoShopHere

_OF_A_SHOP = ("till.db", "settings.toml")


def data_folder(chosen: str | None, *, demo: bool = False) -> Path:
    """The folder asked for, else the platform's own place for it."""
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("loyalty-terminal", appauthor=False) / ("demo" if demo else "till")


def must_hold_a_shop(folder: Path) -> None:
    """For whoever makes none: a folder that was mistyped must not become an empty shop. Raises
    NoShopHere."""
    try:
        there = any((folder / name).exists() for name in _OF_A_SHOP)
    except OSError:  # whoever opens it says what is wrong with it
        return
    if not there:
        raise NoShopHere(path=str(folder))


def make_folder(folder: Path) -> None:
    """Make the folder unless it is there. Raises DatabaseBroken where it can't be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseBroken(path=str(folder), problem=str(error)) from error


class LogFile(logging.Handler):
    """The log, in a file that does not grow for ever; made with the first record.

    What turns the files over comes with sockets and more, which no first paint needs.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write it down."""
        if self._file is None:
            self._file = self._open()
        self._file.emit(record)

    def _open(self) -> logging.Handler:
        from logging.handlers import RotatingFileHandler

        made = RotatingFileHandler(self._path, maxBytes=2_000_000, backupCount=3, encoding="utf-8")
        made.setFormatter(self.formatter)
        return made

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
        super().close()


class JsonLines(logging.Formatter):
    """A record as one line of JSON: for what reads the logs of many machines."""

    def format(self, record: logging.LogRecord) -> str:
        """``at`` (UTC), ``level``, ``name``, ``text``, and ``trace`` where something broke."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told = {
            "at": at, "level": record.levelname, "name": record.name, "text": record.getMessage(),
        }  # fmt: skip
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def keep_log(folder: Path, *, as_json: bool = False, quiet: bool = False) -> Path:
    """Log to a file in ``folder`` that does not grow for ever; warnings to the terminal too, or
    ``as_json`` everything, a line a record. ``quiet``: nothing to the terminal, where a command
    says by itself how it went.

    Raises DatabaseBroken where the folder can't be.
    """
    make_folder(folder)
    path = folder / "terminal.log"
    file = LogFile(path)
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    console = logging.StreamHandler()
    console.setLevel(logging.INFO if as_json else logging.WARNING)
    if as_json:
        console.setFormatter(JsonLines())
    logging.basicConfig(
        level=logging.INFO, handlers=[file, console] if as_json or not quiet else [file]
    )
    return path
