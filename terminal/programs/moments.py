"""Moments: what of a programme is about this very person now, to be said at the scan.

A birthday, a year of membership, a return after a long time: an offer that nobody mentions is
worth nothing. Only those still open are told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from terminal.programs.calendar import occasion as yearly_day
from terminal.programs.facts import NOT_USED, Facts, Occasion
from terminal.programs.matching import is_for, is_time
from terminal.programs.model import Program, Promotion, Reward, Rule

Offer = Rule | Promotion | Reward


@dataclass(frozen=True, slots=True)
class Moment:
    """``day`` is the birthday or anniversary itself; None: back after a long time."""

    kind: Literal["birthday", "anniversary", "away"]
    offer: Offer
    day: date | None


def moments(program: Program, facts: Facts, occasion: Occasion) -> list[Moment]:
    """The offers for this moment of a member's own, in the order of the file."""
    return [
        moment
        for offer in _offers(program)
        if _is_open(offer, facts, occasion)
        for moment in _moment(offer, facts, occasion)
    ]


def _offers(program: Program) -> Iterator[Offer]:
    families: tuple[tuple[Offer, ...], ...] = (
        program.rules, program.promotions, program.rewards,
    )  # fmt: skip
    return (offer for family in families for offer in family if offer.active)


def _is_open(offer: Offer, facts: Facts, occasion: Occasion) -> bool:
    who = offer.who
    if who.birthday is None and who.anniversary is None and who.away_days is None:
        return False
    used = (
        cap.times is not None and facts.uses.get((offer.code, cap.per), NOT_USED).times >= cap.times
        for cap in offer.limits.caps
    )
    return is_for(who, facts, occasion) and is_time(offer.when, occasion.local) and not any(used)


def _moment(offer: Offer, facts: Facts, occasion: Occasion) -> Iterator[Moment]:
    who = offer.who
    if who.birthday is not None:
        day = yearly_day(facts.birthday, occasion.at, occasion.zone, *who.birthday)
        yield Moment("birthday", offer, day)
    elif who.anniversary is not None and facts.joined_at is not None:
        joined = facts.joined_at.astimezone(occasion.zone).date().isoformat()
        day = yearly_day(joined, occasion.at, occasion.zone, *who.anniversary)
        yield Moment("anniversary", offer, day)
    else:
        yield Moment("away", offer, None)
