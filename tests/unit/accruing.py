"""Sales that earn, in a line. Amounts in cents."""

from dataclasses import replace
from datetime import UTC, datetime

from terminal.programs.accrual import Accrual, accrue
from terminal.programs.calendar import zone
from terminal.programs.conditions import Selector
from terminal.programs.effects import Multiply, PerMoney
from terminal.programs.facts import Facts, Occasion
from terminal.programs.model import Program, Rule
from terminal.programs.policies import Tier
from terminal.programs.sold import PaidLine
from terminal.sales import Goods

ATHENS = zone("Europe/Athens")
NOON = Occasion(datetime(2026, 6, 3, 9, 0, tzinfo=UTC), ATHENS)
"""A Wednesday, twelve o'clock in Athens."""
MEMBER = Facts(tier="bronze")
GOLD = Facts(tier="gold")
TIERS = (Tier("bronze"), Tier("gold", 100_000, 150))


def program(*rules: Rule, **more: object) -> Program:
    """These rules; gold earns half as much again."""
    return Program(
        **{
            "code": "Elia",
            "version": 3,
            "effective_from": datetime(2026, 1, 1, tzinfo=UTC),
            "currency": "EUR",
            "rules": rules,
            "tiers": TIERS,
            **more,
        }
    )


def rule(points: int = 1, per: int = 100, code: str = "accrual", *, full=True, **more) -> Rule:
    """Points for money."""
    return Rule(code=code, gives=PerMoney(points, per, full), **more)


def times(percent: int, code: str = "times", **more) -> Rule:
    """A multiplier."""
    return Rule(code=code, gives=Multiply(percent), **more)


def bought(paid: int, quantity: int = 1, sku: str = "A", **more) -> PaidLine:
    """A line; what PaidLine does not know goes into its goods."""
    own = {key: more.pop(key) for key in ("discount", "points_paid") if key in more}
    return PaidLine(paid, quantity, sku, goods=Goods(**more), **own)


def only(*skus: str) -> Selector:
    """A selector of skus."""
    return Selector(skus=skus)


def earned(of: Program, *lines: PaidLine, facts=MEMBER, at=NOON, applied=(), **more) -> Accrual:
    """What lines earn."""
    return accrue(of, lines, applied, facts, at, **more)


def points(accrual: Accrual) -> dict[str, int]:
    """Points by rule; what several parts of a rule give is added."""
    found: dict[str, int] = {}
    for part in accrual.parts:
        found[part.rule] = found.get(part.rule, 0) + part.points
    return found


def on(**more: object) -> Occasion:
    """The same noon, otherwise."""
    return replace(NOON, **more)
