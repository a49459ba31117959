"""Rules, rewards and whatever else a programme promises, in words a manager can check.

Every sentence is clauses side by side, most important first: "Birthday week: 30 points · on the
birthday (…) · at most 1 time a year".
"""

from collections.abc import Iterable

from terminal.clauses import (
    JOIN,
    cap_clauses,
    decimal,
    goods_clauses,
    limit_clauses,
    listed,
    name_of,
    needs_clauses,
    points_text,
    said,
    share_text,
    when_clauses,
    who_clauses,
)
from terminal.i18n import Words
from terminal.policies_told import (
    basis_clauses,
    expiry_clauses,
    pending_clauses,
    policy_in_words,
)
from terminal.programs.effects import (
    BuyGet,
    Cheapest,
    Donate,
    FixedPrice,
    FreeItem,
    Gift,
    GiveCoupon,
    MoneyOff,
    Multiply,
    PercentOff,
    PerMoney,
    PerUnit,
    Points,
    Prize,
    Step,
    Steps,
)
from terminal.programs.model import Challenge, Program, Promotion, Referral, Reward, Rule
from terminal.programs.policies import Basis, Expiry, Pending


def rule_in_words(rule: Rule, program: Program, words: Words) -> str:
    """What a rule gives, for what, when, to whom and how much at most."""
    clauses = [
        points_given(rule.gives, program, words),
        *_happening(rule, words),
        *_conditions(rule, program, words, points=True),
        *_order(rule, words),
        *_own_policies(rule, program.currency, words),
    ]
    return _told(said(rule.name, words), clauses)


def promotion_in_words(promotion: Promotion, program: Program, words: Words) -> str:
    """What a promotion takes off, for what, when and for whom."""
    clauses = [
        prize_given(promotion.gives, program, words),
        *_conditions(promotion, program, words, points=False),
        *([words.t("without a card too")] if promotion.guests else []),
        *_order(promotion, words),
    ]
    return _told(said(promotion.name, words), clauses)


def reward_in_words(reward: Reward, program: Program, words: Words) -> str:
    """What a reward costs and gives."""
    cost = points_text(reward.cost, words) if reward.cost else words.t("for nothing")
    clauses = [
        f"{cost} {words.arrow} {prize_given(reward.gives, program, words)}",
        *_conditions(reward, program, words, points=False),
        *_order(reward, words),
    ]
    return _told(said(reward.name, words), clauses)


def challenge_in_words(challenge: Challenge, program: Program, words: Words) -> str:
    """What is to be done within which time, and what it brings."""
    target = challenge.target
    what = {
        "visits": lambda: words.n("{n} visit", "{n} visits", target),
        "categories": lambda: words.n("{n} kind of goods", "{n} kinds of goods", target),
        "pieces": lambda: words.n("{n} piece", "{n} pieces", target),
        "money": lambda: words.round_money(target, program.currency),
    }[challenge.count]()
    gives = [points_text(challenge.points, words)] if challenge.points else []
    if challenge.coupon:
        name = name_of(program, "coupons", challenge.coupon, words)
        gives.append(words.t("a coupon: {name}", name=name))
    if challenge.badge:
        badge = name_of(program, "badges", challenge.badge, words)
        gives.append(words.t("the badge {name}", name=badge))
    clauses = [
        f"{what} {period_text(challenge.per, words)} {words.arrow} {listed(gives, words)}",
        *goods_clauses(challenge.only, words),
        *when_clauses(challenge.when, words),
        *who_clauses(challenge.who, program, words),
        *limit_clauses(challenge.limits, program.currency, words, points=True),
        *_off(challenge.active, words),
    ]
    return _told(said(challenge.name, words), clauses)


def period_text(period: str, words: Words) -> str:
    """ "in a month"."""
    return {
        "sale": words.t("in a sale"),
        "day": words.t("in a day"),
        "week": words.t("in a week"),
        "month": words.t("in a month"),
        "year": words.t("in a year"),
        "ever": words.t("in all"),
    }[period]


