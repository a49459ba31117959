"""What an online store shows of a member's points and level, and telling it anew where that is
outdated.

Tills of one hub take turns in telling a store, and whoever is elected may not have heard yet what
the one before knew: then an older balance or level is told after a newer one, and no message waits.
So each till remembers for itself which ones it last told a store, before it does, or saw there; and
whenever it hears more of the member, or that they were told of, it compares. What is outdated is
queued once more, for whoever is elected by then, who has heard at least as much. Without a hub
there is one writer and nothing is remembered.

What the store's own feed shows is compared as well: a request of old that arrived late, or points
that somebody typed there, last until the feed is read. A store that shows no level says nothing of
it: some can't hold them all.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from terminal.ids import MemberId, NewId, derived_id
from terminal.journal import SEPARATOR
from terminal.online import Customer, Standing
from terminal.outbox import MessageKind, MessageState
from terminal.ports import Database, UnitOfWork
from terminal.services.messages import standing_told
from terminal.services.whose import (
    booked_of,
    is_erased,
    is_forgotten,
    living_with,
    survivor_of,
    tell,
)
from terminal.stamps import Change

TELLING: Final = (MessageKind.STANDING, MessageKind.MEMBER)
"""Messages that say how many points there are."""
_INSTANCE: Final = "instance"
_ANY: Final = "shown"
"""In the journal's state: whether this till ever told a store of somebody."""


def will_show(database: Database, store: str, member_id: MemberId, told: Standing) -> None:
    """Remember what is being told, before it leaves: whether it arrived may never be known."""
    with database.read() as uow:
        if not _is_shared(uow) or _known(uow, store, member_id) == _word(told):
            return
    with database.write() as uow:
        _note(uow, store, member_id, told)
        uow.commit()


def tell_outdated(uow: UnitOfWork, members: Iterable[MemberId], now: datetime) -> int:
    """Queue the standing of those of whom this till told, or saw, another balance or level than
    there is, unless it waits already. Answers how many were queued; whoever is elected takes
    over."""
    if not uow.journal.state(_ANY):
        return 0
    told = 0
    for member_id in sorted({one for each in members for one in (each, survivor_of(uow, each))}):
        kept = uow.journal.changes(_about(member_id))
        standing = _standing(uow, member_id, now) if kept else None
        if standing is None:
            continue  # what is shown came from elsewhere and stays
        for store, change in kept.items():
            if change.stamp and not _is_said(change.stamp, standing):
                told += _tell(uow, store, member_id, now, change.stamp, _word(standing))
    return told


def look_at_shown(
    uow: UnitOfWork, store: str, customer: Customer, now: datetime, new_id: NewId
) -> bool:
    """A customer as the store's feed shows them; whether their standing is told anew."""
    link = uow.sync.link_back(store, "member", customer.id)
    if link is None or customer.standing is None or customer.deleted:
        return False
    member_id = _holder(uow, store, MemberId(link.local_id), customer.id)
    seen = _word(customer.standing)
    if _is_shared(uow) and _known(uow, store, member_id) != seen:
        _note(uow, store, member_id, customer.standing)
    standing = _standing(uow, member_id, now)
    if standing is None or _is_said(seen, standing):
        return False
    if not _may_be_told(uow, store, member_id):
        return False
    if is_forgotten(uow, store, customer.id) or _is_open(uow, store, member_id):
        return False
    return bool(tell(uow, (store,), MessageKind.STANDING, member_id, member_id, now, new_id))


def _tell(
    uow: UnitOfWork, store: str, member_id: MemberId, now: datetime, was: str, word: str
) -> int:
    state = uow.journal.state
    key = derived_id(
        "outdated", state(_INSTANCE), state("seq"), store, member_id, was, word, now.isoformat()
    )
    kind = MessageKind.STANDING
    queued = tell(uow, (store,), kind, member_id, member_id, now, lambda: key, once=True)
    if queued:
        uow.journal.put_change(_about(member_id), store, Change())
    return queued


def _holder(uow: UnitOfWork, store: str, member_id: MemberId, customer_id: str) -> MemberId:
    """Whose points an account shows: two records under one address had one account there, and it is
    the survivor's; where that has another one, theirs who has this one and is nobody else, or of
    those who had it one for whom something was booked."""
    survivor = survivor_of(uow, member_id)
    mine = uow.sync.link(store, "member", survivor)
    if mine is not None and mine.remote_id == customer_id:
        return survivor
    living = living_with(uow, store, customer_id)
    return living or booked_of(uow, store, customer_id, member_id)


def _may_be_told(uow: UnitOfWork, store: str, member_id: MemberId) -> bool:
    """Not who is forgotten, or has no address any more; an account whose member became another's
    is told that it has no points."""
    member = uow.members.get(member_id)
    if member is None or is_erased(uow, member_id):
        return False
    return bool(member.email) or survivor_of(uow, member_id) != member_id


def _is_open(uow: UnitOfWork, store: str, member_id: MemberId) -> bool:
    """Whether the last word on it is not out: it waits, or a person decides, or gave it up."""
    about = [one for kind in TELLING for one in uow.outbox.of_subject(kind, member_id)]
    mine = (one for one in about if one.store == store)
    last = max(mine, key=lambda one: one.number, default=None)
    return last is not None and last.state is not MessageState.SENT


def _is_shared(uow: UnitOfWork) -> bool:
    return bool(uow.journal.state(_INSTANCE))


def _about(member_id: MemberId) -> str:
    return f"{_ANY}{SEPARATOR}{member_id}"


def _standing(uow: UnitOfWork, member_id: MemberId, now: datetime) -> Standing | None:
    member = uow.members.get(member_id)
    return None if member is None else standing_told(uow, member, now)


def _word(standing: Standing) -> str:
    """Points and level, as they are remembered; a level alone leaves open which points stand by."""
    return f"{standing.points if standing.booked else ''} {standing.tier}"


def _is_said(word: str, standing: Standing) -> bool:
    """Whether these are the points and the level; without a level the points are enough."""
    points, _, tier = word.partition(" ")
    right = not standing.booked or points == str(standing.points)
    return right and tier in ("", standing.tier)


def _known(uow: UnitOfWork, store: str, member_id: MemberId) -> str:
    return uow.journal.changes(_about(member_id)).get(store, Change()).stamp


def _note(uow: UnitOfWork, store: str, member_id: MemberId, standing: Standing) -> None:
    uow.journal.put_change(_about(member_id), store, Change(_word(standing)))
    if not uow.journal.state(_ANY):
        uow.journal.put_state(_ANY, "1")
