"""Queueing what the online store must be told; nothing where there is no online store."""

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
    """Queue one message. A sale or return is its own key; the others get a fresh one."""
    if not till.online_store:
        return
    once = kind in (MessageKind.SALE, MessageKind.RETURN)
    uow.outbox.put(
        OutboxMessage(
            key=subject_id if once else new_id(),
            kind=kind,
            subject_id=subject_id,
            member_id=member_id,
            created_at=now,
            due_at=now,
        )
    )


def tell_standing(
    uow: UnitOfWork, till: Till, member_id: MemberId, now: datetime, new_id: NewId
) -> None:
    """Queue the member's balance and tier, as they will be when the message is sent."""
    tell_store(uow, till, MessageKind.STANDING, member_id, member_id, now, new_id)
