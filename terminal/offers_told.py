"""What was taken off or handed over in words, the same on the screen, on paper and in the history.

Names are the shop's own, by the version of the programme that gave them; where that is not known
any more the code stands as it is.
"""

from datetime import datetime, timedelta

from terminal.clauses import name_of, said, tier_name
from terminal.i18n import Words
from terminal.ledger import Part
from terminal.programs import Program
from terminal.programs.effects import GiveCoupon
from terminal.sales import Applied
from terminal.telling import prize_given
from terminal.vouchers import VoucherKind
from terminal.web_coupons import reward_of

_SECTIONS = {"promotion": "promotions", "reward": "rewards"}
_INSTANT = timedelta(microseconds=1)


def offer_name(applied: Applied, program: Program | None, words: Words) -> str:
    """ "Coffee week", "Gold price", "500 points"."""
    if applied.kind == "points":
        return words.n("{n} point", "{n} points", applied.points)
    if applied.kind == "tier":
        return words.t("{tier} price", tier=tier_name(applied.code, words, program))
    return reward_name(applied.code, program, words, _SECTIONS.get(applied.kind, "rules"))


def reward_name(code: str, program: Program | None, words: Words, section: str = "rewards") -> str:
    """What a reward is called, else what it gives; a level's gift is the reward it is."""
    if from_reward := reward_of(code):
        code, section = from_reward, "rewards"
    code = code.removeprefix("gift:")
    things = getattr(program, section) if program else ()
    found = next((thing for thing in things if thing.code == code), None)
    if found is None or program is None:
        return code
    if not found.name and isinstance(found.gives, GiveCoupon):
        return coupon_name(found.gives.coupon, program, words)
    if not found.name and section in _SECTIONS.values():
        return prize_given(found.gives, program, words)
    return said(found.name, words, code)


def coupon_name(kind: str, program: Program | None, words: Words) -> str:
    """What a coupon is good for: its own name, or that of the offer it unlocks; the reward that it
    was."""
    if reward_of(kind):
        return reward_name(kind, program, words)
    name = name_of(program, "coupons", kind, words)
    if name != kind or program is None:
        return name
    unlocked = [offer for offer in program.promotions if offer.needs.coupon == kind]
    return name_of(program, "promotions", unlocked[0].code, words) if unlocked else name


def spent_name(part: Part, program: Program | None, words: Words) -> str:
    """What points were spent for, where it was not money: a reward, or a full stamp card."""
    kind, _, code = part.rule.partition(":")
    if kind == "reward":
        return reward_name(code, program, words)
    return name_of(program, "thresholds", code, words) if kind == "threshold" else ""


def card_kind(kind: VoucherKind, words: Words) -> str:
    """Gift card or store credit."""
    if kind is VoucherKind.STORE_CREDIT:
        return words.t("Store credit")
    return words.t("Gift card")


def last_day(end: datetime, words: Words) -> str:
    """The last day on which something is good; ``end`` is the first moment when it is not."""
    return words.day(end - _INSTANT)


def last_day_short(end: datetime, words: Words) -> str:
    """The same without the year."""
    return words.day_month(end - _INSTANT)
