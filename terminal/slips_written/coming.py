"""What a member is nearest to: the next reward and how many points it still takes."""

from dataclasses import dataclass

from terminal.programs.calendar import zone
from terminal.programs.choices import RewardChoice
from terminal.programs.facts import NOTHING_CHOSEN, Occasion
from terminal.quoting import choices
from terminal.sales import Basket
from terminal.services.models import MemberView

_OPEN = frozenset(("not_enough_points", "nothing_to_discount", "below_minimum", "too_few"))


@dataclass(frozen=True, slots=True)
class Coming:
    """A reward by its code, what it costs, and the points that are missing."""

    reward: str
    cost: int
    missing: int


def next_reward(view: MemberView) -> Coming | None:
    """The nearest reward out of reach that is open to this member; None: there is none."""
    program = view.program
    occasion = Occasion(view.as_of, zone(program.zone))
    catalogue = choices(Basket(program.currency), program, view.facts, NOTHING_CHOSEN, occasion)
    far = [each for each in catalogue if each.missing_points and each.why in _OPEN]
    nearest = min(far, key=_missing, default=None)
    if nearest is None:
        return None
    return Coming(nearest.code, nearest.cost, nearest.missing_points)


def _missing(each: RewardChoice) -> int:
    return each.missing_points
