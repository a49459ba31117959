"""Upkeep: what the calendar does to a shop while nobody looks.

Points, gift cards and credits that lapsed are booked out; the points of web coupons that nobody
used go back; friends whose first purchase stands by
now bring their points. In small transactions, so that a cashier never waits for it; doing it twice
does nothing twice.
"""

from terminal.ids import Clock, NewId
from terminal.ports import Database
from terminal.services.happenings import HappeningService
from terminal.services.models import Till
from terminal.services.office import expire_due
from terminal.services.vouchers import expire_cards
from terminal.services.web_back import settle_over

BATCH = 100


def keep_up(
    database: Database, till: Till, happenings: HappeningService, clock: Clock, new_id: NewId
) -> None:
    """Bring the books up to the present. Raises NoProgram where there is none."""
    expire_due(database, till, clock, new_id)
    _expire_cards(database, till, clock)
    _settle_coupons(database, till, clock, new_id)
    happenings.settle_friends()


def _settle_coupons(database: Database, till: Till, clock: Clock, new_id: NewId) -> None:
    moved = True
    while moved:
        with database.write() as uow:
            stores, without = till.online_stores, till.couponless_stores
            moved = bool(settle_over(uow, stores, clock(), new_id, couponless=without))
            uow.commit()


def _expire_cards(database: Database, till: Till, clock: Clock) -> None:
    gone = 1
    while gone:
        with database.write() as uow:
            gone = expire_cards(uow, till.code, clock(), BATCH)
            uow.commit()
