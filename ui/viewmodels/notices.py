"""What view models tell the shell: a sentence for the toast, or a page to open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from terminal.scans import Reading

Tone = Literal["neutral", "accent", "positive", "warning", "danger"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence and at most one thing to do about it. ``key`` is shown beside ``action``."""

    text: str
    tone: Tone = "positive"
    action: str = ""
    key: str = ""
    act: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A page to open by name, and what it is about.

    ``enrol``: a card number or "". ``return``: a sale's ref or "". ``office``: a member's id or
    "". ``sync``, ``sign_in``: nothing. ``phone_card``, ``office_card`` (which leads back to the
    office): a member's id. ``digital_slip``: a sale's ref. ``setup``: a step (``scanner``,
    ``printer``, ``sheet``, ``drawer``, ``display``) or "". ``connect``: "" for a new online store,
    ``key:NAME``, ``address:NAME`` or ``import:NAME`` for one that is connected.
    """

    page: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The till's word on a scan, for readers that complain to the hand. ``good``: it was something
    that the till could use."""

    reading: Reading
    good: bool
