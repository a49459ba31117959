"""Redeeming where several tills share a hub: asked before it is booked, bounded while the hub is
away.

The hub grants points to one sale at a time. While it can't be asked, a till redeems on the balance
it knows, no more than the programme's ``offline`` allows: ``per_member`` since this till last told
everything, ``per_day`` in sum on one local day. So what k tills can overdraw together is at most k
times these caps, and never more than each of them knew to be there; as long as a till tells what it
was granted within the hours for which a grant holds (``sync.hub.granting.HELD_SECONDS``).
"""

from dataclasses import dataclass
from typing import Protocol

from terminal.ids import MemberId, SaleId


@dataclass(frozen=True, slots=True)
class Granted:
    """The points are held for this sale."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody else has spent them; ``available`` are left."""

    available: int


class GrantsPoints(Protocol):
    """Who is asked. Usable from several threads."""

    def ask(self, sale_id: SaleId, member_id: MemberId, points: int) -> Granted | Refused | None:
        """Points for one sale; asking again for the same sale asks the same. None: no answer in
        time, whoever is asked may have granted it."""

    def release(self, sale_id: SaleId) -> None:
        """The sale was given up. Returns at once, and never fails."""
