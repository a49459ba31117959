"""Staff badges: whose PIN is asked for when one is scanned. A badge alone signs nobody in.

Any code may be one that is nothing else here: no card, article, voucher or slip. The till makes
codes of its own as well, which no mistyping turns into another.
"""

from dataclasses import replace

from terminal.errors import (
    BadgeTaken,
    NotABadge,
    TerminalError,
    UnknownCode,
    UnknownStaff,
)
from terminal.ids import Clock, NewId, StaffId
from terminal.ports import Database, UnitOfWork
from terminal.scans import Kind, Reading, route
from terminal.services.models import SignedIn, StaffFound, Till
from terminal.services.recognising import Recognising, rules_of
from terminal.services.selling import chance_of
from terminal.staff import Role, Staff, require
from terminal.vouchers import BADGE, voucher_code


class BadgeService:
    """Gives out badges and takes them back; a manager's work."""

    def __init__(self, database: Database, till: Till, *, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._till = till
        self._clock = clock
        self._chance = chance_of(new_id)

    def give(self, staff_id: StaffId, reading: Reading | str, by: StaffId) -> SignedIn:
        """From now on this code is somebody's badge.

        Raises NotABadge, BadgeTaken, UnknownStaff; NotAllowed unless ``by`` is a manager.
        """
        read = Reading(reading) if isinstance(reading, str) else reading
        with self._database.write() as uow:
            staff = self._wearer(uow, staff_id, by)
            badge = self._free(uow, read, staff_id)
            uow.staff.put(replace(staff, badge=badge))
            uow.commit()
        return SignedIn(staff.id, staff.name, staff.role)

    def make(self, staff_id: StaffId, by: StaffId) -> str:
        """A new code for somebody's badge, to be printed. Raises as ``give``."""
        code = voucher_code(BADGE, self._chance())
        self.give(staff_id, code, by)
        return code

    def take(self, staff_id: StaffId, by: StaffId) -> None:
        """Somebody lost their badge: it opens nothing any more. Raises UnknownStaff, NotAllowed."""
        with self._database.write() as uow:
            uow.staff.put(replace(self._wearer(uow, staff_id, by), badge=""))
            uow.commit()

    def _wearer(self, uow: UnitOfWork, staff_id: StaffId, by: StaffId) -> Staff:
        staff, manager = uow.staff.get(staff_id), uow.staff.get(by)
        if staff is None or manager is None or not (staff.active and manager.active):
            raise UnknownStaff
        require(manager, Role.MANAGER)
        return staff

    def _free(self, uow: UnitOfWork, reading: Reading, staff_id: StaffId) -> str:
        """The code as it is looked up, if it is nothing else."""
        program = uow.programs.at(self._clock())
        way = route(reading, rules_of(self._till, program))
        code = next((one.code for one in way.candidates if one.kind is Kind.STAFF), "")
        try:
            found = Recognising(uow, self._till, program, self._clock()).found(reading)
        except UnknownCode:
            found = None
        except TerminalError as refused:
            raise NotABadge(text=reading.text) from refused
        if isinstance(found, StaffFound):
            if found.staff.id != staff_id:
                raise BadgeTaken(staff_id=found.staff.id, name=found.staff.name)
        elif found is not None or not code:
            raise NotABadge(text=reading.text)
        return code
