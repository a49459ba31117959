"""Booking one row: the member, cards, consents, level, and the entries of balance and history.

Every id is computed from the import's name, the row's key and its turn, so that whatever was
booked before a power cut is passed over when the row is booked again. A balance is an adjustment
dated now, or just before the history that came with it: balance less what the history adds up to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from terminal.cards import Card, CardState
from terminal.entries import EntryKind, LedgerEntry, Part
from terminal.i18n import Words
from terminal.ids import CardNumber, EntryId, NewId, StaffId, derived_id
from terminal.importing.history import HistoryRow
from terminal.importing.mapping import Mapping
from terminal.importing.planning import Plan
from terminal.importing.records import ImportedRow, ImportId, RowAct, RowState
from terminal.importing.scratch import Past
from terminal.members import Consent, Member, Purpose
from terminal.outbox import MessageKind
from terminal.ports import UnitOfWork
from terminal.programs.lapsing import kept_until, lapse_of
from terminal.programs.model import Program
from terminal.records import TierGrant
from terminal.services.messages import tell_standing, tell_store
from terminal.services.models import Till

NO_PAST = Past()
_BEFORE = timedelta(seconds=1)
IMPORTER = StaffId("import")
"""Who recorded a consent that came in a file, where nobody signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What all rows of one run share."""

    import_id: ImportId
    mapping: Mapping
    till: Till
    program: Program
    now: datetime
    new_id: NewId
    staff_id: StaffId | None = None

    # -- points ------------------------------------------------------------------------------

    def entries(self, plan: Plan, past: Past) -> list[LedgerEntry]:
        """The entries of a row, without the till's running numbers."""
        if plan.act is RowAct.UPDATED:
            return []
        opening = self.opening(plan, past)
        at = past.rows[0].at - _BEFORE if past.rows else self.now
        words = Words(self.till.language)
        entries = []
        if opening:
            reason = words.t("Balance brought along from {system}", system=self.mapping.origin)
            entries.append(self._entry(plan, "opening", EntryKind.ADJUST, opening, at, reason))
        return [*entries, *(self._moved(plan, row) for row in past.rows)]

    def opening(self, plan: Plan, past: Past) -> int:
        """What the balance holds beyond its history."""
        if plan.act is RowAct.HISTORY:
            return -past.points if self.mapping.history.balance == "stands" else 0
        return 0 if plan.row.points is None else plan.row.points - past.points

    def _moved(self, plan: Plan, row: HistoryRow) -> LedgerEntry:
        what = f"history:{row.at.isoformat()}:{row.line}"
        reason = f"{self.mapping.origin} {row.reference}".strip()
        entry = self._entry(plan, what, row.kind, row.points, row.at, reason)
        if row.amount is None:
            return entry
        return replace(entry, basis=row.amount, currency=self.till.currency)

    def _entry(
        self, plan: Plan, what: str, kind: EntryKind, points: int, at: datetime, reason: str
    ) -> LedgerEntry:
        lapses, kept = self._life(plan) if points > 0 else (None, None)
        rule = f"import:{self.mapping.name}"
        return LedgerEntry(
            id=EntryId(derived_id("import-entry", self.import_id, plan.key, str(plan.turn), what)),
            member_id=plan.member_id, kind=kind, points=points, decided_at=at,
            till=self.till.code, seq=0, cashier_id=self.staff_id, lapses_at=lapses,
            keeps_until=kept, program=self.program.code, program_version=self.program.version,
            parts=(Part(rule, points),), reason=reason,
            source_id=f"{rule}:{plan.key}:{plan.turn}:{what}",
        )  # fmt: skip

    def _life(self, plan: Plan) -> tuple[datetime | None, datetime | None]:
        """When points lapse, and until when activity keeps them alive."""
        if plan.row.lapses_at is not None:
            return plan.row.lapses_at, None
        if self.mapping.policy.no_lapse_date == "never":
            return None, None
        return lapse_of(self.program, self.now), kept_until(self.program, self.now)

    def append(self, uow: UnitOfWork, entries: Sequence[LedgerEntry]) -> None:
        """Put entries into the books, numbered."""
        if entries:
            numbered = [replace(e, seq=uow.next_seq(self.till.code)) for e in entries]
            uow.ledger.append(numbered)
            tell_standing(uow, self.till, entries[0].member_id, self.now, self.new_id)

    # -- the person --------------------------------------------------------------------------

    def person(self, uow: UnitOfWork, plan: Plan) -> tuple[tuple[CardNumber, ...], tuple[str, ...]]:
        """Member, cards, consents and level; answers the cards and consents that are new."""
        consents: tuple[str, ...] = ()
        if plan.act in (RowAct.CREATED, RowAct.UPDATED):
            uow.members.put(self._member(plan))
            consents = tuple(self._consent(uow, plan, *answer) for answer in plan.row.answers)
            self._level(uow, plan)
        cards = tuple(card for card in plan.row.cards if self._card(uow, plan, card))
        if consents or cards:
            member_id = plan.member_id
            tell_store(uow, self.till, MessageKind.MEMBER, member_id, member_id, self.now,
                       self.new_id)  # fmt: skip
        return cards, consents

    def _member(self, plan: Plan) -> Member:
        """What the row tells replaces what was known; what it leaves empty stays."""
        row = plan.row
        known = plan.member if plan.act is RowAct.UPDATED else None
        there = known or Member(
            id=plan.member_id, given_name="", joined_at=row.joined_at or self.now,
            updated_at=self.now, language=row.language,
        )  # fmt: skip
        return replace(
            there,
            given_name=row.given_name or there.given_name,
            family_name=row.family_name or there.family_name,
            call_name=row.call_name or there.call_name,
            phone=row.phone or there.phone,
            email=row.email or there.email,
            birthday=row.birthday or there.birthday,
            note=row.note or there.note,
            language=row.language if self.mapping.columns.language else there.language,
            segments=tuple(sorted({*there.segments, *row.segments})),
            updated_at=self.now,
        )

    def _card(self, uow: UnitOfWork, plan: Plan, number: CardNumber) -> bool:
        known = uow.members.by_card(number)
        if known is not None and known[1].state is CardState.ACTIVE:
            return False
        uow.members.put_card(Card(number, plan.member_id, plan.row.joined_at or self.now))
        return True

    def _consent(self, uow: UnitOfWork, plan: Plan, purpose: Purpose, granted: bool) -> str:
        """An answer with where it came from; one from before an undo would be overruled by it."""
        ground, turn = self.mapping.consent.ground, str(plan.turn)
        consent_id = derived_id("import-consent", self.import_id, plan.key, turn, purpose.value)
        told = plan.row.answered_at or plan.row.joined_at
        uow.members.put_consent(
            Consent(
                id=consent_id, member_id=plan.member_id, purpose=purpose, granted=granted,
                wording=f"imported from {self.mapping.origin}" + (f": {ground}" if ground else ""),
                language=self.mapping.consent.language or self.till.language,
                recorded_at=told if told and plan.turn == 1 else self.now,
                cashier_id=self.staff_id or IMPORTER, till=self.till.code,
            )
        )  # fmt: skip
        return consent_id

    def _level(self, uow: UnitOfWork, plan: Plan) -> None:
        if plan.row.tier:
            grant_id = derived_id("import-tier", self.import_id, plan.key)
            uow.tiers.put(
                TierGrant(
                    id=grant_id, member_id=plan.member_id, tier=plan.row.tier, starts=self.now,
                    reason=self.mapping.origin, cashier_id=self.staff_id, at=self.now,
                )
            )  # fmt: skip

    # -- the record --------------------------------------------------------------------------

    def record(
        self,
        plan: Plan,
        number: int,
        past: Past,
        entries: Sequence[LedgerEntry],
        given: tuple[tuple[CardNumber, ...], tuple[str, ...]],
    ) -> ImportedRow:
        """What the row did, for going on and for undoing. OPEN until all its entries are booked."""
        known = plan.known
        return ImportedRow(
            import_id=self.import_id, key=plan.key, number=known.number if known else number,
            line=plan.row.line, act=plan.act or RowAct.HISTORY, state=RowState.OPEN,
            turn=plan.turn, member_id=plan.member_id,
            points=sum(entry.points for entry in entries),
            entries=tuple(entry.id for entry in entries), cards=given[0], consents=given[1],
            digest=plan.row.digest, history=past.digest, before=_before(plan),
            facts=_facts(plan), changed_at=self.now,
        )  # fmt: skip


def _before(plan: Plan) -> str:
    """The member as it was, for an undo."""
    if plan.act is not RowAct.UPDATED:
        return ""
    return msgspec.json.encode(plan.member).decode()


def _facts(plan: Plan) -> str:
    row = plan.row
    told = {"tier": row.tier, "segments": row.segments, "spend": row.spend}
    kept = {name: value for name, value in told.items() if value}
    return msgspec.json.encode(kept).decode() if kept else ""
