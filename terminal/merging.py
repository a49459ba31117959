"""One person, two records: merging a member's profile with an online store's customer.

Field by field, against what both last agreed on. What one side alone changed goes to the other;
what both changed to two things is a conflict, and each keeps its own until a person decides. A
withdrawn consent wins on either side. Pure, and silent when it is asked again: a field is told once
for each value it takes, and nothing is taken that was agreed on.

A request that was given up may still reach a store minutes later, with a whole profile of before:
what a store shows is not taken for a change made there where it is a value of ours of before, and
came within ``ON_ITS_WAY`` of the last state that was seen. What is right is told once more.

Fields are short texts by name, normalised by ``normal``: a field that is not there was not told,
an empty one is empty on purpose.
"""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from terminal.errors import BadEmail, BadPhone
from terminal.members import clean_email

NAMES = ("given_name", "family_name")
FIELDS = (*NAMES, "email", "phone", "birthday")
MARKETING = "marketing"
"""``yes`` or ``no``; not there: never asked, or the store does not say."""
YES, NO = "yes", "no"
_TOLD = "told."
"""In what is kept of an agreement: the value that the store was last told of a field."""
_WAS: Final = "was."
"""In what is kept of an agreement: values that a field had before, the last few, latest first."""
_FEW: Final = 3
_AND: Final = "\x1f"
ON_ITS_WAY: Final = timedelta(minutes=15)
"""For no longer than this a request is under way that nobody waits for any more."""
SEEN = "seen_at"
"""In what is kept of an agreement: when the customer last changed that was merged (ISO)."""
_KEPT_ONCE_THERE = (*NAMES, "email")
"""An empty value of these is none: a person has a name and keeps the address they had."""

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both sides changed, to two values."""

    name: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What comes of two profiles.

    ``take``: fields that are to be as online. ``tell``: fields that the store does not have yet.
    ``agreed``: what is to be kept for the next time, once both was done. ``settled``: fields
    that the store spoke of and on which there is no question (any more).
    """

    take: Fields = field(default_factory=dict)
    tell: Fields = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    agreed: Fields = field(default_factory=dict)
    settled: frozenset[str] = frozenset()
    again: bool = False
    """Nothing but a withdrawn consent is told, which was told before and does not show yet."""


@dataclass(frozen=True, slots=True)
class Answers:
    """When each side last spoke of consent, where that is known: who spoke later is believed when
    nothing was ever agreed on."""

    ours_at: datetime | None = None
    theirs_at: datetime | None = None

    @property
    def ours_later(self) -> bool:
        """Whether our answer is certainly the later one."""
        return bool(self.ours_at and self.theirs_at and self.ours_at > self.theirs_at)


def normal(fields: Fields, phone: Callable[[str], str]) -> dict[str, str]:
    """A profile as it is compared: HTML entities undone, trimmed, e-mail in lower case, phones by
    ``phone`` (E.164; raises BadPhone). What can't be read as what it should be was not told."""
    clean = {name: _one_line(value) for name, value in fields.items()}
    try:
        if "email" in clean:
            clean["email"] = clean_email(clean["email"])
    except BadEmail:
        del clean["email"]
    try:
        if clean.get("phone"):
            clean["phone"] = phone(clean["phone"])
    except BadPhone:
        del clean["phone"]
    if "birthday" in clean and not _is_birthday(clean["birthday"]):
        del clean["birthday"]
    return clean


def alike(name: str, ours: str, theirs: str) -> bool:
    """Whether two values say the same: names that differ in case and spaces only, and a birthday
    whose year one side does not know."""
    if name in NAMES:
        return "".join(ours.split()).casefold() == "".join(theirs.split()).casefold()
    if name == "birthday" and min(len(ours), len(theirs)) == 5:
        return ours[-5:] == theirs[-5:]
    return ours == theirs


def merge(
    base: Fields | None, ours: Fields, theirs: Fields, answers: Answers | None = None
) -> Merged:
    """What is to be done. ``base`` is the ``agreed`` of the last time (None: there was none)."""
    known, said = dict(base or {}), answers or Answers()
    take: dict[str, str] = {}
    tell: dict[str, str] = {}
    conflicts: list[Conflict] = []
    settled = set()
    for name in FIELDS:
        mine, there = ours.get(name, ""), _said(name, theirs, known)
        verdict = _verdict(name, known.get(name), mine, there)
        if verdict == "take" and _is_late(known, name, there or "", said):
            verdict = "tell"
        if there is not None and verdict != "conflict":
            settled.add(name)
        match verdict:
            case "same":
                known[name] = mine
            case "take":
                take[name] = known[name] = there or ""
            case "tell":
                tell[name] = mine
            case "conflict":
                conflicts.append(Conflict(name, mine, there or ""))
    _consent(known, ours.get(MARKETING), theirs.get(MARKETING), said, take, tell)
    new = {name: value for name, value in tell.items() if known.get(_TOLD + name) != value}
    again = not new and tell.get(MARKETING) == NO and theirs.get(MARKETING) == YES
    if again:
        new = {MARKETING: NO}
    known |= {_TOLD + name: value for name, value in new.items()}
    _remember(known, new, base or {})
    return Merged(
        take=take, tell=new, conflicts=tuple(conflicts), agreed=known, settled=frozenset(settled),
        again=again,
    )  # fmt: skip


