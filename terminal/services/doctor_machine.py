"""The doctor's look at the machine: room on the disk, the clock, the zone."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from terminal.services.doctor import Look

LEAST_FREE = 500 * 1024 * 1024
_NOTHING_BEFORE = datetime(2025, 1, 1, tzinfo=UTC)


def look_at_disk(folder: Path) -> Look:
    """How much room is left where the data are."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(there).free
    state = f"{free // (1024 * 1024):,} MB free"
    if free >= LEAST_FREE:
        return state, ""
    return state, "Make room: without it nothing can be booked"


def look_at_clock(now: datetime, settings: Path, zone: str) -> Look:
    """The time, and whether it can be true: points lapse by it. ``now`` is aware."""
    state = f"{now.astimezone():%Y-%m-%d %H:%M}, zone {zone or 'not known'}"
    written = _written(settings)
    if now < _NOTHING_BEFORE or (written is not None and now < written - timedelta(days=1)):
        return state, "Set the computer's clock: it is behind, and points lapse by it"
    if not zone:
        return state, "Set the computer's time zone: days begin and end by it"
    return state, ""


def _written(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None


def zone_name(now: datetime, link: Path = Path("/etc/localtime")) -> str:
    """The machine's time zone by its name, where it has one, else by its letters."""
    target = str(link.resolve())
    _, found, name = target.partition("zoneinfo/")
    return name if found else now.astimezone().tzname() or ""
