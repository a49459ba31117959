"""The end of the day: a till's figures of one local day, and the slip of them.

Reads only, but for the slip. The day is the shop's: 23 or 25 hours long when the clocks move.
"""

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from terminal.countries import COUNTRIES
from terminal.day import DayFigures, DaySums
from terminal.ids import Clock, NewId, SlipId
from terminal.ports import Database, UnitOfWork
from terminal.programs.calendar import end_of, local_day, start_of_day
from terminal.services.models import Till
from terminal.services.slip_jobs import paper_words, queue
from terminal.slip_writer import day_slip
from terminal.slips import SlipJob, SlipState


class DayService:
    """What a cashier hands in with the money."""

    def __init__(self, database: Database, till: Till, *, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._till = till
        self._clock = clock
        self._new_id = new_id

    def figures(self, day: date | None = None) -> DayFigures:
        """The figures of a local day; None: of today so far."""
        now = self._clock()
        with self._database.read() as uow:
            return self._figures(uow, day or local_day(now, self._zone(uow, now)), now)

    def print(self, day: date | None = None) -> SlipJob:
        """Put the slip of a day in the queue."""
        figures = self.figures(day)
        words = paper_words(self._till, None)
        slip = day_slip(SlipId(self._new_id()), self._till, figures, words)
        with self._database.write() as uow:
            job = queue(uow, slip, figures.as_of)
            uow.commit()
        return job

    def _zone(self, uow: UnitOfWork, now: datetime) -> tzinfo:
        """The programme's, else the country's."""
        program = uow.programs.at(now)
        return ZoneInfo(program.zone if program else COUNTRIES[self._till.country].zone)

    def _figures(self, uow: UnitOfWork, day: date, now: datetime) -> DayFigures:
        zone = self._zone(uow, now)
        since, until = start_of_day(day, zone), end_of(day, zone)
        sums = DaySums(self._till.code)
        sums.sold(uow.sales.stream(since, until))
        sums.came_back(uow.sales.returns_between(since, until))
        sums.moved(uow.ledger.between(since, until))
        sums.opened(uow.drawer.between(since, until))
        people = (uow.staff.get(who) for who in sums.staff)
        names = {person.id: person.name for person in people if person is not None}
        slips = [job.state for job in uow.slips.unsettled()]
        return DayFigures(
            day=day, till=self._till.code, as_of=now, total=sums.total,
            cashiers=sums.cashiers(names), enrolments=uow.members.joined(since, until),
            waiting=len(slips) - slips.count(SlipState.UNKNOWN),
            unknown=slips.count(SlipState.UNKNOWN),
        )  # fmt: skip
