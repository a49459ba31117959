"""What follows from a purchase or a deed: stamp cards, milestones, challenges, quizzes, friends.

Everything works in the caller's unit of work and under ids computed from what caused it, so that
hearing of the same thing twice books it once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from terminal.entries import EntryKind, LedgerEntry, Part
from terminal.errors import NothingGiven, OwnReferral, UnknownMember
from terminal.ids import EntryId, MemberId, StaffId, TillCode, derived_id
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.programs.accrual import lapse_of, usable_from
from terminal.programs.calendar import local_day
from terminal.programs.conditions import Cap
from terminal.programs.deeds import (
    Done,
    full_cards,
    milestones_passed,
    period_of,
    progress,
    quiz_points,
    stands_since,
)
from terminal.programs.facts import NOT_USED, Facts, Occasion
from terminal.programs.lapsing import is_held, kept_until
from terminal.programs.matching import is_for, is_time
from terminal.programs.model import Challenge, Milestone, Quiz
from terminal.programs.model import Referral as ReferralRule
from terminal.records import HeldBadge, Referral, ReferralState
from terminal.sales import Goods
from terminal.services.facts import zone_of
from terminal.services.standing import MOMENT
from terminal.services.vouchers import Chance, issue_coupon
from terminal.vouchers import Voucher

_EVERY = 1_000_000
_ACTIVITY = (EntryKind.REDEEM, EntryKind.DONATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Who acts where, and by which programme: what every booking here needs."""

    uow: UnitOfWork
    program: Program
    till: TillCode
    now: datetime
    chance: Chance
    cashier_id: StaffId | None = None

    def entry(
        self, key: str, member_id: MemberId, kind: EntryKind, points: int, **more: object
    ) -> LedgerEntry:
        """An entry of this moment under an id that follows from ``key``. Credits get a lapse;
        they, and what is redeemed, keep points alive that live by activity."""
        program = self.program
        life: dict[str, object] = {}
        if points > 0:
            life = {"lapses_at": lapse_of(program, self.now)}
        if points > 0 or kind in _ACTIVITY:
            life["keeps_until"] = kept_until(program, self.now)
        return LedgerEntry(
            id=EntryId(key), member_id=member_id, kind=kind, points=points, decided_at=self.now,
            till=self.till, seq=self.uow.next_seq(self.till), cashier_id=self.cashier_id,
            program=program.code, program_version=program.version,
            **{**life, **more},  # type: ignore[arg-type]
        )  # fmt: skip


@dataclass(slots=True)
class Followed:
    """What came of a purchase besides its own points."""

    entries: list[LedgerEntry] = field(default_factory=list)
    coupons: list[Voucher] = field(default_factory=list)
    milestone: Milestone | None = None
    challenges: list[Challenge] = field(default_factory=list)


def after_purchase(
    scene: Scene,
    member_id: MemberId,
    facts: Facts,
    source_id: str,
    lifetime_before: int,
    followed: Followed,
) -> None:
    """Challenges reached, a milestone passed, stamp cards filled by what a purchase gave."""
    _challenges(scene, member_id, facts, source_id, followed)
    after_points(scene, member_id, source_id, lifetime_before, followed)


def after_points(
    scene: Scene, member_id: MemberId, source_id: str, lifetime_before: int, followed: Followed
) -> None:
    """What points that came from anywhere lead to: milestones and full stamp cards."""
    lifetime = scene.uow.ledger.account(member_id).lifetime_earned
    for mark in milestones_passed(scene.program, lifetime_before, lifetime):
        if _held_once(scene, member_id, f"milestone:{mark.code}", source_id):
            followed.milestone = mark
        if mark.badge is not None:
            _held_once(scene, member_id, mark.badge, source_id)
    fill_cards(scene, member_id, source_id, followed)


def fill_cards(scene: Scene, member_id: MemberId, source_id: str, followed: Followed) -> None:
    """Turn spendable points into the coupons of full stamp cards."""
    available = scene.uow.ledger.account(member_id).available(scene.now)
    for number, threshold in enumerate(full_cards(scene.program, available)):
        key = derived_id("threshold", source_id, threshold.code, str(number))
        spent = scene.entry(
            key, member_id, EntryKind.REDEEM, -threshold.points, source_id=stamps_of(source_id),
            parts=(Part(f"threshold:{threshold.code}", -threshold.points),),
        )  # fmt: skip
        if scene.uow.ledger.append([spent]):
            followed.entries.append(spent)
            followed.coupons.append(_coupon(scene, threshold.coupon, member_id, key))


def stamps_of(source_id: str) -> str:
    """The source of the entries by which a purchase's points became coupons; each such coupon's
    own source is the entry's id."""
    return f"stamp:{source_id}"


def _coupon(scene: Scene, kind: str, member_id: MemberId, source_id: str) -> Voucher:
    return issue_coupon(
        scene.uow, scene.program, kind, member_id, source_id, scene.now, scene.chance
    )


