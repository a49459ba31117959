"""Policies in words: what every shop decides once, said also where it is the default."""

from datetime import date

from terminal.clauses import decimal, listed, name_of, points_text, share_text, tier_name
from terminal.i18n import Words
from terminal.programs.model import Program
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

Policy = (
    Basis | Earning | Expiry | Household | Offline | Pending | Redemption | Returning | Tier
    | Tiering | WebCoupons
)  # fmt: skip


def policy_in_words(policy: Policy, program: Program, words: Words) -> list[str]:
    """Everything a policy says, a clause each."""
    match policy:
        case Basis():
            return basis_clauses(policy, words)
        case Earning():
            return earning_clauses(policy, words)
        case Expiry():
            return expiry_clauses(policy, words)
        case Pending():
            return pending_clauses(policy, words)
        case Redemption():
            return redemption_clauses(policy, program.currency, words)
        case Returning():
            return returning_clauses(policy, words)
        case Tier():
            return tier_clauses(policy, program, words)
        case Tiering():
            return tiering_clauses(policy, words)
        case Household():
            return household_clauses(policy, words)
        case Offline():
            return offline_clauses(policy, words)
        case _:
            return web_clauses(policy, words)


def basis_clauses(basis: Basis, words: Words) -> list[str]:
    """What points are earned on."""
    tax, ignored = basis.tax == "included", words.t("promotions and coupons do not lower it")
    lowered = words.t("promotions and coupons lower it")
    clauses = [
        words.t("earned on prices with tax") if tax else words.t("earned on prices without tax"),
        lowered if basis.discounts == "lower" else ignored,
        words.t("rewards lower it")
        if basis.rewards == "lower"
        else words.t("rewards do not lower it"),
        words.t("what points pay earns too")
        if basis.points_paid
        else words.t("what points pay earns nothing"),
        words.t("delivery earns") if basis.shipping else words.t("delivery earns nothing"),
        words.t("gift cards earn when they are bought")
        if basis.gift_cards
        else words.t("gift cards earn when they pay"),
    ]
    if basis.limited == "meant":
        clauses.append(words.t("a rule for some goods is lowered only by discounts for them"))
    return clauses


def earning_clauses(earning: Earning, words: Words) -> list[str]:
    """How rules are put together and rounded."""
    rounding = {
        "floor": words.t("fractions are dropped"),
        "half_up": words.t("halves are rounded up"),
        "ceil": words.t("fractions are rounded up"),
    }[earning.rounding]
    place = {
        "line": words.t("once a line"),
        "rule": words.t("once a rule"),
        "order": words.t("once a sale"),
    }[earning.round_at]
    multipliers = {
        "add": words.t("multipliers add up"),
        "multiply": words.t("multipliers multiply one another"),
        "best": words.t("only the best multiplier counts"),
    }[earning.multipliers]
    clauses = [f"{rounding}, {place}", multipliers]
    if earning.order_max is not None:
        most = points_text(earning.order_max, words)
        clauses.append(words.t("at most {what} a sale", what=most))
    if earning.day_max is not None:
        clauses.append(words.t("at most {what} a day", what=points_text(earning.day_max, words)))
    if earning.running:
        clauses.append(words.t("rewards may be paid with points of the same sale"))
    return clauses


def expiry_clauses(expiry: Expiry, words: Words) -> list[str]:
    """When points lapse, and how long before that somebody says so."""
    months = words.n("{n} month", "{n} months", expiry.months)
    if expiry.kind == "never":
        return [words.t("points never lapse")]
    when = {
        "months": words.t("points lapse {time} after they were earned", time=months),
        "idle": words.t("points lapse {time} after the last purchase", time=months),
        "dates": words.t("points lapse on {days}", days=_year_days(expiry, words)),
        "month_end": words.t("points lapse at the end of the month, {time} later", time=months),
        "year_end": words.t("points lapse at the end of the year, {time} later", time=months),
    }[expiry.kind]
    if expiry.kind == "dates" and expiry.months:
        later = words.t("at least {time} later", time=months)
        when = f"{when} ({later})"
    warned = words.n("told {n} day before", "told {n} days before", expiry.warn_days)
    return [when, warned]


def _year_days(expiry: Expiry, words: Words) -> str:
    days = [date.fromisoformat(f"2024-{day}") for day in expiry.dates]
    return listed([words.day_month(day) for day in days], words)


def pending_clauses(pending: Pending, words: Words) -> list[str]:
    """How long points wait."""
    if pending.until == "release":
        return [words.t("points wait until somebody releases them")]
    if not pending.days:
        return [words.t("points can be spent at once")]
    wait = words.n("points wait {n} day", "points wait {n} days", pending.days)
    return [wait]


