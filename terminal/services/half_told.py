"""Whom an online store was told of without having answered: it may have an account of theirs.

Who asks to be forgotten at such a moment has no link by which the account could be forgotten, and
no address left to look for it; who is merged into somebody leaves an account that looks like a
stranger's. So the address stands in this till's own rows from before the request until its answer.
Of one who is themselves no more it stays until the store was asked for it twice, as the first
question may overtake the request. Nothing of it is told to other tills.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from terminal.ids import MemberId, NewId
from terminal.journal import SEPARATOR
from terminal.members import Member
from terminal.merging import told_already
from terminal.online import Customer
from terminal.outbox import MessageKind
from terminal.ports import Database, RemoteLink, UnitOfWork
from terminal.services.erasing import forget_account
from terminal.services.profile_sides import ours_of
from terminal.services.whose import (
    is_erased,
    is_forgotten,
    linked_member,
    made_of,
    member_by_email,
    survivor_of,
    tell,
)
from terminal.stamps import Change

AGAIN: Final = timedelta(minutes=15)
"""After which a store is asked a second time: longer than any request is on its way."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Somebody whose account is looked for. ``asked``: the store was asked before."""

    member_id: MemberId
    email: str
    asked: bool


def note_half_told(database: Database, store: str, member: Member) -> None:
    """Before a store is told of somebody whose account there is not known."""
    with database.write() as uow:
        uow.journal.put_change(_about(store), member.id, Change(member.email))
        uow.commit()


def note_told(uow: UnitOfWork, store: str, member_id: MemberId) -> None:
    """The store has answered, and the account is linked."""
    uow.journal.drop_change(_about(store), member_id)


def half_told_as(uow: UnitOfWork, store: str, member: Member) -> str:
    """The other address under which the store was told of them without answering; "" for none."""
    kept = uow.journal.changes(_about(store)).get(member.id)
    return kept.stamp if kept and kept.stamp != member.email else ""


def recognise(uow: UnitOfWork, store: str, email: str, now: datetime) -> Member | None:
    """Whom the store was told of under this address without answering. The address was changed
    here since then: it is what both sides agreed on last."""
    for member_id, kept in sorted(uow.journal.changes(_about(store)).items()):
        member = uow.members.get(MemberId(member_id)) if email and kept.stamp == email else None
        if member is not None and member.email:
            told = told_already(ours_of(uow, replace(member, email="")))
            uow.sync.put_agreed(store, member.id, {**told, "email": email}, now)
            return member
    return None


def sought(uow: UnitOfWork, store: str, now: datetime) -> list[Sought]:
    """Those to be asked for now: forgotten, or merged, before the store answered."""
    kept = uow.journal.changes(_about(store))
    found = []
    for member_id, change in sorted(kept.items()):
        whose, before = MemberId(member_id), change.before
        gone = is_erased(uow, whose) or survivor_of(uow, whose) != whose
        if gone and (not before or now - datetime.fromisoformat(before) >= AGAIN):
            found.append(Sought(whose, change.stamp, bool(before)))
    return found


class Finding:
    """Does what is to be done of an account that was found, or was not. ``stores`` are all that
    know of members."""

    def __init__(self, store: str, stores: Iterable[str], new_id: NewId) -> None:
        self._store = store
        self._stores = tuple(stores)
        self._new_id = new_id

    def settle(
        self, uow: UnitOfWork, one: Sought, customer: Customer | None, now: datetime
    ) -> None:
        """The store has answered: it has this account under the address, or none."""
        if customer is not None and self._is_theirs(uow, one, customer.id):
            link = RemoteLink(self._store, "member", one.member_id, customer.id)
            if is_erased(uow, one.member_id):
                forget_account(uow, link, self._stores, now)
            else:
                self._let_show_nothing(uow, link, now)
        if one.asked:
            note_told(uow, self._store, one.member_id)
        else:
            self.put_off(uow, one, now)

    def put_off(self, uow: UnitOfWork, one: Sought, now: datetime) -> None:
        """They are asked for once more, later."""
        kept = Change(one.email, now.isoformat())
        uow.journal.put_change(_about(self._store), one.member_id, kept)

    def _let_show_nothing(self, uow: UnitOfWork, link: RemoteLink, now: datetime) -> None:
        whose = MemberId(link.local_id)
        uow.sync.put_link(link)
        tell(uow, (self._store,), MessageKind.STANDING, whose, whose, now, self._new_id)

    def _is_theirs(self, uow: UnitOfWork, one: Sought, customer_id: str) -> bool:
        """Not one that is being forgotten already, nor anybody else's: whoever else has it, or the
        address, may be the same person, who came back."""
        if is_forgotten(uow, self._store, customer_id):
            return False
        known = {one.member_id, survivor_of(uow, one.member_id)}
        if is_erased(uow, one.member_id):
            known.add(made_of(self._store, customer_id))
        holders = (
            linked_member(uow, self._store, customer_id), member_by_email(uow, one.email)
        )  # fmt: skip
        return all(holder is None or holder.id in known for holder in holders)


def _about(store: str) -> str:
    return f"half told{SEPARATOR}{store}"
