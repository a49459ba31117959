"""What follows from a purchase or a deed: stamp cards, milestones, challenges, friends, causes.

Everything works in the caller's unit of work and under ids computed from what caused it, so that
hearing of the same thing twice books it once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from terminal.errors import (
    NotEnoughPoints,
    NothingGiven,
    NotOneHousehold,
    OwnReferral,
    TooMuchHandedOver,
    UnknownCause,
    UnknownMember,
)
from terminal.ids import EntryId, MemberId, StaffId, TillCode, derived_id
from terminal.ledger import EntryKind, LedgerEntry, Part, advance
from terminal.ports import UnitOfWork
from terminal.programs import Program
from terminal.programs.accrual import lapse_of, usable_from
from terminal.programs.calendar import local_day
from terminal.programs.conditions import Cap
from terminal.programs.deeds import (
    Done,
    full_cards,
    milestone_passed,
    period_of,
    progress,
    quiz_points,
    stands_since,
)
from terminal.programs.facts import Facts, Occasion
from terminal.programs.matching import is_for, is_time
from terminal.programs.model import Challenge, Milestone, Quiz
from terminal.records import HeldBadge, Referral, ReferralState
from terminal.sales import Goods
from terminal.services.facts import zone_of
from terminal.services.vouchers import Chance, issue_coupon
from terminal.vouchers import Voucher


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
        """An entry of this moment under an id that follows from ``key``; credits get a lapse."""
        program = self.program
        credit: dict[str, object] = {}
        if points > 0:
            credit = {"lapses_at": lapse_of(program, self.now)}
        return LedgerEntry(
            id=EntryId(key), member_id=member_id, kind=kind, points=points, decided_at=self.now,
            till=self.till, seq=self.uow.next_seq(self.till), cashier_id=self.cashier_id,
            program=program.code, program_version=program.version,
            **{**credit, **more},  # type: ignore[arg-type]
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
    _challenges(scene, member_id, facts, followed)
    account = scene.uow.ledger.account(member_id)
    mark = milestone_passed(scene.program, lifetime_before, account.lifetime_earned)
    if mark is not None and _held_once(scene, member_id, mark.badge or mark.code, source_id):
        followed.milestone = mark
    fill_cards(scene, member_id, source_id, followed)


def fill_cards(scene: Scene, member_id: MemberId, source_id: str, followed: Followed) -> None:
    """Turn spendable points into the coupons of full stamp cards."""
    available = scene.uow.ledger.account(member_id).available(scene.now)
    for number, threshold in enumerate(full_cards(scene.program, available)):
        key = derived_id("threshold", source_id, threshold.code, str(number))
        spent = scene.entry(
            key, member_id, EntryKind.REDEEM, -threshold.points, source_id=f"stamp:{source_id}",
            parts=(Part(f"threshold:{threshold.code}", -threshold.points),),
        )  # fmt: skip
        if scene.uow.ledger.append([spent]):
            followed.entries.append(spent)
            followed.coupons.append(
                issue_coupon(
                    scene.uow, scene.program, threshold.coupon, member_id, source_id, scene.now,
                    scene.chance,
                )
            )  # fmt: skip


def _held_once(scene: Scene, member_id: MemberId, badge: str, source: str) -> bool:
    held = HeldBadge(member_id=member_id, badge=badge, at=scene.now, source=source)
    return scene.uow.badges.put_once(held)


# -- challenges ------------------------------------------------------------------------------------


def _challenges(scene: Scene, member_id: MemberId, facts: Facts, followed: Followed) -> None:
    zone = zone_of(scene.program)
    occasion = Occasion(scene.now, zone)
    for challenge in scene.program.challenges:
        open_to = challenge.active and is_time(challenge.when, occasion.local)
        if open_to and is_for(challenge.who, facts, occasion):
            _try_challenge(scene, member_id, challenge, followed)


def reach(scene: Scene, member_id: MemberId, challenge: Challenge) -> int:
    """How far a member is with a challenge in its present period."""
    zone = zone_of(scene.program)
    begins, _name = period_of(challenge.per, scene.now, zone)
    bought = scene.uow.sales.bought(member_id, begins, scene.now)
    lines = [
        Done(row.at, row.sku, Goods(row.category, row.brand, row.tags), row.quantity, row.paid)
        for row in bought
    ]
    return progress(challenge, lines, zone)


def _try_challenge(
    scene: Scene, member_id: MemberId, challenge: Challenge, followed: Followed
) -> None:
    _begins, period = period_of(challenge.per, scene.now, zone_of(scene.program))
    mark = f"challenge:{challenge.code}:{period}"
    if any(held.badge == mark for held in scene.uow.badges.of_member(member_id)):
        return
    if reach(scene, member_id, challenge) < challenge.target or not _within(scene, challenge):
        return
    _held_once(scene, member_id, mark, challenge.code)
    followed.challenges.append(challenge)
    if challenge.badge is not None:
        _held_once(scene, member_id, challenge.badge, mark)
    key = derived_id("challenge", member_id, mark)
    if challenge.points:
        followed.entries += _bonus(scene, key, member_id, challenge.points, challenge.code)
    if challenge.coupon is not None:
        followed.coupons.append(
            issue_coupon(
                scene.uow, scene.program, challenge.coupon, member_id, key, scene.now, scene.chance
            )
        )


def _within(scene: Scene, challenge: Challenge) -> bool:
    limits = challenge.limits
    given = scene.uow.uses.totals([challenge.code]).get(challenge.code)
    if given is None:
        return True
    return (limits.budget_times is None or given.times < limits.budget_times) and (
        limits.budget_points is None or given.points + challenge.points <= limits.budget_points
    )


def _bonus(
    scene: Scene, key: str, member_id: MemberId, points: int, rule: str, source_id: str = ""
) -> list[LedgerEntry]:
    """Points that are no part of a sale, once for each key; counted for limits and budgets."""
    bonus = scene.entry(
        key, member_id, EntryKind.BONUS, points, parts=(Part(rule, points),), source_id=source_id,
        usable_at=usable_from(scene.program, scene.now),
    )  # fmt: skip
    if not scene.uow.ledger.append([bonus]):
        return []
    day = local_day(scene.now, zone_of(scene.program)).isoformat()
    scene.uow.uses.add(rule, member_id, day, 1, points, 0)
    return [bonus]


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
    if referrer_id == friend_id or same or known is not None:
        raise OwnReferral
    if scene.uow.sales.purchases(friend_id, scene.now).number:
        raise OwnReferral
    referral = Referral(friend_id=friend_id, referrer_id=referrer_id, at=scene.now)
    scene.uow.referrals.put(referral)
    return referral


def settle_friends(scene: Scene, limit: int = 100) -> list[LedgerEntry]:
    """Give both sides their points where the friend's first purchase stands by now."""
    entries: list[LedgerEntry] = []
    for referral in scene.uow.referrals.open(limit):
        entries += _settle(scene, referral)
    return entries


