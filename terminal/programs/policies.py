"""Policies of a programme: what every shop decides once, as data with defaults.

Each default is the one that surprises a customer least; ``docs/programme.md`` shows what each does
to a worked example.
"""

from typing import Annotated, Literal

from msgspec import Meta

from terminal.programs.conditions import Code, Data, Days, Hundredths, Positive, Text, Whole

Rounding = Literal["floor", "half_up", "ceil"]
Months = Annotated[int, Meta(ge=1, le=600)]


class Basis(Data, frozen=True, kw_only=True):
    """The amount that points are earned on. Tenders never change it.

    ``tax`` "excluded": net of tax. ``discounts``: whether promotions and coupons lower it;
    ``rewards``: whether rewards paid with points do; ``points_paid``: whether the part paid with
    points earns; ``shipping``: whether delivery earns; ``gift_cards``: whether buying a gift card
    earns (it earns when it pays). ``limited``: what lowers the basis of a rule for some goods
    only: discounts "meant" for those goods alone, or "all" discounts that fall on them.
    """

    tax: Literal["included", "excluded"] = "included"
    discounts: Literal["lower", "ignored"] = "lower"
    rewards: Literal["lower", "ignored"] = "lower"
    points_paid: bool = False
    shipping: bool = False
    gift_cards: bool = False
    limited: Literal["meant", "all"] = "all"


class Earning(Data, frozen=True, kw_only=True):
    """How the rules for earning are put together.

    ``round_at``: fractions are rounded once for each "rule" and sale, once for the whole "order",
    or for each "line" of each rule. ``multipliers``: several multipliers each "add" to the plain
    points, "multiply" one another, or the "best" one counts. ``order_max``, ``day_max``: points a
    member can earn at most by sales, in a sale and in a local day. ``running``: rewards may be paid
    with points that the very same sale gives.
    """

    rounding: Rounding = "floor"
    round_at: Literal["line", "rule", "order"] = "rule"
    multipliers: Literal["add", "multiply", "best"] = "add"
    order_max: Positive | None = None
    day_max: Positive | None = None
    running: bool = False


class Expiry(Data, frozen=True, kw_only=True):
    """When points lapse, always at the end of a local day.

    "months": so many after they were earned; "idle": so many after the member's last purchase or
    redemption, all points together; "dates": on the next of ``dates`` (``MM-DD``) that is at least
    ``months`` away (0: the very next); "month_end" and "year_end": with the last day of the month
    or year that ``months`` later falls into; "never".
    """

    kind: Literal["months", "idle", "dates", "month_end", "year_end", "never"] = "months"
    months: Annotated[int, Meta(ge=0, le=600)] = 12
    dates: tuple[Annotated[str, Meta(pattern=r"^\d{2}-\d{2}$")], ...] = ()
    warn_days: Days = 30


class Pending(Data, frozen=True, kw_only=True):
    """How long points wait before they can be spent: so many ``days``, or until an action.

    ``until`` "release": somebody releases them (an order delivered, a review checked).
    """

    days: Days = 0
    until: Literal["days", "release"] = "days"


class Redemption(Data, frozen=True):
    """Points as money off: ``block`` points are worth ``value`` minor units.

    At least ``minimum`` points at once, at most ``cap_percent`` of what the goods cost, and
    ``cap_points``, ``cap_money`` and ``cap_per_item`` (minor units off one piece) where set.
    ``only_above``: not on baskets below it.
    """

    block: Positive
    value: Positive
    minimum: Positive
    cap_percent: Annotated[int, Meta(ge=1, le=100)] = 100
    cap_points: Positive | None = None
    cap_money: Positive | None = None
    cap_per_item: Positive | None = None
    only_above: Whole = 0
    not_skus: tuple[str, ...] = ()
    not_categories: tuple[str, ...] = ()


class Returning(Data, frozen=True, kw_only=True):
    """What a return does to points.

    ``clawback``: points already spent become a "debt", or are let go ("clamp") and reported.
    ``expired``: redeemed points whose lot lapsed meanwhile "lapse" again, or live ``grace_days``
    more. ``days``: how long goods can come back (referrals wait for it).
    """

    clawback: Literal["debt", "clamp"] = "debt"
    expired: Literal["lapse", "grace"] = "lapse"
    grace_days: Days = 30
    days: Days = 14


class Tier(Data, frozen=True):
    """A level. Reached by spending ``from_spend`` minor units within the window, or by ``points``
    or ``visits``; where ``need`` is "two", by any two of those given.

    ``percent`` multiplies points: 150 means half as much again. ``off`` is a share off every
    price. ``rewards``, ``gift`` (a reward for nothing, once a year around the birthday): benefits.
    """

    code: Code
    from_spend: Whole = 0
    percent: Annotated[int, Meta(ge=0, le=10_000)] = 100
    points: Whole | None = None
    visits: Whole | None = None
    by_spend: bool = True
    need: Literal["one", "two"] = "one"
    name: Text = ""
    off: Annotated[int, Meta(ge=0, le=9_000)] = 0
    gift: Code | None = None


class Tiering(Data, frozen=True, kw_only=True):
    """How levels are kept.

    ``window``: the last ``months`` ("rolling"), the calendar year ("calendar"), or the year of
    membership ("anniversary"); both of the latter keep a level reached until the end of the next
    one. ``grace_days`` after which a level is lost; ``downgrade``: to what is earned ("full") or
    one level a window ("step"). ``soft_landing``: a share of what the level needs that keeps it.
    """

    window: Literal["rolling", "calendar", "anniversary"] = "rolling"
    months: Months = 12
    grace_days: Days = 0
    downgrade: Literal["full", "step"] = "full"
    soft_landing: Hundredths | None = None


class Household(Data, frozen=True, kw_only=True):
    """Whether members of one household may hand points to each other, and how many."""

    allowed: bool = False
    minimum: Positive = 1
    day_max: Positive | None = None


class Offline(Data, frozen=True, kw_only=True):
    """How many points may be redeemed, or given away, while the other tills can't be asked: of one
    member since the till last told everything, and of all together at one till on one local day.

    Bounded by default, since two tills that can't hear each other both see all of the points; None
    ("no limit") is for who says so.
    """

    per_member: Positive | None = 1_000
    per_day: Positive | None = 10_000


class WebCoupons(Data, frozen=True, kw_only=True):
    """Rewards as coupons for the web shop: whether, and until when.

    One that nobody used is good for ``valid_days`` (to the end of the last local day); its points
    go back ``grace_days`` after that, for an order may have been placed in the last minute.
    """

    allowed: bool = True
    valid_days: Positive = 90
    grace_days: Days = 1
