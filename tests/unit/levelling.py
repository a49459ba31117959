"""Shops with levels, purchases and what is told of them: for the tests of tiers."""

from datetime import UTC, datetime

from terminal.programs.policies import Tier, Tiering
from terminal.programs.tiers import Counted, Standing, standing
from tests.unit.accruing import ATHENS, program

THREE = (Tier("bronze"), Tier("silver", 30_000), Tier("gold", 100_000))


def shop(*tiers, **tiering):
    """A programme with these levels (or bronze, silver, gold) and these ways to keep them."""
    return program(tiers=tiers or THREE, tiering=Tiering(**tiering))


def at(year, month=1, day=1, hour=12):
    """A moment on the shop's clock."""
    return datetime(year, month, day, hour, tzinfo=ATHENS).astimezone(UTC)


def spent(money, *when, visit=False):
    """A purchase."""
    moment = at(*when)
    day = moment.astimezone(ATHENS).date() if visit else None
    return Counted(moment, money, money // 100, day)


def told(of, history, moment, *grants, joined=None) -> Standing:
    return standing(of, history, moment, grants, joined_at=joined)


def course(of, history, *moments, joined=None):
    """The level at several moments, and why."""
    found = [told(of, history, moment, joined=joined) for moment in moments]
    return [f"{each.tier.code} {each.reason}" for each in found]
