"""Gathering the facts that a programme's rules go by, in one unit of work.

Only what the programme asks for is read (``programs.wanted``): a shop with one plain rule pays for
one plain rule.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from terminal.entries import EntryKind
from terminal.ids import MemberId
from terminal.ledger import Account
from terminal.members import Member, Purpose
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.programs.calendar import start_of_day
from terminal.programs.facts import NOT_USED, Facts, Uses
from terminal.programs.wanted import Wanted, wanted


def zone_of(program: Program) -> ZoneInfo:
    """The zone in which the programme's days are told; kept by the library after the first time."""
    return ZoneInfo(program.zone)


def gather(
    uow: UnitOfWork,
    member: Member,
    program: Program,
    account: Account,
    tier: str,
    granted: frozenset[Purpose],
    now: datetime,
) -> Facts:
    """The member as the programme's rules see one at ``now``."""
    asked = wanted(program)
    today = now.astimezone(zone_of(program)).date()
    uses = _uses(uow, member.id, asked, today)
    orders, last_order = uow.sales.purchases(member.id, now) if asked.orders else (0, None)
    return Facts(
        tier=tier,
        available=account.available(now),
        language=member.language,
        birthday=member.birthday,
        town=member.town,
        joined_at=member.joined_at,
        orders=orders,
        last_order=last_order,
        segments=frozenset(member.segments),
        consents=frozenset(purpose.value for purpose in granted),
        badges=badges_of(uow, member.id) if asked.badges else frozenset(),
        earned_today=_earned_today(uow, member.id, program, now) if asked.day_max else 0,
        uses=uses,
        budgets=uow.uses.totals(asked.budgets) if asked.budgets else {},
        bought_days=_bought_days(uow, member.id, program, asked, now),
    )


def badges_of(uow: UnitOfWork, member_id: MemberId) -> frozenset[str]:
    """The badges that a member has."""
    return frozenset(held.badge for held in uow.badges.of_member(member_id))


def _uses(
    uow: UnitOfWork, member_id: MemberId, asked: Wanted, today: date
) -> Mapping[tuple[str, str], Uses]:
    if not asked.caps:
        return {}
    rows = list(uow.uses.of_member(member_id, asked.since(today).isoformat()))
    found: dict[tuple[str, str], Uses] = {}
    for rule, period in asked.caps:
        first = asked.start(rule, period, today).isoformat()
        mine = [row for row in rows if row.rule == rule and first <= row.day <= today.isoformat()]
        found[rule, period] = (
            Uses(
                sum(row.times for row in mine),
                sum(row.points for row in mine),
                sum(row.money for row in mine),
            )
            if mine
            else NOT_USED
        )
    return found


def _earned_today(uow: UnitOfWork, member_id: MemberId, program: Program, now: datetime) -> int:
    """Points by purchases of this local day before ``now``, which may be past."""
    zone = zone_of(program)
    start = start_of_day(now.astimezone(zone).date(), zone)
    last = uow.ledger.account(member_id).last
    if last is None or last[0] <= now:
        return uow.ledger.earned_since(member_id, start)
    return sum(
        entry.points
        for entry in uow.ledger.entries(member_id)
        if entry.kind is EntryKind.EARN and start <= entry.decided_at < now
    )


def _bought_days(
    uow: UnitOfWork, member_id: MemberId, program: Program, asked: Wanted, now: datetime
) -> Mapping[str, tuple[int, ...]]:
    """How many local days ago something of each category was bought, a day counted once."""
    if not asked.fan_days:
        return {}
    zone = zone_of(program)
    today = now.astimezone(zone).date()
    days: dict[str, set[int]] = {}
    for row in uow.sales.bought(member_id, now - timedelta(days=asked.fan_days + 1), now):
        ago = (today - row.at.astimezone(zone).date()).days
        days.setdefault(row.category, set()).add(ago)
    return {category: tuple(sorted(seen)) for category, seen in days.items()}
