"""Uses of rules, levels given by hand, badges, friends and waiting returns in memory."""

from collections.abc import Collection
from dataclasses import dataclass

from terminal.ids import MemberId, ReturnId
from terminal.programs.facts import NOT_USED, Uses
from terminal.records import (
    HeldBadge,
    Referral,
    ReferralState,
    RuleUse,
    TierGrant,
)
from terminal.returns import PendingReturn
from tests.memory.state import Books


@dataclass(slots=True)
class MemoryUses:
    """``UsageRecords``."""

    _books: Books

    def add(
        self, rule: str, member_id: MemberId | None, day: str, times: int, points: int, money: int
    ) -> None:
        state = self._books.change()

        def more(known: Uses) -> Uses:
            return Uses(known.times + times, known.points + points, known.money + money)

        if member_id is not None:
            key = (member_id, day, rule)
            state.uses[key] = more(state.uses.get(key, NOT_USED))
        state.used[rule] = more(state.used.get(rule, NOT_USED))

    def of_member(self, member_id: MemberId, since_day: str) -> list[RuleUse]:
        return [
            RuleUse(rule, day, uses.times, uses.points, uses.money)
            for (whose, day, rule), uses in sorted(self._books.look().uses.items(), key=_first)
            if whose == member_id and day >= since_day
        ]

    def totals(self, rules: Collection[str]) -> dict[str, Uses]:
        return {rule: u for rule, u in self._books.look().used.items() if rule in set(rules)}


def _first(item: tuple[tuple[str, str, str], Uses]) -> tuple[str, str, str]:
    return item[0]


@dataclass(slots=True)
class MemoryTiers:
    """``TierRecords``."""

    _books: Books

    def put(self, grant: TierGrant) -> None:
        state = self._books.change()
        self._books.known_member(grant.member_id)
        state.grants[grant.id] = grant

    def of_member(self, member_id: MemberId) -> list[TierGrant]:
        theirs = [g for g in self._books.look().grants.values() if g.member_id == member_id]
        return sorted(theirs, key=lambda grant: grant.at)


@dataclass(slots=True)
class MemoryBadges:
    """``BadgeRecords``."""

    _books: Books

    def put_once(self, badge: HeldBadge) -> bool:
        state = self._books.change()
        self._books.known_member(badge.member_id)
        return state.badges.setdefault((badge.member_id, badge.badge), badge) is badge

    def of_member(self, member_id: MemberId) -> list[HeldBadge]:
        theirs = [b for b in self._books.look().badges.values() if b.member_id == member_id]
        return sorted(theirs, key=lambda badge: (badge.at, badge.badge))


@dataclass(slots=True)
class MemoryReferrals:
    """``ReferralRecords``."""

    _books: Books

    def put(self, referral: Referral) -> None:
        state = self._books.change()
        self._books.known_member(referral.friend_id)
        self._books.known_member(referral.referrer_id)
        state.referrals[referral.friend_id] = referral

    def of_friend(self, friend_id: MemberId) -> Referral | None:
        return self._books.look().referrals.get(friend_id)

    def by_referrer(self, referrer_id: MemberId) -> list[Referral]:
        return [r for r in self._sorted() if r.referrer_id == referrer_id]

    def open(self, limit: int) -> list[Referral]:
        return [r for r in self._sorted() if r.state is ReferralState.OPEN][:limit]

    def _sorted(self) -> list[Referral]:
        known = self._books.look().referrals.values()
        return sorted(known, key=lambda referral: (referral.at, referral.friend_id))


@dataclass(slots=True)
class MemoryPendingReturns:
    """``PendingReturnRecords``."""

    _books: Books

    def put(self, pending: PendingReturn) -> None:
        self._books.change().pending_returns[pending.id] = pending

    def of_sale(self, sale_ref: str) -> list[PendingReturn]:
        return [pending for pending in self.all() if pending.sale_ref == sale_ref]

    def all(self) -> list[PendingReturn]:
        known = self._books.look().pending_returns.values()
        return sorted(known, key=lambda pending: pending.returned_at)

    def drop(self, return_id: ReturnId) -> None:
        self._books.change().pending_returns.pop(return_id, None)
