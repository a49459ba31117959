"""Settings: one TOML file, typed. An unknown key is an error that names the nearest known one.

Secrets are never in it: they live in the keyring, under the name of what they open.
"""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from terminal.errors import SettingsBroken

Language = Literal["en", "el", "bg", "hu", "pl", "he"]
Short = Annotated[str, Meta(min_length=1, max_length=60)]


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every section refuses keys it does not know."""


class ShopSettings(_Section, frozen=True):
    """The shop as it stands on slips, and the country whose rules its slips follow."""

    name: Short = "Elia Deli"
    address: str = ""
    country: Literal["GR", "BG", "HU", "PL", "IL", "GB"] = "GR"
    language: Language = "en"
    currency: Literal["EUR", "HUF", "PLN", "ILS", "GBP", "USD"] = "EUR"
    card_prefix: Annotated[str, Meta(pattern=r"^(2[0-9]{1,6})?$")] = "2950"
    """First digits of the shop's own cards; empty: it has none."""


class TillSettings(_Section, frozen=True):
    """This installation."""

    code: Annotated[str, Meta(pattern=r"^[A-Z0-9]{1,6}$")] = "T1"
    name: Short = "Till 1"


class ScannerSettings(_Section, frozen=True):
    """``port`` is a device path or pyserial URL; empty: no scanner."""

    port: str = ""
    baudrate: Annotated[int, Meta(ge=300, le=921600)] = 9600


class PrinterSettings(_Section, frozen=True):
    """``target``: ``tcp://host:9100``, ``serial:///dev/ttyUSB0?baud=38400``; empty: no printer."""

    target: str = ""
    paper: Literal["80", "80-42", "58"] = "80"
    """Width in millimetres, and columns where they are not the usual 48 or 32."""


class OnlineStoreSettings(_Section, frozen=True):
    """The online store. Its password or key is in the keyring, as ``online-store``."""

    kind: Literal["none", "vendure"] = "none"
    url: str = ""
    username: str = ""
    """Empty: the secret is an API key."""
    guest_email: str = "guest@till.invalid"
    """Whose name a sale without an e-mail address carries online."""
    pull_seconds: Annotated[int, Meta(ge=1, le=86400)] = 60


class ScreenSettings(_Section, frozen=True):
    """How the window looks."""

    language: Language = "en"
    theme: Literal["light", "dark", "contrast"] = "light"
    scale: Annotated[int, Meta(ge=75, le=300)] = 100
    """Percent."""


class Settings(_Section, frozen=True):
    """Everything a shop can set."""

    shop: ShopSettings = ShopSettings()
    till: TillSettings = TillSettings()
    scanner: ScannerSettings = ScannerSettings()
    printer: PrinterSettings = PrinterSettings()
    online_store: OnlineStoreSettings = OnlineStoreSettings()
    screen: ScreenSettings = ScreenSettings()


def load(path: Path) -> Settings:
    """The settings in a file; defaults where there is none. Raises SettingsBroken."""
    try:
        text = path.read_text("utf-8-sig")  # Windows editors put a mark in front
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsBroken(path=str(path), problem=f"it can't be read: {error}") from error
    return parse(text, str(path))


def parse(text: str, path: str = "settings.toml") -> Settings:
    """Settings from TOML. Raises SettingsBroken with the line or key and the nearest known name."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsBroken(path=path, problem=f"not TOML: {error}") from error
    problem = unknown_key(raw, Settings)
    if problem:
        raise SettingsBroken(path=path, problem=problem)
    try:
        return msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        raise SettingsBroken(path=path, problem=str(error).replace("$.", "")) from error


def unknown_key(raw: Mapping[str, object], section: type[msgspec.Struct], where: str = "") -> str:
    """A sentence on the first key that a section or one inside it does not know, or nothing."""
    known = {field.name: field.type for field in msgspec.structs.fields(section)}
    for key, value in raw.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            hint = f"did you mean {where}{near[0]}?" if near else f"known: {', '.join(known)}"
            return f"unknown key {where}{key}; {hint}"
        kind = known[key]
        if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            problem = unknown_key(value, kind, f"{where}{key}.")
            if problem:
                return problem
    return ""
