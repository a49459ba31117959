"""Bookkeeping: reads all members' entries as a stream and answers with the accountant's books.

Days are the shop's local ones, in the programme's zone. A period is from one local day up to
another that is not in it. Nothing here changes the ledger.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from terminal.books.closing import (
    ClosedPeriod,
    ClosedPeriods,
    PeriodClosed,
    PeriodNotNext,
    PeriodNotOver,
)
from terminal.books.days import Days, by_till, sum_of
from terminal.books.folding import DEBT, Fold, Position
from terminal.books.journal import ACCOUNTS, journal
from terminal.books.revenue import Estimate, Experience
from terminal.books.rolling import Roll, roll
from terminal.countries import COUNTRIES
from terminal.ids import Clock, StaffId
from terminal.ledger import EntryKind, LedgerEntry
from terminal.programs.calendar import add_months
from terminal.programs.model import Program
from terminal.services.models import Till
from terminal.staff import Staff

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class EntryStream(Protocol):
    """Entries of all members."""

    def between(self, since: datetime, until: datetime) -> Iterator[LedgerEntry]:
        """Those decided in [since, until), in the ledger's order."""


class ProgramsInForce(Protocol):
    """Programme versions by time."""

    def at(self, moment: datetime) -> Program | None: ...


class StaffById(Protocol):
    """Who works here."""

    def get(self, staff_id: StaffId) -> Staff | None: ...


class BooksUnit(Protocol):
    """What bookkeeping reads in one unit of work."""

    @property
    def ledger(self) -> EntryStream: ...
    @property
    def programs(self) -> ProgramsInForce: ...
    @property
    def staff(self) -> StaffById: ...


class BooksDatabase(Protocol):
    """Where it reads."""

    def read(self) -> AbstractContextManager[BooksUnit]: ...


class Bookkeeping:
    """The books of one shop. ``closed`` holds what was signed off; without it nothing was."""

    def __init__(
        self,
        database: BooksDatabase,
        till: Till,
        clock: Clock,
        closed: ClosedPeriods | None = None,
    ) -> None:
        self._database = database
        self._till = till
        self._clock = clock
        self._closed = closed

    def zone(self) -> tzinfo:
        """The programme's time zone; the country's where there is no programme yet."""
        program = self.program()
        return ZoneInfo(program.zone if program else COUNTRIES[self._till.country].zone)

    def program(self) -> Program | None:
        """The programme in force now."""
        with self._database.read() as uow:
            return uow.programs.at(self._clock())

    # -- periods -----------------------------------------------------------------------------

    def roll_forward(self, start: date, end: date, estimate: Estimate) -> Roll:
        """The report of [start, end).

        It continues a period that was signed off up to ``start``. Raises PeriodClosed where one was
        signed off beyond it: what was signed is read with ``signed``, not computed again.
        """
        if end <= start:
            raise ValueError("a period ends after it begins")
        last = self._last()
        if last is not None and start < last.until:
            raise PeriodClosed(until=last.until)
        zone = self.zone()
        first, then = self._positions(_midnight(start, zone), _midnight(end, zone), zone)
        opening = last.roll.next_opening if last is not None and last.until == start else None
        return roll(first, then, estimate, self._till.currency, opening)

    def signed(self, start: date, end: date) -> ClosedPeriod | None:
        """The period exactly as it was signed off, or None."""
        periods = self._closed.all() if self._closed is not None else []
        return next((p for p in periods if (p.first, p.until) == (start, end)), None)

    def sign_off(
        self,
        start: date,
        end: date,
        estimate: Estimate,
        signed_by: str,
        accounts: dict[str, str] | None = None,
    ) -> ClosedPeriod:
        """Close a period for good. Raises PeriodNotOver, PeriodNotNext, PeriodClosed.

        What becomes known of it later is a line of its own in the next one.
        """
        if self._closed is None:
            raise ValueError("there is no place to keep signed-off periods")
        now, last = self._clock(), self._last()
        if _midnight(end, self.zone()) > now:
            raise PeriodNotOver(until=end)
        if last is not None and start > last.until:
            raise PeriodNotNext(expected=last.until)
        report = self.roll_forward(start, end, estimate)
        period = ClosedPeriod(
            first=start,
            until=end,
            roll=report,
            journal=journal(report, accounts or ACCOUNTS),
            signed_by=signed_by,
            signed_at=now,
        )
        self._closed.put(period)
        return period

    def _last(self) -> ClosedPeriod | None:
        periods = self._closed.all() if self._closed is not None else []
        return periods[-1] if periods else None

    def _positions(self, start: datetime, end: datetime, zone: tzinfo) -> tuple[Position, Position]:
        books = Fold(zone, self._till.currency)
        with self._database.read() as uow:
            for entry in uow.ledger.between(BEGINNING, start):
                books.take(entry)
            first = books.position(start)
            for entry in uow.ledger.between(start, end):
                books.take(entry)
        return first, books.position(end)

    # -- experience --------------------------------------------------------------------------

    def experience(self, until: date, months: int) -> Experience:
        """What became of points in the ``months`` before ``until``: basis of a redemption rate."""
        zone = self.zone()
        since = add_months(datetime.combine(until, time(), zone), -months).astimezone(UTC)
        redeemed = expired = written_off = 0
        with self._database.read() as uow:
            for entry in uow.ledger.between(since, _midnight(until, zone)):
                if entry.kind in (EntryKind.REDEEM, EntryKind.ROLLBACK, EntryKind.DONATE):
                    redeemed -= entry.points
                elif entry.kind is EntryKind.EXPIRE:
                    expired -= entry.points
                elif entry.kind is EntryKind.ADJUST:
                    written_off -= min(entry.points, 0)
        return Experience(max(redeemed, 0), expired, written_off)

    # -- days --------------------------------------------------------------------------------

    def day_totals(self, day: date, until: date | None = None) -> Days:
        """Points by till, cashier and local day of one day, or of [day, until); and open debts."""
        zone = self.zone()
        start, end = _midnight(day, zone), _midnight(until or day + timedelta(days=1), zone)
        with self._database.read() as uow:
            rows = by_till(uow.ledger.between(start, end), zone)
            books = Fold(zone, self._till.currency)
            for entry in uow.ledger.between(BEGINNING, end):
                books.take(entry)
        then = books.position(end)
        return Days(
            rows=tuple(rows),
            total=sum_of(rows),
            entries=sum(row.entries for row in rows),
            debtors=then.debtors,
            debt=-then.outstanding().get(DEBT, 0),
        )

    def names(self, days: Days) -> dict[str, str]:
        """The cashiers' names by id, as far as they are known."""
        ids = {StaffId(row.cashier) for row in days.rows if row.cashier}
        with self._database.read() as uow:
            known = {staff_id: uow.staff.get(staff_id) for staff_id in ids}
        return {staff_id: staff.name for staff_id, staff in known.items() if staff}


def _midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of a local day, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
