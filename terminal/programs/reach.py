"""What can never happen, or happens without end: windows that are over, offers behind others,
levels out of reach, budgets below one use, events and birthdays that nobody counts.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from terminal.programs.conditions import (
    ALL_GOODS,
    ALWAYS,
    EVERYONE,
    NOTHING,
    UNLIMITED,
    Limits,
    Selector,
    When,
)
from terminal.programs.effects import MoneyOff, PerOrder, Steps
from terminal.programs.findings import Finding, Value, money, refused, warning
from terminal.programs.matching import is_day
from terminal.programs.model import Challenge, CouponKind, Program, Promotion, Reward, Rule
from terminal.programs.policies import Expiry, Pending, Tier
from terminal.programs.writing import UNDATED

Offer = Rule | Promotion | Reward | Challenge
SECTIONS = ("rules", "promotions", "rewards", "challenges")
_LONG_AGO = date(2000, 1, 1)
_LOOK_AHEAD = 366 * 8
"""Days in which a day of a window must come up; a leap day does within eight years."""
_ENDLESS = ("review", "survey", "feedback", "visit", "profile", "quiz", "challenge", "other")
"""What a member can do again and again without buying anything."""


def offers(program: Program) -> Iterator[tuple[str, Offer]]:
    """Every active rule, promotion, reward and challenge with its place."""
    for section in SECTIONS:
        for number, offer in enumerate(getattr(program, section)):
            if offer.active:
                yield f"{section}[{number + 1}]", offer


def never(program: Program) -> Iterator[Finding]:
    """Everything that can't come to pass."""
    for where, offer in offers(program):
        why = _never(program, offer)
        if why:
            yield warning("never_applies", where, offer=offer.code, why=why)
    yield from _behind_stop(program)
    yield from _behind_group(program)
    yield from _levels(program)
    yield from _blocks(program)
    yield from _waiting(program)