def points_given(gives: Points, program: Program, words: Words) -> str:
    """ "2 points per €1"."""
    if isinstance(gives, Multiply):
        return words.t("points {times}", times=f"×{decimal(gives.percent, words)}")
    points = gives.points
    if isinstance(gives, PerMoney):
        amount = words.round_money(gives.per, program.currency)
        text = words.n("{n} point per {amount}", "{n} points per {amount}", points, amount=amount)
        parts = words.t("parts count too")
        return text if gives.full else f"{text} ({parts})"
    if isinstance(gives, PerUnit):
        pieces = words.n("{n} piece", "{n} pieces", gives.units)
        return words.n("{n} point per {amount}", "{n} points per {amount}", points, amount=pieces)
    return points_text(points, words)


def prize_given(gives: Prize, program: Program, words: Words) -> str:
    """ "€5 off", "the cheapest piece free"."""
    if isinstance(gives, MoneyOff | PercentOff | Cheapest | FixedPrice | Steps):
        return _money_given(gives, program.currency, words)
    if isinstance(gives, FreeItem):
        free = words.n("{n} piece free", "{n} pieces free", gives.quantity)
        return f"{free} ({words.isolate(gives.sku)})" if gives.sku else free
    if isinstance(gives, BuyGet):
        return _buy_get(gives, words)
    if isinstance(gives, Gift):
        return words.t("a gift: {name}", name=gives.name)
    if isinstance(gives, GiveCoupon):
        return words.t("a coupon: {name}", name=name_of(program, "coupons", gives.coupon, words))
    return _donated(gives, program, words)


def _donated(gives: Donate, program: Program, words: Words) -> str:
    amount = words.round_money(gives.value, program.currency)
    cause = name_of(program, "causes", gives.cause, words)
    return words.t("{amount} for {cause}", amount=amount, cause=cause)


def _money_given(
    gives: MoneyOff | PercentOff | Cheapest | FixedPrice | Steps, currency: str, words: Words
) -> str:
    if isinstance(gives, MoneyOff):
        return words.t("{amount} off", amount=words.round_money(gives.amount, currency))
    if isinstance(gives, FixedPrice):
        return words.t("for {amount} each", amount=words.money(gives.price, currency))
    if isinstance(gives, Steps):
        return ", ".join(_step(step, currency, words) for step in gives.steps)
    off = words.t("{amount} off", amount=share_text(gives.share, words))
    if isinstance(gives, Cheapest):
        whole, piece = words.t("the cheapest piece free"), words.t("the cheapest piece")
        off = whole if gives.share == 10_000 else f"{piece}: {off}"
    return off if gives.cap is None else f"{off}, {_at_most(gives.cap, currency, words)}"


def _at_most(minor: int, currency: str, words: Words) -> str:
    return words.t("at most {amount}", amount=words.round_money(minor, currency))


def _step(step: Step, currency: str, words: Words) -> str:
    begins = words.t("from {amount} on", amount=words.round_money(step.minimum, currency))
    if step.share is None:
        off = words.t("{amount} off", amount=words.round_money(step.amount or 0, currency))
        return f"{begins}: {off}"
    off = words.t("{amount} off", amount=share_text(step.share, words))
    most = f", {_at_most(step.amount, currency, words)}" if step.amount is not None else ""
    return f"{begins}: {off}{most}"


def _buy_get(gives: BuyGet, words: Words) -> str:
    buy, get = words.number(gives.buy), words.number(gives.get)
    if gives.share == 10_000:
        text = words.t("buy {buy}, get {get} free", buy=buy, get=get)
    else:
        off = share_text(gives.share, words)
        text = words.t("buy {buy}, get {off} off {get} more", buy=buy, get=get, off=off)
    clauses = [text]
    if gives.get_skus:
        clauses.append(listed(gives.get_skus, words))
    if gives.among == "added":
        clauses.append(words.t("on top of what is bought"))
    if gives.most is not None:
        pieces = words.n("{n} piece", "{n} pieces", gives.most)
        clauses.append(words.t("at most {amount}", amount=pieces))
    return ", ".join(clauses)


