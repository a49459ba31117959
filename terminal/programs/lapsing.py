"""When points can be spent and when they lapse: by the programme, on the shop's calendar.

Both change at the start of a local day: what is promised for a day holds through that day, and
whoever waits so many days waits all of them.
"""

from datetime import datetime

from terminal.programs.calendar import (
    after_days,
    after_months,
    end_of_month,
    end_of_year,
    next_of,
    zone,
)
from terminal.programs.model import Program
from terminal.programs.policies import Expiry, Pending


def usable_from(
    program: Program, decided_at: datetime, pending: Pending | None = None
) -> datetime | None:
    """When points decided now can be spent; None: at once, or when somebody releases them."""
    wait = pending or program.pending
    if wait.until == "release" or not wait.days:
        return None
    return after_days(decided_at, wait.days, zone(program.zone))


def is_held(program: Program, pending: Pending | None = None) -> bool:
    """Whether points wait until somebody releases them."""
    return (pending or program.pending).until == "release"


def lapse_of(
    program: Program, decided_at: datetime, expiry: Expiry | None = None
) -> datetime | None:
    """When points decided now lapse, if nothing else happens; None: never."""
    rule, where = expiry or program.expiry, zone(program.zone)
    match rule.kind:
        case "never":
            return None
        case "dates":
            return next_of(rule.dates, decided_at, where, rule.months)
        case "month_end":
            return end_of_month(decided_at, where, rule.months)
        case "year_end":
            return end_of_year(decided_at, where, rule.months)
    return after_months(decided_at, rule.months, where)


def kept_until(
    program: Program, decided_at: datetime, expiry: Expiry | None = None
) -> datetime | None:
    """Until when a purchase or a redemption keeps points alive; None: activity keeps nothing."""
    rule = expiry or program.expiry
    return lapse_of(program, decided_at, rule) if rule.kind == "idle" else None