def _held_once(scene: Scene, member_id: MemberId, badge: str, source: str) -> bool:
    held = HeldBadge(member_id=member_id, badge=badge, at=scene.now, source=source)
    return scene.uow.badges.put_once(held)


# -- challenges ------------------------------------------------------------------------------------


def _challenges(
    scene: Scene, member_id: MemberId, facts: Facts, source_id: str, followed: Followed
) -> None:
    occasion = Occasion(scene.now, zone_of(scene.program))
    for challenge in scene.program.challenges:
        open_to = challenge.active and is_time(challenge.when, occasion.local)
        if open_to and is_for(challenge.who, facts, occasion):
            _try_challenge(scene, member_id, challenge, facts, followed)


def reach(
    scene: Scene, member_id: MemberId, challenge: Challenge, at: datetime | None = None
) -> int:
    """How far a member is with a challenge in the period that holds ``at`` (None: now), by all
    that is known now: what came back does not count, what is bought at this very moment does."""
    zone = zone_of(scene.program)
    begins, period = period_of(challenge.per, at or scene.now, zone)
    bought = scene.uow.sales.bought(member_id, begins, scene.now + MOMENT)
    lines = [
        Done(row.at, row.sku, Goods(row.category, row.brand, row.tags), row.quantity, row.paid)
        for row in bought
        if period_of(challenge.per, row.at, zone)[1] == period
    ]
    return progress(challenge, lines, zone)


def _try_challenge(
    scene: Scene, member_id: MemberId, challenge: Challenge, facts: Facts, followed: Followed
) -> None:
    mark, done = _mark(scene, member_id, challenge, scene.now)
    if done or reach(scene, member_id, challenge) < challenge.target:
        return
    if not _within(scene, challenge, facts):
        return
    _held_once(scene, member_id, mark, challenge.code)
    followed.challenges.append(challenge)
    if challenge.badge is not None:
        _held_once(scene, member_id, challenge.badge, mark)
    key = derived_id("challenge", member_id, mark)
    if challenge.points:
        followed.entries += _booked(
            scene, key, member_id, challenge.points, challenge.code, challenge_of(key)
        )
    if challenge.coupon is not None:
        followed.coupons.append(_coupon(scene, challenge.coupon, member_id, key))
    _used(scene, challenge.code, member_id, challenge.points)


def challenge_of(key: str) -> str:
    """The source of the points for a challenge reached; its coupon's own source is the key."""
    return f"challenge:{key}"


def _mark(
    scene: Scene, member_id: MemberId, challenge: Challenge, at: datetime
) -> tuple[str, bool]:
    """The mark by which a member has, or is to have, reached a challenge in a period, and whether
    it stands: what was taken back with returned goods can be reached once more."""
    held = {badge.badge for badge in scene.uow.badges.of_member(member_id)}
    _begins, period = period_of(challenge.per, at, zone_of(scene.program))
    number = 1
    mark = f"challenge:{challenge.code}:{period}"
    while f"{mark}:back" in held:
        number += 1
        mark = f"challenge:{challenge.code}:{period}:{number}"
    return mark, mark in held


def unreached(scene: Scene, member_id: MemberId, sold_at: datetime) -> list[str]:
    """The keys of challenges that a member had reached in the period of a purchase and no longer
    does, now that goods of it came back. Each is answered once."""
    held = {badge.badge: badge.at for badge in scene.uow.badges.of_member(member_id)}
    found = []
    for challenge in scene.program.challenges:
        mark, done = _mark(scene, member_id, challenge, sold_at)
        if done and reach(scene, member_id, challenge, sold_at) < challenge.target:
            _held_once(scene, member_id, f"{mark}:back", challenge.code)
            day = local_day(held[mark], zone_of(scene.program)).isoformat()
            scene.uow.uses.add(challenge.code, member_id, day, -1, -challenge.points, 0)
            found.append(derived_id("challenge", member_id, mark))
    return found


def _within(scene: Scene, challenge: Challenge, facts: Facts) -> bool:
    """Whether a member's limits and everybody's budget still have room for one more."""
    limits = challenge.limits
    everybody = scene.uow.uses.totals([challenge.code]).get(challenge.code, NOT_USED)
    asked = [(everybody, limits.budget_times, limits.budget_points)]
    asked += [
        (facts.uses.get((challenge.code, cap.per), NOT_USED), cap.times, cap.points)
        for cap in limits.caps
    ]
    return all(
        (times is None or used.times < times)
        and (points is None or used.points + challenge.points <= points)
        for used, times, points in asked
    )


def _bonus(
    scene: Scene, key: str, member_id: MemberId, points: int, rule: str
) -> list[LedgerEntry]:
    """Points that are no part of a sale, asked for once; counted for limits and budgets."""
    _used(scene, rule, member_id, points)
    return _booked(scene, key, member_id, points, rule)


def _booked(
    scene: Scene, key: str, member_id: MemberId, points: int, rule: str, source_id: str = ""
) -> list[LedgerEntry]:
    bonus = scene.entry(
        key, member_id, EntryKind.BONUS, points, parts=(Part(rule, points),), source_id=source_id,
        usable_at=usable_from(scene.program, scene.now), held=is_held(scene.program),
    )  # fmt: skip
    return [bonus] if scene.uow.ledger.append([bonus]) else []


