"""The cash drawer's log: who opened it when and why, and whether it obeyed.

A kick is in the books before the pulse leaves, so that no opening is ever missing; what became of
it is written once, afterwards. Nothing else of a kick ever changes, and none is ever deleted.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol

from terminal.ids import SaleId, StaffId, TillCode

KickId = NewType("KickId", str)


class KickReason(StrEnum):
    """Why the drawer was opened."""

    SALE = "sale"
    RETURN = "return"
    MANUAL = "manual"
    """Nothing was sold: somebody wanted to get at the money."""
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerKick:
    """One pulse. ``outcome`` is "" until the device has said what became of it, then ``kicked`` or
    the stable code of why it stayed shut."""

    id: KickId
    at: datetime
    till: TillCode
    staff_id: StaffId
    reason: KickReason
    sale_id: SaleId | None = None
    outcome: str = ""


class DrawerRecords(Protocol):
    """Openings of the drawer: only ever added to."""

    def put(self, kick: DrawerKick) -> None: ...
    def settle(self, kick_id: KickId, outcome: str) -> None:
        """What became of it; the first answer stands."""

    def between(self, since: datetime, until: datetime) -> list[DrawerKick]:
        """From ``since`` on until before ``until``, oldest first."""
