"""Sales of a till that does not name an online store, told by those that do.

A till queues what it booked for every online store that its settings name. Where one of a hub's
tills does not name a store, no message comes along with its sales and returns: whoever hears of
them, and does name it, queues them there. A message may be told a call later than its sale, so one
round is waited for; two tills that queue the same thing use one key. Only what was booked since
this till and the store have known each other: earlier sales were never meant for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from terminal.ids import MemberId, derived_id
from terminal.outbox import MessageKind, OutboxMessage
from terminal.ports import UnitOfWork
from terminal.services.whose import tell

MOST: Final = 100
"""So many wait for the next round; before them, what is oldest is told at once."""
_WAITING: Final = "untold"
_SINCE: Final = "store_since "


@dataclass(frozen=True, slots=True)
class Heard:
    """A sale or return that another till booked."""

    kind: MessageKind
    subject_id: str
    member_id: MemberId | None
    at: datetime


def note_heard(
    uow: UnitOfWork, heard: Sequence[Heard], stores: Sequence[str], now: datetime
) -> list[Heard]:
    """Remember those that came without a message for one of these stores, in the transaction that
    heard of them. Answers what is too much to wait."""
    for store in stores:
        if not uow.journal.state(_SINCE + store):
            uow.journal.put_state(_SINCE + store, now.isoformat())
    before = waiting(uow)
    lacking = [one for one in (*before, *heard) if _lacking(uow, one, stores)]
    if lacking != before:
        _keep(uow, lacking[-MOST:])
    return lacking[:-MOST]


def waiting(uow: UnitOfWork) -> list[Heard]:
    """What was heard of without a message."""
    kept = uow.journal.state(_WAITING)
    return msgspec.json.decode(kept, type=list[Heard]) if kept else []


def tell_untold(
    uow: UnitOfWork, heard: Sequence[Heard], stores: Sequence[str], now: datetime
) -> None:
    """Queue these where no message has come for them, and wait for them no longer."""
    for one in heard:
        for store in _lacking(uow, one, stores):
            _queue(uow, one, store, now)
    before = waiting(uow)
    left = [one for one in before if one not in heard]
    if left != before:
        _keep(uow, left)


def _lacking(uow: UnitOfWork, one: Heard, stores: Sequence[str]) -> list[str]:
    """The stores that it was neither queued for nor told to."""
    told = {message.store for message in uow.outbox.of_subject(one.kind, one.subject_id)}
    return [
        store
        for store in stores
        if store not in told
        and (since := uow.journal.state(_SINCE + store))
        and one.at >= datetime.fromisoformat(since)
        and uow.sync.link(store, one.kind.value, one.subject_id) is None
    ]


def _queue(uow: UnitOfWork, one: Heard, store: str, now: datetime) -> None:
    uow.outbox.put(
        OutboxMessage(
            key=derived_id("untold", store, one.kind.value, one.subject_id), kind=one.kind,
            subject_id=one.subject_id, member_id=one.member_id, created_at=now, due_at=now,
            store=store,
        )
    )  # fmt: skip
    if one.member_id is not None:
        key = derived_id("untold", store, "standing", one.subject_id)
        kind = MessageKind.STANDING
        tell(uow, (store,), kind, one.member_id, one.member_id, now, lambda: key, once=True)


def _keep(uow: UnitOfWork, heard: Sequence[Heard]) -> None:
    uow.journal.put_state(_WAITING, msgspec.json.encode(heard).decode())
