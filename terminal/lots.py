"""Lots and accounts: a member's points as they stand, and what can be asked of them.

A lot is what is left of one credit. At every moment ``sum(lots) - debt == balance``; how entries
move lots is ``terminal.ledger``'s business. Lots and what was taken of them are made by the
thousand, and so are structs.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from terminal.entries import Order
from terminal.ids import EntryId

NEVER = datetime.max.replace(tzinfo=UTC)


class Lot(Struct, frozen=True, gc=False, omit_defaults=True):
    """What is left of one credit. ``lapses_at`` None: never; ``usable_at`` None: at once.

    ``held``: not usable until it is released. ``kept``: lives on with the member's activity, so
    that ``lapses_at`` is what the last activity made of it.
    """

    entry_id: EntryId
    remaining: int
    usable_at: datetime | None
    lapses_at: datetime | None
    held: bool = False
    kept: bool = False

    @property
    def end(self) -> datetime:
        """When it lapses; the end of time where never."""
        return self.lapses_at or NEVER

    def is_usable(self, now: datetime) -> bool:
        """Whether it can be spent at ``now``."""
        return not self.held and self.end > now and (self.usable_at or now) <= now


class Taken(Struct, frozen=True, gc=False):
    """How many points of which lot a debit took; ``lot`` as it stood before."""

    lot: Lot
    points: int


@dataclass(frozen=True, slots=True)
class Account:
    """A member's points as they stand after some entries.

    ``lots`` stand in the order in which they will be spent: soonest to lapse first, never-lapsing
    ones last, then oldest first. ``debt`` is what was spent beyond all lots; the next credit
    absorbs it. ``lifetime_earned`` counts credits that were earned or given, less clawbacks.
    """

    balance: int = 0
    lifetime_earned: int = 0
    debt: int = 0
    lots: tuple[Lot, ...] = ()
    entries: int = 0
    last: Order | None = None

    def available(self, now: datetime) -> int:
        """Points that can be redeemed at ``now``: usable, not lapsed, after debt."""
        usable = sum(lot.remaining for lot in self.lots if lot.is_usable(now))
        return max(usable - self.debt, 0)

    def pending(self, now: datetime) -> int:
        """Points that are not usable yet: too young, or held until somebody releases them."""
        return self.living(now) - sum(lot.remaining for lot in self.lots if lot.is_usable(now))

    def living(self, now: datetime) -> int:
        """All points that have not lapsed, usable or not, before any debt."""
        return sum(lot.remaining for lot in self.lots if lot.end > now)

    def cover(self, points: int, now: datetime) -> tuple[int, int]:
        """``points`` cut to what is available: (what there is, the shortfall)."""
        there = min(points, self.available(now))
        return there, points - there

    @property
    def next_lapse(self) -> datetime | None:
        """When the next lot lapses."""
        return self.lots[0].lapses_at if self.lots else None

    def lapsing(self) -> list[tuple[datetime, int]]:
        """What lapses when: (moment, points), soonest first."""
        totals: dict[datetime, int] = {}
        for lot in self.lots:
            if lot.lapses_at is not None:
                totals[lot.lapses_at] = totals.get(lot.lapses_at, 0) + lot.remaining
        return sorted(totals.items())

    def lapsing_by(self) -> list[tuple[datetime, int]]:
        """What will have lapsed by when, if nothing is spent: ``lapsing`` added up."""
        total, found = 0, []
        for moment, points in self.lapsing():
            total += points
            found.append((moment, total))
        return found

    def lapsing_within(self, now: datetime, days: int) -> list[tuple[datetime, int]]:
        """What is to lapse in the next ``days``, to be warned of; what has lapsed is not."""
        until = now + timedelta(days=days)
        return [(moment, points) for moment, points in self.lapsing() if now < moment <= until]


def lapsed_lots(account: Account, now: datetime) -> list[Lot]:
    """Lots whose time is over but that still hold points."""
    return [lot for lot in account.lots if lot.end <= now]
