"""Queueing what the online stores must be told; nothing where there is none."""

from datetime import datetime

from terminal.ids import MemberId, NewId
from terminal.outbox import MessageKind, OutboxMessage
from terminal.ports import UnitOfWork
from terminal.services.models import Till


def tell_store(
    uow: UnitOfWork,
    till: Till,
    kind: MessageKind,
    subject_id: str,
    member_id: MemberId | None,
    now: datetime,
    new_id: NewId,
) -> None:
    """Queue one message for each online store. A sale or return is its own key; the others get a
    fresh one."""
    for place, store in enumerate(till.online_stores):
        once = kind in (MessageKind.SALE, MessageKind.RETURN)
        key = subject_id if once else new_id()
        uow.outbox.put(
            OutboxMessage(
                key=f"{key}@{store}" if once and place else key,
                kind=kind,
                subject_id=subject_id,
                member_id=member_id,
                created_at=now,
                due_at=now,
                store=store,
            )
        )


def tell_standing(
    uow: UnitOfWork, till: Till, member_id: MemberId, now: datetime, new_id: NewId
) -> None:
    """Queue the member's balance and tier, as they will be when the message is sent."""
    tell_store(uow, till, MessageKind.STANDING, member_id, member_id, now, new_id)