def redemption_clauses(rule: Redemption, currency: str, words: Words) -> list[str]:
    """What points are worth and how many may pay."""

    def money(minor: int) -> str:
        return words.round_money(minor, currency)

    worth = words.n(
        "{n} point is worth {amount}", "{n} points are worth {amount}", rule.block,
        amount=money(rule.value),
    )  # fmt: skip
    clauses = [worth, words.t("at least {what}", what=points_text(rule.minimum, words))]
    mosts = [f"{words.number(rule.cap_percent)} %"] if rule.cap_percent < 100 else []
    mosts += [points_text(rule.cap_points, words)] if rule.cap_points is not None else []
    mosts += [money(rule.cap_money)] if rule.cap_money is not None else []
    clauses += [words.t("at most {what} a sale", what=most) for most in mosts]
    if rule.cap_per_item is not None:
        clauses.append(words.t("at most {what} a piece", what=money(rule.cap_per_item)))
    if rule.only_above:
        clauses.append(words.t("from {amount} on", amount=money(rule.only_above)))
    unwanted = [*rule.not_skus, *rule.not_categories]
    if unwanted:
        clauses.append(words.t("not {goods}", goods=listed(unwanted, words)))
    return clauses


def returning_clauses(rule: Returning, words: Words) -> list[str]:
    """What a return does to points."""
    debt = words.t("points already spent become a debt")
    clamp = words.t("points already spent are let go")
    lapse = words.t("points given back that lapsed meanwhile lapse again")
    grace = words.n(
        "points given back that lapsed meanwhile live {n} more day",
        "points given back that lapsed meanwhile live {n} more days",
        rule.grace_days,
    )
    return [
        words.n("goods come back within {n} day", "goods come back within {n} days", rule.days),
        debt if rule.clawback == "debt" else clamp,
        lapse if rule.expired == "lapse" else grace,
    ]


def tier_clauses(tier: Tier, program: Program, words: Words) -> list[str]:
    """How a level is reached and what it brings."""
    asked = []
    if tier.by_spend and tier.from_spend:
        amount = words.round_money(tier.from_spend, program.currency)
        asked.append(words.t("from {amount} on", amount=amount))
    if tier.points is not None:
        asked.append(words.t("from {amount} on", amount=points_text(tier.points, words)))
    if tier.visits is not None:
        visits = words.n("{n} visit", "{n} visits", tier.visits)
        asked.append(words.t("from {amount} on", amount=visits))
    reached = listed(asked, words) if asked else words.t("for everybody")
    if tier.need == "two":
        two = words.t("any two of them")
        reached = f"{reached} ({two})"
    clauses = [reached]
    if tier.percent != 100:
        clauses.append(words.t("points {times}", times=f"×{decimal(tier.percent, words)}"))
    if tier.off:
        clauses.append(words.t("{amount} off", amount=share_text(tier.off, words)))
    if tier.gift is not None:
        gift = name_of(program, "rewards", tier.gift, words)
        clauses.append(words.t("a gift for the birthday: {name}", name=gift))
    return [f"{tier_name(tier.code, words, program)}: {clauses[0]}", *clauses[1:]]


def tiering_clauses(rule: Tiering, words: Words) -> list[str]:
    """How levels are kept."""
    window = {
        "rolling": words.n("the last {n} month counts", "the last {n} months count", rule.months),
        "calendar": words.t("the calendar year counts"),
        "anniversary": words.t("the year of membership counts"),
    }[rule.window]
    step = words.t("one level down at a time")
    clauses = [window, words.t("down to what was reached") if rule.downgrade == "full" else step]
    if rule.grace_days:
        days = words.n("{n} day", "{n} days", rule.grace_days)
        clauses.append(words.t("kept {time} longer", time=days))
    if rule.soft_landing is not None:
        share = share_text(rule.soft_landing, words)
        clauses.append(words.t("{share} of what a level needs keeps it", share=share))
    return clauses


def household_clauses(rule: Household, words: Words) -> list[str]:
    """Whether points may be handed on."""
    if not rule.allowed:
        return [words.t("points can't be handed to others")]
    clauses = [
        words.t("members of a household may hand points to each other"),
        words.t("at least {what}", what=points_text(rule.minimum, words)),
    ]
    if rule.day_max is not None:
        clauses.append(words.t("at most {what} a day", what=points_text(rule.day_max, words)))
    return clauses


def offline_clauses(rule: Offline, words: Words) -> list[str]:
    """How many points while the other tills can't be asked."""
    clauses = []
    if rule.per_member is not None:
        most = points_text(rule.per_member, words)
        clauses.append(words.t("at most {what} for each member", what=most))
    if rule.per_day is not None:
        clauses.append(words.t("at most {what} a day", what=points_text(rule.per_day, words)))
    return clauses or [words.t("no limit while the other tills can't be asked")]


def web_clauses(rule: WebCoupons, words: Words) -> list[str]:
    """Whether rewards can be had as web coupons, how long one is good, when its points go back."""
    if not rule.allowed:
        return [words.t("rewards can't be had as web coupons")]
    good = words.n("good for {n} day", "good for {n} days", rule.valid_days)
    back = words.n(
        "unused, its points go back {n} day later", "unused, its points go back {n} days later",
        rule.grace_days,
    )  # fmt: skip
    return [good, back]