def told_already(ours: Fields) -> dict[str, str]:
    """The agreement of a store that was told all of this and did not answer yet."""
    return {_TOLD + name: value for name, value in ours.items() if value}


def untold(base: Fields) -> dict[str, str]:
    """The agreement of which nothing was told: what should be there is told once more."""
    return {name: value for name, value in base.items() if not name.startswith(_TOLD)}


def decided(base: Fields | None, conflict: Conflict, keep: str) -> dict[str, str]:
    """The agreement by which a person's word ("ours" or "theirs") follows at the next merge."""
    settled = dict(base or {})
    settled[conflict.name] = conflict.theirs if keep == "ours" else conflict.ours
    settled.pop(_TOLD + conflict.name, None)
    return settled


def _said(name: str, theirs: Fields, known: Fields) -> str | None:
    """What the store says; None where that is nothing. An empty field was emptied there only if it
    is known that it held something: many stores can't hold them all."""
    there = theirs.get(name)
    if there == "" and (name in _KEPT_ONCE_THERE or not known.get(name)):
        return None
    return there


def _verdict(name: str, base: str | None, ours: str, theirs: str | None) -> str:
    if theirs is None:
        return "tell" if ours and ours != base else "nothing"
    if alike(name, ours, theirs):
        return "same"
    if base is None:
        return "conflict" if ours else "take"
    if alike(name, base, ours):
        return "take"
    if alike(name, base, theirs):
        return "tell"
    return "conflict"


def _consent(
    known: dict[str, str],
    ours: str | None,
    theirs: str | None,
    answers: Answers,
    take: dict[str, str],
    tell: dict[str, str],
) -> None:
    """No wins wherever it is new; a yes is believed where it is new and nobody said no since."""
    if theirs == YES == known.get(_TOLD + MARKETING):
        known[MARKETING] = YES  # it was ours, seen there only now: nobody gave it online since
    base = known.get(MARKETING)
    if theirs is None or ours == theirs:
        if ours and theirs is None:
            tell[MARKETING] = ours
        elif ours:
            known[MARKETING] = ours
    elif ours is None:  # a refusal too: it holds when they are made one with who agreed here
        take[MARKETING] = known[MARKETING] = theirs
    elif _is_new(ours, base, answers):
        tell[MARKETING] = ours
    elif theirs == YES and _is_late(known, MARKETING, theirs, answers):
        tell[MARKETING] = ours  # it is no answer of theirs
    else:
        take[MARKETING] = known[MARKETING] = theirs
        known.pop(_TOLD + MARKETING, None)


def _is_new(ours: str, base: str | None, answers: Answers) -> bool:
    """Whether our answer is one that the store was not heard to know."""
    if ours == NO:
        return base != NO
    return base == NO or (base is None and answers.ours_later)


def _is_late(known: dict[str, str], name: str, there: str, answers: Answers) -> bool:
    """Whether a value is ours of before, as a request brings that was given up. Where that state is
    seen for the first time, it is from then on as if what is right had never been told."""
    seen, before = known.get(SEEN), known.get(_WAS + name, "").split(_AND)
    if not (seen and answers.theirs_at and any(one and alike(name, one, there) for one in before)):
        return False
    waited = answers.theirs_at - datetime.fromisoformat(seen)
    if waited > ON_ITS_WAY:
        return False
    if waited:
        known.pop(_TOLD + name, None)
    return True


def _remember(known: dict[str, str], new: Fields, base: Fields) -> None:
    """What the fields that move now were before, as far as the store may have been told so."""
    for name in (*FIELDS, MARKETING):
        now = new.get(name, known.get(name, ""))
        if now == base.get(name, ""):
            continue
        values = (base.get(name), base.get(_TOLD + name), *base.get(_WAS + name, "").split(_AND))
        before = [value for value in dict.fromkeys(values) if value and value != now]
        known[_WAS + name] = _AND.join(before[:_FEW])
        if not before:
            del known[_WAS + name]


def _one_line(text: str) -> str:
    """Entities undone, however often they were written, and single spaces."""
    while (plain := html.unescape(text)) != text:
        text = plain
    return " ".join(text.split())


def _is_birthday(text: str) -> bool:
    """``MM-DD``, ``YYYY-MM-DD`` or nothing."""
    if not text:
        return True
    try:
        datetime.strptime(text if len(text) > 5 else f"2000-{text}", "%Y-%m-%d")  # noqa: DTZ007
    except ValueError:
        return False
    return len(text) in (5, 10)
