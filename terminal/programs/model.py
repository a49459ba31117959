"""A programme as data: versioned, effective from a moment, nothing computed in it.

A change is a new version, never an edit: every ledger entry pins the version that made it. What
contradicts itself is refused by ``terminal.programs.checking``; here only what no arithmetic could
survive is.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from terminal.games.model import Game
from terminal.programs.conditions import (
    ALL_GOODS,
    ALWAYS,
    EVERYONE,
    NOTHING,
    UNLIMITED,
    Cap,
    Code,
    Data,
    Days,
    Limits,
    LocalDate,
    Needs,
    Period,
    Positive,
    Selector,
    Text,
    When,
    Who,
)
from terminal.programs.effects import Money, PerMoney, PerOrder, Points, Prize
from terminal.programs.policies import (
    Basis,
    Earning,
    Expiry,
    Household,
    Offline,
    Pending,
    Redemption,
    Returning,
    Tier,
    Tiering,
    WebCoupons,
)

SALE = "sale"
Happening = Literal[
    "sale", "sign_up", "review", "survey", "quiz", "feedback", "profile", "visit", "birthday",
    "anniversary", "away", "referral", "friend", "challenge", "milestone", "other",
]  # fmt: skip
"""What a rule waits for. ``referral``: the one who brought a friend; ``friend``: the friend."""


class Rule(Data, frozen=True, kw_only=True):
    """An accrual rule or a campaign of points: what gives points, for what, when and for whom.

    Rules are taken in the order of the file. ``stop``: no later rule counts for this sale.
    Of rules of one ``group`` only the one that gives most counts. ``multiplied``: multipliers
    apply to its points; ``qualifies``: they count for tiers.
    """

    code: Code
    name: Text = ""
    gives: Points
    on: Happening = "sale"
    only: Selector = ALL_GOODS
    when: When = ALWAYS
    who: Who = EVERYONE
    needs: Needs = NOTHING
    limits: Limits = UNLIMITED
    stop: bool = False
    group: str = ""
    multiplied: bool = True
    qualifies: bool = True
    basis: Basis | None = None
    expiry: Expiry | None = None
    pending: Pending | None = None
    active: bool = True


class Promotion(Data, frozen=True, kw_only=True):
    """Money off without points: automatic, or with a coupon (``needs.coupon``).

    ``guests``: those without a card get it too. Of promotions of one ``group`` only the first that
    applies counts; a second one is refused.
    """

    code: Code
    name: Text = ""
    gives: Money
    only: Selector = ALL_GOODS
    when: When = ALWAYS
    who: Who = EVERYONE
    needs: Needs = NOTHING
    limits: Limits = UNLIMITED
    guests: bool = False
    group: str = ""
    stop: bool = False
    active: bool = True


class Reward(Data, frozen=True, kw_only=True):
    """Something that points buy: from the catalogue, chosen by the member. ``cost`` in points."""

    code: Code
    name: Text = ""
    cost: Annotated[int, Meta(ge=0, le=10**9)]
    gives: Prize
    only: Selector = ALL_GOODS
    when: When = ALWAYS
    who: Who = EVERYONE
    needs: Needs = NOTHING
    limits: Limits = UNLIMITED
    group: str = ""
    active: bool = True


class CouponKind(Data, frozen=True, kw_only=True):
    """A kind of coupon. What it does is the promotion or rule whose ``needs.coupon`` names it.

    ``public``: one code for everybody, typed or scanned (``PROMO10``); otherwise each coupon has a
    code of its own. ``uses``: how often one code can be used, None without end; ``per_member``
    likewise for one person. ``owned``: only its owner can use it. ``valid_days`` after issue;
    ``from_next``: not in the sale that issued it.
    """

    code: Code
    name: Text = ""
    public: str = ""
    starts: LocalDate | None = None
    ends: LocalDate | None = None
    valid_days: Positive | None = None
    uses: Positive | None = 1
    per_member: Positive | None = None
    owned: bool = False
    from_next: bool = True
    active: bool = True


class Threshold(Data, frozen=True, kw_only=True):
    """A full stamp card: each time a member's spendable points reach ``points``, they turn into
    a coupon. Thresholds are taken in the order of the file; ``stop``: after one, no other."""

    code: Code
    name: Text = ""
    points: Positive
    coupon: Code
    stop: bool = False
    active: bool = True


class Milestone(Data, frozen=True, kw_only=True):
    """A message (and perhaps a badge) when lifetime points reach ``points`` for the first time."""

    code: Code
    name: Text = ""
    points: Positive
    badge: Code | None = None


class Badge(Data, frozen=True, kw_only=True):
    """Something to be proud of; a rule may ask for it (``who.badges``)."""

    code: Code
    name: Text = ""


class Challenge(Data, frozen=True, kw_only=True):
    """So much of something within a period: "3 visits this month", "try 5 categories".

    ``count``: purchase days ("visits"), different categories, pieces or money of the goods meant
    (minor units). Reached: ``points``, a ``coupon``, a ``badge``, once each period.
    """

    code: Code
    name: Text = ""
    count: Literal["visits", "categories", "pieces", "money"]
    target: Positive
    per: Period = "month"
    only: Selector = ALL_GOODS
    when: When = ALWAYS
    who: Who = EVERYONE
    points: Annotated[int, Meta(ge=0, le=10**9)] = 0
    coupon: Code | None = None
    badge: Code | None = None
    limits: Limits = UNLIMITED
    active: bool = True


class Referral(Data, frozen=True, kw_only=True):
    """Bring a friend: both get points once the friend's first purchase of at least ``minimum``
    stands past the time in which goods can come back."""

    points: Positive
    friend_points: Annotated[int, Meta(ge=0, le=10**9)] = 0
    minimum: Annotated[int, Meta(ge=0, le=10**12)] = 0
    caps: tuple[Cap, ...] = ()
    active: bool = True


class Ranking(Data, frozen=True, kw_only=True):
    """Who earned most in a period. A member may stay out of it."""

    code: Code
    name: Text = ""
    per: Period = "month"
    places: Positive = 10


class Question(Data, frozen=True, kw_only=True):
    """A question of a quiz; ``right`` counts the answers from 0."""

    text: Text
    answers: tuple[Text, ...]
    right: Annotated[int, Meta(ge=0, le=9)]


class Quiz(Data, frozen=True, kw_only=True):
    """Questions with points for each right answer, once a member."""

    code: Code
    name: Text = ""
    questions: tuple[Question, ...]
    points: Positive
    when: When = ALWAYS
    active: bool = True


class Cause(Data, frozen=True, kw_only=True):
    """A good cause. ``value`` minor units are given for each ``block`` points."""

    code: Code
    name: Text = ""
    block: Positive = 100
    value: Positive = 100
    active: bool = True


class Program(Data, frozen=True, kw_only=True, cache_hash=True):
    """One version of a shop's programme.

    ``tiers`` rise and the first is everybody's. ``zone`` is the shop's time zone (IANA): days,
    hours and lapses are told by it.
    """

    code: Annotated[str, Meta(min_length=1, max_length=40)]
    version: Annotated[int, Meta(ge=1)]
    effective_from: datetime
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
    redemption: Redemption | None = None
    zone: str = "Europe/Athens"
    rules: tuple[Rule, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    rewards: tuple[Reward, ...] = ()
    coupons: tuple[CouponKind, ...] = ()
    tiers: tuple[Tier, ...] = (Tier("member"),)
    tiering: Tiering = Tiering()
    thresholds: tuple[Threshold, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    badges: tuple[Badge, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    quizzes: tuple[Quiz, ...] = ()
    games: tuple[Game, ...] = ()
    causes: tuple[Cause, ...] = ()
    referral: Referral | None = None
    basis: Basis = Basis()
    earning: Earning = Earning()
    expiry: Expiry = Expiry()
    pending: Pending = Pending()
    returning: Returning = Returning()
    household: Household = Household()
    offline: Offline = Offline()
    web: WebCoupons = WebCoupons()

    def __post_init__(self) -> None:
        """A moment without a zone is nobody's, and somebody must be in some tier."""
        if self.effective_from.utcoffset() is None:
            raise ValueError("effective_from needs a time zone, as 2026-12-01T00:00:00+02:00")
        if not self.tiers:
            raise ValueError("a programme has at least one tier")

    @property
    def welcome_points(self) -> int:
        """What a new member starts with."""
        joining = (rule.gives for rule in self.rules if rule.on == "sign_up" and rule.active)
        return sum(gives.points for gives in joining if isinstance(gives, PerOrder))


def per_money(points: int, per: int, *, full: bool = True) -> Rule:
    """The plain rule of most shops, called ``accrual``: points for money, on every sale."""
    return Rule(code="accrual", gives=PerMoney(points, per, full))


def welcome(points: int) -> Rule:
    """Points for joining, called ``welcome``."""
    return Rule(code="welcome", gives=PerOrder(points), on="sign_up", multiplied=False)


__all__ = [
    "Badge", "Basis", "Cause", "Challenge", "CouponKind", "Days", "Earning", "Expiry", "Household",
    "Milestone", "Offline", "Pending", "Program", "Promotion", "Question", "Quiz", "Ranking",
    "Redemption", "Referral", "Returning", "Reward", "Rule", "Threshold", "Tier", "Tiering",
    "WebCoupons", "per_money", "welcome",
]  # fmt: skip
