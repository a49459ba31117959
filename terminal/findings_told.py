"""What a review found, in words: each with the case that shows it, in numbers."""

from collections.abc import Callable

from terminal.i18n import Words
from terminal.money import Money
from terminal.programs.findings import Finding, Value

T = Callable[[str], str]


def finding_in_words(finding: Finding, words: Words) -> str:
    """What is wrong or dear, and the case that shows it."""
    values = {key: _said(value, words) for key, value in finding.case.items()}
    if "why" in values:
        values["why"] = _why(values["why"], words)
    say = words.t  # the texts stand below, written out
    return _TEXTS[finding.code](lambda text: say(text, **values))


def severity_in_words(finding: Finding, words: Words) -> str:
    """How bad it is."""
    return words.t("Refused") if finding.severity == "refused" else words.t("Look at this")


def _said(value: Value, words: Words) -> str:
    if isinstance(value, Money):
        return words.money(value.minor, value.currency)
    return words.number(value) if isinstance(value, int) else value


def _why(why: str, words: Words) -> str:
    return {
        "ended": words.t("it ends before this version begins"),
        "no_day": words.t("no day of the calendar is meant"),
        "no_goods": words.t("all its goods are left out again"),
        "strangers": words.t("nobody is a fan at the first purchase"),
        "coupon": words.t("its coupon is not good at that time"),
        "no_basket": words.t("nothing is bought then that could be counted"),
    }[why]


_TEXTS: dict[str, Callable[[T], str]] = {
    "broken": lambda t: t("This contradicts itself: {problem}"),
    "points_too_dear": lambda t: t(
        "Points give back too much: {points} points are earned by spending {spent} and are worth "
        "{value}."
    ),
    "multipliers_stack": lambda t: t(
        "Multipliers that can meet in one sale make {percent} % of the points ({count} of them)."
    ),
    "reward_for_nothing": lambda t: t(
        "Reward {reward} costs no points and has no limit: anybody can take it at every purchase."
    ),
    "reward_beyond_its_price": lambda t: t(
        "Reward {reward} gives {value} for {points} points, which are earned by spending only "
        "{spent}."
    ),
    "reward_near_its_price": lambda t: t(
        "Reward {reward} gives {value} for {points} points, which are earned by spending {spent}: "
        "more than half comes back."
    ),
    "reward_beats_money": lambda t: t(
        "Reward {reward} gives {value} for {points} points, which are worth {worth} as money."
    ),
    "cause_beats_money": lambda t: t(
        "Cause {cause} gets {value} for {points} points, which are worth {worth} as money."
    ),
    "points_earn_points": lambda t: t(
        "Paying with points makes points: {points} points pay {value}, and that earns {back} "
        "points again."
    ),
    "gift_cards_earn_twice": lambda t: t(
        "A gift card of {card} earns {points} points when it is bought and as many when it pays, "
        "{twice} in all; bought with another gift card, without end."
    ),
    "coupon_gives_itself": lambda t: t(
        "Promotion {promotion} gives coupon {coupon} again when it is used: one coupon lasts for "
        "ever."
    ),
    "coupon_gives_its_points": lambda t: t(
        "{offer} turns {points} points into coupon {coupon}, which gives {back} points."
    ),
    "referral_without_minimum": lambda t: t(
        "Bringing a friend gives {points} points, worth {value}, however little the friend buys."
    ),
    "referral_beyond_its_minimum": lambda t: t(
        "Bringing a friend gives {points} points, worth {value}, for a purchase of only {spent}."
    ),
    "welcome_handed_on": lambda t: t(
        "Joining gives {points} points, worth {value}, that can be handed to others: {members} "
        "invented members make {all} points."
    ),
    "never_applies": lambda t: t("{offer} never applies: {why}."),
    "guests_are_unknown": lambda t: t(
        "{offer} is for people without a card too, but asks who they are: they never get it."
    ),
    "behind_stop": lambda t: t("{offer} never counts: {before} comes first and ends the search."),
    "behind_group": lambda t: t(
        "{offer} never counts: {before} of the same group {group} always comes first."
    ),
    "level_beyond_visits": lambda t: t(
        "Level {tier} needs {need} visits, but its window has only {most} days."
    ),
    "level_without_points": lambda t: t(
        "Level {tier} needs {need} points, but no rule gives points that count for levels."
    ),
    "level_beyond_points": lambda t: t(
        "Level {tier} needs {need} points, but at most {most} can be earned within its window."
    ),
    "minimum_between_blocks": lambda t: t(
        "At least {minimum} points in blocks of {block} are really {least} points."
    ),
    "lapse_before_usable": lambda t: t(
        "Points wait {days} days before they can be spent, but live at most {lives} days."
    ),
    "birthday_without_limit": lambda t: t(
        "{offer} has no limit a year: it counts at every purchase of {days} days, and again for "
        "whoever changes the birthday."
    ),
    "event_without_limit": lambda t: t(
        "{offer} has no limit: {times} times give {points} points without any purchase."
    ),
    "bill_split": lambda t: t(
        "{offer} gives {points} points for every purchase, however small: {pieces} pieces paid one "
        "by one make {all} points."
    ),
    "game_without_budget": lambda t: t(
        "Game {game} has no budget of points: {plays} plays give about {points} points."
    ),
    "budget_below_one_use": lambda t: t(
        "{offer} gives {one} at once, but its limit is {budget}: it never gives all of it."
    ),
}
