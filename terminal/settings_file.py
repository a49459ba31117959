"""Changes settings.toml by key, and leaves alone whatever else a person wrote in it.

Comments, order, spacing and line ends stay as they are. Nothing is written that ``settings.parse``
would refuse, so a secret can't get in either: no key takes one. The file is replaced whole, never
half, and what it was before stays beside it as ``settings.toml.bak``.
"""

import os
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import tomlkit
from tomlkit.exceptions import TOMLKitError

from terminal.errors import SettingsBroken
from terminal.settings import Settings, parse

Keys = tuple[str, ...]
Changes = Mapping[Keys, object]
"""By key, ``("scanner", "port")``: a value; None takes the key away; a sequence of mappings is a
list of tables, and an empty one takes it away."""


def as_table(section: msgspec.Struct) -> dict[str, object]:
    """What differs from the defaults, for a table of its own."""
    default = type(section)()
    return {
        name: value
        for name, value in msgspec.structs.asdict(section).items()
        if value != getattr(default, name)
    }


def as_changes(name: str, made: msgspec.Struct, before: msgspec.Struct) -> Changes:
    """Set what differs from the defaults, take away what does so no longer."""
    wanted = as_table(made)
    changes: dict[Keys, object] = {(name, key): value for key, value in wanted.items()}
    for key, value in msgspec.structs.asdict(made).items():
        if key not in wanted and getattr(before, key) != value:
            changes[name, key] = None
    return changes


def change(path: Path, changes: Changes) -> Settings:
    """Change the file and return the settings as they are then; nothing is written in vain.

    Raises SettingsBroken where the file can't be read or written, where it is no TOML, or where
    the result would not be settings; the file is then as it was.
    """
    before = _read(path)
    try:
        document: MutableMapping[str, Any] = tomlkit.parse(before)
    except TOMLKitError as error:
        raise SettingsBroken(path=str(path), problem=f"not TOML: {error}") from error
    for keys, value in changes.items():
        _put(document, keys, value, str(path))
    after = tomlkit.dumps(document)
    settings = parse(after, str(path))
    if after != before:
        _write(path.resolve(), before, after)
    return settings


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")  # Windows editors put a mark in front
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsBroken(path=str(path), problem=f"it can't be read: {error}") from error


def _put(table: MutableMapping[str, Any], keys: Keys, value: object, path: str) -> None:
    *outer, last = keys
    for name in outer:
        if value is None and name not in table:
            return
        table = table.setdefault(name, tomlkit.table())
        if not isinstance(table, MutableMapping):
            raise SettingsBroken(path=path, problem=f"{name} is no section")
    if value is None or _no_tables(value, last, table):
        table.pop(last, None)
    elif last not in table or table[last] != _plain(value):  # else its way of writing stays too
        table[last] = _made(value) if _tables(value) else _plain(value)


def _tables(value: object) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value)


def _no_tables(value: object, name: str, table: Mapping[str, Any]) -> bool:
    """Whether a list of tables is to be emptied: an empty array can't stand where tables did."""
    is_list = isinstance(table.get(name), tomlkit.items.AoT) or name.startswith("more_")
    return isinstance(value, list | tuple) and not value and is_list


def _made(value: Any) -> tomlkit.items.AoT:  # noqa: ANN401 - a sequence of mappings
    made = tomlkit.aot()
    for one in value:
        table = tomlkit.table()
        table.update({name: _plain(item) for name, item in one.items() if item is not None})
        made.append(table)
    return made


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _write(path: Path, before: str, after: str) -> None:
    half, kept = path.with_name(f"{path.name}.part"), path.with_name(f"{path.name}.bak")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            _put_down(kept, before, path)
        _put_down(half, after, path)
        half.replace(path)
        _remember(path.parent)
    except OSError as error:
        with suppress(OSError):
            half.unlink()
        raise SettingsBroken(path=str(path), problem=f"it can't be written: {error}") from error


def _put_down(path: Path, text: str, like: Path) -> None:
    """Write a whole file and wait for the disk; readable by whoever reads ``like``."""
    path.unlink(missing_ok=True)
    mode = like.stat().st_mode & 0o777 if like.exists() else 0o644
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def _remember(folder: Path) -> None:
    """Wait until the folder knows the new file, where a folder can be asked."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
