"""A slip as the bytes one ESC/POS job is made of.

One code page per slip, chosen by its language and never by the text; every mode is set at the
beginning because the printer may still be in any state. Rows the page cannot hold become pictures.
Nothing here waits for or talks to a printer.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devices.printers.base import Printable
from devices.printers.composer import FLUSH_BYTES, Composer
from devices.printers.escpos_library import new_encoder
from devices.printers.logo import Logo
from devices.printers.profiles import PrinterProfile

__all__ = ["DOTS_PER_MM", "FLUSH_BYTES", "Job", "SlipEncoder", "estimated_seconds"]
DOTS_PER_MM = 8
_PAPER_MM_PER_SECOND = 100
_START_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Job:
    """What goes to the printer: whole commands in order, and the paper they take in millimetres."""

    pieces: tuple[bytes, ...]
    millimetres: int

    @property
    def data(self) -> bytes:
        """All bytes."""
        return b"".join(self.pieces)


def estimated_seconds(count: int, bytes_per_second: int, millimetres: int) -> float:
    """Return how long a job takes: the wire and the paper work side by side, the slower one rules.

    A cautious 100 mm/s for the paper, which slow and old printers reach.
    """
    return _START_SECONDS + max(count / bytes_per_second, millimetres / _PAPER_MM_PER_SECOND)


class SlipEncoder:
    """Turns slips into bytes for one printer model; not thread-safe, one per printer.

    `cache_dir` is private to this programme: python-escpos unpickles a file from it. `logo` is the
    path of a picture, "" for none.
    """

    def __init__(self, profile: PrinterProfile, cache_dir: Path, logo: str = "") -> None:
        self._profile = profile
        self._cache_dir = cache_dir
        self._logo = Logo(logo, profile.dots)
        self._library: Any = None

    def encode(self, printable: Printable, job_id: bytes, *, after_unknown: bool = False) -> bytes:
        """Return the bytes of the whole job, see `job`."""
        return self.job(printable, job_id, after_unknown=after_unknown).data

    def job(self, printable: Printable, job_id: bytes, *, after_unknown: bool = False) -> Job:
        """Return the whole job; `job_id` is four printable bytes the printer will answer with.

        `after_unknown` begins with enough NULs to complete a picture a lost job broke off in.
        """
        check_job_id(job_id)
        composer = self.composer()
        composer.begin(flush=after_unknown)
        composer.speak(printable.language, rtl=printable.rtl)
        for block in printable.blocks:
            composer.add(block)
        composer.ask(job_id)
        composer.cut()
        return Job(tuple(composer.pieces), composer.dots // DOTS_PER_MM)

    def composer(self) -> Composer:
        """An empty job."""
        if self._library is None:
            self._library = new_encoder(self._cache_dir)
        return Composer(self._library, self._profile, self._logo)


def check_job_id(job_id: bytes) -> None:
    """Refuse what the printer would misread: ValueError."""
    if not re.fullmatch(rb"[ -~]{4}", job_id):
        raise ValueError("a job id is four printable bytes")
