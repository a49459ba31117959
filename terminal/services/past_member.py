"""A member on the way through a simulation: what rules know of one at each purchase.

What was before the simulated time is read once a member; from then on the member's own simulated
purchases count. Only one member is kept at a time, so memory does not grow with the shop.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from terminal.ids import MemberId
from terminal.members import Member, Purpose
from terminal.ports import UnitOfWork
from terminal.programs.calendar import local_day
from terminal.programs.facts import Facts, Uses
from terminal.programs.levels import Counted
from terminal.programs.model import Program
from terminal.programs.tiers import standing, tier_for, window_start
from terminal.programs.wanted import Wanted, wanted
from terminal.records import TierGrant
from terminal.services.facts import badges_of
from terminal.services.standing import granted

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Person:
    """What a member is, whatever the programme; read once."""

    member: Member
    consents: frozenset[Purpose]
    grants: Sequence[TierGrant]
    badges: frozenset[str]


def person_of(uow: UnitOfWork, member_id: MemberId) -> Person:
    """A member as known today. One that is not there any more is a stranger with a number."""
    nobody = datetime.min.replace(tzinfo=UTC)
    member = uow.members.get(member_id) or Member(
        id=member_id, given_name="", joined_at=nobody, updated_at=nobody
    )
    return Person(
        member,
        granted(uow.members.consents(member_id)),
        uow.tiers.of_member(member_id),
        badges_of(uow, member_id),
    )


@dataclass(slots=True)
class Past:
    """One member under one programme. ``budgets`` are everybody's, shared by all members;
    ``plain``: levels go by a rolling window alone."""

    person: Person
    program: Program
    zone: ZoneInfo
    asked: Wanted
    budgets: dict[str, Uses]
    plain: bool
    orders: int = 0
    last_order: datetime | None = None
    history: list[Counted] = field(default_factory=list)
    bought: list[tuple[date, str]] = field(default_factory=list)
    used: list[tuple[str, date, int, int]] = field(default_factory=list)
    earned: dict[date, int] = field(default_factory=dict)

    def facts(self, now: datetime, available: int) -> Facts:
        """What rules know at ``now``; ``available`` points can be spent."""
        member, today = self.person.member, local_day(now, self.zone)
        return Facts(
            tier=self._tier(now),
            available=available,
            language=member.language,
            birthday=member.birthday,
            town=member.town,
            joined_at=member.joined_at,
            orders=self.orders,
            last_order=self.last_order,
            segments=frozenset(member.segments),
            consents=frozenset(purpose.value for purpose in self.person.consents),
            badges=self.person.badges,
            earned_today=self.earned.get(today, 0),
            uses={key: self._uses(*key, today) for key in self.asked.caps},
            budgets=self.budgets,
            bought_days=self._bought_days(today) if self.asked.fan_days else {},
        )

    def _tier(self, now: datetime) -> str:
        if len(self.program.tiers) == 1:
            return self.program.tiers[0].code
        joined = self.person.member.joined_at
        if self.plain:  # the sums of the window are enough, and much quicker
            start = window_start(self.program, now, joined)
            mine = [row for row in self.history if start <= row.at <= now]
            days = {row.visit_day for row in mine} - {None}
            spent, points = sum(row.money for row in mine), sum(row.points for row in mine)
            return tier_for(self.program, spent, points, len(days)).code
        held = standing(self.program, self.history, now, self.person.grants, joined_at=joined)
        return held.tier.code

    def _uses(self, rule: str, period: str, today: date) -> Uses:
        first = self.asked.start(rule, period, today)
        mine = [use for use in self.used if use[0] == rule and first <= use[1] <= today]
        return Uses(len(mine), sum(use[2] for use in mine), sum(use[3] for use in mine))

    def _bought_days(self, today: date) -> dict[str, tuple[int, ...]]:
        days: dict[str, set[int]] = {}
        for day, category in self.bought:
            days.setdefault(category, set()).add((today - day).days)
        return {category: tuple(sorted(ago)) for category, ago in days.items()}

    def remember(
        self, at: datetime, counted: int, qualifying: int, earned: int, categories: Sequence[str]
    ) -> None:
        """A purchase was made."""
        day = local_day(at, self.zone)
        self.orders += 1
        self.last_order = at
        self.earned[day] = self.earned.get(day, 0) + earned
        if len(self.program.tiers) > 1:
            self.history.append(Counted(at, counted, qualifying, day))
        if self.asked.fan_days:
            self.bought += [(day, category) for category in categories]

    def use(self, rule: str, at: datetime, points: int, money: int) -> None:
        """A rule gave something."""
        if rule in self.asked.recorded:
            self.used.append((rule, local_day(at, self.zone), points, money))
            count_budget(self.budgets, rule, points, money)


def count_budget(budgets: dict[str, Uses], rule: str, points: int, money: int) -> None:
    """What everybody together has used of a rule."""
    so_far = budgets.get(rule, Uses())
    budgets[rule] = Uses(so_far.times + 1, so_far.points + points, so_far.money + money)


def past_of(
    uow: UnitOfWork, person: Person, program: Program, since: datetime, budgets: dict[str, Uses]
) -> Past:
    """A member as the programme would have seen one at ``since``."""
    asked, zone = wanted(program), ZoneInfo(program.zone)
    rule = program.tiering
    plain = rule.window == "rolling" and not rule.grace_days and rule.downgrade == "full"
    plain = plain and rule.soft_landing is None and not person.grants
    past = Past(person, program, zone, asked, budgets, plain)
    member_id = person.member.id
    if asked.orders:
        past.orders, past.last_order = uow.sales.purchases(member_id, since)
    if len(program.tiers) > 1:
        past.history = _history(uow, person, program, since, zone)
    if asked.fan_days:
        rows = uow.sales.bought(member_id, since - timedelta(days=asked.fan_days + 1), since)
        past.bought = [(local_day(row.at, zone), row.category) for row in rows]
    return past


def _history(
    uow: UnitOfWork, person: Person, program: Program, since: datetime, zone: ZoneInfo
) -> list[Counted]:
    """What counted towards levels before; twice the window, so that a level kept is known."""
    member_id = person.member.id
    window = window_start(program, since, person.member.joined_at)
    begins = window_start(program, window, person.member.joined_at)
    found = [
        Counted(row.at, row.counted)
        for row in uow.sales.history(member_id, program.currency, begins, since)
    ]
    found += [
        Counted(at, visit_day=local_day(at, zone))
        for at in uow.sales.visits(member_id, begins, since)
    ]
    if any(tier.points for tier in program.tiers):
        points = uow.ledger.qualifying(member_id, window, since)
        found.append(Counted(since - MOMENT, points=points))
    return found
