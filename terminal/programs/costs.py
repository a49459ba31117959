"""What a programme costs: rewards worth more than their points, and ways to make points of nothing.

Everything is told by whole amounts of one example, so that a manager can check it by hand. Points
are worth what ``redemption`` says; they cost what a member spends to earn them.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from terminal.programs.effects import (
    Cheapest,
    Donate,
    Gift,
    GiveCoupon,
    MoneyOff,
    Multiply,
    PercentOff,
    PerMoney,
    PerOrder,
    PerUnit,
    Prize,
    Steps,
)
from terminal.programs.findings import Finding, Value, money, refused, warning
from terminal.programs.model import Program, Promotion, Reward, Rule

MOST_BACK = Fraction(1, 2)
"""The share of what points cost that they may give back before a manager is asked."""
MOST_TIMES = 500
"""Percent that multipliers may reach together before a manager is asked."""


def costly(program: Program) -> Iterator[Finding]:
    """Everything that gives more than it should."""
    yield from _giveback(program)
    yield from _multipliers(program)
    yield from _rewards(program)
    yield from _causes(program)


def loops(program: Program) -> Iterator[Finding]:
    """Everything that makes points of points, or of nothing."""
    yield from _points_paid(program)
    yield from _gift_cards(program)
    yield from _coupon_circles(program)
    yield from _stamp_cards(program)
    yield from _referral(program)
    yield from _household(program)


# -- what a point costs and is worth -----------------------------------------------------------


def rate(program: Program) -> Fraction:
    """Points for one minor unit that everybody earns on everything, levels and campaigns apart."""
    plain = [rule for rule in program.rules if _is_everyday(rule)]
    best: dict[str, Fraction] = {}
    for number, rule in enumerate(plain):
        gives = rule.gives
        if isinstance(gives, PerMoney):
            group = rule.group or f"#{number}"
            best[group] = max(best.get(group, Fraction(0)), Fraction(gives.points, gives.per))
        if rule.stop:
            break
    return sum(best.values(), Fraction(0))


def worth(program: Program) -> Fraction:
    """Minor units that one point is worth as money; 0 where points are no money."""
    rule = program.redemption
    return Fraction(rule.value, rule.block) if rule else Fraction(0)


def _is_everyday(rule: Rule) -> bool:
    """Whether a rule gives points on every sale, to everybody, for all goods."""
    plain = Rule(code=rule.code, gives=rule.gives)
    return rule.active and (rule.on, rule.only, rule.when, rule.who, rule.needs) == (
        plain.on, plain.only, plain.when, plain.who, plain.needs
    )  # fmt: skip


def _top_percent(program: Program) -> int:
    return max(tier.percent for tier in program.tiers)


# -- points as money ---------------------------------------------------------------------------


def _giveback(program: Program) -> Iterator[Finding]:
    """What comes back of every sum, at the plain rate and on the best level."""
    earned, value, rule = rate(program), worth(program), program.redemption
    if not earned or rule is None:
        return
    percent = max(_top_percent(program), 100)
    back = earned * value * percent / 100
    if back <= MOST_BACK:
        return
    spent = -(-Fraction(rule.block * 100, percent) // earned)
    case: dict[str, Value] = {
        "points": rule.block,
        "value": money(program, rule.value),
        "spent": money(program, int(spent)),
    }
    found = refused if back >= 1 else warning
    yield found("points_too_dear", "redemption", **case)


def _multipliers(program: Program) -> Iterator[Finding]:
    """Levels and campaigns that meet in one sale."""
    percents = _meeting(program)
    together = _together(program.earning.multipliers, percents)
    if together <= MOST_TIMES:
        return
    back = rate(program) * worth(program) * together / 100
    case: dict[str, Value] = {"count": len(percents), "percent": together}
    found = refused if back >= 1 else warning
    yield found("multipliers_stack", "earning.multipliers", **case)


def _meeting(program: Program) -> list[int]:
    """The percents that can meet: of one group only the best."""
    best: dict[str, int] = {}
    for number, rule in enumerate(program.rules):
        if rule.active and isinstance(rule.gives, Multiply):
            group = rule.group or f"#{number}"
            best[group] = max(best.get(group, 100), rule.gives.percent)
    top = _top_percent(program)
    return [percent for percent in (top, *best.values()) if percent > 100]


def _together(how: str, percents: Sequence[int]) -> int:
    if how == "best":
        return max(percents, default=100)
    if how == "add":
        return 100 + sum(percent - 100 for percent in percents)
    product = Fraction(100)
    for percent in percents:
        product = product * percent / 100
    return int(product)


# -- rewards -----------------------------------------------------------------------------------


def value_of(program: Program, gives: Prize) -> int:
    """Minor units that something given away is worth at most; 0 where nobody can know."""
    match gives:
        case MoneyOff(amount=amount):
            return amount
        case PercentOff(cap=cap) | Cheapest(cap=cap):
            return cap or 0
        case Steps(steps=steps):
            return max(step.amount or 0 for step in steps)
        case Gift(cost=cost):
            return cost
        case Donate(value=value):
            return value
        case GiveCoupon(coupon=coupon):
            return coupon_value(program, coupon)
        case _:  # goods, whose prices are not the programme's
            return 0


def coupon_value(program: Program, coupon: str) -> int:
    """What the best promotion that asks for this coupon takes off."""
    offers = (p for p in program.promotions if p.active and p.needs.coupon == coupon)
    return max((value_of(program, p.gives) for p in offers if not _gives_coupon(p)), default=0)


def _gives_coupon(promotion: Promotion) -> bool:
    return isinstance(promotion.gives, GiveCoupon)


def _rewards(program: Program) -> Iterator[Finding]:
    gifts = {tier.gift for tier in program.tiers}
    for number, reward in enumerate(program.rewards):
        where = f"rewards[{number + 1}]"
        if not reward.active:
            continue
        if reward.cost == 0:
            if reward.code not in gifts and not reward.limits.caps:
                yield warning("reward_for_nothing", where, reward=reward.code)
        else:
            yield from _dear(program, reward, where)


def _dear(program: Program, reward: Reward, where: str) -> Iterator[Finding]:
    value, earned = value_of(program, reward.gives), rate(program)
    if not value:
        return
    case: dict[str, Value] = {
        "reward": reward.code,
        "points": reward.cost,
        "value": money(program, value),
    }
    as_money = int(reward.cost * worth(program))
    if earned:
        spent = int(-(-reward.cost // earned))
        if value >= spent:
            yield refused("reward_beyond_its_price", where, **case, spent=money(program, spent))
        elif value > spent * MOST_BACK:
            yield warning("reward_near_its_price", where, **case, spent=money(program, spent))
    if program.redemption and value > as_money:
        yield warning("reward_beats_money", where, **case, worth=money(program, as_money))


def _causes(program: Program) -> Iterator[Finding]:
    for number, cause in enumerate(program.causes):
        as_money = int(cause.block * worth(program))
        if cause.active and program.redemption and cause.value > as_money:
            yield warning(
                "cause_beats_money", f"causes[{number + 1}]", cause=cause.code, points=cause.block,
                value=money(program, cause.value), worth=money(program, as_money),
            )  # fmt: skip


# -- loops -------------------------------------------------------------------------------------


def _points_paid(program: Program) -> Iterator[Finding]:
    """Points that pay, and earn by paying: each must come back as less than itself."""
    rule = program.redemption
    if rule is None or not program.basis.points_paid:
        return
    back = int(rate(program) * rule.value * max(_top_percent(program), 100) / 100)
    if back >= rule.block:
        case: dict[str, Value] = {
            "points": rule.block,
            "value": money(program, rule.value),
            "back": back,
        }
        yield refused("points_earn_points", "basis.points_paid", **case)


def _gift_cards(program: Program) -> Iterator[Finding]:
    """A gift card that earns when it is bought and when it pays buys the next one for ever."""
    earned = rate(program)
    if program.basis.gift_cards and earned:
        card = int(-(-1 // earned)) * 10
        points = int(card * earned)
        case: dict[str, Value] = {
            "card": money(program, card),
            "points": points,
            "twice": 2 * points,
        }
        yield refused("gift_cards_earn_twice", "basis.gift_cards", **case)


def _coupon_circles(program: Program) -> Iterator[Finding]:
    """A coupon whose use gives it again, by whatever way round."""
    gives: dict[str, list[tuple[str, int, Promotion]]] = {}
    for number, promotion in enumerate(program.promotions):
        if promotion.active and isinstance(promotion.gives, GiveCoupon) and promotion.needs.coupon:
            edge = (promotion.gives.coupon, number, promotion)
            gives.setdefault(promotion.needs.coupon, []).append(edge)
    for start, edges in gives.items():
        for coupon, number, promotion in edges:
            if start in _reached(coupon, gives):
                case: dict[str, Value] = {"promotion": promotion.code, "coupon": start}
                found = warning if promotion.needs.minimum else refused
                yield found("coupon_gives_itself", f"promotions[{number + 1}]", **case)


def _reached(coupon: str, gives: dict[str, list[tuple[str, int, Promotion]]]) -> set[str]:
    """Every coupon that one leads to, itself included."""
    seen, open_ones = {coupon}, [coupon]
    while open_ones:
        for after, _, _ in gives.get(open_ones.pop(), ()):
            if after not in seen:
                seen.add(after)
                open_ones.append(after)
    return seen


def _stamp_cards(program: Program) -> Iterator[Finding]:
    """Points that turn into a coupon that gives as many points again."""
    paying = [
        (f"thresholds[{n + 1}]", t.code, t.points, t.coupon)
        for n, t in enumerate(program.thresholds)
        if t.active
    ]
    paying += [
        (f"rewards[{n + 1}]", r.code, r.cost, r.gives.coupon)
        for n, r in enumerate(program.rewards)
        if r.active and isinstance(r.gives, GiveCoupon)
    ]
    for where, code, cost, coupon in paying:
        back = _points_by_coupon(program, coupon)
        if back and back >= cost:
            case: dict[str, Value] = {"offer": code, "points": cost, "coupon": coupon, "back": back}
            yield refused("coupon_gives_its_points", where, **case)


def _points_by_coupon(program: Program, coupon: str) -> int:
    rules = (rule for rule in program.rules if rule.active and rule.needs.coupon == coupon)
    return sum(r.gives.points for r in rules if isinstance(r.gives, PerOrder | PerUnit))


def _referral(program: Program) -> Iterator[Finding]:
    """A friend who buys almost nothing must not be worth inventing."""
    referral = program.referral
    if referral is None or not referral.active:
        return
    points = referral.points + referral.friend_points
    value = int(points * worth(program))
    case: dict[str, Value] = {"points": points, "value": money(program, value)}
    if referral.minimum == 0:
        found = warning if referral.caps else refused
        yield found("referral_without_minimum", "referral", **case)
    elif value >= referral.minimum:
        least = money(program, referral.minimum)
        yield warning("referral_beyond_its_minimum", "referral", **case, spent=least)


def _household(program: Program) -> Iterator[Finding]:
    """Points for joining that can be handed on make a member of everybody's cat."""
    points = program.welcome_points
    if program.household.allowed and points >= program.household.minimum:
        value = money(program, int(points * worth(program)))
        case: dict[str, Value] = {
            "points": points,
            "members": 10,
            "all": 10 * points,
            "value": value,
        }
        found = refused if program.household.day_max is None else warning
        yield found("welcome_handed_on", "household", **case)
