"""How often and how much an offer may still give: caps per member, budgets for everybody.

Uses before this sale come in as facts; those within it are counted here, so that a reward taken
twice in one sale counts twice.
"""

from collections.abc import Mapping, Sequence

from terminal.money import spread
from terminal.programs.catalogue import Offer
from terminal.programs.conditions import UNLIMITED, Limits
from terminal.programs.facts import NOT_USED, Facts, Uses

Details = dict[str, int | str]
Reason = tuple[str, Details]
"""Why not: a stable code, and plain values for a sentence."""


class Allowances:
    """Uses of offers up to now, this sale's own included. Points and minor units."""

    def __init__(self, facts: Facts | None, budgets: Mapping[str, Uses]) -> None:
        self._uses = facts.uses if facts else {}
        self._budgets = budgets
        self._here: dict[str, Uses] = {}

    def count(self, code: str, points: int, money: int) -> None:
        """One more use within this sale."""
        here = self._here.get(code, NOT_USED)
        self._here[code] = Uses(here.times + 1, here.points + points, here.money + money)

    def used(self, code: str, period: str) -> Uses:
        """A member's uses in the period that holds this moment, this sale's included."""
        return _sum(self._uses.get((code, period), NOT_USED), self._here.get(code, NOT_USED))

    def refusal(self, offer: Offer) -> Reason | None:
        """Why an offer has nothing more to give; None: it has."""
        if offer.limits is UNLIMITED:
            return None
        here = self._here.get(offer.code, NOT_USED)
        if offer.limits.order_max is not None and here.money >= offer.limits.order_max:
            return "used_up", {"per": "sale", "times": here.times}
        for cap in offer.limits.caps:
            if _is_over(self.used(offer.code, cap.per), cap.times, cap.points, cap.money, offer):
                return "used_up", {"per": cap.per, "times": cap.times or 0}
        limits, used = offer.limits, self._by_budget(offer.code)
        if _is_over(used, limits.budget_times, limits.budget_points, limits.budget_money, offer):
            return "budget_spent", {}
        return None

    def room(self, offer: Offer) -> int | None:
        """The most money an offer may still take off; None: no limit."""
        limits, rooms = offer.limits, []
        if limits.order_max is not None:
            rooms.append(limits.order_max - self._here.get(offer.code, NOT_USED).money)
        if limits.budget_money is not None:
            rooms.append(limits.budget_money - self._by_budget(offer.code).money)
        for cap in limits.caps:
            if cap.money is not None:
                rooms.append(cap.money - self.used(offer.code, cap.per).money)
        return max(min(rooms), 0) if rooms else None

    def _by_budget(self, code: str) -> Uses:
        return _sum(self._budgets.get(code, NOT_USED), self._here.get(code, NOT_USED))


def within(
    limits: Limits, shares: Sequence[int], left: Sequence[int], room: int | None
) -> Sequence[int]:
    """Shares held within the limits for a line and an order, never more than is left there.

    The least for the order first, then each line's least and most, then the most there is room
    for: a limit above holds against one below.
    """
    amount = sum(shares)
    if 0 < amount < limits.order_min:
        amount = min(limits.order_min, sum(left))
        shares = spread(amount, list(left))
    if limits.line_min or limits.line_max is not None:
        most = limits.line_max
        shares = [
            share and min(max(share, limits.line_min), rest, rest if most is None else most)
            for share, rest in zip(shares, left, strict=True)
        ]
        amount = sum(shares)
    return shares if room is None or amount <= room else spread(room, list(shares))


def _sum(before: Uses, here: Uses) -> Uses:
    return Uses(before.times + here.times, before.points + here.points, before.money + here.money)


def _is_over(
    used: Uses, times: int | None, points: int | None, money: int | None, offer: Offer
) -> bool:
    return (
        (times is not None and used.times >= times)
        or (points is not None and used.points + offer.cost > points)
        or (money is not None and used.money >= money)
    )