def happening_text(on: str, words: Words) -> str:
    """What a rule waits for."""
    return {
        "sale": words.t("for a purchase"),
        "sign_up": words.t("for joining"),
        "review": words.t("for a review"),
        "survey": words.t("for a survey"),
        "quiz": words.t("for a quiz"),
        "feedback": words.t("for an opinion"),
        "profile": words.t("for completing one's details"),
        "visit": words.t("for a visit"),
        "birthday": words.t("for the birthday"),
        "anniversary": words.t("for another year as a member"),
        "away": words.t("for coming back"),
        "referral": words.t("for bringing a friend"),
        "friend": words.t("for being brought by a friend"),
        "challenge": words.t("for a challenge"),
        "milestone": words.t("for a milestone"),
        "other": words.t("when somebody gives them"),
    }[on]


def _happening(rule: Rule, words: Words) -> list[str]:
    """For a rule that counts money or pieces, a purchase goes without saying."""
    tells = rule.on != "sale" or not isinstance(rule.gives, PerMoney | PerUnit | Multiply)
    return [happening_text(rule.on, words)] if tells else []


def _conditions(
    offer: Rule | Promotion | Reward, program: Program, words: Words, *, points: bool
) -> list[str]:
    return [
        *goods_clauses(offer.only, words),
        *when_clauses(offer.when, words),
        *who_clauses(offer.who, program, words),
        *needs_clauses(offer.needs, program, program.currency, words),
        *limit_clauses(offer.limits, program.currency, words, points=points),
    ]


def _order(offer: Rule | Promotion | Reward, words: Words) -> list[str]:
    clauses = []
    if offer.group and isinstance(offer, Rule):
        clauses.append(words.t("only the best of {group}", group=offer.group))
    elif offer.group:
        clauses.append(words.t("only one of {group}", group=offer.group))
    if not isinstance(offer, Reward) and offer.stop:
        clauses.append(words.t("nothing after it counts"))
    return clauses + _off(offer.active, words)


def _off(active: bool, words: Words) -> list[str]:
    return [] if active else [words.t("switched off")]


def _own_policies(rule: Rule, currency: str, words: Words) -> Iterable[str]:
    clauses: list[str] = []
    if not rule.multiplied:
        clauses.append(words.t("never multiplied"))
    if not rule.qualifies:
        clauses.append(words.t("does not count for levels"))
    own: tuple[Basis | None, Expiry | None, Pending | None] = (
        rule.basis, rule.expiry, rule.pending
    )  # fmt: skip
    if own[0]:
        clauses += basis_clauses(own[0], words)
    if own[1]:
        clauses += expiry_clauses(own[1], words)
    if own[2]:
        clauses += pending_clauses(own[2], words)
    return clauses


def _told(name: str, clauses: Iterable[str]) -> str:
    text = JOIN.join(clauses)
    return f"{name}: {text}" if name else text


def referral_clauses(referral: Referral, program: Program, words: Words) -> list[str]:
    """What bringing a friend gives to both, for what, and how often."""
    clauses = [f"{points_text(referral.points, words)} {happening_text('referral', words)}"]
    if referral.friend_points:
        points = points_text(referral.friend_points, words)
        clauses.append(f"{points} {happening_text('friend', words)}")
    if referral.minimum:
        amount = words.round_money(referral.minimum, program.currency)
        clauses.append(words.t("from {amount} on", amount=amount))
    for cap in referral.caps:
        clauses += cap_clauses(cap, program.currency, words)
    return clauses + _off(referral.active, words)


__all__ = [
    "challenge_in_words", "happening_text", "period_text", "points_given", "policy_in_words",
    "prize_given", "promotion_in_words", "referral_clauses", "reward_in_words", "rule_in_words",
]  # fmt: skip
