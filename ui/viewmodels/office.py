"""The office's list of members: search as you type, one hit chosen.

Only the newest search answers. ``hits`` are ready to be shown: name, what was matched, where.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from terminal.cards import last_four
from terminal.errors import TerminalError
from terminal.events import MemberChanged
from terminal.explain import tier_name
from terminal.folding import digits, fold
from terminal.i18n import Words
from terminal.ids import MemberId
from terminal.services.models import MemberHit
from terminal.services.office import OfficeService
from ui.messages import refusal
from ui.tasks import Runs

SHOWN = 50


@dataclass(frozen=True, slots=True)
class HitRow:
    """A line of the list. ``match`` is start and length of what was searched for in ``title``."""

    member_id: MemberId
    title: str
    detail: str
    match: tuple[int, int] = (0, 0)


class MembersModel(QObject):
    """Finding members. ``changed``: list or count; ``chosen`` carries the member id to open."""

    changed = Signal()
    chosen = Signal(object)
    refused = Signal(object)

    def __init__(self, office: OfficeService, runs: Runs, words: Words) -> None:
        super().__init__()
        self.words = words
        self._office = office
        self._runs = runs
        self.query = ""
        self.hits: tuple[HitRow, ...] = ()
        self.total = 0
        self.current = -1
        self.searched = False

    def search(self, text: str) -> None:
        """Look for ``text``; an empty one lists the newest members."""
        self.query = text.strip()
        asked = self.query

        def look() -> tuple[str, list[MemberHit], int]:
            return asked, self._office.search(asked, SHOWN), self._office.count()

        self._runs.run(look, self._found, self._refuse, key="office search")

    @Slot(object)
    def heard(self, event: object) -> None:
        """Look again when a member changed."""
        if isinstance(event, MemberChanged) and self.searched:
            self.search(self.query)

    def _found(self, answer: tuple[str, list[MemberHit], int]) -> None:
        asked, hits, self.total = answer
        opened = self.hits[self.current].member_id if self.current >= 0 else None
        self.hits = tuple(hit_row(hit, asked, self.words) for hit in hits)
        ids = [hit.member_id for hit in self.hits]
        self.current = ids.index(opened) if opened in ids else -1
        self.searched = True
        self.changed.emit()

    def _refuse(self, error: TerminalError) -> None:
        self.refused.emit(refusal(error, self.words))

    def count_line(self) -> str:
        """How many were found of how many."""
        w, found = self.words, len(self.hits)
        if not self.searched:
            return ""
        if found >= SHOWN:
            return w.t("The first {n} of {total} members", n=w.number(found), total=self._all())
        return w.t("{n} of {total} members", n=w.number(found), total=self._all())

    def _all(self) -> str:
        return self.words.number(self.total)

    def move(self, step: int) -> None:
        """Choose the hit above or below."""
        if self.hits:
            self.choose(min(max(self.current + step, 0), len(self.hits) - 1))

    def choose(self, index: int) -> None:
        """Open one of the hits."""
        if 0 <= index < len(self.hits):
            self.current = index
            self.changed.emit()
            self.chosen.emit(self.hits[index].member_id)

    def choose_best(self) -> None:
        """Open the chosen hit, or the first one."""
        self.choose(max(self.current, 0))

    def show_member(self, member_id: MemberId) -> None:
        """Mark a member who was opened from elsewhere."""
        ids = [hit.member_id for hit in self.hits]
        self.current = ids.index(member_id) if member_id in ids else -1
        self.changed.emit()


def hit_row(hit: MemberHit, query: str, words: Words) -> HitRow:
    """A hit as its line says it; found by phone or e-mail, the line says so."""
    member = hit.member
    match = matched(member.name, query)
    detail = [tier_name(hit.tier, words)]
    if hit.card:
        detail.append(words.t("card {digits}", digits=last_four(hit.card)))
    if query and (not match[1] or set(query) & set("@.")):
        detail = _found_by(hit, query, words) or detail
    return HitRow(member.id, member.name or "–", " · ".join(detail), match)


def _found_by(hit: MemberHit, query: str, words: Words) -> list[str]:
    if hit.member.email.startswith(query.lower()):
        return [words.t("by e-mail: {email}", email=hit.member.email)]
    asked = digits(query)
    if asked and asked in digits(hit.member.phone):
        return [words.t("by phone: {phone}", phone=f"…{hit.member.phone[-4:]}")]
    return []


def matched(name: str, query: str) -> tuple[int, int]:
    """Start and length of the first word of ``name`` that begins as a word of ``query`` does."""
    asked = fold(query).split()
    place = 0
    for word in name.split(" "):
        for part in asked:
            length = _prefix(word, part)
            if length:
                return place, length
        place += len(word) + 1
    return 0, 0


def _prefix(word: str, part: str) -> int:
    """How many signs of ``word`` fold to ``part``; 0 where it begins differently."""
    if not fold(word).startswith(part):
        return 0
    lengths: Sequence[int] = range(1, len(word) + 1)
    return next((n for n in lengths if fold(word[:n]).startswith(part)), 0)
