"""Undoing one imported row: compensating entries, cards blocked, the member as before.

Nothing is deleted. Entries are reversed by later ones; what somebody spent since stays spent, or
the row is left as it is. A member whom nothing but the import ever touched loses name, phone,
e-mail and consents; the shell that is left holds the reversed entries, and importing the file again
fills it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import msgspec

from terminal.cards import CardState
from terminal.entries import EntryKind, LedgerEntry, Part
from terminal.errors import UnknownMember
from terminal.i18n import Words
from terminal.ids import EntryId, NewId, StaffId, derived_id
from terminal.importing.booking import IMPORTER
from terminal.importing.planning import GONE
from terminal.importing.problems import RowRefused
from terminal.importing.records import ImportedRow, ImportRecord, RowAct, RowState
from terminal.ledger import Replay, replay
from terminal.members import Member
from terminal.outbox import MessageKind
from terminal.ports import UnitOfWork
from terminal.services.messages import tell_standing, tell_store
from terminal.services.models import Till

Spent = Literal["refuse", "take"]
"""What to do about points that were spent since: leave the row, or take what is left."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing a row did. ``stays``: the member was touched since, and keeps profile, cards."""

    points: int
    spent: int
    stays: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What all rows of one undo share."""

    record: ImportRecord
    till: Till
    now: datetime
    new_id: NewId
    spent: Spent
    staff_id: StaffId | None = None

    def undo(self, uow: UnitOfWork, row: ImportedRow) -> Undone:
        """Raises RowRefused where points were spent since and the policy leaves such rows, and
        UnknownMember."""
        entries = uow.ledger.entries(row.member_id)
        member = uow.members.get(row.member_id)
        if member is None:
            raise UnknownMember(member_id=row.member_id)
        taken, spent = self._take(uow, row, entries, replay(entries))
        touched = self._touched(uow, row, member, entries)
        if not touched:
            self._block_cards(uow, row)
        restored = self._restore(uow, row, member, stays=touched)
        uow.imports.put_row(replace(row, state=RowState.UNDONE, changed_at=self.now))
        member_id = row.member_id
        tell_store(uow, self.till, MessageKind.MEMBER, member_id, member_id, self.now, self.new_id)
        tell_standing(uow, self.till, member_id, self.now, self.new_id)
        return Undone(-taken, spent, touched or not restored)

    # -- points ------------------------------------------------------------------------------

    def _ours(self, entry: LedgerEntry) -> bool:
        return any(part.rule == f"import:{self.record.name}" for part in entry.parts)

    def _spent(self, row: ImportedRow, entries: Sequence[LedgerEntry], past: Replay) -> int:
        """What was taken from the row's lots since, less what came back to them.

        What was spent before the import is paid from these lots in the books, where history comes
        with them; without them it stands as it stood.
        """
        spent = 0
        for entry in entries:
            lapsed = entry.kind is EntryKind.EXPIRE
            if lapsed or self._ours(entry) or entry.decided_at <= row.changed_at:
                continue
            taken = past.taken.get(entry.id, ())
            spent += sum(each.points for each in taken if each.lot.entry_id in row.entries)
            spent -= entry.points if entry.lot in row.entries else 0
        return spent

    def _lapsed(self, row: ImportedRow, entries: Sequence[LedgerEntry]) -> int:
        lapsed = (e for e in entries if e.kind is EntryKind.EXPIRE and e.reverses in row.entries)
        return -sum(entry.points for entry in lapsed)

    def _take(
        self, uow: UnitOfWork, row: ImportedRow, entries: Sequence[LedgerEntry], past: Replay
    ) -> tuple[int, int]:
        """Take the row's points back, lot by lot; answers how many, and how many were spent."""
        spent = self._spent(row, entries, past)
        if spent > 0 and self.spent == "refuse":
            raise RowRefused("spent", spent=spent, points=row.points)
        booked = sum(entry.points for entry in entries if entry.id in row.entries)
        rest = take = booked - spent - self._lapsed(row, entries)
        moves: list[tuple[EntryId | None, int]] = []
        for lot in past.account.lots:
            if lot.entry_id in row.entries and rest > 0:
                moves.append((lot.entry_id, -min(lot.remaining, rest)))
                rest += moves[-1][1]
        if rest:
            moves.append((None, -rest))
        uow.ledger.append([self._entry(uow, row, lot, points) for lot, points in moves])
        return take, spent

    def _entry(
        self, uow: UnitOfWork, row: ImportedRow, lot: EntryId | None, points: int
    ) -> LedgerEntry:
        made_of = ("import-undo", row.import_id, row.key, str(row.turn), lot or "rest")
        rule = f"import:{self.record.name}"
        return LedgerEntry(
            id=EntryId(derived_id(*made_of)), member_id=row.member_id, kind=EntryKind.ADJUST,
            points=points, decided_at=self.now, till=self.till.code,
            seq=uow.next_seq(self.till.code), cashier_id=self.staff_id,
            parts=(Part(rule, points),), source_id=f"{rule}:{row.key}", reverses=lot,
            reason=Words(self.till.language).t("Import “{name}” undone", name=self.record.name),
        )  # fmt: skip

    # -- the person --------------------------------------------------------------------------

    def _touched(
        self, uow: UnitOfWork, row: ImportedRow, member: Member, entries: Sequence[LedgerEntry]
    ) -> bool:
        """Whether the member did anything since, or somebody changed the profile."""
        since = row.changed_at
        changed = row.act is RowAct.CREATED and member.updated_at != since
        return changed or any(
            moment > since
            for moment in (
                *(e.decided_at for e in entries if not _by_itself(e) and not self._ours(e)),
                *(sale.sold_at for sale in uow.sales.of_member(row.member_id, 1)),
                *(order.placed_at for order in uow.sales.orders_of_member(row.member_id, 1)),
            )
        )

    def _block_cards(self, uow: UnitOfWork, row: ImportedRow) -> None:
        for card in uow.members.cards(row.member_id):
            if card.number in row.cards:
                uow.members.put_card(replace(card, state=CardState.BLOCKED))

    def _restore(self, uow: UnitOfWork, row: ImportedRow, member: Member, *, stays: bool) -> bool:
        """Put the profile back; False where it was changed by hand since."""
        if row.act is RowAct.UPDATED:
            if member.updated_at != row.changed_at:
                return False
            uow.members.put(msgspec.json.decode(row.before, type=Member))
        elif row.act is RowAct.CREATED:
            if stays:
                return False
            shell = Member(
                id=member.id, given_name=GONE, language=member.language,
                joined_at=member.joined_at, updated_at=self.now,
            )  # fmt: skip
            uow.members.put(shell)
        self._withdraw(uow, row)
        for grant in uow.tiers.of_member(row.member_id):
            if grant.id == derived_id("import-tier", row.import_id, row.key):
                uow.tiers.put(replace(grant, ends=self.now))
        return True

    def _withdraw(self, uow: UnitOfWork, row: ImportedRow) -> None:
        """Other answers hold as if the import had never been; where there are none, nothing."""
        answers = uow.members.consents(row.member_id)
        others = {each.purpose: each.granted for each in answers if each.id not in row.consents}
        for consent in answers:
            if consent.id in row.consents:
                uow.members.put_consent(
                    replace(
                        consent, id=derived_id("import-undo", consent.id), recorded_at=self.now,
                        granted=others.get(consent.purpose, False),
                        wording=f"import {self.record.name} undone",
                        cashier_id=self.staff_id or IMPORTER, till=self.till.code,
                    )
                )  # fmt: skip


def _by_itself(entry: LedgerEntry) -> bool:
    """Points lapse without anybody doing anything."""
    return entry.kind is EntryKind.EXPIRE
