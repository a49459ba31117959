"""What changed between two versions of a programme, in words."""

from collections.abc import Iterable

import msgspec

from terminal.clauses import (
    JOIN,
    decimal,
    goods_clauses,
    limit_clauses,
    listed,
    needs_clauses,
    said,
    share_text,
    tier_name,
    when_clauses,
    who_clauses,
)
from terminal.i18n import Words
from terminal.policies_told import Policy, policy_in_words
from terminal.programs.conditions import Limits, Needs, Selector, When, Who
from terminal.programs.diffing import Change
from terminal.programs.effects import Points, Prize
from terminal.programs.model import Challenge, Program, Promotion, Referral, Reward, Rule
from terminal.programs.policies import Tier
from terminal.telling import (
    challenge_in_words,
    points_given,
    prize_given,
    promotion_in_words,
    referral_clauses,
    reward_in_words,
    rule_in_words,
)

_MONEY = ("amount", "value", "per", "price", "cap", "from_spend", "minimum", "money")
_SHARES = ("share", "off")


def change_in_words(change: Change, old: Program, new: Program, words: Words) -> str:
    """ "Birthday week: points 30 → 50"; "New: …" and "Gone: …" for what came and went."""
    if change.owner is not None and change.after is change.owner:
        return words.t("New: {what}", what=thing_in_words(change.owner, new, words))
    if change.owner is not None and change.before is change.owner:
        return words.t("Gone: {what}", what=thing_in_words(change.owner, old, words))
    before = _value(change, change.before, old, words)
    after = _value(change, change.after, new, words)
    return f"{_title(change, words)} {before} {words.arrow} {after}"


def _title(change: Change, words: Words) -> str:
    """Whose change it is: the thing's name, else the section's; and the key where one is told."""
    section = section_name(change.where[0], words)
    if change.owner is None:
        return f"{section}:"
    code = change.where[1]
    usual = tier_name(code, words) if isinstance(change.owner, Tier) else code
    name = said(getattr(change.owner, "name", ""), words, usual)
    key = _key(change, words)
    return f"{words.isolate(name)}: {key}".rstrip()


def _key(change: Change, words: Words) -> str:
    """What is counted, where a bare number would not say it; nothing for clauses."""
    key = change.where[-1]
    known = {
        "points": words.t("points"),
        "percent": words.t("points times"),
        "cost": words.t("cost in points"),
        "from_spend": words.t("from"),
        "amount": words.t("amount"),
        "share": words.t("share"),
        "value": words.t("worth"),
        "per": words.t("for each"),
        "name": words.t("name"),
        "active": words.t("switched on"),
        "public": words.t("code"),
    }
    if key in known:
        return known[key]
    atom = isinstance(change.after if change.after is not None else change.before, msgspec.Struct)
    return "" if atom else words.isolate(key)


def section_name(section: str, words: Words) -> str:
    """What a section of the file is called."""
    known = {
        "rules": words.t("Rules"),
        "promotions": words.t("Promotions"),
        "rewards": words.t("Rewards"),
        "coupons": words.t("Coupons"),
        "tiers": words.t("Levels"),
        "tiering": words.t("Keeping levels"),
        "thresholds": words.t("Stamp cards"),
        "challenges": words.t("Challenges"),
        "games": words.t("Games"),
        "causes": words.t("Good causes"),
        "referral": words.t("Bringing friends"),
        "redemption": words.t("Points as money"),
        "basis": words.t("Basis"),
        "earning": words.t("Earning"),
        "expiry": words.t("Lapsing"),
        "pending": words.t("Waiting"),
        "returning": words.t("Returns"),
        "household": words.t("Households"),
        "offline": words.t("Offline"),
        "web": words.t("Web coupons"),
    }
    return known.get(section, section)


def thing_in_words(thing: msgspec.Struct, program: Program, words: Words) -> str:
    """A whole rule, promotion, reward, level or policy; another thing by its name and code."""
    match thing:
        case Rule():
            return rule_in_words(thing, program, words)
        case Promotion():
            return promotion_in_words(thing, program, words)
        case Reward():
            return reward_in_words(thing, program, words)
        case Challenge():
            return challenge_in_words(thing, program, words)
        case Tier():
            return JOIN.join(policy_in_words(thing, program, words))
        case _:
            return said(getattr(thing, "name", ""), words, _code(thing))


def _code(thing: msgspec.Struct) -> str:
    return str(getattr(thing, "code", type(thing).__name__))


def _value(change: Change, value: object, program: Program, words: Words) -> str:
    if isinstance(value, bool):
        return words.t("yes") if value else words.t("no")
    if isinstance(value, int):
        return _number(change.where[-1], value, program, words)
    if isinstance(value, tuple):
        return _many(value, words)
    if isinstance(value, msgspec.Struct):
        return JOIN.join(_clauses(change, value, program, words))
    if isinstance(value, dict):
        return words.quoted(said(value, words))
    return words.t("nothing") if value in (None, "") else words.isolate(str(value))


def _number(key: str, value: int, program: Program, words: Words) -> str:
    if key in _MONEY:
        return words.round_money(value, program.currency)
    if key in _SHARES:
        return share_text(value, words)
    return f"×{decimal(value, words)}" if key == "percent" else words.number(value)


def _many(values: Iterable[object], words: Words) -> str:
    plain = [_code(each) if isinstance(each, msgspec.Struct) else str(each) for each in values]
    return listed(plain, words) or words.t("nothing")


def _clauses(
    change: Change, value: msgspec.Struct, program: Program, words: Words
) -> Iterable[str]:
    """Conditions and policies say all of themselves; what has no clause is said too."""
    currency = program.currency
    points = isinstance(change.owner, Rule | Challenge)
    match value:
        case Selector():
            return goods_clauses(value, words) or [words.t("all goods")]
        case When():
            return when_clauses(value, words) or [words.t("always")]
        case Who():
            return who_clauses(value, program, words) or [words.t("every member")]
        case Needs():
            return needs_clauses(value, program, currency, words) or [words.t("needs nothing")]
        case Limits():
            told = limit_clauses(value, currency, words, points=points)
            return told or [words.t("without limit")]
        case _:
            return _effect_or_policy(value, program, words)


def _effect_or_policy(value: msgspec.Struct, program: Program, words: Words) -> Iterable[str]:
    if isinstance(value, Policy):
        return policy_in_words(value, program, words)
    if isinstance(value, Points):
        return [points_given(value, program, words)]
    if isinstance(value, Prize):
        return [prize_given(value, program, words)]
    if isinstance(value, Referral):
        return referral_clauses(value, program, words)
    return [_code(value)]
