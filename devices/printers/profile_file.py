"""Printers of the shop's own, read from a TOML file.

One table a printer: its name is what `paper` in the settings says, `like` a profile it resembles,
the rest whatever is different. Everything wrong is an error that names the printer and the key.

    [back-office]
    like = "80"
    columns = 44
    dots = 528
    cutter = "full"
    [back-office.pages]
    en = [19, "cp858"]
    el = [47, "cp1253"]
"""

import codecs
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from devices.printers.models import PROFILES
from devices.printers.profiles import CodePage, Pages, PrinterProfile


class BadProfile(ValueError):  # noqa: N818 - it says what is wrong
    """A printer in the file that nobody could print on; the text says where and why."""


def load_profiles(path: Path) -> Mapping[str, PrinterProfile]:
    """The profiles known here and those of the file, which may not exist. Raises BadProfile."""
    try:
        raw = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return PROFILES
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadProfile(f"{path.name}: {error}") from error
    own = {name: _profile(name, table) for name, table in raw.items()}
    return MappingProxyType({**PROFILES, **own})


def _profile(name: str, table: object) -> PrinterProfile:
    if not isinstance(table, dict) or not re.fullmatch(r"[a-z0-9-]+", name):
        raise BadProfile(f"{name}: a printer is a [table] named with a-z, 0-9 and -")
    like = table.pop("like", "80")
    if like not in PROFILES:
        raise BadProfile(f"{name}: like = {like!r}; known: {', '.join(PROFILES)}")
    changes: dict[str, Any] = {
        key: _value(f"{name}.{key}", key, value) for key, value in table.items()
    }
    profile = replace(PROFILES[like], **{"name": name, **changes})
    if profile.dots < profile.columns * 12 or profile.dots % 8:
        raise BadProfile(f"{name}: dots are a multiple of 8 and at least 12 a column")
    return profile


def _value(where: str, key: str, value: object) -> object:
    if key not in _READERS:
        raise BadProfile(f"{where}: no such key; known: like, {', '.join(_READERS)}")
    try:
        return _READERS[key](value)
    except (TypeError, ValueError, LookupError) as error:
        raise BadProfile(f"{where}: {error}") from error


def _one_of(*known: str) -> Callable[[Any], str]:
    def read(value: object) -> str:
        if value not in known:
            raise ValueError(f"{value!r} is none of {', '.join(map(repr, known))}")
        return str(value)

    return read


def _between(least: int, most: int) -> Callable[[Any], int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"{value!r} is no whole number from {least} to {most}")
        return value

    return read


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(f"{value!r} is no text")
    return value


def _page(value: object) -> CodePage:
    match value:
        case [int(number), str(codec)] if 0 <= number <= 255:
            codecs.lookup(codec)
            return CodePage(number, codec)
    raise ValueError(f"{value!r} is no [number, codec], as [47, 'cp1253']")


def _pages(value: object) -> Pages:
    if not isinstance(value, dict) or "en" not in value:
        raise ValueError("pages are a table of languages, and English is among them")
    return MappingProxyType({language: _page(page) for language, page in value.items()})


def _pins(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not {2, 5}.issuperset(value):
        raise ValueError(f"{value!r} is no list of pins 2 and 5")
    return tuple(value)


def _languages(value: object) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{value!r} is no list of languages")
    return frozenset(value)


_READERS: Mapping[str, Callable[[Any], object]] = MappingProxyType(
    {
        "name": _text,
        "columns": _between(20, 96),
        "dots": _between(240, 1152),
        "pages": _pages,
        "windows_pages": _pages,
        "dos_pages": _pages,
        "spare": _page,
        "raster_languages": _languages,
        "cutter": _one_of("partial", "full", "none"),
        "process_id": _switch,
        "answers_status": _switch,
        "automatic": _switch,
        "native_qr": _switch,
        "native_barcodes": _switch,
        "flow": _one_of("", "rtscts", "dsrdtr", "xonxoff"),
        "drawer_pins": _pins,
        "real_time_drawer": _switch,
        "knife_mm": _between(0, 60),
    }
)