def _settle(scene: Scene, referral: Referral) -> list[LedgerEntry]:
    """First purchase that counts: large enough, not come back, past the time for it."""
    rule = scene.program.referral
    if rule is None or not rule.active:
        return []
    history = scene.uow.sales.history(
        referral.friend_id, scene.program.currency, referral.at, scene.now
    )
    first = next((each for each in history if each.counted >= max(rule.minimum, 1)), None)
    if first is None or stands_since(scene.program, first.at) > scene.now:
        return []
    allowed = all(_may_bring(scene, referral.referrer_id, cap) for cap in rule.caps)
    state = ReferralState.GRANTED if allowed else ReferralState.REFUSED
    scene.uow.referrals.put(replace(referral, state=state, settled_at=scene.now))
    if not allowed:
        return []
    key = derived_id("referral", referral.friend_id)
    entries = _bonus(scene, key, referral.referrer_id, rule.points, "referral")
    if rule.friend_points:
        own = derived_id("friend", referral.friend_id)
        entries += _bonus(scene, own, referral.friend_id, rule.friend_points, "friend")
    return entries


def _may_bring(scene: Scene, referrer_id: MemberId, cap: Cap) -> bool:
    begins, _name = period_of(cap.per, scene.now, zone_of(scene.program))
    granted = [
        each
        for each in scene.uow.referrals.by_referrer(referrer_id)
        if each.state is ReferralState.GRANTED and (each.settled_at or scene.now) >= begins
    ]
    return cap.times is None or len(granted) < cap.times


