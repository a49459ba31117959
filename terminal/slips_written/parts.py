"""What all slips share: head, foot, who, the points now, and the one place where a slip is sealed.

Labels are the member's language, the non-fiscal line is the country's.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from terminal.cards import last_four
from terminal.countries import COUNTRIES, CountryRules
from terminal.explain import tier_name
from terminal.i18n import Words
from terminal.ids import SlipId
from terminal.offers_told import last_day
from terminal.services.models import MemberView, Till
from terminal.slips import Block, Slip

RULE = Block("rule")
MOST_EXPIRIES = 2
_GROUP = re.compile(r".{4}(?:.$)?|.+")
"""Four characters; a fifth only where it would stand alone at the end."""


def centre(text: str, *, bold: bool = False, size: int = 1) -> Block:
    """A text in the middle."""
    return Block("text", text, align="center", bold=bold, size=size)


def pair(label: str, value: str, *, bold: bool = False) -> Block:
    """A label at the start edge, its value at the end edge."""
    return Block("pair", label, value, bold=bold)


def rules_of(till: Till) -> CountryRules:
    """What the till's country asks."""
    return COUNTRIES[till.country]


def sealed(kind: str, slip_id: SlipId, till: Till, blocks: Sequence[Block], words: Words) -> Slip:
    """The slip between head and foot. Whatever the country does not allow is not on it, even where
    the shop itself named a level or a coupon so."""
    rules = rules_of(till)
    lawful = (allowed for block in blocks if (allowed := _lawful(block, rules, words)))
    every = _once_ruled([*_head(till), *lawful, *_end(till, words)])
    return Slip(slip_id, words.language, words.rtl, tuple(every), kind)


def _once_ruled(blocks: Sequence[Block]) -> list[Block]:
    """Two rules in a row are one: what stood between them is not on this slip."""
    return [each for each, after in pairwise([*blocks, None]) if each and not each == after == RULE]


def _lawful(block: Block, rules: CountryRules, words: Words) -> Block | None:
    if block.kind not in ("text", "pair"):
        return block
    if not rules.allows(block.value):
        return None
    if rules.allows(block.text):
        return block
    return replace(block, text=words.t("Reward")) if block.kind == "pair" else None


def _head(till: Till) -> list[Block]:
    address = [centre(till.address)] if till.address else []
    non_fiscal = centre(rules_of(till).non_fiscal)
    return [Block("logo"), centre(till.shop, bold=True, size=2), *address, non_fiscal, RULE]


def _end(till: Till, words: Words) -> list[Block]:
    """The country's line, and for who reads another language what it says."""
    rules = rules_of(till)
    own = words.language == rules.language
    courtesy = words.t("Information about points only. Your receipt comes from the cash register.")
    return [centre(rules.non_fiscal), *([] if own else [centre(courtesy)])]


def stamp(till: Till, at: datetime, words: Words, ref: str = "") -> list[Block]:
    """Number, when and where."""
    when = f"{words.day(at)} {words.time(at)}"
    return [centre(f"{ref}  {when}" if ref else when), centre(till.name)]


def who(view: MemberView | None, words: Words) -> list[Block]:
    """The member with level and card; a guest without one."""
    if view is None:
        return [Block("text", words.t("Guest")), RULE]
    card = view.card_number
    number = [pair(words.t("Card number"), f"···· {last_four(card)}")] if card else []
    name = pair(view.member.called, tier_name(view.tier.code, words, view.program))
    return [name, *number, RULE]


def points_now(view: MemberView, words: Words, most: int = MOST_EXPIRIES) -> list[Block]:
    """The balance, what can't be used yet, and what is the first to go."""
    blocks = []
    pending = view.account.pending(view.as_of)
    if pending:
        blocks.append(pair(words.t("Not usable yet"), words.number(pending)))
    blocks.append(pair(words.t("Points now"), words.number(view.account.balance), bold=True))
    for moment, points in view.account.lapsing()[:most]:
        label = words.t("Expire {date}", date=last_day(moment, words))
        blocks.append(pair(label, words.number(points)))
    return blocks


def money_of(till: Till, label: str, minor: int, currency: str, words: Words) -> list[Block]:
    """An amount, where amounts may be told."""
    if not rules_of(till).amounts:
        return []
    return [pair(label, words.money(minor, currency))]


def card_label(code: str, name: str, words: Words) -> str:
    """A gift card or store credit by the last characters of its code."""
    return f"{name} {words.isolate('···' + code[-4:])}"


def times(quantity: int, words: Words) -> str:
    """A quantity before its goods: "2 ×", in Hebrew "×2"."""
    return words.isolate(f"×{quantity}") if words.rtl else f"{words.number(quantity)} ×"


def spaced(code: str) -> str:
    """A code in groups that can be read out and typed; separators do not count."""
    return " ".join(_GROUP.findall(code))


def qr(text: str) -> Block:
    """A code for a scanner or a phone."""
    return Block("qr", text, align="center")
