"""What a row is to do, decided from what is there already: nothing is written here.

A trial run decides by the same rules as a real one: members that earlier lines of the same file
would have made are known from the scratch paper.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from terminal.cards import Card, CardState
from terminal.ids import MemberId, derived_id
from terminal.importing.mapping import Policy
from terminal.importing.problems import RowRefused
from terminal.importing.records import ImportedRow, ImportId, RowAct, RowState
from terminal.importing.rows import MemberRow
from terminal.importing.scratch import Scratch, Seen
from terminal.members import Member
from terminal.ports import UnitOfWork

GONE = "–"
"""What stands for the name of somebody whose import was undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do with a row. ``act`` None: nothing, for the reason in ``note`` ("" for a row that
    is in the books already). ``known`` is the row as it was booked before, if it was."""

    row: MemberRow
    key: str
    act: RowAct | None
    member_id: MemberId
    member: Member | None = None
    known: ImportedRow | None = None
    note: str = ""
    note_of: object = ""

    @property
    def turn(self) -> int:
        """The turn in which the row is booked: one more after each undo."""
        if self.known is None:
            return 1
        return self.known.turn + (self.known.state is RowState.UNDONE)


def is_gone(member: Member) -> bool:
    """Whether this is what an undo left of a member."""
    return member.given_name == GONE and not member.family_name


class Planner:
    """Decides row by row, in the order of the file."""

    def __init__(self, import_id: ImportId, policy: Policy, scratch: Scratch) -> None:
        self._import_id, self._policy, self._scratch = import_id, policy, scratch

    def plan(self, uow: UnitOfWork, row: MemberRow) -> Plan:
        """Raises RowRefused. What is planned counts as done for later rows."""
        before = self._scratch.seen(row.key)
        if before is not None and before.digest == row.digest:
            return _nothing(row, before.member_id, "repeated", before.line)
        key = row.key if before is None else f"{row.key}~{row.digest}"
        known = uow.imports.row(self._import_id, key)
        if known is None or known.state is RowState.UNDONE:
            plan = self._new(uow, row, key, known)
        elif known.digest != row.digest:
            raise RowRefused("changed_since")
        else:
            plan = self._again(uow, row, known)
        seen = Seen(plan.member_id, row.line, row.digest)
        self._scratch.see((row.key, *row.tokens), seen)
        return plan

    def _again(self, uow: UnitOfWork, row: MemberRow, known: ImportedRow) -> Plan:
        """A row that is in the books, or was interrupted half-way."""
        act = known.act if known.state is RowState.OPEN else None
        member = uow.members.get(known.member_id)
        return Plan(row=row, key=known.key, act=act, member_id=known.member_id,
                    member=member, known=known)  # fmt: skip

    def _new(self, uow: UnitOfWork, row: MemberRow, key: str, known: ImportedRow | None) -> Plan:
        twins = dict(self._twins(uow, row, known))
        gone = [member_id for member_id, member in twins.items() if member and is_gone(member)]
        others = [member_id for member_id in twins if member_id not in gone]
        if len(others) > 1:
            raise RowRefused("several_twins")
        back = known is not None and known.act is not RowAct.UPDATED
        if known is not None and back and others == [known.member_id]:
            # An undo left this member as somebody who did something since: the points come back.
            return Plan(row=row, key=key, act=RowAct.MERGED, member_id=known.member_id,
                        member=twins[known.member_id], known=known)  # fmt: skip
        if others:
            return self._meeting(row, key, known, others[0], twins[others[0]])
        if len(gone) > 1:
            raise RowRefused("card_blocked", value=row.cards[0])
        fresh = MemberId(derived_id("import-member", self._import_id, key))
        member_id = gone[0] if gone else fresh
        return Plan(row=row, key=key, act=RowAct.CREATED, member_id=member_id,
                    member=uow.members.get(member_id), known=known)  # fmt: skip

    def _meeting(
        self,
        row: MemberRow,
        key: str,
        known: ImportedRow | None,
        member_id: MemberId,
        member: Member | None,
    ) -> Plan:
        """Somebody is there already: what the policy says."""
        wanted = self._policy.duplicates
        if wanted == "refuse":
            first = self._first(row)
            if first is not None:
                raise RowRefused("twin_in_file", line=first.line)
            raise RowRefused("twin", name=member.name if member else "")
        name = member.name if member else f"{row.given_name} {row.family_name}".strip()
        if wanted == "skip":
            return _nothing(row, member_id, "skipped", name)
        act = RowAct.UPDATED if wanted == "update" else RowAct.MERGED
        note = "updated_points" if act is RowAct.UPDATED and row.points else ""
        return Plan(row=row, key=key, act=act, member_id=member_id, member=member, known=known,
                    note=note, note_of=name)  # fmt: skip

    def _first(self, row: MemberRow) -> Seen | None:
        """The line of this file that named this person first."""
        found = (self._scratch.seen(token) for token in (row.key, *row.tokens))
        return next((seen for seen in found if seen is not None), None)

    def _twins(
        self, uow: UnitOfWork, row: MemberRow, known: ImportedRow | None
    ) -> Iterator[tuple[MemberId, Member | None]]:
        """Who has the row's key, card, phone or e-mail, in the books or in the file so far."""
        kinds = {"card", "number", *self._policy.identity}
        for token in (row.key, *(token for token, kind in row.tokens.items() if kind in kinds)):
            seen = self._scratch.seen(token)
            if seen is not None:
                yield seen.member_id, uow.members.get(seen.member_id)
        for card in row.cards:
            found = uow.members.by_card(card)
            if found is not None:
                _usable(*found, known)
                yield found[0].id, found[0]
        if "phone" in kinds and row.phone and (member := uow.members.by_phone(row.phone)):
            yield member.id, member
        if "email" in kinds and row.email and (member := uow.members.by_email(row.email)):
            yield member.id, member


def _usable(member: Member, card: Card, known: ImportedRow | None) -> None:
    """A blocked card is nobody's, unless it was an undo that blocked it. Raises RowRefused."""
    by_undo = is_gone(member) or (known is not None and card.number in known.cards)
    if card.state is not CardState.ACTIVE and not by_undo:
        raise RowRefused("card_blocked", value=card.number)


def _nothing(row: MemberRow, member_id: MemberId, note: str, note_of: object) -> Plan:
    return Plan(row=row, key=row.key, act=None, member_id=member_id, note=note, note_of=note_of)
