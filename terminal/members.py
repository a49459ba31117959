"""Members: the people who hold points, and what they agreed to."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from terminal.errors import BadEmail
from terminal.ids import MemberId, StaffId, TillCode

LANGUAGES = ("en", "el", "bg", "hu", "pl", "he")
"""Languages that slips and screens speak."""

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person in the programme. Empty text means: not told.

    ``phone`` is E.164, ``email`` trimmed and lower case, ``birthday`` ``MM-DD`` or ``YYYY-MM-DD``.
    ``segments`` are names the shop gives groups of people, sorted; members of one ``household``
    (any name for it) may hand points to each other; ``referred_by`` brought this member.
    """

    id: MemberId
    given_name: str
    family_name: str = ""
    call_name: str = ""
    phone: str = ""
    email: str = ""
    language: str = "en"
    birthday: str = ""
    note: str = ""
    joined_at: datetime
    updated_at: datetime
    segments: tuple[str, ...] = ()
    town: str = ""
    household: str = ""
    referred_by: str = ""
    """The member who brought this one; empty: nobody."""
    ranking_opt_out: bool = False

    @property
    def name(self) -> str:
        """The name as spoken; Hungarians say the family name first."""
        names = (self.given_name, self.family_name)
        return " ".join(n for n in (names[::-1] if self.language == "hu" else names) if n)

    @property
    def called(self) -> str:
        """How the member likes to be called."""
        return self.call_name or self.given_name or self.family_name


class Purpose(StrEnum):
    """What a consent is for. Marketing is asked per channel and never a condition for points."""

    PROGRAMME = "programme"
    EMAIL = "email"
    TEXT_MESSAGE = "text_message"
    PROFILING = "profiling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One answer to one question, with the evidence: wording, language, time, who asked, where.

    A later answer for the same purpose replaces an earlier one; both are kept.
    """

    id: str
    member_id: MemberId
    purpose: Purpose
    granted: bool
    wording: str
    language: str
    recorded_at: datetime
    cashier_id: StaffId
    till: TillCode


def clean_email(text: str) -> str:
    """Trimmed and lower case, as online stores keep it. Raises BadEmail; empty stays empty."""
    email = text.strip().lower()
    if email and not _EMAIL.fullmatch(email):
        raise BadEmail(email=text)
    return email
