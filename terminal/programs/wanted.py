"""What a programme wants to know of a member, so that a sale reads no more than its rules ask."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from terminal.programs.compiling import OncePerProgram
from terminal.programs.conditions import ALWAYS, EVERYONE, UNLIMITED
from terminal.programs.model import Challenge, Program, Promotion, Reward, Rule

Offer = Rule | Promotion | Reward | Challenge

_SPAN = {"sale": 0, "day": 1, "week": 7, "month": 31, "year": 366, "ever": 40_000}


@dataclass(frozen=True, slots=True)
class Wanted:
    """``caps``: the periods asked for, by rule; ``yearly``: rules for a day that comes every year,
    whose year goes from that day and not from January; ``budgets``: rules with one for everybody;
    ``recorded``: rules whose every use is written down; ``fan_days``: how far back purchases by
    category are looked at (0: not at all)."""

    caps: tuple[tuple[str, str], ...]
    yearly: frozenset[str]
    budgets: tuple[str, ...]
    recorded: frozenset[str]
    orders: bool
    badges: bool
    fan_days: int
    day_max: bool

    def start(self, rule: str, period: str, today: date) -> date:
        """The first local day of a rule's period that holds ``today``.

        A birthday on 1 January is kept in December or in January, but once: within 300 days.
        """
        if period == "year" and rule in self.yearly:
            return today - timedelta(days=300)
        return period_start(period, today)

    def since(self, today: date) -> date:
        """The first day whose uses can matter for a cap."""
        days = max((_SPAN[period] for _rule, period in self.caps), default=0)
        return date.min if days > today.toordinal() - 1 else today - timedelta(days=days)


@OncePerProgram
def wanted(program: Program) -> Wanted:
    """What the active rules of a programme ask for."""
    offers = tuple(_offers(program))
    audiences = [offer.who for offer in offers]
    caps = [(o.code, cap.per) for o in offers for cap in o.limits.caps if cap.per != "sale"]
    # What a level gives around the birthday is booked under a name of its own, once a year.
    gifts = [f"gift:{tier.gift}" for tier in program.tiers if tier.gift]
    return Wanted(
        caps=(*caps, *((gift, "year") for gift in dict.fromkeys(gifts))),
        yearly=frozenset(o.code for o in offers if o.who.birthday or o.who.anniversary),
        budgets=tuple(offer.code for offer in offers if _has_budget(offer)),
        recorded=frozenset((*(o.code for o in offers if _is_campaign(o)), *gifts)),
        orders=any(who.order_numbers or who.away_days for who in audiences),
        badges=any(who.badges for who in audiences),
        fan_days=max((who.fan_days for who in audiences if who.fan_of), default=0),
        day_max=program.earning.day_max is not None,
    )


def period_start(period: str, today: date) -> date:
    """The first local day of the period that holds ``today``; weeks start on Monday."""
    match period:
        case "day" | "sale":
            return today
        case "week":
            return today - timedelta(days=today.weekday())
        case "month":
            return today.replace(day=1)
        case "year":
            return today.replace(month=1, day=1)
        case _:
            return date.min


def _offers(program: Program) -> Iterator[Offer]:
    families: tuple[tuple[Offer, ...], ...] = (
        program.rules, program.promotions, program.rewards, program.challenges,
    )  # fmt: skip
    return (offer for family in families for offer in family if offer.active)


def _has_budget(offer: Offer) -> bool:
    limits = offer.limits
    return bool(limits.budget_points or limits.budget_money or limits.budget_times)


def _is_campaign(offer: Offer) -> bool:
    """Not a plain rule that stands for everybody, always, without end."""
    return (
        not isinstance(offer, Rule)
        or offer.limits != UNLIMITED
        or offer.when != ALWAYS
        or offer.who != EVERYONE
    )
