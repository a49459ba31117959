"""Rules made ready once for each version of a programme, so that a quote is a matter of sums.

A programme never changes, so what follows from it alone is computed at first use and kept for the
few versions that a till works with.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar, cast

from terminal.programs.conditions import (
    ALL_GOODS,
    ALWAYS,
    EVERYONE,
    NOTHING,
    UNLIMITED,
    Needs,
    Selector,
    When,
    Who,
)
from terminal.programs.effects import BuyGet, Cheapest, FreeItem, MoneyOff, PercentOff, Steps
from terminal.programs.matching import means
from terminal.programs.model import SALE, Program, Promotion, Reward, Rule
from terminal.programs.policies import Basis, Expiry, Pending
from terminal.sales import Goods

Made = TypeVar("Made")
Key = TypeVar("Key")
KEPT_VERSIONS = 16
KEPT_GOODS = 50_000


class OncePerProgram(Generic[Made]):
    """Remembers what ``make`` answers for a programme, by the very object.

    Safe from several threads: at worst something is made twice.
    """

    def __init__(self, make: Callable[[Program], Made]) -> None:
        self._make = make
        self._kept: dict[int, tuple[Program, Made]] = {}

    def __call__(self, program: Program) -> Made:
        kept = self._kept.get(id(program))
        if kept is not None and kept[0] is program:
            return kept[1]
        if len(self._kept) >= KEPT_VERSIONS:
            self._kept.clear()
        made = self._make(program)
        # The programme is kept too: as long as it lives, nothing else has its id.
        self._kept[id(program)] = (program, made)
        return made


class Terms(NamedTuple):
    """What points live by where a rule has terms of its own; None: as the programme says."""

    expiry: Expiry | None = None
    pending: Pending | None = None
    qualifies: bool = True


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """A rule with the numbers of its selector and of its basis."""

    rule: Rule
    when: When
    who: Who
    needs: Needs
    selector: int
    basis: int
    terms: Terms
    limited: bool
    """Whether it has any limit at all."""
    by_line: bool
    """Whether its points are limited for each line."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A programme's rules for earning. ``on`` holds them by what they wait for.

    ``bases`` are the distinct bases with whether discounts for the whole order leave them alone;
    ``wide`` the codes of such discounts, ``frees`` the codes that give pieces for nothing.
    """

    on: dict[str, tuple[ReadyRule, ...]]
    selectors: tuple[Selector, ...]
    bases: tuple[tuple[Basis, bool], ...]
    wide: frozenset[str]
    frees: frozenset[str]
    percents: dict[str, int]
    _hits: dict[str, tuple[Goods, tuple[int, ...]]] = field(default_factory=dict)

    def hits(self, sku: str, goods: Goods) -> tuple[int, ...]:
        """The numbers of the selectors that mean these goods."""
        found = self._hits.get(sku)
        if found is None or (found[0] is not goods and found[0] != goods):
            if len(self._hits) >= KEPT_GOODS:
                self._hits.clear()
            meant = (n for n, only in enumerate(self.selectors) if means(only, sku, goods))
            found = self._hits[sku] = (goods, tuple(meant))
        return found[1]


def _make_ready(program: Program) -> Ready:
    rules = [rule for rule in program.rules if rule.active]
    selectors = _numbers([ALL_GOODS, *(rule.only for rule in rules)])
    bases = _numbers([(program.basis, False), *(_basis(program, rule) for rule in rules)])
    same = _Same()
    made = [
        ReadyRule(
            rule,
            same(rule.when),
            same(rule.who),
            same(rule.needs),
            selectors[rule.only],
            bases[_basis(program, rule)],
            Terms(rule.expiry, rule.pending, rule.qualifies),
            rule.limits != UNLIMITED,
            bool(rule.limits.line_min or rule.limits.line_max),
        )
        for rule in rules
    ]
    offers: list[Promotion | Reward] = [*program.promotions, *program.rewards]
    return Ready(
        on={on: tuple(r for r in made if r.rule.on == on) for on in {SALE, *(r.on for r in rules)}},
        selectors=tuple(selectors),
        bases=tuple(bases),
        wide=frozenset(offer.code for offer in offers if _is_wide(offer)),
        frees=frozenset(offer.code for offer in offers if _frees(offer)),
        percents={tier.code: tier.percent for tier in program.tiers},
    )


ready: OncePerProgram[Ready] = OncePerProgram(_make_ready)
"""A programme's rules for earning, made ready."""


def _basis(program: Program, rule: Rule) -> tuple[Basis, bool]:
    basis = rule.basis or program.basis
    return basis, basis.limited == "meant" and rule.only != ALL_GOODS


def _numbers(values: Iterable[Key]) -> dict[Key, int]:
    return {value: number for number, value in enumerate(dict.fromkeys(values))}


class _Same:
    """Equal conditions become one object, so that a default is recognised at a glance and what was
    found out of one rule's condition holds for another's."""

    def __init__(self) -> None:
        self._known: dict[object, object] = {each: each for each in (ALWAYS, EVERYONE, NOTHING)}

    def __call__(self, condition: Key) -> Key:
        return cast("Key", self._known.setdefault(condition, condition))


def _is_wide(offer: Promotion | Reward) -> bool:
    """Whether it takes money off the order as a whole, not off some goods or a piece."""
    return offer.only == ALL_GOODS and isinstance(offer.gives, MoneyOff | PercentOff | Steps)


def _frees(offer: Promotion | Reward) -> bool:
    gives = offer.gives
    if isinstance(gives, Cheapest):
        return gives.share == 10_000 and gives.cap is None
    if isinstance(gives, BuyGet):
        return gives.share == 10_000
    return isinstance(gives, FreeItem)
