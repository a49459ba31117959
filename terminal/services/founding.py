"""Founding a shop: what a new database needs before the first customer."""

from terminal.ids import Clock
from terminal.ports import Database
from terminal.programs.starter import starter_program
from terminal.services.models import Till


def found(database: Database, till: Till, clock: Clock) -> bool:
    """See to it that a programme is in force; whether there is still nobody who works here."""
    now = clock()
    with database.read() as uow:
        has_program, empty = uow.programs.at(now) is not None, not uow.staff.all()
    if not has_program:
        with database.write() as uow:
            uow.programs.put(starter_program(till.currency, now))
            uow.commit()
    return empty
