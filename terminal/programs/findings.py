"""What a review finds: a code, its place, and the case that shows it, in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from terminal.money import Money
from terminal.programs.model import Program

Value = int | str | Money
"""Points and other counts are whole numbers, amounts are ``Money``, codes and days are texts."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong or dear. A "refused" one keeps a programme from being published.

    ``where`` is the place in the file (``rewards[2]``); ``case`` are the numbers of one example,
    told by ``terminal.telling.finding_in_words``.
    """

    severity: Literal["refused", "warning"]
    code: str
    where: str
    case: Mapping[str, Value] = field(default_factory=dict)


def refused(code: str, where: str, **case: Value) -> Finding:
    """A finding that nobody may pass over."""
    return Finding("refused", code, where, case)


def warning(code: str, where: str, **case: Value) -> Finding:
    """A finding that a manager may have meant."""
    return Finding("warning", code, where, case)


def money(program: Program, minor: int) -> Money:
    """An amount in the programme's currency."""
    return Money(minor, program.currency)
