"""What a member's points buy now, for the column that says who is here."""

from collections.abc import Sequence
from dataclasses import dataclass

from terminal.i18n import Words
from terminal.programs import Program
from terminal.programs.choices import RewardChoice
from ui.viewmodels.offer_names import reward_title

MOST_REWARDS = 4


@dataclass(frozen=True, slots=True)
class CanHave:
    """``now``: names with their cost, dearest last; ``next``: the nearest out of reach, and how
    many points are missing."""

    now: tuple[tuple[str, str], ...] = ()
    next: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        """Whether the shop has rewards that are worth a word here."""
        return bool(self.now) or self.next is not None


def can_have(
    catalogue: Sequence[RewardChoice], chosen: tuple[str, ...], program: Program, words: Words
) -> CanHave:
    """Rewards that the points reach, whatever is in the basket yet; those chosen are had."""
    open_ones = [each for each in catalogue if each.code not in chosen and _is_open(each)]
    near = sorted((each for each in open_ones if not each.missing_points), key=_cost)
    far = sorted((each for each in open_ones if each.missing_points), key=_missing)
    now = tuple(
        (reward_title(each.code, program, words), words.number(each.cost))
        for each in near[-MOST_REWARDS:]
    )
    if not far:
        return CanHave(now)
    to_go = words.n("{n} to go", "{n} to go", far[0].missing_points)
    return CanHave(now, (reward_title(far[0].code, program, words), to_go))


def _is_open(each: RewardChoice) -> bool:
    """Only points or goods are missing; not what is for others, over, or used up."""
    wanted = ("", "not_enough_points", "nothing_to_discount", "below_minimum", "too_few")
    return each.why in wanted


def _cost(each: RewardChoice) -> int:
    return each.cost


def _missing(each: RewardChoice) -> int:
    return each.missing_points
