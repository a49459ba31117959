"""Who stands at the till: signing in with a PIN, and the people who work here."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from terminal.errors import PinLocked, UnknownStaff, WrongPin
from terminal.ids import Clock, NewId, StaffId
from terminal.ports import Database, UnitOfWork
from terminal.services.models import SignedIn
from terminal.staff import PIN_ATTEMPTS, PIN_LOCK, Role, Staff, require_pin

if TYPE_CHECKING:
    from argon2 import PasswordHasher


class DeskService:
    """Signing in and out. Five wrong PINs lock a person for five minutes."""

    def __init__(self, database: Database, *, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id

    def people(self) -> list[SignedIn]:
        """Everyone who may sign in, by name."""
        with self._database.read() as uow:
            return [SignedIn(staff.id, staff.name, staff.role) for staff in uow.staff.all()]

    def sign_in(self, staff_id: StaffId, pin: str) -> SignedIn:
        """Raises UnknownStaff, PinLocked, WrongPin. A wrong PIN is counted before it is told."""
        with self._database.read() as uow:
            staff = self._present(uow, staff_id)
        # Hashing takes tens of milliseconds, so it stands outside the write transaction.
        right = verify_pin(staff.pin_hash, pin)
        with self._database.write() as uow:
            # Once more, under the lock: guesses made side by side are counted one by one.
            staff = self._present(uow, staff_id)
            failed, locked = self._counted(uow, staff, right=right)
        if locked:
            raise PinLocked(until=locked)
        if not right:
            raise WrongPin(left=PIN_ATTEMPTS - failed)
        return SignedIn(staff.id, staff.name, staff.role)

    def _present(self, uow: UnitOfWork, staff_id: StaffId) -> Staff:
        staff = uow.staff.get(staff_id)
        if staff is None or not staff.active:
            raise UnknownStaff
        if staff.locked_until is not None and staff.locked_until > self._clock():
            raise PinLocked(until=staff.locked_until)
        return staff

    def _counted(
        self, uow: UnitOfWork, staff: Staff, *, right: bool
    ) -> tuple[int, datetime | None]:
        """How often it was wrong by now, and until when that locks."""
        failed = 0 if right else staff.failed + 1
        locked = self._clock() + PIN_LOCK if failed >= PIN_ATTEMPTS else None
        if failed != staff.failed or staff.locked_until is not None:
            uow.staff.put(replace(staff, failed=0 if locked else failed, locked_until=locked))
            uow.commit()
        return failed, locked

    def add(self, name: str, role: Role, pin: str) -> SignedIn:
        """Someone new. Raises PinTooWeak."""
        staff = Staff(StaffId(self._new_id()), name.strip(), role, hash_pin(require_pin(pin)))
        with self._database.write() as uow:
            uow.staff.put(staff)
            uow.commit()
        return SignedIn(staff.id, staff.name, staff.role)


@lru_cache(maxsize=1)
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    # 19 MiB, two passes: the OWASP minimum, about 20 ms on a till's processor.
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_pin(pin: str) -> str:
    """The argon2id hash of a PIN."""
    return _hasher().hash(pin)


def verify_pin(pin_hash: str, pin: str) -> bool:
    """Whether the PIN is the one that was hashed."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False