def endless(program: Program) -> Iterator[Finding]:
    """Everything that a limit is missing or wrong for."""
    for where, offer in offers(program):
        yield from _small(program, where, offer)
        if isinstance(offer, Promotion) and offer.guests and offer.who != EVERYONE:
            yield warning("guests_are_unknown", where, offer=offer.code)
        if offer.who.birthday is not None and not _is_yearly(offer.limits):
            days = sum(offer.who.birthday) + 1
            yield warning("birthday_without_limit", where, offer=offer.code, days=days)
        if isinstance(offer, Rule) and not offer.limits.caps:
            yield from _again(where, offer)
            yield from _split(program, where, offer)
    for number, game in enumerate(program.games):
        won = sum(prize.weight * prize.points for prize in game.prizes)
        if game.active and won and game.budget_points is None:
            mean = -(-won // game.out_of)
            case: dict[str, Value] = {"game": game.code, "plays": 1000, "points": mean * 1000}
            yield warning("game_without_budget", f"games[{number + 1}]", **case)


# -- never -------------------------------------------------------------------------------------


def _never(program: Program, offer: Offer) -> str:
    """Why an offer can't apply: ended, no_day, no_goods, strangers, coupon, no_basket; or ""."""
    begins = _begins(program)
    if offer.when.ends is not None and offer.when.ends < begins.isoformat():
        return "ended"
    if not _has_day(offer.when, begins):
        return "no_day"
    if not _has_goods(offer.only):
        return "no_goods"
    if offer.who.order_numbers == (1,) and offer.who.fan_of:
        return "strangers"
    needs = offer.needs if not isinstance(offer, Challenge) else NOTHING
    if needs.coupon is not None and not _coupon_lives(program, needs.coupon, offer.when, begins):
        return "coupon"
    if isinstance(offer, Rule) and offer.on != "sale" and not isinstance(offer.gives, PerOrder):
        return "no_basket"
    return ""


def _begins(program: Program) -> date:
    """Its first local day; long ago where nobody has said yet when it begins."""
    if program.effective_from == UNDATED:
        return _LONG_AGO
    return program.effective_from.astimezone(ZoneInfo(program.zone)).date()


def _has_day(when: When, begins: date) -> bool:
    if not when.weekdays and not when.month_days:
        return True
    first = max(begins, date.fromisoformat(when.starts)) if when.starts else begins
    days = (first + timedelta(days=n) for n in range(_LOOK_AHEAD))
    return any(is_day(when, day) for day in days)


def _has_goods(only: Selector) -> bool:
    pairs = (
        (only.skus, only.not_skus),
        (only.categories, only.not_categories),
        (only.brands, only.not_brands),
    )
    return not any(wanted and set(wanted) <= set(unwanted) for wanted, unwanted in pairs)


def _coupon_lives(program: Program, code: str, when: When, begins: date) -> bool:
    kind = next(kind for kind in program.coupons if kind.code == code)
    return kind.active and _overlap(kind, when, begins.isoformat())


def _overlap(kind: CouponKind, when: When, begins: str) -> bool:
    starts = max(kind.starts or begins, when.starts or begins, begins)
    ends = min(kind.ends or "9999", when.ends or "9999")
    return starts <= ends


def _behind_stop(program: Program) -> Iterator[Finding]:
    """Rules after one that always ends the search."""
    stopper = ""
    for number, rule in enumerate(program.rules):
        if not rule.active or rule.on != "sale":
            continue
        if stopper:
            where = f"rules[{number + 1}]"
            yield warning("behind_stop", where, offer=rule.code, before=stopper)
        elif rule.stop and _asks_nothing(rule):
            stopper = rule.code


def _behind_group(program: Program) -> Iterator[Finding]:
    """Promotions of a group after one that always comes first."""
    first: dict[str, str] = {}
    for number, promotion in enumerate(program.promotions):
        if not promotion.active or not promotion.group:
            continue
        if promotion.group in first:
            case: dict[str, Value] = {"offer": promotion.code, "before": first[promotion.group]}
            where = f"promotions[{number + 1}]"
            yield warning("behind_group", where, **case, group=promotion.group)
        elif _asks_nothing(promotion):
            first[promotion.group] = promotion.code


def _asks_nothing(offer: Rule | Promotion) -> bool:
    asked = (offer.only, offer.when, offer.who, offer.needs)
    if isinstance(offer.gives, Steps) and offer.gives.steps[0].minimum:
        return False
    return asked == (ALL_GOODS, ALWAYS, EVERYONE, NOTHING) and offer.limits == UNLIMITED


def _levels(program: Program) -> Iterator[Finding]:
    days = program.tiering.months * 31 if program.tiering.window == "rolling" else 366
    for number, tier in enumerate(program.tiers):
        where = f"tiers[{number + 1}]"
        if tier.visits is not None and tier.visits > days:
            case: dict[str, Value] = {"tier": tier.code, "need": tier.visits, "most": days}
            yield warning("level_beyond_visits", where, **case)
        if tier.points:
            yield from _by_points(program, tier, days, where)


def _by_points(program: Program, tier: Tier, days: int, where: str) -> Iterator[Finding]:
    need = tier.points or 0
    most = program.earning.day_max
    if not any(rule.active and rule.qualifies for rule in program.rules):
        yield warning("level_without_points", where, tier=tier.code, need=need)
    elif most is not None and need > most * days:
        yield warning("level_beyond_points", where, tier=tier.code, need=need, most=most * days)


def _blocks(program: Program) -> Iterator[Finding]:
    rule = program.redemption
    if rule is not None and rule.minimum % rule.block:
        least = -(-rule.minimum // rule.block) * rule.block
        case: dict[str, Value] = {"minimum": rule.minimum, "block": rule.block, "least": least}
        yield warning("minimum_between_blocks", "redemption.minimum", **case)


def _waiting(program: Program) -> Iterator[Finding]:
    """Points that lapse before they may be spent."""
    pairs: list[tuple[str, Expiry, Pending]] = [("expiry", program.expiry, program.pending)]
    pairs += [
        (f"rules[{n + 1}]", rule.expiry or program.expiry, rule.pending or program.pending)
        for n, rule in enumerate(program.rules)
        if rule.active and (rule.expiry or rule.pending)
    ]
    for where, expiry, pending in pairs:
        lives = expiry.months * 31
        if expiry.kind in ("months", "idle") and pending.days >= lives:
            yield refused("lapse_before_usable", where, days=pending.days, lives=lives)


# -- limits ------------------------------------------------------------------------------------


def _is_yearly(limits: Limits) -> bool:
    return any(cap.per in ("year", "ever") for cap in limits.caps)


def _small(program: Program, where: str, offer: Offer) -> Iterator[Finding]:
    """A budget or cap that not even one use fits into."""
    points, amount = _one_use(offer)
    limits = offer.limits
    rooms = [limits.budget_points, limits.order_max, *(cap.points for cap in limits.caps)]
    tight = [room for room in rooms if room is not None and room < points]
    if points and tight:
        case: dict[str, Value] = {"offer": offer.code, "budget": min(tight), "one": points}
        yield warning("budget_below_one_use", where, **case)
    purses = [limits.budget_money, *(cap.money for cap in limits.caps)]
    short = [purse for purse in purses if purse is not None and purse < amount]
    if amount and short:
        case = {"offer": offer.code, "budget": money(program, min(short))}
        yield warning("budget_below_one_use", where, **case, one=money(program, amount))


def _one_use(offer: Offer) -> tuple[int, int]:
    """(points, minor units) that one use gives at least."""
    if isinstance(offer, Challenge):
        return offer.points, 0
    gives = offer.gives
    if isinstance(gives, PerOrder):
        return gives.points, 0
    return 0, gives.amount if isinstance(gives, MoneyOff) else 0


def _again(where: str, rule: Rule) -> Iterator[Finding]:
    if rule.on in _ENDLESS and isinstance(rule.gives, PerOrder):
        case: dict[str, Value] = {"offer": rule.code, "times": 10, "points": 10 * rule.gives.points}
        yield warning("event_without_limit", where, **case)


def _split(program: Program, where: str, rule: Rule) -> Iterator[Finding]:
    """Points for each purchase, however small: whoever pays for each piece alone gets more."""
    gives = rule.gives
    if rule.on != "sale" or not isinstance(gives, PerOrder) or program.earning.day_max is not None:
        return
    needs, who = rule.needs, rule.who
    if needs.minimum or needs.quantity or needs.coupon or who.order_numbers or who.away_days:
        return
    case: dict[str, Value] = {"offer": rule.code, "points": gives.points, "pieces": 10}
    yield warning("bill_split", where, **case, all=10 * gives.points)
