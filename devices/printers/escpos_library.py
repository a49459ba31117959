"""The one door to python-escpos, used as an encoder and never as a transport.

Importing it takes a quarter of a second, leaves an empty temporary directory behind, gives the root
logger a handler and unpickles a cache from wherever an environment variable points. So it happens
on the first slip, once, with a private directory and the traces removed.
"""

import importlib
import logging
import os
import pickle
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_lock = threading.Lock()
_VARIABLE = "ESCPOS_CAPABILITIES_PICKLE_DIR"


def new_encoder(cache_dir: Path) -> Any:  # noqa: ANN401 - python-escpos has no types
    """Return a `Dummy` printer, which only collects bytes; `cache_dir` must be private to us."""
    with _lock:
        cache_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _cache_in(cache_dir), _quiet_root_logger(), _no_directory_left_behind():
            module = _imported(cache_dir)
    return module.Dummy()


def _imported(cache_dir: Path) -> Any:  # noqa: ANN401 - a module without types
    try:
        return importlib.import_module("escpos.printer")
    except (EOFError, pickle.UnpicklingError):
        # The cache was half written when the power went; without this no slip would ever print.
        for torn in cache_dir.glob("*.pickle"):
            torn.unlink()
        return importlib.import_module("escpos.printer")


@contextmanager
def _cache_in(directory: Path) -> Iterator[None]:
    # Read at import only; whoever set it before us may have named a directory others can write.
    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = str(directory)
    try:
        yield
    finally:
        del os.environ[_VARIABLE]
        if before is not None:
            os.environ[_VARIABLE] = before


@contextmanager
def _quiet_root_logger() -> Iterator[None]:
    # basicConfig() does nothing while the root logger has any handler.
    root, placeholder = logging.getLogger(), logging.NullHandler()
    root.addHandler(placeholder)
    try:
        yield
    finally:
        root.removeHandler(placeholder)


@contextmanager
def _no_directory_left_behind() -> Iterator[None]:
    made: list[str] = []
    original, owner = tempfile.mkdtemp, threading.get_ident()

    def remembering(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - passed through unseen
        path = original(*args, **options)
        if threading.get_ident() == owner:
            made.append(path)
        return path

    tempfile.mkdtemp = remembering
    try:
        yield
    finally:
        tempfile.mkdtemp = original
        for path in made:
            _remove_if_empty(Path(path))


def _remove_if_empty(path: Path) -> None:
    try:
        path.rmdir()
    except OSError:  # in use after all: not ours to remove
        logging.getLogger(__name__).debug("kept %s", path)
