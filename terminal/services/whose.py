"""Whose something is that an online store tells of, and whom to tell of it.

A member who was merged into another one stays in the books, with the entries of old, and points to
the survivor by a link of kind ``merged`` that belongs to no store; so every till of a hub knows.
"""

from collections.abc import Iterable
from datetime import datetime

from terminal.cards import CardState
from terminal.ids import CardNumber, MemberId, NewId, derived_id
from terminal.journal import SEPARATOR
from terminal.members import Member
from terminal.online import OnlineOrder
from terminal.outbox import MessageKind, MessageState, OutboxMessage
from terminal.ports import RemoteLink, UnitOfWork
from terminal.stamps import Change

MERGED = "merged"
"""The kind of link from a member to the one it was merged into."""
ERASED = "erased"
"""The kind of link by which a member is known to be forgotten."""
FORGOTTEN = "forgotten"
"""The kind of link by which a customer of a store is known to be forgotten."""
INHERITED = "inherited"
"""The ``remote_code`` of a member's link that came with somebody who was merged into them."""
HERE = ""
"""Where such links are kept: in no store."""
_OPEN = (MessageState.WAITING, MessageState.BLOCKED)


def survivor_of(uow: UnitOfWork, member_id: MemberId) -> MemberId:
    """Who a member is by now: the one it was merged into, or itself."""
    way = [member_id]
    while (link := uow.sync.link(HERE, MERGED, member_id)) is not None:
        member_id = MemberId(link.remote_id)
        if member_id in way:  # tills merged members into each other: one of these, for everybody
            return _survivor_among(uow, way[way.index(member_id) :])
        way.append(member_id)
    return member_id


def _survivor_among(uow: UnitOfWork, each_other: list[MemberId]) -> MemberId:
    """Whom the latest of these merges let survive, by the stamps that all tills agree on."""

    def decided(absorbed: MemberId) -> tuple[str, str]:
        about = SEPARATOR.join(("link", HERE, MERGED, absorbed))
        return uow.journal.changes(about).get("", Change()).stamp, absorbed

    latest = max(each_other, key=decided)
    link = uow.sync.link(HERE, MERGED, latest)
    return MemberId(link.remote_id) if link else latest


def survived_all_the_same(uow: UnitOfWork, member_id: MemberId) -> bool:
    """Whether somebody was merged into one who was merged into them, at two tills that had not
    heard of each other, and is the survivor: at one of them they were left without a name."""
    merged = uow.sync.link(HERE, MERGED, member_id) is not None
    return merged and survivor_of(uow, member_id) == member_id


def is_bare(member: Member) -> bool:
    """Whether this is what is left of somebody who was merged into another one."""
    return member.given_name == pseudonym(member.id) and not member.ranking_opt_out


def note_merged(uow: UnitOfWork, absorbed: MemberId, survivor: MemberId) -> None:
    """From now on the one is the other."""
    uow.sync.put_link(RemoteLink(HERE, MERGED, absorbed, survivor))


def note_erased(uow: UnitOfWork, member_id: MemberId) -> None:
    """From now on nothing is taken in of this person any more."""
    uow.sync.put_link(RemoteLink(HERE, ERASED, member_id, ""))


def is_erased(uow: UnitOfWork, member_id: MemberId) -> bool:
    """Whether the person asked to be forgotten."""
    return uow.sync.link(HERE, ERASED, member_id) is not None


def anybody_erased(uow: UnitOfWork) -> bool:
    """Whether anybody ever asked to be forgotten."""
    return bool(uow.sync.links(HERE, ERASED, "", 1))


def anybody_merged(uow: UnitOfWork) -> bool:
    """Whether anybody ever was merged into another one."""
    return bool(uow.sync.links(HERE, MERGED, "", 1))


def note_forgotten(uow: UnitOfWork, store: str, customer_id: str) -> None:
    """This customer of a store is to be forgotten there, which may take it days."""
    uow.sync.put_link(RemoteLink(store, FORGOTTEN, customer_id, ""))


def made_of(store: str, customer_id: str) -> MemberId:
    """The member that is made of a store's customer, by whichever till."""
    return MemberId(derived_id("member", store, customer_id))


def living_with(uow: UnitOfWork, store: str, customer_id: str) -> MemberId | None:
    """Who has an account of a store and is somebody of their own: it shows their points, whoever
    else, merged since, had it as well."""
    for link in uow.sync.links_back(store, "member", customer_id):
        whose = MemberId(link.local_id)
        if survivor_of(uow, whose) == whose and not is_erased(uow, whose):
            return whose
    return None


def booked_of(uow: UnitOfWork, store: str, customer_id: str, member_id: MemberId) -> MemberId:
    """Of those who had an account before they were merged, as this member did, one for whom
    something was booked, if there is one: what it shows was theirs."""
    links = uow.sync.links_back(store, "member", customer_id)
    having = [MemberId(link.local_id) for link in links]
    return next((one for one in having if uow.ledger.account(one).entries), member_id)


def is_forgotten(uow: UnitOfWork, store: str, customer_id: str) -> bool:
    """Whether nothing is to be taken in of this customer any more."""
    return uow.sync.link(store, FORGOTTEN, customer_id) is not None


def pseudonym(member_id: MemberId) -> str:
    """What stands in the place of a name that is to be forgotten."""
    return f"#{member_id[-8:]}"


def linked_member(
    uow: UnitOfWork, store: str, customer_id: str, *, merges: bool = True
) -> Member | None:
    """The member whose customer this is in a store. ``merges``: whether anybody ever was merged,
    where that is known."""
    link = uow.sync.link_back(store, "member", customer_id) if customer_id else None
    if link is None:
        return None
    member_id = MemberId(link.local_id)
    return uow.members.get(survivor_of(uow, member_id) if merges else member_id)


def member_by_email(uow: UnitOfWork, email: str) -> Member | None:
    """The member with this address, or the one they were merged into."""
    found = uow.members.by_email(email) if email else None
    return uow.members.get(survivor_of(uow, found.id)) if found else None


def holder_of(uow: UnitOfWork, order: OnlineOrder, *, merges: bool = True) -> Member | None:
    """Whose order it is: by the customer's link, then by an active card, then by e-mail."""
    linked = linked_member(uow, order.store, order.customer_id, merges=merges)
    if linked is not None:
        return linked
    by_card = uow.members.by_card(CardNumber(order.card_number)) if order.card_number else None
    if by_card and by_card[1].state is CardState.ACTIVE:
        return uow.members.get(survivor_of(uow, by_card[0].id))
    return member_by_email(uow, order.email)


def tell(
    uow: UnitOfWork,
    stores: Iterable[str],
    kind: MessageKind,
    subject_id: str,
    member_id: MemberId | None,
    now: datetime,
    new_id: NewId,
    *,
    once: bool = False,
) -> int:
    """Queue a message for each of these stores; ``once``: but for those that wait for the same
    already, as what is told is read when it is sent (one that is being sent has been read).
    Answers how many were queued."""
    about = uow.outbox.of_subject(kind, subject_id) if once else []
    waiting = {message.store for message in about if message.state in _OPEN}
    queued = [store for store in stores if store not in waiting]
    for store in queued:
        uow.outbox.put(
            OutboxMessage(
                key=new_id(), kind=kind, subject_id=subject_id, member_id=member_id,
                created_at=now, due_at=now, store=store,
            )
        )  # fmt: skip
    return len(queued)
