"""What a person says of e-mails at an online store, written down as their answer.

A survivor of two records may have two accounts there. The one linked to them is merged field by
field; of the other nothing is taken but a refusal that is new there, which holds for the person.
"""

from datetime import datetime, timedelta
from typing import Final

from terminal.ids import MemberId, StaffId, derived_id
from terminal.members import Consent, Member, Purpose
from terminal.merging import MARKETING, NO, SEEN, YES
from terminal.online import ONLINE_TILL, Customer
from terminal.ports import UnitOfWork
from terminal.services.profile_sides import is_stale, latest

_MOMENT: Final = timedelta(microseconds=1)
ONLINE_STAFF: Final = StaffId("online")
GIVEN_ONLINE, WITHDRAWN_ONLINE = "given_online", "withdrawn_online"
"""The wording of a consent that the person gave, or took back, at the online store."""


def write_answer(
    uow: UnitOfWork, store: str, member: Member, customer: Customer, now: datetime, *, granted: bool
) -> None:
    """The answer with its evidence, as the member's last word."""
    known = latest(uow, member.id)
    at, word = customer.updated_at or now, YES if granted else NO
    if known is not None and at <= known.recorded_at:
        at = max(now, known.recorded_at + _MOMENT)
    uow.members.put_consent(
        Consent(
            id=derived_id("consent", store, customer.id, member.id, word, at.isoformat()),
            member_id=member.id, purpose=Purpose.EMAIL, granted=granted,
            wording=GIVEN_ONLINE if granted else WITHDRAWN_ONLINE,
            language=member.language, recorded_at=at, cashier_id=ONLINE_STAFF, till=ONLINE_TILL,
        )
    )  # fmt: skip


def is_second(uow: UnitOfWork, store: str, member: Member, customer: Customer) -> bool:
    """Whether another account there is the member's own."""
    own = uow.sync.link(store, "member", member.id)
    return own is not None and own.remote_id != customer.id


def take_refusal(
    uow: UnitOfWork, store: str, member: Member, customer: Customer, now: datetime
) -> bool:
    """Whether a second account refuses and did not before; then the member does."""
    link = uow.sync.link_back(store, "member", customer.id)
    if link is None or customer.marketing is not False:
        return False
    whose = MemberId(link.local_id)
    base = uow.sync.agreed(store, whose)
    if is_stale(base, customer) or (base or {}).get(MARKETING) == NO:
        return False
    seen = {SEEN: customer.updated_at.isoformat()} if customer.updated_at else {}
    uow.sync.put_agreed(store, whose, {**(base or {}), MARKETING: NO, **seen}, now)
    said = latest(uow, member.id)
    if said is not None and not said.granted:
        return False
    write_answer(uow, store, member, customer, now, granted=False)
    return True
