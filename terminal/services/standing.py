"""A member's standing, read in one unit of work: used by every service that shows or books."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from terminal.errors import NoProgram, UnknownMember
from terminal.ids import EntryId, MemberId, TillCode, derived_id
from terminal.ledger import EntryKind, LedgerEntry, Lot, lapsed_lots
from terminal.members import Consent, Purpose
from terminal.ports import UnitOfWork
from terminal.programs import Program, next_tier, tier_for, window_start
from terminal.services.facts import gather
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
    # The window ends after this very moment: a sale just booked counts for the slip that tells it.
    answers = uow.members.consents(member_id)
    spent = _spent(uow, member_id, program, now)
    tier, account = tier_for(program, spent), uow.ledger.account(member_id)
    allowed = granted(answers)
    return MemberView(
        member=member,
        cards=tuple(uow.members.cards(member_id)),
        account=account,
        program=program,
        tier=tier,
        spent=spent,
        next_tier=next_tier(program, spent),
        consents=allowed,
        asked=frozenset(answer.purpose for answer in answers),
        as_of=now,
        facts=gather(uow, member, program, account, tier.code, allowed, now),
    )


def after_booking(uow: UnitOfWork, view: MemberView, now: datetime) -> MemberView:
    """The same member once more in the same unit of work; ``now`` is that of ``view``.

    Only what a booking moves is read again: points, and what counts for the tier.
    """
    member_id, program = view.member.id, view.program
    spent = _spent(uow, member_id, program, now)
    tier, account = tier_for(program, spent), uow.ledger.account(member_id)
    return replace(
        view,
        account=account,
        tier=tier,
        spent=spent,
        next_tier=next_tier(program, spent),
        facts=gather(uow, view.member, program, account, tier.code, view.consents, now),
    )


def _spent(uow: UnitOfWork, member_id: MemberId, program: Program, now: datetime) -> int:
    since = window_start(program, now)
    return uow.sales.spent(member_id, program.currency, since, now + MOMENT)


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
