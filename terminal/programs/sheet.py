"""One sale as the rules for earning see it: which lines a rule means and what they add up to.

What several rules ask for is worked out once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from terminal.programs.compiling import Ready, ReadyRule
from terminal.programs.conditions import NOTHING, Needs
from terminal.programs.facts import Facts, Occasion
from terminal.programs.matching import Standing, is_for, is_time, names, unmet
from terminal.programs.policies import Earning
from terminal.programs.sold import (
    Off,
    Sold,
    amounts,
    counts,
    freed,
    in_basis,
    taken_off,
)
from terminal.programs.taxes import by_rate
from terminal.sales import Applied


@dataclass(frozen=True, slots=True)
class Ground:
    """The lines that a rule means, and their basis: ``amounts`` are minor units times ``scale``."""

    at: Sequence[int]
    amounts: Sequence[int]
    total: int
    scale: int


@dataclass
class Sheet:
    """One sale, or one event (``is_event``: its only line has no price)."""

    ready: Ready
    lines: Sequence[Sold]
    applied: Sequence[Applied]
    coupons: Collection[str]
    facts: Facts
    occasion: Occasion
    earning: Earning
    local: datetime
    is_event: bool = False
    hits: list[list[int]] = field(default_factory=list)
    """The lines that each selector means."""
    _amounts: dict[int, tuple[list[int], int]] = field(default_factory=dict)
    _now: dict[int, bool] = field(default_factory=dict)
    _for: dict[int, bool] = field(default_factory=dict)
    _sums: dict[int, tuple[int, int]] = field(default_factory=dict)
    _grounds: dict[tuple[int, int], Ground] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the lines that each selector means."""
        self.hits = [[] for _ in self.ready.selectors]
        hits_of = self.ready.hits
        for place, line in enumerate(self.lines):
            for selector in hits_of(line.sku, line.goods):
                self.hits[selector].append(place)

    @cached_property
    def kinds(self) -> list[str]:
        """The kind of each line's goods."""
        return [line.goods.kind for line in self.lines]

    @cached_property
    def is_plain(self) -> bool:
        """Whether there are goods alone: neither gift cards nor delivery."""
        return all(kind == "goods" for kind in self.kinds)

    @cached_property
    def paid(self) -> list[int]:
        """What each line brought in."""
        return [line.paid for line in self.lines]

    @cached_property
    def bought(self) -> list[int]:
        """Pieces of each line that have a price at all; an event has none and counts as one."""
        return [
            line.quantity if self.is_event or paid + line.discount > 0 else 0
            for line, paid in zip(self.lines, self.paid, strict=True)
        ]

    @cached_property
    def unpaid(self) -> list[int]:
        """Pieces of each line that an offer gave for nothing."""
        return freed(self.lines, self.applied, self.ready.frees)

    @cached_property
    def off(self) -> Off:
        """What was taken off each line, by reason."""
        return taken_off(self.lines, self.applied, self.ready.wide)

    def amounts(self, basis: int) -> tuple[list[int], int]:
        """What each line adds to a basis, and the scale."""
        found = self._amounts.get(basis)
        if found is None:
            policy, meant = self.ready.bases[basis]
            if meant or "ignored" in (policy.discounts, policy.rewards):
                values = amounts(self.lines, policy, self.off, meant=meant)
            else:
                values = self.paid
            found = self._amounts[basis] = in_basis(self.lines, self.kinds, values, policy)
        return found

    def ground(self, basis: int, selector: int) -> Ground:
        """What a rule with this basis and these goods goes by."""
        found = self._grounds.get((basis, selector))
        if found is None:
            every, scale = self.amounts(basis)
            at = self.hits[selector]
            if not self.is_plain:
                policy, kinds = self.ready.bases[basis][0], self.kinds
                at = [n for n in at if counts(kinds[n], policy)]
            mine = every if len(at) == len(every) else [every[n] for n in at]
            found = self._grounds[basis, selector] = Ground(at, mine, sum(mine), scale)
        return found

    def pieces(self, ground: Ground) -> list[int]:
        """How many pieces of each line were paid for."""
        bought, unpaid = self.bought, self.unpaid
        return [
            max(bought[n] - unpaid[n], 0) if amount else 0
            for n, amount in zip(ground.at, ground.amounts, strict=True)
        ]

    def holds(self, ready: ReadyRule) -> bool:
        """Whether a rule's conditions hold; those of many rules are the same."""
        now = self._now.get(id(ready.when))
        if now is None:
            now = self._now[id(ready.when)] = is_time(ready.when, self.local)
        if not now:
            return False
        mine = self._for.get(id(ready.who))
        if mine is None:
            mine = self._for[id(ready.who)] = is_for(ready.who, self.facts, self.occasion)
        return mine and (ready.needs is NOTHING or self._has(ready.needs, ready))

    def _has(self, needs: Needs, ready: ReadyRule) -> bool:
        """Whether the basket has what a rule needs. Gift cards and delivery count where named."""
        selector, net = ready.selector, 0
        found = self._sums.get(selector)
        if found is None:
            mine = self._named(ready)
            found = self._sums[selector] = (
                sum([self.paid[n] for n in mine]),
                sum([self.bought[n] for n in mine]),
            )
        if needs.minimum_tax == "excluded":
            mine = self._named(ready)
            rated = [(self.lines[n].goods, self.lines[n].quantity, self.paid[n]) for n in mine]
            taxes = by_rate((g.tax, paid - g.fixed * count) for g, count, paid in rated)
            net = found[0] - sum(taxed.tax for taxed in taxes)
        return not unmet(needs, Standing(found[0], net, found[1], self.coupons), self.occasion)

    def _named(self, ready: ReadyRule) -> list[int]:
        at = self.hits[ready.selector]
        if self.is_plain or names(ready.rule.only):
            return at
        return [n for n in at if self.kinds[n] == "goods"]
