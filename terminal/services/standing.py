"""A member's standing, read in one unit of work: used by every service that shows or books."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from terminal.errors import NoProgram, UnknownMember
from terminal.ids import EntryId, MemberId, TillCode, derived_id
from terminal.ledger import EntryKind, LedgerEntry, Lot, lapsed_lots
from terminal.members import Consent, Member, Purpose
from terminal.ports import UnitOfWork
from terminal.programs import Program, next_tier, tier_for, window_start
from terminal.programs.calendar import local_day
from terminal.programs.facts import Facts
from terminal.programs.tiers import Counted, Standing, Totals, standing
from terminal.services.facts import gather, zone_of
from terminal.services.models import MemberView

MOMENT = timedelta(microseconds=1)


def program_at(uow: UnitOfWork, moment: datetime) -> Program:
    """The programme in force. Raises NoProgram."""
    program = uow.programs.at(moment)
    if program is None:
        raise NoProgram(at=moment)
    return program


def view_member(uow: UnitOfWork, member_id: MemberId, now: datetime) -> MemberView:
    """The member as of ``now``. Raises UnknownMember, NoProgram."""
    member = uow.members.get(member_id)
    if member is None:
        raise UnknownMember(member_id=member_id)
    program = program_at(uow, now)
    answers = uow.members.consents(member_id)
    level, account = level_at(uow, member, program, now), uow.ledger.account(member_id)
    allowed = granted(answers)
    return MemberView(
        member=member,
        cards=tuple(uow.members.cards(member_id)),
        account=account,
        program=program,
        tier=level.tier,
        spent=level.totals.money,
        next_tier=level.next,
        consents=allowed,
        asked=frozenset(answer.purpose for answer in answers),
        as_of=now,
        facts=gather(uow, member, program, account, level.tier.code, allowed, now),
        level=level,
    )


def after_booking(uow: UnitOfWork, view: MemberView, now: datetime) -> MemberView:
    """The same member once more in the same unit of work; ``now`` is that of ``view``.

    Only what a booking moves is read again: points, and what counts for the tier.
    """
    member, program = view.member, view.program
    level, account = level_at(uow, member, program, now), uow.ledger.account(member.id)
    return replace(
        view,
        account=account,
        tier=level.tier,
        spent=level.totals.money,
        next_tier=level.next,
        facts=gather(uow, member, program, account, level.tier.code, view.consents, now),
        level=level,
    )


def facts_at(uow: UnitOfWork, member: Member, program: Program, at: datetime) -> Facts:
    """What rules may know of a member at a moment that may be past: for what is heard of late."""
    level = level_at(uow, member, program, at, before=True)
    allowed = granted(uow.members.consents(member.id))
    account = uow.ledger.account(member.id)
    return gather(uow, member, program, account, level.tier.code, allowed, at)


def level_at(
    uow: UnitOfWork, member: Member, program: Program, now: datetime, *, before: bool = False
) -> Standing:
    """A member's level at ``now``, by what the programme counts.

    A purchase of this very moment counts (it is on the slip that tells of it), unless ``before``.
    """
    until = now if before else now + MOMENT
    grants = uow.tiers.of_member(member.id)
    if not grants and _is_plain(program):
        since = window_start(program, now, member.joined_at)
        spent = uow.sales.spent(member.id, program.currency, since, until)
        tier, above = tier_for(program, spent), next_tier(program, spent)
        return Standing(tier, above, None, "reached", Totals(spent))
    history = _history(uow, member, program, until)
    return standing(program, history, until - MOMENT, grants, joined_at=member.joined_at)


def _history(uow: UnitOfWork, member: Member, program: Program, until: datetime) -> list[Counted]:
    """Everything that ever counted: levels that are kept depend on all of it."""
    begin = datetime.min.replace(tzinfo=UTC)
    money = uow.sales.history(member.id, program.currency, begin, until)
    zone = zone_of(program)
    counted = [Counted(e.at, e.counted, visit_day=local_day(e.at, zone)) for e in money]
    if any(tier.points is not None for tier in program.tiers):
        counted += _qualifying(uow.ledger.entries(member.id), until)
    return counted


def _qualifying(entries: Sequence[LedgerEntry], until: datetime) -> list[Counted]:
    """What an entry reverses counts when that did: a return lowers the window of its sale."""
    decided = {entry.id: entry.decided_at for entry in entries}
    return [
        Counted(decided.get(entry.reverses or entry.id, entry.decided_at), points=entry.qualifying)
        for entry in entries
        if entry.qualifying and entry.decided_at < until
    ]


def _is_plain(program: Program) -> bool:
    """Whether the money spent within a rolling window says it all: then one sum is enough."""
    rule = program.tiering
    by_money = all(tier.by_spend and tier.points is tier.visits is None for tier in program.tiers)
    kept = rule.grace_days or rule.downgrade != "full" or rule.soft_landing is not None
    return by_money and rule.window == "rolling" and not kept


def granted(consents: list[Consent]) -> frozenset[Purpose]:
    """What the latest answers allow; ``consents`` oldest first."""
    latest = {consent.purpose: consent.granted for consent in consents}
    return frozenset(purpose for purpose, yes in latest.items() if yes)


def expire_lapsed(uow: UnitOfWork, member_id: MemberId, till: TillCode, now: datetime) -> int:
    """Book what lapsed before ``now`` and was not booked yet. Answers the points taken.

    The entry's id follows from the lot, so two tills that notice book it once.
    """
    account = uow.ledger.account(member_id)
    lots = lapsed_lots(account, now)
    if not lots or account.last is None:
        return 0
    booked = set(_book_lapsed(uow, member_id, till, now, lots))
    # An entry heard of late may have refilled a lot that was booked out before: what it holds goes
    # under an id that follows from all that is known by now.
    again = [lot for lot in lots if derived_id("expire", lot.entry_id) not in booked]
    _book_lapsed(uow, member_id, till, now, again, account.last[2])
    return sum(lot.remaining for lot in lots)


def _book_lapsed(
    uow: UnitOfWork,
    member_id: MemberId,
    till: TillCode,
    now: datetime,
    lots: Sequence[Lot],
    *after: str,
) -> list[EntryId]:
    return uow.ledger.append(
        [
            LedgerEntry(
                id=EntryId(derived_id("expire", lot.entry_id, *after)),
                member_id=member_id,
                kind=EntryKind.EXPIRE,
                points=-lot.remaining,
                decided_at=now,
                till=till,
                seq=uow.next_seq(till),
                reverses=lot.entry_id,
            )
            for lot in lots
        ]
    )
