"""What is wished at the end of a slip: a birthday, a first purchase, a new level; by name."""

from collections.abc import Sequence
from datetime import datetime

from terminal.explain import tier_name
from terminal.i18n import Words
from terminal.ledger import LedgerEntry
from terminal.programs import Program
from terminal.programs.calendar import local_day, zone
from terminal.programs.matching import near_birthday
from terminal.services.models import MemberView

ON_THE_DAY = (0, 0)


def greeting(
    view: MemberView,
    at: datetime,
    entries: Sequence[LedgerEntry],
    words: Words,
    *,
    first: bool = False,
    tier_before: str = "",
) -> str:
    """One sentence, the rarest occasion first; on all other days thanks.

    ``first``: nothing was bought on this card before. ``tier_before`` empty: not known.
    """
    name, program = view.member.called, view.program
    if first:
        return words.t("Welcome, {name}! This was the first purchase on your card.", name=name)
    if _rose(program, tier_before, view.tier.code):
        tier = tier_name(view.tier.code, words, program)
        return words.t("Congratulations, {name}! Your new level: {tier}", name=name, tier=tier)
    if _is_birthday(view, at, entries):
        return words.t("Happy birthday, {name}!", name=name)
    return words.t("Thank you for shopping with us!")


def _rose(program: Program, before: str, now: str) -> bool:
    codes = [tier.code for tier in program.tiers]
    return before in codes and now in codes and codes.index(now) > codes.index(before)


def _is_birthday(view: MemberView, at: datetime, entries: Sequence[LedgerEntry]) -> bool:
    """On the day itself, and whenever something was given for it."""
    own = {rule.code for rule in view.program.rules if rule.who.birthday is not None}
    given = any(part.rule in own for entry in entries for part in entry.parts)
    today = local_day(at, zone(view.program.zone))
    return given or near_birthday(view.member.birthday, today, ON_THE_DAY)
