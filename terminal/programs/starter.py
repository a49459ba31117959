"""The programme a new shop starts with, until somebody writes down its own.

Cautious on purpose: one point per unit of money, a hundred points are worth one unit, half a
basket at most, points lapse after a year. A later version replaces it from its own moment on.
"""

from datetime import datetime

from terminal.programs.model import Program, per_money
from terminal.programs.policies import Redemption, Tier

UNIT = {"HUF": 40_000, "PLN": 400, "ILS": 400}
"""Minor units that one point is earned for, where a single unit of money would be too little."""


def starter_program(
    currency: str, effective_from: datetime, zone: str = "Europe/Athens"
) -> Program:
    """Version 1 of a shop that has no programme yet."""
    unit = UNIT.get(currency, 100)
    return Program(
        code="Points",
        version=1,
        effective_from=effective_from,
        currency=currency,
        zone=zone,
        rules=(per_money(1, unit),),
        redemption=Redemption(block=100, value=unit, minimum=200, cap_percent=50),
        tiers=(Tier("bronze", 0),),
    )
