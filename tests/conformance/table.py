"""The table of cases and who checks which row."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("conformance.tsv")
INSIGHTS = "K"
"""The group whose figures come with the manager's insights; here only its policies would count."""


class Row(NamedTuple):
    """A case as it stands in the table."""

    id: str
    use: str
    setting: str
    input: str
    expected: str
    source: str

    @property
    def wanted(self) -> bool:
        """Whether this project promises it."""
        return self.use.startswith("policy:") or not self.id.startswith(INSIGHTS)


@dataclass(frozen=True)
class Check:
    """What shows that a row holds; ``shop``: it wants a whole till."""

    run: Callable[..., None]
    shop: bool


CHECKS: dict[str, Check] = {}


def rows() -> list[Row]:
    """All rows of the table."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [Row(*cells) for cells in list(csv.reader(file, delimiter="\t"))[1:]]


def row(*ids: str, shop: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Name the rows that a function checks. No row has two."""

    def register(check: Callable[..., None]) -> Callable[..., None]:
        for name in ids:
            assert name not in CHECKS, f"{name} is checked twice"
            CHECKS[name] = Check(check, shop)
        return check

    return register
