"""A member and a customer as the fields that are compared (``terminal.merging``)."""

from datetime import datetime

from terminal.ids import MemberId
from terminal.members import Consent, Member, Purpose
from terminal.merging import FIELDS, MARKETING, NO, SEEN, YES, Fields, alike, normal
from terminal.online import Customer
from terminal.ports import UnitOfWork
from terminal.services.enrolment import clean_phone

_FEW = 10


def latest(uow: UnitOfWork, member_id: MemberId) -> Consent | None:
    """The member's last word on e-mails from the shop."""
    spoken = [one for one in uow.members.consents(member_id) if one.purpose is Purpose.EMAIL]
    return spoken[-1] if spoken else None


def answer(uow: UnitOfWork, member: Member) -> bool | None:
    """What a store is told of it. It has one customer for all records under one address: where any
    of them said no last, nobody may be written to until a person made them one."""
    said = latest(uow, member.id)
    if said is None:
        return None
    if not said.granted:
        return False
    twins = (one for one in uow.members.search(member.email, _FEW) if one.email == member.email)
    spoken = (latest(uow, twin.id) for twin in twins)
    return not any(each is not None and not each.granted for each in spoken)


def ours_of(uow: UnitOfWork, member: Member) -> dict[str, str]:
    """The member's side."""
    fields = {name: str(getattr(member, name)) for name in FIELDS}
    consent = latest(uow, member.id)
    if consent is not None:
        fields[MARKETING] = YES if consent.granted else NO
    return fields


def theirs_of(customer: Customer, country: str) -> dict[str, str]:
    """The customer's side; ``country`` reads phone numbers."""
    fields = {name: str(getattr(customer, name)) for name in FIELDS}
    clean = normal(fields, lambda text: clean_phone(text, country))
    if customer.marketing is not None:
        clean[MARKETING] = YES if customer.marketing else NO
    return clean


def unlike(ours: Fields, theirs: Fields, agreed: Fields) -> list[str]:
    """Fields that the store is known to hold, and holds otherwise."""
    spoken = [name for name in theirs if theirs[name] or agreed.get(name)]
    return [name for name in spoken if not alike(name, ours.get(name, ""), theirs[name])]


def is_stale(agreed: Fields | None, customer: Customer) -> bool:
    """Whether a later state of the customer was merged already: a page that was asked for before a
    look at the counter, and comes after it."""
    seen = (agreed or {}).get(SEEN)
    return bool(seen and customer.updated_at and customer.updated_at < datetime.fromisoformat(seen))