# -- giving away -----------------------------------------------------------------------------------


def donate(
    scene: Scene, member_id: MemberId, cause_code: str, points: int, key: str
) -> tuple[LedgerEntry, int]:
    """Points for a good cause; answers the entry and what the shop gives, in minor units.

    Raises UnknownCause, TooMuchHandedOver (whole blocks only), NotEnoughPoints.
    """
    causes = (cause for cause in scene.program.causes if cause.active)
    cause = next((cause for cause in causes if cause.code == cause_code), None)
    if cause is None:
        raise UnknownCause(cause=cause_code)
    if points < cause.block or points % cause.block:
        raise TooMuchHandedOver(asked=points, least=cause.block, most=None)
    _require_available(scene, member_id, points)
    value = points // cause.block * cause.value
    given = scene.entry(
        key, member_id, EntryKind.DONATE, -points, parts=(Part(f"cause:{cause.code}", -points),),
        basis=value, currency=scene.program.currency, rate=f"{cause.block}/{cause.value}",
    )  # fmt: skip
    scene.uow.ledger.append([given])
    return given, value


def hand_over(
    scene: Scene, giver_id: MemberId, taker_id: MemberId, points: int, key: str
) -> list[LedgerEntry]:
    """Points from one member of a household to another, with the lapses they have.

    Raises NotOneHousehold, TooMuchHandedOver, NotEnoughPoints, UnknownMember.
    """
    uow, rule = scene.uow, scene.program.household
    giver, taker = uow.members.get(giver_id), uow.members.get(taker_id)
    if giver is None or taker is None:
        raise UnknownMember(member_id=giver_id if giver is None else taker_id)
    together = giver.household and giver.household == taker.household and giver_id != taker_id
    if not rule.allowed or not together:
        raise NotOneHousehold
    today = local_day(scene.now, zone_of(scene.program)).isoformat()
    rows = uow.uses.of_member(giver_id, today)
    before = sum(row.points for row in rows if row.rule == "household")
    most = None if rule.day_max is None else rule.day_max - before
    if points < rule.minimum or (most is not None and points > most):
        raise TooMuchHandedOver(asked=points, least=rule.minimum, most=most)
    _require_available(scene, giver_id, points)
    return _transfer(scene, giver_id, taker_id, points, key, today)


def _transfer(
    scene: Scene, giver_id: MemberId, taker_id: MemberId, points: int, key: str, today: str
) -> list[LedgerEntry]:
    uow = scene.uow
    out = scene.entry(key, giver_id, EntryKind.TRANSFER, -points, source_id=f"transfer:{key}")
    _after, taken = advance(uow.ledger.account(giver_id), out)
    arrived = [
        scene.entry(
            derived_id("transfer", key, str(number)), taker_id, EntryKind.TRANSFER, part.points,
            lapses_at=part.lot.lapses_at, source_id=f"transfer:{key}",
        )
        for number, part in enumerate(taken)
    ]  # fmt: skip
    if uow.ledger.append([out, *arrived]):
        uow.uses.add("household", giver_id, today, 1, points, 0)
    return [out, *arrived]


def _require_available(scene: Scene, member_id: MemberId, points: int) -> None:
    available = scene.uow.ledger.account(member_id).available(scene.now)
    if points > available:
        raise NotEnoughPoints(asked=points, available=available)
