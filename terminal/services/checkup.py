"""The whole round of the doctor: the machine, the data, every device, the online stores
and the hub."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from terminal.errors import NoShopHere
from terminal.ports import Database
from terminal.services.doctor import (
    Look,
    Probe,
    look_at_database,
    look_at_hub,
    look_at_secrets,
    look_at_store,
)
from terminal.services.doctor_devices import Examined, device_probes
from terminal.services.doctor_machine import look_at_clock, look_at_disk, zone_name
from terminal.services.overview import HUB
from terminal.settings import Settings


@dataclass(frozen=True, slots=True)
class Remote:
    """An online store or the hub: ``asked`` answers what it says and the problem code ("" for
    none; None: nothing is set up), ``say`` puts a code into words."""

    name: str
    asked: Callable[[], Look | None]
    say: Callable[[str], str]


def checkup(
    folder: Path,
    settings: Settings,
    *,
    now: datetime,
    database: Callable[[], Database],
    secrets_place: str,
    devices: Examined,
    say_printer: Callable[[str], str],
    remotes: Sequence[Remote] = (),
    till_is_open: bool = False,
) -> list[Probe]:
    """How to look at each part of a till; what this package may not know comes in from ``main``.

    ``till_is_open``: a till works on these data now, and holds its own lines.
    """
    path, books = folder / "settings.toml", folder / "till.db"

    @cache
    def opened() -> Database:
        if not books.exists():  # the doctor makes nothing
            raise NoShopHere(path=str(folder))
        return database()

    return [
        Probe("settings", lambda: (str(path) if path.exists() else f"{path} is not there", "")),
        Probe("database", lambda: look_at_database(books, opened, begun=path.exists())),
        Probe("secrets", lambda: look_at_secrets(secrets_place)),
        Probe("disk", lambda: look_at_disk(folder)),
        Probe("clock", lambda: look_at_clock(now, path, zone_name(now))),
        *device_probes(settings, devices, say_printer, till_is_open=till_is_open),
        *(
            Probe(one.name, partial(look_at_hub, one.asked, one.say, opened, now))
            if one.name == HUB
            else Probe(one.name, partial(look_at_store, one.asked, one.say))
            for one in remotes or (Remote("online store", lambda: None, str),)
        ),
    ]
