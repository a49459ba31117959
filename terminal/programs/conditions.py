"""Conditions that rules, promotions and rewards share: which goods, when, for whom, how often.

Everything is data; ``terminal.programs.matching`` decides. Amounts are minor units of the
programme's currency, days and hours are the shop's local ones (the programme's zone).
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
Positive = Annotated[int, Meta(ge=1, le=10**12)]
Whole = Annotated[int, Meta(ge=0, le=10**12)]
Days = Annotated[int, Meta(ge=0, le=36_600)]
Hundredths = Annotated[int, Meta(ge=1, le=10_000)]
"""A share in hundredths of a percent: 10 000 is all of it, 1 250 is 12.5 %."""
LocalDate = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
"""A day of the shop's calendar, ``YYYY-MM-DD``; checked to exist by ``programs.checking``."""
LocalTime = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Text = str | dict[str, str]
"""What people read: one text for all, or one for each language ("en", "el", …)."""
Period = Literal["sale", "day", "week", "month", "year", "ever"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Channel = Literal["shop", "online"]


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a programme: refuses keys it does not know."""


class Selector(Data, frozen=True, kw_only=True):
    """Which goods. A line is meant when it is in every list that is given and in no ``not_``.

    Empty: all goods.
    """

    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    not_skus: tuple[str, ...] = ()
    not_categories: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()


ALL_GOODS = Selector()


class When(Data, frozen=True, kw_only=True):
    """When, on the shop's clock. ``ends`` and ``starts`` are days, both included.

    ``hours``: from the first (included) to the second (not included); over midnight when the
    second is earlier.
    """

    starts: LocalDate | None = None
    ends: LocalDate | None = None
    weekdays: tuple[Weekday, ...] = ()
    hours: tuple[LocalTime, LocalTime] | None = None
    month_days: tuple[Annotated[int, Meta(ge=1, le=31)], ...] = ()


ALWAYS = When()


class Who(Data, frozen=True, kw_only=True):
    """For whom. Everything given must hold; empty: every member.

    ``birthday`` and ``anniversary`` (of joining): within so many days before and after the day
    itself, ``(3, 3)`` is a week; 29 February is kept on the 28th in other years.
    ``away_days``: not seen for at least so many days. ``order_numbers``: the member's first,
    second … purchase ever (1 is the first). ``ages``: from, to (both included), told by a full
    birthday. ``fan_of``: bought of these categories on at least ``fan_times`` days of the last
    ``fan_days``.
    """

    tiers: tuple[Code, ...] = ()
    segments: tuple[str, ...] = ()
    not_segments: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    birthday: tuple[Days, Days] | None = None
    anniversary: tuple[Days, Days] | None = None
    away_days: Positive | None = None
    order_numbers: tuple[Positive, ...] = ()
    ages: tuple[Days, Days] | None = None
    fan_of: tuple[str, ...] = ()
    fan_times: Positive = 3
    fan_days: Positive = 90
    consents: tuple[Literal["email", "text_message", "profiling"], ...] = ()
    badges: tuple[Code, ...] = ()


EVERYONE = Who()


class Needs(Data, frozen=True, kw_only=True):
    """What the basket must have. Amounts count the goods that the rule's ``only`` means.

    ``minimum`` is compared with what is still to pay for them at that point, tax included unless
    ``minimum_tax`` is "excluded". ``coupon`` names a kind of coupon that must be presented.
    """

    minimum: Whole = 0
    minimum_tax: Literal["included", "excluded"] = "included"
    maximum: Whole | None = None
    quantity: Whole = 0
    coupon: Code | None = None
    tenders: tuple[Literal["cash", "card", "gift_card", "store_credit"], ...] = ()
    channels: tuple[Channel, ...] = ()


NOTHING = Needs()


class Cap(Data, frozen=True, kw_only=True):
    """At most so many times, or points, or money (minor units), within a period per member."""

    per: Period
    times: Positive | None = None
    points: Positive | None = None
    money: Positive | None = None


class Limits(Data, frozen=True, kw_only=True):
    """How much a rule gives. ``line_*`` and ``order_*`` are points for earning rules and minor
    units for what takes money off. ``budget_*``: for everybody together, while it lasts.
    """

    line_min: Whole = 0
    line_max: Positive | None = None
    order_min: Whole = 0
    order_max: Positive | None = None
    caps: tuple[Cap, ...] = ()
    budget_points: Positive | None = None
    budget_money: Positive | None = None
    budget_times: Positive | None = None


UNLIMITED = Limits()
