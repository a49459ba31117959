"""Staff: who stands at the till and how far their role reaches."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from terminal.errors import NotAllowed, PinTooWeak
from terminal.ids import StaffId

PIN_ATTEMPTS = 5
PIN_LOCK = timedelta(minutes=5)


class Role(StrEnum):
    """What a person may do: a manager may do all a cashier may."""

    CASHIER = "cashier"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Staff:
    """Someone who works here. ``pin_hash`` is argon2id; the PIN itself is kept nowhere.

    ``badge`` is the text of the badge they sign in with, "" for none.
    """

    id: StaffId
    name: str
    role: Role
    pin_hash: str
    failed: int = 0
    locked_until: datetime | None = None
    active: bool = True
    badge: str = ""


def require(staff: Staff, needed: Role) -> None:
    """Refuse what is beyond the person's role."""
    if needed is Role.MANAGER and staff.role is not Role.MANAGER:
        raise NotAllowed(role=staff.role.value, needed=needed.value)


def require_pin(pin: str) -> str:
    """A PIN as it may be set: four to eight digits. Raises PinTooWeak."""
    if not (4 <= len(pin) <= 8 and pin.isascii() and pin.isdigit()):
        raise PinTooWeak
    return pin
