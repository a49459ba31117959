"""What a simulation counts: for each side what was given, by rule, and what that costs.

Points are whole, amounts minor units of the programme's currency. Purchases are counted as they
were made; what came back later is not taken off.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from terminal.programs.costs import worth
from terminal.programs.model import Program


@dataclass(slots=True)
class Tally:
    """What one rule or offer gave. ``kind``: rule, promotion, reward, tier or points.

    ``money`` is what it took off, ``spent`` the points that it cost members, ``turnover`` what was
    paid in the purchases that it touched.
    """

    code: str
    kind: str
    times: int = 0
    points: int = 0
    money: int = 0
    spent: int = 0
    turnover: int = 0
    members: int = 0


@dataclass(slots=True)
class Side:
    """One programme over the past. ``net`` is what would have been to pay, ``redeemed`` what points
    would have paid of it."""

    program: Program
    earned: int = 0
    spent: int = 0
    money_off: int = 0
    redeemed: int = 0
    net: int = 0
    coupons: int = 0
    rules: dict[str, Tally] = field(default_factory=dict)
    _touched: set[str] = field(default_factory=set)

    @property
    def points_value(self) -> int:
        """What the points earned are worth as money, rounded down."""
        return int(self.earned * worth(self.program))

    @property
    def cost(self) -> int:
        """What was taken off without points, and what the points earned are worth."""
        return self.money_off + self.points_value

    def cost_of(self, code: str) -> int:
        """What one rule or campaign costs: what it took off, and what its points are worth."""
        tally = self.tally(code)
        return tally.money + int(tally.points * worth(self.program))

    def tally(self, code: str) -> Tally:
        """What one rule gave; zeros where it never did."""
        return self.rules.get(code, Tally(code, ""))

    def next_member(self) -> None:
        """What follows is another member's."""
        self._touched.clear()

    def count(
        self, code: str, kind: str, *, paid: int, points: int = 0, money: int = 0, spent: int = 0,
        known: bool = True,
    ) -> None:  # fmt: skip
        """One use of a rule in a purchase of ``paid``; ``known``: by a member."""
        tally = self.rules.setdefault(code, Tally(code, kind))
        tally.times += 1
        tally.points += points
        tally.money += money
        tally.spent += spent
        tally.turnover += paid
        if known and code not in self._touched:
            self._touched.add(code)
            tally.members += 1


@dataclass(slots=True)
class Simulated:
    """Two programmes over the same purchases.

    ``skipped`` are purchases in another currency or with lines that can't be priced. ``finished``
    False: it was cancelled, and the figures are those up to there.
    """

    since: datetime
    until: datetime
    old: Side
    new: Side
    sales: int = 0
    orders: int = 0
    guests: int = 0
    members: int = 0
    skipped: int = 0
    finished: bool = True

    @property
    def more_points(self) -> int:
        """Points that the newer programme gives more (or, negative, less)."""
        return self.new.earned - self.old.earned

    @property
    def more_cost(self) -> int:
        """Minor units that the newer programme costs more."""
        return self.new.cost - self.old.cost

    def codes(self) -> Iterable[str]:
        """Every rule that gave something on either side, the older programme's first."""
        return dict.fromkeys([*self.old.rules, *self.new.rules])
