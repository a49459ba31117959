"""The journal of a period: what the report says, as debits and credits whose sums are equal.

Account names are data: a shop puts its own in their place. Amounts in minor units, never negative.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from terminal.books.folding import ADJUSTED, CLAWED_BACK, DONATED, GIVEN_BACK, REDEEMED
from terminal.books.rolling import PRIOR, Roll

LIABILITY = "liability"

ACCOUNTS: Mapping[str, str] = {
    LIABILITY: "Contract liability: loyalty points",
    PRIOR: "Revenue: points, earlier periods",
    "issued": "Revenue: goods, put aside for points",
    "given": "Marketing: points given without a sale",
    "brought": "Points brought along from another system",
    CLAWED_BACK: "Revenue: goods, put aside for points",
    ADJUSTED: "Points written off",
    REDEEMED: "Revenue: points redeemed",
    GIVEN_BACK: "Revenue: points redeemed",
    DONATED: "Points donated to causes",
    "expired": "Revenue: points not redeemed",
    "re_estimate": "Revenue: points, change of estimate",
}
"""The account that stands against the liability, by line of the report; and the liability's own."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of the journal. ``text`` is the line of the report it comes from."""

    account: str
    debit: int
    credit: int
    text: str


def journal(roll: Roll, accounts: Mapping[str, str] = ACCOUNTS) -> list[Posting]:
    """Two postings for each line that moved the liability; ``accounts`` may name only some."""
    names = {**ACCOUNTS, **accounts}
    postings: list[Posting] = []
    for line, amount in roll.money.items():
        if amount > 0:
            postings += _pair(names[line], names[LIABILITY], amount, line)
        elif amount < 0:
            postings += _pair(names[LIABILITY], names[line], -amount, line)
    return postings


def _pair(debit: str, credit: str, amount: int, text: str) -> list[Posting]:
    return [Posting(debit, amount, 0, text), Posting(credit, 0, amount, text)]