def _used(scene: Scene, rule: str, member_id: MemberId, points: int) -> None:
    day = local_day(scene.now, zone_of(scene.program)).isoformat()
    scene.uow.uses.add(rule, member_id, day, 1, points, 0)


# -- quizzes ---------------------------------------------------------------------------------------


def answer_quiz(
    scene: Scene, member_id: MemberId, quiz: Quiz, answers: Sequence[int]
) -> list[LedgerEntry]:
    """Points for the right answers, once a member. Raises WrongAnswers; NothingGiven when it was
    answered before or is not open."""
    points = quiz_points(quiz, answers)
    occasion = Occasion(scene.now, zone_of(scene.program))
    if not quiz.active or not is_time(quiz.when, occasion.local):
        raise NothingGiven(happening="quiz")
    if not _held_once(scene, member_id, f"quiz:{quiz.code}", quiz.code):
        raise NothingGiven(happening="quiz")
    key = derived_id("quiz", member_id, quiz.code)
    return _bonus(scene, key, member_id, points, quiz.code) if points else []


# -- friends ---------------------------------------------------------------------------------------


def bring_friend(scene: Scene, referrer_id: MemberId, friend_id: MemberId) -> Referral:
    """Note who brought whom, at enrolment. Raises OwnReferral, UnknownMember.

    Nobody brings themselves, nor somebody with the same phone or e-mail address.
    """
    referrer, friend = scene.uow.members.get(referrer_id), scene.uow.members.get(friend_id)
    if referrer is None or friend is None:
        raise UnknownMember(member_id=referrer_id if referrer is None else friend_id)
    same = (referrer.phone and referrer.phone == friend.phone) or (
        referrer.email and referrer.email == friend.email
    )
    known = scene.uow.referrals.of_friend(friend_id)
    if known is not None and known.referrer_id == referrer_id:
        return known
    mutual = scene.uow.referrals.of_friend(referrer_id)
    turned = mutual is not None and mutual.referrer_id == friend_id
    if referrer_id == friend_id or same or known is not None or turned:
        raise OwnReferral
    if scene.uow.sales.purchases(friend_id, scene.now).number:
        raise OwnReferral
    referral = Referral(friend_id=friend_id, referrer_id=referrer_id, at=scene.now)
    scene.uow.referrals.put(referral)
    return referral


def friends_due(uow: UnitOfWork, program: Program, now: datetime) -> list[MemberId]:
    """Friends whose first purchase that counts stands by now; oldest referral first.

    It counts when it is large enough, did not come back, and is past the time for that.
    """
    rule = program.referral
    if rule is None or not rule.active:
        return []
    waiting = uow.referrals.open(_EVERY)
    return [each.friend_id for each in waiting if _stands(uow, program, rule, each, now)]


def _stands(
    uow: UnitOfWork, program: Program, rule: ReferralRule, referral: Referral, now: datetime
) -> bool:
    history = uow.sales.history(referral.friend_id, program.currency, referral.at, now)
    first = next((each for each in history if each.counted >= max(rule.minimum, 1)), None)
    return first is not None and stands_since(program, first.at) <= now


def settle_friends(scene: Scene, friends: Sequence[MemberId]) -> list[LedgerEntry]:
    """Give both sides their points, where the friend's first purchase (still) stands."""
    entries: list[LedgerEntry] = []
    for friend_id in friends:
        entries += _settle(scene, friend_id)
    return entries


def _settle(scene: Scene, friend_id: MemberId) -> list[LedgerEntry]:
    rule, referral = scene.program.referral, scene.uow.referrals.of_friend(friend_id)
    if rule is None or referral is None or referral.state is not ReferralState.OPEN:
        return []
    if not _stands(scene.uow, scene.program, rule, referral, scene.now):
        return []
    allowed = all(_may_bring(scene, rule, referral.referrer_id, cap) for cap in rule.caps)
    state = ReferralState.GRANTED if allowed else ReferralState.REFUSED
    scene.uow.referrals.put(replace(referral, state=state, settled_at=scene.now))
    if not allowed:
        return []
    key = derived_id("referral", friend_id)
    entries = _bonus(scene, key, referral.referrer_id, rule.points, "referral")
    if rule.friend_points:
        own = derived_id("friend", friend_id)
        entries += _bonus(scene, own, friend_id, rule.friend_points, "friend")
    return entries


def _may_bring(scene: Scene, rule: ReferralRule, referrer_id: MemberId, cap: Cap) -> bool:
    begins, _name = period_of(cap.per, scene.now, zone_of(scene.program))
    granted = sum(
        each.settled_at is not None and each.settled_at >= begins
        for each in scene.uow.referrals.by_referrer(referrer_id)
        if each.state is ReferralState.GRANTED
    )
    return (cap.times is None or granted < cap.times) and (
        cap.points is None or (granted + 1) * rule.points <= cap.points
    )
